"""Which commitments are the same pledge, across articles and over time.

The same committers do (or refrain from) the same kind of thing with the same objects, whatever the firmness: what is
considered today, agreed in a month and enacted in a year is one pledge. What speaks against it:

- other leaders, or other counterparties, where both name them;
- other amounts of one article, or of one unit where the objects are not quite the same;
- due dates that do not meet;
- acts enacted more than a week apart, where neither amount nor date nor a long object ties them; and "another" or
  "additional" in both, a week apart or more: each is one more.

A pledge that could be one of several that are not the same is none of them. Verbs and nouns of one action lie in
`raw/lexicons/pledge_actions.csv`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from math import inf
from typing import Any

import polars as pl

from pipelines.grouping import Groups
from pipelines.modelling.blocking import UNDATED, day_number, near_pairs
from pipelines.modelling.regrouping import Links, Telling
from pipelines.modelling.words import content_sequence, content_words, names, overlap, word_list, words
from pipelines.reference_tables import table_rows
from pipelines.settings import LEXICONS

Row = Mapping[str, Any]

_READ = (
    "commitment_id", "article_id", "text", "spans", "committer_text", "committer_leader_ids", "committer_countries",
    "counterparty_countries", "action", "object", "firmness", "polarity", "quantity_text", "quantity_value",
    "quantity_unit", "due_text", "due_start", "due_end", "published_at", "published_on",
)  # fmt: skip
"""The columns that decide; rows of all columns would fill the memory."""

_DAYS = 400
"""How far apart two articles may tell of one pledge with none between them: a yearly summit and a month."""
_ACT_DAYS = 7
"""How far apart two acts may be told that are one, where their objects are not both long and the same."""
_LONG = 3
"""Telling words of an object that is long enough to know an act by."""
_CLAUSE = 4
"""Content words of the shortest clause that is known again where no object is named."""
_SHARED = 0.5
"""The share of its object's words that the shorter of two tellings has in common with the longer."""
_ALIKE = 0.6
"""The least overlap (Dice) of objects, where the shorter is not part of the longer."""
_SAME = 0.8
"""The least overlap of objects whose amounts may differ, and of clauses where no object is named."""
_CLOSE = 0.05
"""Amounts that differ by so much of the larger are one amount."""
_REPEATED = inf
"""The strength of the link between tellings that say word for word the same."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What rows say alike of one pledge, on one day."""

    committers: str
    leaders: frozenset[str]
    counterparties: frozenset[str]
    polarity: str
    actions: frozenset[str]
    objects: frozenset[str]
    names: frozenset[str]
    """what the object names"""
    points: bool
    """whether the object is "this" or "these": something of its own article"""
    amount: tuple[float, str] | None
    due: tuple[date, date] | None
    due_text: str
    enacted: bool
    day: date | None
    articles: frozenset[str]
    words: frozenset[str]
    """the content words of the clause"""


class Pledges:
    """How pledges are told: by commitments with the day of publication (`published_at`, `published_on`).

    The id is made from what the pledge says as first told: the earliest by publication (undated last), then the first
    by its words.
    """

    prefix = "p"
    row_id = "commitment_id"
    width = _DAYS + 1
    people: Sequence[str] = ("committer_text", "committer_leader_ids", "committer_countries")

    def whose(self, row: Row) -> str | None:
        """Who would act."""
        return _committers(row)

    def tellings(self, rows: pl.DataFrame) -> Sequence[Telling[Promise | None]]:
        """The promises, in the order in which they were told; nothing is known of what a commitment alone says."""
        told: dict[tuple[Any, ...], list[Row]] = {}
        for row in sorted(rows.select(_READ).iter_rows(named=True), key=_order):
            told.setdefault((row["commitment_id"],) if _committers(row) is None else _facts(row), []).append(row)
        return [_told(key, rows) for key, rows in told.items()]

    def links(self, items: Sequence[Promise | None], only: Set[int] | None) -> Links:
        """Repeats, and promises that are alike: by how much they are."""
        told = [(number, promise) for number, promise in enumerate(items) if promise is not None]
        promises = [promise for _, promise in told]
        wanted = None if only is None else {place for place, (number, _) in enumerate(told) if number in only}
        days = [promise.day for promise in promises]
        by_object = near_pairs(
            [_acts(promise) if promise.objects else () for promise in promises],
            [promise.objects for promise in promises],
            days,
            _DAYS,
            _SHARED,
            wanted,
            word_list("general"),
        )
        by_clause = near_pairs(
            [() if promise.objects else _acts(promise) for promise in promises],
            [promise.words for promise in promises],
            days,
            _DAYS,
            _SAME,
            wanted,
        )
        links: dict[float, list[tuple[int, int, None]]] = {}
        for one, other in _repeats(promises):
            links.setdefault(_REPEATED, []).append((told[one][0], told[other][0], None))
        for one, other in sorted(by_object + by_clause):
            strength = likeness(promises[one], promises[other])
            if strength is not None:
                links.setdefault(round(strength, 1), []).append((told[one][0], told[other][0], None))
        return links

    def tie(self, items: Sequence[Promise | None], links: Links) -> Groups[None]:
        """The tellings of each pledge: repeats first, then those alike by more words before those alike by less."""
        groups: Groups[None] = Groups(len(items))

        def may_be_one(ours: Sequence[int], theirs: Sequence[int]) -> bool:
            return not any(_speak_against(items[one], items[other]) for one in ours for other in theirs)

        for one, other, _ in links.get(_REPEATED, ()):
            if may_be_one(groups.of(one), groups.of(other)):
                groups.join(one, other, None)
        for strength in sorted(links.keys() - {_REPEATED}, reverse=True):
            groups.tie(links[strength], may_be_one)
        return groups

    def first(self, members: Sequence[Telling[Promise | None]]) -> Telling[Promise | None]:
        """The one told first."""
        return members[0]


def _told(key: tuple[Any, ...], rows: Sequence[Row]) -> Telling[Promise | None]:
    if len(key) == 1:
        return Telling(rows, key, None, key[0], None, UNDATED, UNDATED)
    promise = _promise(rows)
    day = day_number(promise.day)
    return Telling(rows, key, promise, _wording(promise), _block(promise), day, day)


def _block(promise: Promise) -> str:
    return f"{promise.committers} {promise.polarity}"


def _acts(promise: Promise) -> list[str]:
    """The blocks in which a promise is compared: it has one in common with all that may be of one pledge with it."""
    return [] if promise.points else [f"{_block(promise)} {action}" for action in sorted(promise.actions)]


def _wording(promise: Promise) -> str:
    """The same of repeats: which of them are next to each other in time depends on all of them."""
    return "\0".join((_block(promise), *sorted(promise.words)))


def _speak_against(one: Promise | None, other: Promise | None) -> bool:
    return one is None or other is None or contradict(one, other)


def _repeats(promises: Sequence[Promise]) -> Iterator[tuple[int, int]]:
    """Each telling with the one before it that says word for word the same."""
    last: dict[tuple[Any, ...], int] = {}
    for number in sorted(range(len(promises)), key=lambda n: (promises[n].day is None, promises[n].day or date.min)):
        promise = promises[number]
        said = (promise.committers, promise.leaders, promise.counterparties, promise.polarity, promise.actions,
                promise.objects, promise.amount, promise.due, promise.due_text, promise.words)  # fmt: skip
        before = last.get(said)
        if before is not None and likeness(promises[before], promise) is not None:
            before_day, day = promises[before].day, promise.day
            if before_day == day or (before_day and day and (day - before_day).days <= _DAYS):
                yield before, number
        last[said] = number


def likeness(one: Promise, other: Promise) -> float | None:
    """How surely two tellings are of one pledge; None where they are not, by what they say themselves.

    Two telling words of the objects in common are enough where the clauses speak of much the same; one is where the
    amounts are the same, or most of the clauses.
    """
    if contradict(one, other) or one.actions.isdisjoint(other.actions) or one.points or other.points:
        return None
    clauses = overlap(one.words, other.words)
    if not one.objects or not other.objects:
        are_long = min(len(one.words), len(other.words)) >= _CLAUSE and not (one.objects or other.objects)
        return clauses if clauses >= _SAME and are_long else None
    if one.names - other.names and other.names - one.names:
        return None
    common = one.objects & other.objects
    telling = len(common - word_list("general"))
    alike = overlap(one.objects, other.objects)
    is_part = one.objects <= other.objects or other.objects <= one.objects
    if one.amount is not None and other.amount is not None and _same_amount(one.amount, other.amount) and telling:
        return 1 + alike
    much = len(one.words & other.words) >= _SHARED * min(len(one.words), len(other.words))
    if telling > 1 and (alike >= _ALIKE or is_part) and much:
        return alike
    return alike if telling and clauses >= _ALIKE else None


def contradict(one: Promise, other: Promise) -> bool:
    """Whether two tellings cannot be of one pledge."""
    if one.leaders and other.leaders and one.leaders.isdisjoint(other.leaders):
        return True
    if one.counterparties and other.counterparties and one.counterparties.isdisjoint(other.counterparties):
        return True
    if one.due and other.due and (one.due[1] < other.due[0] or other.due[1] < one.due[0]):
        return True
    far = one.day is None or other.day is None or abs((one.day - other.day).days) > _ACT_DAYS
    in_one_article = bool(one.articles & other.articles)
    if in_one_article and (one.due_text and other.due_text and one.due_text != other.due_text):
        return True
    if in_one_article and overlap(one.objects or one.words, other.objects or other.words) < _SAME:
        return True
    if far and not (word_list("more").isdisjoint(one.words) or word_list("more").isdisjoint(other.words)):
        return True
    if one.amount is not None and other.amount is not None and not _same_amount(one.amount, other.amount):
        if in_one_article or one.amount[1] != other.amount[1] or overlap(one.objects, other.objects) < _SAME:
            return True
    elif one.enacted and other.enacted and not (one.amount and other.amount) and not (one.due and other.due):
        is_long = len((one.objects & other.objects) - word_list("general")) >= _LONG
        return far and not (is_long and overlap(one.objects, other.objects) >= _SAME)
    return False


def _same_amount(one: tuple[float, str], other: tuple[float, str]) -> bool:
    return one[1] == other[1] and abs(one[0] - other[0]) <= _CLOSE * max(abs(one[0]), abs(other[0]))


def _promise(rows: Sequence[Row]) -> Promise:
    first = rows[0]
    return Promise(
        committers=_committers(first) or "",
        leaders=frozenset(first["committer_leader_ids"]),
        counterparties=frozenset(first["counterparty_countries"]),
        polarity=first["polarity"],
        actions=_actions(first),
        objects=_objects(first),
        names=names(first["object"]) - content_words(first["quantity_text"]),
        points=not word_list("pointing").isdisjoint(words(first["object"])[:2]),
        amount=_amount(first),
        due=_due(first),
        due_text=" ".join(words(first["due_text"])),
        enacted=first["firmness"] == "enacted",
        day=first["published_on"],
        articles=frozenset(row["article_id"] for row in rows),
        words=content_words(first["text"]),
    )


def _facts(row: Row) -> tuple[Any, ...]:
    """What a row says of a pledge: rows that say the same on one day are of one pledge."""
    return (
        _committers(row), " ".join(sorted(row["committer_leader_ids"])),
        " ".join(sorted(row["counterparty_countries"])),
        row["polarity"], " ".join(sorted(_actions(row))), " ".join(words(row["text"])), " ".join(words(row["object"])),
        _amount(row), _due(row), " ".join(words(row["due_text"])), row["firmness"] == "enacted", row["published_on"],
    )  # fmt: skip


def _committers(row: Row) -> str | None:
    """Who would act: the countries, else the leaders; the words where nobody could be named; None for a pronoun."""
    known = [*row["committer_countries"]] or [*row["committer_leader_ids"]]
    if known:
        return " ".join(sorted(known))
    spelled = words(row["committer_text"])
    return " ".join(spelled) if spelled and not word_list("pronoun").issuperset(spelled) else None


def _actions(row: Row) -> frozenset[str]:
    """The kinds of action that the verb and the nouns of its object stand for; the verb itself where it is of none."""
    verbs, nouns = _action_words()
    kinds = verbs.get(row["action"], frozenset({row["action"]}))
    named = [nouns[word] for word in content_sequence(row["object"]) if word in nouns]
    if "light" in kinds or named[:1]:
        return (kinds - {"light"}).union(*named) or kinds
    return kinds


def _objects(row: Row) -> frozenset[str]:
    """The words for what it would be done to, but for those that name the action, and for amounts."""
    _, nouns = _action_words()
    amount = content_words(row["quantity_text"])
    kept = content_words(row["object"]) - amount
    return frozenset(word for word in kept if not word[0].isdigit() and nouns.get(word) is None) or kept


def _amount(row: Row) -> tuple[float, str] | None:
    return None if row["quantity_value"] is None else (row["quantity_value"], row["quantity_unit"] or "")


def _due(row: Row) -> tuple[date, date] | None:
    return None if row["due_start"] is None or row["due_end"] is None else (row["due_start"], row["due_end"])


def _order(row: Row) -> tuple[Any, ...]:
    published = row["published_at"]
    start = row["spans"][0]["start"] if row["spans"] else 0
    words_first = words(row["text"]), words(row["object"])
    return published is None, published or datetime.min, words_first, row["article_id"], start, row["commitment_id"]


@lru_cache(maxsize=1)
def _action_words() -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    """The kinds of action that verbs and nouns stand for, read once."""
    kinds: dict[str, dict[str, frozenset[str]]] = {"verb": {}, "noun": {}}
    for row in table_rows(LEXICONS / "pledge_actions.csv"):
        known = kinds[row["pos"]].get(row["word"], frozenset())
        kinds[row["pos"]][row["word"]] = known | {row["action"]}
    return kinds["verb"], kinds["noun"]
