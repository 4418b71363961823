"""Reading of what is new: only files that this version of the reader has not read are read.

Takes the raw folder and a store; leaves what every file holds in the store, and makes articles of it.
Never here: how a format is read or a text cleaned (`intake`), Dagster.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Container, Iterable
from dataclasses import asdict
from itertools import batched
from pathlib import Path

import polars as pl

from pipelines.intake import articles as intake_articles
from pipelines.intake.records import InputFile, Outcome, ParsedDocument, Rejected
from pipelines.intake.sources import find_inputs
from pipelines.store import KEY, Store
from schemas import spec
from schemas.frames import conform, rows_frame

SCHEMAS = {
    "documents": intake_articles.DOCUMENTS,
    "rejections": pl.Schema(
        {
            "source_path": pl.String(),
            "reason": pl.String(),
            "detail": pl.String(),
            "is_record": pl.Boolean(),
            "excerpt": pl.String(),
            "content_sha256": pl.String(),
        }
    ),
}
"""What the store keeps: the fields of `ParsedDocument` and of `Rejected`."""

_FILES_A_PART = 1024
_WORTH_MORE_PROCESSES = 1000
"""Files from which on starting processes of their own pays."""


def find_files(raw: Path) -> pl.DataFrame:
    """The `raw_files` frame: every input in the folder, with the key of its name, its bytes and its sidecar's."""
    return rows_frame(
        spec("raw_files"),
        (
            {
                "source_path": file.source_path,
                "document_key": _key(file),
                "bytes": file.size,
                "has_sidecar": file.sidecar is not None,
            }
            for file in find_inputs(raw)
        ),
    )


def read_missing(
    store: Store,
    raw: Path,
    advance: Callable[[int], object] = lambda done: None,
    only: Container[str] | None = None,
) -> int:
    """Read the files in the folder that `store` lacks, and return how many they were; `advance` hears of batches.

    Where it is known which source paths they have, `only` these are looked at.
    """
    from pipelines.intake.intake import read_all  # with what reads web pages and tells languages

    files = {_key(file): file for file in find_inputs(raw, only)}
    todo = [files[key] for key in store.missing(files)]
    workers = (os.cpu_count() or 1) if len(todo) >= _WORTH_MORE_PROCESSES else 1
    for batch in batched(read_all(todo, raw, workers=workers, advance=advance), _FILES_A_PART):
        store.append((_key(file) for file, _ in batch), _frames(batch))
    return len(todo)


def count_parsed(store: Store, files: pl.DataFrame) -> pl.DataFrame:
    """The `parsed_documents` frame: how many articles and refusals each file gave."""
    keys = files.get_column("document_key")
    counted = files
    for table, name in (("documents", "documents"), ("rejections", "refusals")):
        found = store.scan(table, keys).group_by(KEY).agg(pl.len().alias(name)).collect()
        counted = counted.join(found, left_on="document_key", right_on=KEY, how="left").with_columns(
            pl.col(name).fill_null(0)
        )
    return conform(spec("parsed_documents"), counted)


def make_articles(store: Store, parsed: pl.DataFrame, pipeline_version: str) -> pl.DataFrame:
    """The `articles` frame of all documents in the files of `parsed`."""
    documents = store.scan("documents", parsed.get_column("document_key")).drop(KEY).collect()
    return conform(spec("articles"), intake_articles.articles_of(documents, pipeline_version))


def refused_inputs(store: Store, parsed: pl.DataFrame) -> pl.DataFrame:
    """What reading refused in the files of `parsed`, as rows of `quarantine`."""
    rejections = store.scan("rejections", parsed.get_column("document_key")).drop(KEY).collect()
    _, refused = intake_articles.take_in((Rejected(**row) for row in rejections.iter_rows(named=True)), "")
    about = spec("quarantine")
    return conform(about, refused).unique(about.key, keep="first", maintain_order=True)


def _key(file: InputFile) -> str:
    """The name counts too: two files of the same bytes are two inputs."""
    return hashlib.sha256(f"{file.source_path}\0{file.key}".encode()).hexdigest()


def _frames(batch: Iterable[tuple[InputFile, list[Outcome]]]) -> dict[str, pl.DataFrame]:
    rows: dict[str, list[dict[str, object]]] = {"documents": [], "rejections": []}
    for file, outcomes in batch:
        for outcome in outcomes:
            kind = "documents" if isinstance(outcome, ParsedDocument) else "rejections"
            rows[kind].append({KEY: _key(file), **asdict(outcome)})
    return {
        table: pl.DataFrame(rows[table], schema=pl.Schema([(KEY, pl.String()), *schema.items()]))
        for table, schema in SCHEMAS.items()
    }
