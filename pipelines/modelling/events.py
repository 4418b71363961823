"""Real-world events from what single articles tell of them.

Two accounts are of one event when the type, the participants (two at least) and an exact day are the same; nothing
else is merged. So a call told by five articles is one row, and two undated calls stay two.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from pipelines.identity import stable_id
from schemas import TABLES
from schemas.frames import conform, rows_frame

Row = Mapping[str, Any]

_STATUS_RANK = ("occurred", "cancelled", "planned")
"""Where accounts differ: what happened is known after what was cancelled, and that after what was planned."""


@dataclass(frozen=True, slots=True)
class EventTables:
    """The three tables that tell of events."""

    events: pl.DataFrame
    participants: pl.DataFrame
    mentions: pl.DataFrame


def model_events(extracted: pl.DataFrame, articles: pl.DataFrame, leaders: pl.DataFrame) -> EventTables:
    """Merge the accounts of each event, and name its participants."""
    told: dict[str, list[Row]] = {}
    dated = extracted.join(articles.select("article_id", "published_at"), on="article_id", how="left")
    for row in dated.sort("published_at", "article_id", "start", "end", nulls_last=True).iter_rows(named=True):
        told.setdefault(event_id(row), []).append(row)
    country_of: dict[str, str | None] = dict(leaders.select("leader_id", "country").iter_rows())
    return EventTables(
        events=rows_frame(TABLES["events"], (_event(key, rows) for key, rows in told.items())),
        participants=rows_frame(
            TABLES["event_participants"],
            (participant for key, rows in told.items() for participant in _participants(key, rows[0], country_of)),
        ),
        mentions=conform(
            TABLES["event_mentions"],
            extracted.with_columns(
                pl.struct(extracted.columns).map_elements(event_id, return_dtype=pl.String).alias("event_id")
            ).unique(TABLES["event_mentions"].key, keep="first", maintain_order=True),
        ),
    )


def event_id(row: Row) -> str:
    """From type, participants and day where these identify the event; else from where it is told."""
    who = [*sorted(row["leader_ids"]), *sorted(row["countries"])]
    exact = row["date_precision"] == "day" and row["date_start"] is not None and row["date_start"] == row["date_end"]
    if exact and len(row["countries"]) + len(row["leader_ids"]) > 1:
        return stable_id("e", row["event_type"], " ".join(who), row["date_start"])
    return stable_id("e", row["event_type"], row["article_id"], row["start"], row["end"])


def _event(key: str, rows: list[Row]) -> dict[str, Any]:
    first = rows[0]
    return {
        "event_id": key,
        "event_type": first["event_type"],
        "status": min((row["status"] for row in rows), key=_STATUS_RANK.index),
        "date_start": first["date_start"],
        "date_end": first["date_end"],
        "date_precision": first["date_precision"],
        "date_basis": first["date_basis"],
        "place_text": _first(row["place_text"] for row in rows),
        "place_country": _first(row["place_country"] for row in rows),
    }


def _participants(key: str, row: Row, country_of: Mapping[str, str | None]) -> list[dict[str, Any]]:
    """A row a leader, with the country they stand for where it takes part; and a row a country nobody stands for."""
    pairs: list[tuple[str | None, str | None]] = []
    for leader in sorted(row["leader_ids"]):
        country = country_of.get(leader)
        pairs.append((leader, country if country in row["countries"] else None))
    stood_for = {country for _, country in pairs}
    pairs += [(None, country) for country in sorted(row["countries"]) if country not in stood_for]
    return [
        {
            "participant_id": stable_id("ep", key, leader, country),
            "event_id": key,
            "leader_id": leader,
            "country": country,
            "role": "participant",
        }
        for leader, country in pairs
    ]


def _first(values: Iterable[str | None]) -> str | None:
    return next((value for value in values if value is not None), None)
