"""What the confidence of rows is learned with: judged examples in, log-odds of observations out."""

from __future__ import annotations

import csv
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from pipelines.extraction.confidence import probability
from pipelines.intake.intake import read_file
from pipelines.intake.records import ParsedDocument
from pipelines.intake.sources import find_inputs
from pipelines.records import Article, Leader, Span

BUNDLED = Path(__file__).resolve().parents[1] / "raw" / "articles"
FOLDS, REPEATS = 8, 4
RIDGE = 4.0
"""Held-out likelihood is best here, and held-out rows of confidence .9 are right nine times in ten."""
LEAST_COUNT = 4
BIAS = "bias"
STEPS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0001)
LEVELS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9)
_WORD = re.compile(r"\w+(?:['’.\-]\w+)*")

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """One row: its article, what was observed, and whether it is right."""

    article: str
    names: tuple[str, ...]
    right: bool


def read_annotated(shared: Path) -> Iterator[tuple[Article, dict[str, Any]]]:
    """The articles annotated after the codebook, as a run takes them in, with their annotations."""
    gold = {}
    for path in sorted((shared / "gold" / "dev").glob("*.yaml")):
        entry = yaml.safe_load(path.read_text(encoding="utf-8"))
        gold[entry["article"]] = entry
    for raw in (shared / "gold" / "raw", BUNDLED):
        for article in _articles(raw):
            if article.article_id in gold:
                yield article, gold.pop(article.article_id)


def _articles(raw: Path) -> Iterator[Article]:
    for file in find_inputs(raw):
        for outcome in read_file(file, raw):
            if isinstance(outcome, ParsedDocument):
                name = Path(outcome.source_path).name
                yield Article(name, outcome.text, outcome.title, outcome.published_on, outcome.publisher, outcome.url)


def ids_of(gold: dict[str, Any]) -> dict[str, str]:
    """The ids by which an annotation's leaders are compared: QIDs, else names."""
    return {entry["name"]: entry.get("qid") or f"local:{entry['name']}" for entry in gold.get("leaders") or []}


def annotated_id(leader: Leader, ids: dict[str, str]) -> str:
    """The id by which a found leader is compared: one without a QID in the annotation goes by its name."""
    names = {name.casefold() for name in (leader.name, *leader.aliases)}
    local = (i for name, i in ids.items() if i.startswith("local:") and name.casefold() in names)
    return next(local, leader.leader_id)


def matched(gold: Sequence[frozenset[int]], rows: Sequence[frozenset[int]]) -> Iterator[tuple[int, int]]:
    """Pairs of an annotated and a found row that share at least half their words, one to one, best overlap first."""
    overlaps = sorted(((_dice(g, r), i, j) for i, g in enumerate(gold) for j, r in enumerate(rows)), reverse=True)
    used_gold: set[int] = set()
    used_rows: set[int] = set()
    for overlap, i, j in overlaps:
        if overlap >= 0.5 and i not in used_gold and j not in used_rows:
            used_gold.add(i)
            used_rows.add(j)
            yield i, j


def words_in(text: str, spans: Sequence[Span]) -> frozenset[int]:
    """Where the words of `spans` start."""
    return frozenset(match.start() for start, end in spans for match in _WORD.finditer(text, start, end))


def _dice(one: frozenset[int], other: frozenset[int]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


def fit(examples: Sequence[Example]) -> dict[str, float]:
    """The log-odds of each observation that is common enough, by Newton's method."""
    seen = Counter(name for example in examples for name in example.names)
    names = [BIAS, *sorted(name for name, n in seen.items() if n >= LEAST_COUNT and name != BIAS)]
    x = np.array([[float(name in example.names) for name in names] for example in examples])
    y = np.array([float(example.right) for example in examples])
    ridge = np.full(len(names), RIDGE)
    ridge[0] = 1e-3
    weights: Floats = np.zeros(len(names))
    for _ in range(30):
        p = 1 / (1 + np.exp(-(x @ weights)))
        step = np.linalg.solve((x.T * (p * (1 - p))) @ x + np.diag(ridge), x.T @ (p - y) + ridge * weights)
        weights = weights - step
        if float(np.abs(step).max()) < 1e-6:
            break
    return dict(zip(names, (float(w) for w in weights), strict=True))


def cross_validate(examples: Sequence[Example]) -> list[tuple[str, float, bool]]:
    """Article, confidence by weights that have not seen it, and rightness of every row, over all repeats."""
    found = []
    articles = sorted({example.article for example in examples})
    for repeat in range(REPEATS):
        shuffled = random.Random(repeat).sample(articles, len(articles))
        for k in range(FOLDS):
            held_out = set(shuffled[k::FOLDS])
            log_odds = fit([example for example in examples if example.article not in held_out])
            found += [(e.article, probability(e.names, log_odds), e.right) for e in examples if e.article in held_out]
    return found


def write(log_odds: dict[str, float], examples: Sequence[Example], path: Path) -> None:
    """One row an observation: its log-odds, in how many rows it was seen, and how many of these were right."""
    seen = Counter(name for example in examples for name in example.names)
    right = Counter(name for example in examples if example.right for name in example.names)
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["observation", "log_odds", "seen", "right"])
        rows.writerows([name, f"{weight:.3f}", seen[name], right[name]] for name, weight in log_odds.items())


def bands_of(rows: Sequence[tuple[float, bool]]) -> Iterator[tuple[float, int, float]]:
    """Mean confidence, number of rows and share that is right, from one step of confidence to the next."""
    for low, high in pairwise(STEPS):
        inside = [(confidence, right) for confidence, right in rows if low <= confidence < high]
        if inside:
            mean = sum(confidence for confidence, _ in inside) / len(inside)
            yield mean, len(inside), sum(right for _, right in inside) / len(inside)


def report(examples: Sequence[Example]) -> None:
    """Print how often held-out rows of each confidence are right."""
    found = cross_validate(examples)
    for level in LEVELS:
        rows = [right for _, p, right in found if p >= level]
        if rows:
            share = sum(rows) / len(rows)
            print(f"confidence >= {level:.2f}: {len(rows) / REPEATS:.0f} of {len(examples)} rows, {share:.3f} right")
