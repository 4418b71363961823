"""Who takes part in an event, where and when it is, and whether it has been: all read off the parse."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from spacy.tokens import Doc, Span, Token

from pipelines.extraction.dates import verb_tense
from pipelines.extraction.event_triggers import (
    Resolver,
    Trigger,
    event_lexicon,
    modifiers,
    objects,
    of_preposition,
    phrase,
)
from pipelines.extraction.lexicons import LEXICONS, REFERENCE, read_rows
from pipelines.extraction.syntax import OFFICES, subject_of
from pipelines.records import ResolvedDate, TimeExpression

_COMPLEMENTS = ("dobj", "nsubjpass", "dative", "oprd", "prep", "xcomp", "agent")
# What happens over such a time is no single event's date: "over the past year", "since May".
_SPREAD = ("over", "throughout", "since", "for", "until", "till", "by", "within", "as of")
# A time so near behind a noun, over names and prepositions alone, dates it: "their meeting in Sochi on 26 November".
_REACH = 12


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
    is_country: bool = False
    """whether the country itself is named as the place, and not a town or region in it"""
    other_countries: tuple[str, ...] = ()
    """where else it goes, of a journey to several countries"""


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


def clause_parties(trigger: Trigger, linked: Resolver) -> Parties:
    """Those whom the clause of the trigger joins in the event: its subject, its objects, whom it is done with."""
    verb = trigger.clause
    if verb is None:
        return _attendants(trigger, linked)
    named = [*actors(verb), *partners(trigger), *_sponsors(verb)]
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


def _sponsors(verb: Token) -> list[Token]:
    """Those under whose lead or before whose eyes it is done: "under the leadership of", "in the presence of"."""
    ways = of_preposition(verb, "under", "in", "at", "with")
    return [
        somebody
        for way in ways
        if event_lexicon().has_role(way.lemma_.lower(), "sponsorship")
        for somebody in of_preposition(way, "of")
    ]


def partners(trigger: Trigger) -> list[Token]:
    """Whom the clause names as being met, called, visited or dealt with."""
    assert trigger.clause is not None
    found = of_preposition(trigger.clause, "with", "by", "between", "alongside", "among")
    return found if trigger.is_noun else [*found, *_verb_objects(trigger)]


def actors(verb: Token) -> list[Token]:
    """Who does what a verb says: a relative pronoun stands for its noun, and whoever is asked to act is the actor."""
    lexicon = event_lexicon()
    over = verb.head
    if verb.dep_ in ("xcomp", "ccomp") and lexicon.has_role(over.lemma_, "object_control"):
        asked = [child for child in over.children if child.dep_ in ("dobj", "nsubjpass")]
        if asked:
            return asked
    auxiliary = next((child for child in verb.children if child.dep_ == "aux"), None)
    if verb.dep_ == "conj" and auxiliary is not None and auxiliary.i and auxiliary.nbor(-1).dep_ == "conj":
        # "X will host this and Y will chair that": the parser takes Y for a second "this".
        return [auxiliary.nbor(-1)]
    if verb.dep_ == "acl" and any(child.tag_ == "TO" for child in verb.children):
        # "Kenya's decision to leave", "the intention of Kenya to leave": whoever owns the noun acts.
        owners = [child for child in over.children if child.dep_ == "poss"]
        frame = over.head.head if over.head.pos_ == "ADP" else over.head
        return owners or of_preposition(over, "of", "by") or actors(frame)
    if verb.dep_ == "pcomp" and over.head.pos_ == "VERB" and not any(child.dep_ == "nsubj" for child in verb.children):
        # "looks forward to hosting": whoever looks forward will host.
        return actors(over.head)
    subject = subject_of(verb)
    before = verb.nbor(-1) if verb.i else verb
    if subject is None and verb.tag_ in ("VBD", "VBZ", "VBP") and before.pos_ in ("NOUN", "PROPN"):
        # "Under its president, Kenya and Chad signed": the parser takes the subject for an apposition.
        return [before.head if before.dep_ == "conj" else before]
    if subject is not None and subject.tag_ in ("WP", "WDT"):
        clause = subject.head
        while clause.dep_ in ("xcomp", "conj", "aux", "advcl") and clause.head != clause:
            clause = clause.head
        nearest = (
            subject.nbor(-1)
            if subject.i and subject.nbor(-1).text != ","
            else subject.nbor(-2)
            if subject.i > 1
            else subject
        )
        subject = clause.head if clause.dep_ in ("relcl", "acl", "ccomp") else None
        if subject is not None and nearest.pos_ in ("NOUN", "PROPN") and nearest != subject:
            # "workers from Kenya and other countries that joined": the parser may hang the clause too high.
            return [subject, nearest]
    return [] if subject is None else [subject]


def _verb_objects(trigger: Trigger) -> list[Token]:
    verb, kind = trigger.token, trigger.pattern.event_type
    if kind == "speech":
        return []
    if kind == "call":
        return [*objects(verb), *of_preposition(verb, "to")]
    if kind == "negotiation":
        return [*objects(verb), *(noun for taken in objects(verb) for noun in of_preposition(taken, "with", "between"))]
    if kind in ("sanction", "arms_sale", "military_aid", "letter"):
        return [
            noun for taken in (verb, *objects(verb)) for noun in of_preposition(taken, "on", "against", "to", "for")
        ]
    if kind == "signing":
        return [noun for taken in objects(verb) for noun in of_preposition(taken, "with", "between")]
    if kind == "other":
        people = [taken for taken in objects(verb) if taken.ent_type_ == "PERSON"]
        return people + [
            noun for taken in (verb, *objects(verb)) for noun in of_preposition(taken, "with", "between", "to")
        ]
    return objects(verb)


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


def framing_verb(trigger: Trigger) -> Token | None:
    """The verb whose clause says what was done at an event, or with it: "said at a meeting", "threatens an attack"."""
    lexicon, token = event_lexicon(), trigger.token
    if token.dep_ == "dobj" and token.head.pos_ == "VERB":
        role = "telling" if trigger.pattern.event_type == "speech" else "planned"
        return token.head if lexicon.has_role(token.head.lemma_, role) else None
    preposition = token.head
    if trigger.pattern.event_type == "speech":
        # "said in answer to a question during a session after a speech"
        while preposition.dep_ == "prep" and preposition.head.dep_ == "pobj" and token.dep_ == "pobj":
            preposition = preposition.head.head
    if token.dep_ != "pobj" or not lexicon.has_role(preposition.lower_, "framing"):
        return None
    return preposition.head if preposition.head.pos_ in ("VERB", "AUX") else None


def doers(verb: Token) -> list[Token]:
    """Who does what a verb says, or the verb over it where it has no subject of its own; the agent of a passive."""
    while True:
        agents = of_preposition(verb, "by") if any(child.dep_ == "agent" for child in verb.children) else []
        found = agents or actors(verb)
        if found or verb.head == verb or verb.dep_ not in ("advcl", "xcomp", "conj", "pcomp", "acl"):
            return found
        verb = verb.head


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
            others = {found for other in noun.conjuncts if (found := _country_of(phrase(other), linked)) is not None}
            return Place(span.text, country, is_country, tuple(sorted(others)))
    return None


def _place_name(noun: Token) -> Span | None:
    """The place that a noun phrase begins with: "Busan, South Korea", without what is said of it after that."""
    span = phrase(noun)
    names = [ent for ent in span.ents if ent.label_ in ("GPE", "LOC", "FAC")]
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


@lru_cache(maxsize=1)
def short_names() -> dict[str, str]:
    """Countries by the short names that compounds are built of, read once."""
    return {row["name"]: row["country"] for row in read_rows(LEXICONS / "country_short_names.csv")}


def date_of(trigger: Trigger, doc: Doc, times: Sequence[TimeExpression]) -> ResolvedDate | None:
    """The time expression that dates the trigger: one that hangs on it or on its clause, or stands right behind it."""
    frame = trigger.clause if trigger.clause is not None else _framed_verb(trigger.token)
    anchors = {trigger.token.i} | ({frame.i} if frame is not None else set())
    anchors |= {verb.i for verb in holding_verbs(trigger)}
    openings = _openings(frame) if frame is not None else set()
    sentence = trigger.token.sent
    ranked: list[tuple[int, int, ResolvedDate]] = []
    for time in times:
        if not sentence.start_char <= time.start < sentence.end_char:
            continue
        span = doc.char_span(time.start, time.end, alignment_mode="expand")
        if span is None or (time.date.text.lower().startswith(_SPREAD) and not _is_set_for(span)):
            continue
        # "in the course of today's meeting": the day belongs to the meeting.
        root = span[-1] if span[-1].dep_ == "poss" else span.root
        hangs = _reaches(root, anchors) or span.end in openings
        if hangs or _is_right_behind(trigger.token, span.start):
            ranked.append((not hangs, abs(span.start - trigger.token.i), time.date))
    return min(ranked, key=lambda found: found[:2])[2] if ranked else None


def holding_verbs(trigger: Trigger) -> list[Token]:
    """The clauses that say of a noun when and where it is: "the summit, to be held in May", "scheduled for May"."""
    if not trigger.is_noun:
        return []
    lexicon = event_lexicon()
    clauses = [child for child in trigger.token.children if child.dep_ in ("acl", "relcl")]
    verbs = [verb for clause in clauses for verb in (clause, *(c for c in clause.children if c.dep_ == "xcomp"))]
    return [verb for verb in verbs if any(lexicon.has_role(verb.lemma_, role) for role in ("light", "planned"))]


def _openings(verb: Token) -> set[int]:
    """Where a time must end to open the clause of a verb: "… : Today, the President signed"."""
    starts = {actor.left_edge.i for actor in actors(verb) if actor.i < verb.i}
    return starts | {start - 1 for start in starts if start and verb.doc[start - 1].text == ","}


def _framed_verb(token: Token) -> Token | None:
    """The verb that happens at the event, and so when it does: "made in June at the summit"."""
    preposition = token.head
    frames = token.dep_ == "pobj" and preposition.lower_ in ("at", "during") and preposition.head.pos_ == "VERB"
    return preposition.head if frames else None


def date_of_sentence(
    trigger: Trigger, times: Sequence[TimeExpression], published_on: date | None
) -> ResolvedDate | None:
    """The one period, not over yet, that a sentence is set in: "in 2026 … China will host the summit"."""
    sentence = trigger.token.sent
    inside = [time for time in times if sentence.start_char <= time.start < sentence.end_char]
    if len(inside) != 1 or inside[0].start > trigger.token.idx or inside[0].date.precision in ("day", "open"):
        return None
    found = inside[0].date
    is_over = published_on is not None and found.end is not None and found.end < published_on
    return None if is_over or found.text.lower().startswith(_SPREAD) else found


def _is_set_for(time: Span) -> bool:
    """Whether "for" gives a day and no duration: "scheduled for December 15"."""
    return time[0].lower_ == "for" and event_lexicon().has_role(time.root.head.lemma_, "planned")


def _is_right_behind(token: Token, start: int) -> bool:
    """Whether only names, prepositions and adjectives stand between a trigger and a time."""
    between = token.doc[token.i + 1 : start]
    return 0 <= start - token.i <= _REACH and not any(
        word.pos_ in ("VERB", "AUX", "SCONJ", "PRON")
        or word.text in ";:.—"
        or (word.pos_ == "CCONJ" and "PROPN" not in (word.nbor(-1).pos_, word.nbor(1).pos_))
        for word in between
    )


def _reaches(token: Token, anchors: set[int]) -> bool:
    """Whether a time hangs on one of the anchors, over nothing but prepositions and names of places."""
    while token.i not in anchors:
        over = token.head
        if over == token:
            return False
        if (
            over.i not in anchors
            and over.pos_ not in ("ADP", "PROPN", "NUM", "PART")
            and over.ent_type_ not in ("DATE", "TIME")
        ):
            return False
        token = over
    return True


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
        clause = _framed_verb(trigger.token)
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
