"""Fit the confidence of commitments: `python -m training.commitments SHARED [--cross-validate]`.

A logistic regression with a ridge over the observations of `pipelines.extraction.commitments`, on the articles
annotated after the codebook. A row is right where its span shares at least half its words with an annotated one (Dice)
and committer, firmness, polarity and amount are the annotated ones. Holds out an eighth of the articles at a time,
prints how often held-out rows of each confidence are right and, unless `--cross-validate`, writes the weights to
`raw/lexicons/commitment_confidence.csv`.
"""

from __future__ import annotations

import argparse
import csv
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from pipelines.extraction.commitments import observed_commitments
from pipelines.extraction.dates import find_times
from pipelines.extraction.extractor import Extractor
from pipelines.extraction.parse import parse
from pipelines.extraction.quantities import find_quantities
from pipelines.intake.intake import read_file
from pipelines.intake.records import ParsedDocument
from pipelines.intake.sources import find_inputs
from pipelines.records import Article, Commitment, Leader, Span
from pipelines.settings import LEXICONS, REFERENCE
from training.corpora import locate

WEIGHTS = LEXICONS / "commitment_confidence.csv"
ARTICLES = Path(__file__).resolve().parents[1] / "raw" / "articles"
FOLDS, REPEATS = 8, 4
RIDGE = 4.0
"""Held-out likelihood is best here, and held-out rows of confidence .9 are right nine times in ten."""
LEAST_COUNT = 4
BIAS = "bias"
LEVELS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9)
_WORD = re.compile(r"\w+(?:['’.\-]\w+)*")

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """One row: its article, what was observed, and whether it is right."""

    article: str
    names: tuple[str, ...]
    right: bool


def read_examples(shared: Path, extractor: Extractor) -> Iterator[Example]:
    """Every row that the extraction finds in the annotated articles, judged by their annotations."""
    gold = {}
    for path in sorted((shared / "gold" / "dev").glob("*.yaml")):
        entry = yaml.safe_load(path.read_text(encoding="utf-8"))
        gold[entry["article"]] = entry
    articles = [a for raw in (shared / "gold" / "raw", ARTICLES) for a in _articles(raw) if a.article_id in gold]
    for article, doc in parse(extractor.nlp, articles):
        linked = extractor.linker.link(doc, article)
        times = find_times(doc, article.published_on)
        (reading,) = extractor.encoder.read([article.text])
        statements = extractor.attribution.find_statements(doc, reading, linked, times)
        rows = observed_commitments(
            doc, article, linked, statements, times, find_quantities(doc), extractor.commitments
        )
        right = judge(article.text, [row for row, _ in rows], gold[article.article_id], linked.leaders)
        for (_, names), good in zip(rows, right, strict=True):
            yield Example(article.article_id, tuple(names), good)


def _articles(raw: Path) -> Iterator[Article]:
    for file in find_inputs(raw):
        for outcome in read_file(file, raw):
            if isinstance(outcome, ParsedDocument):
                name = Path(outcome.source_path).name
                published = outcome.published_at.date() if outcome.published_at else None
                yield Article(name, outcome.text, outcome.title, published, outcome.publisher, outcome.url)


def judge(text: str, rows: Sequence[Commitment], gold: dict[str, Any], leaders: Sequence[Leader]) -> list[bool]:
    """Whether each row is right: matched one to one with an annotated row, best overlap first, and equal to it."""
    wanted = gold.get("commitments") or []
    ids = {entry["name"]: entry.get("qid") or f"local:{entry['name']}" for entry in gold.get("leaders") or []}
    found_as = {leader.leader_id: _annotated_id(leader, ids) for leader in leaders}
    gold_words = [_words(text, locate(text, row["text"])) for row in wanted]
    row_words = [_words(text, row.spans) for row in rows]
    overlaps = sorted(
        ((_dice(g, r), i, j) for i, g in enumerate(gold_words) for j, r in enumerate(row_words)), reverse=True
    )
    right, used_gold, used_rows = [False] * len(rows), set(), set()
    for overlap, i, j in overlaps:
        if overlap >= 0.5 and i not in used_gold and j not in used_rows:
            used_gold.add(i)
            used_rows.add(j)
            right[j] = _same(rows[j], wanted[i], ids, found_as)
    return right


def _annotated_id(leader: Leader, ids: dict[str, str]) -> str:
    names = {name.casefold() for name in (leader.name, *leader.aliases)}
    local = (i for name, i in ids.items() if i.startswith("local:") and name.casefold() in names)
    return next(local, leader.leader_id)


def _same(row: Commitment, gold: dict[str, Any], ids: dict[str, str], found_as: dict[str, str]) -> bool:
    wanted = {ids.get(name, name) for name in gold.get("committer_leaders") or []}
    committer = row.committer_referent
    if wanted:
        who = {found_as.get(i, i) for i in committer.leader_ids} == wanted
    else:
        who = set(committer.countries) == set(gold.get("committer_countries") or [])
    amount = gold.get("quantity")
    if amount is None or row.quantity is None:
        same_amount = amount is None and row.quantity is None
    else:
        value = float(amount["value"])
        same_amount = abs(row.quantity.value - value) <= 1e-6 * abs(value) and row.quantity.unit == amount["unit"]
    firm = row.firmness == gold["firmness"] and row.polarity == gold.get("polarity", "do")
    return who and firm and same_amount


def _words(text: str, spans: Sequence[Span]) -> frozenset[int]:
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


def confidence(names: Sequence[str], log_odds: dict[str, float]) -> float:
    """The probability that a row with these observations is right."""
    return float(1 / (1 + np.exp(-sum(log_odds.get(name, 0.0) for name in names))))


def cross_validate(examples: Sequence[Example]) -> list[tuple[float, bool]]:
    """Confidence of every row by weights that have not seen its article, and whether it is right, over all repeats."""
    found = []
    articles = sorted({example.article for example in examples})
    for repeat in range(REPEATS):
        shuffled = random.Random(repeat).sample(articles, len(articles))
        for k in range(FOLDS):
            held_out = set(shuffled[k::FOLDS])
            log_odds = fit([example for example in examples if example.article not in held_out])
            found += [(confidence(e.names, log_odds), e.right) for e in examples if e.article in held_out]
    return found


def write(log_odds: dict[str, float], examples: Sequence[Example], path: Path) -> None:
    """One row an observation: its log-odds, in how many rows it was seen, and how many of these were right."""
    seen = Counter(name for example in examples for name in example.names)
    right = Counter(name for example in examples if example.right for name in example.names)
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["observation", "log_odds", "seen", "right"])
        rows.writerows([name, f"{weight:.3f}", seen[name], right[name]] for name, weight in log_odds.items())


def main() -> int:
    """Fit and write the weights, and print what held-out articles say of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--cross-validate", action="store_true")
    arguments = parser.parse_args()
    examples = list(read_examples(arguments.shared, Extractor.load(REFERENCE, LEXICONS)))
    if not arguments.cross_validate:
        write(fit(examples), examples, WEIGHTS)
    found = cross_validate(examples)
    for level in LEVELS:
        rows = [right for p, right in found if p >= level]
        if rows:
            share = sum(rows) / len(rows)
            print(f"confidence >= {level:.2f}: {len(rows) / REPEATS:.0f} of {len(examples)} rows, {share:.3f} right")
    return 0


if __name__ == "__main__":
    sys.exit(main())
