"""Extracted: what single articles say. The rows lie in a store, by article and extractor version."""

import dagster as dg
import polars as pl
from pydantic import Field

from pipelines.assets.tables import table_asset
from pipelines.extracting import extract_missing, extraction_keys, readable
from pipelines.own_rows import current_own_rows
from pipelines.progress import progress_bar
from pipelines.reading import refused_inputs
from pipelines.resources import Workshop
from schemas import spec
from schemas.frames import rows_frame


class ExtractionConfig(dg.Config):
    """What to do with articles that nobody has extracted yet."""

    only_loaded: bool = Field(
        default=False, description="Leave them for later: the tables are made of what was loaded, by month for instance"
    )


@table_asset("extracted", deps=["reference_files", "lexicon_files"])
def extracted_articles(
    context: dg.AssetExecutionContext, config: ExtractionConfig, articles: pl.DataFrame, workshop: Workshop
) -> pl.DataFrame:
    """Only articles that this version of the extractor has not read are read.

    Articles in a language that has no extractor are left out, and counted.
    """
    in_our_languages = readable(articles)
    store = workshop.extractions()
    keys = extraction_keys(in_our_languages)
    missing = set(store.missing(keys.values()))
    new = in_our_languages.filter(
        pl.col("article_id").is_in([article for article, key in keys.items() if key in missing])
    )
    extracted = 0
    if config.only_loaded:
        keys = {article: key for article, key in keys.items() if key not in missing}
    else:
        with progress_bar("extracting", new.height, "articles") as advance:
            extracted = extract_missing(store, new, workshop.extractor(), advance, workshop.engine())
    workshop.expect_tables()
    by_language = articles.join(in_our_languages, on="article_id", how="anti").group_by("language").len()
    context.add_output_metadata(
        {
            "extracted now": extracted,
            "extracted before": len(keys) - extracted,
            "left for later": in_our_languages.height - len(keys),
            "without an extractor, by language": dg.MetadataValue.json(dict(by_language.sort("language").iter_rows())),
        }
    )
    return pl.DataFrame({"article_id": list(keys), "extraction_key": list(keys.values())}, schema_overrides=_KEYS)


_KEYS = {"article_id": pl.String, "extraction_key": pl.String}


@table_asset("extracted")
def mentions(extracted_articles: pl.DataFrame, workshop: Workshop) -> pl.DataFrame:
    """Nothing is dropped."""
    return workshop.extracted("mentions", extracted_articles)


@table_asset("extracted")
def quarantine(parsed_documents: pl.DataFrame, extracted_articles: pl.DataFrame, workshop: Workshop) -> pl.DataFrame:
    """What reading refused, the articles that stopped the extractor, and the user's own rows of reference data that
    cannot be used. Nothing is dropped."""
    at_intake = refused_inputs(workshop.documents(), parsed_documents)
    own = rows_frame(spec("quarantine"), (refusal.as_row() for refusal in current_own_rows().refusals))
    return pl.concat([at_intake, own, workshop.extracted("quarantine", extracted_articles)])
