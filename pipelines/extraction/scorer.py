"""The learned part of attribution: three logistic models over named features, and how candidates become choices.

`found` says how likely a candidate is an attribution at all, `shape` which of one cue's candidates has the right
boundaries; `among` judges once more whether it is one, now that it is known how likely the others are: those of its
cue, those over the same words, those that it stands in or that stand in it. Weights are read from a JSON file that
`training/` writes; nothing is learned here.
"""

from __future__ import annotations

import json
import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

from pipelines.extraction.contents import Candidate

MODEL = Path(__file__).with_name("models") / "attribution.json"
_BY_FORM = {"turn": 0.8, "signed": 0.85}
"""Turns of a transcript and signed quotations are told by their form; the news that the models learned from has few."""
_SAME_CONTENT = 0.5
"""Two contents with this Dice or more are rivals for one attribution."""
_HOPELESS = 0.05
"""Candidates less likely than this are not judged once more."""
_ODDS = (-3.0, -2.2, -1.5, -1.0, -0.6, -0.2, 0.2, 0.6, 1.0, 1.5, 2.2, 3.0, 4.0, 5.0)
_MOST_RIVALS, _WORDS_A_STEP, _MOST_STEPS = 12, 4, 12


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
    """The three models, the threshold of the last, and the nouns and adjectives that may be cues."""

    found: LogisticModel
    shape: LogisticModel
    among: LogisticModel
    threshold: float
    cue_words: frozenset[str]

    @classmethod
    def load(cls, path: Path = MODEL) -> AttributionModel:
        """Read a model file. Raises `FileNotFoundError` or `KeyError` where it is missing or of another form."""
        data = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            found=LogisticModel(_shared(data["found"])),
            shape=LogisticModel(_shared(data["shape"])),
            among=LogisticModel(_shared(data["among"])),
            threshold=data["threshold"],
            cue_words=frozenset(data["cue_words"]),
        )


def _shared(weights: Mapping[str, float]) -> dict[str, float]:
    """The weights, equal ones as one object: a few thousand stay in the processor's cache where all would not."""
    known: dict[float, float] = {}
    return {name: known.setdefault(weight, weight) for name, weight in weights.items()}


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
    groups = rivals(candidates)
    found, shape = _alone(names, model.found, model.shape)
    for n, others in _standing(candidates, groups, names, found, shape).items():
        found[n] = model.among.probability(others)
    by_form = frozenset(_told_by_form(candidates))
    for n in by_form:
        found[n] = max(found[n], _BY_FORM[candidates[n].frame])
        shape.setdefault(n, model.shape.probability(names[n]))
    winners: list[tuple[float, int]] = []
    for group in groups:
        known = [n for n in group if n in shape]
        best = max(known, key=lambda n: (found[n] * shape[n], -n), default=None)
        if best is not None and found[best] >= model.threshold:
            winners.append((found[best], best))
    # What its form tells goes first: in a transcript's turn, "Thank you for …" is part of what is said.
    winners.sort(key=lambda pair: (pair[1] not in by_form, -pair[0], pair[1]))
    chosen = _side_by_side(candidates, [n for _, n in winners])
    ordered = sorted(chosen, key=lambda n: candidates[n].content)
    return [Choice(candidates[n], found[n], shape[n]) for n in ordered]


def _side_by_side(candidates: Sequence[Candidate], winners: Sequence[int]) -> list[int]:
    """The winners, best first, without those over a content that is taken or inside another's."""
    kept: dict[int, frozenset[int]] = {}
    holders: dict[int, list[int]] = defaultdict(list)
    for n in winners:
        words = _tokens(candidates[n])
        if all(_compatible(words, kept[other]) for other in _holding(words, holders)):
            kept[n] = words
            for i in words:
                holders[i].append(n)
    return [
        n
        for n, words in kept.items()
        if not holders.get(_cue(candidates[n])) and not any(words < kept[other] for other in _holding(words, holders))
    ]


def _holding(words: frozenset[int], holders: Mapping[int, Sequence[int]]) -> set[int]:
    """Who holds any of these words."""
    return set().union(*(holders[i] for i in words if i in holders))


def _cue(candidate: Candidate) -> int:
    """The cue's token, or one that no text has."""
    return -1 if candidate.cue is None else candidate.cue


def _alone(
    names: Sequence[Sequence[str]], found: LogisticModel, shape: LogisticModel
) -> tuple[list[float], dict[int, float]]:
    """What the first two models say of each candidate by itself; of its shape only where it may be one."""
    likely = [found.probability(f) for f in names]
    return likely, {n: shape.probability(names[n]) for n, p in enumerate(likely) if p >= _HOPELESS}


def standing_of(
    candidates: Sequence[Candidate], names: Sequence[Sequence[str]], found: LogisticModel, shape: LogisticModel
) -> dict[int, list[str]]:
    """The features that `among` is to see of the candidates that may be one, for training."""
    return _standing(candidates, rivals(candidates), names, *_alone(names, found, shape))


def _standing(
    candidates: Sequence[Candidate],
    groups: Sequence[Sequence[int]],
    names: Sequence[Sequence[str]],
    found: Sequence[float],
    shape: Mapping[int, float],
) -> dict[int, list[str]]:
    """The features that `among` sees of each candidate with a `shape`: how likely it is itself, and the others."""
    odds = {n: _log_odds(found[n]) for n in shape}
    hopeful = [known for group in groups if (known := [n for n in group if n in shape])]
    group_of = {n: number for number, group in enumerate(hopeful) for n in group}
    best = [max(group, key=lambda n: found[n] * shape[n]) for group in hopeful]
    words = {n: _tokens(candidates[n]) for n in shape}
    covering: dict[int, list[int]] = defaultdict(list)
    for number, n in enumerate(best):
        for i in words[n]:
            covering[i].append(number)
    out = {}
    for n in shape:
        candidate, group = candidates[n], hopeful[group_of[n]]
        near = _holding(words[n], covering)
        near.update(covering.get(_cue(candidate), ()))
        others: dict[str, float] = {}
        for other in sorted(best[number] for number in near - {group_of[n]}):
            relation = _relation(candidate, words[n], candidates[other], words[other])
            if relation:
                others[relation] = max(others.get(relation, -math.inf), odds[other])
        ahead = max(odds[m] for m in group) - odds[n]
        length = min(len(words[n]) // _WORDS_A_STEP, _MOST_STEPS)
        itself = _itself(odds[n], _log_odds(shape[n]), ahead, min(len(group), _MOST_RIVALS), length)
        out[n] = itself + _beside_others(odds[n], others) + _seen_again(odds[n], names[n])
    return out


def _itself(odds: float, shape: float, ahead: float, rivals: int, length: int) -> list[str]:
    level = _step(odds)
    return [
        "bias",
        f"is={level}",
        f"shape={_step(shape)}",
        f"is={level}|shape={_step(shape) // 2}",
        f"is={level}|rivals={rivals}",
        f"is={level}|ahead={_step(ahead)}",
        f"is={level}|len={length}",
    ]


def _beside_others(odds: float, others: Mapping[str, float]) -> list[str]:
    """The likeliest candidates over the same words, around them and inside them, by relation."""
    out, level = [], _step(odds)
    for relation in ("same", "within", "holds"):
        theirs = _step(others[relation]) if relation in others else None
        ahead = _step(others[relation] - odds) if relation in others else None
        out += [
            f"{relation}={theirs}",
            f"{relation}={theirs}|is={level}",
            f"{relation}_ahead={ahead}|is={level // 2}",
        ]
    return out


def _seen_again(odds: float, names: Sequence[str]) -> list[str]:
    """What the first models saw, crossed with how likely these made it."""
    out, level = [], _step(odds)
    for name in names:
        if name.startswith("e_"):
            out += [name, f"{name}|is={level // 2}"]
        elif name.startswith(("frame=", "quotes=", "runs=")) and "|" not in name:
            out.append(f"{name}|is={level}")
    return out


def _relation(one: Candidate, words: frozenset[int], other: Candidate, others: frozenset[int]) -> str | None:
    if not _compatible(words, others):
        return "same"
    if words < others or one.cue in others:
        return "within"
    return "holds" if others < words or other.cue in words else None


def _log_odds(probability: float) -> float:
    kept = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(kept / (1 - kept))


def _step(odds: float) -> int:
    return bisect_right(_ODDS, odds)


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
