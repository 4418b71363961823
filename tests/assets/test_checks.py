"""Every check passes on the sample dataset and fails on one in which everything is broken: none can pass vacuously."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import pytest

from pipelines.definitions import make_definitions
from pipelines.settings import Settings
from pipelines.warehouse.publish import write_table
from schemas import TABLES, TableSpec, spec
from schemas.frames import rows_frame
from tests.samples import ROWS, sample

CHECKED = "call.txt", "broken.html"


def raw_files(*names: str) -> pl.DataFrame:
    return rows_frame(
        spec("raw_files"),
        [{"source_path": name, "document_key": name, "bytes": 1, "has_sidecar": False} for name in names],
    )


def broken(table: TableSpec) -> pl.DataFrame:
    """A row that breaks every rule, twice."""
    row: dict[str, Any] = dict(ROWS[table.name][-1])
    row |= {column.name: ["nowhere"] if column.is_list else "nowhere" for column in table.references}
    row |= {rule.text: "not what stands there" for rule in table.spans}
    required = [c.name for c in table.columns if not (c.nullable or c.is_list or c.references or c.name in table.key)]
    row |= {required[0]: None} if required else {}
    frame = rows_frame(table, [row, row])
    return frame if required else frame.with_columns(extra=pl.lit("a column that nobody declared"))


def outcomes(settings: Settings) -> dict[str, dg.AssetCheckEvaluation]:
    """What each check says, each table's asked alone: a check that fails keeps those below it from being asked."""
    jobs = [dg.define_asset_job(f"check_{table}", dg.AssetSelection.checks_for_assets(table)) for table in TABLES]
    defs = dg.Definitions.merge(make_definitions(settings), dg.Definitions(jobs=jobs))
    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    found = {}
    with dg.DagsterInstance.ephemeral() as instance:
        for job in jobs:
            result = defs.resolve_job_def(job.name).execute_in_process(quiet, instance=instance, raise_on_error=False)
            for check in result.get_asset_check_evaluations():
                found[f"{check.asset_key.to_user_string()}.{check.check_name}"] = check
    return found


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = Settings(raw=tmp_path / "raw", warehouse=tmp_path / "warehouse")
    write_table(raw_files(*CHECKED), found.stage / "raw_files.parquet", spec("raw_files"))
    for table in TABLES:
        write_table(sample(table), found.stage / f"{table}.parquet", spec(table))
    return found


def test_every_check_passes_on_good_rows_and_fails_on_broken_ones(settings: Settings) -> None:
    good = outcomes(settings)
    assert [name for name, check in good.items() if not check.passed] == []

    for table in TABLES.values():
        write_table(broken(table), settings.stage / f"{table.name}.parquet", table)
    write_table(raw_files(*CHECKED, "lost.md"), settings.stage / "raw_files.parquet", spec("raw_files"))
    bad = outcomes(settings)
    assert set(bad) == set(good)
    assert [name for name, check in bad.items() if check.passed] == []
    for check in bad.values():
        assert check.severity == dg.AssetCheckSeverity.ERROR
        assert {"expected", "found", "failures", "failing"} <= set(check.metadata)


def test_a_table_that_was_not_made_yet_is_said_so(settings: Settings) -> None:
    from pipelines.resources import StagedTables

    with pytest.raises(FileNotFoundError, match="rumours was not made yet: materialize it first"):
        StagedTables(folder=str(settings.stage)).read("rumours")
