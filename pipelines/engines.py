"""Who works through the parts of an extraction: processes on this machine, or the workers of a Dask cluster.

An engine hands out parts and gives back what each became, in the order in which they are done: the store names a part
by what is in it, so the order leaves no trace. `READOUT_ENGINE` chooses; `docs/scale.md` says what each costs.
Never here: what is done with a part (`extracting`), Dagster.
"""

from __future__ import annotations

import importlib.util
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import CancelledError
from dataclasses import dataclass
from functools import partial
from itertools import islice
from queue import Empty, SimpleQueue
from typing import Any, Protocol

from pipelines.processes import Processes, cores

_AHEAD = 2
"""Parts that are handed out for each worker: one it works at, one that waits for it."""
_SECONDS_BETWEEN_LOOKS = 5.0
_MEMORY_OF_ONE = 3 * 2**30
"""Bytes set aside for a process that extracts: twice what one was seen to take."""
DASK_MISSING = (
    "READOUT_ENGINE=dask needs the package dask[distributed]: install what requirements-cluster.lock names, here and "
    "on all workers, or set READOUT_ENGINE=local"
)


class Engine(Protocol):
    """What extraction needs of an engine."""

    @property
    def workers(self) -> int:
        """How many parts are worked at side by side."""

    def run[Part, Result](self, work: Callable[[Part], Result], parts: Iterable[Part]) -> Iterator[tuple[Part, Result]]:
        """Each part with what `work` made of it, as they are done. Both, and `work`, must be picklable."""


@dataclass(frozen=True, slots=True)
class Dask:
    """The workers of a Dask cluster that is up already; each needs this project, at this version, and one thread."""

    address: str
    patience: float = 300
    """Seconds for which a cluster may be without a worker."""

    @property
    def workers(self) -> int:
        """How many the scheduler has just now."""
        with self._client() as client:
            return self._count(client)

    def run[Part, Result](self, work: Callable[[Part], Result], parts: Iterable[Part]) -> Iterator[tuple[Part, Result]]:
        """See `Engine`. A worker that dies costs the part it was at, which another one gets; one that joins gets some.

        Raises `OSError`, saying what to do, where the scheduler is gone, where no worker is there for minutes, and
        where a part killed worker after worker.
        """
        waiting, done = iter(parts), SimpleQueue[Any]()
        under_way: dict[str, tuple[Any, Part]] = {}
        with self._client() as client:
            places, next_look = _AHEAD * self._count(client), time.monotonic() + _SECONDS_BETWEEN_LOOKS
            while True:
                for part in islice(waiting, max(0, places - len(under_way))):
                    future = client.submit(work, part, pure=False)
                    under_way[future.key] = future, part
                    future.add_done_callback(done.put)
                if not under_way:
                    return
                future = self._patiently(client, lambda seconds: done.get(timeout=seconds))
                result = self._patiently(client, partial(self._result, future))
                _, part = under_way.pop(future.key)
                future.release()
                yield part, result
                if time.monotonic() > next_look:
                    places, next_look = _AHEAD * self._count(client), time.monotonic() + _SECONDS_BETWEEN_LOOKS

    def _patiently[Thing](self, client: Any, take: Callable[[float], Thing]) -> Thing:
        """What `take` gives once it does not time out, as long as there are workers that may bring it about."""
        last_seen = time.monotonic()
        while True:
            try:
                return take(_SECONDS_BETWEEN_LOOKS)
            except (Empty, TimeoutError):
                if self._has_workers(client):
                    last_seen = time.monotonic()
                elif time.monotonic() - last_seen > self.patience:
                    raise OSError(
                        f"the scheduler at {self.address} has no worker left; what was done is kept: "
                        "start workers and run again"
                    ) from None

    def _result(self, future: Any, seconds: float) -> Any:
        from distributed import KilledWorker

        try:
            return future.result(timeout=seconds)
        except KilledWorker as error:
            raise OSError(
                f"a part of the articles killed worker after worker ({error}), as a lack of memory does; what was done "
                "is kept: give each worker 3 GiB and one thread, and run again"
            ) from error
        except CancelledError as error:
            raise self._lost() from error

    def _count(self, client: Any) -> int:
        try:
            return max(1, len(client.scheduler_info(n_workers=-1)["workers"]))
        except (OSError, TimeoutError) as error:
            raise self._lost() from error

    def _has_workers(self, client: Any) -> bool:
        try:
            return bool(client.scheduler_info(n_workers=-1)["workers"])
        except (OSError, TimeoutError) as error:
            raise self._lost() from error

    def _lost(self) -> OSError:
        return OSError(
            f"the Dask scheduler at {self.address} is gone; what was done is kept: start it and the workers, and run "
            "again, or set READOUT_ENGINE=local"
        )

    def _client(self) -> Any:
        from distributed import Client

        try:
            return Client(self.address)
        except (OSError, ValueError) as error:
            raise OSError(
                f"no Dask scheduler answers at {self.address} ({error}): READOUT_DASK must be the address that "
                "`dask scheduler` tells (tcp://host:8786), or set READOUT_ENGINE=local"
            ) from error


def engine_from_environment(environment: Mapping[str, str] = os.environ) -> Engine:
    """What `READOUT_ENGINE` names: `local` (the default) or `dask` (`READOUT_DASK`).

    Of `local`, `READOUT_WORKERS` says how many processes: unless it is set, one a core, as far as there is memory.

    Raises `OSError`, saying what to do, where the value is unknown or what it needs is not there.
    """
    name = environment.get("READOUT_ENGINE", "local")
    if name == "dask":
        if importlib.util.find_spec("distributed") is None:
            raise OSError(DASK_MISSING)
        if not environment.get("READOUT_DASK"):
            raise OSError("READOUT_ENGINE=dask needs READOUT_DASK, the scheduler's address (tcp://host:8786)")
        return Dask(environment["READOUT_DASK"])
    if name != "local":
        raise OSError(f"READOUT_ENGINE is {name}; it must be local or dask")
    given = environment.get("READOUT_WORKERS", str(_processes_here()))
    if not given.isdecimal() or int(given) < 1:
        raise OSError(f"READOUT_WORKERS is {given}; it must be a whole number from 1 on")
    return Processes(int(given))


def _processes_here() -> int:
    """One a core that we may use, as far as the machine's memory goes."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(1, min(cores(), memory // _MEMORY_OF_ONE))
