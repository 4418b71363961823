"""A raw directory to put files into, and the intake run over it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from pipelines.intake.articles import take_in
from pipelines.intake.intake import read_all
from pipelines.intake.records import Outcome, ParsedDocument, Rejected
from pipelines.intake.settings import Limits
from pipelines.intake.sources import find_inputs

Put = Callable[..., Path]
Read = Callable[..., list[Outcome]]


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """An empty raw directory."""
    folder = tmp_path / "raw"
    folder.mkdir()
    return folder


@pytest.fixture
def put(raw: Path) -> Put:
    """Write a file (text or bytes) into the raw directory."""

    def write(name: str, content: str | bytes) -> Path:
        path = raw / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


@pytest.fixture
def read(raw: Path) -> Read:
    """What all files of the raw directory hold, in order."""

    def outcomes(**limits: int) -> list[Outcome]:
        results = read_all(find_inputs(raw), raw, Limits(**limits))
        return [outcome for _, found in results for outcome in found]

    return outcomes


@pytest.fixture
def article(put: Put, read: Read) -> Callable[[str, str | bytes], ParsedDocument]:
    """The one article that a file with this name and content gives."""

    def parse(name: str, content: str | bytes) -> ParsedDocument:
        put(name, content)
        (outcome,) = read()
        assert isinstance(outcome, ParsedDocument), outcome
        return outcome

    return parse


@pytest.fixture
def refusal(put: Put, read: Read) -> Callable[[str, str | bytes], Rejected]:
    """The one refusal that a file with this name and content gives."""

    def parse(name: str, content: str | bytes) -> Rejected:
        put(name, content)
        (outcome,) = read()
        assert isinstance(outcome, Rejected), outcome
        return outcome

    return parse


@pytest.fixture
def frames(read: Read) -> Callable[[], tuple[pl.DataFrame, pl.DataFrame]]:
    """The articles and the quarantine of the raw directory."""
    return lambda: take_in(read(), pipeline_version="test")
