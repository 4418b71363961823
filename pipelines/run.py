"""Running the job from the shell: the same job as in the Dagster UI, with its noise turned into a few lines."""

from __future__ import annotations

import errno
import logging
import os
import shutil
import time
import warnings
from pathlib import Path

import dagster as dg
import sqlalchemy
from rich.console import Console
from rich.markup import escape

from pipelines.assets.automation import cause
from pipelines.bucket import Bucket
from pipelines.definitions import JOB, make_definitions
from pipelines.locking import one_at_a_time, only_run
from pipelines.resources import Workshop
from pipelines.run_log import is_no_damage, is_sound, kept_open, set_aside
from pipelines.settings import ROOT, Settings

_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def dagster_home() -> Path:
    """The folder where Dagster keeps its runs: `DAGSTER_HOME`, else `.dagster/`.

    It gets the project's settings where it has none of its own.
    """
    given = os.environ.get("DAGSTER_HOME")
    home = Path(given).expanduser().absolute() if given else ROOT / ".dagster"
    home.mkdir(parents=True, exist_ok=True)
    if not given or not (home / "dagster.yaml").exists():
        beside = home / f".dagster.yaml.{os.getpid()}"  # another run may be reading the one that is there
        shutil.copyfile(ROOT / "dagster.yaml", beside)
        beside.replace(home / "dagster.yaml")
    os.environ["DAGSTER_HOME"] = str(home)
    return home


def materialize(settings: Settings, console: Console) -> bool:
    """Run the job over the folders of `settings`; say what failed, and return whether all of it succeeded.

    What a killed run or a failing disk left broken is mended first, with a word. Raises `OSError`, saying what to do,
    where the raw folder, the warehouse, the shared store or Dagster's folder cannot be used, or another run is writing
    the warehouse.
    """
    settings.check()
    if settings.shared_store:
        Bucket(settings.shared_store).check()
    home = dagster_home()
    for name in ("dagster", "alembic"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    warnings.filterwarnings("ignore", module="dagster")
    began = time.monotonic()
    console.print(f"articles from {escape(str(settings.raw))}", soft_wrap=True)
    if settings.reference:
        console.print(f"own rows from {escape(str(settings.reference))}", soft_wrap=True)
    if settings.shared_store:
        console.print(f"rows of articles shared at {escape(settings.shared_store)}", soft_wrap=True)
    with only_run(settings.warehouse):
        _mend(settings, home, console)
        result = _run(settings, home, console)
    if result.success:
        console.print(f"done in {time.monotonic() - began:.1f} s\n")
    else:
        _print_failures(result, settings, console)
    return result.success


def _mend(settings: Settings, home: Path, console: Console) -> None:
    damaged = Workshop.over(settings).mend()
    if damaged:
        console.print(
            f"{damaged} damaged part{'s' * (damaged > 1)} of {escape(str(settings.store))} set aside: "
            "what was in there is read again",
            soft_wrap=True,
        )
    with one_at_a_time(home):
        if not is_sound(home):
            _renew(home, console)


def _run(settings: Settings, home: Path, console: Console) -> dg.ExecuteInProcessResult:
    """Run the job; where Dagster stumbles over its own log, begin a new log and run it once more."""
    job = make_definitions(settings).resolve_job_def(JOB)
    for last in (False, True):
        try:
            with kept_open():
                with one_at_a_time(home):  # two that make the same new log at once stumble over each other
                    opened = dg.DagsterInstance.get()
                with opened as instance:
                    return job.execute_in_process(instance=instance, raise_on_error=False, run_config=_QUIET)
        except Exception as error:  # a step's errors are results; these are of Dagster's own book-keeping, of any kind
            if isinstance(error, sqlalchemy.exc.OperationalError) and is_no_damage(error):
                raise OSError(
                    f"Dagster's folder {home} cannot be used ({error.orig}): free some space on its disk, end what "
                    "else uses it, or name another folder with DAGSTER_HOME; then run again"
                ) from error
            if last or isinstance(error, OSError):
                raise
            _renew(home, console)
    raise AssertionError("the second run gives a result or raises")


def _renew(home: Path, console: Console) -> None:
    """Set Dagster's own records aside: they tell of earlier runs only, no table is made from them."""
    aside = set_aside(home)
    console.print(
        f"Dagster's log of earlier runs was damaged: it is now in {escape(str(aside))}, and a new one begins "
        "(tables do not depend on it)",
        soft_wrap=True,
    )


def _print_failures(result: dg.ExecuteInProcessResult, settings: Settings, console: Console) -> None:
    """Say which check or step failed, and why; the stack trace is in the user interface."""
    checks = [check for check in result.get_asset_check_evaluations() if not check.passed]
    for check in checks:
        console.print(f"[red]check failed[/] {check.asset_key.to_user_string()}: {check.check_name}", soft_wrap=True)
        for name, value in check.metadata.items():
            console.print(f"  {name}: {escape(str(value.value))}", soft_wrap=True)
    failures = [event for event in result.all_events if event.is_step_failure] if not checks else []
    for event in failures:
        why = cause(event.step_failure_data)
        console.print(f"[red]failed[/] {event.step_key}: {escape(why)}", soft_wrap=True)
        if os.strerror(errno.ENOSPC) in why or os.strerror(errno.EDQUOT) in why:
            console.print(
                f"the disk of {escape(str(settings.warehouse))} is full: free some space on it and run again; "
                "what was read so far is kept",
                soft_wrap=True,
            )
    console.print("nothing was published; the run with its log is in the user interface: [cyan]make dev[/]")
