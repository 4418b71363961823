"""One run at a time in one warehouse: a lock that the system itself releases when a run ends or is killed.

Takes the warehouse folder. Never here: what a run does, Dagster.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK = ".lock"
_held: set[Path] = set()


class WarehouseInUseError(OSError):
    """Another run is writing the warehouse."""


@contextmanager
def only_run(warehouse: Path) -> Iterator[None]:
    """Hold the warehouse for the run of this process; within it, asking again is no second run.

    The lock is flock(2) on `warehouse/.lock`, which tells the process's number to whoever finds it taken. Raises
    `WarehouseInUseError`, saying what to do, where another process holds it.
    """
    place = warehouse.resolve() / LOCK
    if place in _held:
        yield
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise WarehouseInUseError(
                f"another run (process {file.read().strip() or 'unknown'}) is writing the warehouse {warehouse}: wait "
                "until it has ended, or give this one a folder of its own with READOUT_WAREHOUSE"
            ) from error
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        _held.add(place)
        try:
            yield
        finally:
            _held.discard(place)


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Wait until no other process is in this block for `folder`, then go on alone: for work of a moment."""
    with (folder / LOCK).open("a+", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
