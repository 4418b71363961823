"""The whole intake: the founding article, hostile files, and the promise that nothing is lost and nothing raises."""

from __future__ import annotations

import gzip
import io
import random
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.intake.intake import read_all, read_file
from pipelines.intake.readers import READERS
from pipelines.intake.records import ParsedDocument, Rejected
from pipelines.intake.sources import FORMATS, find_inputs
from tests.intake.conftest import Put, Read
from tests.intake.texts import LEAD, SECOND

FOUNDING = Path(__file__).resolve().parents[2] / "raw" / "articles"


def test_the_founding_article_is_its_title_and_eight_paragraphs(founding_text: str) -> None:
    (file,) = [file for file in find_inputs(FOUNDING) if file.source_path == "xi-trump-call.txt"]
    (found,) = read_file(file, FOUNDING)
    assert isinstance(found, ParsedDocument)
    assert found.title == "Xi and Trump Hold First Call Since November: Focus on Taiwan, Trade, and Bilateral Ties"
    assert found.text == founding_text
    assert found.text.count("\n\n") == 7
    assert (str(found.published_on), found.published_basis, found.language) == ("2026-02-05", "sidecar", "en")


def test_what_processes_give_is_what_one_gives(put: Put, raw: Path) -> None:
    for number in range(40):
        put(f"{number}.txt", f"{LEAD} {number}\n{SECOND}")
    inputs = find_inputs(raw)
    done: list[int] = []
    assert list(read_all(inputs, raw, workers=2, advance=done.append)) == list(read_all(inputs, raw))
    assert sum(done) == 40


def test_every_format_that_is_looked_for_has_a_reader_and_no_reader_is_forgotten() -> None:
    assert set(FORMATS) == set(READERS)


@pytest.mark.parametrize("extension", sorted(READERS))
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.one_of(st.binary(max_size=400), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))))
def test_any_bytes_in_any_format_are_accounted_for(
    tmp_path_factory: pytest.TempPathFactory, extension: str, data: bytes
) -> None:
    raw = tmp_path_factory.mktemp("raw")
    (raw / f"any.{extension}").write_bytes(data)
    (file,) = find_inputs(raw)
    outcomes = read_file(file, raw)
    assert outcomes
    assert not any(isinstance(item, Rejected) and item.reason == "reader_failed" for item in outcomes)


HOSTILE = {
    "nul.txt": b"\x00" * 1_000_000,
    "line.txt": b"word " * 2_000_000,
    "bidi.txt": ("\u202e\u2066" * 500_000 + LEAD).encode(),
    "combining.txt": ("a" + "\u0301" * 500_000).encode(),
    "blank.txt": b"\n \n" * 500_000 + LEAD.encode(),
    "nested.html": b"<div>" * 100_000 + LEAD.encode(),
    "formatting.html": b"<b><i>" * 20_000 + LEAD.encode(),
    "tables.html": b"<table><tr><td>" * 20_000 + LEAD.encode(),
    "attributes.html": b"<p " + b"a=b " * 200_000 + b">" + LEAD.encode(),
    "unclosed.html": b"<!--" + b"x" * 1_000_000,
    "meta.html": b"<meta charset=" * 50_000,
    "brackets.md": b"[" * 20_000 + LEAD.encode(),
    "stars.md": b"*a_" * 20_000,
    "quotes.md": b">" * 20_000 + LEAD.encode(),
    "lists.md": b"".join(b" " * (2 * depth) + b"- x\n" for depth in range(200)),
    "backticks.md": b"".join(b"`" * n + b"x" for n in range(500)),
    "front.md": b"---\na: " + b"[" * 5_000 + b"\n---\n" + LEAD.encode(),
    "deep_front.md": b"---\ntitle: x\ndate: " + b"[" * 150_000 + b"\n---\n" + LEAD.encode(),
    "long_front.md": b"---\n" + b"a: b\n" * 400_000 + b"---\n" + LEAD.encode(),
    "line.html": b"<p>" + b"word " * 1_600_000,
    "line.md": b"word " * 1_600_000,
    "line.json": b'{"text": "' + b"word " * 2_000_000 + b'"}',
    "line.jsonl": b'{"text": "' + b"word " * 2_000_000 + b'"}',
    "line.eml": b"Subject: x\n\n" + b"word " * 2_000_000,
    "references.html": b"<p>&#1;&#x110000;&#xd800;&#0;<b>x</b>\n\n" + LEAD.encode() + b"<!-- x -->&#31; on.</p>",
    "references.md": LEAD.encode() + b" &#1;\n\n<script>x</script>&#8; and so on\n",
    "references.rss": b"<rss version='2.0'><channel><item><description>&amp;#x110000; "
    + LEAD.encode()
    + b"</description></item></channel></rss>",
    "outside.xml": b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss version="2.0">'
    b"<channel><item><description>&x;</description></item></channel></rss>",
    "line.rss": b"<rss version='2.0'><channel><item><description>" + b"word " * 2_000_000 + b"</description></item>",
    "archive.zip": b"PK\x03\x04" + b"\x00" * 100_000,
    "deep.json": b'{"a":' * 50_000,
    "deep.eml": b"Content-Type: multipart/mixed; boundary=a\n\n"
    + b"--a\nContent-Type: multipart/mixed; boundary=a\n\n" * 500,
    "deep.xml": b"<a>" * 100_000,
    "bomb.warc.gz": gzip.compress(b"\x00" * 50_000_000),
    "dateline.txt": b"A" * 100_000 + b"\n" + b"Aa " * 100_000 + b"\n" + LEAD.encode(),
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_files_neither_crash_nor_hang(put: Put, read: Read, name: str) -> None:
    put(name, HOSTILE[name])
    started = time.process_time()
    outcomes = read()
    assert outcomes
    assert not any(isinstance(item, Rejected) and item.reason == "reader_failed" for item in outcomes), outcomes
    assert time.process_time() - started < 20, "of the processor's time: what else the machine does is not its fault"
    assert "root:" not in str(outcomes), "nothing outside the file is read"


def zip_bomb() -> bytes:
    """Ten zip files in a zip, each of one file of 10 MB: 12 kB that would unfold to 100 MB."""
    inner, outer = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("../../call.txt", b"\0" * 10_000_000)
    with zipfile.ZipFile(outer, "w", zipfile.ZIP_DEFLATED) as packed:
        for number in range(10):
            packed.writestr(f"{number}.zip", inner.getvalue())
    return outer.getvalue()


def test_a_zip_bomb_is_refused_whatever_its_name_says(put: Put, raw: Path) -> None:
    bomb = zip_bomb()
    for extension in ("zip", "docx", *READERS):
        put(f"bomb.{extension}", bomb)
    tracemalloc.start()
    found = [outcome for _, outcomes in read_all(find_inputs(raw), raw) for outcome in outcomes]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert {item.source_path.partition("#")[0] for item in found} >= {f"bomb.{name}" for name in READERS}
    assert not any(isinstance(item, ParsedDocument) or item.reason == "reader_failed" for item in found), found
    assert peak < 10_000_000, "nothing in it is unfolded"
    assert sorted(path.name for path in raw.parent.iterdir()) == ["raw"], "and nothing is written"


def test_a_file_that_vanishes_or_is_locked_is_refused_with_the_remedy(put: Put, raw: Path) -> None:
    path = put("call.txt", LEAD)
    (file,) = find_inputs(raw)
    path.unlink()
    (found,) = read_file(file, raw)
    assert isinstance(found, Rejected)
    assert found.reason == "unreadable"
    assert "chmod" in found.detail


def test_too_large_a_file_is_refused_by_the_limit_that_is_set(put: Put, read: Read) -> None:
    put("call.txt", LEAD * 100)
    (found,) = read(file_bytes=1000)
    assert isinstance(found, Rejected)
    assert found.reason == "too_large"
    assert "settings.py" in found.detail


def test_reading_is_deterministic(put: Put, read: Read) -> None:
    words = ["harvest", "border", "treaty", "Monday", "“quoted”", "talks."]
    chooser = random.Random(7)
    for number in range(5):
        put(f"{number}.md", "\n\n".join(" ".join(chooser.choices(words, k=30)) for _ in range(5)))
    assert read() == read()
