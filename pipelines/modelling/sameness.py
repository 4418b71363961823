"""Statements and commitments as published: each with the id of what is the same across articles.

What is the same utterance is decided in `utterances`, what is the same pledge in `pledges`.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pipelines.modelling.dating import publication
from pipelines.modelling.pledges import pledge_ids
from pipelines.modelling.utterances import utterance_ids
from schemas import TABLES, TableSpec
from schemas.frames import conform


def statements(extracted: pl.DataFrame, articles: pl.DataFrame) -> pl.DataFrame:
    """The statements with `utterance_id`. Takes what extraction gave, and the articles, which say when."""
    return _tied(TABLES["statements"], extracted, "utterance_id", utterance_ids(_dated(extracted, articles)))


def commitments(extracted: pl.DataFrame, articles: pl.DataFrame) -> pl.DataFrame:
    """The commitments with `pledge_id`. Takes what extraction gave, and the articles, which say when."""
    return _tied(TABLES["commitments"], extracted, "pledge_id", pledge_ids(_dated(extracted, articles)))


def _dated(extracted: pl.DataFrame, articles: pl.DataFrame) -> pl.DataFrame:
    return extracted.join(publication(articles), on="article_id", how="left")


def _tied(table: TableSpec, extracted: pl.DataFrame, column: str, ids: Mapping[str, str]) -> pl.DataFrame:
    tied = extracted.get_column(table.key[0]).replace_strict(ids, return_dtype=pl.String).alias(column)
    return conform(table, extracted.with_columns(tied))
