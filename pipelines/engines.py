"""Who works through the parts of an extraction: processes on this machine, or the workers of a Dask cluster.

An engine hands out parts and gives back what each became, in the order in which they are done: the store names a part
by what is in it, so the order leaves no trace. `READOUT_ENGINE` chooses; `docs/scale.md` says what each costs.
Never here: what is done with a part (`extracting`), Dagster.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

from pipelines.processes import Processes

_AHEAD = 2
"""Parts that are handed out for each worker: one it works at, one that waits for it."""
_MEMORY_OF_ONE = 3 * 2**30
"""Bytes set aside for a process that extracts: twice what one was seen to take."""
DASK_MISSING = (
    "READOUT_ENGINE=dask needs the package dask[distributed]: install it here and on all workers, "
    "or set READOUT_ENGINE=local"
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

    @property
    def workers(self) -> int:
        """How many the scheduler has just now."""
        with self._client() as client:
            return max(1, len(client.scheduler_info(n_workers=-1)["workers"]))

    def run[Part, Result](self, work: Callable[[Part], Result], parts: Iterable[Part]) -> Iterator[tuple[Part, Result]]:
        """See `Engine`. A worker that dies costs the part it was at, which another one gets."""
        from distributed import as_completed

        waiting = iter(parts)
        with self._client() as client:
            ahead = _AHEAD * max(1, len(client.scheduler_info(n_workers=-1)["workers"]))
            under_way: dict[str, Part] = {}
            done = as_completed()

            def hand_out(count: int) -> None:
                for part in islice(waiting, count):
                    future = client.submit(work, part, pure=False)
                    under_way[future.key] = part
                    done.add(future)

            hand_out(ahead)
            for future in done:
                result = future.result()
                part = under_way.pop(future.key)
                future.release()
                hand_out(1)
                yield part, result

    def _client(self) -> Any:
        from distributed import Client

        return Client(self.address)


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
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, memory // _MEMORY_OF_ONE))
