"""Extraction of what is new: only articles that this version of the extractor has not read are read.

Takes the articles and a store; leaves the rows of every article in the store. Never here: how a row is found
(`extraction`), what is the same across articles (`modelling`), Dagster.
"""

from __future__ import annotations

import hashlib
import json
import math
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any, Protocol

import polars as pl

from pipelines.bucket import Bucket, SharedStore
from pipelines.engines import Engine
from pipelines.identity import stable_id
from pipelines.processes import Processes, cores
from pipelines.records import Article
from pipelines.settings import LEXICONS, REFERENCE
from pipelines.store import Store, keyed_frame
from pipelines.versions import extractor_version
from schemas import spec
from schemas.rules import span_rule

Row = Mapping[str, Any]

LANGUAGES = ("en",)
"""Languages that have an extractor."""

BATCH = 128
"""Articles in one part of the store: what a killed run may lose."""

_WORTH_WORKERS = 150_000
"""Words from which on it pays that other processes load a model of their own."""
_SHARE = 2
"""A part has at most this part of a worker's share of the words still to read, so that none waits long for the last."""
_SMALLEST_PART, _SMALLEST_ALONE = 4, 16
"""Articles in a part of many workers, and of one: each part is a folder of the store for good."""
_LONG = 2_000
"""Words of an article that is not left for the end, when the others would wait for it."""
_KNOWN = ("article_id", "text", "title", "published_on", "publisher", "url", "source_path", "content_sha256")
"""Columns of an article that are sent to a worker."""

TABLE_OF = {
    "mentions": "mentions",
    "leaders": "extracted_leaders",
    "statements": "statements",
    "commitments": "commitments",
    "events": "extracted_events",
    "article_topics": "article_topics",
    "statement_topics": "statement_topics",
    "commitment_topics": "commitment_topics",
}
"""Where the lists of an article's rows go."""

SCHEMAS = {table: spec(table).schema for table in (*TABLE_OF.values(), "quarantine")}


class Extracts(Protocol):
    """What this module needs of an extractor: for each article, an object with a list of rows a table."""

    def extract(self, articles: Iterable[Article], *, read_ahead: bool) -> Iterator[Any]:
        """The rows of each article, in the order given; `read_ahead` where a second core has nothing else to do."""


def readable(articles: pl.DataFrame) -> pl.DataFrame:
    """The articles in a language that has an extractor."""
    return articles.filter(pl.col("language").is_in(LANGUAGES))


def extraction_keys(articles: pl.DataFrame) -> dict[str, str]:
    """For each article id, the key of its rows: a hash of all that the extraction may know of the article."""
    return {article.article_id: _key(article) for article in map(_article, articles.iter_rows(named=True))}


def load_extractor() -> Extracts:
    """The extractor, with its language model and reference data: seconds of work, so only when it is needed."""
    from pipelines.extraction.extractor import Extractor

    return Extractor.load(REFERENCE, LEXICONS)


def extract_missing(
    store: Store,
    articles: pl.DataFrame,
    load: Callable[[], Extracts],
    progress: Callable[[int], object] = lambda done: None,
    engine: Engine | None = None,
) -> int:
    """Extract those of `articles` that `store` lacks, a part at a time, and return how many these were.

    `load` is called only when there is something to extract. An article that an error stops is kept with no rows but
    one for the quarantine; the error stops nobody else. `progress` is told how many are done since the last time.
    Parts go to `engine` where there is one and the work is worth it, or a process of it is ready (`get_ready`); the
    rows are the same.
    """
    keys = extraction_keys(articles)
    missing = set(store.missing(keys.values()))
    todo = articles.filter(pl.col("article_id").is_in([article for article, key in keys.items() if key in missing]))
    if todo.is_empty():
        return 0
    todo = todo.sort("article_id")
    if isinstance(engine, Processes) and not _pays(engine, todo):
        engine = Processes(1, engine.ready) if engine.ready else None
    if engine is None:
        extractor = load()
        for batch in todo.iter_slices(BATCH):
            rows = list(batch.iter_rows(named=True))
            frames = _extract(extractor, rows, keys, progress, read_ahead=cores() > 1)
            store.append((keys[row["article_id"]] for row in rows), frames)
        return todo.height
    parts = (part.select(_KNOWN) for part in parts_of(todo, engine.workers))
    if isinstance(store, SharedStore) and not isinstance(engine, Processes):
        there = partial(extract_part_into, store.bucket, load, extractor_version())
        for part, _ in engine.run(there, parts):
            progress(part.height)
        store.level()
    else:
        all_busy = isinstance(engine, Processes) and engine.workers >= cores()
        for part, frames in engine.run(_work(load, read_ahead=not all_busy), parts):
            store.append((keys[article] for article in part.get_column("article_id")), frames)
            progress(part.height)
    if lost := store.missing(missing):
        raise RuntimeError(f"{len(lost)} of {todo.height} articles did not come back from the engine; run again")
    return todo.height


def parts_of(articles: pl.DataFrame, workers: int) -> Iterator[pl.DataFrame]:
    """The articles a part at a time, the last ones smaller and of short articles, so that all workers end together.

    Takes columns `article_id` and `word_count`. A part has up to 128 articles and, towards the end, an ever smaller
    number of words, as in guided self-scheduling (Polychronopoulos & Kuck 1987).
    """
    each = math.ceil(articles.height / (_SHARE * workers))
    least = min(_SMALLEST_PART, each) if workers > 1 else _SMALLEST_ALONE
    end = articles.tail(_SHARE * workers * BATCH).sort(pl.col("word_count") <= _LONG, maintain_order=True)
    ordered = pl.concat([articles.head(articles.height - end.height), end])
    so_far = ordered.get_column("word_count").cum_sum()
    start, done = 0, 0
    while start < ordered.height:
        share = (so_far[-1] - done) / (_SHARE * workers)
        stop = int(so_far.search_sorted(done + share, "right"))
        stop = min(max(stop, start + least), start + BATCH, ordered.height)
        yield ordered[start:stop]
        start, done = stop, so_far[stop - 1]


def get_ready(engine: Engine, load: Callable[[], Extracts]) -> None:
    """Have a process load the extractor while it is not known yet what there is to extract.

    Only where the engine has more than one process on this machine: else the run itself has use for its core.
    """
    if isinstance(engine, Processes) and engine.workers > 1 and not engine.ready:
        nothing = pl.DataFrame(schema={name: spec("articles").schema[name] for name in _KNOWN})
        engine.get_ready(_work(load), nothing)


def _work(
    load: Callable[[], Extracts], *, read_ahead: bool = True
) -> Callable[[pl.DataFrame], dict[str, pl.DataFrame]]:
    return partial(extract_part, load, extractor_version(), read_ahead=read_ahead)


def extract_again(
    store: Store,
    articles: pl.DataFrame,
    load: Callable[[], Extracts],
    progress: Callable[[int], object] = lambda done: None,
) -> int:
    """Forget the rows of these articles and extract them as `extract_missing` does. No other article is touched."""
    store.drop(extraction_keys(articles).values())
    return extract_missing(store, articles, load, progress)


def extract_part(
    load: Callable[[], Extracts], version: str, articles: pl.DataFrame, *, read_ahead: bool = True
) -> dict[str, pl.DataFrame]:
    """What `articles` gave, made by a worker, which keeps its extractor for the next part. Of no articles, nothing.

    Raises `OSError`, saying what to do, where the worker's code or data is not of `version`.
    """
    if extractor_version() != version:
        raise OSError(
            f"a worker has version {extractor_version()} of code, model and reference data, this machine {version}: "
            "bring the same checkout and packages to all workers, and the same READOUT_REFERENCE"
        )
    rows = list(articles.iter_rows(named=True))
    with _ONE_AT_A_TIME:
        extractor = _kept(load)
        keys = extraction_keys(articles)
        return _extract(extractor, rows, keys, lambda done: None, read_ahead=read_ahead) if rows else {}


def extract_part_into(bucket: Bucket, load: Callable[[], Extracts], version: str, articles: pl.DataFrame) -> None:
    """Like `extract_part`, but the rows go into the bucket of that version, from where the machine of the run takes
    them. Raises `BucketError` too, where this worker may not write there."""
    frames = extract_part(load, version, articles)
    with tempfile.TemporaryDirectory(prefix="readout-part-") as scratch:
        store = SharedStore(Path(scratch), bucket, version, SCHEMAS)
        store.append(extraction_keys(articles).values(), frames)


_ONE_AT_A_TIME = threading.Lock()
"""A worker may have several threads; the model has one state."""


@cache
def _kept(load: Callable[[], Extracts]) -> Extracts:
    return load()


def _pays(engine: Processes, todo: pl.DataFrame) -> bool:
    """Whether more processes save more than their start costs."""
    return engine.workers > 1 and todo.get_column("word_count").sum() >= _WORTH_WORKERS


def _extract(
    extractor: Extracts,
    rows: Sequence[Row],
    keys: Mapping[str, str],
    progress: Callable[[int], object],
    *,
    read_ahead: bool,
) -> dict[str, pl.DataFrame]:
    """Frames of all tables; where an error stops the batch, one article after the other, to find out whose it is."""
    done = 0

    def counted() -> Iterator[Any]:
        nonlocal done
        for found in extractor.extract(map(_article, rows), read_ahead=read_ahead):
            yield found
            done += 1
            progress(1)

    try:
        return _verified(_frames(counted(), (), keys), rows)
    except Exception:  # of any kind: one article must not cost the others their rows
        progress(len(rows) - done)
        return {name: pl.concat(parts) for name, parts in _one_by_one(extractor, rows, keys).items()}


def _one_by_one(extractor: Extracts, rows: Sequence[Row], keys: Mapping[str, str]) -> dict[str, list[pl.DataFrame]]:
    parts: dict[str, list[pl.DataFrame]] = {}
    for row in rows:
        try:
            frames = _verified(_frames(extractor.extract([_article(row)], read_ahead=False), (), keys), [row])
        except Exception as error:
            frames = _frames((), [(row["article_id"], _refusal(row, error))], keys)
        for name, frame in frames.items():
            parts.setdefault(name, []).append(frame)
    return parts


def _verified(frames: dict[str, pl.DataFrame], rows: Sequence[Row]) -> dict[str, pl.DataFrame]:
    """The frames, if every span is where it says and every code is a known one; else ValueError, naming the row.

    The checks on the tables would stop the whole run for such a row: here it costs one article.
    """
    articles = pl.DataFrame([(row["article_id"], row["text"]) for row in rows], ["article_id", "text"], orient="row")
    for name, frame in frames.items():
        about = spec(name)
        verdict = span_rule(about, frame, articles)
        if not verdict.passed:
            raise ValueError(f"{name}: {verdict.found}: {dict(verdict.failing)}")
        for column in about.columns:
            known = pl.col(column.name).is_in(list(column.codes)) | pl.col(column.name).is_null()
            if column.codes and not frame.select(known.all()).item():
                raise ValueError(f"{name}.{column.name}: a code that {about.name} does not declare")
    return frames


def _refusal(row: Row, error: Exception) -> Row:
    what = f"{type(error).__name__}: {error}"
    return {
        "quarantine_id": stable_id("q", row["source_path"], "extraction", row["article_id"]),
        "source_path": row["source_path"],
        "stage": "extraction",
        "reason": "extractor_failed",
        "detail": f"The extractor stopped at this article ({what}). It is kept without rows; please report it.",
        "content_sha256": row["content_sha256"],
    }


def _frames(
    found: Iterable[Any], refused: Iterable[tuple[str, Row]], keys: Mapping[str, str]
) -> dict[str, pl.DataFrame]:
    """One frame a table, each row with the key of its article."""
    rows: dict[str, list[tuple[str, Row]]] = {table: [] for table in SCHEMAS}
    rows["quarantine"] = [(keys[article_id], row) for article_id, row in refused]
    for article in found:
        for name, table in TABLE_OF.items():
            rows[table] += [(keys[article.article_id], row) for row in getattr(article, name)]
    return {table: keyed_frame(spec(table), pairs) for table, pairs in rows.items()}


def _article(row: Row) -> Article:
    return Article(
        article_id=row["article_id"],
        text=row["text"],
        title=row["title"],
        published_on=row["published_on"],
        publisher=row["publisher"],
        url=row["url"],
    )


def _key(article: Article) -> str:
    known = [article.article_id, article.text, article.title, str(article.published_on), article.publisher, article.url]
    return hashlib.blake2b(json.dumps(known).encode(), digest_size=16).hexdigest()
