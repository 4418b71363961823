"""DuckDB for sorting and joining more than memory holds; Parquet files that are the same bytes for the same rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from schemas.columns import Column, TableSpec
from schemas.ddl import literal, sql_type
from schemas.frames import empty_frame

MEMORY = "1GB"
_SLICE = 2_048
"""Rows by which a row group grows, so that groups end at the same rows however the engine hands them out."""
_GROUP_BYTES = 16 * 1024 * 1024
_GROUP_ROWS = 32 * _SLICE
"""A row group is what a reader over HTTP fetches at least a column chunk of: small for texts, large for numbers."""


@contextmanager
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that takes 1 GB at most and sorts on disk what does not fit."""
    with (
        TemporaryDirectory(prefix="readout-release-") as spill,
        duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": spill, "threads": 2}) as connection,
    ):
        connection.execute("SET TimeZone = 'UTC'")
        yield connection


def source(path: Path) -> str:
    """The SQL that reads one Parquet file, with the number of each row."""
    return f"read_parquet({literal(str(path))}, file_row_number = true)"


def one(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    """The number that a query answers with."""
    found = connection.execute(sql).fetchone()
    return int(found[0]) if found and found[0] is not None else 0


def arrow_schema(table: TableSpec, about: Mapping[str, str]) -> pa.Schema:
    """The table's columns as Arrow has them, each with its meaning, and `about` the file as a whole."""
    plain = empty_frame(table).to_arrow(compat_level=pl.CompatLevel.oldest()).schema
    fields = [
        plain.field(column.name).with_nullable(column.nullable).with_metadata(_meaning(column))
        for column in table.columns
    ]
    return pa.schema(fields, metadata=dict(about))


def write_parquet(rows: pa.RecordBatchReader, schema: pa.Schema, key: tuple[str, ...], path: Path) -> int:
    """Write rows that come sorted by `key` as one Parquet file (zstd, page index), and return how many they were."""
    written = 0
    sorting = pq.SortingColumn.from_ordering(schema, [(name, "ascending") for name in key], null_placement="at_end")
    with pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        version="2.6",
        write_page_index=True,
        write_statistics=True,
        sorting_columns=sorting,
    ) as writer:
        for group in _groups(rows, schema):
            writer.write_table(group, row_group_size=group.num_rows)
            written += group.num_rows
    return written


def _groups(rows: pa.RecordBatchReader, schema: pa.Schema) -> Iterator[pa.Table]:
    waiting: list[pa.Table] = []
    size = 0
    for piece in _slices(rows, schema):
        waiting.append(piece)
        size += piece.nbytes
        if size >= _GROUP_BYTES or len(waiting) * _SLICE >= _GROUP_ROWS:
            yield pa.concat_tables(waiting).combine_chunks()
            waiting, size = [], 0
    if waiting:
        yield pa.concat_tables(waiting).combine_chunks()


def _slices(rows: pa.RecordBatchReader, schema: pa.Schema) -> Iterator[pa.Table]:
    plain = pa.schema([field.with_nullable(True) for field in schema])
    rest: pa.Table | None = None
    for batch in rows:
        table = pa.Table.from_batches([batch]).cast(plain)
        table = table if rest is None else pa.concat_tables([rest, table])
        whole = table.num_rows // _SLICE * _SLICE
        for start in range(0, whole, _SLICE):
            yield pa.Table.from_arrays(table.slice(start, _SLICE).columns, schema=schema)
        rest = table.slice(whole)
    if rest is not None and rest.num_rows:
        yield pa.Table.from_arrays(rest.columns, schema=schema)


def _meaning(column: Column) -> dict[str, str]:
    about = {"description": column.description, "type": sql_type(column.dtype)}
    about |= {"unit": column.unit} if column.unit else {}
    about |= {"references": column.references} if column.references else {}
    return about
