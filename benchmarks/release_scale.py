"""Whether releases work in flat memory: `python -m benchmarks.release_scale WAREHOUSE --rows 100000 1000000`.

Copies the tables of a warehouse, ids and all, until they have so many rows, and makes, verifies and compares releases
of them, each command in a process of its own. Prints seconds and peak memory. Half of the articles are under an open
licence.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from pipelines.release.engine import source
from schemas import TABLES
from schemas.columns import TableSpec
from schemas.ddl import literal, quoted

ROOT = Path(__file__).resolve().parents[1]
KEPT = ("topics", "countries", "leaders", "leader_terms", "quarantine")
"""Tables that have no more rows where there are more articles."""


def main() -> int:
    """Measure each size and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("warehouse", type=Path)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000])
    chosen = parser.parse_args()
    print(f"{'rows':>10}  {'command':<8}  {'seconds':>8}  {'peak MiB':>8}", flush=True)
    for rows in chosen.rows:
        with tempfile.TemporaryDirectory(prefix="readout-scale-") as folder:
            scratch = Path(folder)
            made = copy_tables(chosen.warehouse / "parquet", scratch / "parquet", rows)
            releases = scratch / "releases"
            first, second = releases / "2026.10.0", scratch / "other" / "2026.11.0"
            for name, command, warehouse in (
                ("release", ["release", "2026.10.0"], scratch),
                ("verify", ["verify", str(first)], scratch),
            ):
                _measure(made, name, command, warehouse)
            second.parent.mkdir()
            changed = scratch / "changed"
            copy_tables(chosen.warehouse / "parquet", changed / "parquet", rows, confidence=0.5)
            _measure(made, "release", ["release", "2026.11.0"], changed)
            (changed / "releases" / "2026.11.0").rename(second)
            _measure(made, "diff", ["diff", str(first), str(second), "--out", str(scratch / "delta")], scratch)
    return 0


def copy_tables(parquet: Path, target: Path, rows: int, confidence: float | None = None) -> int:
    """Write the tables with every row copied and return how many rows they have; `confidence` goes into statements."""
    target.mkdir(parents=True)
    made = 0
    with duckdb.connect(config={"memory_limit": "4GB"}) as connection:
        growing = [name for name in TABLES if name not in KEPT]
        counts = [_count(connection, parquet / f"{name}.parquet") for name in growing]
        copies = max(1, rows // sum(counts))
        for name, table in TABLES.items():
            times = 1 if name in KEPT else copies
            columns = ", ".join(_copied(table, confidence) if times > 1 else [quoted(c.name) for c in table.columns])
            sql = f"SELECT {columns} FROM {source(parquet / f'{name}.parquet')}, range({times}) AS copy(n)"
            order = ", ".join(map(quoted, table.key))
            connection.execute(
                f"COPY ({sql} ORDER BY {order}) TO {literal(str(target / f'{name}.parquet'))} (COMPRESSION zstd)"
            )
            made += _count(connection, target / f"{name}.parquet")
    return made


def _copied(table: TableSpec, confidence: float | None) -> list[str]:
    columns = []
    for column in table.columns:
        name = quoted(column.name)
        target = str(column.references or "").partition(".")[0]
        own = column.name in table.key and column.name.endswith("_id") and not column.references
        if own or (target and target not in KEPT and not column.is_list):
            columns.append(f"{name} || '_' || n AS {name}")
        elif column.name == "licence":
            columns.append(f"CASE WHEN n % 2 = 0 THEN 'CC BY 4.0' END AS {name}")
        elif confidence is not None and table.name == "statements" and column.name == "confidence":
            columns.append(f"CASE WHEN n % 10 = 0 THEN {confidence} ELSE {name} END AS {name}")
        else:
            columns.append(name)
    return columns


def _count(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    found = connection.execute(f"SELECT count(*) FROM {source(path)}").fetchone()
    return int(found[0]) if found else 0


def _measure(rows: int, name: str, command: list[str], warehouse: Path) -> None:
    environment = {**os.environ, "READOUT_WAREHOUSE": str(warehouse)}
    began = time.monotonic()
    with subprocess.Popen(
        [sys.executable, "-m", "pipelines", *command],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"readout {' '.join(command)} failed")
    peak = used.ru_maxrss / 1024
    print(f"{rows:>10,}  {name:<8}  {time.monotonic() - began:>8.1f}  {peak:>8,.0f}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
