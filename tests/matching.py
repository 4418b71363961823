"""Which of the rows that somebody expects in a text were found there: paired by the words that their spans share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import product

Span = tuple[int, int]
Words = frozenset[int]

LEAST_SHARED = 0.5
"""Two spans are of one row where they share this part of the words of the longer one."""
_WORD = re.compile(r"\w+")


def words(text: str, spans: Iterable[Span]) -> Words:
    """The words inside some spans of a text, as the offsets where they begin."""
    return frozenset(start + word.start() for start, end in spans for word in _WORD.finditer(text[start:end]))


def quoted(text: str, quotation: str | Sequence[str]) -> list[Span]:
    """Where the pieces of a quotation stand in a text, whatever the white space. Raises ValueError for one that does
    not."""
    spans = []
    for piece in [quotation] if isinstance(quotation, str) else quotation:
        found = re.search(r"\s+".join(map(re.escape, piece.split())), text)
        if found is None:
            raise ValueError(f"The article does not say {piece!r}.")
        spans.append(found.span())
    return spans


def shared(one: Words, other: Words) -> float:
    """The part of the longer one's words that both have."""
    return len(one & other) / max(len(one), len(other), 1)


def pairs(expected: Sequence[Words], found: Sequence[Words], least: float = LEAST_SHARED) -> list[tuple[int, int]]:
    """The likest pairs first, each row in one pair at most, as positions in the two sequences."""
    ranked = sorted(
        product(range(len(expected)), range(len(found))), key=lambda p: -shared(expected[p[0]], found[p[1]])
    )
    taken: list[tuple[int, int]] = []
    for i, j in ranked:
        if shared(expected[i], found[j]) < least:
            break
        if all(i != a and j != b for a, b in taken):
            taken.append((i, j))
    return taken


def f1(hits: int, expected: int, found: int) -> float:
    """The harmonic mean of precision and recall; 1 where there is nothing to find and nothing was found."""
    return 2 * hits / (expected + found) if expected + found else 1.0
