"""What the reference knows of who held office: country × office × year, holes shown."""

from __future__ import annotations

import polars as pl

from schemas import TABLES
from schemas.codes import OFFICE_SEATS
from schemas.frames import conform

FIRST_YEAR = 2000


def leader_coverage(terms: pl.DataFrame, leaders: pl.DataFrame, countries: pl.DataFrame) -> pl.DataFrame:
    """One row for each independent country, office and year from 2000 to the year of the newest source.

    Takes the reference's terms and leaders (`modelling.reference`), and the independent countries. A term tells of its
    years up to its end where a source gives that; else up to the day of its source, and of the years between that and
    an inferred end it only lets one guess: those are `inferred`.
    """
    last_year = terms.select(pl.col("as_of").str.slice(0, 4).cast(pl.Int64).max()).item()
    held = _years_held(terms, last_year).join(leaders.select("leader_id", "name"), on="leader_id", how="left")
    told = (
        held.sort("start_date", "end_date", "leader_id", nulls_last=True)
        .group_by("country", "office_kind", "year", maintain_order=True)
        .agg(
            pl.col("name").unique(maintain_order=True).alias("names"),
            pl.col("leader_id").n_unique().alias("holders"),
            pl.col("is_known").any(),
        )
    )
    seats = (
        countries.select("country")
        .join(pl.DataFrame({"office_kind": list(OFFICE_SEATS)}), how="cross")
        .join(pl.DataFrame({"year": range(FIRST_YEAR, last_year + 1)}), how="cross")
    )
    rows = seats.join(told, on=["country", "office_kind", "year"], how="left").with_columns(
        pl.when("is_known").then(pl.lit("known")).when(pl.col("holders") > 0).then(pl.lit("inferred"))
        .otherwise(pl.lit("hole")).alias("status"),
        pl.col("holders").fill_null(0),
    )  # fmt: skip
    return conform(TABLES["leader_coverage"], rows)


def _years_held(terms: pl.DataFrame, last_year: int) -> pl.DataFrame:
    """One row for each year of each term of the offices that the coverage is told of."""
    begun, ended = pl.col("start_date").dt.year().cast(pl.Int64), pl.col("end_date").dt.year().cast(pl.Int64)
    seen = pl.col("as_of").str.slice(0, 4).cast(pl.Int64)
    by_source = pl.col("end_basis").str.starts_with("source")
    return (
        terms.filter(pl.col("office_kind").is_in(list(OFFICE_SEATS)))
        .with_columns(
            pl.max_horizontal(begun.fill_null(ended), FIRST_YEAR).alias("first"),
            pl.min_horizontal(ended.fill_null(seen), last_year).alias("last"),
            pl.when(by_source).then(ended).otherwise(seen).alias("known_to"),
        )
        .filter(pl.col("first") <= pl.col("last"))
        .with_columns(pl.int_ranges("first", pl.col("last") + 1).alias("year"))
        .explode("year")
        .with_columns((pl.col("year") <= pl.col("known_to")).alias("is_known"))
    )
