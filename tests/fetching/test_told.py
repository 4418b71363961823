"""The command and the job: what a user is told, and that nothing is fetched unless asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from rich.console import Console

from pipelines.__main__ import main
from pipelines.fetching.told import fetch_and_tell
from pipelines.settings import ROOT, Settings
from tests.fetching.web import SITE, Reply, Web, page, rss


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    usual = {"kind": "feed", "publisher": "Harbour Desk", "licence": "CC0-1.0", "politeness": {"seconds": 0}}
    entries = [
        {"name": "desk", "url": f"{SITE}/feed", **usual},
        {"name": "broken", "url": f"{SITE}/broken", **usual},
        {"name": "off", "url": f"{SITE}/off", "enabled": False, **usual},
    ]
    path = tmp_path / "sources.yaml"
    path.write_text(yaml.safe_dump({"sources": entries}), encoding="utf-8")
    return path


def told(web: Web, sources: Path, *names: str) -> tuple[bool, str]:
    console = Console(width=150, record=True, quiet=False, file=open("/dev/null", "w"))  # noqa: SIM115, PTH123
    good = fetch_and_tell(Settings(web.raw, web.memory.parent, sources=sources), names, False, console, web.tools())
    return good, console.export_text()


def test_the_report_has_each_source_its_counts_reasons_and_remedies(web: Web, sources: Path) -> None:
    web.routes |= {"/feed": rss("/one", "/gone"), "/one": page("ports"), "/broken": Reply("<html>")}
    good, text = told(web, sources)
    assert not good
    rows = {line.split()[0]: " ".join(line.split()) for line in text.splitlines() if line.strip()}
    assert rows["desk"] == "desk 1 0 1 not_found 1"
    assert rows["broken"].startswith("broken 0 0 0 'http://news.example/broken' is no RSS or Atom feed. Check that")
    assert "refused.jsonl" in text
    assert "/off" not in web.asked


def test_a_source_that_is_off_is_fetched_when_it_is_named(web: Web, sources: Path) -> None:
    web.routes |= {"/off": rss("/one"), "/one": page("ports")}
    good, _ = told(web, sources, "off")
    assert good
    assert len(web.files()) == 1
    assert "/feed" not in web.asked


def test_the_command_fetches_nothing_as_it_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("READOUT_SOURCES", raising=False)
    monkeypatch.setenv("READOUT_RAW", str(tmp_path / "raw"))
    monkeypatch.setenv("READOUT_WAREHOUSE", str(tmp_path / "warehouse"))
    assert main(["fetch"]) == 0
    assert "no source is on" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_the_command_tells_a_wrong_name_and_a_wrong_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], sources: Path
) -> None:
    monkeypatch.setenv("READOUT_SOURCES", str(sources))
    assert main(["fetch", "dask"]) == 1
    assert "has no source 'dask'; did you mean 'desk'?" in capsys.readouterr().err
    sources.write_text("sources: 3\n")
    assert main(["fetch"]) == 1
    assert f"{sources}:1: the file, key 'sources': it is no list" in capsys.readouterr().err


def test_the_commands_of_the_guide_are_those_that_there_are() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    guide = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    assert "make fetch" in guide
    assert "\nfetch: $(READY) ##" in makefile
    assert "python -m pipelines fetch --retry" in guide
