"""Who takes part in an event: leaders and countries, as far as the trigger and its clauses name them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from spacy.tokens import Token

from pipelines.extraction.event_clauses import actors, doers, framing_verb, partners, sponsors
from pipelines.extraction.event_triggers import Resolver, Trigger, event_lexicon, objects, of_preposition, phrase
from pipelines.extraction.lexicons import LEXICONS, read_rows

_COMPLEMENTS = ("dobj", "nsubjpass", "dative", "oprd", "prep", "xcomp", "agent")


@dataclass(frozen=True, slots=True)
class Parties:
    """Leaders and countries, sorted and without doubles."""

    leader_ids: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()

    @property
    def sides(self) -> int:
        """How many there are to meet each other, as far as they are known."""
        return max(len(self.leader_ids), len(self.countries))

    def __or__(self, other: Parties) -> Parties:
        leaders = tuple(sorted({*self.leader_ids, *other.leader_ids}))
        return Parties(leaders, tuple(sorted({*self.countries, *other.countries})))

    def __le__(self, other: Parties) -> bool:
        return set(self.leader_ids) <= set(other.leader_ids) and set(self.countries) <= set(other.countries)

    def __bool__(self) -> bool:
        return bool(self.leader_ids or self.countries)


NO_PARTIES = Parties()


def parties_of(tokens: Iterable[Token], linked: Resolver) -> Parties:
    """Whom noun phrases stand for, together."""
    found = NO_PARTIES
    for token in tokens:
        for head in _listed(token):
            referent = linked.resolve(phrase(head))
            found |= Parties(referent.leader_ids, referent.countries)
    return found


def _listed(token: Token) -> Iterator[Token]:
    """A noun with all that is listed with it; in lists of names with titles the parser takes items for appositions."""
    for head in (token, *token.conjuncts):
        yield head
        for child in head.children:
            if child.dep_ == "appos" and head.ent_type_ == "PERSON":
                yield from (child, *child.conjuncts)


def party_of(token: Token, linked: Resolver) -> Parties:
    """Whom a noun stands for by itself, without what is coordinated to it."""
    referent = linked.resolve(token.doc[token.left_edge.i : token.i + 1])
    return Parties(referent.leader_ids, referent.countries)


def own_parties(trigger: Trigger, linked: Resolver) -> Parties:
    """Those named with the trigger itself: "the talks between X and Y", "X's visit", "U.S.-China talks"."""
    token = trigger.token
    if not trigger.is_noun:
        return NO_PARTIES
    named = of_preposition(token, "with", "between", "of", "by", "from", "among", "to", "involving")
    if trigger.pattern.event_type in ("assault", "military_action", "sanction"):
        named += of_preposition(token, "on", "against", "in")
    if trigger.pattern.event_type == "visit":
        named = of_preposition(token, "of", "by", "from")
    owners = [child for child in token.children if child.dep_ == "poss"]
    found = parties_of([*named, *owners], linked)
    for child in token.children:
        if child.dep_ in ("compound", "amod", "nmod"):
            found |= _country_words(child, linked)
        elif child.dep_ == "appos":
            found |= parties_of(of_preposition(child, "of", "between"), linked)
        elif child.dep_ in ("acl", "relcl"):
            found |= parties_of([*of_preposition(child, "by", "with", "between"), *_involved(child)], linked)
            if any(word.tag_ in ("WDT", "WRB") and word.dep_ != "nsubj" for word in child.subtree if word.i < child.i):
                # "a news conference at which he said": who does something there is there.
                found |= parties_of([word for word in child.children if word.dep_ == "nsubj"], linked)
    return found


def _involved(verb: Token) -> list[Token]:
    return objects(verb) if verb.lemma_ in ("involve", "include", "bring") else []


def _country_words(modifier: Token, linked: Resolver) -> Parties:
    """Countries in an adjective or a compound: "Georgian-Russian", "Israeli and Palestinian"."""
    found = NO_PARTIES
    for token in modifier.subtree:
        if token.pos_ in ("ADJ", "PROPN", "NOUN"):
            referent = linked.resolve(token.doc[token.i : token.i + 1])
            if not referent.leader_ids:
                found |= Parties((), referent.countries)
            found |= Parties((), _hyphenated(token.text))
    return found


def _hyphenated(word: str) -> tuple[str, ...]:
    """The countries of a short name, or of a compound of them that the parser leaves in one piece: "US", "U.S.-EU"."""
    short = short_names()
    return tuple(short[part] for part in word.split("-") if part in short)


@lru_cache(maxsize=1)
def short_names() -> dict[str, str]:
    """Countries by the short names that compounds are built of, read once."""
    return {row["name"]: row["country"] for row in read_rows(LEXICONS / "country_short_names.csv")}


def clause_parties(trigger: Trigger, linked: Resolver) -> Parties:
    """Those whom the clause of the trigger joins in the event: its subject, its objects, whom it is done with."""
    verb = trigger.clause
    if verb is None:
        return _attendants(trigger, linked)
    named = [*actors(verb), *partners(trigger), *sponsors(verb)]
    found = parties_of([token for token in named if token != trigger.token], linked)
    if trigger.pattern.event_type in ("meeting", "call", "talks", "negotiation"):
        found |= _sent_by(partners(trigger), linked)
    return found or parties_of_body([token for token in actors(verb) if token != trigger.token], linked)


def _sent_by(envoys: Iterable[Token], linked: Resolver) -> Parties:
    """The countries from which people come: "ambassadors from Kenya and Chad", "officials of Kenya"."""
    found = NO_PARTIES
    for envoy in envoys:
        if party_of(envoy, linked):
            continue
        for head in (envoy, *(noun for noun in of_preposition(envoy, "of") if noun.ent_type_ == "ORG")):
            for country in of_preposition(head, "of", "from"):
                for token in (country, *country.conjuncts):
                    if token.ent_type_ == "GPE":
                        found |= Parties((), party_of(token, linked).countries)
    return found


def parties_of_body(actors_of: Iterable[Token], linked: Resolver) -> Parties:
    """The countries whose bodies act: "the National Assembly of Chad", "Kenyan paratroopers"."""
    found = NO_PARTIES
    for actor in actors_of:
        for token in (*of_preposition(actor, "of"), *(c for c in actor.children if c.dep_ in ("compound", "amod"))):
            if token.ent_type_ in ("GPE", "NORP") or (token.ent_type_ == "ORG" and token.pos_ == "PROPN"):
                found |= Parties((), party_of(token, linked).countries)
    return found


def _attendants(trigger: Trigger, linked: Resolver) -> Parties:
    """Those of the clause that the event frames: "At a meeting with X, Y said …", "Y told a news conference"."""
    token = trigger.token
    if parties_of([child for child in token.children if child.dep_ == "poss"], linked):
        return NO_PARTIES
    verb = framing_verb(trigger)
    if verb is None:
        return NO_PARTIES
    if event_lexicon().has_role(verb.lemma_, "congratulation"):
        return parties_of(objects(verb), linked)
    along = [] if trigger.pattern.event_type == "visit" else of_preposition(verb, "with")
    return parties_of([*doers(verb), *along], linked)


def concerned(trigger: Trigger, linked: Resolver) -> Parties:
    """The countries that an act is about: those its objects and complements name, but not in clauses of their own.

    "ordered officials to normalise relations with Georgia", "arrested four Russian servicemen", "action in Iraq".
    """
    found = NO_PARTIES
    heads = [trigger.token]
    if not trigger.is_noun:
        heads = [child for child in trigger.token.children if child.dep_ in _COMPLEMENTS]
        if trigger.token.dep_ == "acl" and trigger.token.tag_ == "VBN":
            heads.append(trigger.token.head)
    inside = {token.i for head in heads for token in _without_clauses(head)}
    for ent in trigger.token.sent.ents:
        if ent.root.i in inside and ent.label_ in ("GPE", "NORP", "ORG", "LOC"):
            referent = linked.resolve(ent)
            if not referent.leader_ids:
                found |= Parties((), referent.countries)
    for token in trigger.token.sent:
        if token.dep_ == "poss" and token.lower_ == "our" and token.head.i in inside:
            found |= Parties((), linked.resolve(phrase(token.head)).countries)
    return found


def _without_clauses(head: Token) -> Iterator[Token]:
    """A token and what hangs on it, without clauses of their own and without what only says when."""
    yield head
    lexicon = event_lexicon()
    for child in head.children:
        if child.dep_ in ("relcl", "advcl", "ccomp", "pcomp", "conj") and head.pos_ != "PROPN":
            continue
        if child.dep_ == "prep" and lexicon.has_role(child.lower_, "timing"):
            continue
        yield from _without_clauses(child)


def parties_around(trigger: Trigger, linked: Resolver) -> Parties:
    """Whom the clauses over a trigger speak of, where it names nobody itself.

    The owner of a noun that it hangs on ("his engagements, including the July summit") or the subject of a clause,
    whichever is nearest.
    """
    token = trigger.clause if trigger.clause is not None else trigger.token
    while token.head != token:
        token = token.head
        if token.pos_ in ("VERB", "AUX"):
            found = parties_of(actors(token), linked)
        elif token.pos_ in ("NOUN", "PROPN"):
            found = parties_of([child for child in token.children if child.dep_ == "poss"], linked)
        else:
            continue
        if found:
            return found
    return NO_PARTIES
