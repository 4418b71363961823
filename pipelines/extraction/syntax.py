"""What attribution asks of a dependency parse (CLEAR labels): subjects, agents, noun phrases, whom one speaks to."""

from __future__ import annotations

from spacy.tokens import Doc, Span, Token

from pipelines.extraction.layout import TokenRange, trim

OFFICES = frozenset(
    {
        "president",
        "minister",
        "chancellor",
        "secretary",
        "premier",
        "leader",
        "counterpart",
        "reporter",
        "journalist",
        "ambassador",
    }
)
"""Heads of phrases that are somebody one can speak to; whom they stand for is for the linking to say."""
_SOMEBODY = frozenset({"him", "her", "them", "us", "me", "you"})
_RELATIVE = frozenset({"WP", "WDT", "WP$"})
_NAMES = frozenset({"PERSON", "GPE", "NORP", "ORG"})
_IN_A_NAME = frozenset({"of", "for", "at", "in", "from"})


def subtree(token: Token) -> TokenRange:
    """The range of all that hangs on `token`."""
    return token.left_edge.i, token.right_edge.i + 1


def noun_phrase(token: Token) -> TokenRange:
    """The phrase headed by `token` without relative clauses and trailing adjuncts that are not names or titles."""
    start, end = token.left_edge.i, token.right_edge.i + 1
    for child in token.rights:
        clause = child.dep_ in {"relcl", "acl", "advcl", "ccomp"}
        if clause or (child.dep_ == "prep" and child.lower_ not in _IN_A_NAME):
            end = min(end, child.left_edge.i)
            break
    start, end = trim(token.doc, start, end)
    return (start, end) if start < end else (token.i, token.i + 1)


def source_of(token: Token | None) -> TokenRange | None:
    """The noun phrase of who may be a source; None where there is none, or no word in it."""
    if token is None:
        return None
    start, end = noun_phrase(token)
    return (start, end) if any(word.is_alpha for word in token.doc[start:end]) else None


def subject_of(verb: Token) -> Token | None:
    """Who does what `verb` says: its subject, or that of the clause it hangs on."""
    seen: set[int] = set()
    while verb.i not in seen:
        seen.add(verb.i)
        for child in verb.children:
            if child.dep_ in {"nsubj", "nsubjpass"}:
                return child
        head = verb.head
        if verb.dep_ in {"conj", "xcomp", "advcl", "auxpass", "aux", "parataxis", "dep"} and head.i != verb.i:
            if head.pos_ in {"NOUN", "PROPN"} and verb.dep_ != "conj":
                return head
            verb = head
        elif verb.dep_ in {"acl", "relcl"} and head.pos_ in {"NOUN", "PROPN", "PRON"}:
            return head
        elif verb.dep_ == "pcomp" and head.head.i != head.i:
            verb = head.head
        else:
            return None
    return None


def agent_of(verb: Token) -> Token | None:
    """Who does what a passive says: the noun of its "by" phrase."""
    for child in verb.children:
        if child.dep_ == "agent" or (child.dep_ == "prep" and child.lower_ == "by"):
            for grandchild in child.children:
                if grandchild.dep_ == "pobj":
                    return grandchild
    return None


def is_passive(verb: Token) -> bool:
    """True for passives with an auxiliary; participles after a noun ("steps announced by …") count too."""
    if any(child.dep_ in {"auxpass", "nsubjpass"} for child in verb.children):
        return True
    return verb.tag_ == "VBN" and verb.dep_ == "acl"


def addressee_of(verb: Token) -> TokenRange | None:
    """Whom it is said to: an indirect object, "to …", or somebody who is the object of a verb of telling."""
    for child in verb.children:
        if child.dep_ == "dobj" and child.i > verb.i and is_somebody(child):
            return noun_phrase(child)
        own = next((c for c in child.children if c.dep_ == "nsubj"), None) if child.dep_ == "ccomp" else None
        if own is not None and infinitive_of(child) is not None and is_somebody(own):
            return noun_phrase(own)
        if child.dep_ == "dative" and child.pos_ in {"NOUN", "PROPN", "PRON"}:
            return noun_phrase(child)
        if child.dep_ in {"dative", "prep"} and child.lower_ in {"to", "with"}:
            inner = next((g for g in child.children if g.dep_ == "pobj"), None)
            if inner is not None and is_somebody(inner):
                return noun_phrase(inner)
    return None


def is_somebody(noun: Token) -> bool:
    """A person, a people or a state, as far as the parse tells: a name, a personal pronoun, "the president".

    What somebody has is not somebody, though its name may pass for an organization's ("Japan's Defence Programme").
    """
    if noun.pos_ == "PRON":
        return noun.lower_ in _SOMEBODY
    if noun.ent_type_ == "PERSON" or noun.lemma_.lower() in OFFICES:
        return True
    return noun.ent_type_ in _NAMES and not any(child.dep_ == "poss" for child in noun.children)


def antecedent(doc: Doc, run: TokenRange) -> Span:
    """The phrase that a relative pronoun stands for, else the phrase itself."""
    head: Token = doc[run[0] : run[1]].root
    clause = head.head
    if head.tag_ in _RELATIVE and clause.dep_ == "relcl":
        return doc[slice(*noun_phrase(clause.head))]
    return doc[run[0] : run[1]]


def infinitive_of(clause: Token) -> TokenRange | None:
    """The part from "to" on of a clause such as "the United States to handle …"; None where it has a finite verb."""
    to = next((c for c in clause.children if c.dep_ == "aux" and c.tag_ == "TO"), None)
    return (to.i, clause.right_edge.i + 1) if to is not None else None
