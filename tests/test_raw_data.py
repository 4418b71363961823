"""The data that the pipeline goes by: every file is explained, and has a header and rows."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from pipelines.release.licences import FOLDER
from pipelines.settings import LEXICONS, REFERENCE, ROOT

TABLES = sorted([*LEXICONS.glob("*.csv"), *REFERENCE.glob("*.csv"), *FOLDER.glob("*.csv")])
SIDECAR_KEYS = {"url", "title", "publisher", "published_at", "authors", "language", "licence"}


@pytest.mark.parametrize("path", TABLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_table_has_a_header_rows_and_a_line_in_its_readme(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as lines:
        header, *rows = csv.reader(lines)
    assert all(header)
    assert rows
    assert {len(row) for row in rows} == {len(header)}
    assert f"`{path.name}`" in path.with_name("README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sorted((ROOT / "raw" / "articles").glob("*.meta.json")), ids=lambda path: path.name)
def test_sidecars_say_only_what_is_known(path: Path) -> None:
    assert set(json.loads(path.read_text(encoding="utf-8"))) <= SIDECAR_KEYS
