"""A fingerprint changes with what it is taken of, and with nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipelines.settings import LEXICONS, ROOT
from pipelines.versions import fingerprint, pipeline_version


@pytest.fixture
def code(tmp_path: Path) -> Path:
    folder = tmp_path / "here" / "code"
    folder.mkdir(parents=True)
    (folder / "a.py").write_text("1")
    (folder / "b.csv").write_text("2")
    return folder


def test_it_does_not_depend_on_where_the_files_lie(code: Path, tmp_path: Path) -> None:
    before = fingerprint([code])
    assert fingerprint([code.rename(tmp_path / "code")]) == before


def test_bytes_names_and_extras_count(code: Path) -> None:
    before = fingerprint([code], "spacy 3.8")
    assert fingerprint([code], "spacy 3.9") != before
    (code / "a.py").write_text("3")
    changed = fingerprint([code], "spacy 3.8")
    (code / "a.py").rename(code / "c.py")
    assert len({before, changed, fingerprint([code], "spacy 3.8")}) == 3


def test_compiled_files_do_not_count(code: Path) -> None:
    before = fingerprint([code])
    (code / "a.pyc").write_text("x")
    assert fingerprint([code]) == before


def test_the_pipeline_version_names_the_project_and_the_extractor() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+\+[0-9a-f]{12}", pipeline_version())


def test_the_intake_reads_no_lexicon_that_its_version_leaves_out() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "pipelines" / "intake").rglob("*.py"))
    read = {path.name for path in LEXICONS.glob("*.csv") if f'"{path.name}"' in code}
    versions = (ROOT / "pipelines" / "versions.py").read_text(encoding="utf-8")
    assert read
    assert [name for name in read if name not in versions] == []
