"""What a leader's page shows: offices, how much they said and promised, to whom, on what, and in which events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from pipelines.site.passages import Names, Tables

_EVENTS = 60
_TO = 25
_TOPICS = 25


def people(tables: Tables, passages: pl.DataFrame, events: pl.DataFrame, names: Names) -> Iterator[dict[str, Any]]:
    """One record a leader, those with most statements and commitments first. `events` has id, title, day, status."""
    statements = passages.filter(pl.col("kind") == "statement")
    commitments = passages.filter(pl.col("kind") == "commitment")
    said, promised = _counts(statements, "who_leaders"), _counts(commitments, "who_leaders")
    addressed = _counts(passages, "to_leaders")
    terms = _grouped(
        tables["leader_terms"]
        .sort(["start_date", "term_id"], descending=[True, False], nulls_last=True)
        .select("leader_id", office="office", start=_iso("start_date"), end=_iso("end_date"))
    )
    to = _grouped(_to_whom(statements, commitments))
    topics = _grouped(_on_what(passages, tables["topics"]))
    months = _grouped(_by_month(passages))
    took_part = _grouped(
        tables["event_participants"]
        .filter(pl.col("leader_id").is_not_null())
        .join(events, on="event_id")
        .select("leader_id", id="event_id", title="title", when="when", status="status", order="order")
        .unique()
        .sort("order")
    )
    listed = tables["leaders"].select("leader_id", "name", "wikidata_id", "country", "aliases")
    ranked = sorted(
        listed.iter_rows(named=True),
        key=lambda row: (
            -said.get(row["leader_id"], 0) - promised.get(row["leader_id"], 0),
            row["name"],
            row["leader_id"],
        ),
    )
    for row in ranked:
        key = row["leader_id"]
        all_events = took_part.get(key, [])
        yield {
            "id": key,
            "name": row["name"],
            "wikidata": row["wikidata_id"],
            "country": names.countries.get(row["country"], row["country"]),
            "aliases": row["aliases"],
            "said": said.get(key, 0),
            "promised": promised.get(key, 0),
            "addressed": addressed.get(key, 0),
            "terms": terms.get(key, []),
            "to": [{**entry, "name": _name(entry, names)} for entry in to.get(key, [])[:_TO]],
            "topics": topics.get(key, [])[:_TOPICS],
            "months": [[entry["month"], entry["statements"], entry["commitments"]] for entry in months.get(key, [])],
            "events": [
                {name: entry[name] for name in ("id", "title", "when", "status")} for entry in all_events[:_EVENTS]
            ],
            "all_events": len(all_events),
        }


def _counts(passages: pl.DataFrame, column: str) -> dict[str, int]:
    counted = passages.select(leader_id=pl.col(column)).explode("leader_id", empty_as_null=False)
    return dict(counted.group_by("leader_id").len().iter_rows())


def _to_whom(statements: pl.DataFrame, commitments: pl.DataFrame) -> pl.DataFrame:
    """Leader, whom they spoke to or promised something to (a leader, else a country), and how often each."""
    parts = []
    for kind, rows in (("said", statements), ("promised", commitments)):
        to = pl.when(pl.col("to_leaders").list.len() > 0).then("to_leaders").otherwise("to_countries")
        pairs = rows.select(
            "number", leader_id="who_leaders", to=to, person=pl.col("to_leaders").list.len() > 0
        ).explode("leader_id", empty_as_null=False)
        parts.append(pairs.explode("to", empty_as_null=False).with_columns(kind=pl.lit(kind)))
    return (
        pl.concat(parts)
        .group_by("leader_id", "to", "person")
        .agg(said=(pl.col("kind") == "said").sum(), promised=(pl.col("kind") == "promised").sum())
        .sort([pl.col("said") + pl.col("promised"), "to"], descending=[True, False])
    )


def _on_what(passages: pl.DataFrame, topics: pl.DataFrame) -> pl.DataFrame:
    return (
        passages.select(leader_id="who_leaders", topic_id="topics")
        .explode("leader_id", empty_as_null=False)
        .explode("topic_id", empty_as_null=False)
        .group_by("leader_id", "topic_id")
        .agg(count=pl.len())
        .join(topics.select("topic_id", "label"), on="topic_id")
        .sort(["count", "topic_id"], descending=[True, False])
    )


def _by_month(passages: pl.DataFrame) -> pl.DataFrame:
    return (
        passages.filter(pl.col("day").is_not_null())
        .select("kind", leader_id="who_leaders", month=pl.col("day").dt.strftime("%Y-%m"))
        .explode("leader_id", empty_as_null=False)
        .group_by("leader_id", "month")
        .agg(statements=(pl.col("kind") == "statement").sum(), commitments=(pl.col("kind") == "commitment").sum())
        .sort("month")
    )


def _name(entry: dict[str, Any], names: Names) -> str:
    known = names.leaders if entry["person"] else names.countries
    return known.get(entry["to"], entry["to"])


def _grouped(frame: pl.DataFrame) -> dict[str, list[dict[str, Any]]]:
    """The rows of each leader, in their order, without the leader."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in frame.iter_rows(named=True):
        groups.setdefault(row.pop("leader_id"), []).append(row)
    return groups


def _iso(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.String)
