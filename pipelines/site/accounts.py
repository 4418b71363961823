"""What an event's page shows: who took part, and what each article that tells of it says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import polars as pl

from pipelines.site.passages import Names, Tables
from pipelines.site.sentences import Sentences

_NAMED = 4
"""How many participants a title names."""


def titled_events(tables: Tables, names: Names) -> pl.DataFrame:
    """The events with `title`, `when` (as people write it), `month`, `participants`, how many `articles` and
    `publishers` tell of them, and `order`: newest first, the undated last."""
    parts = tables["event_participants"].with_columns(
        name=pl.coalesce(
            pl.col("leader_id").replace_strict(names.leaders, default=None, return_dtype=pl.String),
            pl.col("country").replace_strict(names.countries, default=pl.col("country"), return_dtype=pl.String),
        )
    )
    taking_part = (
        parts.sort(pl.col("leader_id").is_null(), "name", "participant_id")
        .group_by("event_id", maintain_order=True)
        .agg(participants=pl.struct("leader_id", "name", "country"))
    )
    told = (
        tables["event_mentions"]
        .join(tables["articles"].select("article_id", "publisher"), on="article_id")
        .group_by("event_id")
        .agg(
            articles=pl.col("article_id").n_unique(),
            publishers=pl.col("publisher").fill_null(pl.col("article_id")).n_unique(),
            accounts=pl.col("article_id").filter("is_main").n_unique(),
        )
    )
    events = (
        tables["events"]
        .join(taking_part, on="event_id", how="left")
        .join(told, on="event_id", how="left")
        .with_columns(pl.col("articles", "publishers", "accounts").fill_null(0))
        .sort(["date_start", "date_end", "event_id"], descending=[True, True, False], nulls_last=True)
        .with_row_index("order")
    )
    rows = list(events.iter_rows(named=True))
    return events.with_columns(
        title=pl.Series([_title(row) for row in rows], dtype=pl.String),
        when=pl.Series([when(row) for row in rows], dtype=pl.String),
        month=pl.col("date_start").dt.strftime("%Y-%m"),
    )


def accounts(
    tables: Tables, events: pl.DataFrame, articles: pl.DataFrame, passages: pl.DataFrame, names: Names
) -> Iterator[dict[str, Any]]:
    """One record an event, in the order of `events`: its participants and the accounts of it, the fullest first.

    An account of an article that is about the event has the range of numbers of the article's passages.
    """
    ranges = passages.group_by("article_id").agg(first=pl.col("number").min(), count=pl.len())
    about = {row["article_id"]: row for row in articles.join(ranges, on="article_id", how="left").iter_rows(named=True)}
    mentions: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for row in tables["event_mentions"].sort("event_id", "article_id", "start").iter_rows(named=True):
        mentions.setdefault(row["event_id"], {}).setdefault(row["article_id"], []).append(row)
    for event in events.iter_rows(named=True):
        told = [_account(about[article], rows) for article, rows in mentions.get(event["event_id"], {}).items()]
        told.sort(key=lambda account: (not account["main"], -account.get("count", 0), account["article"]["number"]))
        yield {
            "id": event["event_id"],
            "title": event["title"],
            "type": event["event_type"],
            "status": event["status"],
            "when": event["when"],
            "basis": event["date_basis"],
            "place": event["place_text"],
            "country": names.countries.get(event["place_country"], event["place_country"]),
            "participants": [
                [party["leader_id"], party["name"], names.countries.get(party["country"], party["country"])]
                for party in event["participants"] or []
            ],
            "accounts": told,
        }


def written_day(day: dt.date) -> str:
    """A day as people write it."""
    return f"{day.day} {day:%B} {day.year}"


def when(event: dict[str, Any]) -> str | None:
    """The date of an event as people write it, no more exact than it is known."""
    start, end, precision = event["date_start"], event["date_end"], event["date_precision"]
    if start is None:
        return None
    if precision == "year":
        return str(start.year) if end is None or end.year == start.year else f"{start.year}–{end.year}"
    if precision == "month":
        return f"{start:%B} {start.year}"
    if end is None or end == start:
        return written_day(start)
    return f"{written_day(start)} – {written_day(end)}"


def _title(event: dict[str, Any]) -> str:
    kind = event["event_type"].replace("_", " ").capitalize()
    names = [party["name"] for party in event["participants"] or [] if party["name"]]
    if not names:
        return kind if event["event_type"] != "other" else "Interaction"
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{kind}: {', '.join(names[:_NAMED])}{more}"


def _account(article: dict[str, Any], mentions: list[dict[str, Any]]) -> dict[str, Any]:
    main = [row for row in mentions if row["is_main"]]
    told = (main or mentions)[0]
    text, marks = _in_context(article["text"], told)
    account = {
        "article": {
            "id": article["article_id"],
            "number": article["article_number"],
            "title": article["title"],
            "publisher": article["publisher"],
            "day": article["day"].isoformat() if article["day"] else None,
        },
        "main": bool(main),
        "text": text,
        "marks": marks,
    }
    return account | ({"first": article["first"], "count": article["count"]} if article["count"] else {})


def _in_context(text: str | None, mention: dict[str, Any]) -> tuple[str, list[tuple[int, int]]]:
    if text:
        try:
            return Sentences(text).around([(mention["start"], mention["end"])])
        except ValueError:
            pass
    return mention["text"] or "", []
