"""Statements and commitments as published: each with the id of what is the same across articles.

What is the same utterance is decided in `utterances`, what is the same pledge in `pledges`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from pipelines.modelling.collection import without_collection
from pipelines.modelling.dating import publication
from pipelines.modelling.pledges import Pledges
from pipelines.modelling.regrouping import Before, KindOfPeople, Known, remembered
from pipelines.modelling.utterances import Utterances
from pipelines.modelling.words import forgotten_after
from schemas import TABLES, TableSpec
from schemas.frames import conform


@dataclass(frozen=True, slots=True)
class Tied:
    """A table, and what to remember of it (`regrouping.MEMORY`)."""

    table: pl.DataFrame
    memory: pl.DataFrame


def statements(extracted: pl.DataFrame, articles: pl.DataFrame, known: Known | None = None) -> Tied:
    """The statements with `utterance_id`.

    Takes what extraction gave, of all articles or, where the rest is known, of those that changed; and the articles,
    which say when.
    """
    return _tied(TABLES["statements"], "utterance_id", Utterances(), extracted, articles, known)


def commitments(extracted: pl.DataFrame, articles: pl.DataFrame, known: Known | None = None) -> Tied:
    """The commitments with `pledge_id`. Takes what `statements` takes, of commitments."""
    return _tied(TABLES["commitments"], "pledge_id", Pledges(), extracted, articles, known)


@forgotten_after
@without_collection
def _tied(
    about: TableSpec,
    column: str,
    kind: KindOfPeople[Any],
    extracted: pl.DataFrame,
    articles: pl.DataFrame,
    known: Known | None,
) -> Tied:
    when = publication(articles)
    key = about.key[0]
    rows = extracted

    def rows_of(ids: pl.Series) -> pl.DataFrame:
        assert known is not None
        wanted = known.tables[0].filter(pl.col(key).is_in(ids.implode()))
        return wanted.select(extracted.columns).join(when, on="article_id", how="left")

    before = None
    if known is not None:
        before = Before(known.memory, known.changed, rows_of)
        kept = known.tables[0].filter(~pl.col("article_id").is_in(list(known.changed)))
        rows = pl.concat([kept.select(extracted.columns), extracted])
    memory = remembered(kind, extracted.join(when, on="article_id", how="left"), before)
    ids = memory.select(pl.col("row_id").alias(key), pl.col("group_id").alias(column))
    return Tied(conform(about, rows.drop(column, strict=False).join(ids, on=key, how="left")), memory)
