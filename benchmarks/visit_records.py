"""The recorded meetings of the US record of visits and travels, and which White House documents tell of them.

Whether a document tells of a meeting is decided by words alone, without parse or linking: it was published within days
of the meeting, and one sentence (or the title) names the leader, by name or by office, beside a word of meeting.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from pipelines.linking.names import fold, words
from pipelines.linking.reference import KnownLeader, Reference

DAYS_BEFORE = 14
"""Announcements of a visit come up to two weeks ahead."""
DAYS_AFTER = 5

TITLES = (
    "Crown Prince|Prime Minister|Foreign Minister|General Secretary|Secretary General|President|Chancellor|Taoiseach"
    "|Premier|King|Queen|Pope|Sultan|Amir"
)
_NAME = r"(?:[^\W\d_a-z]\.|[^\W\d_a-z][\w’'-]*)"
_PERSON = re.compile(rf"(?P<title>{TITLES}) (?P<name>{_NAME}(?: (?:al-\w+|al|bin|ibn|e|de|da|{_NAME}))*)")
_PARTICLES = ("al", "bin", "da", "de", "der", "el", "ibn", "van", "von")
_ROYAL = ("King", "Queen", "Pope", "Sultan", "Amir", "Crown Prince")
"""Titles that stand before given names."""
_LEFT_OUT = frozenset(words("his her the bin ibn al el abd and of jr sr 3rd general sheikh haji dato seri e de"))
_MEETING = re.compile(
    r"\b(?:met|meet(?:s|ing|ings)?|welcom\w*|host(?:s|ed|ing)?|visit\w*|summits?|bilateral|trilateral|talks|spoke|spoken"
    r"|greet\w*|dinner|lunch\w*|arriv\w*|press conference|consult\w*|engage[ds]?|join\w*|attend\w*|participat\w*"
    r"|conven\w*|gather\w*|readout)\b"
)
_AHEAD = re.compile(
    r"\b(?:will|[’']ll|would|going to|looks? forward|looking forward|plans?|planned|upcoming|next|tomorrow|preview\w*"
    r"|ahead|to (?:host|welcome|meet|visit|travel|hold)|announc\w*|visit of|on \w+ \d+)\b"
)
_SENTENCE_END = re.compile(r"(?<=[.!?])[”\"’)]*\s+(?=[^\W\d_a-z]|[“\"(])|\n+")
_SHORT = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Jr|Sr|St|Gen|Sen|U\.S|H\.E|[A-Z])\.$")


@dataclass(frozen=True, slots=True)
class Meeting:
    """One leader whom the record says to have met the President, or to have been his guest, on one of some days."""

    record_id: str
    kind: str
    """official visit, working visit, other visit, summit, "met with" at an assembly or a summit, or travel"""
    leader_text: str
    title: str
    country: str | None
    place: str
    start: date
    end: date
    leader_id: str | None
    """None where the reference knows nobody of this name and office"""
    names: tuple[str, ...]
    """folded words of the leader's names, as the record and the reference have them"""
    surnames: tuple[str, ...]
    """those of them that a title alone may stand before"""
    country_words: tuple[str, ...]
    given: str
    """the name by which royals are called, folded; empty for others"""


def read_meetings(folder: Path, reference: Reference) -> list[Meeting]:
    """All meetings with a named leader in `visits.csv` and `president-travels.csv`, in the files' order."""
    return [*_visits(folder / "visits.csv", reference), *_travels(folder / "president-travels.csv", reference)]


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _visits(path: Path, reference: Reference) -> Iterator[Meeting]:
    for row in _rows(path):
        for title, name in _people(row["visitor"]):
            yield _meeting(row, f"v{row['visit_id']}", _kind(row["description"]), title, name, "", reference)


def _travels(path: Path, reference: Reference) -> Iterator[Meeting]:
    for row in _rows(path):
        for title, name in _people(row["remarks"]):
            yield _meeting(row, f"t{row['trip_id']}", "travel: met with", title, name, row["locale"], reference)


def _kind(description: str) -> str:
    text = description.lower()
    if text.startswith("met with") or "offsite meeting" in text:
        return "met with the President"
    if "visit" in text and "working" not in text:
        return "state or official visit" if "private" not in text else "private visit"
    if "visit" in text:
        return "official working visit" if "official" in text else "working visit"
    return "attended a summit"


def _people(text: str) -> list[tuple[str, str]]:
    return [(found["title"], found["name"]) for found in _PERSON.finditer(text)]


def _meeting(
    row: dict[str, str], record_id: str, kind: str, title: str, name: str, place: str, reference: Reference
) -> Meeting:
    country = country_code(row["country"], reference)
    start, end = date.fromisoformat(row["start_date"]), date.fromisoformat(row["end_date"])
    given = next(word for word in words(name) if word not in _LEFT_OUT) if title in _ROYAL else ""
    leader = _leader(name, given, country, start, reference)
    known = () if leader is None else (leader.name, *leader.aliases, *leader.surnames)
    found = {word for form in (name, *known) for word in words(form) if len(word) > 2 and word not in _LEFT_OUT}
    families = () if leader is None else leader.surnames
    family = {word for form in families or (name.split()[-1],) for word in words(form)} & found
    at_home = leader.country if leader is not None else country
    about = reference.countries.get(at_home or "")
    where = () if about is None else tuple({fold(n) for n in (about.name, *about.aliases, *about.demonyms)})
    return Meeting(
        record_id, kind, f"{title} {name}", title, at_home, place, start, end,
        None if leader is None else leader.leader_id, tuple(sorted(found)),
        tuple(sorted(found if title in _ROYAL else family or found)), tuple(sorted(where)), given,
    )  # fmt: skip


def country_code(name: str, reference: Reference) -> str | None:
    """The code of a country as the record writes it: "Congo, Republic of", "Germany, Federal Republic of"."""
    head, _, tail = name.partition(", ")
    for form in (name, f"{tail} {head}" if tail else name, head, re.sub(r" \(.*\)$", "", name), name.split(" ", 1)[-1]):
        wanted = words(form)
        for country in reference.countries.values():
            if wanted in [words(n) for n in (country.name, *country.aliases)]:
                return country.code
    return None


def _leader(name: str, given: str, country: str | None, day: date, reference: Reference) -> KnownLeader | None:
    """The holder of an office on that day who shares most of the name: of the country, else of any by two words."""
    wanted = set(words(name)) - _LEFT_OUT
    ranked: list[tuple[int, bool, int, str]] = []
    for leader in reference.leaders.values():
        at_home = country is not None and any(t.country == country for t in leader.terms)
        held = [term for term in leader.terms if term.covers(day)]
        if not held:
            continue
        forms = [set(words(form)) - _LEFT_OUT for form in (leader.name, *leader.aliases)]
        shared = max(len(wanted & form) for form in forms)
        is_half = any(len(wanted & form) * 2 >= min(len(wanted), len(form)) for form in forms)
        is_called = not given or any(given in form for form in forms)
        if is_half and is_called and shared >= (1 if at_home else 2):
            ranked.append((-shared, not at_home, min(term.rank for term in held), leader.leader_id))
    return reference.leaders[min(ranked)[-1]] if ranked else None


def sentences(title: str | None, text: str) -> Iterator[str]:
    """The title and the sentences of a text, cut by full stops and line breaks."""
    if title:
        yield title
    held = ""
    for part in _SENTENCE_END.split(text):
        held = f"{held} {part}" if held else part
        if not _SHORT.search(held):
            yield held
            held = ""
    if held:
        yield held


class Teller:
    """Finds the sentences of a document that tell of one meeting."""

    def __init__(self, meeting: Meeting) -> None:
        self._meeting = meeting
        names, families, where = (
            "|".join(sorted(map(re.escape, forms), key=len, reverse=True)) or "(?!)"
            for forms in (meeting.names, meeting.surnames, meeting.country_words)
        )
        title = fold(meeting.title)
        between = r"[^\w.;:!?]+(?:\w+[^\w.;:!?]+){0,3}?"
        gap = rf"[^\w.;:!?]+(?:(?:{'|'.join(_PARTICLES)})[^\w.;:!?]+){{0,2}}"
        self._pattern = re.compile(
            rf"\b(?:(?:{names}){gap}(?:{families})|(?:{families}){gap}(?:{names})"
            rf"|{title}{between}(?:{families})|{title} of (?:the )?(?:\w+ of )?(?:{where})|(?:{where}) {title})\b"
        )

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day of which a document can tell of the meeting."""
        return self._meeting.start - timedelta(DAYS_BEFORE), self._meeting.end + timedelta(DAYS_AFTER)

    def told(self, published: date, folded: Sequence[str]) -> list[str]:
        """The sentences, folded, that tell of it; before the day only those that look ahead."""
        is_ahead = published < self._meeting.start
        return [
            sentence
            for sentence in folded
            if self._pattern.search(sentence)
            and _MEETING.search(sentence)
            and (not is_ahead or _AHEAD.search(sentence))
        ]
