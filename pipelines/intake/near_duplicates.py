"""Which articles tell the same story in nearly the same words: one wire story in ten papers.

MinHash over word shingles (Broder 1997) with locality-sensitive hashing proposes pairs; the Jaccard similarity of the
shingles themselves decides. The result depends on the texts alone, not on their order.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import regex
from rensa import RMinHash, RMinHashLSH

from pipelines.grouping import Groups

_SHINGLE_WORDS = 4
_PERMUTATIONS = 125
_BANDS = 25
"""Five rows a band: a pair of similarity 0.8 is proposed with probability 0.99995, one of 0.3 with 0.06."""
_MOST_DAYS_APART = 30
_SEED = 20260205
_ESTIMATE_SLACK = 0.15
_WORD = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]|[\p{L}\p{N}]+", regex.V1)


def story_groups(
    ids: Sequence[str], texts: Sequence[str], days: Sequence[date | None], least_similarity: float = 0.8
) -> dict[str, str]:
    """For each id that of the earliest text of its group: texts at least so similar to one another, directly or by
    steps. Of texts of one day, or without one, the smallest id counts: a copy that is published later changes nothing.

    Two that are known to be published more than 30 days apart are two stories: offices repeat the wording of a yearly
    notice or a monthly memorandum, and each tells of another act.
    """
    order = sorted(range(len(ids)), key=ids.__getitem__)
    groups: Groups[None] = Groups(len(ids))
    digests: dict[int, RMinHash] = {}
    index = RMinHashLSH(least_similarity, _PERMUTATIONS, _BANDS)
    for place in order:
        digest = RMinHash(num_perm=_PERMUTATIONS, seed=_SEED)
        digest.update(shingles(texts[place]))
        for other in sorted(index.query(digest)):
            likely = digest.jaccard(digests[other]) >= least_similarity - _ESTIMATE_SLACK
            likely = likely and _close(days[place], days[other]) and other not in groups.of(place)
            if likely and similarity(texts[place], texts[other]) >= least_similarity:
                groups.join(place, other, None)
        index.insert(place, digest)
        digests[place] = digest
    stories: dict[str, str] = {}
    for members in groups:
        first = min(members, key=lambda member: (days[member] is None, days[member] or date.min, ids[member]))
        stories |= {ids[member]: ids[first] for member in members}
    return stories


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
