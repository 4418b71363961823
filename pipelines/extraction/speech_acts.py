"""Which act an attribution performs: Searle's classes, PARC3's attribution types, PLOVER codes.

"By the act performed, not by the verb alone": the cue's entry in `raw/lexicons/cues.csv` gives the default, the
frame of its complement may change it ("agreed to" promises, "agreed that" asserts), and so may what is conveyed
("reaffirmed their commitment to", "expressed concern over", "said that the West must …").
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from spacy.tokens import Doc, Token

from pipelines.extraction.candidates import Candidate
from pipelines.extraction.lexicons import LEXICONS, read_rows

_NOMINAL_FRAMES = ("dobj", "subject", "attr", "oprd", "prep", "pcomp", "pass_subject", "noun")
_FIRST_PERSON = frozenset({"i", "we"})
_OBLIGATION = frozenset({"must", "should", "ought"})


@dataclass(frozen=True, slots=True)
class Act:
    """The three codes of one attribution."""

    attribution_type: str
    speech_act: str
    plover: str | None


@dataclass(frozen=True, slots=True)
class CueLexicon:
    """Codes by cue lemma and frame, and speech acts by the noun that heads a content."""

    cues: dict[tuple[str, str], Act]
    nouns: dict[str, str]

    @classmethod
    def load(cls, folder: Path = LEXICONS) -> CueLexicon:
        """Read `cues.csv` and `content_acts.csv`."""
        cues = {
            (row["lemma"], row["frame"]): Act(row["attribution_type"], row["speech_act"], row["plover"] or None)
            for row in read_rows(folder / "cues.csv")
        }
        nouns = {row["lemma"]: row["speech_act"] for row in read_rows(folder / "content_acts.csv")}
        return cls(cues, nouns)

    def act(self, doc: Doc, candidate: Candidate) -> Act:
        """The codes of a chosen candidate."""
        if candidate.cue is None:
            return self._of_words(doc, candidate, Act("assertion", "assertive", None))
        lemma = doc[candidate.cue].lemma_.lower()
        frame = _complement(doc, candidate)
        default = self.cues.get((lemma, frame)) or self.cues.get((lemma, "")) or Act("assertion", "assertive", None)
        return self._of_words(doc, candidate, default)

    def _of_words(self, doc: Doc, candidate: Candidate, act: Act) -> Act:
        """What is conveyed overrides a cue that only says that something was conveyed."""
        head = _content_head(doc, candidate)
        noun = self.nouns.get(head.lemma_.lower()) if head.pos_ == "NOUN" and candidate.frame.startswith(_NOMINAL_FRAMES) else None
        if noun and act.speech_act in {"assertive", "expressive"} and act.attribution_type != "belief":
            plover = {"commissive": "SUPPORT", "directive": "REQUEST"}.get(noun, act.plover)
            return Act("eventuality" if noun in {"commissive", "directive"} else act.attribution_type, noun, plover)
        if act.speech_act != "assertive" or act.attribution_type not in {"assertion", "eventuality"}:
            return act
        modal = _main_modal(head)
        subject = next((c for c in head.children if c.dep_ in {"nsubj", "nsubjpass"}), None)
        if modal in _OBLIGATION or (modal == "have" and subject is not None):
            return Act(act.attribution_type, "directive", "REQUEST")
        if modal in {"will", "going"} and subject is not None and subject.lower_ in _FIRST_PERSON:
            return Act(act.attribution_type, "commissive", act.plover)
        return act


def _complement(doc: Doc, candidate: Candidate) -> str:
    """The frame's name in the lexicon: "to", "that", a preposition, "obj", or "" where none applies."""
    frame = candidate.frame.removeprefix("pass_")
    first = doc[candidate.content[0][0]]
    if first.lower_ == "to" and first.tag_ == "TO":
        return "to"
    if frame.startswith(("prep_", "pcomp_")):
        return frame.split("_")[1]
    if frame.startswith("ccomp"):
        return "that"
    if candidate.cue is not None and candidate.cue_range is not None and candidate.cue_range[1] - candidate.cue_range[0] > 1:
        return doc[candidate.cue_range[1] - 1].lower_
    return "obj" if frame.startswith(("dobj", "subject", "oprd")) else ""


def _content_head(doc: Doc, candidate: Candidate) -> Token:
    start, end = candidate.content[0]
    return doc[start:end].root


def _main_modal(head: Token) -> str:
    for child in head.children:
        if child.dep_ == "aux" and child.i < head.i and (child.tag_ == "MD" or child.lower_ == "going"):
            return "will" if child.lower_ in {"'ll", "’ll", "wo"} else child.lower_
    return ""
