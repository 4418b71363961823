"""Frames of the declared shape: types, order and sorting of columns and rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from schemas.columns import TableSpec


def empty_frame(table: TableSpec) -> pl.DataFrame:
    """A frame of the table's columns and no rows."""
    return table.schema.to_frame()


def rows_frame(table: TableSpec, rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """A frame of the table's columns from row dicts, sorted by key; see `unsorted_frame`."""
    return conform(table, unsorted_frame(table, rows))


def unsorted_frame(table: TableSpec, rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """A frame of the table's columns from row dicts, in their order; a missing key is NULL, a missing list empty.

    Raises ValueError on a key that the table does not declare, TypeError on a value of another type.
    """
    rows = list(rows)
    unknown = {key for row in rows for key in row} - set(table.schema)
    if unknown:
        raise ValueError(f"{table.name} declares no column {', '.join(sorted(unknown))}")
    return _shaped(table, pl.DataFrame(rows, schema=table.schema, strict=True))


def conform(table: TableSpec, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with the declared columns only, cast and in order, NULL lists made empty, rows sorted by key.

    A column that the frame lacks is NULL, so that a check can say so. Times with a zone become UTC without one.
    """
    return _shaped(table, frame).sort(table.key, nulls_last=True, maintain_order=True)


def _shaped(table: TableSpec, frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(_conformed(name, dtype, frame) for name, dtype in table.schema.items())


def _conformed(name: str, dtype: pl.DataType, frame: pl.DataFrame) -> pl.Expr:
    if name not in frame.columns:
        values = pl.lit(None, dtype=dtype)
    else:
        values = pl.col(name)
        found = frame.schema[name]
        if isinstance(found, pl.Datetime) and found.time_zone:
            values = values.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
        values = values.cast(dtype)
    if isinstance(dtype, pl.List):
        values = values.fill_null(pl.lit([], dtype=dtype))
    return values.alias(name)
