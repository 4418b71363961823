"""How a table is declared: a class whose fields say type, meaning, nullability, codes, unit and keys.

`describe` reads such a class into plain records, and everything that has columns (frames, pandera's validation, DuckDB
DDL, Dagster's column schema, the data dictionary) is made from those.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, get_type_hints

import polars as pl

SPAN = pl.Struct({"start": pl.Int64, "end": pl.Int64})

Texts = Annotated[list[str], pl.List(pl.String)]
"""A list of strings: empty, never NULL."""
Spans = Annotated[list[dict[str, int]], pl.List(SPAN)]
"""A list of half-open character spans into `articles.text`."""
Timestamp = Annotated[dt.datetime, pl.Datetime("us")]
"""A point in time, in UTC, written without a time zone."""

COUNTRY = "ISO 3166-1 alpha-3 code of a country, or EU"

_DTYPES: dict[Any, pl.DataType] = {
    str: pl.String(),
    int: pl.Int64(),
    float: pl.Float64(),
    bool: pl.Boolean(),
    dt.date: pl.Date(),
}


class Table:
    """What every table's declaration inherits: exactly the declared columns, in the declared order."""

    class Config:
        metadata: ClassVar[dict[str, Any]] = {}


@dataclass(frozen=True, slots=True)
class _Declared:
    """What `column` was told."""

    description: str
    nullable: bool
    references: str | None
    codes: Mapping[str, str]
    unit: str | None
    least: float | None
    most: float | None


def column(
    description: str,
    *,
    null: bool = False,
    references: str | None = None,
    codes: Mapping[str, str] | None = None,
    unit: str | None = None,
    least: float | None = None,
    most: float | None = None,
) -> Any:
    """A column. `references` is the `table.column` that each value (each element of a list) must be found in."""
    return _Declared(description, null, references, dict(codes or {}), unit, least, most)


@dataclass(frozen=True, slots=True)
class SpanRule:
    """Where `articles.text[start:end]` must be the stored text: one span in two columns, or a list of spans
    whose texts, joined by one space, are the stored text."""

    text: str
    start: str | None = None
    end: str | None = None
    spans: str | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One column, as declared."""

    name: str
    dtype: pl.DataType
    nullable: bool
    description: str
    references: str | None
    codes: Mapping[str, str]
    unit: str | None
    least: float | None
    most: float | None

    @property
    def is_list(self) -> bool:
        """Whether the column holds a list in each row."""
        return isinstance(self.dtype, pl.List)


@dataclass(frozen=True, slots=True)
class TableSpec:
    """One table, as declared. `published` is false for a stage between two tables, which stays in the workshop."""

    name: str
    grain: str
    notes: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    spans: tuple[SpanRule, ...]
    published: bool

    @property
    def schema(self) -> pl.Schema:
        """The polars schema of the table."""
        return pl.Schema({column.name: column.dtype for column in self.columns})

    @property
    def references(self) -> tuple[Column, ...]:
        """The columns whose values must be found in another table."""
        return tuple(column for column in self.columns if column.references)


def describe(declaration: type[Table]) -> TableSpec:
    """Read a declaration into a `TableSpec`. The docstring's first line is the grain; the rest are notes.

    Raises ValueError where it lacks its key or a column its description, KeyError where a column has a type that no
    table may have.
    """
    about = declaration.Config.metadata
    grain, _, notes = (declaration.__doc__ or "").strip().partition("\n")
    columns = tuple(
        _column(name, kind, getattr(declaration, name))
        for name, kind in get_type_hints(declaration, include_extras=True).items()
    )
    key = tuple(about.get("key", ()))
    names = {column.name for column in columns}
    if not key or not names.issuperset(key):
        raise ValueError(f"{declaration.__name__}: the key {key} is not among its columns")
    if bare := [column.name for column in columns if not column.description]:
        raise ValueError(f"{declaration.__name__}: columns without a description: {bare}")
    return TableSpec(
        name=about["table"],
        grain=grain,
        notes=" ".join(notes.split()),
        key=key,
        columns=columns,
        spans=tuple(about.get("spans", ())),
        published=about.get("published", True),
    )


def _column(name: str, kind: Any, declared: _Declared) -> Column:
    return Column(
        name=name,
        dtype=kind.__metadata__[0] if hasattr(kind, "__metadata__") else _DTYPES[kind],
        nullable=declared.nullable,
        description=declared.description,
        references=declared.references,
        codes=declared.codes,
        unit=declared.unit,
        least=declared.least,
        most=declared.most,
    )
