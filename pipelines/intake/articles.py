"""Parsed documents to the `articles` and `quarantine` frames: one row a distinct text, one row a refused input."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any

import polars as pl

from pipelines.identity import stable_id
from pipelines.intake.clean import count_words
from pipelines.intake.near_duplicates import story_groups
from pipelines.intake.records import Outcome, ParsedDocument, Rejected
from schemas import spec
from schemas.frames import unsorted_frame

_ID_DIGITS = 16
_STAGE = "intake"
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
    return unsorted_frame(spec("articles"), rows)


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
            "quarantine_id": stable_id("q", refusal.source_path, _STAGE, refusal.reason, refusal.detail),
            "source_path": refusal.source_path,
            "stage": _STAGE,
            "table_name": "articles" if refusal.is_record else None,
            "reason": refusal.reason,
            "detail": refusal.detail,
            "row_json": refusal.excerpt,
            "content_sha256": refusal.content_sha256,
        }
        for refusal in sorted(refused, key=lambda refusal: (refusal.source_path, refusal.reason, refusal.detail))
    ]
    return unsorted_frame(spec("quarantine"), rows)
