"""Published tables to make releases of: the sample's article, whose licence is open, and one whose licence is not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.warehouse.publish import write_table
from schemas import TABLES
from schemas.frames import conform, rows_frame
from tests.samples import ROWS, TEXT

OPEN, CLOSED = "a_1", "a_2"
PASSAGE = "that Norland will buy 20 ships"
_IDS = {"article_id": CLOSED, "statement_id": "s_2", "commitment_id": "c_2", "mention_id": "m_2"}
Change = Callable[[pl.DataFrame], pl.DataFrame]


def tables() -> dict[str, pl.DataFrame]:
    """The rows of each table: the sample's twice, once an article, and reference rows once."""
    return {name: rows_frame(table, _rows(name)) for name, table in TABLES.items()}


def publish(folder: Path, changes: Mapping[str, Change] | None = None) -> Path:
    """Write the tables to `folder` as a run publishes them, some of them changed."""
    changes = changes or {}
    for name, frame in tables().items():
        changed = changes.get(name, lambda same: same)(frame)
        write_table(conform(TABLES[name], changed), folder / f"{name}.parquet", TABLES[name])
    return folder


def _rows(name: str) -> list[dict[str, Any]]:
    rows = ROWS[name]
    if name == "articles":
        common = {"url": "https://example.org/call", "publisher": "The Paper"}
        return [
            {**rows[0], **common, "licence": "CC BY 4.0"},
            {**rows[0], **common, "article_id": CLOSED, "licence": "All rights reserved", "text": TEXT + " More."},
        ]
    again = [{**row, **{key: new for key, new in _IDS.items() if row.get(key)}} for row in rows]
    return rows + [row for row, first in zip(again, rows, strict=True) if row != first]
