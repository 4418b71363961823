"""Sidecars win over what the file says; their faults are named."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest

from pipelines.intake.records import ParsedDocument, Rejected
from tests.intake.conftest import Put, Read
from tests.intake.texts import LEAD, SECOND

PAGE = f"---\ntitle: The file's title\nauthor: A. Writer\ndate: 2024-03-03\n---\n{LEAD}\n\n{SECOND}\n"


def test_a_sidecar_wins_and_the_file_fills_the_rest(put: Put, read: Read) -> None:
    put("call.md", PAGE)
    put("call.meta.json", json.dumps({"title": "The sidecar's title", "published_at": "2026-02-05T22:00:00-05:00"}))
    (found,) = read()
    assert isinstance(found, ParsedDocument)
    assert found.title == "The sidecar's title"
    assert found.authors == ("A. Writer",)
    assert (found.published_at, found.published_on) == (datetime(2026, 2, 6, 3), date(2026, 2, 5))
    assert found.published_basis == "sidecar"


@pytest.mark.parametrize(
    ("sidecar", "named"),
    [
        ("{", "no JSON"),
        ("[]", "no JSON object"),
        ('{"published_at": "last week"}', "published_at 'last week'"),
        ('{"published_at": 20260205}', "published_at is not a text"),
        ('{"language": "English"}', "language 'English'"),
        ('{"authors": {"name": "x"}}', "authors"),
        ('{"title": ["x"]}', "title is not a text"),
        ("[" * 100_000, "JSON"),
    ],
)
def test_a_broken_sidecar_keeps_its_article_out_and_names_the_fault(
    put: Put, read: Read, sidecar: str, named: str
) -> None:
    put("call.md", PAGE)
    put("call.meta.json", sidecar)
    (found,) = read()
    assert isinstance(found, Rejected)
    assert found.reason == "sidecar_invalid"
    assert named in found.detail
    assert "Correct the sidecar" in found.detail


def test_an_unknown_key_is_reported_and_the_article_taken_in(put: Put, read: Read) -> None:
    put("call.md", PAGE)
    put("call.meta.json", '{"publised_at": "2026-02-05", "licence": null}')
    report, article = read()
    assert isinstance(report, Rejected)
    assert report.reason == "sidecar_unknown_key"
    assert "'publised_at' (did you mean 'published_at'?)" in report.detail
    assert isinstance(article, ParsedDocument)
    assert article.published_on == date(2024, 3, 3)


@pytest.mark.parametrize(
    "values",
    [
        {"title" * 100_000: "x"},
        {f"key {number}": "x" for number in range(20_000)},
        {"published_at": "1 " * 200_000},
        {"language": "x" * 400_000},
    ],
)
def test_a_sidecar_without_end_is_told_of_in_a_few_words(put: Put, read: Read, values: dict[str, str]) -> None:
    put("call.md", PAGE)
    put("call.meta.json", json.dumps(values))
    report = read()[0]
    assert isinstance(report, Rejected)
    assert report.reason in {"sidecar_unknown_key", "sidecar_invalid"}
    assert len(report.detail) < 1_000


def test_what_a_sidecar_says_is_text_and_hides_nothing(put: Put, read: Read) -> None:
    put("call.md", PAGE)
    said = {"title": "\u202eTitle\u0000\u2066 of it", "publisher": "../../etc/passwd", "authors": ["\x1b[2JAnn\u200b"]}
    put("call.meta.json", json.dumps(said))
    (article,) = read()
    assert isinstance(article, ParsedDocument)
    assert (article.title, article.publisher, article.authors) == ("Title of it", "../../etc/passwd", ("[2JAnn",))


def test_a_sidecar_of_many_articles_gives_what_can_hold_for_all(put: Put, read: Read) -> None:
    put("many.jsonl", f'{{"text": "{LEAD}"}}\n{{"text": "{SECOND}"}}\n')
    put("many.meta.json", '{"publisher": "The Daily"}')
    assert [found.publisher for found in read() if isinstance(found, ParsedDocument)] == ["The Daily", "The Daily"]


def test_a_title_cannot_hold_for_many_articles(put: Put, read: Read) -> None:
    put("many.jsonl", f'{{"text": "{LEAD}"}}\n{{"text": "{SECOND}"}}\n')
    put("many.meta.json", '{"title": "One title"}')
    found = read()
    assert [(item.source_path, item.reason) for item in found if isinstance(item, Rejected)] == [
        ("many.jsonl#1", "sidecar_invalid"),
        ("many.jsonl#2", "sidecar_invalid"),
    ]
