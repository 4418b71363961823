"""What was found to be the same across articles the last time, so that only what changed since is looked at again.

Beside a staged table lie its memory, which says how its rows were grouped, and a mark of each article. What was not
made with the staged tables that are there, by this version, or is not what was written, is as none: all is made anew.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl

from pipelines.modelling.regrouping import Known
from pipelines.unchanged import is_as_made, remember_table, was_made_of

MARKS = {"article_id": pl.String, "mark": pl.String}
"""A mark changes whenever a row that an article gave could."""

_HOME = ".groups"
_MOST = 0.5
"""The share of articles that may have changed: where more have, to make all anew takes no longer."""


def recall(tables: list[Path], version: str, marks: pl.DataFrame) -> Known | None:
    """What is known of the staged `tables`, which were made together; `marks` are those of the articles now."""
    memory, marked = _files(tables[0], version)
    of = was_made_of(memory)
    if of is None or not all(is_as_made(file, of) for file in (memory, marked, *tables)):
        return None
    before = pl.read_parquet(marked)
    both = before.join(marks, on="article_id", how="full", suffix="_now", coalesce=True)
    changed = both.filter(pl.col("mark").ne_missing(pl.col("mark_now"))).get_column("article_id")
    if len(changed) > _MOST * before.height:
        return None
    return Known([*map(pl.read_parquet, tables)], pl.read_parquet(memory), frozenset(changed))


def remember(table: Path, version: str, of: str, marks: pl.DataFrame, memory: pl.DataFrame) -> None:
    """Keep the memory of the staged `table`, which is made of `of`. What other versions kept goes."""
    paths = _files(table, version)
    for other in paths[0].parent.parent.glob("*"):
        if other.name != version:
            shutil.rmtree(other, ignore_errors=True)
    paths[0].parent.mkdir(parents=True, exist_ok=True)
    for frame, path in zip((memory, marks), paths, strict=True):
        frame.write_parquet(path, compression="zstd")
        remember_table(path, of)


def _files(table: Path, version: str) -> tuple[Path, Path]:
    folder = table.parent / _HOME / version
    return folder / f"{table.stem}.parquet", folder / f"{table.stem}-marks.parquet"
