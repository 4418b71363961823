"""Only what is new is extracted, in any order, and an error in one article is its own."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.bucket import Bucket, SharedStore
from pipelines.extracting import (
    SCHEMAS,
    TABLE_OF,
    extract_missing,
    extract_part,
    extraction_keys,
    get_ready,
    parts_of,
    readable,
)
from pipelines.processes import Processes
from pipelines.records import Article
from pipelines.store import Store
from pipelines.versions import extractor_version
from schemas import TABLES
from schemas.frames import rows_frame
from tests.samples import ROWS


class Tagger:
    """Gives every article one topic; stops at those named in `faults`."""

    def __init__(self, *faults: str) -> None:
        self.faults = faults
        self.read: list[str] = []

    def extract(self, articles: Iterable[Article], *, read_ahead: bool) -> Iterator[Any]:
        for article in articles:
            if article.article_id in self.faults:
                raise ValueError("too many commas")
            self.read.append(article.article_id)
            rows: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLE_OF}
            rows["article_topics"] = [{"article_id": article.article_id, "topic_id": "trade", "score": 1.0}]
            yield SimpleNamespace(article_id=article.article_id, **rows)


def articles(*ids: str, **changes: Any) -> pl.DataFrame:
    return rows_frame(TABLES["articles"], [{**ROWS["articles"][0], "article_id": name, **changes} for name in ids])


def store(folder: Path) -> Store:
    return Store(folder, "v1", SCHEMAS)


def topics(found: Store, frame: pl.DataFrame) -> list[str]:
    return sorted(found.scan("article_topics", extraction_keys(frame).values()).collect().get_column("article_id"))


def test_only_new_articles_are_extracted_and_progress_is_told(tmp_path: Path) -> None:
    tagger, told = Tagger(), list[int]()
    assert extract_missing(store(tmp_path), articles("a", "b"), lambda: tagger, told.append) == 2
    assert extract_missing(store(tmp_path), articles("b", "c"), lambda: tagger, told.append) == 1
    assert tagger.read == ["a", "b", "c"]
    assert sum(told) == 3
    assert topics(store(tmp_path), articles("a", "c")) == ["a", "c"]


def test_the_extractor_is_not_loaded_for_nothing(tmp_path: Path) -> None:
    extract_missing(store(tmp_path), articles("a"), Tagger)
    assert extract_missing(store(tmp_path), articles("a"), lambda: 1 / 0) == 0  # type: ignore[arg-type, return-value]


def test_an_article_that_says_more_of_itself_is_extracted_anew(tmp_path: Path) -> None:
    tagger = Tagger()
    for frame in (articles("a"), articles("a", publisher="The Norland Times"), articles("a", licence="CC0")):
        extract_missing(store(tmp_path), frame, lambda: tagger)
    assert tagger.read == ["a", "a"], "a licence changes no row"


def test_one_fault_costs_one_article(tmp_path: Path) -> None:
    told: list[int] = []
    frame = articles("a", "b", "c")
    extract_missing(store(tmp_path), frame, lambda: Tagger("b"), told.append)
    assert sum(told) == 3
    assert topics(store(tmp_path), frame) == ["a", "c"]
    refused = store(tmp_path).scan("quarantine", extraction_keys(frame).values()).collect()
    assert refused.select("stage", "reason").rows() == [("extraction", "extractor_failed")]
    assert "too many commas" in refused.item(0, "detail")


def test_rows_that_no_table_declares_are_a_fault_of_their_article(tmp_path: Path) -> None:
    class Inventive(Tagger):
        def extract(self, articles: Iterable[Article], *, read_ahead: bool) -> Iterator[Any]:
            for found in super().extract(articles, read_ahead=read_ahead):
                found.article_topics[0]["mood"] = "good"
                yield found

    extract_missing(store(tmp_path), articles("a"), Inventive)
    refused = store(tmp_path).scan("quarantine", extraction_keys(articles("a")).values()).collect()
    assert "declares no column mood" in refused.item(0, "detail")


def test_a_span_that_is_not_where_it_says_is_a_fault_of_its_article(tmp_path: Path) -> None:
    class Careless(Tagger):
        def extract(self, articles: Iterable[Article], *, read_ahead: bool) -> Iterator[Any]:
            for found in super().extract(articles, read_ahead=read_ahead):
                mention = {**ROWS["mentions"][0], "article_id": found.article_id, "mention_id": f"m_{found.article_id}"}
                found.mentions.append(mention | ({"text": "nobody"} if found.article_id == "b" else {}))
                yield found

    frame = articles("a", "b")
    extract_missing(store(tmp_path), frame, Careless)
    assert topics(store(tmp_path), frame) == ["a"]
    refused = store(tmp_path).scan("quarantine", extraction_keys(frame).values()).collect()
    assert "m_b" in refused.item(0, "detail")


def test_articles_in_other_languages_are_left_out() -> None:
    frame = pl.concat([articles("a"), articles("b", language="fr"), articles("c", language=None)])
    assert readable(frame).get_column("article_id").to_list() == ["a"]


class Elsewhere:
    """An engine with two workers that are not processes of this machine; loses the parts from number `lost` on."""

    workers = 2

    def __init__(self, lost: int = 9) -> None:
        self.lost = lost

    def run[Part, Result](self, work: Callable[[Part], Result], parts: Iterable[Part]) -> Iterator[tuple[Part, Result]]:
        for part in reversed(list(parts)[: self.lost]):
            yield part, work(part)


def test_an_engine_gives_the_same_rows(tmp_path: Path) -> None:
    frame, told = articles("a", "b", "c"), list[int]()
    assert extract_missing(store(tmp_path), frame, Tagger, told.append, Elsewhere()) == 3
    assert topics(store(tmp_path), frame) == ["a", "b", "c"]
    assert sum(told) == 3


def test_an_engine_that_loses_articles_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="1 of 3 articles"):
        extract_missing(store(tmp_path), articles("a", "b", "c"), Tagger, engine=Elsewhere(lost=2))


@given(
    words=st.lists(st.one_of(st.integers(1, 900), st.integers(2_000, 15_000)), min_size=1, max_size=900),
    workers=st.integers(1, 5),
)
def test_every_article_is_in_one_part_and_the_last_parts_are_small(words: list[int], workers: int) -> None:
    names = [f"a{n:03}" for n in range(len(words))]
    frame = pl.DataFrame({"article_id": names, "word_count": words})
    parts = list(parts_of(frame, workers))
    assert sorted(pl.concat(parts).get_column("article_id")) == names
    left = sum(words)
    for part in parts:
        assert 0 < part.height <= 128
        read = part.get_column("word_count").sum()
        assert read <= left / (2 * workers) or part.height <= (4 if workers > 1 else 16)
        left -= read


def tagger_of_another_process() -> Tagger:
    assert multiprocessing.parent_process() is not None
    return Tagger()


def test_few_articles_go_to_the_process_that_is_ready_and_to_no_other(tmp_path: Path) -> None:
    frame, processes = articles(*map(str, range(40))), Processes(2)
    get_ready(processes, tagger_of_another_process)
    assert extract_missing(store(tmp_path), frame, tagger_of_another_process, engine=processes) == 40
    assert topics(store(tmp_path), frame) == sorted(frame.get_column("article_id"))
    assert multiprocessing.active_children() == []


def test_one_process_alone_gets_none_ready_beside_it(tmp_path: Path) -> None:
    processes, tagger = Processes(1), Tagger()
    get_ready(processes, Tagger)
    assert extract_missing(store(tmp_path), articles("a"), lambda: tagger, engine=processes) == 1
    assert tagger.read == ["a"]


class Forgetful(Elsewhere):
    """Gives parts back as done that were never worked at."""

    def run[Part, Result](self, work: Callable[[Part], Result], parts: Iterable[Part]) -> Iterator[tuple[Part, Result]]:
        for number, part in enumerate(parts):
            yield part, work(part) if number < self.lost else None  # type: ignore[misc]


def test_workers_elsewhere_write_into_the_bucket_and_the_run_takes_it_from_there(tmp_path: Path) -> None:
    version = extractor_version()
    bucket = Bucket(f"file://{tmp_path}/bucket/{version}")
    frame, told = articles("a", "b", "c"), list[int]()
    shared = SharedStore(tmp_path / "run", bucket, version, SCHEMAS)
    with pytest.raises(RuntimeError, match="1 of 3 articles"):
        extract_missing(shared, frame, Tagger, engine=Forgetful(lost=2))
    assert extract_missing(shared, frame, Tagger, told.append, Elsewhere()) == 1
    assert sum(told) == 1
    again = SharedStore(tmp_path / "other", bucket, version, SCHEMAS)
    assert extract_missing(again, frame, lambda: 1 / 0) == 0  # type: ignore[arg-type, return-value]
    plain = Store(tmp_path / "plain", version, SCHEMAS)
    extract_missing(plain, frame, Tagger)
    assert topics(shared, frame) == topics(again, frame) == topics(plain, frame) == ["a", "b", "c"]


def test_a_worker_of_another_version_is_refused() -> None:
    with pytest.raises(OSError, match="the same checkout"):
        extract_part(Tagger, "another", articles("a"))
