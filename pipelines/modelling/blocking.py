"""Pairs worth comparing, without comparing all: prefix filtering (Chaudhuri, Ganti and Kaushik 2006).

Two sets of which the smaller has a share of its elements in the larger have one of the smaller's rarest elements in
common. Which elements are rare changes how many pairs are looked at, never which are found. Days are cut into spans,
of which two near ones are the same or neighbours, so that a block of many years is not compared with itself as a whole.
Pairs are made so many at a time, so that a block of many thousand sets does not fill the memory with them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence, Set
from datetime import date
from math import ceil

import polars as pl

_AT_ONCE = 4_000_000
"""Pairs that are made before those found twice, or too far apart, are left out."""
UNDATED = -(10**9)
"""The day of what has none: it is near to nothing but its like."""


def day_number(day: date | None) -> int:
    """The day, counted from the year 1; `UNDATED` of none."""
    return UNDATED if day is None else day.toordinal()


def near_pairs(
    blocks: Sequence[Collection[str]],
    sets: Sequence[Set[str]],
    days: Sequence[date | None],
    most_days: int,
    share: float,
    only: Set[int] | None = None,
    weak: Set[str] = frozenset(),
) -> list[tuple[int, int]]:
    """The pairs with a block in common, at most so many days apart, whose smaller set has at least `share` of its
    elements in the larger, and not only `weak` ones. Each pair once, smaller number first, in order; where `only` is
    given, pairs with one of these numbers.
    """
    needed = [ceil(share * len(each) - 1e-9) for each in sets]
    each = _elements(blocks, sets, days, needed, most_days, weak)
    spans = pl.concat_list(pl.col("span") - 1, "span", pl.col("span") + 1)
    met = each.group_by("block", "word", "span").agg(pl.len().cast(pl.Int64).alias("met"))
    rarest = (
        _rarest(each)
        .with_columns(spans.alias("span"))
        .explode("span")
        .join(met, on=("block", "word", "span"))
        .sort("number")
        .with_columns((pl.col("met").cum_sum() // _AT_ONCE).alias("turn"))
        .drop("met")
    )
    named = None if only is None else pl.Series(sorted(only), dtype=pl.Int64).implode()
    wanted = pl.lit(True) if named is None else pl.col("number").is_in(named) | pl.col("number_2").is_in(named)
    found = [
        _alike(
            turn.lazy()
            .join(each.lazy(), on=("block", "word", "span"), suffix="_2")
            .filter(
                pl.col("number") != pl.col("number_2"),
                pl.col("size") <= pl.col("size_2"),
                (pl.col("day") - pl.col("day_2")).abs() <= most_days,
                wanted,
            )
            .select(
                pl.min_horizontal("number", "number_2").alias("one"),
                pl.max_horizontal("number", "number_2").alias("other"),
            )
            .unique()
            .collect(),
            sets,
            needed,
            weak,
        )
        for turn in rarest.partition_by("turn", maintain_order=True)
    ]
    return pl.concat(found).unique().sort("one", "other").rows() if found else []


def _elements(
    blocks: Sequence[Collection[str]],
    sets: Sequence[Set[str]],
    days: Sequence[date | None],
    needed: Sequence[int],
    most_days: int,
    weak: Set[str],
) -> pl.DataFrame:
    """A row an element of a set, but for weak ones, and a block of it; blocks and elements are numbers."""
    rows = pl.DataFrame(
        {
            "number": range(len(sets)),
            "day": [day_number(day) for day in days],
            "size": [len(each) for each in sets],
            "needed": needed,
        },
        schema=dict.fromkeys(("number", "day", "size", "needed"), pl.Int64),
    )
    number_of: dict[str, int] = {}

    def flat(name: str, lists: Iterable[Iterable[str]]) -> pl.DataFrame:
        pairs = [
            (number, number_of.setdefault(each, len(number_of))) for number, one in enumerate(lists) for each in one
        ]
        return pl.DataFrame(pairs, schema={"number": pl.Int64, name: pl.Int64}, orient="row")

    in_blocks = rows.join(flat("block", blocks), on="number", maintain_order="left_right")
    words = flat("word", (sorted(each - weak) if blocks[number] else () for number, each in enumerate(sets)))
    span = pl.col("day") // (most_days + 1)
    return in_blocks.with_columns(span.alias("span")).join(words, on="number", maintain_order="left_right")


def _rarest(each: pl.DataFrame) -> pl.DataFrame:
    """Of each set in each block the rarest elements, so many that one of them is in whatever has enough in common."""
    by_rareness = each.with_columns(pl.len().over("block", "word").alias("often")).sort(
        "number", "block", "often", "word"
    )
    place = pl.int_range(pl.len())
    is_first = (pl.col("number") != pl.col("number").shift()) | (pl.col("block") != pl.col("block").shift())
    first = pl.when(is_first.fill_null(True)).then(place).forward_fill()
    return by_rareness.filter(place - first < pl.col("size") - pl.col("needed") + 1).drop("often")


def _alike(pairs: pl.DataFrame, sets: Sequence[Set[str]], needed: Sequence[int], weak: Set[str]) -> pl.DataFrame:
    """Those of the pairs that have enough in common."""
    are_alike = []
    for one, other in pairs.iter_rows():
        common = sets[one] & sets[other]
        are_alike.append(len(common) >= min(needed[one], needed[other]) and not common <= weak)
    return pairs.filter(pl.Series(are_alike, dtype=pl.Boolean))
