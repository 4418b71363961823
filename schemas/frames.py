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
    """A frame of the table's columns from row dicts; a missing key is NULL (an empty list in a list column).

    Raises ValueError on a key that the table does not declare.
    """
    rows = list(rows)
    declared = set(table.schema)
    unknown = {key for row in rows for key in row} - declared
    if unknown:
        raise ValueError(f"{table.name} declares no column {', '.join(sorted(unknown))}")
    return conform(table, pl.DataFrame([dict(row) for row in rows], schema=table.schema, strict=True, orient="row"))


def conform(table: TableSpec, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with the declared columns only, cast and in order, NULL lists made empty, rows sorted by key.

    A column that the frame lacks is NULL, so that a check can say so. Times with a zone become UTC without one.
    """
    return frame.select(_conformed(name, dtype, frame) for name, dtype in table.schema.items()).sort(
        table.key, nulls_last=True, maintain_order=True
    )


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
