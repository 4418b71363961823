"""Parsed: files to articles. What was read out of a file is kept, by the file's bytes and the reader's version."""

import dagster as dg
import polars as pl

from pipelines.assets.months import record_months
from pipelines.assets.tables import table_asset
from pipelines.progress import progress_bar
from pipelines.reading import count_parsed, make_articles, read_missing
from pipelines.resources import Workshop
from pipelines.versions import pipeline_version

LAYER = "parsed"


@table_asset(LAYER)
def parsed_documents(context: dg.AssetExecutionContext, raw_files: pl.DataFrame, workshop: Workshop) -> pl.DataFrame:
    """Only files that this version of the reader has not read are read. What it refuses goes to `quarantine`."""
    store = workshop.documents()
    todo = store.missing(raw_files.get_column("document_key"))
    with progress_bar("reading", len(todo), "files") as advance:
        if todo:
            workshop.expect_articles()
            unread = raw_files.filter(pl.col("document_key").is_in(todo)).get_column("source_path")
            read_missing(store, workshop.settings.raw, advance, only=set(unread))
    context.add_output_metadata({"read now": len(todo), "read before": raw_files.height - len(todo)})
    return count_parsed(store, raw_files)


@table_asset(LAYER)
def articles(context: dg.AssetExecutionContext, parsed_documents: pl.DataFrame, workshop: Workshop) -> pl.DataFrame:
    """Inputs with the same text become one article that lists them all; near-duplicates share a `story_id`."""
    taken = make_articles(workshop.documents(), parsed_documents, pipeline_version())
    record_months(context.instance, taken)
    languages = taken.group_by("language").len().sort("language")
    context.add_output_metadata({"languages": dg.MetadataValue.json(dict(languages.iter_rows()))})
    return taken
