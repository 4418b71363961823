"""Which articles tell the same story in nearly the same words: one wire story in ten papers.

MinHash over word shingles (Broder 1997) with locality-sensitive hashing proposes pairs; the Jaccard similarity of the
shingles themselves decides. The signature of a text is made once, when it is read; here only texts that are proposed
are looked at. The result depends on the texts alone, not on their order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import combinations
from typing import Any

import numpy as np
import regex

from pipelines.grouping import Groups

_SHINGLE_WORDS = 4
_PERMUTATIONS = 125
_BANDS = 25
"""Five rows a band: a pair of similarity 0.8 is proposed with probability 0.99995, one of 0.3 with 0.06."""
_ROWS = _PERMUTATIONS // _BANDS
_MOST_DAYS_APART = 30
_SEED = 20260205
_ESTIMATE_SLACK = 0.15
_HASH = np.dtype("<u4")
_WORD = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]|[\p{L}\p{N}]+", regex.V1)


def signature(text: str) -> bytes:
    """The MinHash of a text: 125 numbers of four bytes. The share that two have in common estimates their likeness."""
    from rensa import RMinHash

    digest = RMinHash(num_perm=_PERMUTATIONS, seed=_SEED)
    digest.update(shingles(text))
    return np.array(digest.digest(), dtype=_HASH).tobytes()


def story_groups(
    ids: Sequence[str],
    text_of: Callable[[int], str],
    days: Sequence[date | None],
    signatures: Sequence[bytes],
    least_similarity: float = 0.8,
) -> dict[str, str]:
    """For each id that of the earliest text of its group: texts at least so similar to one another, directly or by
    steps. Of texts of one day, or without one, the smallest id counts: a copy that is published later changes nothing.

    `text_of` gives the text that stands at a place in the order of `ids`. Two that are known to be published more than
    30 days apart are two stories: offices repeat the wording of a yearly notice or a monthly memorandum, and each tells
    of another act.
    """
    groups: Groups[None] = Groups(len(ids))
    numbers = np.frombuffer(b"".join(signatures), dtype=_HASH).reshape(len(ids), _PERMUTATIONS)
    for one, other in _proposed(numbers):
        if groups.are_one(one, other) or not _close(days[one], days[other]):
            continue
        likely = (numbers[one] == numbers[other]).mean() >= least_similarity - _ESTIMATE_SLACK
        if likely and similarity(text_of(one), text_of(other)) >= least_similarity:
            groups.join(one, other, None)
    stories: dict[str, str] = {}
    for members in groups:
        first = min(members, key=lambda member: (days[member] is None, days[member] or date.min, ids[member]))
        stories |= {ids[member]: ids[first] for member in members}
    return stories


def _proposed(numbers: np.ndarray[Any, np.dtype[np.uint32]]) -> Iterator[tuple[int, int]]:
    """The places of signatures that are equal in a band; a pair comes once for each band in which it is."""
    for first in range(0, _PERMUTATIONS, _ROWS):
        band = numbers[:, first : first + _ROWS]
        order = np.lexsort(band.T)
        is_new = (band[order][1:] != band[order][:-1]).any(axis=1)
        for alike in np.split(order, np.flatnonzero(is_new) + 1):
            if len(alike) > 1:
                yield from combinations(sorted(alike.tolist()), 2)


def _close(one: date | None, other: date | None) -> bool:
    return one is None or other is None or abs((one - other).days) <= _MOST_DAYS_APART


def similarity(one: str, other: str) -> float:
    """The Jaccard similarity of the shingles of two texts, 0 to 1."""
    ours, theirs = set(shingles(one)), set(shingles(other))
    return len(ours & theirs) / len(ours | theirs) if ours or theirs else 1.0


def shingles(text: str) -> list[str]:
    """Every run of four words of `text`, in small letters; the whole text where it is shorter."""
    words = _WORD.findall(text.casefold())
    last = max(1, len(words) - _SHINGLE_WORDS + 1)
    return [" ".join(words[start : start + _SHINGLE_WORDS]) for start in range(last)]
