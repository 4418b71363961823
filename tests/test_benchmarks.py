"""The benchmarks read their data and count as they say."""

from __future__ import annotations

import csv
import datetime as dt
from datetime import date
from pathlib import Path

import pytest

from benchmarks import event_pairs, saying_pairs
from benchmarks.accuracy_record import Counts, interval, tenths
from benchmarks.speech_acts import Score, read_documents, score
from benchmarks.visit_records import Teller, read_meetings
from benchmarks.visits import is_on_day
from pipelines.linking.names import fold
from pipelines.linking.reference import Reference


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


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("record")
    (folder / "visits.csv").write_text(
        "visit_id,start_date,end_date,visitor,country,description\n"
        "1,2024-03-12,2024-03-12,President Andrzej Duda and Prime Minister Donald Tusk,Poland,Working Visit.\n",
        encoding="utf-8",
    )
    (folder / "president-travels.csv").write_text(
        "trip_id,start_date,end_date,traveller,country,locale,remarks\n"
        "2,2021-06-15,2021-06-16,Joseph R. Biden,Switzerland,Geneva,Attended a summit with President Vladimir Putin.\n",
        encoding="utf-8",
    )
    return folder


def test_a_record_is_one_meeting_a_leader_with_the_leaders_id(record: Path, reference: Reference) -> None:
    meetings = read_meetings(record, reference)
    assert [(m.record_id, m.kind, m.leader_id, m.country) for m in meetings] == [
        ("v1", "working visit", "Q9151911", "POL"),
        ("v1", "working visit", "Q946", "POL"),
        ("t2", "travel: met with", "Q7747", "RUS"),
    ]


@pytest.mark.parametrize(
    ("day", "sentence", "is_told"),
    [
        (date(2024, 3, 12), "The President welcomed Prime Minister Tusk to the Oval Office.", True),
        (date(2024, 3, 12), "He met the Prime Minister of Poland.", True),
        (date(2024, 3, 12), "He met Prime Minister Sunak in the palace that Tusk had left.", False),
        (date(2024, 3, 12), "Prime Minister Tusk likes fish.", False),
        (date(2024, 3, 5), "The President will host Donald Tusk.", True),
        (date(2024, 3, 5), "The President hosted Donald Tusk.", False),
    ],
)
def test_a_document_tells_of_a_meeting_by_name_and_word(
    record: Path, reference: Reference, day: date, sentence: str, is_told: bool
) -> None:
    tusk = read_meetings(record, reference)[1]
    assert bool(Teller(tusk).told(day, [fold(sentence)])) is is_told


def test_an_event_of_a_whole_month_is_on_no_day() -> None:
    day = {"date_start": date(2024, 3, 12), "date_end": date(2024, 3, 12), "date_precision": "day"}
    month = {"date_start": date(2024, 3, 1), "date_end": date(2024, 3, 31), "date_precision": "month"}
    assert is_on_day(day, date(2024, 3, 11), date(2024, 3, 12))
    assert not is_on_day(day, date(2024, 3, 13), date(2024, 3, 13))
    assert not is_on_day(month, date(2024, 3, 12), date(2024, 3, 12))


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
