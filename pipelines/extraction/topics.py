"""Which topics of the topic tree a text is about, by a lexicon of weighted terms.

The terms and their weights are data (`raw/lexicons/topics.csv`), the tree is `raw/reference/topics.csv`. A term is
matched on words brought to a plain form (lower case, no plural or possessive), the longest first and each word once,
so that "nuclear power plant" is about energy and not about weapons. A child implies its parent: only the child is
given.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from math import log2
from pathlib import Path

from pipelines.extraction.lexicons import read_rows

Tags = list[tuple[str, float]]

_WORD = re.compile(r"[^\W_]+")
_POSSESSIVE = re.compile(r"['’]s\b|(?<=s)['’](?!\w)")

# A tag of a span: at least this much evidence, and at least this share of the strongest topic's. What stands around the
# span counts for little beside its own words.
SPAN_EVIDENCE = 0.6
SPAN_SHARE = 0.5
SPAN_TAGS = 3
CONTEXT_WEIGHT = 0.15
# A tag of an article: evidence grows with each further term and, less, with each repeat; the title weighs more.
ARTICLE_EVIDENCE = 1.5
ARTICLE_SHARE = 0.1
TITLE_WEIGHT = 3.0


def plain_words(text: str) -> list[str]:
    """The words of a text in the form that terms are matched in."""
    return [_singular(word) for word in _WORD.findall(_POSSESSIVE.sub("", text.lower()))]


@lru_cache(maxsize=65536)
def _singular(word: str) -> str:
    if len(word) <= 3 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    return word[:-3] + "y" if word.endswith("ies") and len(word) > 4 else word[:-1]


class TopicTagger:
    """Tags spans and articles with topics of the tree. What it remembers between texts changes nothing it gives."""

    def __init__(self, lexicon_path: Path) -> None:
        self._terms: dict[tuple[str, ...], list[tuple[str, float]]] = {}
        self._longest: dict[str, int] = {}
        self._evidence_around = lru_cache(maxsize=16)(self._evidence)  # many spans lie in one paragraph
        for row in read_rows(lexicon_path):
            words = tuple(plain_words(row["term"]))
            self._terms.setdefault(words, []).append((row["topic_id"], float(row["weight"])))
            self._longest[words[0]] = max(self._longest.get(words[0], 0), len(words))

    def tag_span(self, text: str, context: str | None = None, about: Collection[str] = ()) -> Tags:
        """The topics of a statement or a commitment, strongest first, with their scores from 0 to 1.

        `context`, the sentence or paragraph around it, supports what its own words say and decides where they say
        nothing. `about`, the topics of the article, leaves out what the article is not about.
        """
        evidence = self._evidence(text)
        says_something = any(score >= SPAN_EVIDENCE for score in evidence.values())
        weight = CONTEXT_WEIGHT if says_something else 1.0
        for topic, score in self._evidence_around(context or "").items():
            evidence[topic] = evidence.get(topic, 0.0) + weight * score
        if about:
            evidence = {topic: score for topic, score in evidence.items() if topic in about}
        least = max(SPAN_EVIDENCE, SPAN_SHARE * max(evidence.values(), default=0.0))
        return _tags(evidence, least)[:SPAN_TAGS]

    def tag_article(self, title: str | None, text: str) -> Tags:
        """The topics of an article, strongest first, with their scores from 0 to 1."""
        evidence = self._evidence(text)
        for topic, score in self._evidence(title or "").items():
            evidence[topic] = evidence.get(topic, 0.0) + TITLE_WEIGHT * score
        least = max(ARTICLE_EVIDENCE, ARTICLE_SHARE * max(evidence.values(), default=0.0))
        return _tags(evidence, least)

    def _evidence(self, text: str) -> dict[str, float]:
        """How much speaks for each topic: every term its weight, and each repeat less than the one before."""
        evidence: dict[str, float] = {}
        for term, count in Counter(self._found(plain_words(text))).items():
            for topic, weight in self._terms[term]:
                evidence[topic] = evidence.get(topic, 0.0) + weight * log2(1 + count)
        return evidence

    def _found(self, words: list[str]) -> Iterator[tuple[str, ...]]:
        longest, end = self._longest, 0
        for index, word in enumerate(words):
            if word not in longest or index < end:
                continue
            for length in range(longest[word], 0, -1):
                term = tuple(words[index : index + length])
                if term in self._terms:
                    yield term
                    end = index + length
                    break


def _tags(evidence: Mapping[str, float], least: float) -> Tags:
    """The topics with enough evidence, without parents of topics that are given too."""
    enough = {topic for topic, score in evidence.items() if score >= least}
    parents = {topic.partition(".")[0] for topic in enough if "." in topic}
    ranked = sorted(enough - parents, key=lambda topic: (-evidence[topic], topic))
    return [(topic, round(evidence[topic] / (1 + evidence[topic]), 4)) for topic in ranked]
