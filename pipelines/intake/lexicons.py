"""The word lists that the intake goes by: data, in `raw/lexicons/`, which anyone may correct."""

from __future__ import annotations

import csv
from functools import cache

from pipelines.settings import LEXICONS


@cache
def metadata_names() -> dict[str, tuple[str, ...]]:
    """For each field of an article, the names that formats give it, the most trusted first; all in small letters."""
    names: dict[str, tuple[str, ...]] = {}
    for row in _rows("metadata_names.csv"):
        names[row["field"]] = (*names.get(row["field"], ()), row["name"])
    return names


@cache
def link_sections() -> frozenset[str]:
    """Headings of sections that list links and sources rather than tell the story, case-folded."""
    return frozenset(row["heading"].casefold() for row in _rows("link_sections.csv"))


def _rows(name: str) -> list[dict[str, str]]:
    with (LEXICONS / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
