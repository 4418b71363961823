"""The benchmarks read their data and count as they say."""

from __future__ import annotations

from pathlib import Path

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
