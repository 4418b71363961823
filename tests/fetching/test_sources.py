"""`sources.yaml`: what is right is read, and every fault is named with its line, entry, key and remedy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from pipelines.fetching.sources import KINDS, SourcesError, read_sources
from pipelines.settings import ROOT, SOURCES

GOOD = "sources:\n- {name: desk, kind: feed, url: 'https://a.example/f', publisher: Desk, licence: CC0-1.0%s}\n"
DOCS = ROOT / "docs" / "sources.md"


def faults(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "sources.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourcesError) as raised:
        read_sources(path)
    return str(raised.value).replace(f"{path}:", "").splitlines()


def test_the_bundled_examples_are_right_and_off() -> None:
    found = read_sources(SOURCES).sources
    assert {source.name for source in found} == {"white-house", "wikinews"}
    assert not [source for source in found if source.enabled]


def test_every_example_of_the_guide_is_right_and_every_kind_has_one(tmp_path: Path) -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    kinds = set()
    for block in blocks:
        (tmp_path / "sources.yaml").write_text(block, encoding="utf-8")
        kinds |= {source.kind for source in read_sources(tmp_path / "sources.yaml").sources}
    assert kinds == set(KINDS)


def test_the_guide_names_every_key_that_an_entry_may_have() -> None:
    from pipelines.fetching.sources import _GROUPS, _KEYS

    text = DOCS.read_text(encoding="utf-8")
    assert [
        key for key in (*_KEYS, *_GROUPS, *(k for group in _GROUPS.values() for k in group)) if key not in text
    ] == []


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        (", knd: feed", "key 'knd': nobody knows it; did you mean 'kind'?"),
        (", language: xx", "key 'language': 'xx' is no code of ISO 639-1; write one such as en"),
        (", language: no", "key 'language': False is no code"),
        (", enabled: 'off'", "key 'enabled': 'off' is neither true nor false; write one of them"),
        (", match: '('", "key 'match': '(' is no regular expression"),
        (", robots: none", "key 'robots': 'none' is none of all, articles"),
        (", text: entries", "did you mean 'entry'?"),
        (", most_bytes: 10", "key 'most_bytes': 10 is no whole number from 1024"),
        (", politeness: 3", "key 'politeness': it is no mapping; write key: value lines"),
        (", politeness: {seconds: -1}", "key 'politeness', key 'seconds': -1 is no number from 0 to 3600"),
        (", politeness: {pause: 1}", "key 'pause': nobody knows it; it may be one of articles, seconds"),
        (", politeness: {articles: 1.5}", "key 'articles': 1.5 is no whole number"),
        (", fields: {url: link}", "items, fields and paging are for kind: api alone; leave them out"),
        (", name: other", "key 'name': it stands twice; leave one out"),
    ],
)
def test_a_fault_names_line_entry_key_and_remedy(tmp_path: Path, more: str, fault: str) -> None:
    found = [line for line in faults(tmp_path, GOOD % more) if fault in line]
    assert found
    assert found[0].startswith("2: entry 'desk'")


@pytest.mark.parametrize(
    ("kind", "url", "fault"),
    [
        ("feed", "ftp://a.example/feed", "write https://host/path"),
        ("feed", "https://user:word@a.example/feed", "write https://host/path"),
        ("folder", "https://a.example/files", "write /path, file:///path or s3://bucket/prefix"),
        ("folder", "zip://x::https://a.example/a.zip", "is no folder"),
        ("api", "https://a.example/api", "say under url where a record has its link"),
        ("rss", "https://a.example/feed", "'rss' is none of feed, sitemap, api, folder, warc"),
    ],
)
def test_kind_and_url_must_go_together(tmp_path: Path, kind: str, url: str, fault: str) -> None:
    text = (GOOD % "").replace("kind: feed", f"kind: {kind}").replace("https://a.example/f'", f"{url}'")
    assert fault in faults(tmp_path, text)[0]


def test_all_faults_are_told_at_once_with_their_lines(tmp_path: Path) -> None:
    text = "sources:\n- name: A B\n  kind: feed\n- name: desk\n  kind: fed\n  url: 3\n"
    found = faults(tmp_path, text)
    assert {line.partition(":")[0] for line in found} == {"2", "4", "5", "6"}
    assert "entry 'desk', key 'publisher': it is missing; add it (who publishes the articles)" in "\n".join(found)


def test_a_name_that_stands_twice_is_told(tmp_path: Path) -> None:
    entry = (GOOD % "").removeprefix("sources:\n")
    assert faults(tmp_path, f"sources:\n{entry}{entry}") == ["3: entry 'desk', key 'name': it stands twice; rename one"]


@pytest.mark.parametrize("name", ["../up", "a/b", ".hidden", "UPPER", "", "a" * 41, "con.d"])
def test_a_name_that_could_lead_out_of_the_raw_folder_is_refused(tmp_path: Path, name: str) -> None:
    entry = {"name": name, "kind": "feed", "url": "https://a.example/", "publisher": "D", "licence": "CC0-1.0"}
    assert "it names a folder" in faults(tmp_path, yaml.safe_dump({"sources": [entry]}))[0]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("sources: [", "it is no YAML"),
        ("- a", "it is no mapping"),
        ("sources: 3", "it is no list"),
        ("sources: [3]", "it is no mapping"),
        ("sources: []\ncontact: 'a\\nb'", "sources"),
        ("sources:\n- !!python/object/apply:os.system ['true']", "it is no mapping"),
        ('contact: "a\\nX-Evil: 1"', "cannot stand in a header"),
    ],
)
def test_a_file_that_is_something_else_is_told(tmp_path: Path, text: str, fault: str) -> None:
    if fault == "sources":
        (tmp_path / "sources.yaml").write_text(text)
        assert read_sources(tmp_path / "sources.yaml").sources == ()
    else:
        assert fault in faults(tmp_path, text)[0]


def test_a_file_that_is_not_there_is_told_with_the_variable_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(SourcesError, match=r"READOUT_SOURCES must name your sources\.yaml"):
        read_sources(tmp_path / "none.yaml")


def test_an_empty_file_has_no_sources(tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_text("# nothing yet\n")
    assert read_sources(tmp_path / "sources.yaml").sources == ()
