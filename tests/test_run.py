"""The whole run, as a user sees it: cheap to repeat, safe to break, plain when it fails."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest
from rich.console import Console

from pipelines import resources
from pipelines.__main__ import main
from pipelines.modelling import events
from pipelines.records import Article
from pipelines.run import materialize
from pipelines.settings import ROOT, Settings
from pipelines.summary import print_summary
from pipelines.warehouse.building import Building
from schemas import TABLES
from tests.conftest import Bundled

CALL = (
    "Ann Lee said that Norland will buy 20 ships. The two leaders spoke by telephone for more than an hour on Monday."
)
VISIT = "Bo Berg arrived in Norland on Tuesday for talks on fishing rights, which both sides called long overdue."


@dataclass
class Rows:
    """What an extractor gives for one article."""

    article_id: str
    mentions: list[dict[str, Any]] = field(default_factory=list)
    leaders: list[dict[str, Any]] = field(default_factory=list)
    statements: list[dict[str, Any]] = field(default_factory=list)
    commitments: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    statement_topics: list[dict[str, Any]] = field(default_factory=list)
    commitment_topics: list[dict[str, Any]] = field(default_factory=list)
    article_topics: list[dict[str, Any]] = field(default_factory=list)


class FirstWord:
    """An extractor that finds one person in each article: its first word. It remembers what it was given to read."""

    def __init__(self) -> None:
        self.loads = 0
        self.read: list[str] = []
        self.stops_at: str | None = None
        self.country: str | None = None

    def load(self) -> FirstWord:
        self.loads += 1
        return self

    def extract(self, articles: Iterable[Article], *, read_ahead: bool) -> Iterator[Rows]:
        for article in articles:
            if self.stops_at and self.stops_at in article.text:
                raise RuntimeError("a word that nobody foresaw")
            self.read.append(article.text)
            yield Rows(article.article_id, mentions=[self._mention(article)])

    def _mention(self, article: Article) -> dict[str, Any]:
        end = article.text.index(" ")
        return {
            "mention_id": f"m_{article.article_id}",
            "article_id": article.article_id,
            "start": 0,
            "end": end,
            "text": article.text[:end],
            "kind": "person",
            "country": self.country,
            "basis": "first_word",
            "confidence": 1.0,
        }


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Dagster's folder, set up once."""
    return tmp_path_factory.mktemp("dagster")


@pytest.fixture
def extractor(monkeypatch: pytest.MonkeyPatch, home: Path) -> FirstWord:
    found = FirstWord()
    monkeypatch.setenv("DAGSTER_HOME", str(home))
    monkeypatch.setattr(resources, "load_extractor", found.load)
    monkeypatch.setenv("READOUT_WORKERS", "1")  # in this process, where the extractor is ours
    return found


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = Settings(raw=tmp_path / "articles", warehouse=tmp_path / "warehouse")
    found.raw.mkdir()
    write(found, "call.txt", CALL)
    return found


@pytest.fixture
def run(settings: Settings, extractor: FirstWord) -> Callable[[], tuple[bool, str]]:
    """Run the job; give whether it succeeded, and what it said."""

    def once() -> tuple[bool, str]:
        said = io.StringIO()
        return materialize(settings, Console(file=said, width=200)), said.getvalue()

    return once


@dataclass(frozen=True)
class Odd:
    """A run over a folder with all that is odd, each in a file of its own; and what was told at its end."""

    settings: Settings
    extractor: FirstWord
    told: str


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory, home: Path) -> Odd:
    folder = tmp_path_factory.mktemp("odd")
    settings = Settings(raw=folder / "articles", warehouse=folder / "warehouse")
    settings.raw.mkdir()
    write(settings, "call.txt", CALL)
    write(settings, "again.txt", CALL)
    write(settings, "anruf.txt", "Die beiden Präsidenten haben am Montag lange miteinander telefoniert.", language="de")
    write(settings, "visit.txt", VISIT)
    (settings.raw / "empty.txt").write_bytes(b"")
    (settings.raw / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    extractor = FirstWord()
    extractor.stops_at = "Bo Berg"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAGSTER_HOME", str(home))
        patch.setattr(resources, "load_extractor", extractor.load)
        patch.setenv("READOUT_WORKERS", "1")  # in this process, where the extractor is ours
        assert materialize(settings, Console(file=io.StringIO()))
    told = io.StringIO()
    print_summary(settings, Console(file=told, width=200))
    return Odd(settings, extractor, told.getvalue())


def write(settings: Settings, name: str, text: str, **sidecar: str) -> None:
    (settings.raw / name).write_text(text, encoding="utf-8")
    meta = {"published_at": "2026-02-05", "language": "en", **sidecar}
    (settings.raw / name).with_suffix(".meta.json").write_text(json.dumps(meta), encoding="utf-8")


def ask(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(settings.database, read_only=True) as connection:
        return connection.execute(sql).fetchall()


def published(settings: Settings) -> dict[str, tuple[int, bytes]]:
    files = [*settings.parquet.iterdir(), settings.database]
    return {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


Run = Callable[[], tuple[bool, str]]


def test_a_second_run_extracts_nothing_and_changes_no_byte(settings: Settings, extractor: FirstWord, run: Run) -> None:
    assert run()[0]
    before = published(settings)
    assert {Path(name).stem for name in before} == {*TABLES, "readout"}
    assert (extractor.loads, extractor.read) == (1, [CALL])
    assert run()[0]
    assert (extractor.loads, extractor.read) == (1, [CALL])
    assert published(settings) == before


def test_the_database_is_begun_before_all_tables_are_made(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: dict[str, bool] = {}
    staged = Building.staged

    def watched(building: Building, table: str, is_new: bool) -> None:
        begun.setdefault(table, building.is_begun)
        staged(building, table, is_new)

    monkeypatch.setattr(Building, "staged", watched)
    assert run()[0]
    assert not begun["articles"]
    assert begun["statements"]


def test_a_run_with_nothing_new_loads_nothing_that_reads_extracts_or_draws(
    settings: Settings, extractor: FirstWord, run: Run
) -> None:
    assert run()[0]
    code = (
        "import sys; from pipelines.__main__ import main; assert main(['materialize']) == 0\n"
        "print('loaded:', *sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    folders = {"READOUT_RAW": str(settings.raw), "READOUT_WAREHOUSE": str(settings.warehouse)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **folders},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = done.stdout.splitlines()[-1].split()
    assert {"loaded:", "dagster", "polars"} <= set(loaded)
    reads = {"trafilatura", "lxml", "lingua", "ftfy", "feedparser", "fastwarc", "charset_normalizer"}
    extracts = {"spacy", "onnxruntime", "tokenizers"}
    others = {"vl_convert", "altair", "httpx", "aiohttp", "jinja2", "pandas", "hypothesis", "upath"}
    assert not (reads | extracts | others) & set(loaded)


def test_what_is_the_same_across_articles_is_asked_again_only_where_something_changed(
    settings: Settings, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    model = events.model_events
    monkeypatch.setattr(events, "model_events", lambda told, *known: asked.append(1) or model(told, *known))  # type: ignore[func-returns-value]
    assert run()[0]
    assert run()[0]
    assert len(asked) == 1
    before = published(settings)
    (settings.stage / "event_mentions.parquet").write_bytes(b"spoiled")
    assert run()[0]
    assert len(asked) == 2
    assert published(settings) == before
    write(settings, "visit.txt", VISIT)
    assert run()[0]
    assert len(asked) == 3


def test_one_new_article_extracts_one_article(settings: Settings, extractor: FirstWord, run: Run) -> None:
    assert run()[0]
    write(settings, "visit.txt", VISIT)
    with duckdb.connect(settings.database, read_only=True) as reader:
        assert run()[0]
        assert reader.execute("SELECT text FROM mentions").fetchall() == [("Ann",)], "a reader keeps what it opened"
    assert extractor.read == [CALL, VISIT]
    assert ask(settings, "SELECT text FROM mentions ORDER BY text") == [("Ann",), ("Bo",)]


def test_an_article_that_is_gone_takes_its_rows_along(settings: Settings, extractor: FirstWord, run: Run) -> None:
    write(settings, "visit.txt", VISIT)
    assert run()[0]
    for path in settings.raw.glob("call.*"):
        path.unlink()
    assert run()[0]
    assert ask(settings, "SELECT text FROM mentions") == [("Bo",)]
    assert len(extractor.read) == 2


def test_a_file_that_cannot_be_read_is_quarantined_with_its_remedy(odd: Odd) -> None:
    refused = ask(odd.settings, "SELECT source_path, detail FROM quarantine WHERE stage = 'intake' ORDER BY 1")
    assert [path for path, _ in refused] == ["empty.txt", "picture.png"]
    assert all(detail for _, detail in refused)
    assert "empty.txt" in odd.told
    assert "picture.png" in odd.told


def test_an_article_that_stops_the_extractor_costs_only_its_own_rows(odd: Odd) -> None:
    assert ask(odd.settings, "SELECT text FROM mentions") == [("Ann",)]
    assert ask(odd.settings, "SELECT count(*) FROM articles WHERE text LIKE 'Bo Berg%'") == [(1,)]
    [(path, detail)] = ask(odd.settings, "SELECT source_path, detail FROM quarantine WHERE stage = 'extraction'")
    assert path == "visit.txt"
    assert "a word that nobody foresaw" in detail


def test_the_same_text_from_two_files_is_one_article_with_both_sources(odd: Odd) -> None:
    sources = ask(odd.settings, "SELECT source_paths FROM articles WHERE text LIKE 'Ann Lee%'")
    assert sources == [(["again.txt", "call.txt"],)]
    assert set(odd.extractor.read) == {CALL}
    assert ask(odd.settings, "SELECT count(*) FROM mentions") == [(1,)]


def test_an_article_in_a_language_without_an_extractor_is_kept_without_rows(odd: Odd) -> None:
    assert ask(odd.settings, "SELECT language, count(*) FROM articles GROUP BY ALL ORDER BY 1") == [
        ("de", 1),
        ("en", 2),
    ]
    assert "no extractor for de 1" in odd.told


def test_a_check_that_fails_publishes_nothing_and_says_which_rows(
    settings: Settings, extractor: FirstWord, run: Run
) -> None:
    extractor.country = "XYZ"
    done, said = run()
    assert not done
    assert "check failed mentions: foreign_keys" in said
    assert "m_a_" in said
    assert "nothing was published" in said
    assert not settings.database.exists()
    assert not settings.parquet.exists()


def test_a_folder_without_articles_gives_empty_tables(settings: Settings, extractor: FirstWord, run: Run) -> None:
    for path in settings.raw.iterdir():
        path.unlink()
    assert run()[0]
    assert ask(settings, "SELECT count(*) FROM articles") == [(0,)]
    assert extractor.loads == 0


def test_a_folder_that_is_not_there_is_said_plainly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("READOUT_RAW", str(tmp_path / "nowhere"))
    assert main(["materialize"]) == 1
    assert "READOUT_RAW must name the folder with your articles" in capsys.readouterr().err


def test_sql_before_the_first_run_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("READOUT_WAREHOUSE", str(tmp_path))
    assert main(["sql", "SELECT 1"]) == 1
    assert "run `make materialize` first" in capsys.readouterr().err


def test_folders_are_seen_from_where_the_command_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = Settings.from_environment({"READOUT_RAW": "mine", "READOUT_WAREHOUSE": "/elsewhere"})
    assert (found.raw, found.warehouse) == (tmp_path / "mine", Path("/elsewhere"))


def test_the_readme_shows_what_the_bundled_articles_give(bundled: Bundled) -> None:
    """With the real extractor: the first thing that a newcomer sees."""
    assert str(bundled.settings.database) in bundled.told.replace("\n", "")
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    sql = text.split("```sql\n")[1].split("```")[0]
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")][1:]
    found = [
        ["–" if value is None else f"{value:,.0f}" if isinstance(value, float) else str(value) for value in row]
        for row in ask(bundled.settings, sql)
    ]
    assert found == rows
