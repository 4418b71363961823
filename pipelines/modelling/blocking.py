"""Pairs worth comparing, without comparing all: prefix filtering (Chaudhuri, Ganti and Kaushik 2006).

Two sets of which the smaller has a share of its elements in the larger have one of the smaller's rarest elements in
common. Which elements are rare changes how many pairs are looked at, never which are found. Days are cut into spans,
of which two near ones are the same or neighbours, so that a block of many years is not compared with itself as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import date
from math import ceil

import polars as pl

UNDATED = -(10**9)
"""The day of what has none: it is near to nothing but its like."""


def day_number(day: date | None) -> int:
    """The day, counted from the year 1; `UNDATED` of none."""
    return UNDATED if day is None else day.toordinal()


def near_pairs(
    blocks: Sequence[str],
    sets: Sequence[Set[str]],
    days: Sequence[date | None],
    most_days: int,
    share: float,
    only: Set[int] | None = None,
) -> list[tuple[int, int]]:
    """The pairs of one block, at most so many days apart, whose smaller set has at least `share` of its elements in
    the larger. Each pair once, smaller number first, in order; where `only` is given, pairs with one of these numbers.
    """
    sizes = [len(each) for each in sets]
    rows = pl.LazyFrame(
        {
            "number": range(len(sets)),
            "block": blocks,
            "day": [day_number(day) for day in days],
            "size": sizes,
            "needed": [ceil(share * size - 1e-9) for size in sizes],
        },
        schema={"number": pl.Int64, "block": pl.String, "day": pl.Int64, "size": pl.Int64, "needed": pl.Int64},
    )
    words = pl.LazyFrame(
        {
            "number": [number for number, size in enumerate(sizes) for _ in range(size)],
            "word": [word for each in sets for word in sorted(each)],
        },
        schema={"number": pl.Int64, "word": pl.String},
    )
    span = pl.col("day") // (most_days + 1)
    each = rows.with_columns(span.alias("span")).join(words, on="number", maintain_order="right")
    rank = pl.struct(pl.len().over("block", "word"), "word").rank("ordinal").over("number")
    rarest = each.filter(rank <= pl.col("size") - pl.col("needed") + 1)
    spans = pl.concat_list(pl.col("span") - 1, "span", pl.col("span") + 1)
    named = None if only is None else pl.Series(sorted(only), dtype=pl.Int64).implode()
    wanted = pl.lit(True) if named is None else pl.col("number").is_in(named) | pl.col("number_2").is_in(named)
    pairs = (
        rarest.with_columns(spans.alias("span"))
        .explode("span")
        .join(each, on=("block", "word", "span"), suffix="_2")
        .filter(
            pl.col("number") != pl.col("number_2"),
            pl.col("size") <= pl.col("size_2"),
            (pl.col("day") - pl.col("day_2")).abs() <= most_days,
            wanted,
        )
        .select(
            pl.min_horizontal("number", "number_2").alias("one"), pl.max_horizontal("number", "number_2").alias("other")
        )
        .unique()
        .sort("one", "other")
        .collect()
    )
    shared = ((one, other) for one, other in pairs.iter_rows())
    return [
        (one, other)
        for one, other in shared
        if len(sets[one] & sets[other]) >= ceil(share * min(len(sets[one]), len(sets[other])) - 1e-9)
    ]
