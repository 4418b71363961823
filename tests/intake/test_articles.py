"""From parsed documents to rows: identity, duplicates, stories and the accounting of inputs."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable
from datetime import date, datetime
from itertools import combinations

import polars as pl

from pipelines.intake.articles import take_in
from pipelines.intake.clean import count_words
from pipelines.intake.near_duplicates import signature, similarity, story_groups
from pipelines.intake.records import ParsedDocument
from schemas import spec
from tests.intake.conftest import Put
from tests.intake.texts import LEAD, SECOND, THIRD

Frames = Callable[[], tuple[pl.DataFrame, pl.DataFrame]]


def document(path: str, text: str, **known: object) -> ParsedDocument:
    values: dict[str, object] = {
        **dict.fromkeys(("title", "publisher", "url", "licence", "published_at", "published_on", "published_basis")),
        "language": "en",
        "authors": (),
        "has_sidecar": False,
        **known,
    }
    digest = hashlib.sha256(text.encode()).hexdigest()
    found = {"content_sha256": digest, "word_count": count_words(text), "signature": signature(text)}
    return ParsedDocument(source_path=path, text=text, **found, **values)  # type: ignore[arg-type]


def test_an_article_is_named_by_its_text() -> None:
    (row,) = take_in([document("call.txt", LEAD)], "1.0")[0].to_dicts()
    digest = hashlib.sha256(LEAD.encode()).hexdigest()
    assert (row["article_id"], row["content_sha256"]) == (f"a_{digest[:16]}", digest)
    assert row["story_id"] == f"st_{digest[:16]}"
    assert (row["word_count"], row["pipeline_version"]) == (16, "1.0")


def test_identical_content_is_one_article_with_all_its_sources() -> None:
    copies = [
        document("b.txt", LEAD, title="From the file", url="https://example.org/b"),
        document("c.txt", LEAD, title="From the sidecar", has_sidecar=True),
        document(
            "a.txt", LEAD, published_at=datetime(2026, 2, 5), published_on=date(2026, 2, 5), published_basis="dateline"
        ),
    ]
    (row,) = take_in(copies, "1.0")[0].to_dicts()
    assert row["source_path"] == "a.txt"
    assert row["source_paths"] == ["a.txt", "b.txt", "c.txt"]
    assert (row["title"], row["url"]) == ("From the sidecar", "https://example.org/b")
    assert (row["published_at"], row["published_basis"]) == (datetime(2026, 2, 5), "dateline")


def test_the_order_of_the_inputs_changes_nothing() -> None:
    documents = [document(f"{name}.txt", f"{LEAD} {SECOND} {THIRD} {name}") for name in "abcdefgh"]
    shuffled = random.Random(1).sample(documents, len(documents))
    assert take_in(documents, "1.0")[0].equals(take_in(shuffled, "1.0")[0])


def stories(ids: list[str], texts: list[str], days: list[date | None]) -> dict[str, str]:
    return story_groups(ids, texts.__getitem__, days, [signature(text) for text in texts])


def test_every_pair_that_is_alike_enough_is_found_among_many_others() -> None:
    chance = random.Random(2026)
    words = [f"word{number}" for number in range(3000)]
    texts = [" ".join(chance.choices(words, k=200)) for _ in range(150)]
    for at in range(0, 100, 5):
        copied = texts[at].split()
        copied[chance.randrange(len(copied))] = "another"
        texts.append(" ".join(copied))
    ids = [f"a_{number:03}" for number in range(len(texts))]
    pairs = [(a, b) for a, b in combinations(range(len(texts)), 2) if similarity(texts[a], texts[b]) >= 0.8]
    assert len(pairs) == 20
    found = stories(ids, texts, [None] * len(texts))
    assert {identifier for identifier, story in found.items() if story != identifier} == {ids[b] for _, b in pairs}
    assert all(found[ids[b]] == ids[a] for a, b in pairs)


def test_near_duplicates_share_a_story_and_others_do_not() -> None:
    words = [f"word{number}" for number in range(200)]
    wire = " ".join(words)
    edited = " ".join([*words[:100], "however", *words[100:], "Reuters"])
    other = " ".join(reversed(words))
    groups = stories(["a_2", "a_1", "a_3"], [wire, edited, other], [None, date(2026, 2, 5), None])
    assert groups == {"a_1": "a_1", "a_2": "a_1", "a_3": "a_3"}
    assert similarity(wire, edited) > 0.8


def test_the_same_words_a_year_later_are_another_story() -> None:
    notice = " ".join(f"word{number}" for number in range(200))
    days = [date(2025, 3, 1), date(2026, 3, 1), date(2026, 3, 2)]
    groups = stories(["a_1", "a_2", "a_3"], [notice, f"{notice} again", f"{notice} too"], days)
    assert groups == {"a_1": "a_1", "a_2": "a_2", "a_3": "a_2"}


def test_empty_frames_have_all_columns() -> None:
    articles, quarantine = take_in([], "1.0")
    assert articles.schema == spec("articles").schema
    assert quarantine.schema == spec("quarantine").schema


def test_every_input_is_in_articles_or_in_quarantine(put: Put, frames: Frames) -> None:
    put("a.txt", f"{LEAD}\n{SECOND}")
    put("copy/a.txt", f"{LEAD}\n{SECOND}")
    put("empty.md", "  \n")
    put("short.txt", "Too short.")
    put("b.pdf", "%PDF-1.7")
    put("lost.meta.json", "{}")
    put("lines.jsonl", f"{json.dumps({'text': THIRD})}\nbroken\n")
    articles, quarantine = frames()
    assert sorted(articles.get_column("source_paths").explode().to_list()) == ["a.txt", "copy/a.txt", "lines.jsonl#1"]
    assert dict(quarantine.select("source_path", "reason").iter_rows()) == {
        "b.pdf": "unknown_format",
        "empty.md": "empty",
        "lines.jsonl#2": "bad_json",
        "lost.meta.json": "sidecar_orphan",
        "short.txt": "too_short",
    }
    assert quarantine.filter(pl.col("table_name") == "articles").get_column("source_path").to_list() == [
        "lines.jsonl#2"
    ]
    assert quarantine.get_column("stage").unique().to_list() == ["intake"]
