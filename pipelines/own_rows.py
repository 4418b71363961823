"""A user's own rows of reference data and lexicons: CSV files outside the repository, checked row by row.

Takes a folder with files named as in `raw/` (`reference/leaders.csv`, `lexicons/cues.csv`); gives the rows that count
and the refusals, each with its line and a remedy. Never here: how rows are laid over the bundled ones
(`reference_tables`), what a row means.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from hashlib import blake2b
from io import StringIO
from math import isfinite
from pathlib import Path
from typing import Any

from pipelines.identity import stable_id
from pipelines.settings import ROOT, Settings
from schemas.codes import PLOVER
from schemas.inputs import InputColumn, InputTable, input_tables

RAW = ROOT / "raw"
REMOVE = "remove"
"""The column that takes a bundled row away where it says yes."""

Row = dict[str, str]
Key = tuple[str, ...]

_ID = re.compile(r"Q[1-9]\d*|local:[a-z0-9]+(-[a-z0-9]+)*")
_TOPIC = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)?")
_AS_OF = re.compile(r"\d{4}(-\d\d){0,2}")


@dataclass(frozen=True, slots=True)
class OwnRow:
    """One row that counts. `cells` has only the columns that the file has; `remove` takes the bundled row away."""

    file: str
    line: int
    cells: Row
    remove: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row, a column or a file that does not count: why, and what to do."""

    file: str
    line: int
    reason: str
    detail: str
    row: Row | None = None

    def as_row(self) -> dict[str, Any]:
        """It as a row of `quarantine`."""
        table = self.file.rpartition("/")[2].removesuffix(".csv")
        return {
            "quarantine_id": stable_id("q", self.file, "reference", self.line, self.reason, self.detail),
            "source_path": self.file,
            "stage": "reference",
            "table_name": None if self.row is None else table,
            "reason": self.reason,
            "detail": f"{self.file}:{self.line}: {self.detail}",
            "row_json": None if self.row is None else json.dumps(self.row, ensure_ascii=False),
        }


@dataclass(frozen=True)
class OwnRows:
    """What a user's folder adds, replaces and removes, by table; and what of it is refused."""

    tables: Mapping[str, tuple[OwnRow, ...]] = field(default_factory=dict)
    refusals: tuple[Refusal, ...] = ()

    def fingerprints(self, only: Iterable[str] | None = None) -> tuple[str, ...]:
        """A hash of the rows that count, of all tables or of `only` some; nothing where there are none."""
        wanted = set(self.tables if only is None else only)
        rows = [(name, r.remove, sorted(r.cells.items())) for name in sorted(wanted) for r in self.tables.get(name, ())]
        return (blake2b(json.dumps(rows).encode(), digest_size=8).hexdigest(),) if rows else ()


class _RowError(ValueError):
    """What is wrong with one row."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason, self.detail = reason, detail


def current_own_rows() -> OwnRows:
    """The rows in the folder that `READOUT_REFERENCE` names, read once in the life of the process.

    All that a process extracts, it extracts by the same rows: a change counts from the next run on.
    """
    return own_rows_in(Settings.from_environment().reference)


@cache
def own_rows_in(folder: Path | None) -> OwnRows:
    """The rows in a folder; none where there is no folder."""
    return read_own_rows(folder) if folder else OwnRows()


def read_own_rows(folder: Path) -> OwnRows:
    """Read and check a user's folder.

    A row with the key of a bundled one replaces it, in the columns that the file has; others add; `remove` says yes
    where the bundled row is to go. A row that cannot be used is refused, and costs no other row. Raises `OSError`
    where the folder cannot be read.
    """
    reading = _Reading()
    declared = input_tables()
    found = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if _is_table(path)}
    for name, path in found.items():
        if path.suffix != ".csv":
            reading.refuse(name, 1, "not_csv", "only files whose name ends in .csv are read; save it as CSV UTF-8")
        elif name.removesuffix(".csv") not in declared:
            reading.refuse(name, 1, "unknown_file", _no_such_table(name))
        elif not path.resolve().is_relative_to(folder.resolve()):
            reading.refuse(name, 1, "outside_folder", "the link leads out of the folder; put the file itself here")
    for table in declared.values():
        name = f"{table.name}.csv"
        if name in found and found[name].resolve().is_relative_to(folder.resolve()):
            reading.take(table, name, found[name])
    return OwnRows(
        {name: tuple(rows) for name, rows in reading.accepted.items() if rows},
        tuple(sorted(reading.refusals, key=lambda r: (r.file, r.line, r.reason, r.detail))),
    )


@cache
def bundled_rows(table: str) -> tuple[Row, ...]:
    """The rows of a bundled table, as they stand there."""
    with (RAW / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


def _is_table(path: Path) -> bool:
    """Whether a file seems meant as a table, readable or not."""
    return path.is_file() and path.suffix.lower() in {".csv", ".ods", ".tsv", ".xls", ".xlsx"}


def _no_such_table(name: str) -> str:
    stem = name.rpartition("/")[2].removesuffix(".csv")
    meant = [table for table in input_tables() if table.endswith(f"/{stem}")]
    if meant:
        return f"a file of this name belongs at {' or '.join(f'{table}.csv' for table in meant)}; move it there"
    return "no table that takes rows of your own has this name; docs/own-reference.md lists those that do"


class _Reading:
    """The state of reading one folder: what was accepted, and what was refused."""

    def __init__(self) -> None:
        self.accepted: dict[str, list[OwnRow]] = {}
        self.refusals: list[Refusal] = []

    def refuse(self, file: str, line: int, reason: str, detail: str, row: Row | None = None) -> None:
        self.refusals.append(Refusal(file, line, reason, detail, row))

    def take(self, table: InputTable, name: str, path: Path) -> None:
        """Read one file: each row by itself first, then what rows refer to, which may be rows of the same file."""
        bundled = {_key(table, row): row for row in reversed(bundled_rows(table.name))}
        kept: dict[Key, OwnRow] = {}
        for line, cells in self._cells(table, name, path):
            try:
                row = _own_row(table, name, line, cells, bundled)
                key = _key(table, row.cells)
                if key in kept:
                    raise _RowError("duplicate_key", f"line {kept[key].line} has the same {_and(table.key)}; keep one")
                kept[key] = row
            except _RowError as fault:
                self.refuse(name, line, fault.reason, fault.detail, cells)
        self.accepted[table.name] = list(kept.values())
        while dangling := [(row, *what) for row in self.accepted[table.name] if (what := self._dangling(table, row))]:
            for row, column, value in dangling:
                self.refuse(name, row.line, *_unknown(column, value), row.cells)
            gone = {row.line for row, *_ in dangling}
            self.accepted[table.name] = [row for row in self.accepted[table.name] if row.line not in gone]

    def _cells(self, table: InputTable, name: str, path: Path) -> Iterator[tuple[int, Row]]:
        """Line and cells of each row; blank rows are passed over."""
        try:
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            self.refuse(name, 1, "not_utf8", f"the file is not UTF-8 ({error.reason}); save it as CSV UTF-8")
            return
        reader = csv.reader(StringIO(text, newline=""), strict=True)
        try:
            header = [title.strip() for title in next(reader, [])]
            if not self._has_key(table, name, header):
                return
            line = reader.line_num + 1
            for values in reader:
                if any(value.strip() for value in values):
                    cells = dict(zip(header, (value.strip() for value in values), strict=False))
                    if len(values) == len(header):
                        known = {c: v for c, v in cells.items() if c == REMOVE or table.column(c)}
                        yield line, known
                    else:
                        detail = (
                            f"{len(values)} fields where the header has {len(header)}; quote fields that hold commas"
                        )
                        self.refuse(name, line, "wrong_fields", detail, cells)
                line = reader.line_num + 1
        except csv.Error as error:
            self.refuse(name, reader.line_num, "not_csv", f"from here on the file is no CSV ({error}); mend the quotes")

    def _has_key(self, table: InputTable, name: str, header: list[str]) -> bool:
        names = [column.name for column in table.columns]
        if len(header) == 1 and ";" in header[0]:
            self.refuse(name, 1, "not_csv", "the columns are parted by semicolons; save the file with commas")
            return False
        for column in header:
            if column != REMOVE and column not in names:
                detail = f"column {column!r} is unknown and not read; the columns are {_and((*names, REMOVE))}"
                self.refuse(name, 1, "unknown_column", detail)
        twice = sorted({column for column in header if header.count(column) > 1})
        missing = [column for column in table.key if column not in header]
        if twice:
            self.refuse(name, 1, "duplicate_column", f"the header has {', '.join(twice)} twice; keep one")
        elif missing:
            detail = f"no row can be read without the column {_and(missing)}; the columns are {_and((*names, REMOVE))}"
            self.refuse(name, 1, "missing_column", detail)
        return not twice and not missing

    def _dangling(self, table: InputTable, row: OwnRow) -> tuple[InputColumn, str] | None:
        """The first value of a row that should be found in another table, and is not."""
        if row.remove:
            return None
        for column in table.columns:
            if column.refers_to and (value := row.cells.get(column.name)):
                known = self._known(*column.refers_to)
                for part in value.split("|") if column.is_list else [value]:
                    if part not in known:
                        return column, part
        return None

    def _known(self, table: str, column: str) -> set[str]:
        """The values of a column, own rows counted."""
        own = self.accepted.get(table, [])
        known = {row[column] for row in bundled_rows(table)} - {row.cells[column] for row in own if row.remove}
        return known | {row.cells[column] for row in own if not row.remove}


def _own_row(table: InputTable, name: str, line: int, cells: Row, bundled: Mapping[Key, Row]) -> OwnRow:
    """The row, checked by itself. Raises `_RowError`."""
    remove = cells.pop(REMOVE, "").lower()
    if remove not in ("", "yes", "no"):
        raise _RowError("bad_value", f"{REMOVE} must be yes, no or empty, not {remove!r}")
    for column in table.columns:
        if column.is_key and column.is_required and not cells[column.name]:
            raise _RowError("missing_value", f"{column.name} is empty; it says which row is meant")
    key = _key(table, cells)
    if remove == "yes":
        if key not in bundled:
            raise _RowError("nothing_to_remove", f"no bundled row has this {_and(table.key)}; take the line out")
        if table.name == "reference/countries":
            raise _RowError("not_removable", "other tables stand on the codes of countries; correct the row instead")
        return OwnRow(name, line, {column: cells[column] for column in table.key}, remove=True)
    whole = {column.name: "" for column in table.columns} | bundled.get(key, {}) | cells
    for column in table.columns:
        value = whole[column.name]
        if not value and column.is_required:
            raise _RowError("missing_value", f"{column.name} is empty; a new row needs it")
        for part in (value.split("|") if column.is_list else [value]) if value else ():
            _check(table, column, part)
    if table.name in _FURTHER:
        _FURTHER[table.name](whole)
    return OwnRow(name, line, cells)


def _check(table: InputTable, column: InputColumn, value: str) -> None:
    """Raise `_RowError` where one value is none that the column can hold."""
    if column.holds == "seen":
        allowed = _seen(table.name, column.name, column.is_list)
        if value not in allowed:
            raise _RowError("unknown_code", f"{column.name} must be one of {_either(allowed)}, not {value!r}")
        return
    if column.holds == "plover":
        if value not in PLOVER:
            raise _RowError("unknown_code", f"{column.name} must be one of {_either(PLOVER)}, not {value!r}")
        return
    if column.holds in _FORMS:
        reason, fits, like = _FORMS[column.holds]
        if not fits(value):
            raise _RowError(reason, f"{column.name} must be {like}, not {value!r}")


@cache
def _seen(table: str, column: str, is_list: bool) -> frozenset[str]:
    """What the bundled rows have in a column."""
    values = {row[column] for row in bundled_rows(table)}
    return frozenset(part for value in values for part in value.split("|")) if is_list else frozenset(values)


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_number(text: str) -> bool:
    try:
        return isfinite(float(text))
    except ValueError:
        return False


_FORMS: Mapping[str, tuple[str, Callable[[str], Any], str]] = {
    "words": ("bad_value", lambda text: any(c.isalnum() for c in text), "text with a letter or digit"),
    "date": ("bad_date", _is_date, "a date like 2021-01-20, or empty"),
    "day_month_or_year": ("bad_date", _AS_OF.fullmatch, "a day, month or year like 2021-01-20, 2021-01 or 2021"),
    "number": ("bad_number", _is_number, "a number like 2 or 0.5"),
    "country_code": (
        "unknown_country",
        re.compile(r"[A-Z]{3}|EU").fullmatch,
        "three capital letters, as in ISO 3166-1 alpha-3",
    ),
    "leader_id": ("bad_id", _ID.fullmatch, "a Wikidata id (Q42) or local:name-in-small-letters"),
    "topic_id": (
        "bad_id",
        _TOPIC.fullmatch,
        "like trade or trade.ships: small letters, digits and _",
    ),
}
"""How values of a kind look: the code of the refusal, the test, and what to write instead."""


def _unknown(column: InputColumn, value: str) -> tuple[str, str]:
    """Reason and detail where a value is not found in the table that it leads to."""
    table = (column.refers_to or ("", ""))[0]
    reason = {"reference/countries": "unknown_country", "reference/leaders": "unknown_leader"}.get(
        table, "unknown_code"
    )
    return reason, f"{column.name} {value!r} is not in {table}.csv; add it to your {table}.csv, or correct it"


def _check_term(term: Row) -> None:
    if term["start_date"] and term["end_date"] and term["end_date"] < term["start_date"]:
        raise _RowError("end_before_start", f"end_date {term['end_date']} is before start_date {term['start_date']}")
    if not term["end_date"] and not term["as_of"]:
        raise _RowError(
            "missing_value", "a term without an end needs as_of: a day or year on which the office was held"
        )


def _check_topic(topic: Row) -> None:
    parent, _, child = topic["topic_id"].rpartition(".")
    if topic["parent_id"] != parent:
        like = f"{topic['parent_id'] or 'parent'}.{child}"
        raise _RowError("bad_id", f"the topic_id of a child is like {like}; one without a full stop has no parent_id")


def _check_calendar(word: Row) -> None:
    values = {row["value"] for row in bundled_rows("lexicons/calendar") if row["kind"] == word["kind"]}
    if word["value"] not in values:
        raise _RowError(
            "unknown_code", f"value of a {word['kind']} must be one of {_either(values)}, not {word['value']!r}"
        )


def _check_leader(leader: Row) -> None:
    known = _namesakes().get((leader["name"].casefold(), leader["country"]))
    if known and leader["leader_id"] not in known:
        what = f"{leader['name']} of {leader['country'] or 'no country'} is {_and(sorted(known))} already"
        remedy = "use that id, or tell two people apart by a fuller name here and this one under aliases"
        raise _RowError("duplicate_person", f"{what}; {remedy}")


@cache
def _namesakes() -> Mapping[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    for row in bundled_rows("reference/leaders"):
        found.setdefault((row["name"].casefold(), row["country"]), set()).add(row["leader_id"])
    return found


_FURTHER: Mapping[str, Callable[[Row], None]] = {
    "reference/leaders": _check_leader,
    "reference/leader_terms": _check_term,
    "reference/topics": _check_topic,
    "lexicons/calendar": _check_calendar,
}
"""What must hold between the columns of a row."""


def _key(table: InputTable, row: Mapping[str, str]) -> Key:
    return tuple(row.get(column, "") for column in table.key)


def _and(names: Iterable[str]) -> str:
    return ", ".join(names)


def _either(values: Iterable[str]) -> str:
    return ", ".join(value or "(empty)" for value in sorted(values))
