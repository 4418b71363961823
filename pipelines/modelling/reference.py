"""The reference data that is published as it is: topics, countries, terms of office."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pipelines.reference_tables import is_laid_over, table_rows
from schemas import TABLES
from schemas.frames import conform


def topics(folder: Path) -> pl.DataFrame:
    """The topic tree."""
    return conform(TABLES["topics"], _read(folder / "topics.csv"))


def countries(folder: Path) -> pl.DataFrame:
    """Codes and names of countries."""
    return conform(TABLES["countries"], _read(folder / "countries.csv"))


def independent_countries(folder: Path) -> pl.DataFrame:
    """The codes of the countries that have heads and foreign ministers of their own."""
    return _read(folder / "countries.csv").filter(pl.col("independent") == "yes").select("country")


def leaders(folder: Path) -> pl.DataFrame:
    """All leaders that the reference knows, with the columns of `leaders` but those on mentions."""
    return _read(folder / "leaders.csv").select(
        "leader_id",
        "name",
        pl.when(pl.col("leader_id").str.starts_with("Q")).then("leader_id").alias("wikidata_id"),
        "country",
        pl.col("aliases").str.split("|").fill_null([]),
    )


def terms(folder: Path) -> pl.DataFrame:
    """Terms of office of all leaders that the reference knows, with the columns of `leader_terms` but its key."""
    return _read(folder / "leader_terms.csv").with_columns(pl.col("start_date", "end_date").str.to_date())


def _read(path: Path) -> pl.DataFrame:
    """A reference table as text, a user's own rows laid over it, empty cells as NULL.

    Raises `FileNotFoundError`, saying what to do.
    """
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing; restore it from the repository")
    if is_laid_over(path):
        rows = pl.DataFrame(table_rows(path), infer_schema_length=None)
        return rows.with_columns(pl.all().replace("", None))
    return pl.read_csv(path, infer_schema=False)
