"""Fetching: the job that brings new articles into the raw folder. It makes no table, and it never runs by itself."""

from collections import Counter

import dagster as dg

from pipelines.resources import Workshop
from pipelines.settings import Settings

FETCH_JOB = "fetch"


@dg.op
def fetch_sources(context: dg.OpExecutionContext, workshop: Workshop) -> None:
    """Bring what is new in the enabled sources of `raw/sources.yaml` into the raw folder; see `docs/sources.md`."""
    from pipelines.fetching.told import fetch_enabled  # with its clients and readers: no other job needs them

    feeds = Settings.from_environment().sources
    reports = fetch_enabled(workshop.settings, feeds, tell=lambda report: context.log.info(str(report)))
    refused = sum((report.refused for report in reports), Counter[str]())
    counts = {"new": sum(r.new for r in reports), "unchanged": sum(r.unchanged for r in reports), "refused": refused}
    context.add_output_metadata(
        {"log": dg.MetadataValue.path(str(workshop.settings.fetched)), "counts": dg.MetadataValue.json(counts)}
    )
    if faults := [f"{report.source}: {report.fault}" for report in reports if report.fault]:
        raise dg.Failure("\n".join(faults))


@dg.job(name=FETCH_JOB, description="From the feeds in raw/sources.yaml to files in the raw folder.")
def fetch_job() -> None:
    """One step: sources share a pace and a memory."""
    fetch_sources()
