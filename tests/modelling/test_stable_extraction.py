"""Ids of the bundled articles, as really extracted: the same in any order, and for any part of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.language import Language

from pipelines.extracting import TABLE_OF
from pipelines.extraction.attribution import Attribution
from pipelines.extraction.commitment_cues import load_lexicon
from pipelines.extraction.encoder import Encoder
from pipelines.extraction.extractor import ArticleRows, Extractor
from pipelines.extraction.topics import TopicTagger
from pipelines.intake.articles import take_in
from pipelines.intake.intake import read_file
from pipelines.intake.sources import find_inputs
from pipelines.linking.linker import Linker
from pipelines.modelling import events, reference, sameness
from pipelines.records import Article
from pipelines.settings import LEXICONS, REFERENCE, ROOT
from schemas import spec
from schemas.frames import unsorted_frame

RAW = ROOT / "raw" / "articles"
OTHER = Article(
    article_id="a_other",
    title="Sandu and Macron meet in Paris",
    text="President Maia Sandu met French President Emmanuel Macron in Paris on Monday. Sandu said that Moldova will "
    "buy 20 buses from France. The two leaders agreed to open a new air route next year.",
    published_on=None,
    publisher="The Paper",
    url=None,
)
Model = Callable[[Sequence[ArticleRows]], Mapping[str, Any]]


@pytest.fixture(scope="module")
def extractor(nlp: Language, encoder: Encoder, linker: Linker) -> Extractor:
    return Extractor(nlp, encoder, linker, Attribution.load(), load_lexicon(), TopicTagger(LEXICONS / "topics.csv"))


@pytest.fixture(scope="module")
def articles() -> pl.DataFrame:
    outcomes = (outcome for file in find_inputs(RAW) for outcome in read_file(file, RAW))
    return take_in(outcomes, "0+0")[0]


@pytest.fixture(scope="module")
def texts(articles: pl.DataFrame) -> list[Article]:
    names = [field.name for field in dataclasses.fields(Article)]
    return [Article(**{name: row[name] for name in names}) for row in articles.iter_rows(named=True)] + [OTHER]


@pytest.fixture(scope="module")
def extracted(extractor: Extractor, texts: list[Article]) -> list[ArticleRows]:
    return list(extractor.extract(texts))


@pytest.fixture(scope="module")
def model(articles: pl.DataFrame) -> Model:
    """Everything that has an id across articles, by the rows that share it."""
    leaders = reference.leaders(REFERENCE)

    def ids(found: Sequence[ArticleRows]) -> dict[str, Any]:
        told = events.model_events(frame(found, "events"), articles, leaders)
        said = sameness.statements(frame(found, "statements"), articles).table
        promised = sameness.commitments(frame(found, "commitments"), articles).table
        return {
            "utterances": dict(said.select("statement_id", "utterance_id").iter_rows()),
            "pledges": dict(promised.select("commitment_id", "pledge_id").iter_rows()),
            "events": told.mentions.select("article_id", "start", "event_id").rows(),
        }

    return ids


def frame(found: Iterable[ArticleRows], name: str) -> pl.DataFrame:
    rows = [row for article in found for row in getattr(article, name)]
    return unsorted_frame(spec(TABLE_OF[name]), rows)


def test_extracting_again_in_another_order_on_one_core_finds_the_same_spans_under_the_same_ids(
    extractor: Extractor, texts: list[Article], extracted: list[ArticleRows]
) -> None:
    again = {rows.article_id: rows for rows in extractor.extract(texts[::-1], read_ahead=False)}
    assert any(rows.statements and rows.commitments and rows.events for rows in extracted)
    for rows in extracted:
        assert rows == again[rows.article_id]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_order_of_articles_changes_an_id(data: st.DataObject, extracted: list[ArticleRows], model: Model) -> None:
    order = data.draw(st.permutations(extracted))
    assert model(order) == model(extracted)


def test_an_article_on_other_things_leaves_every_id_as_it_was(extracted: list[ArticleRows], model: Model) -> None:
    *bundled, other = extracted
    assert other.article_id == OTHER.article_id
    before, after = model(bundled), model(extracted)
    assert before["utterances"].items() < after["utterances"].items()
    assert before["pledges"].items() < after["pledges"].items()
    assert set(before["events"]) < set(after["events"])
