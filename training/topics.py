"""Fit the weights of topics: `python -m training.topics SHARED [--cross-validate]`.

Two L2-regularised logistic regressions over the features of `pipelines.extraction.topics`, one for articles and one for
statements and commitments, each with a small weight of its own for every topic, on the annotated articles. Few
articles are annotated, so the features are few. `--cross-validate` holds out a tenth of the articles at a time and
prints the F1 of the topics of articles and statements: the figures to trust.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from sklearn.linear_model import LogisticRegression

from pipelines.extraction.lexicons import LEXICONS
from pipelines.extraction.topics import MODEL, ArticleEvidence, Features, TopicLexicon, TopicModel
from pipelines.intake.intake import read_file
from pipelines.intake.records import ParsedDocument
from pipelines.intake.sources import find_inputs
from pipelines.records import Span
from training.corpora import locate

FOLDS, SEEDS = 10, 3
FOUNDING = Path("raw/articles")


@dataclass(frozen=True, slots=True)
class Settings:
    """How strongly a model may follow its articles, and from which probability a topic is given."""

    regularisation: float
    topic_scale: float
    """a topic's own weight is shrunk the more, the smaller this is"""
    threshold: float
    best: float


ARTICLE = Settings(regularisation=1.0, topic_scale=0.6, threshold=0.4, best=0.4)
SPAN = Settings(regularisation=0.3, topic_scale=0.3, threshold=0.3, best=0.25)


@dataclass(slots=True)
class Example:
    """One annotated article: what is seen of each topic, in it and in its spans, and which are right."""

    evidence: ArticleEvidence
    topics: frozenset[str]
    spans: list[tuple[list[Span], frozenset[str], bool]]
    """spans of the text, their topics, and whether they are a statement's"""


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing to tag and its right topics."""

    features: dict[str, Features]
    topics: frozenset[str]
    counts: bool = True
    """whether it counts when the model is measured"""


def read_examples(shared: Path, lexicon: TopicLexicon) -> list[Example]:
    """The annotated articles under `shared`, as the pipeline reads them."""
    articles: dict[str, ParsedDocument] = {}
    for raw in (shared / "gold" / "raw", FOUNDING):
        for file in find_inputs(raw):
            for outcome in read_file(file, raw):
                if isinstance(outcome, ParsedDocument):
                    articles.setdefault(Path(outcome.source_path).name, outcome)
    return [_example(yaml.safe_load(path.read_text(encoding="utf-8")), articles, lexicon) for path in _gold(shared)]


def _gold(shared: Path) -> list[Path]:
    return sorted((shared / "gold" / "dev").glob("*.yaml"))


def _example(gold: dict[str, Any], articles: dict[str, ParsedDocument], lexicon: TopicLexicon) -> Example:
    article = articles[gold["article"]]
    spans: list[tuple[list[Span], frozenset[str], bool]] = []
    for table, column in (("statements", "content"), ("commitments", "text")):
        for row in gold.get(table) or []:
            found = locate(article.text, row[column])
            if found:
                spans.append((sorted(found), frozenset(row.get("topics") or ()), table == "statements"))
    return Example(
        ArticleEvidence(lexicon, article.title or "", article.text), frozenset(gold.get("topics") or ()), spans
    )


def fit(seen: Collection[Seen], settings: Settings) -> TopicModel:
    """The weights that tell right topics from others best."""
    pairs = [(topic, features, topic in one.topics) for one in seen for topic, features in one.features.items()]
    names = sorted({name for _, features, _ in pairs for name in features})
    topics = sorted({topic for topic, _, _ in pairs})
    column = {name: number for number, name in enumerate([*names, *topics])}
    rows = np.zeros((len(pairs), len(column)))
    for row, (topic, features, _) in enumerate(pairs):
        rows[row, column[topic]] = settings.topic_scale
        for name, value in features.items():
            rows[row, column[name]] = value
    fitted = LogisticRegression(C=settings.regularisation, max_iter=2000).fit(rows, [right for *_, right in pairs])
    weights = fitted.coef_[0]
    return TopicModel(
        round(float(fitted.intercept_[0]), 4),
        {name: round(float(weights[column[name]]), 4) for name in names},
        {topic: round(float(settings.topic_scale * weights[column[topic]]), 4) for topic in topics},
        settings.threshold,
        settings.best,
    )


def train(examples: Sequence[Example]) -> dict[str, TopicModel]:
    """The models of articles and of spans, the second on the topics that the first gives."""
    article = fit(list(_articles(examples)), ARTICLE)
    return {"article": article, "span": fit(list(_spans(examples, article)), SPAN)}


def _articles(examples: Sequence[Example]) -> Iterator[Seen]:
    for example in examples:
        yield Seen(example.evidence.of_article(), example.topics)


def _spans(examples: Sequence[Example], article: TopicModel) -> Iterator[Seen]:
    for example in examples:
        about = [topic for topic, _ in article.tags(example.evidence.of_article())]
        for spans, topics, counts in example.spans:
            yield Seen(example.evidence.of_spans(spans, about), topics, counts)


def f1(model: TopicModel, seen: Collection[Seen]) -> tuple[int, int]:
    """Twice the right topics that `model` gives, and all that it gives or should give: the parts of an F1."""
    right = both = 0
    for one in seen:
        if one.counts:
            given = {topic for topic, _ in model.tags(one.features)}
            right += 2 * len(given & one.topics)
            both += len(given) + len(one.topics)
    return right, both


def cross_validate(examples: Sequence[Example], report: Callable[[str], None]) -> None:
    """Report the F1 on held-out articles."""
    for name in ("article", "span"):
        parts = []
        for seed in range(SEEDS):
            order = list(range(len(examples)))
            random.Random(seed).shuffle(order)
            for fold in range(FOLDS):
                held = set(order[fold::FOLDS])
                models = train([example for number, example in enumerate(examples) if number not in held])
                out = [examples[number] for number in sorted(held)]
                seen = _articles(out) if name == "article" else _spans(out, models["article"])
                parts.append(f1(models[name], list(seen)))
        report(f"{name}: F1 {sum(right for right, _ in parts) / sum(both for _, both in parts):.4f}")


def main() -> None:
    """Fit and write the model, or report how well it does on held-out articles."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--cross-validate", action="store_true")
    arguments = parser.parse_args()
    examples = read_examples(arguments.shared, TopicLexicon(LEXICONS / "topics.csv"))
    if arguments.cross_validate:
        cross_validate(examples, lambda line: print(line, file=sys.stderr))
        return
    models = {
        name: {
            "intercept": model.intercept,
            "features": model.features,
            "topics": model.topics,
            "threshold": model.threshold,
            "best": model.best,
        }
        for name, model in train(examples).items()
    }
    MODEL.write_text(json.dumps(models, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
