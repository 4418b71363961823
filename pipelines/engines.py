"""Who works through the parts of an extraction: processes on this machine, or the workers of a Dask cluster.

An engine hands out parts and gives back what each became, in the order in which they are done: the store names a part
by what is in it, so the order leaves no trace. `READOUT_ENGINE` chooses; `docs/scale.md` says what each costs.
Never here: what is done with a part (`extracting`), Dagster.
"""

from __future__ import annotations

import importlib.util
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, Protocol

_AHEAD = 2
"""Parts that are handed out for each worker: one it works at, one that waits for it."""
_TRIES = 3
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
class Processes:
    """Processes on this machine, each started anew."""

    workers: int

    def run[Part, Result](self, work: Callable[[Part], Result], parts: Iterable[Part]) -> Iterator[tuple[Part, Result]]:
        """See `Engine`. Raises `OSError`, saying what to do, where processes die again and again."""
        waiting = iter(parts)
        for attempt in range(1, _TRIES + 1):
            under_way: dict[Future[Result], Part] = {}
            try:
                with ProcessPoolExecutor(self.workers, mp_context=multiprocessing.get_context("spawn")) as pool:
                    while True:
                        for part in islice(waiting, self.workers * _AHEAD - len(under_way)):
                            under_way[pool.submit(work, part)] = part
                        if not under_way:
                            return
                        for done in wait(under_way, return_when=FIRST_COMPLETED).done:
                            result = done.result()
                            yield under_way.pop(done), result
            except BrokenProcessPool as error:
                waiting = chain(under_way.values(), waiting)
                if attempt == _TRIES:
                    raise OSError(
                        f"a process that extracts was killed {_TRIES} times, as a machine short of memory does; "
                        "what was done is kept: run again with READOUT_WORKERS=1"
                    ) from error


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

    Of `local`, `READOUT_WORKERS` says how many processes: one unless it is set.

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
    given = environment.get("READOUT_WORKERS", "1")
    if not given.isdecimal() or int(given) < 1:
        raise OSError(f"READOUT_WORKERS is {given}; it must be a whole number from 1 on")
    return Processes(int(given))
