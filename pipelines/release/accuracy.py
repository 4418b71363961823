"""The record of how right an extractor version is: measured once by `make accuracy`, kept in `docs/accuracy/`.

A record is one JSON file a version, with the rows of the tables `accuracy` and `calibration`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.release.errors import ReleaseError
from pipelines.settings import ROOT
from schemas import RELEASED
from schemas.frames import empty_frame, rows_frame
from schemas.rules import schema_rule

RECORDS = ROOT / "docs" / "accuracy"
TABLES = ("accuracy", "calibration")
_REMEDY = "make it anew by `make accuracy`"


def extractor_of(pipeline_version: str) -> str:
    """The extractor's fingerprint in an `articles.pipeline_version`."""
    return pipeline_version.rpartition("+")[2]


def write_record(version: str, tables: Mapping[str, list[dict[str, Any]]], folder: Path = RECORDS) -> Path:
    """Keep the record of an extractor version, which each row gets as `extractor_version`, and return its file."""
    path = folder / f"{version}.json"
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for name in TABLES:
        rows = rows_frame(RELEASED[name], [{**row, "extractor_version": version} for row in tables[name]])
        told = ",\n  ".join(json.dumps(row, ensure_ascii=False) for row in rows.to_dicts())
        lines.append(f' "{name}": [\n  {told}\n ]')
    beside = path.with_suffix(".tmp")
    beside.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    beside.replace(path)
    return path


def read_records(versions: Iterable[str], folder: Path = RECORDS) -> dict[str, pl.DataFrame]:
    """The tables `accuracy` and `calibration` of these extractor versions; of one without a record there is no row.

    Raises `ReleaseError`, naming the file, where a record does not hold what the tables declare.
    """
    records = [read_record(folder / f"{version}.json") for version in sorted(set(versions))]
    return {name: pl.concat([empty_frame(RELEASED[name]), *(one[name] for one in records if one)]) for name in TABLES}


def read_record(path: Path) -> dict[str, pl.DataFrame] | None:
    """One record; None where there is no such file. Raises `ReleaseError` as `read_records` does."""
    if not path.is_file():
        return None
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        frames = {name: rows_frame(RELEASED[name], record[name]) for name in TABLES}
    except (ValueError, KeyError, TypeError, pl.exceptions.PolarsError) as error:
        raise ReleaseError(f"{path} is no record of accuracy ({error}): {_REMEDY}") from error
    for name, frame in frames.items():
        verdict = schema_rule(RELEASED[name], frame)
        if not verdict.passed:
            raise ReleaseError(f"{path} is no record of accuracy ({name}: {dict(verdict.failing)}): {_REMEDY}")
    return frames
