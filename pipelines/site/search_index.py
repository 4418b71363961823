"""The search index: for each word, and each thing that passages can be filtered by, the passages that have it.

Words are folded: compatibility forms and accents are dropped, capitals are small. Lists of passages are stored as
differences, so that they stay short. The script that searches folds and reads in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

WORD = r"[\p{L}\p{N}]+"
COMMON = 0.5
"""A word in more than this share of the passages tells nothing, and is left out …"""
COMMON_FROM = 2_000
"""… where there are at least so many passages."""


def folded(text: pl.Expr) -> pl.Expr:
    """The text as it is compared."""
    return text.str.normalize("NFKD").str.replace_all(r"\p{Mn}", "").str.to_lowercase()


def word_postings(passages: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """From `number` and `words` (text): `term` and the sorted `numbers` of the passages that have it.

    Also gives the common words that were left out, sorted.
    """
    words = (
        passages.select("number", term=folded(pl.col("words")).str.extract_all(WORD))
        .explode("term", empty_as_null=False)
        .unique()
    )
    postings = _grouped(words)
    too_many = max(COMMON * passages.height, COMMON_FROM)
    common = postings.filter(pl.col("numbers").list.len() > too_many)
    return postings.filter(pl.col("numbers").list.len() <= too_many), sorted(common["term"])


def filter_postings(passages: pl.DataFrame, columns: Iterable[str]) -> pl.DataFrame:
    """The same for list columns: the term is `=column:value`, which no word is."""
    parts = [
        passages.select("number", term=pl.col(column))
        .explode("term", empty_as_null=False)
        .unique()
        .with_columns(term=pl.lit(f"={column}:") + pl.col("term"))
        for column in columns
    ]
    return _grouped(pl.concat(parts))


def differences(postings: pl.DataFrame) -> Iterable[tuple[str, str]]:
    """Each term with its passages as a JSON list: the first number, then how much further each next one lies."""
    rows = postings.select(
        "term",
        steps=pl.col("numbers").list.eval(pl.element().diff().fill_null(pl.element())).cast(pl.List(pl.String)),
    )
    joined = rows.select("term", text=pl.lit("[") + pl.col("steps").list.join(",") + pl.lit("]"))
    return joined.iter_rows()


def _grouped(words: pl.DataFrame) -> pl.DataFrame:
    return words.drop_nulls().group_by("term").agg(numbers=pl.col("number").sort()).sort("term")
