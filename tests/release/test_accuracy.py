"""How right a release is travels with it; where nobody measured, it says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines.release.accuracy import RECORDS, extractor_of, read_records, write_record
from pipelines.release.build import make_release
from pipelines.release.errors import ReleaseError
from pipelines.release.verify import verify
from pipelines.release.versions import Version
from tests.release.published import publish

FIGURE: dict[str, Any] = {
    "measured_on": "polnear_dev",
    "measure": "statements.found",
    "statistic": "f1",
    "value": 0.805,
    "low": 0.79,
    "high": 0.82,
    "articles": 84,
    "annotated_rows": 2193,
    "found_rows": 1910,
    "right_rows": 1652,
    "is_held_out": True,
}
TENTH: dict[str, Any] = {
    "measured_on": "polnear_dev",
    "table_name": "statements",
    "decile": 10,
    "least_confidence": 0.97,
    "most_confidence": 0.99,
    "mean_confidence": 0.98,
    "rows": 191,
    "right_share": 0.97,
    "low": 0.95,
    "high": 0.99,
}


def test_the_record_of_the_version_that_made_the_rows_is_in_tables_and_card(tmp_path: Path) -> None:
    records = tmp_path / "records"
    write_record("0", {"accuracy": [FIGURE], "calibration": [TENTH]}, records)
    write_record("another", {"accuracy": [{**FIGURE, "value": 0.1}], "calibration": []}, records)
    made = make_release(publish(tmp_path / "parquet"), tmp_path / "releases", Version(2026, 11, 0), records=records)
    assert verify(made) == []
    for name, row in (("accuracy", FIGURE), ("calibration", TENTH)):
        assert pl.read_parquet(made / "parquet" / f"{name}.parquet").to_dicts() == [{"extractor_version": "0", **row}]
    card = (made / "README.md").read_text(encoding="utf-8")
    assert "| statements.found (F1) | 0.805 | 0.790 to 0.820 | 2,193 | 1,910 |" in card
    assert "| statements, polnear_dev | 0.98 | 191 | 0.970 | 0.950 to 0.990 |" in card
    assert "`bundled_gold`" in card
    assert "**Unmeasured.**" not in card


def test_a_record_comes_back_as_it_was_written(tmp_path: Path) -> None:
    first = write_record("v", {"accuracy": [FIGURE], "calibration": [TENTH]}, tmp_path).read_bytes()
    read = read_records(["v"], tmp_path)
    rows = {name: frame.to_dicts() for name, frame in read.items()}
    assert write_record("v", rows, tmp_path).read_bytes() == first
    assert read_records(["nobody measured"], tmp_path)["accuracy"].is_empty()


@pytest.mark.parametrize(
    "text", ["", "{}", '{"accuracy": [1], "calibration": []}', '{"accuracy": [{"measure": "x"}], "calibration": []}']
)
def test_a_record_that_cannot_be_used_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "v.json").write_text(text, encoding="utf-8")
    with pytest.raises(ReleaseError, match=r"v\.json is no record of accuracy .*: make it anew by `make accuracy`"):
        read_records(["v"], tmp_path)


def test_the_extractor_is_what_follows_the_plus() -> None:
    assert extractor_of("0.1.0+917253519866") == "917253519866"


@pytest.mark.parametrize("path", sorted(RECORDS.glob("*.json")), ids=lambda path: path.stem)
def test_every_record_that_the_project_keeps_can_be_used(path: Path) -> None:
    read = read_records([path.stem])
    assert set(read["accuracy"]["extractor_version"]) == {path.stem}
    assert {"polnear_dev", "gold_dev"} <= set(read["accuracy"]["measured_on"])
    assert read["accuracy"].filter((pl.col("low") > pl.col("value")) | (pl.col("value") > pl.col("high"))).is_empty()
