"""Real articles come one by one: what is made anew around each is what all at once give, and the rest is left alone."""

from __future__ import annotations

import polars as pl
import pytest

from pipelines.modelling import events, regrouping, sameness
from pipelines.modelling.regrouping import Known
from pipelines.modelling.utterances import Utterances
from pipelines.resources import Workshop
from schemas import TABLES
from tests.conftest import Bundled


@pytest.fixture(scope="module")
def staged(bundled: Bundled) -> dict[str, pl.DataFrame]:
    stage = bundled.settings.stage
    tables = {name: pl.read_parquet(stage / f"{name}.parquet") for name in (*TABLES, "extracted_articles")}
    told = Workshop.over(bundled.settings).extracted("extracted_events", tables["extracted_articles"])
    return tables | {"extracted_events": told}


def articles_of(table: pl.DataFrame) -> list[str]:
    return table.get_column("article_id").unique().sort().to_list()


@pytest.mark.parametrize("name", ["statements", "commitments"])
def test_each_article_that_comes_last_gives_the_table_of_all_at_once(
    staged: dict[str, pl.DataFrame], name: str
) -> None:
    tie = getattr(sameness, name)
    all_rows, when = staged[name], staged["articles"]
    at_once = tie(all_rows, when).table
    for article in articles_of(all_rows):
        is_new = pl.col("article_id") == article
        before = tie(all_rows.filter(~is_new), when)
        known = Known([before.table], before.memory, frozenset({article}))
        assert tie(all_rows.filter(is_new), when, known).table.equals(at_once), article


@pytest.mark.parametrize("name", ["statements", "commitments"])
def test_some_people_after_others_give_the_table_of_all_at_once(
    staged: dict[str, pl.DataFrame], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tie = getattr(sameness, name)
    at_once = tie(staged[name], staged["articles"]).table
    monkeypatch.setattr(regrouping, "_AT_ONCE", 10)
    assert tie(staged[name], staged["articles"]).table.equals(at_once)


def test_each_article_that_comes_last_gives_the_events_of_all_at_once(staged: dict[str, pl.DataFrame]) -> None:
    told, when, leaders = staged["extracted_events"], staged["articles"], staged["leaders"]
    at_once = events.model_events(told, when, leaders)
    for article in articles_of(told):
        is_new = pl.col("article_id") == article
        before = events.model_events(told.filter(~is_new), when, leaders)
        after = events.model_events(
            told.filter(is_new),
            when,
            leaders,
            Known([before.events, before.participants, before.mentions], before.memory, frozenset({article})),
        )
        assert after.events.equals(at_once.events), article
        assert after.participants.equals(at_once.participants), article
        assert after.mentions.equals(at_once.mentions), article


def test_few_statements_are_read_again_for_one_article(
    staged: dict[str, pl.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    all_rows, when = staged["statements"], staged["articles"]
    article = all_rows.group_by("article_id").len().sort("len", "article_id").item(0, "article_id")
    is_new = pl.col("article_id") == article
    before = sameness.statements(all_rows.filter(~is_new), when)
    read: list[int] = []
    tellings = Utterances.tellings
    monkeypatch.setattr(Utterances, "tellings", lambda kind, rows: read.append(rows.height) or tellings(kind, rows))  # type: ignore[func-returns-value]
    known = Known([before.table], before.memory, frozenset({article}))
    sameness.statements(all_rows.filter(is_new), when, known)
    assert max(read) < all_rows.height / 4
