"""The learned part of attribution: two logistic models over named features, and how candidates become choices.

`found` says how likely a candidate is an attribution at all, `shape` which of one cue's candidates has the right
boundaries. Weights are read from a JSON file that `training/` writes; nothing is learned here.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

from pipelines.extraction.contents import Candidate

MODEL = Path(__file__).with_name("models") / "attribution.json"
_BY_FORM = {"turn": 0.8, "signed": 0.85}
"""Turns of a transcript and signed quotations are told by their form; the news that the models learned from has few."""
_SAME_CONTENT = 0.5
"""Two contents with this Dice or more are rivals for one attribution."""


@dataclass(frozen=True, slots=True)
class LogisticModel:
    """Weights by feature name; the bias is a feature like the others."""

    weights: dict[str, float]

    def probability(self, names: Sequence[str]) -> float:
        """The probability of the positive class, in (0, 1)."""
        total = sum(map(self.weights.get, names, repeat(0.0)))
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


@dataclass(frozen=True, slots=True)
class AttributionModel:
    """The two models, the threshold of `found`, and the nouns and adjectives that may be cues."""

    found: LogisticModel
    shape: LogisticModel
    threshold: float
    cue_words: frozenset[str]

    @classmethod
    def load(cls, path: Path = MODEL) -> AttributionModel:
        """Read a model file. Raises `FileNotFoundError` or `KeyError` where it is missing or of another form."""
        data = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            found=LogisticModel(data["found"]),
            shape=LogisticModel(data["shape"]),
            threshold=data["threshold"],
            cue_words=frozenset(data["cue_words"]),
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """A candidate that won: how likely it is an attribution, and how likely its boundaries are right."""

    candidate: Candidate
    probability: float
    shape: float


def choose(candidates: Sequence[Candidate], names: Sequence[Sequence[str]], model: AttributionModel) -> list[Choice]:
    """The best candidate of each cue, without rivals over one content or attributions inside another's content.

    The codebook counts "He said the US believes …" as one row: what stands inside a chosen content is dropped.
    """
    found = [model.found.probability(f) for f in names]
    by_form = frozenset(_told_by_form(candidates))
    for n in by_form:
        found[n] = max(found[n], _BY_FORM[candidates[n].frame])
    winners: list[tuple[float, int]] = []
    for group in rivals(candidates):
        if all(found[n] < model.threshold for n in group):  # whichever has the best shape, it would not be kept
            continue
        best = max(group, key=lambda n: (found[n] * model.shape.probability(names[n]), -n))
        if found[best] >= model.threshold:
            winners.append((found[best], best))
    # What its form tells goes first: in a transcript's turn, "Thank you for …" is part of what is said.
    winners.sort(key=lambda pair: (pair[1] not in by_form, -pair[0], pair[1]))
    kept: list[tuple[float, int, frozenset[int]]] = []
    for probability, n in winners:
        words = _tokens(candidates[n])
        if all(_compatible(words, other) for _, _, other in kept):
            kept.append((probability, n, words))
    chosen = [
        (p, n) for p, n, words in kept if not any(words < other or candidates[n].cue in other for _, _, other in kept)
    ]
    ordered = sorted(chosen, key=lambda pair: candidates[pair[1]].content)
    return [Choice(candidates[n], p, model.shape.probability(names[n])) for p, n in ordered]


def rivals(candidates: Sequence[Candidate]) -> list[list[int]]:
    """The numbers of candidates whose cues share a word, group by group; one without a cue is a group of its own."""
    groups: dict[tuple[str, int], list[int]] = defaultdict(list)
    owner: dict[int, tuple[str, int]] = {}
    for n, candidate in enumerate(candidates):
        if candidate.cue is None or candidate.cue_range is None:
            groups["turn", n].append(n)
            continue
        key = next((owner[i] for i in range(*candidate.cue_range) if i in owner), ("cue", candidate.cue))
        for i in range(*candidate.cue_range):
            owner.setdefault(i, key)
        groups[key].append(n)
    return list(groups.values())


def _told_by_form(candidates: Sequence[Candidate]) -> list[int]:
    """Signed quotations, and turns where at least two stand in one article: a single "Name: …" may be a headline."""
    turns = [n for n, candidate in enumerate(candidates) if candidate.frame == "turn"]
    signed = [n for n, candidate in enumerate(candidates) if candidate.frame == "signed"]
    return signed + (turns if len(turns) > 1 else [])


def _tokens(candidate: Candidate) -> frozenset[int]:
    return frozenset(i for start, end in candidate.content for i in range(start, end))


def _compatible(one: frozenset[int], other: frozenset[int]) -> bool:
    return 2 * len(one & other) < _SAME_CONTENT * (len(one) + len(other))
