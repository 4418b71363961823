"""The sides of an event that its own clause leaves out: the participants, the hosts, the guests, the electorate."""

from __future__ import annotations

from dataclasses import replace

from pipelines.extraction.event_cast import Cast
from pipelines.extraction.event_clauses import actors, partners
from pipelines.extraction.event_parties import Parties, parties_around, party_of
from pipelines.extraction.event_places import Place
from pipelines.extraction.event_triggers import Resolver, Trigger, event_lexicon, of_preposition


def completed(parties: Parties, event_type: str, linked: Cast) -> Parties:
    """The parties of the article's lead, and of its dated events that name nobody: those whom the article is between.

    Negotiations are held by countries, seldom by the leaders themselves.
    """
    if not parties <= linked.everybody:
        return parties
    is_of_countries = event_type == "negotiation" and not parties
    return Parties((), linked.everybody.countries) if is_of_countries else linked.everybody


def with_others(trigger: Trigger, event_type: str, parties: Parties, linked: Cast) -> Parties:
    """One side with the other: those whom the clauses around speak of, else those whom the article is between."""
    around = parties_around(trigger, linked)
    if event_type == "negotiation":
        return parties | Parties((), around.countries)
    joined = parties | around
    if joined.sides > 1:
        return joined
    if linked.everybody.sides == 2 and joined <= linked.everybody:
        return linked.everybody
    return joined | linked.hosts() if joined.leader_ids and of_preposition(trigger.token, "with") else joined


def visitors(parties: Parties, place: Place | None, linked: Cast) -> Parties:
    """Without the hosts: leaders of the country where it is, if others come there."""
    if place is None or place.country is None:
        return parties
    guests = tuple(leader for leader in parties.leader_ids if linked.country_of.get(leader) != place.country)
    return replace(parties, leader_ids=guests or parties.leader_ids)


def electorate(trigger: Trigger, linked: Cast) -> Parties:
    """The one country that the article is about, else the one that the sentence of an election names."""
    named = {
        country
        for ent in trigger.token.sent.ents
        if ent.label_ in ("GPE", "NORP")
        for country in linked.resolve(ent).countries
    }
    countries = next((those for those in (linked.participants.countries, sorted(named)) if len(those) == 1), ())
    return Parties((), tuple(countries))


def is_of_all(trigger: Trigger) -> bool:
    """Whether those whom the article is about, all together, do what a verb says: "the pair met"."""
    return trigger.clause is not None and any(
        event_lexicon().has_role(actor.lower_, "all") for actor in actors(trigger.clause)
    )


def has_strangers(trigger: Trigger, linked: Resolver) -> bool:
    """Whether a noun names somebody whom nobody knows as the other side: "a meeting with local business people"."""
    others = of_preposition(trigger.token, "with", "between")
    return any(not party_of(other, linked) for other in others)


def meets_strangers(trigger: Trigger, linked: Resolver) -> bool:
    """Whether a verb names as the other side only people whom nobody knows."""
    if trigger.is_noun or trigger.clause is None:
        return False
    others = [other for partner in partners(trigger) for other in (partner, *partner.conjuncts)]
    named = [other for other in others if other.ent_type_ == "PERSON"]
    return bool(named) and not any(party_of(other, linked) for other in others)
