"""Which words of an article a release holds, by `raw/release/excerpts.csv` and the licence of the article.

An article whose licence lets anyone pass it on is there as it is. Of any other, passages are left out, and words (a
name, a cue, an amount) stay where they are few. Offsets, hashes and what was found out stay in any case.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache

import polars as pl

from pipelines.release.errors import ReleaseError
from pipelines.release.licences import FOLDER
from schemas.columns import Column, TableSpec
from schemas.ddl import quoted

EXCERPTS = FOLDER / "excerpts.csv"
FACT, WORDS, PASSAGE = "fact", "words", "passage"
MOST_WORDS = 10
"""One less than the eleven words that the European Court of Justice held may be protected (Infopaq, C-5/08)."""


def held(table: TableSpec, known: Mapping[tuple[str, str], str] | None = None) -> dict[str, str]:
    """Whose words each column of free text holds: `fact`, `words` or `passage`.

    Raises `ReleaseError` where a column is not declared, so that none is passed on unasked.
    """
    known = _declared() if known is None else known
    found = {}
    for column in table.columns:
        if not is_free_text(table, column):
            continue
        kind = known.get((table.name, column.name))
        if kind not in (FACT, WORDS, PASSAGE) or (kind != FACT and column.is_list):
            raise ReleaseError(
                f"{EXCERPTS}: {table.name}.{column.name} must be told to hold {FACT}, {WORDS} or {PASSAGE} "
                f"of an article (a list only {FACT}); it is not passed on unasked"
            )
        found[column.name] = kind
    return found


def is_free_text(table: TableSpec, column: Column) -> bool:
    """Whether anything at all may stand in the column: it is no key, no reference, no code."""
    dtype = column.dtype.inner if isinstance(column.dtype, pl.List) else column.dtype
    return dtype == pl.String and not column.references and not column.codes and column.name not in table.key


def released(table: TableSpec, is_open: str) -> list[str]:
    """The SQL of each column as a release holds it. `is_open` is the SQL of whether the row's article is passed on.

    A table that names no article is taken as if no article were.
    """
    kinds = held(table)
    named = any(column.name == "article_id" for column in table.columns)
    return [_released(column, kinds.get(column.name, FACT), is_open if named else "false") for column in table.columns]


def few_words(name: str) -> str:
    """The SQL of whether the text in a column is short enough to stay."""
    return f"len(string_split_regex(trim({name}), '\\s+')) <= {MOST_WORDS}"


def _released(column: Column, kind: str, is_open: str) -> str:
    name = quoted(column.name)
    if kind == FACT:
        return name
    stays = is_open if kind == PASSAGE else f"({is_open}) OR {few_words(name)}"
    return f"CASE WHEN {stays} THEN {name} {'' if column.nullable else "ELSE '' "}END AS {name}"


@cache
def _declared() -> Mapping[tuple[str, str], str]:
    with EXCERPTS.open(encoding="utf-8", newline="") as lines:
        return {(row["table"], row["column"]): row["holds"] for row in csv.DictReader(lines)}
