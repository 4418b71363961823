"""Every part is worked at once and comes back, whoever dies; what the environment asks for is there or refused."""

from __future__ import annotations

import os
import signal
from functools import partial
from math import factorial
from pathlib import Path

import pytest

from pipelines.engines import Dask, Engine, Processes, engine_from_environment


def die_once(folder: Path, number: int) -> int:
    """Kills the process that is at the third part, the first time."""
    mark = folder / "died"
    if number == 3 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return factorial(number)


def results(engine: Engine, folder: Path) -> list[tuple[int, int]]:
    return sorted(engine.run(partial(die_once, folder), (number for number in range(12))))


def test_every_part_comes_back_from_processes() -> None:
    found = sorted(Processes(2).run(factorial, (number for number in range(12))))
    assert found == [(number, factorial(number)) for number in range(12)]


def test_a_fault_in_the_work_is_no_death() -> None:
    with pytest.raises(ValueError, match="negative"):
        list(Processes(1).run(factorial, [-1]))


def test_a_killed_worker_of_a_cluster_costs_no_part(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="dask[distributed] is not installed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        found = results(Dask(cluster.scheduler_address), tmp_path)
    assert found == [(number, factorial(number)) for number in range(12)]
    assert (tmp_path / "died").exists()


def test_the_environment_chooses_the_engine() -> None:
    assert engine_from_environment({"READOUT_WORKERS": "3"}) == Processes(3)
    assert engine_from_environment({}) == Processes(1)


@pytest.mark.parametrize(
    ("environment", "remedy"),
    [
        ({"READOUT_ENGINE": "spark"}, "must be local or dask"),
        ({"READOUT_WORKERS": "0"}, "whole number from 1 on"),
        ({"READOUT_ENGINE": "dask"}, "READOUT_DASK|install it"),
    ],
)
def test_what_cannot_be_is_refused_with_a_remedy(environment: dict[str, str], remedy: str) -> None:
    with pytest.raises(OSError, match=remedy):
        engine_from_environment(environment)
