"""A run on two nodes of which one is killed, beside a plain run: `python -m benchmarks.killed_node [--store URL]`.

Both go through `python -m pipelines materialize` into warehouses of their own; the nodes are Dask workers in processes
of their own. When the first part is done, one node is killed with all its processes, by SIGKILL. Then every published
file and every row of the database must be the same. With `--store`, workers write into that place (see docs/scale.md).
Needs what requirements-cluster.lock names.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import duckdb

from benchmarks.nodes import Nodes
from benchmarks.processes import python
from pipelines.bucket import Bucket
from pipelines.engines import DASK_MISSING
from pipelines.settings import ROOT
from pipelines.versions import extractor_version
from schemas.ddl import quoted

_PATIENCE = 3600.0


def main() -> int:
    """Run, compare, print; return 0 where nothing differs."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--raw", type=Path, default=ROOT / "raw" / "articles", help="the articles")
    parser.add_argument("--store", help="an address of fsspec: workers write into it")
    options = parser.parse_args()
    if importlib.util.find_spec("distributed") is None:
        print(f"skipped: {DASK_MISSING}")
        return 0
    with tempfile.TemporaryDirectory(prefix="readout-nodes-") as scratch:
        home = Path(scratch)
        folders = {"READOUT_RAW": str(options.raw.absolute()), "DAGSTER_HOME": str(home / "dagster")}
        plain, killed = home / "plain", home / "killed"
        _materialize({**folders, "READOUT_WAREHOUSE": str(plain), "READOUT_WORKERS": "1"})
        shared = {"READOUT_STORE": options.store} if options.store else {}
        (home / "logs").mkdir()
        with Nodes(home / "logs") as nodes:
            nodes.add()
            nodes.add()
            cluster = {"READOUT_ENGINE": "dask", "READOUT_DASK": nodes.address, "READOUT_WAREHOUSE": str(killed)}
            done = partial(_parts, killed, options.store)
            _kill_in_the_middle(nodes, done, home / "run.log", {**folders, **shared, **cluster})
        parts = done()
        expected, found = ({**_files(folder), **_tables(folder)} for folder in (plain, killed))
    differing = sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))
    print(f"{parts} parts, {len(expected)} published files, tables and views:", end=" ")
    print(f"these differ: {', '.join(differing)}" if differing else "every byte and every row the same")
    return 1 if differing else 0


def _materialize(settings: Mapping[str, str]) -> None:
    made = subprocess.run(
        python("-m", "pipelines", "materialize"),
        env={**os.environ, **settings},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if made.returncode:
        raise RuntimeError(f"the plain run failed:\n{made.stdout}{made.stderr}")


def _kill_in_the_middle(nodes: Nodes, done: Callable[[], int], log: Path, settings: Mapping[str, str]) -> None:
    """Run on the nodes; kill one when a part is done and both work at others."""
    from distributed import Client

    with log.open("wb") as told:
        run = subprocess.Popen(
            python("-m", "pipelines", "materialize"), env={**os.environ, **settings}, cwd=ROOT, stdout=told, stderr=told
        )
    deadline = time.monotonic() + _PATIENCE
    with Client(nodes.address) as client:
        while not (done() and all(client.processing().values())):
            if run.poll() is not None or time.monotonic() > deadline:
                run.kill()
                raise RuntimeError(f"the run ended before both nodes were at work:\n{log.read_text(encoding='utf-8')}")
            time.sleep(0.02)
        print(f"killing one of two nodes: {done()} parts are done, both are at others", flush=True)
        nodes.kill()
    if run.wait() != 0:
        raise RuntimeError(f"the run on the cluster failed:\n{log.read_text(encoding='utf-8')}")


def _parts(warehouse: Path, store: str | None) -> int:
    """How many parts of the extraction are kept so far."""
    if store:
        return len(Bucket(f"{store.rstrip('/')}/extractions/{extractor_version()}").parts())
    return len(list(warehouse.glob(".store/extractions/*/part-*")))


def _files(warehouse: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (warehouse / "parquet").glob("*.parquet")
    }


def _tables(warehouse: Path) -> dict[str, str]:
    """A digest of the sorted rows of each table and view."""
    with duckdb.connect(warehouse / "readout.duckdb", read_only=True) as database:
        names = database.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'main' ORDER BY ALL"
        ).fetchall()
        return {
            str(name): hashlib.sha256(
                "\n".join(sorted(map(repr, database.execute(f"FROM {quoted(name)}").fetchall()))).encode()
            ).hexdigest()
            for (name,) in names
        }


if __name__ == "__main__":
    sys.exit(main())
