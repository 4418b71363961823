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
from schemas.frames import rows_frame
from schemas.rules import schema_rule

RECORDS = ROOT / "docs" / "accuracy"
TABLES = ("accuracy", "calibration")


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
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
    for version in sorted(set(versions)):
        path = folder / f"{version}.json"
        if path.is_file():
            try:
                record = json.loads(path.read_text(encoding="utf-8"))
                for name in TABLES:
                    rows[name] += record[name]
            except (ValueError, KeyError, TypeError) as error:
                raise ReleaseError(
                    f"{path} is no record of accuracy ({error}): make it anew by `make accuracy`"
                ) from error
    frames = {name: rows_frame(RELEASED[name], rows[name]) for name in TABLES}
    for name, frame in frames.items():
        if frame.is_empty():
            continue
        verdict = schema_rule(RELEASED[name], frame)
        if not verdict.passed:
            raise ReleaseError(f"{folder}: {name}: {dict(verdict.failing)}: make the record anew by `make accuracy`")
    return frames
