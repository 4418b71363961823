"""Dagster's own log of its runs, in SQLite files: quick while a run writes it, looked at before, begun anew if damaged.

Takes Dagster's folder. No table depends on what lies there. Never here: what a run does (`run.py`).
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import sqlalchemy
from dagster._core.storage.event_log.sqlite import sqlite_event_log
from dagster._core.storage.runs.sqlite import sqlite_run_storage
from dagster._core.storage.schedules.sqlite import sqlite_schedule_storage

_FILES = ("history/runs.db", "history/runs/index.db", "schedules/schedules.db")
"""What Dagster opens of its own records in every run."""
_NO_DAMAGE = ("is full", "is locked", "readonly", "unable to open")
"""What SQLite says where a file is whole, and the trouble is around it."""
_WRITERS = (sqlite_event_log, sqlite_run_storage, sqlite_schedule_storage)
_MAKES = "create_engine"


@sqlalchemy.event.listens_for(sqlalchemy.Engine, "connect")
def _do_not_wait_for_the_disk(connection: Any, _: object) -> None:
    """Dagster commits its log some hundred times a run, and waiting for the disk each time doubles the run.

    Only the log of a run could suffer, and only when the machine itself dies; the tables are written elsewhere. Each
    commit goes into the file itself at once, because the user interface watches that one.
    """
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA wal_autocheckpoint=1")


class _Kept(sqlalchemy.pool.QueuePool):
    """Connections that stay open when their engine is told to dispose of them; `close` closes them."""

    def dispose(self) -> None:
        pass

    def recreate(self) -> _Kept:
        return self

    def close(self) -> None:
        super().dispose()


@contextmanager
def kept_open() -> Iterator[None]:
    """While this lasts, Dagster writes each file of its log through one connection.

    For every event that it logs it makes an engine, a connection and all its statements anew, a thousand times in a
    run: half of the time of a run in which little is new.
    """
    engines: dict[str, sqlalchemy.Engine] = {}

    def one_a_file(url: str, **options: Any) -> sqlalchemy.Engine:
        if url not in engines:
            engines[url] = sqlalchemy.create_engine(url, **options | {"poolclass": _Kept})
        return engines[url]

    before = [getattr(writer, _MAKES) for writer in _WRITERS]
    try:
        for writer in _WRITERS:
            setattr(writer, _MAKES, one_a_file)
        yield
    finally:
        for writer, maker in zip(_WRITERS, before, strict=True):
            setattr(writer, _MAKES, maker)
        for engine in engines.values():
            cast(_Kept, engine.pool).close()


def is_sound(home: Path) -> bool:
    """Whether SQLite can read all pages of the files that every run opens; those that are not there yet are sound."""
    return all(_is_sound(path) for path in (home / name for name in _FILES) if path.exists())


def _is_sound(log: Path) -> bool:
    try:
        connection = sqlite3.connect(log)
        try:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
        finally:
            connection.close()
    except sqlite3.Error as error:
        return is_no_damage(error)


def is_no_damage(error: Exception) -> bool:
    """Whether SQLite complains of what is around its file: a full disk, another program that holds it."""
    return any(words in str(error) for words in _NO_DAMAGE)


def set_aside(home: Path) -> Path:
    """Move all of the log into one folder, from which an earlier one is removed; give that folder."""
    aside = home / "damaged"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    for name in ("history", "schedules", "storage"):
        if (home / name).exists():
            (home / name).rename(aside / name)
    return aside
