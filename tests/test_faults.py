"""Faults: a damaged file is mended by the next run, two runs do not tangle, and trouble is said plainly."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from benchmarks.faults import damage
from pipelines.locking import WarehouseInUseError, only_run
from pipelines.store import KEY, Store
from pipelines.warehouse.publish import publish_database, remove_leftovers, write_table
from schemas import TABLES
from tests.samples import sample


@pytest.mark.parametrize("how", ["truncated", "emptied", "bytes turned", "removed"])
@pytest.mark.parametrize("name", ["keys.parquet", "words.parquet", "SHA256SUMS"])
def test_a_damaged_part_is_set_aside_and_its_keys_are_missing_again(tmp_path: Path, name: str, how: str) -> None:
    schemas = {"words": pl.Schema({"word": pl.String})}
    store = Store(tmp_path, "v1", schemas)
    for key in ("a", "b"):
        store.append([key], {"words": pl.DataFrame({KEY: [key], "word": [key]})})
    damage(next(tmp_path.glob(f"v1/part-*/{name}")), how, random.Random(1))
    again = Store(tmp_path, "v1", schemas)
    assert again.mend() == 1
    (lost,) = again.missing(["a", "b"])
    again.append([lost], {"words": pl.DataFrame({KEY: [lost], "word": [lost]})})
    assert sorted(again.scan("words", ["a", "b"]).collect().get_column("word")) == ["a", "b"]
    again.prune()
    assert not list(tmp_path.glob("v1/.damaged-*"))


@pytest.mark.parametrize("how", ["truncated", "emptied", "bytes turned", "removed"])
def test_a_damaged_database_is_built_anew(tmp_path: Path, how: str) -> None:
    stage, database = tmp_path / "stage", tmp_path / "readout.duckdb"
    for table, about in TABLES.items():
        write_table(sample(table), stage / f"{table}.parquet", about)
    assert publish_database(TABLES.values(), stage, database)
    assert not publish_database(TABLES.values(), stage, database)
    damage(database, how, random.Random(1))
    assert publish_database(TABLES.values(), stage, database)


def test_what_killed_runs_left_beside_files_is_removed(tmp_path: Path) -> None:
    left = [tmp_path / name for name in ("stage/.a.parquet.7", "parquet/.a.7", ".readout.duckdb.7")]
    kept = [tmp_path / name for name in ("stage/a.parquet", "parquet/a.parquet", "readout.duckdb", ".lock")]
    for path in (*left, *kept):
        path.parent.mkdir(exist_ok=True)
        path.touch()
    remove_leftovers(tmp_path / "stage", tmp_path / "parquet", tmp_path / "readout.duckdb")
    assert not any(path.exists() for path in left)
    assert all(path.exists() for path in kept)


def test_a_second_run_in_one_warehouse_is_told_of_the_first_and_a_killed_one_holds_nothing(tmp_path: Path) -> None:
    code = (
        f"import sys, time; sys.path.insert(0, {str(Path.cwd())!r}); from pathlib import Path\n"
        "from pipelines.locking import only_run\n"
        f"with only_run(Path({str(tmp_path)!r})): print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(WarehouseInUseError, match=f"process {other.pid}.*READOUT_WAREHOUSE"), only_run(tmp_path):
            pass
        other.kill()
    with only_run(tmp_path), only_run(tmp_path):
        pass
