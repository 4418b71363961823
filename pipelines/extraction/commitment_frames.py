"""What a cue takes: its frames in a sentence, from the cue's row in the lexicon to the deeds it binds somebody to."""

from __future__ import annotations

from spacy.tokens import Token

from pipelines.extraction.commitment_cues import CommitmentLexicon, Cue
from pipelines.extraction.commitment_parse import (
    CLAUSES,
    FIRST_PERSON,
    SUBJECTS,
    child,
    distinct_actions,
    is_infinitive,
    is_negated,
    is_passive,
    repeats_to,
)

_STRESSED = frozenset({"importance", "need", "necessity", "urgency", "value"})
"""Who agrees on these agrees on no deed."""
_NOT_AHEAD = frozenset({"every", "each", "last", "past", "today", "daily", "annual", "this", "years", "the"})


def negate(cue: Cue, negated: bool) -> tuple[str, str] | None:
    """Firmness and polarity of a cue, negated or not; None where the negation leaves no commitment.

    "does not plan to" is a refusal, "did not rule out" leaves the door open, "did not agree" commits nobody.
    """
    if not negated:
        return cue.firmness, cue.polarity
    if cue.polarity == "refrain":
        return "considering", "do"
    return ("intended", "refrain") if cue.firmness in {"willing", "intended"} else None


def complement(token: Token, cue: Cue, lexicon: CommitmentLexicon) -> list[Token]:
    """The actions that a cue takes in its frame: verbs, or the noun of the deed."""
    if cue.frame == "inf":
        return infinitives(token, cue, lexicon)
    if cue.frame == "obj_inf":
        verb = next((c for c in token.children if c.dep_ in {"xcomp", "ccomp", "advcl"} and is_infinitive(c)), None)
        return distinct_actions(verb) if verb is not None else []
    if cue.frame == "ger":
        verb = next(
            (c for c in token.children if c.dep_ in CLAUSES | {"dobj"} and c.tag_ == "VBG" and c.i > token.i), None
        )
        return distinct_actions(verb) if verb is not None else []
    if cue.frame == "np" or (cue.frame == "now" and _is_under_way(token)):
        return _objects(token, cue, lexicon)
    if cue.frame == "dated":
        return [token] if _is_timetabled(token) else []
    return _prepositional(token, cue, lexicon) if cue.frame.startswith("prep:") else []


def _is_under_way(verb: Token) -> bool:
    """ "is providing": begun and not done."""
    return verb.tag_ == "VBG" and any(c.lemma_ == "be" and c.tag_ in {"VBZ", "VBP"} for c in verb.children)


def _is_timetabled(verb: Token) -> bool:
    """The present tense with a day to come: "meets on Saturday"."""
    days = [t for t in verb.subtree if t.ent_type_ == "DATE" and t.ent_iob_ == "B" and t.head in {verb, *verb.rights}]
    return verb.tag_ in {"VBZ", "VBP"} and any(d.ent_id_ == "" and d.lower_ not in _NOT_AHEAD for d in days)


def infinitives(token: Token, cue: Cue, lexicon: CommitmentLexicon) -> list[Token]:
    verb = _infinitive_after(token)
    if verb is None or lexicon.governs("speech", verb) or (token.lemma_ == "be" and not _is_to(token, verb)):
        return []
    if cue.objects == "act" and lexicon.happens_to(verb.lemma_, is_passive(verb)):
        return []
    if cue.objects == "self" and not (is_negated(token) or _speaks_of_self(token)):
        return []
    if cue.pos == "verb" and _is_purpose(token, verb):
        return []
    return distinct_actions(verb)


def _speaks_of_self(verb: Token) -> bool:
    subject = child(verb, *SUBJECTS)
    return subject is not None and subject.lower_ in FIRST_PERSON


def _is_purpose(cue: Token, verb: Token) -> bool:
    """ "accepted the plan to …", "agreed on the importance of talks, to manage …": the infinitive of something else."""
    between = [c for c in cue.children if c.dep_ in {"dobj", "prep"} and cue.i < c.i < verb.i]
    if any(c.dep_ == "dobj" for c in between):
        return True
    return any(c.lower_ in {"on", "upon", "about"} for c in between) and not repeats_to(verb)


def _is_to(be: Token, verb: Token) -> bool:
    """The plan "is to meet", not "was important to meet" or "are here to help"."""
    between = be.doc[be.i + 1 : verb.i]
    return all(
        t.tag_ == "TO" or t.dep_ == "neg" or t.lower_ == "also" or (t.pos_ == "ADV" and t.head == verb) for t in between
    )


def _infinitive_after(token: Token) -> Token | None:
    """The infinitive of a cue: its child, or the one right behind its phrase where the parser hung it higher."""
    for part in token.children:
        if part.i > token.i and part.dep_ in CLAUSES and is_infinitive(part) and child(part, *SUBJECTS) is None:
            return part
    after = token.right_edge.i + 1
    if token.pos_ == "NOUN" and after < len(token.doc) and token.doc[after].tag_ == "TO":
        verb = token.doc[after].head
        return verb if verb.i > after and is_infinitive(verb) else None
    return None


def _objects(token: Token, cue: Cue, lexicon: CommitmentLexicon) -> list[Token]:
    """The object of the class the cue wants; an order for several deeds is several.

    What stands before the verb ("…, the rule of law and free trade, he promised") is the end of what was said.
    """
    noun = child(token, "nsubjpass" if is_passive(token) else "dobj")
    if noun is None or noun.tag_ in {"WDT", "WP"} or not fits(noun, cue.objects, lexicon):
        return []
    if noun.dep_ == "dobj" and noun.i < token.i:
        return []
    if cue.firmness != "enacted":
        return [noun]
    others = [n for n in noun.conjuncts if child(n, "det", "poss") is not None and fits(n, cue.objects, lexicon)]
    return [noun, *others]


def _prepositional(token: Token, cue: Cue, lexicon: CommitmentLexicon) -> list[Token]:
    wanted = cue.frame.removeprefix("prep:")
    behind = token.doc[token.i + 1 : token.i + 2]
    for prep in [c for c in token.children if c.i > token.i] + [t for t in behind if t.dep_ == "prep"]:
        if prep.lower_ != wanted:
            continue
        repeated = [p for p in prep.conjuncts if p.lower_ == wanted]
        gerunds = [c for p in (prep, *repeated) for c in p.children if c.dep_ == "pcomp" and c.tag_ == "VBG"]
        if gerunds:
            return [action for verb in gerunds for action in distinct_actions(verb)]
        noun = child(prep, "pobj")
        if noun is not None and (gerund := _gerund_before(noun, prep, lexicon)) is not None:
            return [gerund]
        if noun is not None and cue.objects != "ger" and fits(noun, cue.objects, lexicon):
            return [noun]
    return []


def _gerund_before(noun: Token, prep: Token, lexicon: CommitmentLexicon) -> Token | None:
    """The gerund that the parser took for a quality of its object: "to continuing joint efforts"."""
    first = prep.nbor() if prep.i + 1 < len(prep.doc) else prep
    taken = first.tag_ == "VBG" and first.head == noun and first.dep_ == "amod"
    return first if taken and fits(noun, "deed", lexicon) else None


def fits(noun: Token, objects: str, lexicon: CommitmentLexicon) -> bool:
    """Whether the noun is of a class that the cue wants; a head such as "number of" is looked through."""
    if objects == "any":
        return True
    wanted = set(objects.split())
    nouns = [noun] if noun.lemma_.lower() in _STRESSED else [noun, *measured(noun)]
    if noun.tag_ == "CD":
        nouns += [n for n in measured(noun.head) if n.i > noun.i]
    return any(wanted & lexicon.object_classes.get(n.lemma_.lower(), frozenset()) for n in nouns)


def measured(noun: Token) -> list[Token]:
    """What is counted or measured: "a number of deals", "$225 million in assistance"."""
    return [c for prep in noun.children if prep.lower_ in {"of", "in"} for c in prep.children if c.dep_ == "pobj"]


def predicated(noun: Token, cue: Cue) -> list[Token]:
    """ "Our aim is to begin …"."""
    if cue.frame != "inf" or noun.dep_ != "nsubj" or noun.head.lemma_ != "be":
        return []
    verb = child(noun.head, "xcomp")
    return distinct_actions(verb) if verb is not None and is_infinitive(verb) else []
