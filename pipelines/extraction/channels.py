"""How words reached the article, where it says so: "Xinhua readout", "Truth Social", "told reporters"."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from spacy.tokens import Doc, Token

from pipelines.extraction.contents import Candidate
from pipelines.extraction.lexicons import LEXICONS, read_rows

_CARRIES = frozenset({"in", "on", "at", "during", "via", "through", "to", "by"})
_AUDIENCE = "press"


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


def find_channel(doc: Doc, candidate: Candidate, lexicon: ChannelLexicon) -> str | None:
    """The channel as written, from the cue's adjuncts, its audience, a clause beside it, or an "according to"."""
    if candidate.cue is None:
        return None
    cue = doc[candidate.cue]
    inside = {i for run in candidate.content for i in range(*run)}
    for anchor in _anchors(cue):
        for child in anchor.children:
            if child.i in inside:
                continue
            if child.dep_ in {"dative", "dobj"} and lexicon.kind(child) == _AUDIENCE:
                return doc[anchor.i : child.i + 1].text if anchor.i < child.i else child.text
            if child.dep_ in {"prep", "dative"} and (child.lower_ in _CARRIES or child.lemma_.lower() == "accord"):
                found = _named(doc, child, lexicon, inside)
                if found:
                    return found
    return None


def _anchors(cue: Token) -> list[Token]:
    """The cue, the clause it is coordinated with, and participles beside it ("posting on …, described …")."""
    beside = [child for child in cue.children if child.dep_ in {"advcl", "acl"} and child.pos_ == "VERB"]
    subjects = [
        g for child in cue.children if child.dep_ == "nsubj" for g in child.children if g.dep_ in {"acl", "advcl"}
    ]
    above = [cue.head] if cue.dep_ in {"conj", "advcl", "xcomp"} and cue.head.pos_ == "VERB" else []
    return [cue, *beside, *subjects, *above]


def _named(doc: Doc, preposition: Token, lexicon: ChannelLexicon, inside: set[int]) -> str | None:
    for noun in _objects(preposition):
        if noun.i in inside:
            continue
        kind = lexicon.kind(noun)
        if kind == _AUDIENCE and preposition.lower_ == "to":
            return doc[preposition.i : noun.i + 1].text
        if kind:
            start = noun.left_edge.i
            while start < noun.i and (doc[start].dep_ in {"det", "poss", "case"} or doc[start].is_punct):
                start += 1
            return doc[start : noun.i + 1].text
    return None


def _objects(preposition: Token) -> list[Token]:
    direct = [c for c in preposition.children if c.dep_ == "pobj"]
    nested = [g for c in preposition.children if c.dep_ == "prep" for g in c.children if g.dep_ == "pobj"]
    return direct + nested
