"""Extraction by month of publication: a long history is loaded piece by piece, and any month is made again alone."""

import dagster as dg
import polars as pl
from pydantic import Field

from pipelines.assets.tables import OWNERS
from pipelines.extracting import extract_again, extract_missing, extraction_keys, readable
from pipelines.months import by_month, published_in
from pipelines.progress import progress_bar
from pipelines.resources import Workshop

LAYER = "extracted"

PUBLICATION_MONTHS = dg.DynamicPartitionsDefinition(name="publication_month")
"""The months that articles were published in, and `undated`; `articles` keeps the list."""


def record_months(instance: dg.DagsterInstance, articles: pl.DataFrame) -> None:
    """Make the list of months that of these articles, in the order of time.

    Dagster keeps such a list in the order of entry, and a range is a range of that order: where a month comes between
    others, those behind it are entered anew. What was made of a month stays on record.
    """
    name = str(PUBLICATION_MONTHS.name)
    wanted = by_month(articles).get_column("month").to_list()
    listed = list(instance.get_dynamic_partitions(name))
    same = next((at for at, pair in enumerate(zip(wanted, listed, strict=False)) if pair[0] != pair[1]), None)
    same = min(len(wanted), len(listed)) if same is None else same
    for month in listed[same:]:
        instance.delete_dynamic_partition(name, month)
    if wanted[same:]:
        instance.add_dynamic_partitions(name, wanted[same:])


class MonthsConfig(dg.Config):
    """How to load months."""

    again: bool = Field(default=False, description="Forget what was extracted from these months, and extract it anew")


@dg.asset(
    group_name=LAYER,
    partitions_def=PUBLICATION_MONTHS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    owners=OWNERS,
    kinds={"polars", "parquet"},
    tags={"readout/layer": LAYER},
)
def monthly_extractions(
    context: dg.AssetExecutionContext, config: MonthsConfig, articles: pl.DataFrame, workshop: Workshop
) -> dg.MaterializeResult[None]:
    """What the articles of single months say, put where `extracted_articles` finds it.

    **One partition is:** a month in which articles were published (`2026-02`), or `undated`. Any number of them is one
    run. A history of many thousand articles is loaded in pieces this way; the job `publish_loaded` makes the tables of
    the pieces that are there, and `materialize` extracts what is still missing. With `again: true` the months are
    extracted anew, and no other month is touched.
    """
    of_months = published_in(articles, context.partition_keys)
    to_read = readable(of_months)
    store = workshop.extractions()
    extract = extract_again if config.again else extract_missing
    todo = to_read.height if config.again else len(store.missing(extraction_keys(to_read).values()))
    with progress_bar("extracting", todo, "articles") as advance:
        extracted = extract(store, to_read, workshop.extractor(), advance)
    return dg.MaterializeResult(
        metadata={
            "months": dg.MetadataValue.json(list(context.partition_keys)),
            "articles": of_months.height,
            "extracted now": extracted,
            "extracted before": to_read.height - extracted,
            "without an extractor": of_months.height - to_read.height,
        }
    )
