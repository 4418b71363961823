"""The tables of `raw/reference` and `raw/lexicons` as every room reads them: a user's own rows laid over the bundled.

Takes the path of a table; gives its rows. Rows are laid only over the tables of the repository: a table that lies
elsewhere is read as it is. Never here: what a row of the user may be (`own_rows`), what a row means.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from pipelines.own_rows import RAW, OwnRow, Row, bundled_rows, current_own_rows
from schemas.inputs import InputTable, input_tables


def table_rows(path: Path) -> list[Row]:
    """The rows of a table, as text: bundled rows in the order of the file, those that a user adds after them.

    Raises `FileNotFoundError` where the table is missing: nothing can be extracted without it.
    """
    return [row for _, row in located_rows(path)]


def located_rows(path: Path) -> Iterator[tuple[str, Row]]:
    """Each row of a table with where it stands, as `file:line`.

    A row with too few fields has None as the value of the rest, one with too many has them under the key None.
    """
    table = _table(path)
    if table is None or not _is_touched(table):
        yield from _as_they_are(path)
    else:
        yield from _laid_over(table, path)


def is_laid_over(path: Path) -> bool:
    """Whether a user's rows change what stands in a table."""
    table = _table(path)
    return table is not None and _is_touched(table)


def _table(path: Path) -> InputTable | None:
    """The table that lies at `path`, if it is one of the repository that takes rows."""
    if path.parent.parent != RAW:
        return None
    return input_tables().get(f"{path.parent.name}/{path.stem}")


def _is_touched(table: InputTable) -> bool:
    """Whether a user has rows of the table, or removes what its rows refer to."""
    own = current_own_rows().tables
    return table.name in own or any(_removed(*column.refers_to) for column in table.columns if column.refers_to)


def _as_they_are(path: Path) -> Iterator[tuple[str, Row]]:
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        for row in reader:
            yield f"{path}:{reader.line_num}", row


def _laid_over(table: InputTable, path: Path) -> Iterator[tuple[str, Row]]:
    own = {_key(table, row.cells): row for row in current_own_rows().tables.get(table.name, ())}
    ends = _handovers(own.values()) if table.name == _TERMS else {}
    gone = [
        (column.name, removed)
        for column in table.columns
        if column.refers_to and (removed := _removed(*column.refers_to))
    ]  # a bundled row that refers to one that the user removes goes along: a term of a leader who is gone
    replaced = set()
    for where, row in _as_they_are(path):
        key = _key(table, row)
        mine = own.get(key)
        if mine is None:
            if not any(part in values for column, values in gone for part in row[column].split("|")):
                yield where, _handed_over(row, ends) if ends else row
        elif key not in replaced:
            replaced.add(key)
            if not mine.remove:
                yield _where(mine), _completed(table, row | mine.cells)
    columns = dict.fromkeys((*bundled_rows(table.name)[0], *(column.name for column in table.columns)), "")
    for key, mine in own.items():
        if key not in replaced and not mine.remove:
            yield _where(mine), _completed(table, columns | mine.cells)


def _key(table: InputTable, row: Row) -> tuple[str, ...]:
    return tuple(row.get(column, "") for column in table.key)


def _where(row: OwnRow) -> str:
    return f"{row.file}:{row.line}"


def _removed(table: str, column: str) -> set[str]:
    rows = current_own_rows().tables.get(table, ())
    return {row.cells[column] for row in rows if row.remove and column in row.cells}


_TERMS = "reference/leader_terms"


def _completed(table: InputTable, row: Row) -> Row:
    """The row with what a user may leave out of a term of office: rank, country, source, how the end is known."""
    if table.name != _TERMS:
        return row
    leaders = current_own_rows().tables.get("reference/leaders", ())
    mine = next((r.cells for r in leaders if r.cells["leader_id"] == row["leader_id"] and not r.remove), {})
    home = mine.get("country") or _home().get(row["leader_id"], "")
    return row | {
        "rank": row["rank"] or _ranks()[row["office_kind"]],
        "country": row["country"] or home,
        "source": row["source"] or "own rows",
        "start_basis": "source" if row["start_date"] else "",
        "end_basis": "source" if row["end_date"] else "open",
        "as_of": row["as_of"] or row["end_date"],
    }


@cache
def _home() -> dict[str, str]:
    return {row["leader_id"]: row["country"] for row in bundled_rows("reference/leaders")}


@cache
def _ranks() -> dict[str, str]:
    """The usual rank of each kind of office."""
    counts: dict[str, Counter[str]] = {}
    for row in bundled_rows(_TERMS):
        counts.setdefault(row["office_kind"], Counter())[row["rank"]] += 1
    return {kind: min(found, key=lambda rank: (-found[rank], rank)) for kind, found in counts.items()}


def _handovers(own: Iterable[OwnRow]) -> dict[Seat, tuple[str, str]]:
    """For each seat that one person at a time holds, who takes it by the user's rows, and from which day on."""
    taken: dict[Seat, tuple[str, str]] = {}
    for mine in own:
        term = _completed(input_tables()[_TERMS], _blank_term() | mine.cells)
        seat = _seat(term)
        if mine.remove or seat is None or not term["start_date"]:
            continue
        taken[seat] = min(taken.get(seat, ("9999", "")), (term["start_date"], term["leader_id"]))
    return taken


def _handed_over(term: Row, taken: dict[Seat, tuple[str, str]]) -> Row:
    """A bundled term that is open ends where the user's row puts somebody else into the same seat."""
    start, successor = taken.get(_seat(term) or ("", "", ""), ("", ""))
    if not start or term["end_date"] or term["leader_id"] == successor or term["start_date"] >= start:
        return term
    return term | {"end_date": start, "end_basis": "successor"}


def _blank_term() -> Row:
    return dict.fromkeys((column.name for column in input_tables()[_TERMS].columns), "")


Seat = tuple[str, str, str]


def _seat(term: Row) -> Seat | None:
    """Country, kind of office and what tells two offices of that kind apart; None where several hold it at once."""
    if not term["country"] or term["office_kind"] not in single_kinds():
        return None
    return term["country"], term["office_kind"], seat_word(term["office_kind"], term["office"])


@cache
def single_kinds() -> frozenset[str]:
    """The kinds of office that one person at a time holds in a country, after `office_kinds.csv`."""
    with (RAW / "reference" / "office_kinds.csv").open(encoding="utf-8", newline="") as lines:
        return frozenset(row["office_kind"] for row in csv.DictReader(lines) if row["single_holder"] == "yes")


def seat_word(kind: str, office: str) -> str:
    """What tells apart two offices of one kind in one country: a president is no supreme leader."""
    if kind == "head_of_state":
        return "supreme" if "supreme" in office.lower() else "head"
    return office.lower() if kind == "vice_president" else ""
