"""Dagster's own log: written through few connections, and whole when the run has ended."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy
from alembic.script import Script
from dagster._core.storage.event_log.sqlite import SqliteEventLogStorage

from pipelines.run import dagster_home
from pipelines.run_log import is_sound, kept_open, set_aside


@dg.op
def nothing() -> None:
    """Does nothing."""


@dg.job
def empty() -> None:
    """A job of one step."""
    nothing()


def steps(home: Path) -> list[str]:
    """The kinds of events that the log of the one run tells of its step."""
    (log,) = (path for path in home.glob("history/runs/*.db") if path.stem != "index")
    with closing(sqlite3.connect(log)) as connection:
        rows = connection.execute("SELECT dagster_event_type FROM event_logs WHERE step_key = 'nothing' ORDER BY id")
        return [kind for (kind,) in rows]


def test_a_run_opens_each_file_of_its_log_a_few_times_and_tells_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    assert dagster_home() == tmp_path
    opened: list[object] = []
    count = lambda connection, _: opened.append(connection)  # noqa: E731 (the same object is taken away again)
    sqlalchemy.event.listen(sqlalchemy.Engine, "connect", count)
    try:
        with kept_open(), dg.DagsterInstance.get() as instance:
            assert empty.execute_in_process(instance=instance).success
    finally:
        sqlalchemy.event.remove(sqlalchemy.Engine, "connect", count)
    assert len(opened) <= 8, "Dagster alone opens some sixty"
    assert {"STEP_START", "STEP_OUTPUT", "STEP_SUCCESS"} <= set(steps(tmp_path))
    assert not list(tmp_path.glob("**/*.db-wal")), "all is in the files, and nobody holds them"
    assert is_sound(tmp_path)


def test_a_run_asks_once_how_its_log_is_made_but_asks_again_for_what_was_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    dagster_home()
    asked: list[str] = []

    def has_table(_: object, name: str) -> bool:
        asked.append(name)
        return name == "there" or len(asked) > 2

    monkeypatch.setattr(SqliteEventLogStorage, "has_table", has_table)
    with kept_open(), dg.DagsterInstance.get() as instance:
        del asked[:]
        log = instance.event_log_storage
        assert isinstance(log, SqliteEventLogStorage)
        assert [log.has_table(name) for name in ("there", "there", "made later", "made later")] == [
            True, True, False, True,
        ]  # fmt: skip
        assert asked == ["there", "made later", "made later"]
    assert log.has_table("there")
    assert len(asked) == 4, "afterwards Dagster's own way is back"


def test_the_scripts_that_bring_an_old_log_up_to_date_are_read_once_for_all_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    dagster_home()
    read: list[str] = []
    load = Script._from_path.__func__  # type: ignore[attr-defined]
    monkeypatch.setattr(
        Script, "_from_path", classmethod(lambda cls, scripts, path: read.append(str(path)) or load(cls, scripts, path))
    )
    with kept_open(), dg.DagsterInstance.get() as instance:
        assert empty.execute_in_process(instance=instance).success
    assert read
    assert len(read) == len(set(read)), "Dagster alone reads each five times"


def test_a_file_that_sqlite_cannot_read_is_told_from_a_sound_one_and_set_aside(tmp_path: Path) -> None:
    runs = tmp_path / "history" / "runs.db"
    runs.parent.mkdir()
    assert is_sound(tmp_path), "what is not there yet is not damaged"
    runs.write_bytes(b"no database at all" * 100)
    assert not is_sound(tmp_path)
    aside = set_aside(tmp_path)
    assert (aside / "history" / "runs.db").exists()
    assert is_sound(tmp_path)
