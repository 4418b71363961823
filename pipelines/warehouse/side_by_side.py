"""Statements on one database side by side: each as soon as those that it needs are done, a connection each.

DuckDB fills an index, and a table in its order, with one thread: the other cores are there for other tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

import duckdb

from pipelines.processes import cores


@dataclass(frozen=True, slots=True)
class Task:
    """What to do with a connection, and the names of the tasks that must be done before."""

    needs: Set[str]
    work: Callable[[duckdb.DuckDBPyConnection], object]


def do_all(
    connection: duckdb.DuckDBPyConnection, tasks: Mapping[str, Task], awaited: Mapping[str, Future[None]] | None = None
) -> None:
    """Do all tasks, those that come first first where there is a choice. What a task needs and nobody does, is done.

    What others do, and tasks need, is `awaited`. Raises what a task raises, once those that run beside it have ended;
    no other is begun then; and `CancelledError` where what is awaited will not come. Raises `ValueError` where tasks
    wait for each other.
    """
    waiting = dict(tasks)
    running: dict[Future[Any], str] = {}
    coming: dict[Future[Any], str] = {future: name for name, future in (awaited or {}).items()}
    most = cores()
    with ThreadPoolExecutor(most) as pool:
        while waiting or running:
            open_ = {*waiting, *running.values(), *coming.values()}
            ready = [name for name, task in waiting.items() if task.needs.isdisjoint(open_)]
            for name in ready[: most - len(running)]:
                running[pool.submit(_do, connection.cursor(), waiting.pop(name))] = name
            if not running and not coming:
                raise ValueError(f"these wait for each other: {', '.join(waiting)}")
            done, _ = wait([*running, *coming], return_when=FIRST_COMPLETED)
            for future in done:
                future.result()
                running.pop(future, None)
                coming.pop(future, None)


def _do(connection: duckdb.DuckDBPyConnection, task: Task) -> object:
    with connection:
        return task.work(connection)
