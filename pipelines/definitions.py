"""The one Definitions object: it names every room. Read it first.

Assets are in `assets/`, one file a layer; checks are made from `schemas/`; the job `materialize` makes
all tables, the job `release` a release of those that are published.
"""

from __future__ import annotations

import dagster as dg

from pipelines.assets import extracted, modelled, parsed, raw, release, warehouse
from pipelines.checks import ALL_CHECKS
from pipelines.resources import StagedTables, Workshop
from pipelines.settings import Settings

JOB = "materialize"
RELEASE_JOB = "release"


def make_definitions(settings: Settings) -> dg.Definitions:
    """All assets, checks and jobs, over the folders of `settings`."""
    asked_for = dg.AssetSelection.groups(release.LAYER)
    return dg.Definitions(
        assets=dg.load_assets_from_modules([raw, parsed, extracted, modelled, warehouse, release]),
        asset_checks=ALL_CHECKS,
        jobs=[
            dg.define_asset_job(
                JOB, dg.AssetSelection.all() - asked_for, description="From the articles to the published tables."
            ),
            dg.define_asset_job(RELEASE_JOB, asked_for, description="From the published tables to a release."),
        ],
        resources={
            "staged": StagedTables(folder=str(settings.stage)),
            "workshop": Workshop(raw=str(settings.raw), warehouse=str(settings.warehouse)),
        },
        executor=dg.in_process_executor,
    )


defs = make_definitions(Settings.from_environment())
