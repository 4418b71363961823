"""How a table is declared: a pandera model whose fields say type, meaning, nullability, codes, unit and keys.

`describe` reads such a model into plain records, and everything that has columns (frames, DuckDB DDL, Dagster's
column schema, the data dictionary) is made from those.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import polars as pl

from schemas.polars_only import polars_only

with polars_only():
    import pandera.polars as pa

SPAN = pl.Struct({"start": pl.Int64, "end": pl.Int64})

Texts = Annotated[pl.List, pl.String]
"""A list of strings: empty, never NULL."""
Spans = Annotated[pl.List, SPAN]
"""A list of half-open character spans into `articles.text`."""
Timestamp = Annotated[pl.Datetime, "us", None]
"""A point in time, in UTC, written without a time zone."""

COUNTRY = "ISO 3166-1 alpha-3 code of a country, or EU"


class Table(pa.DataFrameModel):
    """What every table's model inherits: exactly the declared columns, in the declared order."""

    class Config:
        strict = True
        ordered = True
        coerce = False
        metadata: ClassVar[dict[str, Any]] = {}


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
    return pa.Field(
        nullable=null,
        description=description,
        isin=list(codes) if codes else None,
        ge=least,
        le=most,
        metadata={"references": references, "codes": dict(codes or {}), "unit": unit},
    )


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
    model: type[Table]
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


def describe(model: type[Table]) -> TableSpec:
    """Read a model into a `TableSpec`. The docstring's first line is the grain; the rest are notes.

    Raises ValueError where a model lacks its key or a column its description.
    """
    schema = model.to_schema()
    about = model.Config.metadata
    grain, _, notes = (model.__doc__ or "").strip().partition("\n")
    columns = tuple(_column(name, field) for name, field in schema.columns.items())
    key = tuple(about.get("key", ()))
    names = {column.name for column in columns}
    if not key or not names.issuperset(key):
        raise ValueError(f"{model.__name__}: the key {key} is not among its columns")
    if bare := [column.name for column in columns if not column.description]:
        raise ValueError(f"{model.__name__}: columns without a description: {bare}")
    return TableSpec(
        name=about["table"],
        model=model,
        grain=grain,
        notes=" ".join(notes.split()),
        key=key,
        columns=columns,
        spans=tuple(about.get("spans", ())),
        published=about.get("published", True),
    )


def _column(name: str, field: Any) -> Column:
    bounds = {check.name: check.statistics for check in field.checks}
    about = field.metadata or {}
    return Column(
        name=name,
        dtype=field.dtype.type,
        nullable=field.nullable,
        description=field.description or "",
        references=about.get("references"),
        codes=about.get("codes") or {},
        unit=about.get("unit"),
        least=bounds.get("greater_than_or_equal_to", {}).get("min_value"),
        most=bounds.get("less_than_or_equal_to", {}).get("max_value"),
    )
