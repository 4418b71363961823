"""What is in a release, as its descriptions tell it. Every number in them comes from here."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from pipelines.release.versions import Version
from schemas.columns import TableSpec

TITLE = "Readout: what leaders say and promise"
ABOUT = (
    "News articles and official readouts about world leaders, turned into tables: who said what to whom, who promised "
    "what and how firmly, what happened between whom. Each row has its exact place in its article."
)
MAKER = "The Readout contributors"
KEYWORDS = (
    "political statements",
    "commitments",
    "international relations",
    "quotation attribution",
    "event data",
    "news",
    "diplomacy",
)


@dataclass(frozen=True, slots=True)
class File:
    """One Parquet file of the release, by the table that is in it."""

    table: TableSpec
    rows: int
    bytes: int
    sha256: str

    @property
    def path(self) -> str:
        """Where it lies in the release."""
        return f"parquet/{self.table.name}.parquet"


@dataclass(frozen=True, slots=True)
class Contents:
    """One release."""

    version: Version
    files: tuple[File, ...]
    languages: tuple[str, ...]
    first_day: str | None
    last_day: str | None
    licences: pl.DataFrame
    """One row a licence as named: what was decided on it and why, and its numbers of articles and publishers."""
    made_by: tuple[str, ...]
    """Versions of the pipeline that made the rows."""
    accuracy: pl.DataFrame
    calibration: pl.DataFrame

    def rows(self, table: str) -> int:
        """Rows of one table."""
        return next(file.rows for file in self.files if file.table.name == table)
