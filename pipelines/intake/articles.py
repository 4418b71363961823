"""Parsed documents to the `articles` and `quarantine` frames: one row a distinct text, one row a refused input."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any

import polars as pl

from pipelines.intake.clean import count_words
from pipelines.intake.near_duplicates import story_groups
from pipelines.intake.records import Outcome, ParsedDocument, Rejected

ARTICLES = pl.Schema(
    [
        ("article_id", pl.String),
        ("source_path", pl.String),
        ("source_paths", pl.List(pl.String)),
        ("title", pl.String),
        ("text", pl.String),
        ("language", pl.String),
        ("publisher", pl.String),
        ("url", pl.String),
        ("authors", pl.List(pl.String)),
        ("published_at", pl.Datetime("us")),
        ("published_on", pl.Date),
        ("published_basis", pl.String),
        ("licence", pl.String),
        ("content_sha256", pl.String),
        ("story_id", pl.String),
        ("word_count", pl.Int64),
        ("pipeline_version", pl.String),
    ]
)
QUARANTINE = pl.Schema(
    {
        "source_path": pl.String,
        "stage": pl.String,
        "table_name": pl.String,
        "reason": pl.String,
        "detail": pl.String,
        "row_json": pl.String,
        "content_sha256": pl.String,
    }
)
_ID_DIGITS = 16
_FILLED = ("title", "language", "publisher", "url", "authors", "licence")


def take_in(outcomes: Iterable[Outcome], pipeline_version: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The `articles` frame and the `quarantine` frame, each sorted by source path.

    Documents of one text are one article: its metadata is that of the first by name among those with a sidecar, else
    of the first, with what is unknown filled in from the others. Near-duplicates share a `story_id`.
    """
    copies: dict[str, list[ParsedDocument]] = {}
    refused: list[Rejected] = []
    for outcome in outcomes:
        if isinstance(outcome, Rejected):
            refused.append(outcome)
        else:
            copies.setdefault(outcome.content_sha256, []).append(outcome)
    return _articles(copies, pipeline_version), _quarantine(refused)


def article_id(content_sha256: str) -> str:
    """The id of the article with this text."""
    return f"a_{content_sha256[:_ID_DIGITS]}"


def _articles(copies: dict[str, list[ParsedDocument]], pipeline_version: str) -> pl.DataFrame:
    merged = sorted(map(_merged, copies.values()), key=lambda document: document.source_path)
    ids = [article_id(document.content_sha256) for document in merged]
    stories = story_groups(ids, [document.text for document in merged], [document.published_on for document in merged])
    rows = [
        {
            **_columns(document),
            "article_id": identifier,
            "source_paths": sorted(copy.source_path for copy in copies[document.content_sha256]),
            "story_id": "st_" + stories[identifier].removeprefix("a_"),
            "word_count": count_words(document.text),
            "pipeline_version": pipeline_version,
        }
        for identifier, document in zip(ids, merged, strict=True)
    ]
    return pl.DataFrame(rows, schema=ARTICLES)


def _columns(document: ParsedDocument) -> dict[str, object]:
    values = {field.name: getattr(document, field.name) for field in fields(document)}
    del values["has_sidecar"]
    return {**values, "authors": list(document.authors)}


def _merged(copies: list[ParsedDocument]) -> ParsedDocument:
    """One document of several with the same text: what a person wrote beside it counts before what the files say."""
    ranked = sorted(copies, key=lambda copy: (not copy.has_sidecar, copy.source_path))
    filled = {name: _first_known([getattr(copy, name) for copy in ranked]) for name in _FILLED}
    dated = next((copy for copy in ranked if copy.published_at), ranked[0])
    return replace(
        ranked[0],
        **filled,
        source_path=min(copy.source_path for copy in copies),
        published_at=dated.published_at,
        published_on=dated.published_on,
        published_basis=dated.published_basis,
    )


def _first_known(values: list[Any]) -> Any:
    return next(filter(None, values), values[0])


def _quarantine(refused: list[Rejected]) -> pl.DataFrame:
    rows = [
        {
            "source_path": refusal.source_path,
            "stage": "intake",
            "table_name": "articles" if refusal.is_record else None,
            "reason": refusal.reason,
            "detail": refusal.detail,
            "row_json": refusal.excerpt,
            "content_sha256": refusal.content_sha256,
        }
        for refusal in sorted(refused, key=lambda refusal: (refusal.source_path, refusal.reason, refusal.detail))
    ]
    return pl.DataFrame(rows, schema=QUARANTINE)
