"""The reference data that is published as it is: topics, countries, terms of office."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from schemas import TABLES
from schemas.frames import conform


def topics(folder: Path) -> pl.DataFrame:
    """The topic tree."""
    return conform(TABLES["topics"], _read(folder / "topics.csv"))


def countries(folder: Path) -> pl.DataFrame:
    """Codes and names of countries."""
    return conform(TABLES["countries"], _read(folder / "countries.csv"))


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
    """A reference file as text, empty cells as NULL. Raises `FileNotFoundError`, saying what to do."""
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing; restore it from the repository")
    return pl.read_csv(path, infer_schema=False)
