"""The one Definitions object: it names every room. Read it first.

Assets are in `assets/`, one file a layer; checks are made from `schemas/`; the job `materialize` makes everything
that is made of the raw folder, the job `fetch` brings articles into it.
"""

from __future__ import annotations

import dagster as dg

from pipelines.assets import extracted, modelled, parsed, raw, warehouse
from pipelines.assets.fetching import fetch_job
from pipelines.checks import ALL_CHECKS
from pipelines.resources import StagedTables, Workshop
from pipelines.settings import Settings

JOB = "materialize"


def make_definitions(settings: Settings) -> dg.Definitions:
    """All assets, checks and the job, over the folders of `settings`."""
    return dg.Definitions(
        assets=dg.load_assets_from_modules([raw, parsed, extracted, modelled, warehouse]),
        asset_checks=ALL_CHECKS,
        jobs=[
            dg.define_asset_job(JOB, dg.AssetSelection.all(), description="From the articles to the published tables."),
            fetch_job,
        ],
        resources={
            "staged": StagedTables(folder=str(settings.stage)),
            "workshop": Workshop(raw=str(settings.raw), warehouse=str(settings.warehouse)),
        },
        executor=dg.in_process_executor,
    )


defs = make_definitions(Settings.from_environment())
