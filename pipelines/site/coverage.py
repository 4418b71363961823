"""What is in the dataset, counted: rows, and statements and commitments by month, country, topic and publisher."""

from __future__ import annotations

from typing import Any

import polars as pl

from pipelines.site.passages import Names, Tables

Counts = list[dict[str, Any]]
"""Rows of `name`, `statements`, `commitments` and, where it is counted, `articles`."""


def by_month(passages: pl.DataFrame, articles: pl.DataFrame) -> Counts:
    """By month of publication, oldest first; articles without a date are "undated", last."""
    month = pl.col("day").dt.strftime("%Y-%m").fill_null("undated")
    return _counted(passages.select("kind", name=month), articles.select(name=month), sort=["name"], descending=[False])


def by_publisher(passages: pl.DataFrame, articles: pl.DataFrame) -> Counts:
    """By publisher, the largest first."""
    publisher = pl.col("publisher").fill_null("publisher not named")
    published = articles.select("article_number", name=publisher)
    named = passages.select("kind", "article_number").join(published, on="article_number").select("kind", "name")
    return _counted(named, published.select("name"))


def by_country(passages: pl.DataFrame, names: Names) -> Counts:
    """By the country that speakers speak for and committers would act for, the largest first."""
    counted = _counted(passages.select("kind", name="who_countries").explode("name", empty_as_null=False).drop_nulls())
    return [{**row, "id": row["name"], "name": names.countries.get(row["name"], row["name"])} for row in counted]


def by_topic(passages: pl.DataFrame, topics: pl.DataFrame) -> Counts:
    """By topic, the largest first; a parent counts what its children have."""
    labels = dict(topics.select("topic_id", "label").iter_rows())
    parents = dict(topics.select("topic_id", "parent_id").iter_rows())
    counted = _counted(passages.select("kind", name="topic").explode("name", empty_as_null=False))
    return [
        {
            **row,
            "id": row["name"],
            "name": labels.get(row["name"], row["name"]),
            "parent": labels.get(parents.get(row["name"]) or ""),
        }
        for row in counted
    ]


def by_act(passages: pl.DataFrame, kind: str, codes: dict[str, str]) -> Counts:
    """Speech acts of statements, or firmness of commitments, in the order of their codes."""
    found = dict(passages.filter(pl.col("kind") == kind).group_by("act").len().iter_rows())
    return [{"name": code, "meaning": codes[code], "count": found.get(code, 0)} for code in codes]


def sources(articles: pl.DataFrame) -> Counts:
    """Publishers with their licences, articles, and how many of those are here without their text."""
    without = pl.col("text").is_null() | (pl.col("text") == "")
    return (
        articles.group_by(
            publisher=pl.col("publisher").fill_null("publisher not named"),
            licence=pl.col("licence").fill_null("not named"),
        )
        .agg(articles=pl.len(), without_text=without.sum())
        .sort(["articles", "publisher", "licence"], descending=[True, False, False])
        .to_dicts()
    )


def rows(tables: Tables) -> dict[str, int]:
    """How many rows each table has."""
    return {name: frame.height for name, frame in tables.items()}


def _counted(
    passages: pl.DataFrame,
    articles: pl.DataFrame | None = None,
    *,
    sort: list[str] | None = None,
    descending: list[bool] | None = None,
) -> Counts:
    counts = passages.group_by("name").agg(
        statements=(pl.col("kind") == "statement").sum(), commitments=(pl.col("kind") == "commitment").sum()
    )
    if articles is not None:
        counts = articles.group_by("name").agg(articles=pl.len()).join(counts, on="name", how="full", coalesce=True)
        counts = counts.with_columns(pl.col("articles", "statements", "commitments").fill_null(0))
    if sort is None:
        return counts.sort([pl.col("statements") + pl.col("commitments"), "name"], descending=[True, False]).to_dicts()
    return counts.sort(sort, descending=descending or False).to_dicts()
