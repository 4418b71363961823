"""Accounts of one event become one row, whatever each article calls it; each merge says why; others stay apart."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

from pipelines.modelling import events
from schemas import STAGES, TABLES
from schemas.codes import MERGE_BASES
from schemas.frames import rows_frame
from tests.samples import ROWS

DAY = dt.date(2026, 2, 4)
NEXT = dt.date(2026, 2, 5)
NORLAND, SUDLAND, WIRE = "Office of Norland", "Office of Sudland", "The Wire"
ARTICLES = {
    "a_1": (DAY, NORLAND),
    "a_2": (NEXT, SUDLAND),
    "a_3": (dt.date(2026, 2, 6), WIRE),
    "a_4": (dt.date(2026, 3, 1), WIRE),
    "a_5": (DAY, SUDLAND),
}
LEADERS = rows_frame(
    TABLES["leaders"],
    [
        {"leader_id": "Q1", "name": "Ann", "country": "NOR"},
        {"leader_id": "Q2", "name": "Bo", "country": "SUD"},
        {"leader_id": "Q3", "name": "Cy", "country": "WES"},
    ],
)
UNDATED: dict[str, Any] = {"date_start": None, "date_end": None, "date_precision": None}
THREE: dict[str, Any] = {"leader_ids": ["Q1", "Q2", "Q3"], "countries": ["NOR", "SUD", "WES"]}


def articles() -> pl.DataFrame:
    first = ROWS["articles"][0]
    rows = [
        {**first, "article_id": key, "published_on": day, "published_at": dt.datetime.combine(day, dt.time(12)),
         "publisher": publisher}
        for key, (day, publisher) in ARTICLES.items()
    ]  # fmt: skip
    return rows_frame(TABLES["articles"], rows)


def on(day: dt.date, end: dt.date | None = None) -> dict[str, Any]:
    return {"date_start": day, "date_end": end or day}


def told(article_id: str = "a_1", **changes: Any) -> dict[str, Any]:
    return {
        "article_id": article_id,
        "start": 0,
        "end": 4,
        "text": "call",
        "is_main": True,
        "event_type": "call",
        "status": "occurred",
        "leader_ids": ["Q1", "Q2"],
        "countries": ["NOR", "SUD"],
        "date_start": DAY,
        "date_end": DAY,
        "date_precision": "day",
    } | changes


def model(*rows: dict[str, Any]) -> events.EventTables:
    return events.model_events(rows_frame(STAGES["extracted_events"], rows), articles(), LEADERS)


def bases(found: events.EventTables) -> list[str | None]:
    """Why each account was merged, in the order of publication."""
    return found.mentions.sort("article_id").get_column("merge_basis").to_list()


def test_one_call_told_by_two_articles_is_one_event_with_two_mentions() -> None:
    found = model(told(), told("a_2", place_text="Oslo"))
    assert found.events.height == 1
    assert found.mentions.get_column("article_id").to_list() == ["a_1", "a_2"]
    assert found.events.item(0, "place_text") == "Oslo"
    assert bases(found) == [None, "same_facts"]


@pytest.mark.parametrize(
    ("other", "basis"),
    [
        ({"leader_ids": ["Q1"]}, "same_day"),
        ({"event_type": "meeting", "text": "met by videoconference"}, "same_day"),
        (on(NEXT), "next_day"),
        (on(dt.date(2026, 2, 2), dt.date(2026, 2, 8)), "vague_date"),
        (UNDATED, "news_of_next_day"),
        (UNDATED | {"is_main": False}, "recalled"),
        ({"status": "planned"}, "same_facts"),
    ],
    ids=["a name left out", "a call or a meeting from afar", "clocks differ", "some day of the week",
         "undated news", "told in passing", "announced before"],
)  # fmt: skip
def test_accounts_that_fit_are_merged_and_say_by_what_evidence(other: dict[str, Any], basis: str) -> None:
    found = model(told(), told("a_2", **other))
    assert found.events.height == 1
    assert basis in bases(found)
    assert found.events.item(0, "date_start") == DAY
    merged = found.mentions.filter(pl.col("merge_basis").is_not_null())
    assert merged.item(0, "merged_with_article_id") in ARTICLES
    assert len(merged.item(0, "merge_explanation")) > 20


@pytest.mark.parametrize(
    "other",
    [
        {"event_type": "meeting"},
        {"countries": ["NOR"], "leader_ids": ["Q1"]},
        THREE,
        {"leader_ids": ["Q1", "Q3"], "countries": ["NOR", "WES"]},
        on(dt.date(2026, 2, 2)),
        on(dt.date(2026, 1, 1), dt.date(2026, 12, 31)),
        UNDATED | {"status": "planned"},
        UNDATED | {"leader_ids": ["Q1", "Q3"]},
    ],
    ids=["call and meeting", "one side", "two and three", "other partner", "two days before", "some day of the year",
         "planned, who knows when", "undated, another partner"],
)  # fmt: skip
def test_what_does_not_fit_stays_apart(other: dict[str, Any]) -> None:
    found = model(told(), told("a_2", **other))
    assert found.events.height == 2
    assert bases(found) == [None, None]


def test_one_publisher_who_tells_of_two_days_tells_of_two_events() -> None:
    assert model(told("a_2", **on(DAY)), told("a_5", **on(NEXT))).events.height == 2


def test_undated_news_joins_neither_of_two_rivals() -> None:
    call, video = told("a_1", leader_ids=["Q1"], text="call with Ann"), told("a_2", leader_ids=["Q2"], text="Bo calls")
    assert model(call, video).events.height == 2
    assert model(call, video, told("a_5", leader_ids=[], text="call")).events.height == 3


def test_undated_news_of_two_publishers_on_neighbouring_days_is_one_event_without_a_day() -> None:
    found = model(told("a_1", **UNDATED), told("a_2", **UNDATED))
    assert bases(found) == [None, "same_news"]
    assert found.events.item(0, "date_start") is None


def test_undated_news_weeks_apart_is_of_two_events() -> None:
    assert model(told("a_1", **UNDATED), told("a_4", **UNDATED)).events.height == 2


def test_two_deeds_of_one_side_on_one_day_are_told_apart_by_their_words() -> None:
    signing = {"event_type": "signing", "leader_ids": ["Q1"], "countries": ["NOR"]}
    one = told(**signing, text="signed the Harbour Act")
    again = told("a_2", **signing, text="signing of the Harbour Act")
    other = told("a_3", **signing, text="signed the Fisheries Act")
    assert model(one, again, other).events.height == 2


def test_a_named_summit_is_one_though_each_article_names_its_own_guest() -> None:
    summit: dict[str, Any] = {"event_type": "summit", "countries": []}
    one = told(**summit, leader_ids=["Q1"], text="the 12th Northern Summit")
    other = told("a_2", **summit, leader_ids=["Q3"], text="the annual Northern Summit")
    another = told("a_3", **summit, leader_ids=["Q3"], text="the Harbour Summit")
    found = model(one, other, another)
    assert found.events.height == 2
    assert bases(found) == [None, "same_day", None]


def test_what_happened_is_known_after_what_was_planned() -> None:
    assert model(told(status="planned"), told("a_2")).events.item(0, "status") == "occurred"


def test_most_articles_give_the_type_and_the_first_account_where_as_many_differ() -> None:
    meeting = {"event_type": "meeting", "text": "talked online"}
    assert model(told("a_1"), told("a_2", **meeting)).events.item(0, "event_type") == "call"
    found = model(told("a_1"), told("a_2", **meeting), told("a_3", **meeting))
    assert found.events.item(0, "event_type") == "meeting"


def test_whom_fewer_than_a_third_of_the_articles_name_takes_no_part() -> None:
    five: dict[str, Any] = {"countries": ["EAS", "NOR", "SUD", "WES"], "text": "call"}
    leaders = ["Q1", "Q2", "Q3", "Q4"]
    rows = [told(key, **five, leader_ids=leaders) for key in ("a_1", "a_2", "a_3")]
    found = model(*rows, told("a_5", **five, leader_ids=[*leaders, "Q5"]))
    assert found.events.height == 1
    assert found.participants.drop_nulls("leader_id").get_column("leader_id").to_list() == unordered(leaders, found)


def unordered(leaders: list[str], found: events.EventTables) -> list[str]:
    """The leaders in the order of the table, which is that of hashes."""
    order = found.participants.get_column("leader_id").to_list()
    return sorted(leaders, key=order.index)


def test_a_leader_stands_for_the_country_and_is_not_counted_twice() -> None:
    found = model(told(countries=["NOR", "SUD", "EU"]))
    pairs = found.participants.select("leader_id", "country").rows()
    assert sorted(pairs, key=str) == sorted([("Q1", "NOR"), ("Q2", "SUD"), (None, "EU")], key=str)


def test_a_leader_whose_country_takes_no_part_stands_alone() -> None:
    assert model(told(countries=[])).participants.get_column("country").to_list() == [None, None]


def test_a_mention_keeps_what_its_own_account_says() -> None:
    found = model(told(), told("a_2", **on(NEXT), event_type="call", place_text="Oslo"))
    row = found.mentions.filter(article_id="a_2").row(0, named=True)
    assert (row["told_type"], row["told_date_start"], row["told_place"]) == ("call", NEXT, "Oslo")


def test_evidence_is_asked_in_the_declared_order() -> None:
    assert list(MERGE_BASES)[:2] == ["same_facts", "same_day"]
    assert list(MERGE_BASES)[-1] == "recalled"
