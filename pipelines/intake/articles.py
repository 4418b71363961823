"""Parsed documents to the `articles` and `quarantine` frames: one row a distinct text, one row a refused input."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

import polars as pl

from pipelines.identity import stable_id
from pipelines.intake.near_duplicates import story_groups
from pipelines.intake.records import Outcome, ParsedDocument, Rejected
from schemas import spec
from schemas.frames import conform, unsorted_frame

DOCUMENTS = pl.Schema(
    {
        "source_path": pl.String(),
        "title": pl.String(),
        "text": pl.String(),
        "language": pl.String(),
        "publisher": pl.String(),
        "url": pl.String(),
        "authors": pl.List(pl.String()),
        "published_at": pl.Datetime("us"),
        "published_on": pl.Date(),
        "published_basis": pl.String(),
        "licence": pl.String(),
        "content_sha256": pl.String(),
        "word_count": pl.Int64(),
        "signature": pl.Binary(),
        "has_sidecar": pl.Boolean(),
    }
)
"""The fields of `ParsedDocument`, as columns."""

_ID_DIGITS = 16
_STAGE = "intake"
_FILLED = ("title", "language", "publisher", "url", "licence")
_DATES = ("published_at", "published_on", "published_basis")


def take_in(outcomes: Iterable[Outcome], pipeline_version: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The `articles` frame (see `articles_of`) and the `quarantine` frame, each sorted by source path."""
    documents: list[ParsedDocument] = []
    refused: list[Rejected] = []
    for outcome in outcomes:
        if isinstance(outcome, Rejected):
            refused.append(outcome)
        else:
            documents.append(outcome)
    frame = pl.DataFrame([asdict(document) for document in documents], schema=DOCUMENTS)
    return articles_of(frame, pipeline_version), _quarantine(refused)


def articles_of(documents: pl.DataFrame, pipeline_version: str) -> pl.DataFrame:
    """The `articles` frame of a frame with the columns `DOCUMENTS`, sorted by source path.

    Documents of one text are one article: its metadata is that of the first by name among those with a sidecar, else
    of the first, with what is unknown filled in from the others. Near-duplicates share a `story_id`.
    """
    ranked = documents.sort(~pl.col("has_sidecar"), "source_path")
    identifier = pl.format("a_{}", pl.col("content_sha256").str.slice(0, _ID_DIGITS))
    is_dated = pl.col("published_at").is_not_null()
    merged = (
        ranked.group_by("content_sha256", maintain_order=True)
        .agg(
            pl.col("text", "word_count", "signature").first(),
            *(_first_known(name, pl.col(name) != "") for name in _FILLED),
            _first_known("authors", pl.col("authors").list.len() > 0),
            *(pl.when(is_dated.any()).then(pl.col(name).filter(is_dated).first()).otherwise(pl.col(name).first())
              for name in _DATES),
            pl.col("source_path").min(),
            pl.col("source_path").sort().alias("source_paths"),
        )
        .with_columns(identifier.alias("article_id"), pl.lit(pipeline_version).alias("pipeline_version"))
        .sort("source_path")
    )  # fmt: skip
    ids = merged.get_column("article_id").to_list()
    stories = story_groups(
        ids,
        merged.get_column("text").__getitem__,
        merged.get_column("published_on").to_list(),
        merged.get_column("signature").to_list(),
    )
    told = pl.Series("story_id", ["st_" + stories[each].removeprefix("a_") for each in ids], dtype=pl.String)
    return conform(spec("articles"), merged.with_columns(told)).sort("source_path")


def _first_known(column: str, is_known: pl.Expr) -> pl.Expr:
    """The first value that is known; where none is, the first."""
    return pl.coalesce(pl.col(column).filter(is_known).first(), pl.col(column).first()).alias(column)


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
