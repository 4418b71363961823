"""The words that make a commitment, read from `raw/lexicons/`: cues, their frames, who can promise, what governs.

A cue row says in which frame a word commits its subject: `inf` (agreed to meet), `ger` (ruled out joining), `that`
(pledged that it will pay), `np` (signed a treaty), `obj_inf` (ordered its army to leave), `prep:to` (committed to
peace), `would` (would like to help), `now` (is sending aid), `dated` (meets on Friday).
Firmness and polarity are the codebook's. This module holds no rule about sentences: see `commitment_frames`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from spacy.tokens import Token

from pipelines.extraction.lexicons import LEXICONS, read_rows

FIRMNESS = ("considering", "willing", "intended", "pledged", "agreed", "enacted")
POLARITY = ("do", "refrain")


@dataclass(frozen=True, slots=True)
class Cue:
    """One word in one frame: how firmly it binds, and which objects it needs (`any`, `ger`, a class of nouns; for
    infinitives `act`: only what somebody does, not what befalls them, or `self`: only of oneself or negated)."""

    phrase: str
    pos: str
    frame: str
    firmness: str
    polarity: str
    objects: str
    act: str
    """What is promised where the complement is a noun: a verb, `deed` for the noun's own verb, empty for the cue's."""


@dataclass(frozen=True)
class CommitmentLexicon:
    """All that the commitment rules know of words."""

    cues: dict[tuple[str, str], tuple[Cue, ...]]
    """(part of speech, lemma or form) -> its frames"""
    object_classes: dict[str, frozenset[str]]
    deeds: dict[str, str]
    """noun -> the verb it is made of (renewal -> renew)"""
    actors: dict[str, str]
    """noun -> whom it stands for where nobody is named: itself, the speaker's state, both sides of the event"""
    nonvolitional: dict[str, str]
    """verb -> voice (any, passive) in which it tells what happens, not what somebody does"""
    governors: dict[str, frozenset[str]]
    """kind of governing word (affirm, mention, request, expectation, ...) -> lemmas"""

    log_odds: dict[str, float]
    """observation about a row -> how much it speaks for the row being right"""

    def frames(self, pos: str, *forms: str) -> tuple[Cue, ...]:
        """The frames of the first form that is a cue of this part of speech."""
        for form in forms:
            if found := self.cues.get((pos, form)):
                return found
        return ()

    def happens_to(self, lemma: str, passive: bool) -> bool:
        """Whether a verb tells what befalls its subject: no will can promise it."""
        voice = self.nonvolitional.get(lemma)
        return voice == "any" or (passive and voice == "passive")

    def manages_talk(self, lemma: str) -> bool:
        """Whether a verb only says what is said next where speakers use it of themselves ("I will recall that …")."""
        return self.nonvolitional.get(lemma) == "talk"

    def governs(self, kind: str, word: Token) -> bool:
        """Whether a word is a governor of this kind, by its lemma or (where lemmatizers err) by its form."""
        lemmas = self.governors.get(kind, frozenset())
        return word.lemma_.lower() in lemmas or word.lower_ in lemmas


def _check(cue: Cue, path: Path) -> Cue:
    if cue.firmness not in FIRMNESS or cue.polarity not in POLARITY:
        raise ValueError(f"{path.name}: unknown firmness or polarity in the row of {cue.phrase!r} ({cue.frame})")
    return cue


@cache
def load_lexicon(folder: Path = LEXICONS) -> CommitmentLexicon:
    """Read the commitment lexicons from a folder; ValueError where a row has a code the codebook lacks."""
    cues: dict[tuple[str, str], list[Cue]] = defaultdict(list)
    path = folder / "commitment_cues.csv"
    for row in read_rows(path):
        cue = Cue(row["cue"], row["pos"], row["frame"], row["firmness"], row["polarity"], row["objects"], row["act"])
        cues[cue.pos, cue.phrase].append(_check(cue, path))
    objects = read_rows(folder / "commitment_objects.csv")
    governors: dict[str, set[str]] = defaultdict(set)
    for row in read_rows(folder / "commitment_governors.csv"):
        governors[row["kind"]].add(row["lemma"])
    return CommitmentLexicon(
        cues={key: tuple(rows) for key, rows in cues.items()},
        object_classes={row["noun"]: frozenset(row["classes"].split()) for row in objects},
        deeds={row["noun"]: row["verb"] for row in objects if row["verb"]},
        actors={row["noun"]: row["stands_for"] for row in read_rows(folder / "commitment_actors.csv")},
        nonvolitional={row["verb"]: row["voice"] for row in read_rows(folder / "nonvolitional_verbs.csv")},
        log_odds={
            row["observation"]: float(row["log_odds"]) for row in read_rows(folder / "commitment_confidence.csv")
        },
        governors={kind: frozenset(lemmas) for kind, lemmas in governors.items()},
    )
