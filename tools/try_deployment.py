"""The deployment of docs/deploy.md, tried without Docker: Postgres, webserver and daemon with `deploy/dagster.yaml`.

`python tools/try_deployment.py` starts a Postgres of its own and the two services, each on a free port of 127.0.0.1 and
in a scratch folder, launches the job through the webserver's GraphQL, as a click on its page does, waits for the daemon
to run it, looks for the run in Postgres and for the tables in the warehouse, and stops and removes everything.
It needs Debian's `postgresql` and the packages of requirements-deploy.lock.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
CODE = ("-m", "pipelines.definitions")
JOB = "materialize"
_START_SECONDS = 180
_RUN_SECONDS = 420

_LOCATION = """{ repositoriesOrError { ... on RepositoryConnection { nodes { name location { name } } } } }"""
_LAUNCH = """mutation ($parameters: ExecutionParams!) { launchRun(executionParams: $parameters) {
  __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }"""
_STATUS = """query ($run: ID!) { runOrError(runId: $run) { ... on Run { status } } }"""


def missing() -> str | None:
    """What keeps the deployment from being tried here, or `None`."""
    if _postgres_programs() is None:
        return "no Postgres server is installed: apt-get install postgresql"
    if find_spec("dagster_postgres") is None:
        return "dagster-postgres is not installed: it is in requirements-deploy.lock"
    return None


def try_deployment(folder: Path) -> None:
    """Do all of it with files in `folder`. Raises `RuntimeError`, saying what went wrong, where something did."""
    with ExitStack() as running:
        environment = running.enter_context(_postgres(folder))
        environment |= _dagster_folders(folder)
        port = _free_port()
        webserver = ["dagster-webserver", "-h", "127.0.0.1", "-p", str(port), *CODE]
        alive = running.enter_context(_service(webserver, folder, environment))
        address = f"http://127.0.0.1:{port}"
        _wait_until(partial(_answers, f"{address}/server_info"), _START_SECONDS, "the webserver to answer", alive)
        print(f"webserver     answers on {address}")
        alive = running.enter_context(_service(["dagster-daemon", "run", *CODE], folder, environment))
        run = _launch(f"{address}/graphql")
        print(f"run           {run} queued through GraphQL")
        status = _finished(f"{address}/graphql", run, alive)
        if status != "SUCCESS":
            raise RuntimeError(f"the run ended as {status}; see the log above")
        print("daemon        took it from the queue and ran it: SUCCESS")
        print(f"Postgres      {_run_in_postgres(environment, run)}")
        print(f"warehouse     {_tables(Path(environment['READOUT_WAREHOUSE']))}")
        left = [path.name for path in (folder / "dagster").rglob("*.db")]
        if left:
            raise RuntimeError(f"runs were kept in SQLite, too: {', '.join(left)}")
    print("stopped       daemon, webserver, Postgres")


def _postgres_programs() -> Path | None:
    """The folder of the newest Postgres's `initdb` and `postgres`, which Debian keeps out of the PATH."""
    on_path = shutil.which("postgres")
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]), reverse=True
    )
    found = [*debian, *([Path(on_path)] if on_path else [])]
    return found[0].parent if found else None


@contextmanager
def _postgres(folder: Path) -> Iterator[dict[str, str]]:
    """A Postgres of its own that only answers on 127.0.0.1 and only with the password; gives its coordinates."""
    programs = _postgres_programs()
    assert programs is not None
    account: dict[str, Any] = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
    data, password = folder / "postgres", folder / "password"
    coordinates = {
        "POSTGRES_HOST": "127.0.0.1",
        "POSTGRES_PORT": str(_free_port()),
        "POSTGRES_USER": "readout",
        "POSTGRES_PASSWORD": secrets.token_urlsafe(16),
        "POSTGRES_DB": "postgres",
    }
    data.mkdir(mode=0o700)
    password.write_text(coordinates["POSTGRES_PASSWORD"], encoding="utf-8")
    if account:  # Postgres refuses to run as root
        folder.chmod(0o711)
        for path in (data, password):
            shutil.chown(path, account["user"], account["group"])
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "readout", "-A", "scram-sha-256", "--pwfile", password, "--no-sync"],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd="/",
        **account,
    )
    options = ["-c", "unix_socket_directories=", "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"]
    server = [str(programs / "postgres"), "-D", str(data), "-p", coordinates["POSTGRES_PORT"], *options]
    with _service(server, folder, {}, cwd="/", stop=signal.SIGINT, **account) as alive:
        accepts = partial(_accepts, int(coordinates["POSTGRES_PORT"]))
        _wait_until(accepts, 30, "Postgres to accept connections", alive)
        print(f"Postgres      {programs.parent.name} on 127.0.0.1:{coordinates['POSTGRES_PORT']}")
        yield coordinates


def _dagster_folders(folder: Path) -> dict[str, str]:
    """DAGSTER_HOME with the deployment's settings, articles and an empty warehouse, as the containers see them."""
    home = folder / "dagster"
    home.mkdir()
    shutil.copyfile(ROOT / "deploy" / "dagster.yaml", home / "dagster.yaml")
    articles = os.environ.get("READOUT_RAW", str(ROOT / "raw" / "articles"))
    return {
        "DAGSTER_HOME": str(home),
        "READOUT_RAW": articles,
        "READOUT_WAREHOUSE": str(folder / "warehouse"),
        "PYTHONPATH": str(ROOT),
    }


@contextmanager
def _service(
    command: list[str],
    folder: Path,
    environment: dict[str, str],
    cwd: str | Path = ROOT,
    stop: signal.Signals = signal.SIGTERM,
    **account: Any,
) -> Iterator[Callable[[], None]]:
    """Run a program beside, its words in a log that is shown where something goes wrong.

    Gives a function that raises `RuntimeError` where the program has ended by itself.
    """
    name = Path(command[0]).name
    log = folder / f"{name}.log"
    program = Path(sys.executable).with_name(name)
    words = [str(program) if program.exists() else command[0], *command[1:]]
    with log.open("wb") as told:
        process = subprocess.Popen(
            words,
            stdout=told,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env={**os.environ, **environment},
            start_new_session=True,
            **account,
        )

    def alive() -> None:
        if process.poll() is not None:
            raise RuntimeError(f"{name} ended with {process.returncode}")

    try:
        yield alive
    except BaseException:
        print(f"--- {name}\n{_tail(log)}", file=sys.stderr)
        raise
    finally:
        process.send_signal(stop)
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _launch(graphql: str) -> str:
    [repository] = _ask(graphql, _LOCATION)["repositoriesOrError"]["nodes"]
    selector = {
        "repositoryName": repository["name"],
        "repositoryLocationName": repository["location"]["name"],
        "jobName": JOB,
    }
    answer = _ask(graphql, _LAUNCH, {"parameters": {"selector": selector, "mode": "default"}})["launchRun"]
    if answer["__typename"] != "LaunchRunSuccess":
        raise RuntimeError(f"the webserver did not launch {JOB}: {answer}")
    return str(answer["run"]["runId"])


def _finished(graphql: str, run: str, alive: Callable[[], None]) -> str:
    """How the run ended. Raises `RuntimeError` where it does not end in time, or the daemon does."""

    def status() -> str | None:
        now = _ask(graphql, _STATUS, {"run": run})["runOrError"]["status"]
        return str(now) if now in ("SUCCESS", "FAILURE", "CANCELED") else None

    return _wait_until(status, _RUN_SECONDS, "the run to end", alive)


def _run_in_postgres(coordinates: dict[str, str], run: str) -> str:
    """The run's row as Postgres has it. Raises `RuntimeError` where it has none, or one that did not succeed."""
    import sqlalchemy

    address = sqlalchemy.URL.create(
        "postgresql+psycopg2",
        username=coordinates["POSTGRES_USER"],
        password=coordinates["POSTGRES_PASSWORD"],
        host=coordinates["POSTGRES_HOST"],
        port=int(coordinates["POSTGRES_PORT"]),
        database=coordinates["POSTGRES_DB"],
    )
    with sqlalchemy.create_engine(address).connect() as connection:
        of_run = {"run": run}
        found = connection.execute(
            sqlalchemy.text("SELECT pipeline_name, status FROM runs WHERE run_id = :run"), of_run
        )
        rows = [tuple(row) for row in found]
        counted = connection.execute(sqlalchemy.text("SELECT count(*) FROM event_logs WHERE run_id = :run"), of_run)
        events = int(counted.scalar_one())
    if rows != [(JOB, "SUCCESS")] or not events:
        raise RuntimeError(f"Postgres has of run {run}: {rows}, {events} events")
    return f"has the run: {JOB}, SUCCESS, {events:,} events"


def _tables(warehouse: Path) -> str:
    """How many tables and rows were published. Raises `RuntimeError` where one is missing or statements are."""
    import duckdb

    from schemas import TABLES

    with duckdb.connect(warehouse / "readout.duckdb", read_only=True) as connection:
        counts = {name: connection.table(name).shape[0] for name in TABLES}
    if not counts["statements"]:
        raise RuntimeError(f"no statement was published: {counts}")
    return f"{len(counts)} tables, {counts['articles']:,} articles, {counts['statements']:,} statements"


def _ask(graphql: str, query: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
    words = json.dumps({"query": query, "variables": variables or {}}).encode()
    request = urllib.request.Request(graphql, words, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as response:
        answer = json.load(response)
    if answer.get("errors"):
        raise RuntimeError(f"GraphQL: {answer['errors']}")
    return dict(answer["data"])


def _wait_until[T](holds: Callable[[], T | None], seconds: float, what: str, alive: Callable[[], None]) -> T:
    """What `holds` gives once it is true. Raises `RuntimeError` after so many seconds, or where `alive` does."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = holds()
        if found:
            return found
        alive()
        time.sleep(0.5)
    raise RuntimeError(f"waited {seconds:.0f} s for {what}")


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def _accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _tail(log: Path, lines: int = 30) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def main() -> int:
    """Try it and say what was done; 0 when all went well."""
    reason = missing()
    if reason:
        print(f"not tried: {reason}", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="readout-deployment-") as folder:
        try:
            try_deployment(Path(folder))
        except RuntimeError as error:
            print(f"failed: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
