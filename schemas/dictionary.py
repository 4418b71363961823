"""The data dictionary: every table and column in Markdown, for people."""

from __future__ import annotations

from collections.abc import Iterable

from schemas.columns import Column, TableSpec
from schemas.ddl import sql_type

_HEAD = """# Data dictionary

Generated from `schemas/` by `make docs`; do not edit. Types are DuckDB's. Offsets are half-open `[start, end)` in
Unicode code points of `articles.text`. Lists are empty, never NULL. Unknown is NULL.
"""


def data_dictionary(tables: Iterable[TableSpec]) -> str:
    """The whole dictionary."""
    tables = list(tables)
    contents = "\n".join(f"- [{table.name}](#{table.name}): {table.grain}" for table in tables)
    return "\n".join([_HEAD, contents, "", *(section(table) for table in tables)])


def section(table: TableSpec) -> str:
    """One table: grain, key, columns and codes."""
    lines = [f"## {table.name}", "", table.grain, *([table.notes] if table.notes else []), ""]
    lines += [f"Primary key: {', '.join(f'`{name}`' for name in table.key)}.", ""]
    lines += ["| column | type | NULL | meaning |", "|---|---|---|---|", *map(_row, table.columns), ""]
    for column in table.columns:
        if column.codes:
            lines += [f"`{column.name}`:", "", *(f"- `{code}`: {text}" for code, text in column.codes.items()), ""]
    return "\n".join(lines)


def _row(column: Column) -> str:
    unit = f" [{column.unit}]" if column.unit else ""
    refers = f" → `{column.references}`" if column.references else ""
    null = "yes" if column.nullable else ""
    return f"| `{column.name}` | {sql_type(column.dtype)} | {null} | {column.description}{unit}{refers} |"
