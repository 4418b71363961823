"""The dataset that the pages are tested on: the bundled articles, and beside them articles that mean harm."""

from __future__ import annotations

import datetime as dt
import functools
import http.server
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from pipelines.site import build_site, packages
from pipelines.warehouse.publish import write_table
from schemas import TABLES
from schemas.frames import conform, rows_frame
from tests.conftest import Bundled

VERSION = "2026.11.1"
SCRIPT = "<script>alert('said')</script>"
IMAGE = '"><img src=x onerror="alert(1)">'
CLOSING = "</script><svg onload=alert(2)>"
TEXT = (
    f"Ann {IMAGE} Lee said that {SCRIPT} zebras will be protected. {CLOSING}\n\n"
    "The visit of the 𝒜mbassador took place on Monday. She vowed to plant 40 trees."
)
SAID = f"that {SCRIPT} zebras will be protected"
PROMISED = "vowed to plant 40 trees"
OTHER_TEXT = "The other side tells it its own way. Bo Lin said that zebras were never in danger."
OTHER_SAID = "that zebras were never in danger"
WITHHELD = "what nobody may pass on"


def _span(text: str, part: str) -> dict[str, int]:
    return {"start": text.index(part), "end": text.index(part) + len(part)}


def _article(key: str, text: str | None, publisher: str, **more: Any) -> dict[str, Any]:
    return {
        "article_id": key, "source_path": f"{key}.txt", "source_paths": [f"{key}.txt"], "title": f"Title {IMAGE}",
        "text": text, "language": "en", "publisher": publisher, "published_on": dt.date(2026, 6, 1),
        "published_at": dt.datetime(2026, 6, 1), "content_sha256": "0" * 64, "story_id": key, "word_count": 20,
        "pipeline_version": "0+0", "authors": [SCRIPT], "licence": CLOSING, **more,
    }  # fmt: skip


def _statement(key: str, article: str, content: str, span: dict[str, int], **more: Any) -> dict[str, Any]:
    return {
        "statement_id": key, "article_id": article, "utterance_id": f"u_{key}", "content": content,
        "content_spans": [span], "quote_type": "indirect", "attribution_type": "assertion", "speaker_kind": "leader",
        "cue_text": "said", "cue_lemma": "say", "speech_act": "assertive", "confidence": 0.9, **more,
    }  # fmt: skip


HARMFUL: dict[str, list[dict[str, Any]]] = {
    "articles": [
        _article("a_harm", TEXT, IMAGE, url="javascript:alert(3)"),
        _article("a_other", OTHER_TEXT, "The Other Side", url="https://example.org/other"),
        _article("a_withheld", None, "The Withholder", url="https://example.org/withheld"),
    ],
    "leaders": [{"leader_id": "local:harm", "name": f"Ann {IMAGE}", "country": "CHN", "aliases": [SCRIPT]}],
    "statements": [
        _statement("s_harm", "a_harm", SAID, _span(TEXT, SAID), speaker_leader_ids=["local:harm"],
                   speaker_countries=["CHN"]),
        _statement("s_other", "a_other", OTHER_SAID, _span(OTHER_TEXT, OTHER_SAID), speaker_text="Bo Lin"),
        _statement("s_withheld", "a_withheld", "", {"start": 3, "end": 9}, speaker_text="Nobody"),
    ],
    "commitments": [
        {
            "commitment_id": "c_harm", "article_id": "a_harm", "pledge_id": "p_harm", "text": PROMISED,
            "spans": [_span(TEXT, PROMISED)], "committer_leader_ids": ["local:harm"], "committer_countries": ["CHN"],
            "counterparty_countries": ["USA"], "action": "plant", "object": "40 trees", "firmness": "pledged",
            "polarity": "do", "confidence": 0.8,
        }
    ],
    "events": [{"event_id": "e_harm", "event_type": "visit", "status": "occurred", "place_text": SCRIPT,
                "date_start": dt.date(2026, 6, 1), "date_end": dt.date(2026, 6, 1), "date_precision": "day"}],
    "event_participants": [{"participant_id": "ep_harm", "event_id": "e_harm", "leader_id": "local:harm",
                            "country": "CHN", "role": "participant"}],
    "event_mentions": [
        {"event_id": "e_harm", "article_id": article, "text": words, "is_main": True, **_span(text, words)}
        for article, text, words in (("a_harm", TEXT, "The visit"), ("a_other", OTHER_TEXT, "The other side"))
    ],
    "statement_topics": [
        {"statement_id": "s_harm", "topic_id": "trade", "score": 0.9},
        {"statement_id": "s_other", "topic_id": "society", "score": 0.9},
    ],
}  # fmt: skip


@pytest.fixture(scope="session")
def parquet(bundled: Bundled, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of the bundled articles and of the harmful ones."""
    folder = tmp_path_factory.mktemp("dataset") / "parquet"
    for name, table in TABLES.items():
        rows = pl.read_parquet(bundled.settings.parquet / f"{name}.parquet")
        rows = conform(table, pl.concat([rows, rows_frame(table, HARMFUL.get(name, []))]))
        write_table(rows, folder / f"{name}.parquet", table)
    return folder


@pytest.fixture(scope="session")
def site(parquet: Path) -> Path:
    """The pages of that dataset, with a database where the packages can be had."""
    out = parquet.parent / "site"
    build_site(parquet, out, VERSION)
    return out


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """Where the pages are served, as a static host would."""
    handler = functools.partial(_Quiet, directory=str(site.parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/site"
        server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is not installed: the pages are not looked at (Debian: apt install chromium)")
    opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
    yield opened
    opened.close()


@dataclass
class Visit:
    """A reader with a browser of their own, who notes what no page may do."""

    page: Page
    address: str
    wrongs: list[str] = field(default_factory=list)

    def open(self, name: str) -> Page:
        """Open a page of the site, and wait until it is drawn."""
        self.page.goto(f"{self.address}/{name}")
        self.page.wait_for_selector("main h1")
        self.page.wait_for_selector("[aria-busy]", state="detached")
        return self.page


def watched(context: BrowserContext, address: str) -> Visit:
    """A visit that notes errors, messages, dialogs and requests to anywhere else."""
    visit = Visit(context.new_page(), address)
    page, wrongs = visit.page, visit.wrongs
    page.on("console", lambda message: wrongs.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: wrongs.append(f"error: {error}"))
    page.on(
        "requestfailed",  # one that is broken off because the reader goes on to another page is no fault
        lambda request: None if request.failure == "net::ERR_ABORTED" else wrongs.append(f"failed: {request.url}"),
    )
    page.on(
        "response",
        lambda response: wrongs.append(f"{response.status}: {response.url}") if response.status >= 400 else None,
    )
    page.on("dialog", lambda dialog: (wrongs.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    own = address.rsplit("/", 1)[0]
    page.on(
        "request",
        lambda request: None if request.url.startswith((own, "blob:")) else wrongs.append(f"outside: {request.url}"),
    )
    return visit


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    """A reader whose browser notes every wrong; there must be none in the end."""
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    visited = watched(context, address)
    yield visited
    context.close()
    assert visited.wrongs == []


@pytest.fixture(scope="session")
def database(site: Path) -> None:
    """Skips where the browser's database could not be fetched."""
    if not (site / "duckdb").is_dir():
        pytest.skip(f"the packages of {packages.HERE / 'browser_packages.csv'} could not be fetched from npm")
