"""A tour of the user interface in headless Chromium, as a newcomer would take it; its pictures are those of docs/ui.md.

    python tools/ui_tour.py [--pictures docs/ui]

It works on the bundled articles, in folders of its own: it opens the graph, makes everything, looks at an asset's page,
its charts and its checks, breaks an article, and sees it refused. It ends with an error where anything is not as told.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Locator, Page, Playwright, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
ARTICLES = ROOT / "raw" / "articles"
LOCATION = "pipelines.definitions"
SIZE = {"width": 1280, "height": 720}

_START_S = 180
_RUN_S = 300
_PAGE_MS = 60_000


def chromium() -> str | None:
    """The browser that Debian installs, if it is there."""
    return shutil.which("chromium")


@dataclass(frozen=True)
class Server:
    """A running user interface."""

    address: str
    log: Path

    def ask(self, query: str) -> dict[str, Any]:
        """The answer to a question in GraphQL."""
        answer = httpx.post(f"{self.address}/graphql", json={"query": query}, timeout=30)
        found: dict[str, Any] = answer.raise_for_status().json()["data"]
        return found

    def newest_run(self) -> tuple[str, str]:
        """Id and status of the newest run; two empty strings where there is none."""
        query = "{runsOrError(limit: 1) {... on Runs {results {runId status}}}}"
        runs = self.ask(query)["runsOrError"]["results"]
        return (runs[0]["runId"], runs[0]["status"]) if runs else ("", "")

    def finished(self, after: str) -> str:
        """Wait for the end of the run that follows the one of id `after`. Raises RuntimeError where it fails."""
        until = time.monotonic() + _RUN_S
        while time.monotonic() < until:
            run, status = self.newest_run()
            if run != after and status == "SUCCESS":
                return run
            if run != after and status in ("FAILURE", "CANCELED"):
                raise RuntimeError(f"the run {run} ended as {status}; the log is {self.log}")
            time.sleep(0.5)
        raise RuntimeError(f"no run ended within {_RUN_S} s; the log is {self.log}")


@contextmanager
def serving(folder: Path, raw: Path, warehouse: Path, home: Path, launching: bool = True) -> Iterator[Server]:
    """The user interface over these folders, on a port of its own; with what starts runs, if `launching`."""
    port = _free_port()
    home.mkdir(parents=True, exist_ok=True)
    if not (home / "dagster.yaml").exists():
        shutil.copyfile(ROOT / "dagster.yaml", home / "dagster.yaml")
    folders = {"DAGSTER_HOME": home, "READOUT_RAW": raw, "READOUT_WAREHOUSE": warehouse}
    environment = {**os.environ, **{name: str(path) for name, path in folders.items()}}
    tool = ["dagster", "dev"] if launching else ["dagster-webserver"]
    command = [
        str(Path(sys.executable).parent / tool[0]),
        *tool[1:],
        "-h",
        "127.0.0.1",
        "-p",
        str(port),
        "-m",
        LOCATION,
    ]
    log = folder / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            server = Server(f"http://127.0.0.1:{port}", log)
            _wait(server, process)
            yield server
        finally:
            _stop(process)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(server: Server, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _START_S
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the user interface ended at once:\n{server.log.read_text(errors='replace')[-2000:]}")
        try:
            if server.ask("{version}"):
                return
        except (httpx.HTTPError, KeyError, ValueError):
            time.sleep(0.3)
    raise RuntimeError(f"the user interface did not come up within {_START_S} s; the log is {server.log}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
        except ProcessLookupError:
            return
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            continue
        if sign == signal.SIGKILL:
            return


class Browser:
    """One window on the user interface."""

    def __init__(self, page: Page, server: Server, pictures: Path | None) -> None:
        self.page = page
        self.server = server
        self._pictures = pictures

    def open(self, path: str, *expected: str) -> None:
        """Go to a page and wait until it shows all that is `expected`."""
        self.page.goto(f"{self.server.address}{path}", timeout=_PAGE_MS)
        for text in expected:
            self.sees(text)

    def sees(self, text: str) -> Locator:
        """What shows the text, once it is there. Raises playwright's TimeoutError where it does not come."""
        found = self.page.get_by_text(text).first
        found.wait_for(timeout=_PAGE_MS)
        return found

    def click(self, name: str) -> None:
        """Press the button of that name."""
        self.page.get_by_role("button", name=name).first.click(timeout=_PAGE_MS)

    def picture(self, name: str) -> None:
        """Keep what is seen as a small picture, where pictures are wanted."""
        if self._pictures is not None:
            self.page.wait_for_timeout(800)  # drawings and panels that slide in
            self.page.mouse.move(0, 0)
            self.page.screenshot(path=self._pictures / f"{name}.png", animations="disabled")


@contextmanager
def browsing(server: Server, pictures: Path | None = None, playwright: Playwright | None = None) -> Iterator[Browser]:
    """A window of Debian's Chromium on the user interface, driven by `playwright` where it runs already.

    Raises FileNotFoundError where there is no Chromium.
    """
    binary = chromium()
    if binary is None:
        raise FileNotFoundError("there is no chromium: apt install chromium")
    with nullcontext(playwright) if playwright else sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=binary, args=["--no-sandbox"])
        try:
            context = browser.new_context(viewport=SIZE, timezone_id="UTC", locale="en-GB")  # type: ignore[arg-type]
            yield Browser(context.new_page(), server, pictures)
        finally:
            browser.close()


def see_graph(ui: Browser) -> None:
    """The job: what the project does, and its assets from left to right in their groups."""
    ui.open(f"/locations/{LOCATION}/jobs/materialize", "Materialize all")
    for group in ("raw", "parsed", "extracted", "modelled", "warehouse"):
        ui.sees(group)
    ui.picture("graph")


def make_all(ui: Browser, picture: str | None = None) -> None:
    """Press the button that makes everything, and see the run succeed."""
    before, _ = ui.server.newest_run()
    ui.open(f"/locations/{LOCATION}/jobs/materialize", "Materialize all")
    ui.click("Materialize all")
    run = ui.server.finished(after=before)
    ui.open(f"/runs/{run}", "Success")
    if picture:
        ui.picture(picture)


def see_asset(ui: Browser, table: str, *expected: str) -> None:
    """An asset's page: what a row is, how many there are, its charts."""
    ui.open(f"/assets/{table}?view=overview", "One row is:", *expected)
    ui.picture(table)


def see_charts(ui: Browser, table: str) -> None:
    """The charts of a table's newest run: each is an image that the browser could draw."""
    ui.open(f"/assets/{table}?view=overview", "charts")
    row = ui.page.locator("tr", has_text="charts").first
    row.get_by_text("Show Markdown").first.click(timeout=_PAGE_MS)
    images = ui.page.locator("img[src^='data:image/svg+xml']")
    images.first.wait_for(timeout=_PAGE_MS)
    widths = images.evaluate_all("found => found.map(image => image.naturalWidth)")
    if not widths or min(widths) == 0:
        raise RuntimeError(f"charts of {table} are not drawn: widths {widths}")
    ui.picture(f"{table}-charts")


def see_checks(ui: Browser, table: str, checks: tuple[str, ...]) -> None:
    """The checks of a table: what each expected and found."""
    ui.open(f"/assets/{table}?view=checks", *checks)
    ui.page.get_by_text(checks[-1], exact=True).first.click(timeout=_PAGE_MS)
    ui.sees("expected")
    ui.picture(f"{table}-checks")


def break_an_article(raw: Path) -> None:
    """An empty file, and an article with a sidecar that is no JSON."""
    (raw / "empty.txt").write_text("", encoding="utf-8")
    (raw / "no-date.txt").write_text("The ministers met on Tuesday.\n", encoding="utf-8")
    (raw / "no-date.meta.json").write_text("{published on Tuesday", encoding="utf-8")


def tour(folder: Path, pictures: Path | None) -> None:
    """The whole tour, in `folder`. Raises where a page does not show what it should."""
    raw, warehouse = folder / "articles", folder / "warehouse"
    raw.mkdir(parents=True)
    for path in ARTICLES.iterdir():
        shutil.copyfile(path, raw / path.name)
    with serving(folder, raw, warehouse, folder / "dagster") as server, browsing(server, pictures) as ui:
        see_graph(ui)
        make_all(ui, "run")
        see_asset(ui, "statements", "modelled")
        see_charts(ui, "statements")
        see_checks(ui, "statements", ("schema", "primary_key", "foreign_keys", "spans"))
        break_an_article(raw)
        make_all(ui)
        see_asset(ui, "quarantine")
        see_charts(ui, "quarantine")
        ui.open("/asset-groups", "release")
        ui.picture("groups")
        ui.open("/assets/monthly_extractions?view=partitions", "2026-05")
        ui.picture("months")
        ui.open("/automation", "raw_files_changed", "every_day")
        ui.picture("automation")
        refused = [json.dumps(row) for row in _refused(warehouse)]
        if len(refused) != 2:
            raise RuntimeError(f"two inputs were broken, and refused were {refused}")


def _refused(warehouse: Path) -> list[dict[str, Any]]:
    import polars as pl

    rows = pl.read_parquet(warehouse / "parquet" / "quarantine.parquet")
    return rows.select("source_path", "reason", "detail").to_dicts()


def main() -> int:
    """Take the tour; print how long it took."""
    parser = argparse.ArgumentParser(description="A tour of the user interface in headless Chromium.")
    parser.add_argument("--pictures", type=Path, help="folder for the pictures; none are kept where it is not given")
    chosen = parser.parse_args()
    if chosen.pictures:
        chosen.pictures.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="readout-tour-") as folder:
        tour(Path(folder), chosen.pictures)
    print(f"the tour took {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
