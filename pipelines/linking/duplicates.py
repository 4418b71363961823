"""Whether the reference has one person twice: two ids that the terms of office show to be one.

Takes rows of `leaders.csv` and `leader_terms.csv`; gives the pairs. Never here: which of the two is right.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from itertools import combinations

from pipelines.linking.names import words
from pipelines.reference_tables import seat_word, single_kinds

Row = Mapping[str, str]

_ENOUGH = 2
_SENIOR = {"head_of_state", "head_of_government", "foreign_minister"}
_ALIKE = 0.7
"""Likeness from which on two words are spellings of one: Hasan and Hassan."""


def long_words(name: str) -> set[str]:
    """The words of a name that are no particle, initial or title."""
    return {word for word in words(name) if len(word) > 3}


def same_words(one: str, other: str) -> bool:
    """Whether each long word of the shorter name has one like it in the other: Abdullah is not Nawaf.

    Where a name has fewer than two long words, all words count.
    """
    few, many = sorted((long_words(one), long_words(other)), key=len)
    if len(few) < _ENOUGH:
        few, many = sorted((set(words(one)), set(words(other))), key=len)
    return all(any(SequenceMatcher(None, a, b).ratio() > _ALIKE for b in many) for a in few)


def people_twice(leaders: Iterable[Row], terms: Iterable[Row], joint: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """Pairs of ids that are one person.

    They are where, in one country, both head it or its foreign ministry at a time and are named alike, or take that
    office on the same day and one of the ids is local, which only stands in for a Wikidata id (`joint` has the offices
    that several hold); where both hold any other office at a time and bear one name; and where both bear one name and
    one of the ids is local.
    """
    name = {row["leader_id"]: row["name"] for row in leaders}
    country = {row["leader_id"]: row["country"] for row in leaders}
    found: set[tuple[str, str]] = set()
    seats: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for term in terms:
        seats[term["country"], term["office_kind"], seat_word(term["office_kind"], term["office"])].append(term)
    for (where, kind, _), held in seats.items():
        is_single = bool(where) and kind in _SENIOR & single_kinds() and (where, kind) not in joint
        for one, other in combinations(held, 2):
            ids = one["leader_id"], other["leader_id"]
            if ids[0] == ids[1] or not _overlap(one, other):
                continue
            is_local = any(leader_id.startswith("local:") for leader_id in ids)
            is_same_day = is_local and one["start_date"] == other["start_date"] and _to_the_day(one)
            names = name[ids[0]], name[ids[1]]
            if is_single:
                is_same = is_same_day or same_words(*names)
            else:
                is_same = one["office"] == other["office"] and set(words(names[0])) == set(words(names[1]))
            if is_same:
                found.add((min(ids), max(ids)))
    namesakes: dict[tuple[tuple[str, ...], str], list[str]] = defaultdict(list)
    for leader_id in name:
        namesakes[words(name[leader_id]), country[leader_id]].append(leader_id)
    for ids_of_name in namesakes.values():
        pairs = combinations(sorted(ids_of_name), 2)
        found.update((a, b) for a, b in pairs if a.startswith("local:") or b.startswith("local:"))
    return sorted(found)


def _overlap(one: Row, other: Row) -> bool:
    first, second = sorted((one, other), key=lambda term: term["start_date"])
    return not first["end_date"] or first["end_date"] > second["start_date"]


def _to_the_day(term: Row) -> bool:
    return bool(term["start_date"]) and not term["start_date"].endswith("-01-01")
