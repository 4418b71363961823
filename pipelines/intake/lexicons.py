"""The word lists that the intake goes by: data, in `raw/lexicons/`, which anyone may correct."""

from __future__ import annotations

from functools import cache

from pipelines.reference_tables import table_rows
from pipelines.settings import LEXICONS


@cache
def metadata_names() -> dict[str, tuple[str, ...]]:
    """For each field of an article, the names that formats give it, the most trusted first; all in small letters."""
    names: dict[str, tuple[str, ...]] = {}
    for row in table_rows(LEXICONS / "metadata_names.csv"):
        names[row["field"]] = (*names.get(row["field"], ()), row["name"])
    return names


@cache
def link_sections() -> frozenset[str]:
    """Headings of sections that list links and sources rather than tell the story, case-folded."""
    return frozenset(row["heading"].casefold() for row in table_rows(LEXICONS / "link_sections.csv"))
