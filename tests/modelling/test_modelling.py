"""What is the same across articles: people, utterances, pledges and events."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

from pipelines.modelling import events, people, sameness
from schemas import STAGES, TABLES, spec
from schemas.frames import rows_frame
from tests.samples import ROWS, sample

FEBRUARY, MARCH = dt.datetime(2026, 2, 5), dt.datetime(2026, 3, 1)


def articles(*published: dt.datetime | None) -> pl.DataFrame:
    first = ROWS["articles"][0]
    rows = [{**first, "article_id": f"a_{n}", "published_at": when} for n, when in enumerate(published, start=1)]
    return rows_frame(TABLES["articles"], rows)


def told(**changes: Any) -> dict[str, Any]:
    return {
        "article_id": "a_1",
        "start": 0,
        "end": 4,
        "text": "call",
        "is_main": True,
        "event_type": "call",
        "status": "occurred",
        "leader_ids": ["Q1", "Q2"],
        "countries": ["NOR", "SUD"],
        "date_start": dt.date(2026, 2, 4),
        "date_end": dt.date(2026, 2, 4),
        "date_precision": "day",
    } | changes


def model(*rows: dict[str, Any]) -> events.EventTables:
    leaders = rows_frame(
        TABLES["leaders"],
        [{"leader_id": "Q1", "name": "Ann", "country": "NOR"}, {"leader_id": "Q2", "name": "Bo", "country": "SUD"}],
    )
    return events.model_events(rows_frame(STAGES["extracted_events"], rows), articles(FEBRUARY, MARCH), leaders)


def test_one_call_told_by_two_articles_is_one_event_with_two_mentions() -> None:
    found = model(told(), told(article_id="a_2", place_text="Oslo"))
    assert found.events.height == 1
    assert found.mentions.get_column("article_id").to_list() == ["a_1", "a_2"]
    assert found.events.item(0, "place_text") == "Oslo"


@pytest.mark.parametrize(
    "other",
    [
        {"event_type": "meeting"},
        {"countries": ["NOR"], "leader_ids": ["Q1"]},
        {"date_start": dt.date(2026, 2, 3), "date_end": dt.date(2026, 2, 3)},
        {"date_precision": "month"},
        {"date_start": None, "date_end": None, "date_precision": None},
    ],
)
def test_what_differs_in_type_people_or_day_stays_apart(other: dict[str, Any]) -> None:
    assert model(told(), told(article_id="a_2", **other)).events.height == 2


def test_undated_events_are_never_merged() -> None:
    undated = {"date_start": None, "date_end": None, "date_precision": None}
    assert model(told(**undated), told(article_id="a_2", **undated)).events.height == 2


def test_what_happened_is_known_after_what_was_planned() -> None:
    found = model(told(status="planned"), told(article_id="a_2", status="occurred"))
    assert found.events.item(0, "status") == "occurred"


def test_a_leader_stands_for_the_country_and_is_not_counted_twice() -> None:
    found = model(told(countries=["NOR", "SUD", "EU"]))
    pairs = found.participants.select("leader_id", "country").rows()
    assert sorted(pairs, key=str) == sorted([("Q1", "NOR"), ("Q2", "SUD"), (None, "EU")], key=str)


def test_a_leader_whose_country_takes_no_part_stands_alone() -> None:
    found = model(told(countries=[]))
    assert found.participants.get_column("country").to_list() == [None, None]


def test_event_ids_do_not_depend_on_order() -> None:
    rows = [told(), told(article_id="a_2"), told(event_type="visit", start=5, end=9)]
    assert model(*rows).events.equals(model(*reversed(rows)).events)


KNOWN = pl.DataFrame(
    [{"leader_id": "Q7", "name": "Cy", "wikidata_id": "Q7", "country": "NOR", "aliases": ["C. Y."]}],
    schema={
        name: TABLES["leaders"].schema[name] for name in ("leader_id", "name", "wikidata_id", "country", "aliases")
    },
)


def leaders(said: list[dict[str, Any]], published: pl.DataFrame, event: list[str] | None = None) -> pl.DataFrame:
    naming = {table: spec(table).schema.to_frame() for table in people.NAMING_COLUMNS}
    if event:
        naming["extracted_events"] = rows_frame(STAGES["extracted_events"], [told(leader_ids=event)])
    return people.leaders(rows_frame(STAGES["extracted_leaders"], said), naming, KNOWN, published)


def test_a_leader_who_is_meant_but_not_mentioned_is_taken_from_the_reference() -> None:
    found = leaders([], articles(FEBRUARY), event=["Q7"])
    assert found.select("leader_id", "name", "country", "aliases", "first_mention").rows() == [
        ("Q7", "Cy", "NOR", ["C. Y."], FEBRUARY)
    ]


def test_a_leader_is_one_row_with_all_names_and_the_span_of_mentions() -> None:
    said = [
        {"article_id": "a_1", "leader_id": "Q1", "name": "Ann Lee", "country": "NOR", "aliases": ["A. Lee"]},
        {"article_id": "a_2", "leader_id": "Q1", "name": "Ann Lee", "country": "NOR", "aliases": ["Lee Ann"]},
    ]
    found = leaders(said, articles(FEBRUARY, MARCH))
    assert found.select("name", "aliases", "first_mention", "last_mention").rows() == [
        ("Ann Lee", ["A. Lee", "Lee Ann"], FEBRUARY, MARCH)
    ]


def test_a_leader_of_undated_articles_only_has_no_first_mention() -> None:
    said = [{"article_id": "a_1", "leader_id": "local:bo", "name": "Bo"}]
    found = leaders(said, articles(None))
    assert found.select("first_mention", "country", "aliases").row(0) == (None, None, [])


def test_only_terms_of_mentioned_leaders_are_kept_and_none_twice() -> None:
    term = {**ROWS["leader_terms"][0], "end_basis": "open", "as_of": "2026", "end_date": None}
    terms = pl.DataFrame([term, term, {**term, "leader_id": "Q9"}], schema_overrides={"end_date": pl.Date})
    assert people.leader_terms(sample("leaders"), terms).get_column("leader_id").to_list() == ["Q1"]


def utterances(*contents: str, **changes: Any) -> list[str]:
    first = ROWS["statements"][0]
    rows = [{**first, "statement_id": f"s_{n}", "content": text, **changes} for n, text in enumerate(contents)]
    return sameness.statements(rows_frame(TABLES["statements"], rows)).get_column("utterance_id").to_list()


def test_the_same_words_in_other_dress_are_the_same_utterance() -> None:
    one, two = utterances("We will buy “20 ships”.", "we will buy 20 ships")
    assert one == two


def test_other_words_or_another_speaker_are_another_utterance() -> None:
    one, two = utterances("We will buy 20 ships", "We will buy 30 ships")
    [other] = utterances("We will buy 20 ships", speaker_leader_ids=["Q2"])
    assert len({one, two, other}) == 3


def pledge(**changes: Any) -> str:
    row = {**ROWS["commitments"][0], **changes}
    return str(sameness.commitments(rows_frame(TABLES["commitments"], [row])).item(0, "pledge_id"))


def test_the_same_promise_in_another_article_is_the_same_pledge() -> None:
    assert pledge() == pledge(
        commitment_id="c_2", text="Norland is to buy 20 Ships", object="20 Ships", firmness="pledged"
    )


@pytest.mark.parametrize(
    "change",
    [
        {"polarity": "refrain"},
        {"action": "sell"},
        {"committer_countries": ["SUD"]},
        {"object": "20 boats"},
        {"quantity_value": 20.0, "quantity_unit": "ships"},
    ],
)
def test_another_act_object_amount_or_committer_is_another_pledge(change: dict[str, Any]) -> None:
    assert pledge() != pledge(**change)
