"""What a release says of itself to machines, asked of the programs that read it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from schemas import RELEASED


@contextmanager
def quiet() -> Iterator[None]:
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def package(release: Path) -> dict[str, Any]:
    return dict(json.loads((release / "datapackage.json").read_text(encoding="utf-8")))


def test_frictionless_finds_nothing_wrong_with_package_and_rows(release: Path) -> None:
    from frictionless import Package

    report = Package(str(release / "datapackage.json")).validate()
    assert report.valid, report.flatten(["name", "type", "message"])
    assert len(report.tasks) == len(RELEASED)


@pytest.mark.filterwarnings("ignore::Warning")  # of the reader's own libraries
def test_croissant_is_valid_and_gives_the_rows(release: Path) -> None:
    import mlcroissant

    with quiet():
        dataset = mlcroissant.Dataset(jsonld=release / "croissant.json")
        assert dataset.metadata.issues.errors == set()
        assert dataset.metadata.issues.warnings == set()
        assert {record_set.id for record_set in dataset.metadata.record_sets} == set(RELEASED)
        [first, _] = dataset.records("statements")
    statement = pl.read_parquet(release / "parquet" / "statements.parquet").row(0, named=True)
    assert first["statements/content"].decode() == statement["content"]
    assert first["statements/content_spans"] == [
        {f"statements/content_spans/{name}": value for name, value in span.items()}
        for span in statement["content_spans"]
    ]
    assert first["statements/speaker_leader_ids"] == [b"Q1"]


@pytest.mark.parametrize("table", RELEASED)
def test_the_package_declares_what_the_schemas_declare(package: dict[str, Any], table: str) -> None:
    about = RELEASED[table]
    [resource] = [one for one in package["resources"] if one["name"] == table]
    schema = resource["schema"]
    assert schema["primaryKey"] == list(about.key)
    for column, field in zip(about.columns, schema["fields"], strict=True):
        assert (field["name"], field["description"]) == (column.name, column.description)
        assert field["constraints"].get("required", False) == (not column.nullable)
        assert field["constraints"].get("enum", []) == list(column.codes)
        assert field.get("references") == column.references
    scalars = [column.name for column in about.references if not column.is_list]
    assert [key["fields"] for key in schema.get("foreignKeys", [])] == [[name] for name in scalars]


def test_hashes_of_the_package_are_those_of_the_checksums(release: Path, package: dict[str, Any]) -> None:
    sums = dict(reversed(line.split("  ")) for line in (release / "SHA256SUMS").read_text("utf-8").splitlines())
    assert {one["path"]: one["hash"] for one in package["resources"]} == {
        path: f"sha256:{value}" for path, value in sums.items() if path.endswith(".parquet")
    }


def test_the_citation_has_what_the_format_asks_for(release: Path) -> None:
    about = yaml.safe_load((release / "CITATION.cff").read_text(encoding="utf-8"))
    assert about["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= set(about)
    assert about["authors"] == [{"name": "The Readout contributors"}]
    assert (about["type"], about["version"], about["date-released"]) == ("dataset", "2026.11.0", "2026-11-01")
