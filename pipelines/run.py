"""Running the job from the shell: the same job as in the Dagster UI, with its noise turned into a few lines."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import time
import warnings
from pathlib import Path
from typing import Any

import dagster as dg
import sqlalchemy
from rich.console import Console
from rich.markup import escape

from pipelines.assets.automation import cause
from pipelines.definitions import JOB, make_definitions
from pipelines.settings import ROOT, Settings

_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@sqlalchemy.event.listens_for(sqlalchemy.Engine, "connect")
def _do_not_wait_for_the_disk(connection: Any, _: object) -> None:
    """Dagster commits its log some hundred times a run, and waiting for the disk each time doubles the run.

    Only the log of a run could suffer, and only when the machine itself dies; the tables are written elsewhere.
    """
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous=OFF")


def dagster_home() -> Path:
    """The folder where Dagster keeps its runs: `DAGSTER_HOME`, else `.dagster/`.

    It gets the project's settings where it has none of its own.
    """
    given = os.environ.get("DAGSTER_HOME")
    home = Path(given).expanduser().absolute() if given else ROOT / ".dagster"
    home.mkdir(parents=True, exist_ok=True)
    if not given or not (home / "dagster.yaml").exists():
        shutil.copyfile(ROOT / "dagster.yaml", home / "dagster.yaml")
    os.environ["DAGSTER_HOME"] = str(home)
    return home


def materialize(settings: Settings, console: Console) -> bool:
    """Run the job over the folders of `settings`; say what failed, and return whether all of it succeeded.

    Raises `OSError`, saying what to do, where the raw folder cannot be used.
    """
    settings.check()
    dagster_home()
    for name in ("dagster", "alembic"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    warnings.filterwarnings("ignore", module="dagster")
    began = time.monotonic()
    console.print(f"articles from {escape(str(settings.raw))}", soft_wrap=True)
    if settings.reference:
        console.print(f"own rows from {escape(str(settings.reference))}", soft_wrap=True)
    with dg.DagsterInstance.get() as instance:
        job = make_definitions(settings).resolve_job_def(JOB)
        result = job.execute_in_process(instance=instance, raise_on_error=False, run_config=_QUIET)
        if result.success:
            console.print(f"done in {time.monotonic() - began:.1f} s\n")
        else:
            _print_failures(result, console)
    return result.success


def _print_failures(result: dg.ExecuteInProcessResult, console: Console) -> None:
    """Say which check or step failed, and why; the stack trace is in the user interface."""
    checks = [check for check in result.get_asset_check_evaluations() if not check.passed]
    for check in checks:
        console.print(f"[red]check failed[/] {check.asset_key.to_user_string()}: {check.check_name}", soft_wrap=True)
        for name, value in check.metadata.items():
            console.print(f"  {name}: {escape(str(value.value))}", soft_wrap=True)
    if not checks:
        for event in result.all_events:
            if event.is_step_failure:
                console.print(
                    f"[red]failed[/] {event.step_key}: {escape(cause(event.step_failure_data))}", soft_wrap=True
                )
    console.print("nothing was published; the run with its log is in the user interface: [cyan]make dev[/]")
