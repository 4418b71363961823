"""Automation: what starts a run by itself, and who is told when one fails. All of it is off until it is switched on.

`READOUT_AUTOMATION=on` turns on every sensor and schedule below; each can be turned on and off alone in the user
interface. Never here: what changed (`watching.py`), what is told (`alerts.py`).
"""

import json
import os
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

import dagster as dg

from pipelines.alerts import WEBHOOK, failure_message, post, quarantine_message, webhook
from pipelines.resources import StagedTables
from pipelines.settings import Settings
from pipelines.watching import Watch, listing

SWITCH = "READOUT_AUTOMATION"

FOLLOW = dg.AutomationCondition.eager() & dg.AutomationCondition.all_deps_blocking_checks_passed()
"""Made again when something above it was, and all checks above it have passed."""

FOLLOWING = ("parsed", "extracted", "modelled", "warehouse")
"""The layers that follow those above them. Raw files are looked for; a release is made when somebody asks for it."""

FRESH = ("raw_files", "duckdb_database")
"""Somebody looked for files, and what readers open was brought up to date: every day, by the schedule `every_day`."""


def switched_on(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether automation is on. Raises ValueError where the switch says something that nobody knows."""
    said = environment.get(SWITCH, "").strip().lower()
    if said not in ("", "on", "off"):
        raise ValueError(f"{SWITCH} is {said!r}; it must be on or off, or not be set")
    return said == "on"


def automated(assets: Iterable[Any], on: bool) -> list[Any]:
    """The assets with the condition that makes them follow; where automation is on, with policies on freshness.

    Without a schedule tables grow old because nobody asked for new ones, and a warning would mean nothing.
    """

    def about(spec: dg.AssetSpec) -> dg.AssetSpec:
        if spec.group_name in FOLLOWING and spec.partitions_def is None:
            spec = spec.replace_attributes(automation_condition=FOLLOW)
        if on and spec.key.path[-1] in FRESH:
            daily = dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=50), warn_window=timedelta(hours=26))
            spec = spec.replace_attributes(freshness_policy=daily)
        return spec

    return list(dg.map_asset_specs(about, assets))


def sensors(settings: Settings, job: str, on: bool) -> list[dg.SensorDefinition]:
    """All sensors, over the folders of `settings`; `job` is the one that a change of files starts."""
    status = dg.DefaultSensorStatus.RUNNING if on else dg.DefaultSensorStatus.STOPPED
    follow = dg.AutomationConditionSensorDefinition(
        "tables_follow",
        target=dg.AssetSelection.groups(*FOLLOWING),
        default_status=status,
        minimum_interval_seconds=30,
        description="Makes again what lies below an asset that was made alone, a corrected lexicon for instance.",
    )
    return [_raw_files_changed(settings, job, status), follow, _run_failed(status), _inputs_refused(settings, status)]


def schedules(job: str, fetch: str, on: bool) -> list[dg.ScheduleDefinition]:
    """All schedules. `job` is the one that makes the tables: where nothing is new, it takes seconds. `fetch` is the one
    that asks the sources; those that `raw/sources.yaml` has off are not asked."""
    status = dg.DefaultScheduleStatus.RUNNING if on else dg.DefaultScheduleStatus.STOPPED
    return [
        dg.ScheduleDefinition(
            name="feeds_every_hour",
            job_name=fetch,
            cron_schedule="20 * * * *",
            execution_timezone="UTC",
            default_status=status,
            description="Brings new articles of the enabled sources into the raw folder, at 20 past each hour.",
        ),
        dg.ScheduleDefinition(
            name="every_day",
            job_name=job,
            cron_schedule="0 5 * * *",
            execution_timezone="UTC",
            default_status=status,
            description="Makes all tables at 05:00 UTC, whether a file changed or not.",
        ),
    ]


def cause(failure: Any) -> str:
    """The innermost error's own words, of a step that failed."""
    error = failure.error
    while error and error.cause:
        error = error.cause
    return str(error.message).strip() if error else "for a reason that it does not give"


def _raw_files_changed(settings: Settings, job: str, status: dg.DefaultSensorStatus) -> dg.SensorDefinition:
    folders = [settings.raw, *([settings.reference] if settings.reference else [])]

    @dg.sensor(
        name="raw_files_changed",
        job_name=job,
        minimum_interval_seconds=30,
        default_status=status,
        description="Starts a run when files came, changed or went, and nothing moved between two looks.",
    )
    def look(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        now = listing(folders)
        ready, watch = Watch.of(context.cursor).look(now)
        context.update_cursor(watch.remember())
        if ready:
            return dg.RunRequest(tags={"readout/listing": now})
        return dg.SkipReason("no file changed" if now == watch.handled else "files changed: waiting until they rest")

    return look


def _run_failed(status: dg.DefaultSensorStatus) -> dg.SensorDefinition:
    @dg.run_failure_sensor(
        name="run_failed",
        default_status=status,
        minimum_interval_seconds=30,
        description=f"Posts what failed, and where, to the address in {WEBHOOK}.",
    )
    def tell(context: dg.RunFailureSensorContext) -> dg.SkipReason | None:
        url = webhook()
        if url is None:
            return dg.SkipReason(f"{WEBHOOK} is not set")
        run = context.dagster_run
        failed = [
            {"step": event.step_key, "error": cause(event.step_failure_data)}
            for event in context.get_step_failure_events()
        ] or [{"step": None, "error": context.failure_event.message}]
        post(url, failure_message(run.run_id, run.job_name, failed, _failed_checks(context.instance, run.run_id)))
        return None

    return tell


def _failed_checks(instance: dg.DagsterInstance, run_id: str) -> list[dict[str, Any]]:
    records = instance.get_records_for_run(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION).records
    events = [record.event_log_entry.dagster_event for record in records]
    said = [event.asset_check_evaluation_data for event in events if event]
    return [
        {
            "asset": check.asset_key.to_user_string(),
            "check": check.check_name,
            **{name: value.value for name, value in check.metadata.items()},
        }
        for check in said
        if not check.passed
    ]


def _inputs_refused(settings: Settings, status: dg.DefaultSensorStatus) -> dg.SensorDefinition:
    @dg.sensor(
        name="inputs_refused",
        asset_selection=dg.AssetSelection.assets("quarantine"),
        default_status=status,
        minimum_interval_seconds=30,
        description=f"Posts inputs that are new in the quarantine, with their remedies, to the address in {WEBHOOK}.",
    )
    def tell(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        url = webhook()
        if url is None:
            return dg.SkipReason(f"{WEBHOOK} is not set")
        made = context.instance.get_latest_materialization_event(dg.AssetKey("quarantine"))
        remembered = json.loads(context.cursor or "{}")
        if made is None or made.run_id == remembered.get("run_id"):
            return dg.SkipReason("the quarantine was not made since")
        rows = list(StagedTables(folder=str(settings.stage)).read("quarantine").iter_rows(named=True))
        known = set(remembered.get("told", []))
        new = [row for row in rows if row["quarantine_id"] not in known]
        if new:
            post(url, quarantine_message(made.run_id, new))
        told = sorted(row["quarantine_id"] for row in rows)
        context.update_cursor(json.dumps({"run_id": made.run_id, "told": told}))
        return dg.SkipReason(f"told of {len(new)} of {len(rows)} rows")

    return tell
