"""Which topics of the topic tree an article is about, and which of them each statement or commitment is about.

The terms that speak for a topic are data (`raw/lexicons/topics.csv`), the tree is `raw/reference/topics.csv`. A term is
matched on words brought to a plain form (lower case, no plural or possessive), the longest first and each word once,
so that "nuclear power plant" is about energy and not about weapons. How much a term must say, and where, before a text
is about its topic, is learned: two small logistic regressions (`models/topics.json`, made by `training.topics`) weigh
the evidence in the title, the lead and the whole of an article, in a span, its sentence and its neighbours. A child
implies its parent: only the child is given.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import exp, log, log1p, log2
from pathlib import Path

from pipelines.extraction.lexicons import read_rows
from pipelines.records import Span

Tags = list[tuple[str, float]]
Evidence = Mapping[str, float]
Features = dict[str, float]

MODEL = Path(__file__).parent / "models" / "topics.json"

_WORD = re.compile(r"[^\W_]+")
_POSSESSIVE = re.compile(r"['’](?:s\b|(?<=s['’])(?!\w))")
_SENTENCE_END = re.compile(r"[.!?][\"”’')]*\s+(?=[A-Z\"“‘(])|\n+")

TITLE_WEIGHT = 3.0
"""A word of the title counts as so many of the text."""
_LEAD = 600
"""Characters in which an article says what it is about."""
_SAYS = 0.6
"""Evidence from which a span has a topic of its own, and its neighbours matter less."""


def plain_words(text: str) -> list[str]:
    """The words of a text in the form that terms are matched in."""
    return [_singular(word) for word in _WORD.findall(_POSSESSIVE.sub("", text.lower()))]


@lru_cache(maxsize=65536)
def _singular(word: str) -> str:
    if len(word) <= 3 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    return word[:-3] + "y" if word.endswith("ies") and len(word) > 4 else word[:-1]


class TopicLexicon:
    """Terms with the topics that they speak for, and how strongly."""

    def __init__(self, path: Path) -> None:
        self._terms: dict[tuple[str, ...], list[tuple[str, float]]] = {}
        self._longest: dict[str, int] = {}
        for row in read_rows(path):
            words = tuple(plain_words(row["term"]))
            self._terms.setdefault(words, []).append((row["topic_id"], float(row["weight"])))
            self._longest[words[0]] = max(self._longest.get(words[0], 0), len(words))

    def evidence(self, text: str) -> Evidence:
        """How much speaks for each topic: every term its weight, and each repeat less than the one before."""
        return self._weigh(Counter(self._found(plain_words(text))))

    def evidence_and_terms(self, text: str) -> tuple[Evidence, Mapping[str, int]]:
        """The evidence for each topic, and how many different terms give it."""
        counts = Counter(self._found(plain_words(text)))
        return self._weigh(counts), Counter(topic for term in counts for topic, _ in self._terms[term])

    def _weigh(self, counts: Mapping[tuple[str, ...], int]) -> Evidence:
        evidence: dict[str, float] = {}
        for term, count in counts.items():
            for topic, weight in self._terms[term]:
                evidence[topic] = evidence.get(topic, 0.0) + weight * log2(1 + count)
        return evidence

    def _found(self, words: list[str]) -> Iterator[tuple[str, ...]]:
        free = 0
        for place in [n for n, word in enumerate(words) if word in self._longest]:
            if place < free:
                continue
            for length in range(self._longest[words[place]], 0, -1):
                term = tuple(words[place : place + length])
                if term in self._terms:
                    yield term
                    free = place + length
                    break


@dataclass(frozen=True, slots=True)
class TopicModel:
    """A logistic regression: how likely it is that something is about a topic, by the evidence for that topic."""

    intercept: float
    features: Mapping[str, float]
    topics: Mapping[str, float]
    """what is added for a topic that is annotated more often, or less, than its terms are met"""
    threshold: float
    best: float
    """the most likely topic is given from here on, though it may stay below the threshold"""

    def tags(self, seen: Mapping[str, Features]) -> Tags:
        """The topics that something is about, most likely first, with their probabilities."""
        likely = {topic: self._probability(topic, features) for topic, features in seen.items()}
        first = max(likely.values(), default=0.0)
        given = {t for t, p in likely.items() if p >= self.threshold or p == first >= self.best}
        given -= {topic.partition(".")[0] for topic in given if "." in topic}
        return [(t, round(likely[t], 4)) for t in sorted(given, key=lambda t: (-likely[t], t))]

    def _probability(self, topic: str, features: Features) -> float:
        score = self.intercept + self.topics.get(topic, 0.0)
        score += sum(self.features.get(name, 0.0) * value for name, value in features.items())
        return 1 / (1 + exp(-score))


class TopicTagger:
    """Tags articles and spans with topics of the tree. Holds no state between texts."""

    def __init__(self, lexicon_path: Path, model_path: Path = MODEL) -> None:
        models = json.loads(model_path.read_text(encoding="utf-8"))
        self._lexicon = TopicLexicon(lexicon_path)
        self._article, self._span = (TopicModel(**models[name]) for name in ("article", "span"))

    def read(self, title: str | None, text: str) -> TopicReading:
        """Read one article, to be asked for its topics and for those of its spans."""
        return TopicReading(ArticleEvidence(self._lexicon, title or "", text), self._article, self._span)


class TopicReading:
    """What one article, and each span of it, is about."""

    def __init__(self, evidence: ArticleEvidence, article: TopicModel, span: TopicModel) -> None:
        self._evidence, self._article, self._span = evidence, article, span

    @cached_property
    def topics(self) -> Tags:
        """The topics of the article, most likely first, with their probabilities."""
        return self._article.tags(self._evidence.of_article())

    def of(self, spans: Sequence[Span]) -> Tags:
        """The topics of a statement or a commitment, given by its spans in the text."""
        return self._span.tags(self._evidence.of_spans(spans, [topic for topic, _ in self.topics]))


class ArticleEvidence:
    """The evidence for topics in one article: its title, its text, its sentences. The same in training and in use."""

    def __init__(self, lexicon: TopicLexicon, title: str, text: str) -> None:
        self._lexicon, self._text = lexicon, text
        self._title = lexicon.evidence(title)
        self._body, self._terms = lexicon.evidence_and_terms(text)
        self._starts = [0, *(match.end() for match in _SENTENCE_END.finditer(text))]
        self._sentences: dict[int, Evidence] = {}

    def of_article(self) -> dict[str, Features]:
        """What is seen of each topic in the article as a whole."""
        total = {
            t: self._body.get(t, 0.0) + TITLE_WEIGHT * self._title.get(t, 0.0) for t in {**self._body, **self._title}
        }
        lead, most = self._lexicon.evidence(self._text[:_LEAD]), max(total.values(), default=1.0)
        words = max(1, len(self._text.split()))
        ranked = {topic: place for place, topic in enumerate(sorted(total, key=lambda t: (-total[t], t)))}
        return {
            topic: {
                "text": log1p(self._body.get(topic, 0.0)),
                "share": total[topic] / most,
                "title": min(self._title.get(topic, 0.0), 3.0),
                "lead": log1p(lead.get(topic, 0.0)),
                "density": log1p(100 * self._body.get(topic, 0.0) / words),
                "terms": log1p(self._terms.get(topic, 0)),
                "one_term": float(self._terms.get(topic, 0) == 1),
                "rank": 1 / (1 + ranked[topic]),
                "length": log(words) - 6,
            }
            for topic in total
        }

    def of_spans(self, spans: Sequence[Span], about: Sequence[str]) -> dict[str, Features]:
        """What is seen of each topic in a span and around it. `about` are the topics of the article."""
        own = self._lexicon.evidence(" ".join(self._text[start:end] for start, end in spans))
        first = bisect_right(self._starts, spans[0][0]) - 1
        last = max(first, bisect_left(self._starts, spans[-1][1]) - 1)
        sentence: dict[str, float] = {}
        for number in range(first, last + 1):
            for topic, weight in self._sentence(number).items():
                sentence[topic] = max(sentence.get(topic, 0.0), weight)
        before, after = self._sentence(first - 1), self._sentence(last + 1)
        most_own, most_around = _most(own), _most(sentence)
        most_of_all = _most(self._body) or 1.0
        silent = most_own < _SAYS
        spoken = log1p(sum(weight >= _SAYS for weight in own.values()))
        return {
            topic: {
                "own": log1p(own.get(topic, 0.0)),
                "own_share": own.get(topic, 0.0) / most_own if most_own else 0.0,
                "sentence": log1p(sentence.get(topic, 0.0)),
                "sentence_share": sentence.get(topic, 0.0) / most_around if most_around else 0.0,
                "before": log1p(before.get(topic, 0.0)),
                "after": log1p(after.get(topic, 0.0)),
                "article": log1p(self._body.get(topic, 0.0)),
                "article_share": self._body.get(topic, 0.0) / most_of_all,
                "of_article": float(topic in about),
                "title": min(self._title.get(topic, 0.0), 2.0),
                "own_topics": spoken,
                "before_silent": silent * log1p(before.get(topic, 0.0)),
                "article_topics": 1 / max(1, len(about)),
            }
            for topic in {*own, *sentence, *before, *about}
        }

    def _sentence(self, number: int) -> Evidence:
        if not 0 <= number < len(self._starts):
            return {}
        if number not in self._sentences:
            end = self._starts[number + 1] if number + 1 < len(self._starts) else len(self._text)
            self._sentences[number] = self._lexicon.evidence(self._text[self._starts[number] : end])
        return self._sentences[number]


def _most(evidence: Evidence) -> float:
    return max(evidence.values(), default=0.0)
