"""The words that tell of an event, and the clause that each stands in.

A trigger is a verb ("met", "signed") or a noun ("a telephone conversation", "the summit"); which words, what must
stand beside them and which type of event they tell of is data: `raw/lexicons/event_types.csv`. A noun may lean on a
light verb ("held a call", "the talks took place"), which then carries its subject, its tense and its date.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from spacy.tokens import Doc, Span, Token

from pipelines.extraction.lexicons import LEXICONS, read_rows
from pipelines.extraction.syntax import noun_phrase
from pipelines.records import Referent

# Types that need somebody to be with; where one side is named, the article's own participants complete them.
BETWEEN = frozenset({"call", "meeting", "negotiation"})
# Gatherings: what a transcript calls "today's" is on the day on which they speak.
OCCASIONS = frozenset({*BETWEEN, "talks", "visit", "summit", "speech"})
_NAMING = ("compound", "amod", "nmod", "poss")


class Resolver(Protocol):
    """What events need of a linked article."""

    @property
    def participants(self) -> Referent: ...

    def resolve(self, span: Span) -> Referent: ...


@dataclass(frozen=True, slots=True)
class Pattern:
    """One row of the lexicon: what must stand beside the word, and what it then means."""

    beside: tuple[str, ...]
    event_type: str
    parties: int


@dataclass(frozen=True, slots=True)
class Trigger:
    """A word of a text that tells of an event. `clause` is the verb that carries its tense and arguments, if any."""

    token: Token
    pattern: Pattern
    clause: Token | None

    @property
    def is_noun(self) -> bool:
        """Whether the event is named rather than told by a verb."""
        return self.token.pos_ != "VERB"


class EventLexicon:
    """The trigger words by part of speech, and the words around them that matter."""

    def __init__(self, folder: Path) -> None:
        self._patterns: dict[tuple[str, str], list[Pattern]] = {}
        for row in read_rows(folder / "event_types.csv"):
            beside = tuple(part for part in row["beside"].split("|") if part)
            pattern = Pattern(beside, row["event_type"], int(row["parties"]))
            self._patterns.setdefault((row["pos"], row["lemma"]), []).append(pattern)
        self._roles: dict[str, set[str]] = {}
        for row in read_rows(folder / "event_contexts.csv"):
            self._roles.setdefault(row["role"], set()).add(row["word"])

    def types_named(self, title: str) -> set[str]:
        """The types of event whose trigger words a title holds, in whatever form."""
        words = {word.strip(".,:;'\"").lower() for word in title.replace("’s", "").split()}
        return {
            pattern.event_type
            for (_, lemma), patterns in self._patterns.items()
            if words & {lemma, f"{lemma}s", f"{lemma}ed", f"{lemma}es", f"{lemma}ing"}
            for pattern in patterns
        }

    def has_role(self, word: str, role: str) -> bool:
        """Whether a word plays a role around events: light verb, planning verb, cancelling verb, ..."""
        return word in self._roles[role]

    def patterns(self, token: Token) -> list[Pattern]:
        """What the lexicon knows of a word in its part of speech."""
        pos = token.pos_
        if pos == "VERB":
            return self._patterns.get(("VERB", token.lemma_.lower()), [])
        if pos in ("NOUN", "PROPN"):
            word = token.lemma_.lower()
            return self._patterns.get(("NOUN", word)) or self._patterns.get(("NOUN", word.removesuffix("s")), [])
        return []


@lru_cache(maxsize=1)
def event_lexicon() -> EventLexicon:
    """The lexicons of the repository, read once."""
    return EventLexicon(LEXICONS)


def find_triggers(doc: Doc, linked: Resolver) -> Iterator[Trigger]:
    """All triggers of a text, in order, without those that are denied or only supposed."""
    lexicon = event_lexicon()
    for token in doc:
        for pattern in lexicon.patterns(token):
            if _fits(token, pattern, linked):
                clause = token if token.pos_ == "VERB" else light_verb(token)
                if not _is_unreal(token, clause):
                    yield Trigger(token, pattern, clause)
                break


def light_verb(noun: Token) -> Token | None:
    """The verb that a noun trigger leans on: "held a call", "the talks began", "took part in the summit"."""
    head = noun.head
    if noun.dep_ in ("conj", "appos"):
        return light_verb(head) if head.pos_ in ("NOUN", "PROPN") else None
    if noun.dep_ in ("dobj", "nsubj", "nsubjpass", "attr") and head.pos_ in ("VERB", "AUX"):
        return head if event_lexicon().has_role(head.lemma_, "light") else None
    if noun.dep_ == "pobj" and head.head.pos_ == "VERB" and head.lower_ in ("in", "at"):
        return head.head if event_lexicon().has_role(head.head.lemma_, "light") else None
    return None


def phrase(token: Token) -> Span:
    """The noun phrase that a token heads."""
    start, end = noun_phrase(token)
    return token.doc[min(start, token.i) : max(end, token.i + 1)]


def objects(verb: Token) -> list[Token]:
    """What the verb is done to: its objects, or the subject of a passive, each with what is coordinated to it.

    A relative pronoun stands for its noun: "a bill, which was passed".
    """
    found = [
        verb.head if child.tag_ in ("WDT", "WP") and verb.dep_ == "relcl" else child
        for child in verb.children
        if child.dep_ in ("dobj", "nsubjpass", "dative", "oprd")
    ]
    if verb.dep_ == "acl" and verb.tag_ == "VBN":
        found.append(verb.head)
    if verb.dep_ in ("conj", "xcomp") and verb.tag_ == "VBN" and not found:
        # "was voted on Monday and signed on Friday", "is expected to be signed"
        found = [child for child in verb.head.children if child.dep_ == "nsubjpass"]
    return [token for head in found for token in (head, *head.conjuncts)]


def of_preposition(token: Token, *prepositions: str) -> list[Token]:
    """The nouns that hang on a token by one of the prepositions.

    "Spoke with Kenya's president to congratulate him": the parser may take the noun for the subject of the infinitive.
    """
    found = [
        noun
        for child in token.children
        if child.dep_ in ("prep", "agent", "dative") and child.lower_ in prepositions
        for noun in child.children
        if noun.dep_ in ("pobj", "pcomp")
    ]
    for clause in (child for child in token.children if child.dep_ == "advcl"):
        if any(child.dep_ == "mark" and child.lower_ in prepositions for child in clause.children):
            found += [child for child in clause.children if child.dep_ == "nsubj"]
    return found


def modifiers(noun: Token) -> set[str]:
    """The words that say which: "telephone" of "a telephone conversation"; prepositions after the noun too."""
    words = {child.lower_ for child in noun.children if child.dep_ in (*_NAMING, "prep", "det")}
    deeper = {word.lower_ for left in noun.lefts if left.dep_ in _NAMING for word in left.subtree}
    before = {noun.nbor(-1).lower_} if noun.i else set()
    return words | deeper | before


def proper_name(noun: Token) -> frozenset[str]:
    """What sets a named summit or treaty apart from others: "NATO", "G20", "Camp David"."""
    return frozenset(
        word.lower_
        for left in noun.lefts
        if left.dep_ in _NAMING
        for word in left.subtree
        if word.pos_ == "PROPN" or (word.text[0].isupper() and any(letter.isdigit() for letter in word.text))
    )


def _fits(token: Token, pattern: Pattern, linked: Resolver) -> bool:
    if not pattern.beside:
        return True
    if token.pos_ != "VERB":
        beside = modifiers(token)
        if token.dep_ == "dobj":
            beside.add(token.head.lemma_)
        return any(word in beside or _is_followed_by(token, word) for word in pattern.beside)
    return any(_verb_has(token, wanted, linked) for wanted in pattern.beside)


def _is_followed_by(noun: Token, wanted: str) -> bool:
    """Whether a noun has the prepositional phrase that a pattern wants: "victory" with "in election"."""
    preposition, _, word = wanted.partition(" ")
    return bool(word) and any(word in _words(other) for other in of_preposition(noun, preposition))


def _verb_has(verb: Token, wanted: str, linked: Resolver) -> bool:
    """Whether a verb has the object, the particle or the prepositional phrase that a pattern wants."""
    if wanted == "@thing":
        return bool(objects(verb))
    if wanted == "@to_leader":
        return any(linked.resolve(phrase(noun)).leader_ids for noun in of_preposition(verb, "to"))
    if wanted.startswith("@"):
        if wanted == "@leader" and any(child.dep_ == "prt" for child in verb.children):
            # "called on the president" is no call.
            return False
        named = [noun for noun in objects(verb) if noun.ent_type_ == "PERSON"]
        if wanted == "@leader" and named and not any(child.dep_ in ("oprd", "ccomp") for child in verb.children):
            return True
        return any(_is_a(linked.resolve(phrase(noun)), wanted) for noun in objects(verb))
    first, _, rest = wanted.partition(" ")
    particles = ("prep", "prt", "advmod", "agent")
    prepositions = [child for child in verb.children if child.dep_ in particles and child.lower_ == first]
    if not rest and of_preposition(verb, first):
        return True
    if prepositions:
        return not rest or any(rest in _words(noun) for child in prepositions for noun in child.children)
    things = [*objects(verb), *(child for child in verb.children if child.dep_ == "attr")]
    return any({first, *rest.split()} <= _words(noun) for noun in things)


def _words(noun: Token) -> set[str]:
    """A noun and what names it more closely, as lemmas; "a round of sanctions" is sanctions."""
    near = [noun, *(child for child in noun.lefts if child.dep_ in ("compound", "amod", "nmod"))]
    if event_lexicon().has_role(noun.lemma_.lower(), "container"):
        near += of_preposition(noun, "of")
    if noun.pos_ in ("NUM", "SYM"):
        # "$5 billion in security assistance"
        near += [word for what in of_preposition(noun, "in", "of", "worth") for word in (what, *what.lefts)]
    return {token.lemma_.lower() for token in near}


def _is_a(referent: Referent, wanted: str) -> bool:
    if wanted == "@leader":
        return bool(referent.leader_ids)
    if wanted == "@person":
        return bool(referent.leader_ids) or (referent.kind == "official" and bool(referent.countries))
    return bool(referent.countries) and not referent.leader_ids and referent.kind in ("government", "organization")


def _with_shared_modal(verb: Token) -> Token:
    """The verb that carries the modal of a coordination: "should stop … and order a retreat"."""
    while verb.dep_ == "conj" and verb.tag_ == "VB" and verb.head.pos_ == "VERB":
        if any(child.dep_ in ("aux", "nsubj") for child in verb.children):
            break
        verb = verb.head
    return verb


def _is_unreal(token: Token, clause: Token | None) -> bool:
    """Denied ("did not meet"), general ("every visit"), supposed ("if they meet") or a means ("by videoconference")."""
    lexicon = event_lexicon()
    if token.dep_ == "pobj" and lexicon.has_role(token.head.lower_, "means"):
        return True
    if any(
        lexicon.has_role(child.lower_, "never") for child in token.children if child.dep_ in ("det", "predet", "amod")
    ):
        return True
    if clause is None:
        return False
    modals = [child for child in _with_shared_modal(clause).children if child.tag_ == "MD"]
    if any(lexicon.has_role(modal.lower_, "possible") for modal in modals):
        return True
    if clause.dep_ == "ccomp" and lexicon.has_role(clause.head.lemma_, "doubt"):
        return True
    return any(
        child.dep_ == "neg" or (child.dep_ == "mark" and lexicon.has_role(child.lower_, "condition"))
        for child in clause.children
    )
