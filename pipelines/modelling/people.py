"""Leaders as the dataset knows them: one row a person, from what each article says of them."""

from __future__ import annotations

import polars as pl

from pipelines.identity import stable_id
from schemas import TABLES
from schemas.frames import conform


def leaders(extracted: pl.DataFrame, articles: pl.DataFrame) -> pl.DataFrame:
    """One row a leader: the commonest name (where two are as common, the first by alphabet), all aliases, and when
    they were first and last mentioned.
    """
    dated = extracted.join(articles.select("article_id", "published_at"), on="article_id", how="left")
    by_person = dated.group_by("leader_id").agg(
        _commonest("name"),
        _commonest("wikidata_id"),
        _commonest("country"),
        pl.concat_list("aliases", pl.concat_list("name")).list.explode().unique().drop_nulls().alias("names"),
        pl.col("published_at").min().alias("first_mention"),
        pl.col("published_at").max().alias("last_mention"),
    )
    aliases = pl.col("names").list.set_difference(pl.concat_list("name")).list.sort().alias("aliases")
    return conform(TABLES["leaders"], by_person.with_columns(aliases))


def leader_terms(leaders: pl.DataFrame, terms: pl.DataFrame) -> pl.DataFrame:
    """The offices that the mentioned leaders held, by the reference."""
    known = terms.join(leaders.select("leader_id"), on="leader_id", how="semi")
    identity = pl.struct("leader_id", "office", "country", "start_date", "end_date").map_elements(
        lambda term: stable_id("t", *term.values()), return_dtype=pl.String
    )
    rows = known.with_columns(identity.alias("term_id")).unique("term_id", keep="first", maintain_order=True)
    return conform(TABLES["leader_terms"], rows)


def _commonest(column: str) -> pl.Expr:
    return pl.col(column).drop_nulls().mode().sort().first()
