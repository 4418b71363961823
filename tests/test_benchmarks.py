"""The benchmarks read their data and count as they say."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

from benchmarks import event_pairs, saying_pairs
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


def test_pairs_of_documents_are_judged_by_address_and_hold_no_text() -> None:
    pairs = event_pairs.read_pairs(event_pairs.PAIRS)
    judged = [pair.same for pair in pairs]
    assert len(pairs) >= 60
    assert min(judged.count(True), judged.count(False)) >= 25
    assert {pair.half for pair in pairs} == {"tune", "report"}
    assert all(url.startswith("http") for pair in pairs for url in (pair.first, pair.second))
    with saying_pairs.PAIRS.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert {row["kind"] for row in rows} == {"utterance", "pledge"}
    assert max(len(value) for row in rows for value in row.values() if not value.startswith("http")) < 12


def test_documents_are_tied_by_an_event_of_the_day_and_by_no_other() -> None:
    day = dt.date(2022, 2, 13)
    pair = event_pairs.Pair("http://one", "http://two", (day, day), True, "tune", "")
    told = {"http://one": {"e_1": day, "e_2": None}, "http://two": {"e_1": day}}
    assert event_pairs.is_tied(pair, told)
    assert not event_pairs.is_tied(pair, {**told, "http://two": {"e_3": day}})
    long_ago = {"e_1": dt.date(2021, 6, 16)}
    assert not event_pairs.is_tied(pair, {"http://one": long_ago, "http://two": long_ago})
