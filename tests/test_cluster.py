"""On a cluster whose nodes are killed, a run gives the rows of a plain one, or says what to do."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from functools import partial
from math import factorial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from benchmarks.nodes import Nodes
from pipelines.bucket import Bucket, SharedStore
from pipelines.engines import Dask
from pipelines.extracting import SCHEMAS, TABLE_OF, extract_missing, extraction_keys
from pipelines.records import Article
from pipelines.store import KEY, Store
from pipelines.versions import extractor_version
from schemas import TABLES
from schemas.frames import rows_frame
from tests.samples import ROWS

pytest.importorskip("distributed", reason="dask[distributed] is not installed: it is in requirements-cluster.lock")


class Slow:
    """An extractor that takes its time, so that a kill finds it at work."""

    def extract(self, articles: Iterable[Article], *, read_ahead: bool) -> Iterator[Any]:
        for article in articles:
            time.sleep(0.2)
            rows: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLE_OF}
            rows["article_topics"] = [{"article_id": article.article_id, "topic_id": "trade", "score": 1.0}]
            yield SimpleNamespace(article_id=article.article_id, **rows)


def articles(count: int) -> pl.DataFrame:
    return rows_frame(TABLES["articles"], [{**ROWS["articles"][0], "article_id": f"a{n:02}"} for n in range(count)])


def rows(store: Store, frame: pl.DataFrame) -> dict[str, list[tuple[Any, ...]]]:
    keys = list(extraction_keys(frame).values())
    return {table: store.scan(table, keys).collect().sort(KEY).rows() for table in SCHEMAS}


@pytest.fixture
def two_nodes(tmp_path: Path) -> Iterator[Nodes]:
    (tmp_path / "nodes").mkdir()
    with Nodes(tmp_path / "nodes") as nodes:
        nodes.add()
        nodes.add()
        yield nodes


@pytest.mark.parametrize("shared", [False, True], ids=["rows come back", "rows go into a bucket"])
def test_a_node_that_is_killed_in_the_middle_changes_no_row(tmp_path: Path, two_nodes: Nodes, shared: bool) -> None:
    frame, version = articles(32), extractor_version()
    bucket = Bucket(f"file://{tmp_path}/bucket/{version}")
    kept = Store(tmp_path / "run", version, SCHEMAS)
    if shared:
        kept = SharedStore(tmp_path / "run", bucket, version, SCHEMAS)
    told: list[int] = []

    def kill_after_the_first(done: int) -> None:
        told.append(done)
        if len(told) == 1:
            two_nodes.kill()

    assert extract_missing(kept, frame, Slow, kill_after_the_first, Dask(two_nodes.address)) == 32
    assert sum(told) == 32
    assert len(told) > 4, "the node was killed in the middle"
    assert Dask(two_nodes.address).workers == 1
    plain = Store(tmp_path / "plain", version, SCHEMAS)
    extract_missing(plain, frame, Slow)
    assert rows(kept, frame) == rows(plain, frame)
    assert bucket.parts() == ({path.name for path in (tmp_path / "run").rglob("part-*")} if shared else set())


def test_a_cluster_without_workers_is_told_of(tmp_path: Path) -> None:
    with Nodes(tmp_path) as nodes, pytest.raises(OSError, match=r"no worker left.*start workers"):
        list(Dask(nodes.address, patience=0).run(factorial, [1, 2]))


def test_a_scheduler_that_is_killed_is_told_of(two_nodes: Nodes) -> None:
    import dask

    with dask.config.set({"distributed.comm.timeouts.connect": "2s"}):
        running = Dask(two_nodes.address).run(partial(slowly, 0.5), range(100))
        next(running)
        two_nodes.kill_scheduler()
        with pytest.raises(OSError, match=r"scheduler at tcp.* is gone.*what was done is kept"):
            list(running)


def test_a_scheduler_that_is_not_there_is_told_of() -> None:
    with pytest.raises(OSError, match=r"no Dask scheduler answers.*READOUT_DASK"):
        list(Dask("nowhere://127.0.0.1:1").run(factorial, [1]))


def slowly(seconds: float, number: int) -> int:
    time.sleep(seconds)
    return factorial(number % 5)
