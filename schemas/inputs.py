"""The tables that a user may lay rows of their own over, and what each column of them holds: `inputs.csv`, read.

`table` is a file's folder under `raw/` and its name. `holds` is one of

- `text`, `words` (text with a letter or digit in it), `list` (parts between `|`), `number`, `date` (2021-01-20),
  `day_month_or_year`, `country_code`, `leader_id`, `topic_id`, `plover`;
- `seen`: a closed vocabulary, which is what the bundled rows have in that column;
- `table.column`: what stands in that column of that table, one's own rows included.

A `|` after the last two allows a list of such values.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_DECLARATIONS = Path(__file__).with_name("inputs.csv")


@dataclass(frozen=True, slots=True)
class InputColumn:
    """One column of an input table."""

    name: str
    is_key: bool
    is_required: bool
    holds: str
    is_list: bool

    @property
    def refers_to(self) -> tuple[str, str] | None:
        """The table and the column that hold the values which are allowed here."""
        table, _, column = self.holds.partition(".")
        return (table, column) if column else None


@dataclass(frozen=True, slots=True)
class InputTable:
    """One table of `raw/reference` or `raw/lexicons`."""

    name: str
    columns: tuple[InputColumn, ...]

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that tell a row from all others."""
        return tuple(column.name for column in self.columns if column.is_key)

    def column(self, name: str) -> InputColumn | None:
        """The column of that name."""
        return next((column for column in self.columns if column.name == name), None)


@cache
def input_tables() -> Mapping[str, InputTable]:
    """All of them by name, each after those that it refers to."""
    found: dict[str, list[InputColumn]] = {}
    with _DECLARATIONS.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            holds = row["holds"].removesuffix("|")
            is_list = holds == "list" or row["holds"].endswith("|")
            column = InputColumn(row["column"], row["key"] == "yes", row["required"] == "yes", holds, is_list)
            found.setdefault(row["table"], []).append(column)
    return {name: InputTable(name, tuple(columns)) for name, columns in found.items()}
