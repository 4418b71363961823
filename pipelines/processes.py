"""Processes on this machine that work through parts, and outlive the death of any of them.

Each has a pipe of its own, so that one killed in the middle of a message hurts nobody else: with the queues of
`concurrent.futures`, which all workers share, such a death can leave the others and the parent waiting for ever.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any

_SPAWN = multiprocessing.get_context("spawn")
_TRIES = 3
"""A part during which so many processes died is not handed out again."""
_FOR_NOBODY = 0
"""Stands for the number of tries at a part whose result nobody waits for."""
_PATIENCE = 5.0
"""Seconds that a process has to end by itself."""


def cores() -> int:
    """How many cores we may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Processes:
    """Processes on this machine, each started anew. One that is killed is replaced; another does its part."""

    workers: int
    ready: list[_Worker] = field(default_factory=list, compare=False, repr=False)
    """Those that were started before there was work for them; `run` takes them over."""

    def get_ready[Part](self, work: Callable[[Part], object], part: Part) -> None:
        """Start a process now, and have it do `part`, whose result nobody wants: what `work` needs is at hand then.

        Who never comes to `run` anything must `dismiss` the process.
        """
        self.ready.append(_Worker.start(work, (part, _FOR_NOBODY)))

    def dismiss(self) -> None:
        """End the processes that were made ready and are at no work."""
        while self.ready:
            self.ready.pop().end()

    def run[Part, Result](self, work: Callable[[Part], Result], parts: Iterable[Part]) -> Iterator[tuple[Part, Result]]:
        """See `Engine`. Raises what `work` raises, and `OSError`, saying what to do, where a part kills its process
        again and again."""
        crew: list[_Worker] = [*self.ready]
        self.ready.clear()
        again: deque[tuple[Part, int]] = deque()
        waiting = iter(parts)

        def following() -> tuple[Part, int] | None:
            if again:
                return again.popleft()
            return next(((part, 1) for part in waiting), None)

        def hand_out(worker: _Worker) -> None:
            if (task := following()) is not None:
                worker.give(work, task)

        try:
            while len(crew) < self.workers and (task := following()) is not None:
                crew.append(_Worker.start(work, task))
            while busy := [worker for worker in crew if worker.task is not None]:
                ready = wait([worker.pipe for worker in busy])
                for worker in [worker for worker in busy if worker.pipe in ready]:
                    part, tries = worker.task
                    try:
                        failed, result = worker.answer()
                    except (EOFError, OSError, pickle.UnpicklingError) as death:
                        worker.end()
                        crew.remove(worker)
                        if tries == _TRIES:
                            raise OSError(
                                f"a process that extracts was killed {_TRIES} times over the same part, as a machine "
                                "short of memory does; what was done is kept: run again with READOUT_WORKERS=1"
                            ) from death
                        if tries != _FOR_NOBODY:
                            again.append((part, tries + 1))
                        if (task := following()) is not None:
                            crew.append(_Worker.start(work, task))
                        continue
                    if failed:
                        raise result
                    hand_out(worker)
                    if tries != _FOR_NOBODY:
                        yield part, result
        finally:
            for worker in crew:
                worker.end()


@dataclass(slots=True)
class _Worker:
    """One process, our end of its pipe, and what it is at: a part, and how often that has been tried."""

    process: SpawnProcess
    pipe: Connection
    task: Any

    @classmethod
    def start(cls, work: Callable[[Any], Any], task: tuple[Any, int]) -> _Worker:
        ours, theirs = _SPAWN.Pipe()
        process = _SPAWN.Process(target=_serve, args=(theirs,), daemon=True)
        process.start()
        theirs.close()  # so that our end tells of its death
        worker = cls(process, ours, None)
        worker.give(work, task)
        return worker

    def give(self, work: Callable[[Any], Any], task: tuple[Any, int]) -> None:
        self.task = task
        with suppress(OSError):  # it is dead then: whoever waits for its answer is told
            self.pipe.send((work, task[0]))

    def answer(self) -> tuple[bool, Any]:
        """Whether the work failed, and what it gave or raised. Raises what a pipe raises when its process is dead."""
        failed, result = self.pipe.recv()
        self.task = None
        return failed, result

    def end(self) -> None:
        self.pipe.close()
        self.process.terminate()
        self.process.join(_PATIENCE)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.process.close()


def _serve(pipe: Connection) -> None:
    """Work at what comes through the pipe, until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who presses Ctrl-C speaks to the parent, which ends us
    threading.Thread(target=_end_with_parent, daemon=True).start()
    while True:
        try:
            work, part = pipe.recv()
        except EOFError:
            return
        try:
            answer = False, work(part)
        except Exception as error:  # of any kind: it is the parent's to raise
            answer = True, error
        try:
            pipe.send(answer)
        except BrokenPipeError:
            return


def _end_with_parent() -> None:
    """A parent that is killed cannot end its workers, and what they would still find nobody would keep."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
