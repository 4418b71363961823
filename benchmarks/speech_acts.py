"""Measure commitments on another kind of text: `python -m benchmarks.speech_acts`.

An election campaign's sentences, each labelled with its speech act (Subramanian et al. 2019), lie beside the project in
`../shared`. A sentence counts as found where a commitment row shares a word with it. Two measures: against sentences
that promise an action, and against those that promise an action or an outcome. Says so and stops where the file is
absent.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from benchmarks.score import SCORERS
from pipelines.extraction.extractor import Extractor
from pipelines.records import Article
from pipelines.settings import LEXICONS, REFERENCE

SENTENCES = SCORERS / "speech-acts.csv"
ACTION, OUTCOME = "Commissive-A", "Commissive-O"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One labelled sentence; `start` and `end` are its place in its document's text."""

    text: str
    label: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Score:
    """How well found sentences agree with labelled ones."""

    precision: float
    recall: float
    f1: float


def main() -> int:
    """Print precision, recall and F1; return 1 where there is nothing to measure against."""
    if not SENTENCES.is_file():
        print(f"There is no {SENTENCES}: the labelled sentences are not part of the project. Nothing was measured.")
        return 1
    documents = dict(read_documents(SENTENCES))
    found = mark(documents, Extractor.load(REFERENCE, LEXICONS))
    labels = [sentence.label for sentences in documents.values() for sentence in sentences]
    print(f"{len(documents)} documents, {len(labels)} sentences, {sum(found)} hold a commitment row")
    for title, wanted in (("an action", {ACTION}), ("an action or outcome", {ACTION, OUTCOME})):
        result = score(found, [label in wanted for label in labels])
        print(f"promises {title}: precision {result.precision:.3f} recall {result.recall:.3f} F1 {result.f1:.3f}")
    return 0


def read_documents(path: Path) -> Iterator[tuple[str, list[Sentence]]]:
    """Each document's name and its sentences, placed in a text that has one sentence a line."""
    with path.open(encoding="utf-8", newline="") as file:
        for name, rows in groupby(csv.DictReader(file), key=lambda row: row["document"]):
            sentences, at = [], 0
            for row in rows:
                text = " ".join(row["sentence"].split())
                sentences.append(Sentence(text, row["category"].strip(), at, at + len(text)))
                at += len(text) + 1
            yield name, sentences


def mark(documents: dict[str, list[Sentence]], extractor: Extractor) -> list[bool]:
    """For every sentence, in order, whether a commitment row lies in it."""
    articles = [Article(name, "\n".join(s.text for s in sentences)) for name, sentences in documents.items()]
    found = []
    for rows, sentences in zip(extractor.extract(articles), documents.values(), strict=True):
        spans = [span for row in rows.commitments for span in row["spans"]]
        found += [any(s["start"] < x.end and x.start < s["end"] for s in spans) for x in sentences]
    return found


def score(found: Iterable[bool], wanted: Iterable[bool]) -> Score:
    """Precision, recall and F1 of the marked sentences."""
    pairs = list(zip(found, wanted, strict=True))
    right = sum(f and w for f, w in pairs)
    precision = right / max(1, sum(f for f, _ in pairs))
    recall = right / max(1, sum(w for _, w in pairs))
    return Score(precision, recall, 2 * precision * recall / (precision + recall) if right else 0.0)


if __name__ == "__main__":
    sys.exit(main())
