"""Leaders as the dataset knows them: one row a person, from what each article says of them."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pipelines.identity import stable_id
from schemas import TABLES
from schemas.frames import conform

NAMING_COLUMNS = {
    "statements": ("speaker_leader_ids", "addressee_leader_ids"),
    "commitments": ("committer_leader_ids", "reported_by_leader_ids", "counterparty_leader_ids"),
    "extracted_events": ("leader_ids",),
}
"""Where rows of an article name leaders, beside its mentions."""


def leaders(
    extracted: pl.DataFrame, naming: Mapping[str, pl.DataFrame], known: pl.DataFrame, articles: pl.DataFrame
) -> pl.DataFrame:
    """One row a leader: the commonest name (where two are as common, the first by alphabet), all aliases, and when
    they were first and last mentioned.

    `naming` has the tables whose rows name leaders: one who is meant there without a mention ("the leaders of France
    and Italy") is taken from `known`, the reference.
    """
    pairs = [
        naming[table].select("article_id", pl.col(column).alias("leader_id")).explode("leader_id")
        for table, columns in NAMING_COLUMNS.items()
        for column in columns
    ]
    meant = pl.concat(pairs).drop_nulls().unique().join(extracted, on=["article_id", "leader_id"], how="anti")
    unmentioned = meant.join(known, on="leader_id").select(extracted.columns)
    said = pl.concat([extracted, unmentioned]).join(
        articles.select("article_id", "published_at"), on="article_id", how="left"
    )
    by_person = said.group_by("leader_id").agg(
        _commonest("name"),
        _commonest("wikidata_id"),
        _commonest("country"),
        pl.col("aliases").explode().drop_nulls().unique().alias("other_names"),
        pl.col("name").unique().alias("names"),
        pl.col("published_at").min().alias("first_mention"),
        pl.col("published_at").max().alias("last_mention"),
    )
    aliases = pl.col("names").list.set_union("other_names").list.set_difference(pl.concat_list("name")).list.sort()
    return conform(TABLES["leaders"], by_person.with_columns(aliases.alias("aliases")))


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
