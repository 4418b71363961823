"""A watcher tells a folder that changed from one that did not, and waits until it rests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipelines.watching import Watch, listing


def add(folder: Path) -> None:
    (folder / "new.txt").write_text("x", encoding="utf-8")


def change(folder: Path) -> None:
    (folder / "a" / "one.txt").write_text("two", encoding="utf-8")


def touch(folder: Path) -> None:
    os.utime(folder / "a" / "one.txt", (1, 1))


def remove(folder: Path) -> None:
    (folder / "a" / "one.txt").unlink()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one.txt").write_text("one", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("act", [add, change, touch, remove])
def test_a_file_that_comes_changes_or_goes_is_noticed(folder: Path, act: object) -> None:
    before = listing([folder])
    assert listing([folder]) == before
    act(folder)  # type: ignore[operator]
    assert listing([folder]) != before


def test_hidden_files_are_nobody_s_business(folder: Path) -> None:
    before = listing([folder])
    (folder / ".one.txt.part").write_text("half", encoding="utf-8")
    assert listing([folder]) == before


def test_a_folder_that_is_not_there_is_an_empty_one(folder: Path) -> None:
    assert listing([folder / "none"]) == listing([folder / "a" / "none"])


def test_it_acts_once_the_listing_was_the_same_at_two_looks() -> None:
    watch, acted = Watch.of(None), []
    for now in ("1", "2", "2", "2", "3", "2", "3", "3", "2", "2"):
        ready, watch = Watch.of(watch.remember()).look(now)
        acted.append(ready)
    assert acted == [False, False, True, False, False, False, False, True, False, True]


def test_a_memory_of_another_kind_is_none() -> None:
    assert Watch.of('{"looked": 1}') == Watch.of("nonsense") == Watch()
