"""The benchmarks read their data and count as they say."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from benchmarks.replicated import replicate
from benchmarks.speech_acts import Score, read_documents, score
from pipelines.settings import REFERENCE
from pipelines.warehouse.publish import publish_database, write_table
from schemas import TABLES
from tests.samples import sample


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


def test_a_replicated_warehouse_keeps_its_keys_and_answers(tmp_path: Path) -> None:
    source, stage = tmp_path / "source", tmp_path / "stage"
    for name, about in TABLES.items():
        write_table(sample(name), source / f"{name}.parquet", about)
    replicate(source, stage, REFERENCE, statements=10)
    publish_database(TABLES.values(), stage, tmp_path / "big.duckdb")
    with duckdb.connect(tmp_path / "big.duckdb", read_only=True) as connection:
        counts = "SELECT count(*), count(DISTINCT pledge_id), count(DISTINCT content) FROM who_said_what "
        assert connection.execute(counts + "JOIN who_promised_what ON true").fetchall() == [(100, 3, 10)]
        assert connection.execute("SELECT count(*) FROM said_by('Ann Lee', about := 'trade.ships')").fetchall() == [
            (4,)
        ]


def test_a_warehouse_without_statements_is_not_replicated(tmp_path: Path) -> None:
    for name, about in TABLES.items():
        write_table(sample(name).clear(), tmp_path / f"{name}.parquet", about)
    with pytest.raises(ValueError, match="make materialize"):
        replicate(tmp_path, tmp_path / "stage", REFERENCE, statements=10)
