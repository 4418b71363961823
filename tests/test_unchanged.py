"""Verdicts and tables are kept for the bytes that they were made of, and for no others."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.faults import damage
from pipelines.unchanged import is_as_made, made_of, remember_table, verdict_on
from schemas.rules import Verdict

GOOD = Verdict("2 distinct keys", "all of them")
BAD = Verdict("2 distinct keys", "1 rows without a key of their own", 1, {"(id)": ["a"]})


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    found = [tmp_path / "mentions.parquet", tmp_path / "articles.parquet"]
    for path in found:
        path.write_bytes(path.name.encode())
    return found


@pytest.fixture
def asked(files: list[Path], tmp_path: Path) -> Callable[[Verdict], tuple[Verdict, bool]]:
    """Ask for the verdict of a rule that finds what is given; gives it, and whether the rule was asked."""

    def ask(finds: Verdict, name: str = "mentions.primary_key") -> tuple[Verdict, bool]:
        calls = []
        found = verdict_on(name, files, lambda: calls.append(1) or finds, tmp_path)  # type: ignore[func-returns-value]
        return found, bool(calls)

    return ask


Ask = Callable[..., tuple[Verdict, bool]]


def test_a_rule_is_asked_once_of_the_same_bytes(asked: Ask) -> None:
    assert asked(GOOD) == (GOOD, True)
    assert asked(BAD) == (GOOD, False)
    assert asked(BAD, "mentions.spans") == (BAD, True), "another rule has a verdict of its own"


@pytest.mark.parametrize("number", [0, 1])
def test_a_rule_is_asked_again_of_other_bytes_of_any_file_that_it_reads(
    asked: Ask, files: list[Path], number: int
) -> None:
    asked(GOOD)
    same_size = files[number].read_bytes()[::-1]
    files[number].unlink()
    files[number].write_bytes(same_size)
    assert asked(BAD) == (BAD, True)


def test_a_verdict_with_a_fault_is_not_kept(asked: Ask) -> None:
    assert asked(BAD) == (BAD, True)
    assert asked(BAD) == (BAD, True)
    assert asked(GOOD) == (GOOD, True)


@pytest.mark.parametrize("left", ["", "{", "[]", "null", '{"of": "ab"}'])
def test_a_record_that_cannot_be_read_is_as_none(asked: Ask, tmp_path: Path, left: str) -> None:
    asked(GOOD)
    (kept,) = tmp_path.glob(".verdicts/*")
    kept.write_text(left, encoding="utf-8")
    assert asked(BAD) == (BAD, True)


def test_a_table_is_as_made_while_neither_it_nor_what_it_is_made_of_changes(files: list[Path]) -> None:
    table, source = files
    of = made_of([source], "version 1")
    assert not is_as_made(table, of)
    remember_table(table, of)
    assert is_as_made(table, of)
    assert not is_as_made(table, made_of([source], "version 2"))
    source.write_bytes(b"something else")
    assert not is_as_made(table, made_of([source], "version 1"))


@pytest.mark.parametrize("how", ["truncated", "emptied", "bytes turned", "removed"])
@pytest.mark.parametrize("which", ["table", "record"])
def test_a_damaged_table_or_record_is_not_taken(files: list[Path], tmp_path: Path, which: str, how: str) -> None:
    table, source = files
    of = made_of([source])
    remember_table(table, of)
    damage(table if which == "table" else next(tmp_path.glob(".made-of/*")), how, random.Random(2026))
    assert not is_as_made(table, of)
