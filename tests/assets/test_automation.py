"""What starts by itself, once it is switched on, and what people are told."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import httpx
import pytest
import tenacity

from pipelines import resources
from pipelines.alerts import SHOWN, WEBHOOK, post, quarantine_message, webhook
from pipelines.assets.automation import SWITCH, switched_on
from pipelines.definitions import JOB, make_definitions
from pipelines.settings import Settings
from tests.test_run import CALL, FirstWord, write

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


class Listener(http.server.ThreadingHTTPServer):
    """Takes what is posted to it, once it has given the answers it was told to give first."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taking)
        self.taken: list[dict[str, Any]] = []
        self.first: list[int] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"


class _Taking(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Listener)
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        code = self.server.first.pop(0) if self.server.first else 204
        if code == 204:
            self.server.taken.append(said)
        self.send_response(code)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    with Listener() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv(WEBHOOK, server.address)
        yield server
        server.shutdown()


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as found:
        yield found


@pytest.fixture
def extractor(monkeypatch: pytest.MonkeyPatch) -> FirstWord:
    found = FirstWord()
    monkeypatch.setattr(resources, "load_extractor", found.load)
    monkeypatch.setenv("READOUT_WORKERS", "1")  # in this process, where the extractor is ours
    return found


@pytest.fixture
def settings(tmp_path: Path, extractor: FirstWord) -> Settings:
    found = Settings(raw=tmp_path / "articles", warehouse=tmp_path / "warehouse")
    found.raw.mkdir()
    write(found, "call.txt", CALL)
    return found


def make(settings: Settings, instance: dg.DagsterInstance, *assets: str) -> dg.ExecuteInProcessResult:
    """Run the job, or the named assets alone."""
    job = make_definitions(settings).resolve_job_def(JOB)
    keys = [dg.AssetKey(name) for name in assets] or None
    return job.execute_in_process(QUIET, instance=instance, asset_selection=keys, raise_on_error=False)


def look(settings: Settings, instance: dg.DagsterInstance, name: str, cursor: str | None = None) -> Any:
    """One tick of a sensor: what it gave, and its cursor."""
    defs = make_definitions(settings)
    with dg.build_sensor_context(instance=instance, cursor=cursor, definitions=defs) as context:
        given = defs.get_sensor_def(name).evaluate_tick(context)
    return given, given.cursor


@pytest.mark.parametrize(
    ("said", "sensor", "schedule"),
    [
        ("", dg.DefaultSensorStatus.STOPPED, dg.DefaultScheduleStatus.STOPPED),
        ("on", dg.DefaultSensorStatus.RUNNING, dg.DefaultScheduleStatus.RUNNING),
    ],
)
def test_all_is_off_until_one_switch_turns_all_on(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, said: str, sensor: object, schedule: object
) -> None:
    monkeypatch.setenv(SWITCH, said)
    defs = make_definitions(settings)
    names = ["raw_files_changed", "tables_follow", "run_failed", "inputs_refused"]
    assert [defs.get_sensor_def(name).default_status for name in names] == [sensor] * 4
    assert sorted(found.name for found in defs.sensors or []) == sorted(names), "no sensor beside these"
    assert defs.get_schedule_def("every_day").default_status == schedule
    fresh = [node.key.path[-1] for node in defs.resolve_asset_graph().asset_nodes if node.freshness_policy]
    assert sorted(fresh) == (["duckdb_database", "raw_files"] if said else [])


def test_a_switch_that_says_neither_on_nor_off_is_refused() -> None:
    assert not switched_on({SWITCH: "off"})
    with pytest.raises(ValueError, match="READOUT_AUTOMATION is 'yes'; it must be on or off"):
        switched_on({SWITCH: "yes"})


def test_new_files_start_one_run_once_they_rest(settings: Settings, instance: dg.DagsterInstance) -> None:
    ticks, cursor = [], None
    for act in (None, None, None, "visit.txt", None, None):
        if act:
            write(settings, act, CALL)
        given, cursor = look(settings, instance, "raw_files_changed", cursor)
        ticks.append(len(given.run_requests))
    assert ticks == [0, 1, 0, 0, 1, 0]


def test_what_lies_below_an_asset_made_alone_is_made_again_and_nothing_else(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    assert make(settings, instance).success
    defs = make_definitions(settings)
    first = dg.evaluate_automation_conditions(defs=defs, instance=instance)
    assert make(settings, instance).success
    after_all = dg.evaluate_automation_conditions(defs=defs, instance=instance, cursor=first.cursor)
    assert after_all.total_requested == 0, "a run of everything leaves nothing to follow"
    assert make(settings, instance, "lexicon_files").success
    followed = dg.evaluate_automation_conditions(defs=defs, instance=instance, cursor=after_all.cursor)
    asked = {
        node.key.path[-1] for node in defs.resolve_asset_graph().asset_nodes if followed.get_num_requested(node.key)
    }
    assert {"extracted_articles", "statements", "events", "quarantine", "parquet_files"} <= asked
    assert not asked & {"raw_files", "parsed_documents", "articles", "monthly_extractions", "release_folder", "topics"}


def test_a_run_that_fails_is_told_with_the_check_that_failed(
    settings: Settings, instance: dg.DagsterInstance, extractor: FirstWord, listener: Listener
) -> None:
    extractor.country = "Norland"  # no code of a country
    result = make(settings, instance)
    assert not result.success
    sensor = make_definitions(settings).get_sensor_def("run_failed")
    failure = next(event for event in result.all_events if event.is_failure and not event.is_step_event)
    with dg.build_run_status_sensor_context(
        sensor_name="run_failed", dagster_instance=instance, dagster_run=result.dagster_run, dagster_event=failure
    ) as context:
        sensor(context.for_run_failure())  # type: ignore[operator]
    [told] = listener.taken
    assert (told["event"], told["run_id"], told["job"]) == ("run_failed", result.run_id, JOB)
    assert [(check["asset"], check["check"], check["failures"]) for check in told["checks"]] == [
        ("mentions", "foreign_keys", 1)
    ]
    assert told["checks"][0]["failing"]["country → countries.country"]
    assert "mentions.foreign_keys" in told["text"]


def test_what_is_refused_is_told_once_with_reason_and_remedy(
    settings: Settings, instance: dg.DagsterInstance, listener: Listener
) -> None:
    write(settings, "empty.txt", "")
    run = make(settings, instance)
    _, cursor = look(settings, instance, "inputs_refused")
    [told] = listener.taken
    assert (told["event"], told["run_id"], told["count"]) == ("quarantined", run.run_id, 1)
    [row] = told["rows"]
    assert (row["input"], row["stage"], row["reason"]) == ("empty.txt", "intake", "empty")
    assert row["remedy"]
    make(settings, instance)
    _, cursor = look(settings, instance, "inputs_refused", cursor)
    assert len(listener.taken) == 1, "the same refusal is no news"
    write(settings, "blank.txt", " \n")
    make(settings, instance)
    look(settings, instance, "inputs_refused", cursor)
    assert [row["input"] for row in listener.taken[1]["rows"]] == ["blank.txt"]


def test_nothing_is_posted_where_no_address_is_given(
    settings: Settings, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(WEBHOOK, raising=False)
    given, _ = look(settings, instance, "inputs_refused")
    assert given.skip_message == "READOUT_WEBHOOK is not set"


def test_a_busy_receiver_is_asked_again_and_one_that_refuses_is_not(listener: Listener) -> None:
    listener.first = [503, 429]
    post(listener.address, {"event": "run_failed"}, wait=tenacity.wait_none())
    assert listener.taken == [{"event": "run_failed"}]
    listener.first = [404, 404]
    with pytest.raises(httpx.HTTPStatusError, match="READOUT_WEBHOOK answered 404"):
        post(listener.address, {}, wait=tenacity.wait_none())
    assert listener.first == [404]


def test_an_address_that_cannot_be_posted_to_is_refused() -> None:
    with pytest.raises(ValueError, match="READOUT_WEBHOOK must be an address"):
        webhook({WEBHOOK: "file:///etc/passwd"})


def test_a_message_about_many_rows_is_cut_and_says_how_many_there_are() -> None:
    rows = [{"source_path": f"{n}.txt", "stage": "intake", "reason": "empty", "detail": "…"} for n in range(SHOWN + 9)]
    told = quarantine_message("r", rows)
    assert (told["count"], len(told["rows"])) == (SHOWN + 9, SHOWN)
