"""Events: the interactions and acts between or by governments that an article tells of, each once.

Every trigger of the text (`event_triggers`) with enough parties (`event_arguments`) is a mention; mentions of one
event are merged, by type, parties, date and place. The first event of the lead is what the article is about.
The types are the codebook's; wars and lasting conduct are topics and never events.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from spacy.tokens import Doc, Token

from pipelines.extraction.event_arguments import (
    NO_PARTIES,
    Parties,
    Place,
    clause_parties,
    date_of,
    own_parties,
    place_of,
    status_of,
)
from pipelines.extraction.event_triggers import Resolver, Trigger, find_triggers, phrase
from pipelines.extraction.records import Article, Event, ResolvedDate, Span, TimeExpression

# Types that need somebody to be with; where one side is named, the article's own participants complete them.
_BETWEEN = frozenset({"call", "meeting", "negotiation", "signing"})
_LEAD_SENTENCES = 3


@dataclass(frozen=True, slots=True)
class Told:
    """One mention of an event, with all that its sentence says of it."""

    trigger: Trigger
    event_type: str
    parties: Parties
    when: ResolvedDate | None
    place: Place | None
    status: str
    is_anaphoric: bool
    """ "the call", "their meeting": points back to an event told before, unless it brings a date or a place"""


def find_events(doc: Doc, article: Article, linked: Resolver, times: Sequence[TimeExpression]) -> list[Event]:
    """The events of an article, in the order in which it first tells of them.

    Takes the parse, the article, its links and its time expressions. An event's `date` is None where the text gives none.
    """
    told: list[Told] = []
    for mention in _mentions(doc, article, linked, times):
        _merge(told, mention, article)
    main = _main(doc, told)
    return [_event(mention, article, linked, mention is main) for mention in told]


def _mentions(doc: Doc, article: Article, linked: Resolver, times: Sequence[TimeExpression]) -> Iterator[Told]:
    for trigger in find_triggers(doc, linked):
        own = own_parties(trigger, linked)
        parties = own | clause_parties(trigger, linked)
        when = date_of(trigger, doc, times)
        place = place_of(trigger, linked)
        event_type = _event_type(trigger, parties, when)
        if event_type is None:
            continue
        if event_type == "visit" and place is not None and place.country is not None:
            parties |= Parties((), (place.country,))
        anaphoric = trigger.is_noun and when is None and place is None and _is_definite(trigger.token)
        if _is_enough(trigger, parties, when, place, anaphoric):
            status = status_of(trigger, when, article.published_on)
            yield Told(trigger, event_type, parties, when, place, status, anaphoric)


def _event_type(trigger: Trigger, parties: Parties, when: ResolvedDate | None) -> str | None:
    """The type of event, once its parties are known: leaders' talks are a meeting, a dated treaty was signed."""
    kind = trigger.pattern.event_type
    if kind == "talks":
        return "meeting" if len(parties.leader_ids) > 1 else "negotiation"
    if kind == "agreement":
        return "signing" if when is not None and when.basis == "absolute" else None
    return kind


def _is_definite(noun: Token) -> bool:
    return any(
        (child.dep_ == "det" and child.lower_ in ("the", "this", "that", "these", "both")) or child.dep_ == "poss"
        for child in noun.children
    )


def _is_enough(trigger: Trigger, parties: Parties, when: ResolvedDate | None, place: Place | None, anaphoric: bool) -> bool:
    """Whether a mention has the parties its type needs; a noun needs two of them, or a date, a place or a clause."""
    if parties.sides < trigger.pattern.parties:
        return False
    if not trigger.is_noun:
        return True
    return parties.sides > 1 or when is not None or place is not None or (trigger.clause is not None and not anaphoric)


def _merge(told: list[Told], mention: Told, article: Article) -> None:
    """Add a mention, or let it complete the event that it tells of again."""
    for number, known in reversed(list(enumerate(told))):
        if _is_same(known, mention, article):
            told[number] = _united(known, mention)
            return
    told.append(mention)


def _is_same(known: Told, mention: Told, article: Article) -> bool:
    if known.event_type != mention.event_type and not (mention.is_anaphoric and _related(known, mention)):
        return False
    if known.status != mention.status and not mention.is_anaphoric:
        return False
    if not (mention.parties <= known.parties or known.parties <= mention.parties):
        return False
    if known.place and mention.place and known.place.text not in mention.place.text and mention.place.text not in known.place.text:
        return False
    return _dates_agree(known.when, mention.when, article)


def _related(known: Told, mention: Told) -> bool:
    return {known.event_type, mention.event_type} <= {"call", "meeting", "negotiation", "summit"}


def _dates_agree(known: ResolvedDate | None, new: ResolvedDate | None, article: Article) -> bool:
    """Whether two mentions can be of one day: a new date says "another time", unless it is the day of the news."""
    if new is None or new.start is None or new.end is None:
        return True
    if known is None or known.start is None or known.end is None:
        return article.published_on is not None and new.start <= article.published_on <= new.end
    return known.start <= new.end and new.start <= known.end


def _united(known: Told, mention: Told) -> Told:
    parties = known.parties if mention.is_anaphoric and known.parties.sides > 1 else known.parties | mention.parties
    return replace(known, parties=parties, when=known.when or mention.when, place=known.place or mention.place)


def _main(doc: Doc, told: Sequence[Told]) -> Told | None:
    """What the article is about: the first event of its lead that has been or, without one, is to come."""
    sentences = [sentence for sentence in doc.sents if sentence.text.strip()][:_LEAD_SENTENCES]
    if not sentences:
        return None
    lead = [mention for mention in told if mention.trigger.token.i < sentences[-1].end]
    return next((mention for mention in lead if mention.status == "occurred"), lead[0] if lead else None)


def _event(mention: Told, article: Article, linked: Resolver, is_main: bool) -> Event:
    parties = mention.parties
    everybody = Parties(linked.participants.leader_ids, linked.participants.countries)
    if is_main and mention.event_type in _BETWEEN and parties <= everybody:
        parties = everybody
    return Event(
        span=_span(mention.trigger),
        event_type=mention.event_type,
        status=mention.status,
        leader_ids=parties.leader_ids,
        countries=parties.countries,
        date=mention.when,
        place_text=mention.place.text if mention.place else None,
        place_country=mention.place.country if mention.place else None,
        is_main=is_main,
        confidence=0.8 if is_main else 0.6,
    )


def _span(trigger: Trigger) -> Span:
    """The words that tell of the event: the noun phrase, or the verb to the end of its objects."""
    if trigger.is_noun and trigger.clause is None:
        span = phrase(trigger.token)
        return span.start_char, span.end_char
    verb = trigger.clause or trigger.token
    last = max([trigger.token, *(child for child in verb.rights if child.dep_ in ("dobj", "prep", "npadvmod", "oprd", "attr"))], key=lambda t: t.right_edge.i)
    tokens = verb.doc[min(verb.i, trigger.token.left_edge.i) : last.right_edge.i + 1]
    return tokens.start_char, tokens.end_char
