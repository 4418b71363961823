"""The words that tell one text from another: small letters, singular, without function words.

Nouns are made singular by the S-stemmer (Harman 1991). The word lists lie in `raw/lexicons/sameness_words.csv`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Set
from functools import lru_cache

from pipelines.settings import LEXICONS

_WORD = re.compile(r"\w+(?:[.,’'-]\w+)*")
_CACHED = 1 << 16


def words(text: str | None) -> list[str]:
    """The words of a text in small letters, in order, without punctuation and quotation marks."""
    return [word.casefold() for word in _WORD.findall(text or "")]


@lru_cache(maxsize=_CACHED)
def content_words(text: str | None) -> frozenset[str]:
    """The distinct words of a text that carry meaning, made singular."""
    return frozenset(map(singular, words(text))) - word_list("function")


@lru_cache(maxsize=_CACHED)
def names(text: str | None) -> frozenset[str]:
    """The words of a text that are written with a capital or a figure: what it names and counts."""
    found = (word for word in _WORD.findall(text or "") if not word[0].islower())
    return frozenset(singular(word.casefold()) for word in found) - word_list("function")


def singular(word: str) -> str:
    """A word without its plural ending or its possessive."""
    word = word.removesuffix("'s").removesuffix("’s")
    if len(word) > 3 and word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("us", "ss", "is")):
        return word[:-1]
    return word


def overlap(ours: Set[str], theirs: Set[str]) -> float:
    """How much of two sets is common to both, from 0 to 1 (Dice); 0 where one is empty."""
    return 2 * len(ours & theirs) / (len(ours) + len(theirs)) if ours and theirs else 0.0


@lru_cache(maxsize=16)
def word_list(role: str) -> frozenset[str]:
    """The words that have a role in telling texts apart, read once."""
    with (LEXICONS / "sameness_words.csv").open(encoding="utf-8", newline="") as lines:
        return frozenset(row["word"] for row in csv.DictReader(lines) if row["role"] == role)
