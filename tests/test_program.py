"""The command line as a program: it ends at once, and yet all that it said is there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb

from pipelines.settings import ROOT

ALONE = """
import atexit, runpy, sys
sys.argv = ["readout", "sql", "SELECT 1"]
class Told:
    def __del__(self): print("taken apart")
told = Told()
told.itself = told
atexit.register(print, "registered before")
try:
    runpy.run_module("pipelines", run_name="__main__")
finally:
    atexit.register(print, "told of the end")
"""


def run(warehouse: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return subprocess.run(
        [sys.executable, *arguments],
        env={**buffered, "READOUT_WAREHOUSE": str(warehouse)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def made(warehouse: Path) -> Path:
    duckdb.connect(warehouse / "readout.duckdb").close()
    return warehouse


def test_all_that_was_said_goes_into_a_pipe_and_the_exit_code_says_how_it_went(tmp_path: Path) -> None:
    command = ("-m", "pipelines", "sql")
    done = run(made(tmp_path), *command, "SELECT 'row ' || i AS name FROM range(2000) AS rows (i) ORDER BY i")
    assert (done.returncode, done.stdout.split()[-2:]) == (0, ["row", "1999"])
    failed = run(tmp_path, *command, "SELECT")
    assert failed.returncode == 1
    assert "Parser Error" in failed.stderr
    assert run(tmp_path, "-m", "pipelines", "nonsense").returncode == 2


def test_what_asked_to_be_told_of_the_end_is_told_but_nothing_is_taken_apart(tmp_path: Path) -> None:
    done = run(made(tmp_path), "-c", ALONE)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "told of the end"
