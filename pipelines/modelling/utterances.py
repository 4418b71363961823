"""Which statements are the same utterance: the same speakers, near-same words, days apart at most.

Three kinds of evidence, the strongest first: the same words on one day; words that differ by light edits; and a
quotation cut from a longer one, where it fits no other. A long utterance is known again within a week; a short one, a
formula of every readout, only on its day, or on the next by another publisher. Pronouns for speakers count as whom
they mean; a speaker whom nobody could name is told by his words, and one who is only a pronoun ties nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from difflib import SequenceMatcher
from typing import Any

import polars as pl

from pipelines.grouping import Groups
from pipelines.modelling.blocking import UNDATED, day_number, near_pairs
from pipelines.modelling.regrouping import Links, Telling
from pipelines.modelling.words import content_sequence, names, numbers, word_list, words

Row = Mapping[str, Any]

_READ = (
    "statement_id", "article_id", "content", "speaker_text", "speaker_kind", "speaker_leader_ids", "speaker_countries",
    "addressee_leader_ids", "addressee_countries", "said_on", "published_at", "published_on", "source",
)  # fmt: skip
"""The columns that decide; rows of all columns would fill the memory."""

_DAYS = 7
"""How far apart the same utterance may be told, in days."""
_LONG = 8
"""Content words of an utterance that is long enough to be known again days later."""
_ALIKE = 0.8
"""The least likeness (Ratcliff and Obershelp) of the content words of an utterance and its light edit."""
_FEW = 2
"""Content words of the shortest utterance that is known again by the same words on another day."""
_FEWEST = 4
"""Content words of the shortest utterance that is known again in other words, and words of the shortest fragment."""
_SHARED = 0.75
"""The share of its content words that the shorter of two like utterances has in common with the longer."""
_BEFORE = 3
"""Words before a fragment in which a negation turns it round."""


@dataclass(frozen=True, slots=True)
class Saying:
    """What rows say alike: the same speakers, words and day."""

    speaker: str
    content: str
    day: date | None
    addressees: frozenset[str]
    articles: frozenset[str]
    sources: frozenset[str]
    is_dated: bool
    """whether the text says when it was said"""


class Utterances:
    """How utterances are told: by statements with the day of publication (`published_at`, `published_on`, `source`).

    The id is made from speaker, words and day as first told: the earliest by publication (undated last), then the
    first by its words.
    """

    prefix = "u"
    row_id = "statement_id"
    width = _DAYS + 1
    people: Sequence[str] = ("speaker_text", "speaker_kind", "speaker_leader_ids", "speaker_countries")

    def whose(self, row: Row) -> str | None:
        """Who speaks."""
        return _speaker(row)

    def tellings(self, rows: pl.DataFrame) -> Sequence[Telling[Saying | None]]:
        """The sayings, in the order in which they were told; nothing is known of what a statement alone says."""
        read = [row | {"words": words(row["content"])} for row in rows.select(_READ).iter_rows(named=True)]
        sayings: dict[tuple[Any, ...], list[Row]] = {}
        for row in sorted(read, key=_order):
            speaker = _speaker(row)
            is_told = speaker is not None and row["words"]
            key = (speaker, " ".join(row["words"]), _day(row)) if is_told else (row["statement_id"],)
            sayings.setdefault(key, []).append(row)
        return [_told(key, rows) for key, rows in sayings.items()]

    def links(self, items: Sequence[Saying | None], only: Set[int] | None) -> Links:
        """Sayings that are light edits of each other, and those cut from others."""
        told = [(number, saying) for number, saying in enumerate(items) if saying is not None]
        sayings = [saying for _, saying in told]
        candidates = near_pairs(
            [(saying.speaker,) for saying in sayings],
            [set(content_sequence(saying.content)) for saying in sayings],
            [saying.day for saying in sayings],
            _DAYS,
            _SHARED,
            None if only is None else {place for place, (number, _) in enumerate(told) if number in only},
        )
        links: dict[str, list[tuple[int, int, None]]] = {"edits": [], "fragments": []}
        for one, other in candidates:
            if not may_be_one(sayings[one], sayings[other]):
                continue
            if are_edits(sayings[one].content, sayings[other].content):
                links["edits"].append((told[one][0], told[other][0], None))
            elif is_fragment(sayings[one].content, sayings[other].content):
                links["fragments"].append((told[one][0], told[other][0], None))
        return links

    def tie(self, items: Sequence[Saying | None], links: Links) -> Groups[None]:
        """Edits are one; a fragment is one with what it fits, unless it fits several that are not one."""
        groups: Groups[None] = Groups(len(items))
        for one, other, _ in links["edits"]:
            groups.join(one, other, None)
        linked = {(one, other) for pairs in links.values() for one, other, _ in pairs}
        groups.tie(
            links["fragments"],
            lambda ours, theirs: any((min(a, b), max(a, b)) in linked for a in ours for b in theirs),
        )
        return groups

    def first(self, members: Sequence[Telling[Saying | None]]) -> Telling[Saying | None]:
        """The one told first."""
        return members[0]


def _told(key: tuple[Any, ...], rows: Sequence[Row]) -> Telling[Saying | None]:
    if len(key) == 1:
        return Telling(rows, key, None, key[0], None, UNDATED, UNDATED)
    speaker, _, day = key
    number = day_number(day)
    return Telling(rows, key, _saying(speaker, day, rows), "\0".join(map(str, key)), speaker, number, number)


def may_be_one(one: Saying, other: Saying) -> bool:
    """Whether what is known around two sayings lets them be one utterance: to whom, when and where they are told."""
    if one.addressees and other.addressees and one.addressees.isdisjoint(other.addressees):
        return False
    if min(len(content_sequence(one.content)), len(content_sequence(other.content))) >= _LONG:
        return not (one.is_dated and other.is_dated and one.day != other.day)
    if one.articles & other.articles:
        return content_sequence(one.content) == content_sequence(other.content)
    apart = 0 if one.day is None or other.day is None else abs((one.day - other.day).days)
    return apart == 0 or (apart == 1 and one.sources.isdisjoint(other.sources))


def are_edits(one: str, other: str) -> bool:
    """Whether two texts are one in other words: most of the words in the same order, at most one of them exchanged
    for others, the same names, figures and negation."""
    ours, theirs = content_sequence(one), content_sequence(other)
    if ours != theirs and (min(len(ours), len(theirs)) < _FEWEST or _are_exchanged(one, other)):
        return False
    if len(ours) < _FEW or numbers(one) != numbers(other) or _negations(one) != _negations(other):
        return False
    return ours == theirs or SequenceMatcher(None, ours, theirs, autojunk=False).ratio() >= _ALIKE


def _are_exchanged(one: str, other: str) -> bool:
    ours, theirs = set(content_sequence(one)), set(content_sequence(other))
    names_differ = names(one) - names(other) and names(other) - names(one)
    return bool(names_differ) or min(len(ours - theirs), len(theirs - ours)) > 1


def is_fragment(one: str, other: str) -> bool:
    """Whether the shorter of two texts stands in the longer word for word, but for function words at its ends."""
    shorter, longer = sorted((words(one), words(other)), key=len)
    while shorter and shorter[0] in word_list("function"):
        shorter = shorter[1:]
    while shorter and shorter[-1] in word_list("function"):
        shorter = shorter[:-1]
    content = set(shorter) - word_list("function")
    if len(shorter) < _FEWEST or len(content) < _FEWEST - 1 or len(content - word_list("general")) < _FEW:
        return False
    at = _find(shorter, longer)
    return at >= 0 and word_list("negation").isdisjoint(longer[max(0, at - _BEFORE) : at])


def _find(part: Sequence[str], whole: Sequence[str]) -> int:
    """Where `part` stands in `whole`; -1 where it does not."""
    places = range(len(whole) - len(part) + 1)
    return next((at for at in places if whole[at] == part[0] and whole[at : at + len(part)] == part), -1)


def _negations(text: str) -> bool:
    return not word_list("negation").isdisjoint(words(text))


def _saying(speaker: str, day: date | None, rows: Sequence[Row]) -> Saying:
    first = rows[0]
    return Saying(
        speaker=speaker,
        content=first["content"],
        day=day,
        addressees=frozenset([*first["addressee_leader_ids"]] or [*first["addressee_countries"]]),
        articles=frozenset(row["article_id"] for row in rows),
        sources=frozenset(row["source"] or row["article_id"] for row in rows),
        is_dated=first["said_on"] is not None,
    )


def _speaker(row: Row) -> str | None:
    """Who, by id; by the words where nobody could be named; None where these are a pronoun, or missing.

    An official who is no known leader is not the government.
    """
    speaks_for = row["speaker_countries"] if row["speaker_kind"] == "government" else []
    known = [*row["speaker_leader_ids"]] or [*speaks_for]
    if known:
        return " ".join(sorted(known))
    spelled = words(row["speaker_text"])
    return " ".join(spelled) if spelled and not word_list("pronoun").issuperset(spelled) else None


def _day(row: Row) -> date | None:
    """The day it was said, else the day it was published."""
    day: date | None = row["said_on"] or row["published_on"]
    return day


def _order(row: Row) -> tuple[Any, ...]:
    """By publication, undated last, then by words: what is told later, or corrected elsewhere, comes no earlier."""
    published, day = row["published_at"], _day(row)
    return (
        published is None, published or datetime.min, row["words"], day is None, day or date.min,
        row["article_id"], row["statement_id"],
    )  # fmt: skip
