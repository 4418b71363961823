"""The job `release` in Dagster: the same release as from the shell, and the same refusal."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from pipelines.definitions import RELEASE_JOB, make_definitions
from pipelines.release.verify import verify
from pipelines.settings import Settings
from tests.release.published import publish


def run(settings: Settings, version: str) -> dg.ExecuteInProcessResult:
    config = {
        "ops": {"release_folder": {"config": {"version": version}}},
        "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
    }
    with dg.DagsterInstance.ephemeral() as instance:
        job = make_definitions(settings).resolve_job_def(RELEASE_JOB)
        return job.execute_in_process(config, instance=instance, raise_on_error=False)


def test_the_job_makes_a_release_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.release.build.find_site", lambda: None)
    settings = Settings(raw=tmp_path / "raw", warehouse=tmp_path)
    publish(settings.parquet)
    first = run(settings, "2026.11.0")
    assert first.success
    assert verify(settings.releases / "2026.11.0") == []
    [made] = [event.step_materialization_data for event in first.all_events if event.is_step_materialization]
    assert "The first release in this folder." in str(made.materialization.metadata["changes"].value)
    again = run(settings, "2026.11.0")
    assert not again.success
    [failed] = [event for event in again.all_events if event.is_step_failure]
    assert "is there already" in str(failed.step_failure_data.error)
