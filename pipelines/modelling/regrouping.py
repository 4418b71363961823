"""Groups of what is the same, made anew only where rows came or went.

Rows that say alike are one telling. Links between tellings, made of these two alone, tie tellings into groups. What is
linked, directly or over others, is a unit: nothing outside it changes how it is grouped. So it is enough to look for
links of the tellings that changed, and to group anew the units that these links or these tellings touch. The groups
come out as if all had been made at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from math import ceil
from typing import Any, Protocol
from zlib import crc32

import polars as pl

from pipelines.grouping import Groups
from pipelines.identity import stable_id

Row = Mapping[str, Any]
Links = Mapping[Any, Sequence[tuple[int, int, Any]]]
"""By strength: the numbers of two tellings, and why they are linked."""

_AT_ONCE = 50_000
"""Rows that are grouped at once: as Python's objects, each takes ten times what it takes in a frame."""
MEMORY = {
    "row_id": pl.String,
    "article_id": pl.String,
    "alike": pl.UInt64,
    "block": pl.String,
    "first_day": pl.Int64,
    "last_day": pl.Int64,
    "unit": pl.String,
    "group_id": pl.String,
}
"""What is kept of each row to know the next time what it is touched by.

`alike` is the same of rows whose links depend on each other's being there. Only rows of one `block` are linked, and
only such whose days (first to last, in days since the year 1) are near.
"""


@dataclass(frozen=True, slots=True)
class Telling[Item]:
    """Rows that say alike, the first first. One that nothing can be linked with has no block."""

    rows: Sequence[Row]
    key: tuple[Any, ...]
    """what its group's id is made of, where it is the first of the group"""
    item: Item
    alike: str
    block: str | None
    first_day: int
    last_day: int


class Kind[Item](Protocol):
    """What is told, as rows of some table tell it."""

    prefix: str
    """what the ids of its groups begin with"""
    row_id: str
    """the column that tells rows apart"""
    width: int
    """how many days a span is: near rows lie in one span or in neighbours"""

    def tellings(self, rows: pl.DataFrame) -> Sequence[Telling[Item]]:
        """The tellings of rows, in an order that other rows do not change."""

    def links(self, items: Sequence[Item], only: Set[int] | None) -> Links:
        """What is linked; where `only` is given, at least what has one of these numbers at one end."""

    def tie(self, items: Sequence[Item], links: Links) -> Groups[Any]:
        """The groups that links make."""

    def first(self, members: Sequence[Telling[Item]]) -> Telling[Item]:
        """The telling that a group is named after."""


class KindOfPeople[Item](Kind[Item], Protocol):
    """What is told of people: rows of other people need not be at hand to group theirs."""

    people: Sequence[str]
    """the columns that say of whom a row is"""

    def whose(self, row: Row) -> str | None:
        """Of whom a row is: rows of others are never linked with it. None where no row at all is."""


def group_id[Item](kind: Kind[Item], first: Telling[Item]) -> str:
    """The id of the group that is named after this telling."""
    return stable_id(kind.prefix, *first.key)


@dataclass(frozen=True, slots=True)
class Grouped[Item]:
    """What was grouped now, and what is known of all rows."""

    memory: pl.DataFrame
    tellings: Sequence[Telling[Item]]
    """those of `groups`: all, or those of the units that were touched"""
    groups: Groups[Any]
    undone: frozenset[str]
    """the ids of the groups that were made anew or are no more"""


@dataclass(frozen=True, slots=True)
class Known:
    """Tables that were made together before, their memory, and the articles that came, changed or went since."""

    tables: Sequence[pl.DataFrame]
    memory: pl.DataFrame
    changed: Set[str]


@dataclass(frozen=True, slots=True)
class Before:
    """What an earlier grouping found, and the articles whose rows came, went or changed since."""

    memory: pl.DataFrame
    changed: Set[str]
    rows: Callable[[pl.Series], pl.DataFrame]
    """the rows of these ids, with the columns that `Kind.tellings` reads"""


def grouped[Item](kind: Kind[Item], rows: pl.DataFrame, before: Before | None = None) -> Grouped[Item]:
    """Group `rows`; or, where `before` says what is known of others, these and whatever they touch.

    `rows` then are all rows of changed articles as they are now. Gives the memory for the next time.
    """
    if before is None:
        return _all(kind, rows)
    is_changed = pl.col("article_id").is_in(list(before.changed))
    gone, kept = before.memory.filter(is_changed), before.memory.filter(~is_changed)
    came = _remembered(kind, kind.tellings(rows))
    moved = pl.concat([gone.select(came.columns), came])
    is_fresh = pl.col("alike").is_in(moved.get_column("alike").unique().implode())
    near = kept.filter(pl.col("row_id").is_in(_near(kept, moved, kind.width).implode()) | is_fresh)
    around = kind.tellings(pl.concat([before.rows(near.get_column("row_id")), rows]))
    fresh_ids = {*near.filter(is_fresh).get_column("row_id"), *came.get_column("row_id")}
    fresh = {
        number
        for number, telling in enumerate(around)
        if not fresh_ids.isdisjoint(row[kind.row_id] for row in telling.rows)
    }
    linked = fresh | _ends(kind.links([telling.item for telling in around], fresh))
    linked_ids = [row[kind.row_id] for number in linked for row in around[number].rows]
    touched = pl.concat(
        [gone.get_column("unit"), near.filter(pl.col("row_id").is_in(linked_ids)).get_column("unit")]
    ).unique()
    is_touched = pl.col("unit").is_in(touched.implode())
    again = kept.filter(is_touched)
    anew = _all(kind, pl.concat([before.rows(again.get_column("row_id")), rows]))
    undone = pl.concat([gone.get_column("group_id"), again.get_column("group_id")])
    return Grouped(pl.concat([kept.filter(~is_touched), anew.memory]), anew.tellings, anew.groups, frozenset(undone))


def remembered[Item](kind: KindOfPeople[Item], rows: pl.DataFrame, before: Before | None = None) -> pl.DataFrame:
    """The memory of what `grouped` gives; all rows are grouped some people after others."""
    parts = ceil(rows.height / _AT_ONCE)
    if before is not None or parts < 2:
        return grouped(kind, rows, before).memory
    about = rows.select(kind.row_id, *kind.people).iter_rows(named=True)
    part = pl.Series([crc32((kind.whose(row) or row[kind.row_id]).encode()) % parts for row in about])
    return pl.concat(_all(kind, rows.filter(part == number)).memory for number in range(parts))


def _all[Item](kind: Kind[Item], rows: pl.DataFrame) -> Grouped[Item]:
    tellings = kind.tellings(rows)
    items = [telling.item for telling in tellings]
    links = kind.links(items, None)
    groups = kind.tie(items, links)
    unit_of = _units(links)
    named = [""] * len(items)
    for members in groups:
        identifier = group_id(kind, kind.first([tellings[member] for member in members]))
        for member in members:
            named[member] = identifier
    found: dict[str, list[str]] = {"unit": [], "group_id": []}
    for number, telling in enumerate(tellings):
        found["unit"] += [str(tellings[unit_of.get(number, number)].rows[0][kind.row_id])] * len(telling.rows)
        found["group_id"] += [named[number]] * len(telling.rows)
    memory = _remembered(kind, tellings).with_columns(
        pl.Series(name, values, dtype=pl.String) for name, values in found.items()
    )
    return Grouped(memory, tellings, groups, frozenset())


def _remembered[Item](kind: Kind[Item], tellings: Sequence[Telling[Item]]) -> pl.DataFrame:
    """A row a row of the tellings, as far as they know themselves what is kept of it."""
    of_telling = pl.DataFrame(
        {
            "alike": pl.Series([telling.alike for telling in tellings], dtype=pl.String).hash(),
            "block": [telling.block for telling in tellings],
            "first_day": [telling.first_day for telling in tellings],
            "last_day": [telling.last_day for telling in tellings],
        },
        schema={name: MEMORY[name] for name in ("alike", "block", "first_day", "last_day")},
    )
    numbers = [number for number, telling in enumerate(tellings) for _ in telling.rows]
    return of_telling.select(pl.all().gather(pl.Series(numbers, dtype=pl.UInt32))).select(
        pl.Series("row_id", [row[kind.row_id] for telling in tellings for row in telling.rows], dtype=pl.String),
        pl.Series("article_id", [row["article_id"] for telling in tellings for row in telling.rows], dtype=pl.String),
        pl.all(),
    )


def _units(links: Links) -> dict[int, int]:
    """For each telling that is linked, the number that stands for its unit: that of one of its tellings."""
    numbers = sorted(_ends(links))
    place_of = {number: place for place, number in enumerate(numbers)}
    units: Groups[None] = Groups(len(numbers))
    for pairs in links.values():
        for one, other, _ in pairs:
            units.join(place_of[one], place_of[other], None)
    return {number: numbers[units.of(place)[0]] for place, number in enumerate(numbers)}


def _ends(links: Links) -> set[int]:
    return {end for pairs in links.values() for one, other, _ in pairs for end in (one, other)}


def _near(kept: pl.DataFrame, moved: pl.DataFrame, width: int) -> pl.Series:
    """The ids of kept rows that may be linked with moved ones: those of their blocks and spans, or of neighbours."""

    def spans(frame: pl.DataFrame, around: int) -> pl.DataFrame:
        first, last = pl.col("first_day") // width - around, pl.col("last_day") // width + around
        return frame.drop_nulls("block").with_columns(pl.int_ranges(first, last + 1).alias("span")).explode("span")

    wanted = spans(moved.unique(["block", "first_day", "last_day"]), 1).select("block", "span").unique()
    return spans(kept, 0).join(wanted, on=["block", "span"], how="semi").get_column("row_id").unique()
