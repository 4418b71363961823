"""Leaders across articles: one row a person."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl

from pipelines.modelling import people
from schemas import STAGES, TABLES, spec
from schemas.frames import rows_frame
from tests.samples import ROWS, sample

FEBRUARY, MARCH = dt.datetime(2026, 2, 5), dt.datetime(2026, 3, 1)


def articles(*published: dt.datetime | None) -> pl.DataFrame:
    first = ROWS["articles"][0]
    rows = [{**first, "article_id": f"a_{n}", "published_at": when} for n, when in enumerate(published, start=1)]
    return rows_frame(TABLES["articles"], rows)


def told(**changes: Any) -> dict[str, Any]:
    return {"article_id": "a_1", "start": 0, "end": 4, "text": "call", "event_type": "call", "status": "occurred",
            "is_main": True} | changes  # fmt: skip


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
