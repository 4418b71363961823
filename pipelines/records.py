"""What linking and extraction hand to each other: plain records, no frames, no Dagster.

Offsets are half-open `[start, end)` Unicode code points into `Article.text`, as everywhere in Readout.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # spaCy takes a second to import, and a run that extracts nothing does without
    from spacy.tokens import Doc

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Article:
    """What the extraction may know of an article: its words, and what its sidecar says of it."""

    article_id: str
    text: str
    title: str | None = None
    published_on: date | None = None
    publisher: str | None = None
    url: str | None = None


_TEXT = "readout_text"


def text_of(doc: Doc) -> str:
    """The text that was parsed, put together once: spaCy joins all tokens anew whenever `Doc.text` is asked for."""
    text: str | None = doc.user_data.get(_TEXT)
    if text is None:
        text = doc.user_data[_TEXT] = doc.text
    return text


@dataclass(frozen=True, slots=True)
class Referent:
    """Whom a phrase stands for, and how we know.

    `leader_ids` and `countries` are sorted and without doubles; both empty where nobody could be named.
    `kind` is one of the codebook's speaker kinds: leader, official, government, organization, media, other.
    `basis` says how it was resolved (full_name, title, surname, pronoun, group, metonym, office, ...).
    """

    leader_ids: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    kind: str = "other"
    basis: str | None = None
    confidence: float = 0.0


NOBODY = Referent()


def unite(referents: Iterable[Referent]) -> Referent:
    """Several referents as one ("the United States and Mexico"); its kind and basis are the first somebody's."""
    somebody = [r for r in referents if r.leader_ids or r.countries or r.kind != NOBODY.kind]
    if not somebody:
        return NOBODY
    return Referent(
        tuple(sorted({leader for r in somebody for leader in r.leader_ids})),
        tuple(sorted({country for r in somebody for country in r.countries})),
        somebody[0].kind,
        somebody[0].basis,
        min(r.confidence for r in somebody),
    )


@dataclass(frozen=True, slots=True)
class Mention:
    """One mention of a leader, country, organization or person: a row of `mentions`."""

    start: int
    end: int
    kind: str
    leader_id: str | None
    country: str | None
    basis: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Leader:
    """A person as `leaders` records one. `leader_id` is the QID, else `local:<slug>` for a senior
    office-holder whom the article names with an office and the reference does not know."""

    leader_id: str
    name: str
    country: str | None
    wikidata_id: str | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ResolvedDate:
    """A time expression, resolved. All dates are None where it stays open (`precision` "open")."""

    text: str
    start: date | None
    end: date | None
    precision: str | None
    """day, month, quarter, season, year or open"""
    basis: str | None
    """absolute (the text says it), published_at (resolved against the publication date), ..."""


@dataclass(frozen=True, slots=True)
class TimeExpression:
    """Where a time expression stands in the article, and what it resolves to."""

    start: int
    end: int
    date: ResolvedDate


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount: `value` in `unit`, normalised (t, USD, EUR, percent, people, ...)."""

    start: int
    end: int
    text: str
    value: float
    unit: str


@dataclass(slots=True)
class Statement:
    """One attribution: who, by which cue, what. Ids and frames are made elsewhere."""

    content_spans: list[Span]
    quote_type: str
    attribution_type: str
    cue: Span | None
    cue_lemma: str | None
    speaker: Span | None
    referent: Referent = NOBODY
    addressee: Span | None = None
    addressee_referent: Referent = NOBODY
    addressee_basis: str | None = None
    """named, counterpart or asked: how the addressee is known"""
    channel: str | None = None
    speech_act: str = "assertive"
    plover: str | None = None
    said_on: date | None = None
    said_on_basis: str | None = None
    confidence: float = 0.5
    topics: list[tuple[str, float]] = field(default_factory=list)


@dataclass(slots=True)
class Commitment:
    """One promised (or refused) future action by one committer."""

    spans: list[Span]
    statement: Statement | None
    committer: Span | None
    committer_referent: Referent
    reported_by: tuple[str, ...]
    self_reported: bool
    counterparty: Referent
    action: str
    object: str | None
    firmness: str
    polarity: str
    condition: str | None = None
    quantity: Quantity | None = None
    baseline: Quantity | None = None
    due: ResolvedDate | None = None
    confidence: float = 0.5
    topics: list[tuple[str, float]] = field(default_factory=list)


@dataclass(slots=True)
class Event:
    """One interaction as one article tells of it. Participants are leader ids and country codes."""

    span: Span
    event_type: str
    status: str
    leader_ids: tuple[str, ...]
    countries: tuple[str, ...]
    date: ResolvedDate | None = None
    place_text: str | None = None
    place_country: str | None = None
    is_main: bool = False
