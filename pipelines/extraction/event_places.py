"""Where an event is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from spacy.tokens import Span, Token

from pipelines.extraction.event_clauses import holding_verbs
from pipelines.extraction.event_triggers import Resolver, Trigger, objects, of_preposition, phrase
from pipelines.extraction.lexicons import REFERENCE, read_rows
from pipelines.extraction.syntax import OFFICES

_PLACES = frozenset({"GPE", "LOC", "FAC"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event is: as written, and its country where that is known."""

    text: str
    country: str | None
    is_country: bool = False
    """whether the country itself is named as the place, and not a town or region in it"""
    other_countries: tuple[str, ...] = ()
    """where else it goes, of a journey to several countries"""


def place_of(trigger: Trigger, linked: Resolver) -> Place | None:
    """Where the event is, by "in", "at" or "to" of the trigger or of its clause."""
    tokens = [trigger.token] + (
        [trigger.clause] if trigger.clause is not None and trigger.clause != trigger.token else []
    )
    tokens += holding_verbs(trigger)
    spots = [noun for token in tokens for noun in of_preposition(token, "in", "at", "to")]
    if trigger.pattern.event_type == "visit" and not trigger.is_noun:
        spots = [*objects(trigger.token), *spots]
    for noun in spots:
        span = _place_name(noun)
        if span is not None:
            country = _country_of(span, linked)
            whole = linked.resolve(span)
            is_country = whole.basis == "country_name" and whole.countries == (country,)
            stops = [span.doc[stop.i : stop.i + 1] for stop in (noun, *noun.conjuncts)] if noun.conjuncts else []
            others = {found for stop in stops if (found := _country_of(stop, linked)) not in (None, country)}
            return Place(span.text, country, is_country, tuple(sorted(filter(None, others))))
    return None


def _place_name(noun: Token) -> Span | None:
    """The place that a noun phrase begins with: "Busan, South Korea", without what is said of it after that."""
    span = phrase(noun)
    is_named = any(token.ent_type_ in _PLACES for token in span)  # a phrase's entities are sought in the whole text
    names = [ent for ent in span.ents if ent.label_ in _PLACES] if is_named else []
    if not names and noun.pos_ == "PROPN" and not noun.ent_type_ and noun.text in places():
        return span.doc[noun.i : noun.i + 1]
    if not names or noun.ent_type_ in ("DATE", "TIME", "ORG", "PERSON") or noun.lemma_.lower() in OFFICES:
        return None
    end = names[0].end
    for name in names[1:]:
        if name.start - end > 1:
            break
        end = name.end
    return span.doc[span.start : end]


def _country_of(span: Span, linked: Resolver) -> str | None:
    """The country that a place is or lies in: the last named, as in "Busan, South Korea", else that of the city."""
    named = [linked.resolve(span.doc[token.i : token.i + 1]) for token in span if token.ent_type_ in ("GPE", "LOC")]
    countries = [
        referent.countries[0] for referent in named if len(referent.countries) == 1 and not referent.leader_ids
    ]
    if countries:
        return countries[-1]
    known = places()
    for ent in reversed(span.ents):
        name = ent.text.removeprefix("the ").removeprefix("The ")
        if name in known:
            return known[name]
    return next((known[token.text] for token in span if token.text in known), None)


@lru_cache(maxsize=1)
def places() -> dict[str, str]:
    """Cities, regions and seats of government with the country they lie in, read once."""
    return {row["place"]: row["country"] for row in read_rows(REFERENCE / "places.csv")}
