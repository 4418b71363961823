"""Which act an attribution performs: Searle's classes, PARC3's attribution types, PLOVER codes.

"By the act performed, not by the verb alone": the cue's entry in `raw/lexicons/cues.csv` gives the default, the
frame of its complement may change it ("agreed to" promises, "agreed that" asserts), and so may what is conveyed
("reaffirmed their commitment to", "expressed concern over", "said that the West must …").
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from spacy.tokens import Doc, Token

from pipelines.extraction.contents import Candidate
from pipelines.extraction.lexicons import LEXICONS, read_rows

_NOMINAL_FRAMES = ("dobj", "subject", "attr", "oprd", "prep", "pcomp", "pass_subject", "noun")
_OBLIGATION = frozenset({"must", "should", "ought"})
_FUTURE = frozenset({"will", "would", "shall", "going"})
_BACKING = frozenset({"support", "backing", "assistance", "aid", "solidarity"})
_NOUN_CLAUSES = frozenset({"acl", "ccomp", "relcl", "advcl"})
_COPULAS = frozenset({"be", "remain", "stay"})
_NEEDS = frozenset({"need", "have"})

SameSide = Callable[[Token], bool]
"""Says of a clause's subject whether it is the speaker, or the side the speaker speaks for."""


@dataclass(frozen=True, slots=True)
class Act:
    """The three codes of one attribution."""

    attribution_type: str
    speech_act: str
    plover: str | None


@dataclass(frozen=True, slots=True)
class CueLexicon:
    """Codes by cue lemma and frame; acts by the noun that heads what is conveyed or announced."""

    cues: dict[tuple[str, str], Act]
    conveyed: dict[str, str]
    announced: dict[str, str]
    neutral: frozenset[str]
    talks: dict[str, str]
    """verbs of talking: "yes" where their object is the topic, "somebody" where it may be who is talked to"""
    performative: frozenset[str]
    addresses: frozenset[str]

    @classmethod
    def load(cls, folder: Path = LEXICONS) -> CueLexicon:
        """Read `cues.csv` and `content_acts.csv`."""
        rows = read_rows(folder / "cues.csv")
        cues = {
            (row["lemma"], row["frame"]): Act(row["attribution_type"], row["speech_act"], row["plover"] or None)
            for row in rows
        }
        nouns = read_rows(folder / "content_acts.csv")
        return cls(
            cues,
            conveyed={row["lemma"]: row["speech_act"] for row in nouns if row["speech_act"] and not row["cue"]},
            announced={row["lemma"]: row["speech_act"] for row in nouns if row["cue"] == "announce"},
            neutral=frozenset(row["lemma"] for row in rows if row["conveys"] == "yes"),
            talks={row["lemma"]: row["talks"] for row in rows if row["talks"]},
            performative=frozenset(row["lemma"] for row in rows if row["performative"] == "yes"),
            addresses=frozenset(row["lemma"] for row in (*rows, *nouns) if row["addresses"] == "yes"),
        )

    def act(self, doc: Doc, candidate: Candidate, same_side: SameSide) -> Act:
        """The codes of a chosen candidate."""
        lemma = doc[candidate.cue].lemma_.lower() if candidate.cue is not None else ""
        default = self._default(doc, candidate, lemma)
        head = _content_head(doc, candidate)
        if head.pos_ in {"NOUN", "PROPN"} and candidate.frame.startswith(_NOMINAL_FRAMES):
            return self._of_noun(lemma, head, default, same_side)
        if lemma in _COPULAS and head.lemma_.lower() in self.performative:
            return self.cues[head.lemma_.lower(), ""]
        if lemma == "hope" and _future(head) and _subject(head) is not None and not _is_own(head, same_side):
            return Act("eventuality", "directive", "REQUEST")
        if default.speech_act == "assertive" and default.attribution_type in {"assertion", "eventuality"}:
            return self._of_clause(head, default, same_side)
        return default

    def asserts(self, doc: Doc, candidate: Candidate) -> bool:
        """Whether the cue by itself only says (names, mentions), and does not want, see or believe."""
        lemma = doc[candidate.cue].lemma_.lower() if candidate.cue is not None else ""
        return self._default(doc, candidate, lemma).attribution_type == "assertion"

    def is_bare_topic(self, doc: Doc, candidate: Candidate) -> bool:
        """ "Discussed trade" says what the talk was about, not what was said; "discussed the need to …" says that."""
        kind = self.talks.get(doc[candidate.cue].lemma_.lower()) if candidate.cue is not None else None
        if kind == "somebody":
            return _is_only_called(doc, candidate)
        if kind is None:
            return False
        if candidate.frame in {"inf", "dobj_clause"}:
            return True
        head = _content_head(doc, candidate)
        return head.pos_ in {"NOUN", "PROPN", "PRON"} and head.lemma_.lower() not in self.conveyed

    def _default(self, doc: Doc, candidate: Candidate, lemma: str) -> Act:
        frame = _complement(doc, candidate)
        return self.cues.get((lemma, frame)) or self.cues.get((lemma, "")) or Act("assertion", "assertive", None)

    def _of_noun(self, lemma: str, head: Token, default: Act, same_side: SameSide) -> Act:
        """ "Reaffirmed their commitment to" promises, "expressed concern over" does not: the cue only conveys."""
        noun = head.lemma_.lower()
        announced = self.announced.get(noun) if lemma == "announce" else None
        conveyed = self.conveyed.get(noun) if lemma in self.neutral else None
        act = announced or conveyed
        if act is None or (act == "assertive" and default.speech_act == "expressive"):
            return default
        if noun == "hope" and any(_future(clause) for clause in _clauses(head)):
            act = "directive"
        if noun == "need" and any(_asks_another(clause, same_side) for clause in _clauses(head)):
            act = "directive"
        promised = "SUPPORT" if noun in _BACKING else "AGREE"
        plover = {"commissive": promised, "directive": "REQUEST"}.get(act, default.plover)
        return Act("eventuality" if act in {"commissive", "directive"} else default.attribution_type, act, plover)

    def _of_clause(self, head: Token, default: Act, same_side: SameSide) -> Act:
        """What a said clause does: "the West must …" asks, "we will …" promises, "I thank …" thanks."""
        subject = _subject(head)
        needs = head.lemma_ in _NEEDS and any(child.dep_ == "xcomp" for child in head.children)
        if _main_modal(head) in _OBLIGATION or (needs and subject is not None and subject.lower_ not in {"i", "we"}):
            return Act(default.attribution_type, "directive", default.plover or "REQUEST")
        if not _is_own(head, same_side):
            return default
        denied = any(child.dep_ == "neg" for child in head.children)
        if _future(head):
            inner = self.cues.get((_wish(head), ""))
            if inner is not None and inner.speech_act == "expressive":
                return Act(default.attribution_type, "expressive", inner.plover)
            return Act(default.attribution_type, "commissive", default.plover or ("REJECT" if denied else "AGREE"))
        predicate = _predicate(head)
        if predicate in self.performative and not denied and not _past(head, subject):
            own = self.cues[predicate, ""]
            return Act(default.attribution_type, own.speech_act, own.plover)
        return default


def _is_only_called(doc: Doc, candidate: Candidate) -> bool:
    """ "Called the prime minister on Tuesday" is a talk; "called him a friend" says something of him."""
    cue = doc[candidate.cue] if candidate.cue is not None else None
    if cue is None or not candidate.frame.startswith(("dobj", "tagged")):
        return False
    called = next((child for child in cue.children if child.dep_ == "dobj"), None)
    names = called is not None and called.ent_type_ == "PERSON"
    return names and not any(child.dep_ in {"oprd", "ccomp", "xcomp"} for child in cue.children)


def _complement(doc: Doc, candidate: Candidate) -> str:
    """The frame's name in the lexicon: "to", "that", a preposition, "obj", or "" where none applies."""
    frame = candidate.frame.removeprefix("pass_").removesuffix(">")
    first = doc[candidate.content[0][0]]
    if first.lower_ == "to" and first.tag_ == "TO":
        return "to"
    if frame.startswith(("prep_", "pcomp_")):
        return frame.split("_")[1]
    if frame.startswith("ccomp"):
        return "that"
    if (
        candidate.cue is not None
        and candidate.cue_range is not None
        and candidate.cue_range[1] - candidate.cue_range[0] > 1
    ):
        return doc[candidate.cue_range[1] - 1].lower_
    return "obj" if frame.startswith(("dobj", "subject", "oprd")) else ""


def _clauses(noun: Token) -> list[Token]:
    """The clauses that say what a noun is about; those of a passive hang on its verb ("Hope was expressed that …")."""
    own = [child for child in noun.children if child.dep_ in _NOUN_CLAUSES]
    return own or ([child for child in noun.head.children if child.dep_ == "ccomp"] if noun.dep_ == "nsubjpass" else [])


def _asks_another(clause: Token, same_side: SameSide) -> bool:
    """ "The need for the neighbours to reopen the border" asks them to; "the need to reopen" says how things are."""
    subject = _subject(clause)
    return subject is not None and not same_side(subject)


def _content_head(doc: Doc, candidate: Candidate) -> Token:
    start, end = candidate.content[0]
    return doc[start:end].root


def _main_modal(head: Token) -> str:
    for child in head.children:
        if child.dep_ == "aux" and child.i < head.i and (child.tag_ == "MD" or child.lower_ == "going"):
            return "will" if child.lower_ in {"'ll", "’ll", "wo"} else child.lower_
    return ""


def _subject(head: Token) -> Token | None:
    return next((child for child in head.children if child.dep_ in {"nsubj", "nsubjpass"}), None)


def _is_own(head: Token, same_side: SameSide) -> bool:
    subject = _subject(head)
    return subject is not None and same_side(subject)


def _future(head: Token) -> bool:
    return _main_modal(head) in _FUTURE


def _wish(head: Token) -> str:
    """The verb under "would like to": "would like to thank" thanks."""
    if head.lemma_ in {"like", "love", "want"}:
        return next((child.lemma_.lower() for child in head.children if child.dep_ == "xcomp"), head.lemma_)
    return head.lemma_.lower()


def _predicate(head: Token) -> str:
    """The verb, or the adjective that a copula carries ("is ready to", "remains open to")."""
    if head.lemma_ in _COPULAS:
        return next((child.lemma_.lower() for child in head.children if child.dep_ == "acomp"), head.lemma_)
    return _wish(head)


def _past(head: Token, subject: Token | None) -> bool:
    """True where the speaker tells of an earlier act ("we asked them"): reported speech only backshifts."""
    return head.tag_ == "VBD" and subject is not None and subject.lower_ in {"i", "we"}
