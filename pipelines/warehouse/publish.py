"""Publishing: each file is written beside its place and moved into it, so readers see the old one or the new one."""

from __future__ import annotations

import filecmp
import hashlib
import itertools
import os
import re
import shutil
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.settings import REFERENCE
from pipelines.warehouse.side_by_side import Task, do_all
from schemas.codes import FIRMNESS
from schemas.columns import Column, TableSpec
from schemas.ddl import comments, create_table, literal, quoted

_SQL = Path(__file__).with_name("sql")
_DERIVED = [_SQL / f"{name}.sql" for name in ("derived", "accounts", "pledges")]
_ASKED = [_SQL / f"{name}.sql" for name in ("views", "questions")]
SURFACE = [*_DERIVED, *_ASKED]
"""What is made of the tables in the database, in this order: derived tables, then the views and macros over them."""
_NAMED = re.compile(r"\b(?:derived|scratch)\.\w+")
_COMMENT = re.compile(r"--.*")
_WORD = re.compile(r"\w+")
_ROW_GROUP = 50_000


def write_table(frame: pl.DataFrame, path: Path, about: TableSpec) -> None:
    """Write one Parquet file that says what its columns mean.

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
        _move_if_new(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def _meaning(column: Column) -> dict[str, str]:
    return {"description": column.description} | ({"unit": column.unit} if column.unit else {})


def remove_leftovers(stage: Path, target: Path, database: Path) -> None:
    """Remove the files beside their places that killed runs left. Only the one run that holds the warehouse may."""
    for left in [
        *stage.glob(".*.parquet.*"),
        *target.glob(".*.*"),
        *database.parent.glob(f".{database.name}.*"),
    ]:
        left.unlink(missing_ok=True)


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
    tables: Iterable[TableSpec], stage: Path, database: Path, publishers: Path = REFERENCE / "publishers.csv"
) -> bool:
    """Build the DuckDB file from the staged files and swap it in; return False where the one there has all of it.

    `publishers` says which publishers speak for a government. A reader that has the old file open keeps it, and does
    not hold this up. A file whose bytes are not those that were published last is built anew, whatever it says of
    itself.
    """
    tables = list(tables)
    build = _fingerprint(tables, stage, publishers)
    receipt = stage / f"{database.name}.sha256"
    if _build_of(database) == build and _text(receipt) == _receipt(database, database.name):
        return False
    receipt.write_text(build_database(tables, stage, database, publishers), encoding="utf-8")
    return True


def build_database(
    tables: Iterable[TableSpec], stage: Path, database: Path, publishers: Path = REFERENCE / "publishers.csv"
) -> str:
    """Build the DuckDB file beside its place and swap it in; give what `sha256sum` says of it."""
    tables = list(tables)
    database.parent.mkdir(parents=True, exist_ok=True)
    beside = database.with_name(f".{database.name}.{os.getpid()}")
    beside.unlink(missing_ok=True)
    try:
        with duckdb.connect(beside) as connection:
            _make_tables(connection, tables, stage, publishers)
            for file in _ASKED:
                connection.execute(file.read_text(encoding="utf-8"))
            connection.execute(
                "CREATE TABLE readout_build AS SELECT $1 AS fingerprint", [_fingerprint(tables, stage, publishers)]
            )
            connection.execute("CHECKPOINT")
        written = _receipt(beside, database.name)
        beside.replace(database)
        database.with_name(f"{database.name}.wal").unlink(missing_ok=True)  # a log of the old file breaks the new one
    finally:
        beside.unlink(missing_ok=True)
        beside.with_name(f"{beside.name}.wal").unlink(missing_ok=True)
    return written


def _make_tables(
    connection: duckdb.DuckDBPyConnection, tables: Iterable[TableSpec], stage: Path, publishers: Path
) -> None:
    """Make and fill the tables, and those of the schema `derived`, each once what it rests on is there."""
    connection.execute("CREATE SCHEMA derived")
    connection.execute(
        "CREATE TABLE derived.publishers AS SELECT lower(pattern) AS pattern, country, row_number() OVER () AS place "
        f"FROM read_csv({literal(str(publishers))}, all_varchar = true)"
    )
    connection.execute("CREATE TABLE derived.firmness (firmness VARCHAR, rank BIGINT)")
    connection.executemany("INSERT INTO derived.firmness VALUES (?, ?)", [*zip(FIRMNESS, itertools.count(1))])
    connection.execute("ATTACH ':memory:' AS scratch")
    made: dict[str, Task] = {}
    for table in tables:
        connection.execute(create_table(table))
        for comment in comments(table):
            connection.execute(comment)
        others = {str(column.references).split(".")[0] for column in table.references} - {table.name}
        made[table.name] = Task(others, partial(_load, table, stage / f"{table.name}.parquet"))
    filled = set(made)
    for statement in (each for file in _DERIVED for each in connection.extract_statements(file.read_text("utf-8"))):
        query = _COMMENT.sub("", statement.query)
        name, *derived = dict.fromkeys(_NAMED.findall(query))
        made[name] = Task({*derived, *filled.intersection(_WORD.findall(query))}, partial(_execute, statement.query))
    do_all(connection, made)
    connection.execute("DETACH scratch")


def _execute(query: str, connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(query)


def _load(table: TableSpec, file: Path, connection: duckdb.DuckDBPyConnection) -> None:
    names = ", ".join(quoted(column.name) for column in table.columns)
    source = f"SELECT {names} FROM read_parquet({literal(str(file))})"
    parents = [column for column in table.references if str(column.references).startswith(f"{table.name}.")]
    if parents:
        _load_tree(connection, table, source, parents[0])
    else:
        connection.execute(f"INSERT INTO {quoted(table.name)} {source}")


def _load_tree(connection: duckdb.DuckDBPyConnection, table: TableSpec, source: str, parent: Column) -> None:
    """Insert a table that refers to itself level by level: DuckDB wants the parents to be there before."""
    name, key = quoted(table.name), quoted(table.key[0])
    connection.execute(f"CREATE TEMP TABLE waiting AS {source}")
    ready = f"{quoted(parent.name)} IS NULL OR {quoted(parent.name)} IN (SELECT {key} FROM {name})"
    while True:
        connection.execute(f"INSERT INTO {name} SELECT * FROM waiting WHERE {ready}")
        connection.execute(f"DELETE FROM waiting WHERE {key} IN (SELECT {key} FROM {name})")
        left = connection.execute(f"SELECT count(*), count(*) FILTER ({ready}) FROM waiting").fetchone() or (0, 0)
        if left[1] == 0:
            break
    connection.execute(f"INSERT INTO {name} SELECT * FROM waiting")  # orphans, if any: the foreign key says so
    connection.execute("DROP TABLE waiting")


def _move_if_new(beside: Path, place: Path) -> bool:
    if place.exists() and filecmp.cmp(beside, place, shallow=False):
        beside.unlink()
        return False
    beside.replace(place)
    return True


def _fingerprint(tables: Iterable[TableSpec], stage: Path, publishers: Path) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for source in (*SURFACE, publishers):
        digest.update(source.read_bytes())
    for table in tables:
        digest.update("\n".join([create_table(table), *comments(table)]).encode())
        with (stage / f"{table.name}.parquet").open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


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


def _receipt(file: Path, name: str) -> str:
    """What `sha256sum` says of `file` under that name."""
    with file.open("rb") as data:
        return f"{hashlib.file_digest(data, 'sha256').hexdigest()}  {name}\n"


def _text(file: Path) -> str | None:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeError):
        return None
