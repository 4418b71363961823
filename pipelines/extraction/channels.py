"""How words reached the article, where it says so: "Xinhua readout", "Truth Social", "told reporters"."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from spacy.tokens import Doc, Span, Token

from pipelines.extraction.contents import Candidate
from pipelines.extraction.layout import TokenRange
from pipelines.extraction.lexicons import LEXICONS, read_rows

_CARRIES = frozenset({"in", "on", "at", "during", "via", "through", "to", "by", "with", "before"})
_TO = frozenset({"to", "with"})
_AT = frozenset({"in", "at", "on", "during"})
_BESIDE = frozenset({"with", "before"})
"""With whom or before whom one speaks is a channel, with what or before what is not."""
_AUDIENCES = frozenset({"press", "assembly"})
"""Kinds that one can speak to: "told reporters", "told parliament"."""
_TELLS = frozenset({"tell", "inform", "address", "brief"})
_MODIFIERS = frozenset({"compound", "amod", "nmod", "nummod"})

IsMedia = Callable[[Span], bool]
"""Says of a noun phrase whether it is a news outlet or agency."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel as written, and its kind: written, spoken, press, assembly, broadcast, social or media."""

    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class ChannelLexicon:
    """Nouns and names of channels ("statement", "Truth Social") with their kind."""

    kinds: dict[str, str]

    @classmethod
    def load(cls, folder: Path = LEXICONS) -> ChannelLexicon:
        """Read `channels.csv`."""
        return cls({row["name"].lower(): row["kind"] for row in read_rows(folder / "channels.csv")})

    def kind(self, token: Token) -> str | None:
        """The kind of channel that `token` heads, by its form, its lemma or with the word before it."""
        before = f"{token.doc[token.i - 1].lower_} {token.lower_}" if token.i else ""
        return self.kinds.get(before) or self.kinds.get(token.lower_) or self.kinds.get(token.lemma_.lower())


def find_channel(doc: Doc, candidate: Candidate, lexicon: ChannelLexicon, is_media: IsMedia) -> Channel | None:
    """The channel as written, from the cue's adjuncts, its audience, a clause beside it, or an "according to".

    Takes the parse, a chosen candidate, the words of channels and what tells a news outlet by its name.
    """
    if candidate.cue is None:
        return None
    cue, runs = doc[candidate.cue], candidate.content
    if candidate.frame.startswith("according") and candidate.source is not None:
        runs = (*runs, candidate.source)
    finder = _Finder(doc, lexicon, is_media, {i for run in runs for i in range(*run)})
    return next((found for anchor in anchors_of(cue) for found in finder.beside(anchor)), None) or finder.over(cue)


def anchors_of(cue: Token) -> list[Token]:
    """The cue, the clause it is coordinated with, and participles beside it ("posting on …, described …")."""
    beside = [child for child in cue.children if child.dep_ in {"advcl", "acl"} and child.pos_ == "VERB"]
    subjects = [
        g for child in cue.children if child.dep_ == "nsubj" for g in child.children if g.dep_ in {"acl", "advcl"}
    ]
    above = [cue.head] if cue.dep_ in {"conj", "advcl", "xcomp"} and cue.head.pos_ == "VERB" else []
    return [cue, *beside, *subjects, *above]


@dataclass(frozen=True, slots=True)
class _Finder:
    doc: Doc
    lexicon: ChannelLexicon
    is_media: IsMedia
    inside: set[int]
    """the tokens in which no channel stands: what is said, and whom it is according to"""

    def beside(self, anchor: Token) -> Iterator[Channel]:
        """The channels that hang on a verb."""
        for child in anchor.children:
            if child.i in self.inside:
                continue
            if child.dep_ in {"dative", "dobj"} and child.pos_ != "ADP" and anchor.lemma_.lower() in _TELLS:
                kind = self.lexicon.kind(child)
                if kind in _AUDIENCES:
                    yield Channel(self._text(min(anchor.i, child.i), child.i), kind or "")
                elif child.ent_type_ == "ORG" and self.is_media(self._phrase(child)):
                    yield Channel(self._text(*self._name(child)), "media")
            elif child.dep_ in {"prep", "dative"} and (child.lower_ in _CARRIES or child.lemma_.lower() == "accord"):
                yield from self._carried(child)

    def over(self, cue: Token) -> Channel | None:
        """ "A press conference was held in which X stated …": the noun whose relative clause the cue is."""
        verb = cue
        while verb.dep_ == "conj" and verb.head.pos_ == "VERB":
            verb = verb.head
        if verb.dep_ != "relcl" or not any(
            child.dep_ == "pobj" and child.tag_ == "WDT" for prep in verb.lefts for child in prep.children
        ):
            return None
        kind = self.lexicon.kind(verb.head)
        return Channel(self._text(*self._name(verb.head)), kind) if kind else None

    def _carried(self, preposition: Token) -> Iterator[Channel]:
        word = preposition.lower_
        for noun in _objects(preposition):
            if noun.i in self.inside:
                continue
            kind = self.lexicon.kind(noun)
            if kind in _AUDIENCES:
                if word in _AT:
                    yield Channel(self._text(*self._name(noun)), kind or "")
                elif word in _TO or (word == "before" and kind == "assembly"):
                    yield Channel(self._text(preposition.i, noun.i), kind or "")
            elif kind and word not in _BESIDE:
                yield self._outlet(noun) or Channel(self._text(*self._name(noun)), kind)
            elif word not in _BESIDE and noun.ent_type_ == "ORG" and self.is_media(self._phrase(noun)):
                yield Channel(self._text(*self._name(noun)), "media")

    def _outlet(self, noun: Token) -> Channel | None:
        """ "In an interview with CNN": the outlet says more than the form."""
        for preposition in noun.children:
            if preposition.dep_ == "prep" and preposition.lower_ in {"with", "to", "on", "in", "by"}:
                for child in preposition.children:
                    owner = next((c for c in child.children if c.dep_ == "poss"), child)
                    if owner.ent_type_ == "ORG" and self.is_media(self._phrase(owner)):
                        return Channel(self._text(*self._name(owner)), "media")
        return None

    def _phrase(self, noun: Token) -> Span:
        return self.doc[noun.left_edge.i : noun.i + 1]

    def _name(self, noun: Token) -> TokenRange:
        """First and last token of the noun with its modifiers, which the parser may have lost."""
        start = noun.i
        while start > noun.sent.start and self._is_modifier(self.doc[start - 1]):
            start -= 1
        return start, noun.i

    def _is_modifier(self, token: Token) -> bool:
        if not token.text[0].isalnum():
            return token.text == "-"
        return token.dep_ in _MODIFIERS or token.pos_ in {"PROPN", "ADJ", "NOUN"}

    def _text(self, first: int, last: int) -> str:
        return self.doc[first : last + 1].text


def _objects(preposition: Token) -> list[Token]:
    direct = [c for c in preposition.children if c.dep_ == "pobj"]
    nested = [g for c in preposition.children if c.dep_ == "prep" for g in c.children if g.dep_ == "pobj"]
    return direct + nested
