"""The job `fetch`: it brings files, makes no table, and nothing starts it."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest
import yaml

from pipelines.assets.fetching import FETCH_JOB
from pipelines.definitions import JOB, defs, make_definitions
from pipelines.settings import Settings


def test_nothing_starts_the_job_by_itself_and_materialize_has_no_part_of_it() -> None:
    assert {JOB, FETCH_JOB} <= {job.name for job in defs.jobs or ()}
    schedule = defs.get_schedule_def("feeds_every_hour")
    assert (schedule.job_name, schedule.default_status) == (FETCH_JOB, dg.DefaultScheduleStatus.STOPPED)
    assert "fetch_sources" not in defs.resolve_job_def(JOB).graph.node_dict


def test_the_job_brings_what_is_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    share = tmp_path / "share"
    share.mkdir()
    (share / "ferry.txt").write_text("The minister said on Monday that the ferry will sail again in spring.")
    entry = {"name": "share", "kind": "folder", "url": str(share), "publisher": "Port", "licence": "CC0-1.0"}
    feeds = tmp_path / "sources.yaml"
    feeds.write_text(yaml.safe_dump({"sources": [entry]}))
    monkeypatch.setenv("READOUT_SOURCES", str(feeds))
    settings = Settings(raw=tmp_path / "raw", warehouse=tmp_path / "warehouse")
    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    job = make_definitions(settings).resolve_job_def(FETCH_JOB)
    with dg.DagsterInstance.ephemeral() as instance:
        assert job.execute_in_process(quiet, instance=instance).success
        assert [path.suffix for path in (settings.raw / "share").iterdir() if path.suffix != ".json"] == [".txt"]
        entry["url"] = str(tmp_path / "nowhere")
        feeds.write_text(yaml.safe_dump({"sources": [entry]}))
        assert not job.execute_in_process(quiet, instance=instance, raise_on_error=False).success
