"""Fit the scorer of attributions: `python -m training.attribution DATA.jsonl --readers FOLD0.onnx FOLD1.onnx`.

Three L2-regularised logistic regressions: two over the features of `pipelines.extraction.features`, and one over what
these two say of all candidates of an article. They learn from what `training.encoder_data` wrote: PolNeAR's train part
and the articles annotated after the codebook. The encoder's features of an article come from the one of two encoders
that did not learn from it, so that the scorer trusts them as far as they deserve. A candidate is right where its
content shares at least half its words with an annotated one (Dice) and its cue is the annotated cue.
`--cross-validate` holds out a quarter of the annotated articles at a time and prints how well their statements are
found: the figure to trust for articles like them.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from pipelines.extraction.attribution import describe, propose
from pipelines.extraction.contents import Candidate
from pipelines.extraction.encoder import Encoder, Evidence
from pipelines.extraction.layout import Layout
from pipelines.extraction.parse import load_model
from pipelines.extraction.scorer import MODEL, AttributionModel, LogisticModel, choose, rivals, standing_of
from training.corpora import GoldAttribution, GoldDocument, read_documents

SEED = 5
FOLDS = 4
"""Of held-out articles, and of those whose candidates the third model learns from: the first two had not seen them."""
ANNOTATED_WEIGHT = 8.0
"""An article after our codebook counts as eight of PolNeAR, whose scope is a little wider."""
THRESHOLD = 0.42
"""Statements found on held-out annotated articles are best from .4 to .5, PolNeAR's from .35 to .42."""
RIGHT = 0.5
NEAR_MISS_WEIGHT = 0.3
LEAST_COUNT = 4
LEAST_WEIGHT = 0.02
REGULARISATION = 0.5
AMONG_REGULARISATION = 0.02
"""For the third model, to which every article counts the same: the first two tell it of the codebook's scope."""
LEAST_CUES, LEAST_CUE_SHARE = 4, 0.03


@dataclass(slots=True)
class Example:
    """One document's candidates with their features and what they are worth."""

    candidates: list[Candidate]
    names: list[list[str]]
    overlap: list[float]
    right: list[bool]
    gold: list[frozenset[int]]
    weight: float = 1.0


def dice(one: frozenset[int], other: frozenset[int]) -> float:
    """The Dice coefficient of two sets of words."""
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


def nominal_cues(documents: Iterable[GoldDocument]) -> list[str]:
    """Nouns and adjectives that annotators mark as cues often enough to be worth a candidate."""
    marked: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for document in documents:
        doc = document.doc
        for attribution in document.attributions:
            if attribution.cue:
                head = doc[min(attribution.cue) : max(attribution.cue) + 1].root
                if head.pos_ in {"NOUN", "ADJ"}:
                    marked[head.lemma_.lower()] += 1
        seen.update(token.lemma_.lower() for token in doc if token.pos_ in {"NOUN", "ADJ"})
    return sorted(
        lemma
        for lemma, n in marked.items()
        if n >= LEAST_CUES and n / seen[lemma] > LEAST_CUE_SHARE and lemma.isalpha()
    )


def examples(documents: Sequence[GoldDocument], cue_words: frozenset[str], readers: Sequence[Encoder]) -> list[Example]:
    """The documents' candidates, labelled by their annotations; each is read by the reader of its own fold."""
    out: list[Example] = []
    for document in documents:
        (reading,) = readers[document.fold].read([document.doc.text])
        out.append(_example(document, Evidence(document.doc, reading), cue_words))
    return out


def _example(document: GoldDocument, evidence: Evidence, cue_words: frozenset[str]) -> Example:
    layout = Layout.of(document.doc)
    candidates = propose(layout, evidence, cue_words)
    overlap, right = [], []
    for candidate in candidates:
        content = _words(layout, candidate)
        best = max(document.attributions, key=lambda a: dice(content, a.content), default=None)
        share = dice(content, best.content) if best else 0.0
        overlap.append(share)
        right.append(best is not None and share >= RIGHT and _same_cue(candidate, best))
    names = [describe(layout, evidence, candidate) for candidate in candidates]
    gold = [a.content for a in document.attributions]
    weight = ANNOTATED_WEIGHT if document.corpus == "annotated" else 1.0
    return Example(candidates, names, overlap, right, gold, weight)


def _words(layout: Layout, candidate: Candidate) -> frozenset[int]:
    inside = (layout.doc[i] for start, end in candidate.content for i in range(start, end))
    return frozenset(token.i for token in inside if not (token.is_punct or token.is_space))


def _same_cue(candidate: Candidate, gold: GoldAttribution) -> bool:
    if not gold.cue or candidate.cue_range is None:
        return True
    return any(i in gold.cue for i in range(*candidate.cue_range))


def fit(examples: Sequence[Example], cue_words: Sequence[str]) -> AttributionModel:
    """The three models: `found` over all candidates, `shape` over those of cues that have a right one, `among` over
    what the first two say of candidates from which they did not learn."""
    described: list[tuple[Example, dict[int, list[str]]]] = []
    for fold in range(FOLDS):
        held = examples[fold::FOLDS]
        found, shape = _fit_alone([e for n, e in enumerate(examples) if n % FOLDS != fold])
        described += [(example, standing_of(example.candidates, example.names, found, shape)) for example in held]
    names, right, weights = [], [], []
    for document, others in described:
        own = _weights(document, 1.0)
        names += list(others.values())
        right += [document.right[n] for n in others]
        weights += [own[n] for n in others]
    found, shape = _fit_alone(examples)
    among = _logistic(names, right, weights, AMONG_REGULARISATION)
    return AttributionModel(found, shape, among, THRESHOLD, frozenset(cue_words))


def _fit_alone(examples: Sequence[Example]) -> tuple[LogisticModel, LogisticModel]:
    """`found` and `shape`."""
    names: list[list[str]] = []
    right: list[bool] = []
    weights: list[float] = []
    shape_names: list[list[str]] = []
    shaped: list[bool] = []
    shape_weights: list[float] = []
    for document in examples:
        names += document.names
        right += document.right
        weights += _weights(document, document.weight)
        for group in rivals(document.candidates):
            best = max(document.overlap[n] for n in group)
            if best >= RIGHT:
                shape_names += [document.names[n] for n in group]
                shaped += [document.overlap[n] >= max(RIGHT, best - 0.02) for n in group]
                shape_weights += [document.weight] * len(group)
    return _logistic(names, right, weights), _logistic(shape_names, shaped, shape_weights)


def _weights(document: Example, weight: float) -> list[float]:
    """What each candidate counts: one with the right content and the wrong cue is no clear mistake."""
    near = (share >= RIGHT and not good for share, good in zip(document.overlap, document.right, strict=True))
    return [weight * (NEAR_MISS_WEIGHT if miss else 1.0) for miss in near]


def _logistic(
    names: Sequence[Sequence[str]],
    labels: Sequence[bool],
    weights: Sequence[float],
    regularisation: float = REGULARISATION,
) -> LogisticModel:
    counts = Counter(name for row in names for name in row)
    column = {name: n for n, name in enumerate(sorted(name for name, count in counts.items() if count >= LEAST_COUNT))}
    indices = [column[name] for row in names for name in row if name in column]
    ends = np.cumsum([0, *(sum(name in column for name in row) for row in names)])
    matrix = csr_matrix((np.ones(len(indices)), indices, ends), shape=(len(names), len(column)))
    regression = LogisticRegression(C=regularisation, solver="liblinear", max_iter=200, random_state=SEED)
    regression.fit(matrix, np.array(labels), sample_weight=np.array(weights))
    fitted = {name: round(float(regression.coef_[0][n]), 3) for name, n in column.items()}
    fitted["bias"] = round(fitted.get("bias", 0.0) + float(regression.intercept_[0]), 3)
    return LogisticModel({name: weight for name, weight in fitted.items() if abs(weight) >= LEAST_WEIGHT})


def write(model: AttributionModel, path: Path) -> None:
    """Write a model file: sorted, one weight a line, the same bytes for the same model."""
    data = {
        "cue_words": sorted(model.cue_words),
        "threshold": model.threshold,
        "found": model.found.weights,
        "shape": model.shape.weights,
        "among": model.among.weights,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf-8")


def found_f1(model: AttributionModel, examples: Sequence[Example]) -> dict[str, float]:
    """Precision, recall and F1 of contents found (one to one, Dice of at least a half)."""
    hit = system = gold = 0
    for document in examples:
        chosen = choose(document.candidates, document.names, model)
        contents = [frozenset(i for start, end in c.candidate.content for i in range(start, end)) for c in chosen]
        pairs = sorted(
            ((dice(g, s), i, j) for i, g in enumerate(document.gold) for j, s in enumerate(contents)), reverse=True
        )
        used: set[tuple[str, int]] = set()
        for share, i, j in pairs:
            if share >= RIGHT and ("g", i) not in used and ("s", j) not in used:
                used |= {("g", i), ("s", j)}
                hit += 1
        system, gold = system + len(contents), gold + len(document.gold)
    return {"f1": 2 * hit / (system + gold), "precision": hit / max(1, system), "recall": hit / max(1, gold)}


def cross_validate(base: Sequence[Example], annotated: Sequence[Example], cue_words: Sequence[str]) -> None:
    """Print how well the statements of held-out annotated articles are found, fold by fold."""
    order = list(range(len(annotated)))
    random.Random(SEED).shuffle(order)
    for fold in range(FOLDS):
        held = [annotated[i] for n, i in enumerate(order) if n % FOLDS == fold]
        rest = [annotated[i] for n, i in enumerate(order) if n % FOLDS != fold]
        scores = found_f1(fit([*base, *rest], cue_words), held)
        print(f"fold {fold + 1}: " + "  ".join(f"{name} {value:.3f}" for name, value in scores.items()), flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Train and write the model, or cross-validate. Gives the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="what training.encoder_data wrote")
    parser.add_argument(
        "--readers", type=Path, nargs=2, required=True, help="encoders that did not learn from fold 0, from fold 1"
    )
    parser.add_argument(
        "--cross-validate", action="store_true", help="measure on held-out annotated articles, write nothing"
    )
    parser.add_argument("--output", type=Path, default=MODEL)
    options = parser.parse_args(arguments)
    documents = list(read_documents(options.data, load_model()))
    cue_words = nominal_cues(document for document in documents if document.corpus == "polnear")
    found = examples(documents, frozenset(cue_words), [Encoder.load(path) for path in options.readers])
    if options.cross_validate:
        own = [document.corpus == "annotated" for document in documents]
        base = [example for example, annotated in zip(found, own, strict=True) if not annotated]
        cross_validate(base, [example for example, annotated in zip(found, own, strict=True) if annotated], cue_words)
        return 0
    write(fit(found, cue_words), options.output)
    print(f"wrote {options.output}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
