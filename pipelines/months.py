"""Articles by the month of their publication: the pieces in which a long history is loaded, and made again.

Takes the frame `articles`; gives names of months and the articles in them. Never here: Dagster's partitions
(`assets/months.py`), what is done with the articles.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

UNDATED = "undated"
"""The piece of the articles whose day of publication nobody knows."""

_MONTH = pl.col("published_on").dt.strftime("%Y-%m").fill_null(UNDATED).alias("month")


def by_month(articles: pl.DataFrame) -> pl.DataFrame:
    """How many articles each month has, as `month` (`YYYY-MM`) and `articles`: in order, the undated ones last."""
    return articles.group_by(_MONTH).agg(pl.len().alias("articles")).sort("month")


def published_in(articles: pl.DataFrame, months: Iterable[str]) -> pl.DataFrame:
    """The articles of these months."""
    return articles.filter(_MONTH.is_in(list(months)))
