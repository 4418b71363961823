"""Who takes part in an event, where and when it is, and whether it has been: read off the trigger's place in the parse."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from spacy.tokens import Doc, Token

from pipelines.extraction.candidates import subject_of
from pipelines.extraction.dates import verb_tense
from pipelines.extraction.event_triggers import Resolver, Trigger, event_lexicon, modifiers, objects, of_preposition, phrase
from pipelines.extraction.records import ResolvedDate, TimeExpression

# What happens over such a time is no single event's date: "over the past year", "since May".
_SPREAD = ("over", "throughout", "since", "for", "until", "till", "by", "within", "as of")
_VISIT_VERBS = ("in", "at", "to")


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


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event is: as written, and its country where that is known."""

    text: str
    country: str | None


def parties_of(tokens: Iterable[Token], linked: Resolver) -> Parties:
    """Whom noun phrases stand for, together."""
    found = NO_PARTIES
    for token in tokens:
        referent = linked.resolve(phrase(token))
        found |= Parties(referent.leader_ids, referent.countries)
    return found


def own_parties(trigger: Trigger, linked: Resolver) -> Parties:
    """Those named with the trigger itself: "the talks between X and Y", "X's visit", "U.S.-China talks"."""
    token = trigger.token
    if not trigger.is_noun:
        return NO_PARTIES
    named = of_preposition(token, "with", "between", "of", "by", "from", "among", "to", "involving")
    if trigger.pattern.event_type == "visit":
        named = of_preposition(token, "of", "by", "from")
    owners = [child for child in token.children if child.dep_ == "poss"]
    found = parties_of([*named, *owners], linked)
    for child in token.children:
        if child.dep_ in ("compound", "amod", "nmod"):
            found |= _country_words(child, linked)
        elif child.dep_ in ("acl", "relcl"):
            found |= parties_of([*of_preposition(child, "by", "with", "between"), *_involved(child)], linked)
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
    return found


def clause_parties(trigger: Trigger, linked: Resolver) -> Parties:
    """Those whom the clause of the trigger joins in the event: its subject, its objects, whom it is done with."""
    verb = trigger.clause
    if verb is None:
        return _attendants(trigger, linked)
    subject = subject_of(verb)
    named = [subject] if subject is not None and subject != trigger.token else []
    named += of_preposition(verb, "with", "by", "between", "alongside")
    if not trigger.is_noun:
        named += _verb_objects(trigger)
    return parties_of(named, linked)


def _verb_objects(trigger: Trigger) -> list[Token]:
    verb, kind = trigger.token, trigger.pattern.event_type
    if kind == "speech":
        return []
    if kind == "call":
        return [*objects(verb), *of_preposition(verb, "to")]
    if kind in ("sanction", "arms_sale", "military_aid"):
        return [noun for taken in (verb, *objects(verb)) for noun in of_preposition(taken, "on", "against", "to", "for")]
    if kind in ("signing", "other"):
        return [noun for taken in objects(verb) for noun in of_preposition(taken, "with", "between", "of", "to", "for")]
    return objects(verb)


def _attendants(trigger: Trigger, linked: Resolver) -> Parties:
    """The subject of the clause that the event frames: "At a meeting with X, Y said …"."""
    token = trigger.token
    if token.dep_ != "pobj" or any(child.dep_ == "poss" for child in token.children):
        return NO_PARTIES
    preposition = token.head
    if preposition.lower_ not in ("at", "in", "during", "after", "following", "on", "before", "for"):
        return NO_PARTIES
    verb = preposition.head
    subject = subject_of(verb) if verb.pos_ in ("VERB", "AUX") else None
    return NO_PARTIES if subject is None else parties_of([subject], linked)


def place_of(trigger: Trigger, linked: Resolver) -> Place | None:
    """Where the event is, by "in", "at" or "to" of the trigger or of its clause."""
    tokens = [trigger.token] + ([trigger.clause] if trigger.clause is not None and trigger.clause != trigger.token else [])
    spots = [noun for token in tokens for noun in of_preposition(token, "in", "at", "to")]
    if trigger.pattern.event_type == "visit" and not trigger.is_noun:
        spots = [*objects(trigger.token), *spots]
    for noun in spots:
        span = phrase(noun)
        if any(token.ent_type_ in ("GPE", "LOC", "FAC") for token in span) and noun.ent_type_ not in ("DATE", "TIME", "ORG"):
            referent = linked.resolve(span)
            country = referent.countries[0] if len(referent.countries) == 1 and not referent.leader_ids else None
            return Place(span.text, country)
    return None


def date_of(trigger: Trigger, doc: Doc, times: Sequence[TimeExpression]) -> ResolvedDate | None:
    """The time expression that dates the trigger: one that hangs on it or on its clause."""
    anchors = {trigger.token.i} | ({trigger.clause.i} if trigger.clause is not None else set())
    sentence = trigger.token.sent
    best: tuple[int, ResolvedDate] | None = None
    for time in times:
        if not sentence.start_char <= time.start < sentence.end_char or time.date.text.lower().startswith(_SPREAD):
            continue
        span = doc.char_span(time.start, time.end, alignment_mode="expand")
        if span is not None and _reaches(span.root, anchors):
            distance = abs(span.start - trigger.token.i)
            if best is None or distance < best[0]:
                best = (distance, time.date)
    return None if best is None else best[1]


def _reaches(token: Token, anchors: set[int]) -> bool:
    """Whether a time hangs on one of the anchors, over nothing but prepositions and names of places."""
    while token.i not in anchors:
        over = token.head
        if over == token:
            return False
        if over.i not in anchors and over.pos_ not in ("ADP", "PROPN", "NUM", "PART") and over.ent_type_ not in ("DATE", "TIME"):
            return False
        token = over
    return True


def status_of(trigger: Trigger, when: ResolvedDate | None, published_on: date | None) -> str:
    """occurred, planned or cancelled, by tense, by what governs the trigger, and by its date."""
    lexicon = event_lexicon()
    words = {word.lemma_.lower() for word in _governors(trigger)}
    if any(lexicon.has_role(word, "cancelled") for word in words):
        return "cancelled"
    if when is not None and when.start is not None and published_on is not None and when.start != when.end:
        pass
    if when is not None and when.start is not None and published_on is not None and when.precision == "day":
        return "planned" if when.start > published_on else "occurred"
    if trigger.is_noun and any(lexicon.has_role(word, "planned_modifier") for word in modifiers(trigger.token)):
        return "planned"
    clause = trigger.clause
    if clause is not None and _is_ahead(clause):
        return "planned"
    if trigger.is_noun and clause is None and any(lexicon.has_role(word, "planned") for word in words):
        return "planned"
    return "occurred"


def _is_ahead(verb: Token) -> bool:
    """Whether a verb tells of what is to come; an infinitive only under a verb or a noun of planning."""
    lexicon = event_lexicon()
    if any(child.tag_ == "MD" for child in verb.children if child.dep_ == "aux"):
        return True
    if verb.dep_ == "conj" and verb.head.pos_ == "VERB" and not any(child.dep_ == "nsubj" for child in verb.children):
        return _is_ahead(verb.head)
    if verb_tense(verb) == "future" or verb.dep_ == "pcomp":
        over = verb.head if verb.dep_ != "pcomp" else verb.head.head
        return over.pos_ in ("NOUN", "AUX") or lexicon.has_role(over.lemma_.lower(), "planned") or _is_ahead(over)
    return False


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
