"""Every part is worked at once and comes back, whoever dies; what the environment asks for is there or refused."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from functools import partial
from itertools import count
from math import factorial
from pathlib import Path

import pytest

from pipelines.engines import Dask, Engine, engine_from_environment
from pipelines.processes import Processes
from pipelines.settings import ROOT


def die_once(folder: Path, number: int) -> int:
    """Kills the process that is at the third part, the first time."""
    mark = folder / "died"
    if number == 3 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return factorial(number)


PARTS_BEFORE = count()


def parts_before(_: object) -> int:
    """How many parts this process had before."""
    return next(PARTS_BEFORE)


def die(number: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return number


PARENT = """
import time
from os import getpid
from pipelines.processes import Processes

def first_tell_then_sleep(number):
    time.sleep(60 * number)
    return getpid()

if __name__ == "__main__":
    for _, worker in Processes(1).run(first_tell_then_sleep, range(2)):
        print(worker, flush=True)
"""
"""Its one process tells its number, then works for a minute."""


def runs(process: int) -> bool:
    """Whether a process is there and no mere entry of one that ended."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def results(engine: Engine, folder: Path) -> list[tuple[int, int]]:
    return sorted(engine.run(partial(die_once, folder), (number for number in range(12))))


def test_every_part_comes_back_from_processes() -> None:
    found = sorted(Processes(2).run(factorial, (number for number in range(12))))
    assert found == [(number, factorial(number)) for number in range(12)]


def test_a_killed_process_costs_no_part(tmp_path: Path) -> None:
    assert results(Processes(2), tmp_path) == [(number, factorial(number)) for number in range(12)]
    assert (tmp_path / "died").exists()


def test_a_process_that_was_made_ready_does_the_parts_and_tells_of_nothing_else() -> None:
    processes = Processes(1)
    processes.get_ready(parts_before, 0)
    [(_, first)] = processes.run(parts_before, [1])
    [(_, anew)] = processes.run(parts_before, [1])
    assert first == 1
    assert anew == 0, "it is used once"


def test_one_that_dies_getting_ready_is_replaced(tmp_path: Path) -> None:
    processes = Processes(2)
    processes.get_ready(partial(die_once, tmp_path), 3)
    assert results(processes, tmp_path) == [(number, factorial(number)) for number in range(12)]
    assert (tmp_path / "died").exists()


def test_one_that_has_no_work_is_dismissed() -> None:
    processes = Processes(2)
    processes.get_ready(factorial, 3)
    processes.dismiss()
    assert multiprocessing.active_children() == []


def test_a_part_that_kills_every_process_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="READOUT_WORKERS=1"):
        list(Processes(1).run(die, range(3)))


def test_who_stops_listening_leaves_no_process_behind() -> None:
    going = Processes(2).run(factorial, (number for number in range(100)))
    next(going)
    going.close()
    assert multiprocessing.active_children() == []


def test_processes_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    program = tmp_path / "parent.py"
    program.write_text(PARENT, encoding="utf-8")
    parent = subprocess.Popen(
        [sys.executable, program], env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    worker = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 20
    while runs(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not runs(worker)


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
    assert 1 <= engine_from_environment({}).workers <= (os.cpu_count() or 1)


@pytest.mark.parametrize(
    ("environment", "remedy"),
    [
        ({"READOUT_ENGINE": "spark"}, "must be local or dask"),
        ({"READOUT_WORKERS": "0"}, "whole number from 1 on"),
        ({"READOUT_ENGINE": "dask"}, "READOUT_DASK|requirements-cluster.lock"),
    ],
)
def test_what_cannot_be_is_refused_with_a_remedy(environment: dict[str, str], remedy: str) -> None:
    with pytest.raises(OSError, match=remedy):
        engine_from_environment(environment)
