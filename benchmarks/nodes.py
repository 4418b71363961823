"""A Dask cluster on this machine as it is on many: a scheduler, and nodes that are processes of their own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from pipelines.settings import ROOT

_PATIENCE = 300.0
_LAST = ("--idle-timeout", "600")
"""Who was killed ends nothing: a scheduler without work ends after ten minutes, and its workers with it."""


class Nodes:
    """Started with the commands that `docs/scale.md` names; ended, with all that they started, at the end."""

    def __init__(self, folder: Path) -> None:
        """Start the scheduler. `folder` is for what the processes say; Dask must be installed."""
        self._folder = folder
        self._processes: list[subprocess.Popen[bytes]] = []
        told = folder / "scheduler.json"
        self._start("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(told), *_LAST)
        try:
            self._wait(lambda: told.exists() and told.read_bytes().rstrip().endswith(b"}"))
        except BaseException:
            self._end(self._processes[0])
            raise
        self.address = str(json.loads(told.read_text(encoding="utf-8"))["address"])

    def add(self) -> None:
        """Start one more node, with one worker; return when it is up."""
        from distributed import Client

        self._start(
            "worker", self.address, "--nthreads", "1", "--memory-limit", "0", "--local-directory", str(self._folder)
        )
        with Client(self.address) as client:
            client.wait_for_workers(len(self._processes) - 1, timeout=_PATIENCE)

    def kill(self) -> None:
        """Kill the node that was added last, as a power cut would: with all its processes."""
        self._end(self._processes.pop())

    def kill_scheduler(self) -> None:
        """Kill the scheduler."""
        self._end(self._processes[0])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in reversed(self._processes):
            self._end(process)

    def _start(self, what: str, *options: str) -> None:
        command = [sys.executable, "-m", "dask", what, *options, "--no-dashboard"]
        with (self._folder / f"{what}-{len(self._processes)}.log").open("wb") as log:
            self._processes.append(subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True))

    def _wait(self, until: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not until():
            if time.monotonic() > deadline or self._processes[-1].poll() is not None:
                raise RuntimeError(f"Dask did not start; see the logs in {self._folder}")
            time.sleep(0.05)

    @staticmethod
    def _end(process: subprocess.Popen[bytes]) -> None:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """What is started meanwhile stays on that core (where there is one of that number)."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core} & before or before)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
