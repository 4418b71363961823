"""The benchmarks read their data and count as they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.accuracy_record import Counts, interval, tenths
from benchmarks.speech_acts import Score, read_documents, score


def test_sentences_of_a_document_are_placed_one_a_line(tmp_path: Path) -> None:
    path = tmp_path / "sentences.csv"
    path.write_text(
        "document,sentence_no,sentence,category\n"
        "leaflet,1,We will build  a port.,Commissive-A\n"
        "leaflet,2,Ports matter.,Assertive \n"
        "letter,1,Thank you.,Expressive\n",
        encoding="utf-8",
    )
    documents = dict(read_documents(path))
    assert {name: [s.label for s in sentences] for name, sentences in documents.items()} == {
        "leaflet": ["Commissive-A", "Assertive"],
        "letter": ["Expressive"],
    }
    first, second = documents["leaflet"]
    assert (first.text, first.start, first.end) == ("We will build a port.", 0, 21)
    assert second.start == 22


def test_score_counts_marked_sentences() -> None:
    assert score([True, True, False, False], [True, False, True, False]) == Score(0.5, 0.5, 0.5)
    assert score([False], [False]) == Score(0.0, 0.0, 0.0)


def test_an_interval_holds_its_figure_and_narrows_with_more_articles() -> None:
    few = [Counts(10, 8, right) for right in (2, 5, 8)]
    value, low, high = interval(few, "f1")
    assert value == pytest.approx(2 * 15 / (30 + 24), abs=1e-4)
    assert low < value < high
    narrow_value, narrow_low, narrow_high = interval(few * 20, "f1")
    assert narrow_value == value
    assert narrow_high - narrow_low < (high - low) / 2
    assert interval(few, "f1") == (value, low, high), "the draws are seeded"


def test_statistics_are_counted_as_they_are_named() -> None:
    counts = [Counts(annotated=10, found=5, right=4)] * 3
    assert [interval(counts, name)[0] for name in ("recall", "precision", "f1")] == [0.4, 0.8, round(8 / 15, 4)]


def test_tenths_are_of_one_size_and_in_order_of_confidence() -> None:
    rows = [(f"a{n % 7}", n / 100, n % 3 == 0) for n in range(95)]
    parts = dict(tenths(rows[::-1]))
    assert list(parts) == list(range(1, 11))
    assert {len(part) for part in parts.values()} == {9, 10}
    assert [row for part in parts.values() for row in part] == rows
    assert dict(tenths(rows[:3])) == {4: [rows[0]], 7: [rows[1]], 10: [rows[2]]}
