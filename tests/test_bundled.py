"""The bundled articles, from the files to the published tables: what a newcomer sees first is right."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb
import pytest
import yaml

from pipelines.settings import ROOT
from tests.conftest import Bundled
from tests.matching import Words, f1, pairs, quoted, words

ARTICLES = ROOT / "raw" / "articles"
EXPECTED = sorted((ROOT / "tests" / "data" / "gold").glob("*.yaml"))

FLOORS = {"statements": 0.80, "commitments": 0.65, "events": 0.65}
"""F1 below which what a newcomer sees has become worse."""

EVENTS = {
    "2021-10-27-east-asia-summit": ("kremlin", "white-house", {"summit"}, {"RUS"}),
    "2021-12-07-biden-putin-call": ("kremlin", "white-house", {"call"}, {"Q6279", "Q7747"}),
    "2022-02-13-biden-zelenskyy-call": ("ukraine", "white-house", {"call"}, {"Q6279", "Q3874799"}),
    "2022-02-19-harris-zelenskyy-meeting": ("ukraine", "white-house", {"meeting"}, {"Q10853588", "Q3874799"}),
    "2022-05-08-g7-zelenskyy-summit": ("ukraine", "white-house", {"summit", "meeting"}, {"UKR"}),
    "2026-05-17-trump-xi": ("china-visit.white-house", "farm-purchases.white-house", {"visit"}, {"Q22686", "CHN"}),
}
"""What happened, whose two accounts tell it, as which types of event, and who took part in both accounts."""


@dataclass(frozen=True)
class Article:
    """One bundled article: its text, the rows that are expected of it, and those that the pipeline found."""

    text: str
    expected: dict[str, list[dict[str, Any]]]
    found: dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def tables(bundled: Bundled) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published database of the bundled articles."""
    with duckdb.connect(bundled.settings.database, read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def articles(tables: duckdb.DuckDBPyConnection) -> list[Article]:
    return [_article(tables, yaml.safe_load(path.read_text(encoding="utf-8"))) for path in EXPECTED]


def _article(tables: duckdb.DuckDBPyConnection, expected: dict[str, Any]) -> Article:
    [row] = _rows(tables, "SELECT article_id, text FROM articles WHERE source_path = ?", expected["article"])
    found = {
        "statements": "SELECT content_spans AS spans FROM statements WHERE article_id = ?",
        "commitments": "SELECT spans FROM commitments WHERE article_id = ?",
        "events": "SELECT told_type AS event_type, [{'start': m.start, 'end': m.end}] AS spans "
        "FROM event_mentions m WHERE article_id = ?",
    }
    return Article(row["text"], expected, {name: _rows(tables, sql, row["article_id"]) for name, sql in found.items()})


def _rows(tables: duckdb.DuckDBPyConnection, sql: str, *values: object) -> list[dict[str, Any]]:
    result = tables.execute(sql, values)
    names = [column for column, *_ in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _found(text: str, rows: list[dict[str, Any]]) -> list[Words]:
    return [words(text, ((span["start"], span["end"]) for span in row["spans"])) for row in rows]


def test_every_bundled_article_says_what_is_expected_of_it_and_where_it_came_from() -> None:
    names = sorted(path.stem for path in ARTICLES.glob("*.txt"))
    assert names == [path.stem for path in EXPECTED]
    for name in names:
        meta = json.loads((ARTICLES / f"{name}.meta.json").read_text(encoding="utf-8"))
        assert meta["published_at"][:10] == str(yaml.safe_load(EXPECTED[names.index(name)].read_text())["published_at"])
        if name != "xi-trump-call":
            assert {"url", "title", "publisher", "authors"} <= meta.keys(), name
            assert meta["licence"] == "CC0-1.0", name


@pytest.mark.parametrize(("table", "quotation"), [("statements", "content"), ("commitments", "text")])
def test_most_of_what_is_said_and_promised_is_found_where_it_stands(
    articles: list[Article], table: str, quotation: str
) -> None:
    hits = expected = found = 0
    for article in articles:
        wanted = [words(article.text, quoted(article.text, row[quotation])) for row in article.expected[table]]
        had = _found(article.text, article.found[table])
        hits, expected, found = hits + len(pairs(wanted, had)), expected + len(wanted), found + len(had)
    assert expected > 50
    assert f1(hits, expected, found) >= FLOORS[table]


def test_most_events_are_found_where_they_are_told(articles: list[Article]) -> None:
    hits = expected = found = 0
    for article in articles:
        for kind in {row["type"] for row in article.expected["events"]} | {
            row["event_type"] for row in article.found["events"]
        }:
            wanted = [
                words(article.text, quoted(article.text, row["text"]))
                for row in article.expected["events"]
                if row["type"] == kind
            ]
            had = _found(article.text, [row for row in article.found["events"] if row["event_type"] == kind])
            hits += len(pairs(wanted, had, least=0.01))
            expected, found = expected + len(wanted), found + len(had)
    assert expected > 25
    assert f1(hits, expected, found) >= FLOORS["events"]


@pytest.mark.parametrize("event", EVENTS)
def test_both_accounts_of_an_event_tell_of_it(tables: duckdb.DuckDBPyConnection, event: str) -> None:
    *accounts, kinds, parties = EVENTS[event]
    for account in accounts:
        names = [f"{event}{link}{account}.txt" for link in ".-"]
        told = _rows(
            tables,
            "SELECT list_distinct(list(p.leader_id) || list(p.country)) AS parties "
            "FROM articles JOIN event_mentions USING (article_id) JOIN events e USING (event_id) "
            "JOIN event_participants p USING (event_id) "
            "WHERE list_contains(?, source_path) AND list_contains(?, event_type) "
            "GROUP BY event_id",
            names,
            sorted(kinds),
        )
        assert any(parties <= set(row["parties"]) for row in told), (account, told)


@pytest.mark.parametrize("event", EVENTS)
def test_both_accounts_tell_of_one_event_and_say_why(tables: duckdb.DuckDBPyConnection, event: str) -> None:
    *accounts, _, _ = EVENTS[event]
    told = _rows(
        tables,
        "SELECT count(DISTINCT source_path) AS articles, list_distinct(list(merge_basis)) AS bases "
        "FROM event_mentions JOIN articles USING (article_id) WHERE list_contains(?, source_path) "
        "GROUP BY event_id HAVING count(DISTINCT source_path) > 1",
        [f"{event}{link}{account}.txt" for account in accounts for link in ".-"],
    )
    assert any(row["articles"] == len(accounts) and row["bases"] for row in told)


def test_the_soybean_promise_has_a_later_life(tables: duckdb.DuckDBPyConnection) -> None:
    promised = _rows(
        tables,
        "SELECT a.published_on, c.quantity_value, c.quantity_unit FROM commitments c "
        "JOIN articles a USING (article_id) JOIN commitment_topics t USING (commitment_id) "
        "WHERE t.topic_id = 'trade.agriculture' AND list_contains(c.committer_countries, 'CHN') "
        "AND c.quantity_unit IN ('t', 'USD') ORDER BY a.published_on, c.quantity_value",
    )
    assert [(str(row["published_on"]), row["quantity_value"], row["quantity_unit"]) for row in promised] == [
        ("2026-02-05", 2.0e7, "t"),
        ("2026-02-05", 2.5e7, "t"),
        ("2026-05-17", 1.7e10, "USD"),
    ]
