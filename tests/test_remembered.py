"""What was grouped before counts only for the very tables, version and articles that it was made with."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pipelines.remembered import MARKS, recall, remember
from pipelines.unchanged import remember_table

NOW = {f"a_{n:02}": "as it was" for n in range(30)}


def marks(articles: dict[str, str]) -> pl.DataFrame:
    return pl.DataFrame([*articles.items()], MARKS, orient="row")


@pytest.fixture
def staged(tmp_path: Path) -> list[Path]:
    """Two staged tables that were made together, and remembered as the first version had made them."""
    tables = [tmp_path / "events.parquet", tmp_path / "event_mentions.parquet"]
    for table in tables:
        pl.DataFrame({"of": [table.stem]}).write_parquet(table)
        remember_table(table, "these rows")
    remember(tables[0], "v1", "these rows", marks(NOW), pl.DataFrame({"row_id": ["e"]}))
    return tables


def test_tables_come_with_their_memory_and_with_what_came_changed_or_went(staged: list[Path]) -> None:
    now = {key: mark for key, mark in NOW.items() if key != "a_03"} | {"a_05": "corrected", "a_new": "new"}
    found = recall(staged, "v1", marks(now))
    assert found is not None
    assert [table.item() for table in found.tables] == ["events", "event_mentions"]
    assert found.memory.rows() == [("e",)]
    assert found.changed == {"a_03", "a_05", "a_new"}


def test_where_many_articles_changed_all_is_made_anew(staged: list[Path]) -> None:
    assert recall(staged, "v1", marks(NOW | {f"a_new{n}": "new" for n in range(16)})) is None


@pytest.mark.parametrize("name", ["events.parquet", "event_mentions.parquet", ".groups/v1/events.parquet"])
def test_a_file_that_is_not_what_was_written_counts_for_nothing(staged: list[Path], name: str) -> None:
    (staged[0].parent / name).write_bytes(b"spoiled")
    assert recall(staged, "v1", marks(NOW)) is None


def test_a_table_that_was_made_of_other_rows_than_its_memory_counts_for_nothing(staged: list[Path]) -> None:
    remember_table(staged[1], "other rows")
    assert recall(staged, "v1", marks(NOW)) is None


def test_another_version_remembers_nothing_and_takes_the_place_of_the_old_one(staged: list[Path]) -> None:
    assert recall(staged, "v2", marks(NOW)) is None
    remember(staged[0], "v2", "these rows", marks(NOW), pl.DataFrame({"row_id": ["e"]}))
    assert [path.name for path in (staged[0].parent / ".groups").iterdir()] == ["v2"]
    assert recall(staged, "v2", marks(NOW)) is not None
