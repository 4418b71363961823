"""Hostile input: mutated files of every format are accounted for, and names and values stay names and values."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from benchmarks.hostile import SECONDS_A_FILE, Tally, accounted_for, read_timed, write_hostile
from pipelines.intake.readers import READERS
from pipelines.intake.sources import find_inputs
from pipelines.linking.build_reference import write_csv
from pipelines.spreadsheets import safe_cell


def test_mutated_files_of_every_format_are_accounted_for(tmp_path: Path) -> None:
    write_hostile(tmp_path, files=260, seed=7)
    tally = Tally()
    for file in find_inputs(tmp_path):
        tally.add(file, read_timed(file, tmp_path))
    assert tally.files >= 260
    assert {name for name, _ in tally.kinds} >= set(READERS)
    assert tally.failed == []
    assert accounted_for(tmp_path, tally) == "all of them"
    assert tally.slowest[0][0] < SECONDS_A_FILE


def test_the_same_seed_writes_the_same_files(tmp_path: Path) -> None:
    def written(folder: Path) -> dict[str, bytes]:
        folder.mkdir()
        write_hostile(folder, files=40, seed=3)
        return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}

    assert written(tmp_path / "one") == written(tmp_path / "two")


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1+1", '=HYPERLINK("x")']
)
def test_what_a_spreadsheet_would_run_is_written_as_text(text: str, tmp_path: Path) -> None:
    assert safe_cell(text) == f"'{text}"
    assert safe_cell(safe_cell(text)) == safe_cell(text)
    write_csv(tmp_path / "names.csv", ["name"], [[text]])
    with (tmp_path / "names.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [["name"], [f"'{text}"]]


@pytest.mark.parametrize("text", ["", "Ann Lee", "-0.156", "+3", "1e9", "-.5", "Trump–Xi", "a=b"])
def test_names_and_numbers_are_written_as_they_are(text: str) -> None:
    assert safe_cell(text) == text


def test_paths_in_a_sidecar_are_values_and_open_nothing(tmp_path: Path) -> None:
    (tmp_path / "call.txt").write_text("The two presidents spoke by telephone on Monday and agreed to meet.")
    values = {"url": "file:///etc/passwd", "title": "../../etc/passwd", "publisher": "'; DROP TABLE articles; --"}
    (tmp_path / "call.meta.json").write_text(json.dumps(values))
    (file,) = find_inputs(tmp_path)
    (found,) = read_timed(file, tmp_path).outcomes
    assert (getattr(found, "title", ""), getattr(found, "publisher", "")) == (values["title"], values["publisher"])
    assert "root:" not in str(found)
