"""The big warehouse that queries are measured on is one that publishing takes."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from benchmarks.replicated import replicate
from pipelines.settings import REFERENCE
from pipelines.warehouse.publish import publish_database, write_table
from schemas import TABLES
from tests.samples import sample


def test_a_replicated_warehouse_keeps_its_keys_and_answers(tmp_path: Path) -> None:
    source, stage = tmp_path / "source", tmp_path / "stage"
    for name, about in TABLES.items():
        write_table(sample(name), source / f"{name}.parquet", about)
    replicate(source, stage, REFERENCE, statements=10)
    publish_database(TABLES.values(), stage, tmp_path / "big.duckdb")
    with duckdb.connect(tmp_path / "big.duckdb", read_only=True) as connection:
        counts = "SELECT count(*), count(DISTINCT pledge_id), count(DISTINCT content) FROM who_said_what "
        assert connection.execute(counts + "JOIN who_promised_what ON true").fetchall() == [(100, 3, 10)]
        assert connection.execute("SELECT count(*) FROM said_by('Ann Lee', about := 'trade.ships')").fetchall() == [
            (4,)
        ]


def test_a_warehouse_without_statements_is_not_replicated(tmp_path: Path) -> None:
    for name, about in TABLES.items():
        write_table(sample(name).clear(), tmp_path / f"{name}.parquet", about)
    with pytest.raises(ValueError, match="make materialize"):
        replicate(tmp_path, tmp_path / "stage", REFERENCE, statements=10)
