"""When and by whom an article was published, as the matching of accounts needs it."""

from __future__ import annotations

import polars as pl

from schemas import TABLES
from schemas.frames import conform

PUBLICATION = ("article_id", "published_at", "published_on", "publisher", "url")
"""The columns of `articles` that say when and by whom."""

_HOST = r"^\w+://([^/?#]+)"


def publication(articles: pl.DataFrame) -> pl.DataFrame:
    """`article_id`, `published_at`, `published_on`, and `source`: the publisher, else the host of the address.

    Takes `articles`, or a frame of some of its columns: what is missing is unknown.
    """
    return conform(TABLES["articles"], articles).select(
        "article_id",
        "published_at",
        pl.coalesce("published_on", pl.col("published_at").dt.date()).alias("published_on"),
        pl.coalesce("publisher", pl.col("url").str.extract(_HOST)).alias("source"),
    )
