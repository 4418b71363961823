"""Modelled: what is the same across articles, and the tables that people query."""

from collections.abc import Callable

import dagster as dg
import polars as pl

from pipelines.assets.tables import table_asset, table_out
from pipelines.modelling import coverage, people, reference, sameness
from pipelines.modelling import events as event_model
from pipelines.modelling.dating import PUBLICATION
from pipelines.modelling.regrouping import Known
from pipelines.resources import COLUMNS, MADE_OF, Workshop
from pipelines.settings import REFERENCE

LAYER = "modelled"

_WHEN = {"articles": dg.AssetIn(metadata={COLUMNS: [*PUBLICATION]})}
"""Of the articles only when and by whom: their texts would fill the memory."""


@table_asset(LAYER, deps=["reference_files"])
def topics() -> pl.DataFrame:
    """The whole tree of `raw/reference/topics.csv`, whether used or not."""
    return reference.topics(REFERENCE)


@table_asset(LAYER, deps=["reference_files"])
def countries() -> pl.DataFrame:
    """All of `raw/reference/countries.csv`, whether mentioned or not."""
    return reference.countries(REFERENCE)


@table_asset(LAYER, ins=_WHEN)
def leaders(extracted_articles: pl.DataFrame, articles: pl.DataFrame, workshop: Workshop) -> pl.DataFrame:
    """Leaders of the reference whom no article mentions are left out."""
    said = workshop.extracted("extracted_leaders", extracted_articles)
    naming = {
        table: workshop.extracted(table, extracted_articles, ["article_id", *columns])
        for table, columns in people.NAMING_COLUMNS.items()
    }
    return people.leaders(said, naming, reference.leaders(REFERENCE), articles)


@table_asset(LAYER, deps=["reference_files"])
def leader_terms(leaders: pl.DataFrame) -> pl.DataFrame:
    """Terms of leaders whom no article mentions are left out."""
    return people.leader_terms(leaders, reference.terms(REFERENCE))


@table_asset(LAYER, deps=["reference_files"])
def leader_coverage() -> pl.DataFrame:
    """Every independent country has a row for each office and year: a hole is a row, too."""
    terms, people_known = reference.terms(REFERENCE), reference.leaders(REFERENCE)
    return coverage.leader_coverage(terms, people_known, reference.independent_countries(REFERENCE))


@table_asset(LAYER, ins=_WHEN)
def statements(
    context: dg.AssetExecutionContext, extracted_articles: pl.DataFrame, articles: pl.DataFrame, workshop: Workshop
) -> pl.DataFrame:
    """Nothing is dropped; the same utterance in several articles stays several rows."""
    return _tied("statements", sameness.statements, context, extracted_articles, articles, workshop)


@table_asset(LAYER, ins=_WHEN)
def commitments(
    context: dg.AssetExecutionContext, extracted_articles: pl.DataFrame, articles: pl.DataFrame, workshop: Workshop
) -> pl.DataFrame:
    """Nothing is dropped; the same promise in several articles stays several rows."""
    return _tied("commitments", sameness.commitments, context, extracted_articles, articles, workshop)


def _tied(
    table: str,
    tie: Callable[[pl.DataFrame, pl.DataFrame, Known | None], sameness.Tied],
    context: dg.AssetExecutionContext,
    keys: pl.DataFrame,
    articles: pl.DataFrame,
    workshop: Workshop,
) -> pl.DataFrame:
    """The table as it was made of the same before; else with what is new tied to what was known, or all anew."""
    of, kept = workshop.made_before([table], ["articles"], keys)
    context.add_output_metadata({MADE_OF: of})
    if kept:
        return kept[0]
    marks = workshop.marks(keys, articles)
    known = workshop.recall([table], marks)
    made = tie(workshop.extracted(table, _changed(keys, known)), articles, known)
    workshop.remember(table, of, marks, made.memory)
    return made.table


def _changed(keys: pl.DataFrame, known: Known | None) -> pl.DataFrame:
    return keys if known is None else keys.filter(pl.col("article_id").is_in(list(known.changed)))


_EVENT_OUTS = {
    "events": table_out("events", LAYER, "Accounts of the same event are merged into one row; none is dropped."),
    "event_participants": table_out("event_participants", LAYER, "Nothing is dropped."),
    "event_mentions": table_out("event_mentions", LAYER, "Every mention is kept; two of the same words are one."),
}


@dg.multi_asset(name="event_tables", outs=_EVENT_OUTS, ins=_WHEN)
def event_tables(
    context: dg.AssetExecutionContext,
    extracted_articles: pl.DataFrame,
    articles: pl.DataFrame,
    leaders: pl.DataFrame,
    workshop: Workshop,
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Events across articles, their participants and their mentions."""
    of, kept = workshop.made_before([*_EVENT_OUTS], ["articles", "leaders"], extracted_articles)
    for table in _EVENT_OUTS:
        context.add_output_metadata({MADE_OF: of}, output_name=table)
    if kept:
        events, participants, mentions = kept
        return events, participants, mentions
    marks = workshop.marks(extracted_articles, articles)
    known = workshop.recall([*_EVENT_OUTS], marks)
    told = workshop.extracted("extracted_events", _changed(extracted_articles, known))
    found = event_model.model_events(told, articles, leaders, known)
    workshop.remember("events", of, marks, found.memory)
    return found.events, found.participants, found.mentions


@table_asset(LAYER)
def article_topics(extracted_articles: pl.DataFrame, workshop: Workshop) -> pl.DataFrame:
    """Nothing is dropped. A child implies its parent, which is not listed."""
    return workshop.extracted("article_topics", extracted_articles)


@table_asset(LAYER)
def statement_topics(extracted_articles: pl.DataFrame, workshop: Workshop) -> pl.DataFrame:
    """Nothing is dropped. A child implies its parent, which is not listed."""
    return workshop.extracted("statement_topics", extracted_articles)


@table_asset(LAYER)
def commitment_topics(extracted_articles: pl.DataFrame, workshop: Workshop) -> pl.DataFrame:
    """Nothing is dropped. A child implies its parent, which is not listed."""
    return workshop.extracted("commitment_topics", extracted_articles)
