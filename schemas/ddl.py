"""DuckDB's side of the declarations: CREATE TABLE with keys and checks, COMMENT ON."""

from __future__ import annotations

import polars as pl

from schemas.columns import Column, TableSpec

_TYPES: dict[type[pl.DataType], str] = {
    pl.String: "VARCHAR",
    pl.Int64: "BIGINT",
    pl.Float64: "DOUBLE",
    pl.Boolean: "BOOLEAN",
    pl.Date: "DATE",
    pl.Datetime: "TIMESTAMP",
}


def create_table(table: TableSpec) -> str:
    """CREATE TABLE with NOT NULL, CHECK, PRIMARY KEY and FOREIGN KEY, in the declared order."""
    lines = [_column(column) for column in table.columns]
    lines.append(f"PRIMARY KEY ({', '.join(map(quoted, table.key))})")
    lines += [_foreign_key(column) for column in table.references if not column.is_list]
    return f"CREATE TABLE {quoted(table.name)} (\n  " + ",\n  ".join(lines) + "\n);"


def comments(table: TableSpec) -> list[str]:
    """COMMENT ON TABLE, and one COMMENT ON COLUMN a column."""
    about = " ".join(filter(None, (table.grain, table.notes, f"Key: {', '.join(table.key)}.")))
    return [
        f"COMMENT ON TABLE {quoted(table.name)} IS {literal(about)};",
        *(
            f"COMMENT ON COLUMN {quoted(table.name)}.{quoted(column.name)} IS {literal(meaning(column))};"
            for column in table.columns
        ),
    ]


def meaning(column: Column) -> str:
    """The description with unit and codes, as one text."""
    unit = f" [{column.unit}]" if column.unit else ""
    codes = f" Codes: {'; '.join(f'{code} ({text})' for code, text in column.codes.items())}." if column.codes else ""
    return f"{column.description}{unit}.{codes}"


def sql_type(dtype: pl.DataType) -> str:
    """The DuckDB type of a polars type. Raises KeyError on one that no table declares."""
    if isinstance(dtype, pl.List):
        return f"{sql_type(dtype.inner)}[]"  # type: ignore[arg-type]
    if isinstance(dtype, pl.Struct):
        return f"STRUCT({', '.join(f'{quoted(f.name)} {sql_type(f.dtype)}' for f in dtype.fields)})"  # type: ignore[arg-type]
    return _TYPES[dtype.base_type()]


def quoted(name: str) -> str:
    """The name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """The text as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def _column(column: Column) -> str:
    name = quoted(column.name)
    parts = [name, sql_type(column.dtype)]
    if not column.nullable:
        parts.append("NOT NULL")
    if column.codes:
        parts.append(f"CHECK ({name} IN ({', '.join(map(literal, column.codes))}))")
    if column.least is not None:
        parts.append(f"CHECK ({name} >= {column.least:g})")
    if column.most is not None:
        parts.append(f"CHECK ({name} <= {column.most:g})")
    return " ".join(parts)


def _foreign_key(column: Column) -> str:
    target, _, target_column = (column.references or "").partition(".")
    return f"FOREIGN KEY ({quoted(column.name)}) REFERENCES {quoted(target)} ({quoted(target_column)})"
