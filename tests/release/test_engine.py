"""Parquet files: the same bytes however many threads sort, in row groups that a reader over HTTP can pick from."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from pipelines.release.engine import arrow_schema, engine, write_parquet
from schemas import TABLES

ROWS = 150_000
COUNTRIES = TABLES["countries"]
SQL = f"SELECT 'c' || hash(range) AS country, repeat('x', (range % 50)::INT) AS name FROM range({ROWS})"


def write(path: Path, threads: int, batch: int, backwards: bool) -> bytes:
    with engine() as connection:
        connection.execute(f"SET threads = {threads}")
        connection.execute(f"CREATE TABLE given AS {SQL} ORDER BY country {'DESC' if backwards else 'ASC'}")
        reader = connection.sql("FROM given ORDER BY country").to_arrow_reader(batch)
        assert write_parquet(reader, arrow_schema(COUNTRIES, {}), COUNTRIES.key, path) == ROWS
    return path.read_bytes()


def test_threads_batches_and_the_order_of_rows_leave_no_trace(tmp_path: Path) -> None:
    first = write(tmp_path / "a.parquet", threads=1, batch=10_000, backwards=False)
    assert write(tmp_path / "b.parquet", threads=4, batch=777, backwards=True) == first
    file = pq.ParquetFile(tmp_path / "a.parquet")
    assert pl.read_parquet(tmp_path / "a.parquet").get_column("country").is_sorted()
    groups = [file.metadata.row_group(number) for number in range(file.num_row_groups)]
    assert sum(group.num_rows for group in groups) == ROWS
    assert len(groups) > 1
    assert {group.num_rows % 2_048 for group in groups[:-1]} == {0}
    ends = [(group.column(0).statistics.min, group.column(0).statistics.max) for group in groups]
    assert ends == sorted(ends)
    assert all(before[1] < after[0] for before, after in pairwise(ends))


def test_texts_end_a_row_group_before_it_grows_large(tmp_path: Path) -> None:
    with engine() as connection:
        reader = connection.sql(
            "SELECT lpad(range::VARCHAR, 9, '0') AS country, repeat('text ', 1000) AS name FROM range(12000)"
        ).to_arrow_reader(5_000)
        write_parquet(reader, arrow_schema(COUNTRIES, {}), COUNTRIES.key, tmp_path / "a.parquet")
    file = pq.ParquetFile(tmp_path / "a.parquet").metadata
    assert [file.row_group(number).num_rows for number in range(file.num_row_groups)] == [4096, 4096, 3808]


def test_a_null_where_none_may_be_is_refused(tmp_path: Path) -> None:
    with engine() as connection:
        reader = connection.sql("SELECT 'NOR' AS country, NULL::VARCHAR AS name").to_arrow_reader(10)
        with pytest.raises(Exception, match="null"):
            write_parquet(reader, arrow_schema(COUNTRIES, {}), COUNTRIES.key, tmp_path / "a.parquet")
