"""The DuckDB file: built in threads beside its place, each table as soon as it is staged, and then moved there.

Takes the staged Parquet files of a run. Never here: what a table has (`schemas`), when it is out of date (`publish`).
"""

from __future__ import annotations

import hashlib
import itertools
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path

import duckdb

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
_STAGED = "file of {}"
_MEMORY = "650MB"
"""What DuckDB may take first; of 30,000 articles it takes 1.5 GB where it may. With this, their tables take 92 seconds
and 2.5 GiB at the peak; with 850 MB, 88 and 2.7."""
_OUT_OF_MEMORY = (duckdb.OutOfMemoryException, duckdb.TransactionException, duckdb.FatalException)
"""What DuckDB raises where an index, or what it commits, does not fit: spilling helps neither."""
PUBLISHERS = REFERENCE / "publishers.csv"
"""Which publishers speak for a government."""


class Building:
    """A database that is built while the run still makes tables: on one core, so that those staged fill on the others.

    It is begun where a table was staged with other rows than before, and not before all tables come soon: nothing lies
    in memory, half built, for the hours that articles may take.
    """

    def __init__(self, tables: Iterable[TableSpec], stage: Path, database: Path, publishers: Path = PUBLISHERS) -> None:
        self._tables, self._stage, self._database, self._publishers = [*tables], stage, database, publishers
        self._staged: dict[str, Future[None]] = {table.name: Future() for table in self._tables}
        self._pool = ThreadPoolExecutor(1)
        self._made: Future[Path] | None = None
        self._is_new = self._is_soon = False

    @property
    def is_begun(self) -> bool:
        """Whether there is something being built, or built already."""
        return self._made is not None

    def staged(self, table: str, is_new: bool) -> None:
        """The staged file of `table` is what this run publishes; `is_new`: it is not what the last one did."""
        if table in self._staged and not self._staged[table].done():
            self._staged[table].set_result(None)
            self._is_new |= is_new
            self._begin()

    def tables_come_soon(self) -> None:
        """What takes long is done."""
        self._is_soon = True
        self._begin()

    def _begin(self) -> None:
        if self._is_new and self._is_soon and not self.is_begun:
            self._made = self._pool.submit(self._make)

    def finish(self) -> str:
        """All files are staged: move the database into its place once it is whole; give what `sha256sum` says of it.

        Raises what DuckDB raises where rows break a constraint; the old file stays then.
        """
        for table in self._staged:
            self.staged(table, is_new=True)
        try:
            beside = (self._made or self._pool.submit(self._make)).result()
            written = sha256sum(beside, self._database.name)
            beside.replace(self._database)
        finally:
            self.abandon()
        old_log = self._database.with_name(f"{self._database.name}.wal")
        old_log.unlink(missing_ok=True)  # a log of the old file breaks the new one
        return written

    def abandon(self) -> None:
        """Leave off, and remove what was built so far."""
        for waiting in self._staged.values():
            if waiting.cancel():
                waiting.set_running_or_notify_cancel()  # so that who waits for it is told
        self._pool.shutdown()
        remove_beside(self._database)

    def _make(self) -> Path:
        """Where the whole database lies beside its place."""
        try:
            return self._make_within(_MEMORY)
        except _OUT_OF_MEMORY:
            return self._make_within(None)

    def _make_within(self, memory: str | None) -> Path:
        beside = self._database.with_name(f".{self._database.name}.{os.getpid()}")
        beside.parent.mkdir(parents=True, exist_ok=True)
        remove_beside(self._database)
        with duckdb.connect(beside, config={"memory_limit": memory} if memory else {}) as connection:
            _make_tables(connection, self._tables, self._stage, self._publishers, self._staged)
            for file in _ASKED:
                connection.execute(file.read_text(encoding="utf-8"))
            connection.execute(
                "CREATE TABLE readout_build AS SELECT $1 AS fingerprint",
                [fingerprint(self._tables, self._stage, self._publishers)],
            )
            connection.execute("CHECKPOINT")
        return beside


def build_database(tables: Iterable[TableSpec], stage: Path, database: Path, publishers: Path = PUBLISHERS) -> str:
    """Build the DuckDB file from files that are all there, and swap it in; give what `sha256sum` says of it."""
    return Building(tables, stage, database, publishers).finish()


def remove_beside(database: Path) -> None:
    """Remove what is being built, or was when a run was killed, beside `database`: file, log, and sorting on disk."""
    for left in database.parent.glob(f".{database.name}.*"):
        if left.is_dir():
            shutil.rmtree(left)
        else:
            left.unlink(missing_ok=True)


def fingerprint(tables: Iterable[TableSpec], stage: Path, publishers: Path) -> str:
    """What a database is made of: the same rows, declarations and SQL give the same."""
    digest = hashlib.blake2b(digest_size=16)
    for source in (*SURFACE, publishers):
        digest.update(source.read_bytes())
    for table in tables:
        digest.update("\n".join([create_table(table), *comments(table)]).encode())
        with (stage / f"{table.name}.parquet").open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def sha256sum(file: Path, name: str) -> str:
    """What `sha256sum` says of `file` under that name."""
    with file.open("rb") as data:
        return f"{hashlib.file_digest(data, 'sha256').hexdigest()}  {name}\n"


def _make_tables(
    connection: duckdb.DuckDBPyConnection,
    tables: Iterable[TableSpec],
    stage: Path,
    publishers: Path,
    staged: Mapping[str, Future[None]],
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
        made[table.name] = Task(
            {*others, _STAGED.format(table.name)}, partial(_load, table, stage / f"{table.name}.parquet")
        )
    filled = set(made)
    for statement in (each for file in _DERIVED for each in connection.extract_statements(file.read_text("utf-8"))):
        query = _COMMENT.sub("", statement.query)
        name, *derived = dict.fromkeys(_NAMED.findall(query))
        made[name] = Task({*derived, *filled.intersection(_WORD.findall(query))}, partial(_execute, statement.query))
    do_all(connection, made, {_STAGED.format(table): waiting for table, waiting in staged.items()})
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
