"""Whether an event has been, is planned or was called off: by tense, by what governs it, and by its date."""

from __future__ import annotations

from datetime import date

from spacy.tokens import Token

from pipelines.extraction.dates import verb_tense
from pipelines.extraction.event_clauses import actors, framed_verb, framing_verb
from pipelines.extraction.event_parties import parties_of
from pipelines.extraction.event_triggers import Resolver, Trigger, event_lexicon, modifiers
from pipelines.records import ResolvedDate


def status_of(trigger: Trigger, when: ResolvedDate | None, published_on: date | None) -> str:
    """occurred, planned or cancelled, by tense, by what governs the trigger, and by its date."""
    lexicon = event_lexicon()
    words = {word.lemma_.lower() for word in _governors(trigger)}
    is_frame = trigger.token.dep_ == "pobj" and lexicon.has_role(trigger.token.head.lower_, "framing")
    if not is_frame and any(lexicon.has_role(word, "cancelled") for word in words):
        return "cancelled"
    is_said_ahead = when is not None and any(lexicon.has_role(word, "ahead") for word in when.text.lower().split())
    if when is not None and when.start is not None and when.end is not None and published_on is not None:
        if when.start > published_on or (is_said_ahead and when.end > published_on):
            return "planned"
        if when.end < published_on:
            return "occurred"
    if trigger.is_noun and any(lexicon.has_role(word, "planned_modifier") for word in modifiers(trigger.token)):
        return "planned"
    clause = trigger.clause
    if clause is not None and clause.lemma_ == "be" and any(c.dep_ in ("det", "poss") for c in trigger.token.children):
        # "I hope that your visit will be useful": what is to come is how it will have been.
        clause = None
    if clause is None and trigger.pattern.event_type == "speech":
        clause = framed_verb(trigger.token)
    if clause is not None and is_ahead(clause):
        return "planned"
    framed = framing_verb(trigger)
    if framed is not None and trigger.token.dep_ == "pobj" and framed.tag_ in ("VBD", "VBN"):
        # "during his visit they agreed": what was done at it has been.
        return "occurred" if not is_said_ahead else "planned"
    if when is not None and when.start is None and is_said_ahead:
        return "planned"
    if trigger.is_noun and trigger.clause is None and any(lexicon.has_role(word, "planned") for word in words):
        return "planned"
    return "occurred"


def is_ahead(verb: Token) -> bool:
    """Whether a verb tells of what is to come; an infinitive only under a verb or a noun of planning."""
    lexicon = event_lexicon()
    if any(child.tag_ == "MD" for child in verb.children if child.dep_ == "aux"):
        return True
    if verb.dep_ == "conj" and verb.head.pos_ == "VERB" and not any(child.dep_ == "nsubj" for child in verb.children):
        return is_ahead(verb.head)
    if verb_tense(verb) == "future" or verb.dep_ == "pcomp":
        over = verb.head if verb.dep_ != "pcomp" else verb.head.head
        if over.i == verb.i:
            return False
        if over.lemma_ == "go" and over.tag_ == "VBG":
            return True
        if over.pos_ == "NOUN":
            return lexicon.has_role(over.lemma_.lower(), "intent")
        return over.pos_ == "AUX" or lexicon.has_role(over.lemma_.lower(), "planned") or is_ahead(over)
    return False


def is_unfulfilled(trigger: Trigger, linked: Resolver) -> bool:
    """An infinitive that nobody plans ("it is possible to impose sanctions"), or a visit by somebody unknown."""
    clause = trigger.clause
    if clause is None:
        return False
    lexicon, over = event_lexicon(), clause.head
    if clause.dep_ == "pcomp":
        over = over.head
    if clause.dep_ in ("acl", "pcomp") and clause.tag_ in ("VB", "VBG") and lexicon.has_role(over.lemma_, "chance"):
        return True
    if clause.dep_ == "xcomp" and lexicon.has_role(over.lemma_, "glad"):
        return False
    if any(child.tag_ == "TO" for child in clause.children if child.dep_ == "aux") and not is_ahead(clause):
        return not lexicon.has_role(clause.head.lemma_, "arrival")
    return trigger.pattern.event_type == "visit" and not trigger.is_noun and not parties_of(actors(clause), linked)


def is_only_wished(trigger: Trigger, when: ResolvedDate | None) -> bool:
    """Whether somebody only asks for the event and nothing fixes it: "invited him to visit at his convenience"."""
    token = trigger.clause if trigger.clause is not None else trigger.token
    over = token.head.head if token.head.dep_ == "prep" and token.head.lower_ == "for" else token.head
    is_open = (when is None or when.start is None) and over != token
    return is_open and event_lexicon().has_role(over.lemma_, "wish")


def _governors(trigger: Trigger) -> list[Token]:
    """The words above the trigger that say what became of it: "cancelled his visit", "plans for a summit"."""
    token = trigger.clause if trigger.clause is not None else trigger.token
    over = [token] if trigger.is_noun and trigger.clause is not None else []
    for _ in range(3):
        if token.head == token:
            break
        token = token.head
        over.append(token)
        if token.pos_ == "VERB":
            break
    return over
