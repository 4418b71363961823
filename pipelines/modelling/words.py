"""The words that tell one text from another: small letters, singular, without function words.

Nouns are made singular by the S-stemmer (Harman 1991). The word lists lie in `raw/lexicons/sameness_words.csv`, the
words for countries in `raw/reference/countries.csv`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Set
from functools import lru_cache, wraps
from sys import intern

from pipelines.reference_tables import table_rows
from pipelines.settings import LEXICONS, REFERENCE

_WORD = re.compile(r"\w+(?:[.,’'-]\w+)*")
_CACHED = 1 << 16


@lru_cache(maxsize=_CACHED)
def words(text: str | None) -> tuple[str, ...]:
    """The words of a text in small letters, in order, without punctuation and quotation marks."""
    return tuple(map(_kept, _WORD.findall(text or "")))


def _kept(word: str) -> str:
    """The word in small letters, held once however often it stands: the words of all rows would fill the memory."""
    return intern(word.casefold())


@lru_cache(maxsize=_CACHED)
def content_sequence(text: str | None) -> tuple[str, ...]:
    """The words of a text that carry meaning, in order, made singular; one code for all words for a country."""
    return tuple(form for form in map(_form, words(text)) if form)


@lru_cache(maxsize=_CACHED)
def _form(word: str) -> str | None:
    """The word as it is compared; None of a function word."""
    if word in word_list("function"):
        return None
    base = singular(word)
    return _country_words().get(word) or _country_words().get(base) or base


def forgotten_after[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """`function`, after which the words of no text are kept.

    Few as they are, they lie scattered over all the memory that the function took, and would keep it from being given
    back.
    """

    @wraps(function)
    def forgetting(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        finally:
            for kept in (words, content_sequence, names, _form):
                kept.cache_clear()

    return forgetting


def content_words(text: str | None) -> frozenset[str]:
    """The distinct words of a text that carry meaning, as `content_sequence` gives them."""
    return frozenset(content_sequence(text))


@lru_cache(maxsize=_CACHED)
def names(text: str | None) -> frozenset[str]:
    """The words of a text that are written with a capital or a figure: what it names and counts."""
    found = (_form(word.casefold()) for word in _WORD.findall(text or "") if not word[0].islower())
    return frozenset(word for word in found if word)


def numbers(text: str | None) -> frozenset[str]:
    """The figures in a text."""
    return frozenset(word for word in words(text) if word[0].isdigit())


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
    return frozenset(row["word"] for row in table_rows(LEXICONS / "sameness_words.csv") if row["role"] == role)


@lru_cache(maxsize=1)
def _country_words() -> dict[str, str]:
    """Names and demonyms of one word, with the code of the country, read once."""
    found: dict[str, str] = {}
    for row in table_rows(REFERENCE / "countries.csv"):
        for phrase in (row["name"], *row["aliases"].split("|"), *row["demonyms"].split("|")):
            spelled = words(phrase)
            if len(spelled) == 1 and spelled[0] not in word_list("function"):
                found.setdefault(spelled[0], row["country"].casefold())
    return found
