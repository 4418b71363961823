"""How fast the documented queries answer on a million statements: `python -m benchmarks.query_speed`.

The published warehouse (READOUT_WAREHOUSE, else `warehouse/`) is replicated as `benchmarks/replicated.py` says,
published as any other, and asked every query of docs/queries.md by two threads. One line a query: median time of five
runs after a first one, median of the processor's time (which other programs do not lengthen), rows, question.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import duckdb

from benchmarks.replicated import replicate
from pipelines.settings import REFERENCE, Settings
from pipelines.warehouse.publish import publish_database
from pipelines.warehouse.questions import Query, queries
from schemas import TABLES

ROUNDS = 5
THREADS = 2
AIM = 0.1
"""Seconds."""


def main() -> int:
    """Make the big warehouse, ask it, print; return 0 where every query keeps the aim."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statements", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path, help="a folder where the big warehouse is kept, and found again")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="readout-speed-") as scratch:
        database = _database(options.keep or Path(scratch), options.statements)
        with duckdb.connect(database, read_only=True, config={"threads": THREADS}) as connection:
            counts = ", ".join(f"{_rows(connection, name):,} {name}" for name in TABLES if name != "quarantine")
            print(f"{counts}; {THREADS} threads")
            slow = [query for query in queries() if not _measure(connection, query)]
    print(f"{len(slow)} of {len(queries())} queries took more than {AIM * 1000:.0f} ms")
    return 1 if slow else 0


def _database(folder: Path, statements: int) -> Path:
    database = folder / "readout.duckdb"
    if not database.exists():
        began = time.monotonic()
        replicate(Settings.from_environment().parquet, folder / "stage", REFERENCE, statements)
        made = time.monotonic()
        publish_database(TABLES.values(), folder / "stage", database)
        print(f"replicated in {made - began:.0f} s, published in {time.monotonic() - made:.0f} s")
    return database


def _measure(connection: duckdb.DuckDBPyConnection, query: Query) -> bool:
    """Print the line of one query; return whether it keeps the aim."""
    walls, processors, rows = [], [], 0
    for _ in range(1 + ROUNDS):
        wall, processor = time.perf_counter(), time.process_time()
        rows = len(connection.execute(query.sql).fetchall())
        walls.append(time.perf_counter() - wall)
        processors.append(time.process_time() - processor)
    took = median(walls[1:])
    print(f"{took * 1000:7.1f} ms {median(processors[1:]) * 1000:7.1f} ms {rows:6,} rows  {query.question}")
    return took <= AIM


def _rows(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    [(count,)] = connection.execute(f"SELECT count(*) FROM {table}").fetchall()
    return int(count)


if __name__ == "__main__":
    sys.exit(main())
