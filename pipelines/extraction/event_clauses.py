"""The clauses around a trigger, and whom they name: who acts, with whom, at what it was said, where it is held.

Tokens only: whom they stand for is for `event_parties` to say.
"""

from __future__ import annotations

from spacy.tokens import Token

from pipelines.extraction.event_triggers import Trigger, event_lexicon, objects, of_preposition
from pipelines.extraction.syntax import subject_of


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


def hosts(verb: Token) -> list[Token]:
    """Who invites to do what a verb says: "Y invited X to visit"."""
    is_asked = verb.dep_ in ("xcomp", "ccomp") and event_lexicon().has_role(verb.head.lemma_, "invitation")
    return [child for child in verb.head.children if child.dep_ == "nsubj"] if is_asked else []


def doers(verb: Token) -> list[Token]:
    """Who does what a verb says, or the verb over it where it has no subject of its own; the agent of a passive."""
    while True:
        agents = of_preposition(verb, "by") if any(child.dep_ == "agent" for child in verb.children) else []
        found = agents or actors(verb)
        if found or verb.head == verb or verb.dep_ not in ("advcl", "xcomp", "conj", "pcomp", "acl"):
            return found
        verb = verb.head


def partners(trigger: Trigger) -> list[Token]:
    """Whom the clause names as being met, called, visited or dealt with."""
    assert trigger.clause is not None
    found = of_preposition(trigger.clause, "with", "by", "between", "alongside", "among")
    return found if trigger.is_noun else [*found, *_verb_objects(trigger)]


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


def sponsors(verb: Token) -> list[Token]:
    """Those under whose lead or before whose eyes it is done: "under the leadership of", "in the presence of"."""
    ways = of_preposition(verb, "under", "in", "at", "with")
    return [
        somebody
        for way in ways
        if event_lexicon().has_role(way.lemma_.lower(), "sponsorship")
        for somebody in of_preposition(way, "of")
    ]


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


def framed_verb(token: Token) -> Token | None:
    """The verb that happens at the event, and so when it does: "made in June at the summit"."""
    preposition = token.head
    frames = token.dep_ == "pobj" and preposition.lower_ in ("at", "during") and preposition.head.pos_ == "VERB"
    return preposition.head if frames else None


def holding_verbs(trigger: Trigger) -> list[Token]:
    """The clauses that say of a noun when and where it is: "the summit, to be held in May", "scheduled for May"."""
    if not trigger.is_noun:
        return []
    lexicon = event_lexicon()
    clauses = [child for child in trigger.token.children if child.dep_ in ("acl", "relcl")]
    verbs = [verb for clause in clauses for verb in (clause, *(c for c in clause.children if c.dep_ == "xcomp"))]
    return [verb for verb in verbs if any(lexicon.has_role(verb.lemma_, role) for role in ("light", "planned"))]
