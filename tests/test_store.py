"""The store: found again by key and version, whole parts only, nothing twice."""

from __future__ import annotations

import tempfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.store import KEY, Store

SCHEMAS = {"words": pl.Schema({"word": pl.String})}


def store(folder: Path, version: str = "v1") -> Store:
    return Store(folder, version, SCHEMAS)


def words(rows: dict[str, list[str]]) -> dict[str, pl.DataFrame]:
    pairs = [(key, word) for key, found in rows.items() for word in found]
    return {"words": pl.DataFrame(pairs, schema={KEY: pl.String, "word": pl.String}, orient="row")}


def read(found: Store, *keys: str) -> list[str]:
    return sorted(found.scan("words", keys).collect().get_column("word"))


def test_rows_are_found_by_the_key_of_what_gave_them(tmp_path: Path) -> None:
    store(tmp_path).append(["a", "b"], words({"a": ["x", "y"], "b": ["z"]}))
    again = store(tmp_path)
    assert read(again, "a") == ["x", "y"]
    assert read(again, "a", "b") == ["x", "y", "z"]
    assert read(again, "unknown") == []


def test_a_key_without_rows_is_not_missing(tmp_path: Path) -> None:
    store(tmp_path).append(["a"], words({}))
    assert store(tmp_path).missing(["b", "a", "c"]) == ["b", "c"]


def test_what_was_just_appended_is_not_missing(tmp_path: Path) -> None:
    found = store(tmp_path)
    assert found.missing(["a"]) == ["a"]
    found.append(["a"], words({"a": ["x"]}))
    assert found.missing(["a"]) == []
    assert read(found, "a") == ["x"]


def test_another_version_sees_nothing_and_prunes(tmp_path: Path) -> None:
    store(tmp_path, "v1").append(["a"], words({"a": ["x"]}))
    newer = store(tmp_path, "v2")
    assert newer.missing(["a"]) == ["a"]
    newer.append(["a"], words({"a": ["y"]}))
    newer.prune()
    assert read(newer, "a") == ["y"]
    assert [path.name for path in tmp_path.iterdir()] == ["v2"]


def test_two_parts_with_one_key_do_not_double_its_rows(tmp_path: Path) -> None:
    first, second = store(tmp_path), store(tmp_path)
    first.append(["a", "b"], words({"a": ["x"], "b": ["y"]}))
    second.append(["a", "c"], words({"a": ["x"], "c": ["z"]}))
    assert read(store(tmp_path), "a", "b", "c") == ["x", "y", "z"]


def test_a_write_that_was_killed_leaves_no_trace(tmp_path: Path) -> None:
    half = tmp_path / "v1" / ".writing-1-abc"
    half.mkdir(parents=True)
    (half / "words.parquet").write_bytes(b"half")
    found = store(tmp_path)
    assert found.missing(["a"]) == ["a"]
    found.prune()
    assert not half.exists()


def test_frames_that_lack_a_table_are_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        store(tmp_path).append(["a"], {})
    assert store(tmp_path).missing(["a"]) == ["a"]


@settings(deadline=None)
@given(
    st.lists(st.dictionaries(st.sampled_from("abcdef"), st.lists(st.text("xyz", min_size=1), max_size=3)), max_size=5)
)
def test_every_key_keeps_the_rows_it_was_first_given(batches: list[dict[str, list[str]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        expected: dict[str, list[str]] = {}
        for batch in batches:
            found = store(Path(folder))
            new = {key: batch[key] for key in found.missing(batch)}
            if new:
                found.append(new, words(new))
            expected |= new
        found = store(Path(folder))
        assert read(found, *expected) == sorted(word for rows in expected.values() for word in rows)
