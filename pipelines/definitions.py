"""The one Definitions object: it names every room. Read it first.

Assets are in `assets/`, one file a layer; checks are made from `schemas/`. The job `materialize` makes all tables,
`load_months` extracts the articles of chosen months, `publish_loaded` makes the tables of those, `release` makes a
release of the published tables, and `fetch` brings articles into the raw folder. What starts runs by itself is in
`assets/automation.py`.
"""

from __future__ import annotations

import dagster as dg

from pipelines.assets import automation, extracted, modelled, months, parsed, raw, release, warehouse
from pipelines.assets.fetching import fetch_job
from pipelines.assets.groups import PROJECT
from pipelines.checks import ALL_CHECKS
from pipelines.resources import StagedTables, Workshop
from pipelines.settings import Settings

JOB = "materialize"
MONTHS_JOB = "load_months"
LOADED_JOB = "publish_loaded"
RELEASE_JOB = "release"


def make_definitions(settings: Settings) -> dg.Definitions:
    """All assets, checks, jobs, sensors and schedules, over the folders of `settings`."""
    on = automation.switched_on()
    assets = dg.load_assets_from_modules([raw, parsed, extracted, months, modelled, warehouse, release])
    asked_for = dg.AssetSelection.groups(release.LAYER)
    by_month = dg.AssetSelection.assets(months.monthly_extractions)
    tables = dg.AssetSelection.all() - asked_for - by_month
    return dg.Definitions(
        assets=dg.with_source_code_references(automation.automated(assets, on)),
        asset_checks=ALL_CHECKS,
        jobs=[
            dg.define_asset_job(JOB, tables, description=PROJECT),
            dg.define_asset_job(MONTHS_JOB, by_month, description="Extracts the articles of chosen months, or again."),
            dg.define_asset_job(
                LOADED_JOB,
                tables,
                description="Makes all tables of the months that were loaded so far; what was not is left for later.",
                config={"ops": {"extracted_articles": {"config": {"only_loaded": True}}}},
            ),
            dg.define_asset_job(RELEASE_JOB, asked_for, description="From the published tables to a release."),
            fetch_job,
        ],
        sensors=automation.sensors(settings, JOB, on),
        schedules=automation.schedules(JOB, fetch_job.name, on),
        resources={
            "staged": StagedTables(folder=str(settings.stage)),
            "workshop": Workshop.over(settings),
            "io_manager": dg.mem_io_manager,  # for outputs that say nothing; Dagster's own loads what opens any folder
        },
        executor=dg.in_process_executor,
    )


defs = make_definitions(Settings.from_environment())
