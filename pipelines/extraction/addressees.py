"""To whom a statement is said, or of whom something is asked, and how that is known.

`named`: the text names them beside the cue ("urged the United States", "in a letter to the chancellor", "called X to
express …"). `counterpart`: the article tells of talks between two sides, and what one of them says there is said to
the other. `asked`: the content of a request says who is to act ("demanded that Russia withdraw"). Talks come before the
content: what a third party should do is still said to who sits there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from spacy.tokens import Span, Token

from pipelines.extraction.channels import Channel, anchors_of
from pipelines.extraction.contents import Candidate
from pipelines.extraction.layout import Layout, TokenRange
from pipelines.extraction.speech_acts import Act
from pipelines.extraction.syntax import addressee_of, antecedent, is_somebody, noun_phrase
from pipelines.records import NOBODY, Event, Leader, Referent, unite

_TALKS = frozenset({"call", "meeting", "negotiation"})
_SIDES = 3
"""More than so many others are a conference: who speaks there speaks to nobody in particular."""
_PUBLIC = frozenset({"press", "social", "broadcast", "spoken"})
"""Kinds of channels by which one speaks to everybody."""
_ATTITUDES = frozenset({"belief", "fact"})
_SECOND_PERSON = frozenset({"you", "your", "yours", "yourself", "yourselves"})
_THIRD_PERSON = frozenset({"him", "her", "them"})
_SETTING = frozenset({"in", "at", "during"})
_TO = frozenset({"to"})
_TO_OR_WITH = frozenset({"to", "with"})
_AFTER_A_VOCATIVE = frozenset({",", "!", "."})
_PLACES = frozenset({"GPE", "NORP"})
_CLAUSES = frozenset({"acl", "ccomp", "relcl", "xcomp", "advcl"})
_PRESENT = frozenset({"VBZ", "VBP"})


class Resolver(Protocol):
    """What attribution asks of the linking: whom a noun phrase stands for."""

    def resolve(self, span: Span) -> Referent:
        """Whom `span` stands for; `NOBODY` where nobody can be named."""
        ...

    def implied(self, cue: Token) -> Referent:
        """Who must have said what a cue without a source tells of; `NOBODY` where nothing settles it."""
        ...


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom it is said to: where the text names them, who they are, and how that is known."""

    text: TokenRange | None = None
    referent: Referent = NOBODY
    basis: str | None = None


NO_ADDRESSEE = Addressee()


@dataclass(frozen=True, slots=True)
class Talks:
    """The talks that an article tells of, with each leader's country: who is the other side of whom."""

    events: tuple[Event, ...] = ()
    countries: Mapping[str, str | None] | None = None

    @classmethod
    def of(cls, events: Iterable[Event], leaders: Iterable[Leader]) -> Talks:
        """Keep the calls, meetings and negotiations that took place."""
        kept = tuple(e for e in events if e.event_type in _TALKS and e.status == "occurred")
        return cls(kept, {leader.leader_id: leader.country for leader in leaders} if kept else None)

    def main(self, position: int) -> list[Event]:
        """What the article is about, told before the character `position`: several where one met each alone."""
        return [e for e in self.events if e.is_main and e.span[0] < position]

    def told_by(self, tokens: Iterable[Token]) -> list[Event]:
        """The talks that one of `tokens` tells of."""
        places = [token.idx for token in tokens]
        return [e for e in self.events if any(e.span[0] <= place < e.span[1] for place in places)]

    def other_side(self, events: Iterable[Event], speaker: Referent) -> Referent:
        """Whom `speaker` talks to in `events`; `NOBODY` where `speaker` takes no part, or speaks for all sides."""
        return unite(self._other_side(event, speaker) for event in events)

    def _other_side(self, event: Event, speaker: Referent) -> Referent:
        takes_part = (
            set(speaker.leader_ids) <= set(event.leader_ids)
            if speaker.leader_ids
            else speaker.kind == "government" and set(speaker.countries) <= set(event.countries)
        )
        if not takes_part or not (speaker.leader_ids or speaker.countries):
            return NOBODY
        own = set(speaker.countries)
        countries = tuple(c for c in event.countries if c not in own)
        known = self.countries or {}
        leaders = tuple(
            leader for leader in event.leader_ids if leader not in speaker.leader_ids and known.get(leader) not in own
        )
        if len(countries) > _SIDES or (not countries and len(leaders) != 1):
            return NOBODY
        return Referent(leaders, countries, "leader" if leaders else "government", "counterpart", 0.7)


class Addressees:
    """Finds the addressees of one article's statements, asked in the order of the text.

    `addressing` are the lemmas whose own object is spoken to ("thanked him for …") or whose noun has an addressee
    ("gratitude to …"). Whoever has turned to the public is taken to go on speaking to the public.
    """

    def __init__(self, layout: Layout, linked: Resolver, talks: Talks, addressing: frozenset[str]) -> None:
        self._layout, self._doc = layout, layout.doc
        self._linked, self._talks, self._addressing = linked, talks, addressing
        self._public: set[tuple[str, ...]] = set()

    def find(self, candidate: Candidate, speaker: Referent, act: Act, channel: Channel | None) -> Addressee:
        """Whom a chosen candidate is said to; `NO_ADDRESSEE` where neither the text nor the talks tell.

        Takes the candidate, who speaks, its codes and its channel.
        """
        if channel is not None and channel.kind in _PUBLIC and speaker.leader_ids:
            self._public.add(speaker.leader_ids)
        other = NOBODY
        if speaker.leader_ids not in self._public:
            other = self._talks.other_side(self._talks_of(candidate), speaker)
        named = self._named(candidate)
        if named is not None:
            phrase = antecedent(self._doc, named)
            referent = _not_oneself(self._linked.resolve(phrase), speaker)
            unknown = not (referent.leader_ids or referent.countries)
            return Addressee(named, other if unknown and phrase.text.lower() in _THIRD_PERSON else referent, "named")
        if channel is not None and channel.kind in _PUBLIC:
            return NO_ADDRESSEE
        if other is not NOBODY and self._may_be_said_in_talks(candidate, act, other):
            return Addressee(None, other, "counterpart")
        if act.speech_act != "directive" or not (speaker.leader_ids or speaker.countries):
            return NO_ADDRESSEE
        asked = self._asked(candidate, speaker)
        return asked if other is NOBODY or set(asked.referent.countries) & set(other.countries) else NO_ADDRESSEE

    def _named(self, candidate: Candidate) -> TokenRange | None:
        """Whom the text names beside the cue. "Thanked him for …" speaks to him; "described him as …" does not."""
        if candidate.cue is None:
            return None
        cue = self._doc[candidate.cue]
        to = candidate.addressee
        if to is not None:
            inside = any(to[0] < end and start < to[1] for start, end in candidate.content)
            speaks = any(word.lemma_.lower() in self._addressing for word in (cue, *_conveyed(cue)))
            if speaks or (not inside and is_somebody(self._doc[to[0] : to[1]].root)):
                return to
        return self._of_noun(cue) or self._of_governing_verb(cue) or _of_setting(cue)

    def _of_governing_verb(self, cue: Token) -> TokenRange | None:
        """ "Urged the king to …, warning that …", "called the king to express …": said to whom the main clause is."""
        verb = cue.head
        participle = cue.dep_ == "advcl" and cue.tag_ == "VBG"
        purpose = cue.dep_ in {"advcl", "xcomp"} and any(child.tag_ == "TO" for child in cue.lefts)
        if verb.pos_ != "VERB" or not (participle or purpose):
            return None
        to = addressee_of(verb)
        if to is None or to[0] > cue.i:
            return None
        speaks = verb.lemma_.lower() in self._addressing or self._doc[to[0] : to[1]].root.head.pos_ == "ADP"
        return to if speaks else None

    def _of_noun(self, cue: Token) -> TokenRange | None:
        """ "Expressed gratitude to the king": whom the noun that the cue conveys is meant for."""
        for noun in (cue, *_conveyed(cue)):
            if noun.pos_ == "NOUN" and noun.lemma_.lower() in self._addressing:
                for inner in _objects(noun, _TO):
                    return noun_phrase(inner)
        return None

    def _talks_of(self, candidate: Candidate) -> Sequence[Event]:
        """The talks in which it is said: those told in the cue's own clause, else those that the article is about."""
        if candidate.cue is None:
            return self._talks.main(self._doc[candidate.content[0][0]].idx)
        cue = self._doc[candidate.cue]
        settings = [token for preposition in _prepositions(cue) for token in preposition.children]
        clauses = [anchor for anchor in anchors_of(cue) if anchor.i != cue.i]
        return self._talks.told_by([*clauses, *settings]) or self._talks.main(cue.idx)

    def _may_be_said_in_talks(self, candidate: Candidate, act: Act, other: Referent) -> bool:
        """Whether it has the form of what is said to the other side, not of what is thought, or told to the public.

        A readout reports in the past and in its own words. Who is quoted speaks to the other side where the words say
        "you" and do not speak of that side as of a third.
        """
        if act.attribution_type in _ATTITUDES or candidate.frame.startswith("according"):
            return False
        words = [self._doc[i] for run in candidate.content for i in range(*run)]
        quoted = sum(self._layout.quoted(token.i) for token in words)
        if candidate.cue is not None and 2 * quoted <= len(words):
            return _finite(self._doc[candidate.cue]).tag_ not in _PRESENT
        if not any(token.lower_ in _SECOND_PERSON for token in words):
            return False
        return candidate.frame == "turn" or not self._speaks_of(other, candidate)

    def _speaks_of(self, other: Referent, candidate: Candidate) -> bool:
        names = [
            ent
            for start, end in candidate.content
            for ent in self._doc[start:end].ents
            if ent.label_ == "PERSON" and ent.end < end and self._doc[ent.end].text not in _AFTER_A_VOCATIVE
        ]
        return any(set(self._linked.resolve(name).leader_ids) & set(other.leader_ids) for name in names)

    def _asked(self, candidate: Candidate, speaker: Referent) -> Addressee:
        """Who is to do what is asked for: the subject of its clause ("that Russia withdraw", "for Israel to end")."""
        start, end = candidate.content[0]
        head = self._doc[start:end].root
        for clause in [head, *(child for child in head.children if child.dep_ in _CLAUSES)]:
            actor = next((c for c in clause.children if c.dep_ == "nsubj" and start <= c.i < end), None)
            if actor is None:
                continue
            others = [c for verb in clause.conjuncts for c in verb.children if c.dep_ == "nsubj"]
            referent = _not_oneself(unite(self._actor(one) for one in (actor, *others)), speaker)
            own = not referent.leader_ids and set(referent.countries) <= set(speaker.countries)
            return NO_ADDRESSEE if own else Addressee(noun_phrase(actor), referent, "asked")
        return NO_ADDRESSEE

    def _actor(self, noun: Token) -> Referent:
        """Whom a subject stands for, or the country whose it is ("Russian forces")."""
        found = self._linked.resolve(antecedent(self._doc, noun_phrase(noun)))
        if found.leader_ids or found.countries:
            return found
        whose = [child for child in noun.lefts if child.ent_type_ in _PLACES]
        return unite(self._linked.resolve(self._doc[child.i : child.i + 1]) for child in whose)


def _conveyed(cue: Token) -> Iterator[Token]:
    return (child for child in cue.children if child.dep_ in {"dobj", "nsubjpass"})


def _of_setting(cue: Token) -> TokenRange | None:
    """ "In a letter to the king", "at a meeting with EU officials": whom the talk or the letter is with."""
    for preposition in _prepositions(cue):
        for noun in preposition.children:
            if noun.dep_ == "pobj" and noun.pos_ == "NOUN":
                for inner in _objects(noun, _TO_OR_WITH):
                    return noun_phrase(inner)
    return None


def _prepositions(cue: Token) -> Iterator[Token]:
    for anchor in anchors_of(cue):
        for child in anchor.children:
            if child.dep_ == "prep" and child.lower_ in _SETTING:
                yield child


def _objects(noun: Token, prepositions: frozenset[str]) -> Iterator[Token]:
    for child in noun.children:
        if child.dep_ in {"prep", "dative"} and child.lower_ in prepositions:
            yield from (inner for inner in child.children if inner.dep_ == "pobj" and is_somebody(inner))


def _finite(verb: Token) -> Token:
    """The verb, or its auxiliary, that has the tense of the clause that a cue stands in."""
    while True:
        auxiliary = next((c for c in verb.children if c.dep_ in {"aux", "auxpass"} and c.tag_ != "TO"), None)
        if auxiliary is not None:
            return auxiliary
        if verb.tag_ in {"VBD", "VBZ", "VBP", "MD"} or verb.head.i == verb.i:
            return verb
        verb = verb.head


def _not_oneself(addressee: Referent, speaker: Referent) -> Referent:
    """Nobody speaks to themselves: the speaker is taken out of a group ("the leaders of the three states")."""
    if not set(addressee.leader_ids) & set(speaker.leader_ids):
        return addressee
    leaders = tuple(leader for leader in addressee.leader_ids if leader not in speaker.leader_ids)
    countries = tuple(country for country in addressee.countries if country not in speaker.countries)
    return replace(addressee, leader_ids=leaders, countries=countries) if leaders else NOBODY
