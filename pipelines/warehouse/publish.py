"""Publishing: each file is written beside its place and moved into it, so readers see the old one or the new one."""

from __future__ import annotations

import filecmp
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.warehouse.building import PUBLISHERS, Building, fingerprint, remove_beside, sha256sum
from schemas.columns import Column, TableSpec

_ROW_GROUP = 50_000


def write_table(frame: pl.DataFrame, path: Path, about: TableSpec) -> bool:
    """Write one Parquet file that says what its columns mean; return whether it has other bytes than before.

    The same rows give the same bytes, and a file with these bytes already is left alone.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
    described = pa.schema(
        [table.schema.field(column.name).with_metadata(_meaning(column)) for column in about.columns],
        metadata={"title": about.name, "description": about.grain},
    )
    rows = pa.Table.from_arrays(table.columns, schema=described)
    try:
        pq.write_table(rows, beside, compression="zstd", row_group_size=_ROW_GROUP)
        return _move_if_new(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def _meaning(column: Column) -> dict[str, str]:
    return {"description": column.description} | ({"unit": column.unit} if column.unit else {})


def remove_leftovers(stage: Path, target: Path, database: Path) -> None:
    """Remove the files beside their places that killed runs left. Only the one run that holds the warehouse may."""
    for left in [*stage.glob(".*.parquet.*"), *target.glob(".*.*")]:
        left.unlink(missing_ok=True)
    remove_beside(database)


def publish_parquet(tables: Iterable[TableSpec], stage: Path, target: Path) -> list[str]:
    """Bring the staged files of `tables` to `target` and return the names of those that changed.

    A file of a table that is no longer published is removed.
    """
    tables = list(tables)
    target.mkdir(parents=True, exist_ok=True)
    changed = []
    for table in tables:
        beside = target / f".{table.name}.{os.getpid()}"
        try:
            shutil.copyfile(stage / f"{table.name}.parquet", beside)
            if _move_if_new(beside, target / f"{table.name}.parquet"):
                changed.append(table.name)
        finally:
            beside.unlink(missing_ok=True)
    for stray in set(target.glob("*.parquet")) - {target / f"{table.name}.parquet" for table in tables}:
        stray.unlink()
    return changed


def publish_database(
    tables: Iterable[TableSpec],
    stage: Path,
    database: Path,
    publishers: Path = PUBLISHERS,
    begun: Building | None = None,
) -> bool:
    """Build the DuckDB file from the staged files and swap it in; return False where the one there has all of it.

    `publishers` says which publishers speak for a government; `begun` is the building of the same that was begun
    already, if any. A reader that has the old file open keeps it, and does not hold this up. A file whose bytes are not
    those that were published last is built anew, whatever it says of itself.
    """
    tables = list(tables)
    build = fingerprint(tables, stage, publishers)
    receipt = stage / f"{database.name}.sha256"
    if _build_of(database) == build and _text(receipt) == sha256sum(database, database.name):
        return False
    building = begun or Building(tables, stage, database, publishers)
    receipt.write_text(building.finish(), encoding="utf-8")
    return True


def _move_if_new(beside: Path, place: Path) -> bool:
    if place.exists() and filecmp.cmp(beside, place, shallow=False):
        beside.unlink()
        return False
    beside.replace(place)
    return True


def _build_of(database: Path) -> str | None:
    """The fingerprint that a database file carries; None where there is no file, or one that cannot be read."""
    if not database.exists():
        return None
    try:
        with duckdb.connect(database, read_only=True) as connection:
            found = connection.execute("SELECT fingerprint FROM readout_build").fetchone()
    except duckdb.Error:
        return None
    return found[0] if found else None


def _text(file: Path) -> str | None:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeError):
        return None
