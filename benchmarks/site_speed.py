"""How fast the site answers with many statements: `python -m benchmarks.site_speed [--statements 100000]`.

The published tables are replicated until they have that many statements; each copy has ids and days of its own, and
most have vowels of their own, so that the index has a vocabulary to match. Then the site is built, served by Python's
own web server, and opened in headless Chromium: bytes of each first view, and times of questions, cold and warm.
"""

from __future__ import annotations

import argparse
import functools
import http.server
import itertools
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import duckdb
from playwright.sync_api import Browser, Page, sync_playwright

from pipelines.settings import Settings
from pipelines.site import build_site
from schemas import TABLES
from schemas.columns import TableSpec
from schemas.ddl import literal, quoted

CHROMIUM = "/usr/bin/chromium"
_OWN = {
    "article_id", "statement_id", "utterance_id", "commitment_id", "pledge_id", "event_id", "participant_id",
    "mention_id", "quarantine_id", "story_id", "content_sha256", "source_path",
}  # fmt: skip
_KEPT = {"topics", "countries", "leaders", "leader_terms", "quarantine"}
_TEXTS = {"text", "content"}
_DAYS = 40 * 365
_QUESTIONS = ("ukraine", "sanctions russia", '"war"', "agreement trade", "xi taiwan", "pres", "the of")


def main() -> int:
    """Measure and print; 1 where there is no Chromium or nothing to replicate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statements", type=int, default=100_000)
    parser.add_argument("--keep", type=Path, help="leave tables and site in this folder")
    chosen = parser.parse_args()
    source = Settings.from_environment().parquet
    if not Path(CHROMIUM).exists() or not (source / "statements.parquet").exists():
        print(f"This needs {CHROMIUM} and the tables of a run in {source}. Nothing was measured.")
        return 1
    with tempfile.TemporaryDirectory(prefix="readout-site-") as scratch:
        folder = chosen.keep or Path(scratch)
        statements = replicate(source, folder / "parquet", chosen.statements)
        started = time.perf_counter()
        build_site(folder / "parquet", folder / "site", "benchmark")
        _tell("statements", f"{statements:,}")
        _tell("building the site", f"{time.perf_counter() - started:.1f} s")
        files = [path for path in (folder / "site").rglob("*") if path.is_file() and "duckdb" not in path.parts]
        _tell("files, bytes of the site", f"{len(files):,}, {sum(path.stat().st_size for path in files) / 1e6:.0f} MB")
        with serving(folder) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            _measure(browser, f"{address}/site", folder)
            browser.close()
    return 0


def replicate(source: Path, target: Path, statements: int) -> int:
    """Write the tables of `source` to `target`, so often that there are that many statements; return how many."""
    target.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as database:
        path = literal(str(source / "statements.parquet"))
        found = database.execute(f"SELECT count(*) FROM read_parquet({path})").fetchone()
        there = int(found[0]) if found else 0
        copies = -(-statements // max(there, 1))
        vowels = [("".join(order)) for order in itertools.permutations("aeiou")]
        database.execute("CREATE TABLE copies AS SELECT unnest(range($1)) AS k", [copies])
        database.execute("CREATE TABLE vowels AS SELECT unnest($1) AS letters, unnest(range(120)) AS turn", [vowels])
        for name, table in TABLES.items():
            rows = f"read_parquet({literal(str(source / f'{name}.parquet'))})"
            if name not in _KEPT:
                columns = ", ".join(_copied(table, column.name) for column in table.columns)
                turns = "vowels ON vowels.turn = CASE WHEN k % 4 = 0 THEN 0 ELSE k % 120 END"
                rows = f"(SELECT {columns} FROM {rows} AS t, copies JOIN {turns})"
            output = literal(str(target / f"{name}.parquet"))
            database.execute(f"COPY (SELECT * FROM {rows}) TO {output} (FORMAT parquet, COMPRESSION zstd)")
    return copies * there


def _copied(table: TableSpec, name: str) -> str:
    column = f"t.{quoted(name)}"
    dtype = {column.name: str(column.dtype) for column in table.columns}[name]
    if name in _OWN:
        return f"{column} || '-' || k AS {quoted(name)}"
    if name in _TEXTS:
        return f"translate({column}, 'aeiou', letters) AS {quoted(name)}"
    if dtype == "Date":
        return f"({column} - (k * 7 % {_DAYS})::INTEGER) AS {quoted(name)}"
    if dtype.startswith("Datetime"):
        return f"({column} - to_days((k * 7 % {_DAYS})::INTEGER)) AS {quoted(name)}"
    return column


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address of a folder, served as a static host would."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def _measure(browser: Browser, site: str, folder: Path) -> None:
    event = (
        next((folder / "site" / "data" / "months").iterdir())
        .read_text(encoding="utf-8")
        .split('["', 2)[1]
        .split('"')[0]
    )
    people = (folder / "site" / "data" / "people.js").read_text(encoding="utf-8").split('["', 2)[1].split('"')[0]
    for name in (
        "index",
        "search",
        "leaders",
        "events",
        "dictionary",
        f"leader.html?id={people}",
        f"event.html?id={event}",
    ):
        page, sizes = _fresh(browser)
        started = time.perf_counter()
        page.goto(f"{site}/{name if '?' in name else name + '.html'}", wait_until="networkidle")
        took = time.perf_counter() - started - 0.5  # networkidle waits for half a second of silence
        _tell(
            f"first view of {name.split('.')[0]}",
            f"{sum(sizes) / 1000:,.0f} kB in {len(sizes)} requests, {took * 1000:.0f} ms",
        )
        page.context.close()
    for question in _QUESTIONS:
        cold = [_ask(browser, site, question) for _ in range(3)]
        page, _ = _fresh(browser)
        page.goto(f"{site}/search.html", wait_until="networkidle")
        warm = []
        for _ in range(3):
            _question(page, "")
            warm.append(_question(page, question))
        times = f"cold {median(cold):.0f} ms, again {median(warm[1:]):.0f} ms"
        _tell(f"search {question}", f"{times}; {page.inner_text('#status')}")
        page.context.close()


def _fresh(browser: Browser) -> tuple[Page, list[int]]:
    """A page with an empty cache, and the bytes of each answer that it will get."""
    page, sizes = browser.new_context().new_page(), list[int]()
    page.on("response", lambda response: sizes.append(len(response.body())))
    return page, sizes


def _ask(browser: Browser, site: str, question: str) -> float:
    page = browser.new_context().new_page()
    page.goto(f"{site}/search.html", wait_until="networkidle")
    took = _question(page, question)
    page.context.close()
    return took


def _question(page: Page, question: str) -> float:
    """Ask, and give the milliseconds from the question to the drawn answer, as the page itself takes them."""
    page.evaluate("document.getElementById('results').removeAttribute('data-milliseconds')")
    page.fill("#q", question)
    page.press("#q", "Enter")
    page.wait_for_selector("#results[data-milliseconds]", state="attached")
    return float(page.get_attribute("#results", "data-milliseconds") or "nan")


def _tell(what: str, value: str) -> None:
    print(f"{what:32} {value}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
