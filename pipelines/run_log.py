"""Dagster's own log of its runs, in SQLite files: quick while a run writes it, looked at before, begun anew if damaged.

Takes Dagster's folder. No table depends on what lies there. Never here: what a run does (`run.py`).
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, cast

import sqlalchemy
from alembic.script import ScriptDirectory
from dagster._core.instance.ref import InstanceRef
from dagster._core.storage.event_log.sql_event_log import SqlEventLogStorage
from dagster._core.storage.event_log.sqlite import sqlite_event_log
from dagster._core.storage.runs.sqlite import sqlite_run_storage
from dagster._core.storage.schedules.sqlite import sqlite_schedule_storage

_FILES = ("history/runs.db", "history/runs/index.db", "schedules/schedules.db")
"""What Dagster opens of its own records in every run."""
_NO_DAMAGE = ("is full", "is locked", "readonly", "unable to open")
"""What SQLite says where a file is whole, and the trouble is around it."""
_PATIENCE = 60_000
"""Milliseconds to wait while another run writes the same file, instead of SQLite's five seconds: a busy machine needs
more, and this run loses nothing by it."""
_WRITERS = (sqlite_event_log, sqlite_run_storage, sqlite_schedule_storage)
_QUESTIONS = (
    (sqlite_event_log.SqliteEventLogStorage, "has_table"),
    (SqlEventLogStorage, "has_secondary_index"),
    (SqlEventLogStorage, "has_asset_key_col"),
    (SqlEventLogStorage, "_has_asset_key_col_on_connection"),
)
"""What Dagster asks of the shape of its log, the name of what may be there last."""


@sqlalchemy.event.listens_for(sqlalchemy.Engine, "connect")
def _wait_for_others_but_not_for_the_disk(connection: Any, _: object) -> None:
    """Dagster commits its log some hundred times a run, and waiting for the disk each time doubles the run.

    Only the log of a run could suffer, and only when the machine itself dies; the tables are written elsewhere. Each
    commit goes into the file itself at once, because the user interface watches that one.
    """
    if isinstance(connection, sqlite3.Connection):
        connection.execute(f"PRAGMA busy_timeout={_PATIENCE}")
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
    """While this lasts, Dagster writes each file of its log through one connection, and asks once how it is made.

    For every event that it logs it makes an engine, a connection and all its statements anew, a thousand times in a
    run: half of the time of a run in which little is new. With each event it asks again which tables and columns the
    log has, and for each file it reads all its scripts that bring an old log up to date. For definitions that have a
    state of their own, which ours have not, it loads a package that opens folders anywhere.
    """
    engines: dict[str, sqlalchemy.Engine] = {}

    def one_a_file(url: str, **options: Any) -> sqlalchemy.Engine:
        if url not in engines:
            engines[url] = sqlalchemy.create_engine(url, **options | {"poolclass": _Kept})
        return engines[url]

    with ExitStack() as meanwhile:
        for writer in _WRITERS:
            meanwhile.enter_context(_instead(writer, "create_engine", one_a_file))
        for storage, question in _QUESTIONS:
            meanwhile.enter_context(_instead(storage, question, _asked_until_true(getattr(storage, question))))
        meanwhile.enter_context(_instead(ScriptDirectory, "from_config", _read_once(ScriptDirectory.from_config)))
        meanwhile.enter_context(_instead(InstanceRef, "defs_state_storage", None))
        try:
            yield
        finally:
            for engine in engines.values():
                cast(_Kept, engine.pool).close()


@contextmanager
def _instead(owner: Any, name: str, other: Any) -> Iterator[None]:
    before = vars(owner)[name]
    setattr(owner, name, other)
    try:
        yield
    finally:
        setattr(owner, name, before)


def _asked_until_true(ask: Callable[..., bool]) -> Callable[..., bool]:
    """A table or column that is there stays; one that is not may still be made."""
    there: set[tuple[object, str]] = set()

    def answer(storage: object, *about: Any) -> bool:
        asked = (storage, about[-1])
        if asked not in there and ask(storage, *about):
            there.add(asked)
        return asked in there

    return answer


def _read_once(read: Callable[[Any], ScriptDirectory]) -> Callable[[Any], ScriptDirectory]:
    scripts: dict[str, ScriptDirectory] = {}

    def known(config: Any) -> ScriptDirectory:
        place = str(config.get_main_option("script_location"))
        if place not in scripts:
            scripts[place] = read(config)
        return scripts[place]

    return known


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
