"""Views and macros answer what their comments promise, in a world small enough to know by heart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.warehouse.questions import queries, queries_page
from tests.conftest import ROOT, Bundled
from tests.warehouse.world import DAYS, publish_world

Ask = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish_world(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def ask(database: Path) -> Iterator[Ask]:
    with duckdb.connect(database, read_only=True) as connection:
        yield lambda sql: connection.execute(sql).fetchall()


def test_an_account_is_the_countrys_whose_government_publishes_it(ask: Ask) -> None:
    assert ask("SELECT side, side_basis, statements, commitments FROM event_accounts WHERE event_id = 'e_1'") == [
        ("Norland", "government", 2, 1),
        ("Sudland", "government", 1, 2),
    ]


def test_what_a_newspaper_attributes_to_a_country_that_takes_part_is_its_account_as_reported(ask: Ask) -> None:
    assert ask("SELECT side, side_basis, statement_ids FROM event_accounts WHERE event_id = 'e_2'") == [
        ("Sudland", "reported", ["wire1"]),
        ("The Wire", "publisher", ["wire1"]),
    ]


def test_an_article_that_mentions_an_event_in_passing_gives_no_account_of_it(ask: Ask) -> None:
    assert ask("SELECT DISTINCT unnest(article_ids) FROM event_accounts WHERE event_id = 'e_1' ORDER BY 1") == [
        ("a_nor",),
        ("a_sud",),
    ]


def test_a_topic_that_only_one_account_holds_is_told_with_its_words(ask: Ask) -> None:
    found = ask("SELECT item, said_by, left_out_by, words FROM account_differences WHERE topic_id = 'trade.ships'")
    assert found == [("Trade › Ships", ["Norland"], ["Sudland"], ["that ships are wanted"])]


def test_a_parent_is_not_left_out_where_its_child_is_told(ask: Ask) -> None:
    assert ask("SELECT * FROM account_differences WHERE topic_id = 'trade'") == []


def test_a_topic_that_an_article_tells_itself_is_not_left_out(ask: Ask) -> None:
    assert ask("SELECT * FROM account_differences WHERE topic_id = 'peace'") == []


def test_a_promise_that_both_accounts_hold_is_no_difference(ask: Ask) -> None:
    promises = "FROM account_differences WHERE event_id = 'e_1' AND kind = 'commitment'"
    assert ask(f"SELECT item, said_by, left_out_by {promises}") == [
        ("Sudland, intended: not close its port", ["Sudland"], ["Norland"])
    ]


def test_a_pledge_grows_firmer_from_one_article_to_the_next(ask: Ask) -> None:
    [(first, latest, steps, rose, firmness)] = ask(
        "SELECT first_on, latest_on, firmness_over_time, firmness_rose, firmness "
        "FROM pledges WHERE pledge_id = 'p_ships'"
    )
    assert (first, latest, firmness) == (DAYS[0], DAYS[2], "agreed")
    assert [(step["told_on"], step["firmness"]) for step in steps] == [
        (DAYS[0], "considering"),
        (DAYS[1], "pledged"),
        (DAYS[1], "agreed"),
        (DAYS[2], "agreed"),
    ]
    assert rose


def test_articles_of_one_story_are_one_publisher(ask: Ask) -> None:
    assert ask("SELECT mentions, publishers FROM pledges WHERE pledge_id = 'p_ships'") == [(4, 3)]


def test_a_pledge_says_whose_account_it_is(ask: Ask) -> None:
    assert ask("SELECT self_reported, accounts FROM pledges WHERE pledge_id = 'p_ships'") == [
        (True, ["Bo Berg", "Norland", "Office of the President", "The Echo"])
    ]


def test_amounts_that_differ_are_all_listed_and_the_latest_counts(ask: Ask) -> None:
    assert ask(
        "SELECT quantity_value, list_transform(quantities, lambda q: q.value), has_conflict, len(due_dates) "
        "FROM pledges WHERE pledge_id = 'p_ships'"
    ) == [(25.0, [20.0, 25.0], True, 1)]
    assert ask("SELECT has_conflict FROM pledges WHERE pledge_id = 'p_port'") == [(False,)]


def test_the_status_without_a_day_is_that_of_the_latest_article(ask: Ask) -> None:
    assert ask("SELECT DISTINCT status_on FROM pledges") == [(DAYS[2],)]
    assert ask("SELECT status FROM pledges WHERE pledge_id = 'p_ships'") == [("open",)]


@pytest.mark.parametrize(
    ("day", "status"),
    [("2026-05-31", "open"), ("2026-06-01", "due"), ("2026-06-30", "due"), ("2026-07-01", "overdue")],
)
def test_a_pledge_is_due_in_its_period_and_overdue_after_it(ask: Ask, day: str, status: str) -> None:
    assert ask(f"SELECT status FROM pledges_on('{day}') WHERE pledge_id = 'p_ships'") == [(status,)]


@pytest.mark.parametrize(("day", "status"), [("2026-03-31", "open"), ("2026-04-01", None)])
def test_a_refusal_is_never_late(ask: Ask, day: str, status: str | None) -> None:
    assert ask(f"SELECT status FROM pledges_on('{day}') WHERE pledge_id = 'p_port'") == [(status,)]


def test_a_status_never_goes_back_as_days_pass(ask: Ask) -> None:
    backwards = ask(
        """
        WITH days AS (SELECT DATE '2026-01-01' + n::INTEGER AS day FROM range(12) AS t (n)),
        told AS (
          SELECT s.day AS due_start, e.day AS due_end, d.day, polarity,
            list_position(['open', 'due', 'overdue'], pledge_status(polarity, s.day, e.day, d.day)) AS rank
          FROM (SELECT day FROM days UNION ALL SELECT NULL) AS s
          CROSS JOIN (SELECT day FROM days UNION ALL SELECT NULL) AS e
          CROSS JOIN days AS d
          CROSS JOIN (VALUES ('do'), ('refrain')) AS p (polarity)
          WHERE s.day IS NULL OR e.day IS NULL OR s.day <= e.day
        )
        SELECT * FROM told
        QUALIFY rank < lag(rank) OVER (PARTITION BY due_start, due_end, polarity ORDER BY day)
        """
    )
    assert backwards == []


def test_on_a_day_only_what_was_published_by_then_is_known(ask: Ask) -> None:
    assert ask("SELECT count(*) FROM pledges_on('2026-02-04')") == [(0,)]
    assert ask("SELECT pledge_id, firmness, mentions, due_end FROM pledges_on('2026-02-05')") == [
        ("p_ships", "considering", 1, None)
    ]


def test_what_is_known_of_a_pledge_ends_where_more_becomes_known(ask: Ask) -> None:
    assert ask("SELECT known_on, known_until FROM derived.pledge_versions WHERE pledge_id = 'p_ships' ORDER BY 1") == [
        (DAYS[0], DAYS[1]),
        (DAYS[1], DAYS[2]),
        (DAYS[2], None),
    ]


def test_pledges_fall_due_in_a_period_with_both_ends(ask: Ask) -> None:
    assert ask("SELECT pledge_id FROM pledges_due('2026-03-01', '2026-06-30')") == [("p_ships",)]
    assert ask("SELECT pledge_id FROM pledges_due('2026-03-01', '2026-06-29')") == []


@pytest.mark.parametrize("name", ["Q1", "Ann Lee", "ann lee", "ANNA LEE", "lee", "NOR", "Norland"])
def test_a_person_is_found_by_id_name_alias_surname_and_country(ask: Ask, name: str) -> None:
    assert ask(f"SELECT statement_id FROM said_by('{name}', since := '2026-01-01')") == [("nor1",), ("nor2",)]


def test_a_topic_stands_for_its_children(ask: Ask) -> None:
    assert ask("SELECT statement_id FROM said_about('trade')") == [("nor1",), ("sud1",)]
    assert ask("SELECT statement_id FROM said_about('Ships')") == [("nor1",)]


def test_what_is_said_about_a_country_names_it(ask: Ask) -> None:
    assert ask("SELECT statement_id FROM said_by('Bo Berg', about := 'Norland')") == [("sud1",)]


def test_statements_without_a_date_answer_only_where_no_day_is_asked_for(ask: Ask) -> None:
    assert ask("SELECT statement_id FROM said_by('Ann Lee', about := 'fish')") == [("undated1",)]
    assert ask("SELECT statement_id FROM said_by('Ann Lee', about := 'fish', until := '2027-01-01')") == []


def test_an_addressee_narrows_what_somebody_said(ask: Ask) -> None:
    assert ask("SELECT statement_id FROM said_by('Ann Lee', addressee := 'Sudland')") == [("nor1",)]


def test_promises_are_found_by_who_to_whom_and_when(ask: Ask) -> None:
    assert ask("SELECT commitment_id FROM promises_by('Norland', counterparty := 'SUD', since := '2026-02-06')") == [
        ("sud",),
        ("wire",),
        ("echo",),
    ]
    assert ask("SELECT commitment_id FROM promises_by('Sudland', counterparty := 'NOR')") == []


def test_an_utterance_that_two_papers_carry_was_told_by_one_first(ask: Ask) -> None:
    assert ask("SELECT place, source, statement_id FROM told_first('u_fish')") == [
        (1, "The Wire", "wire1"),
        (2, "The Echo", "echo1"),
    ]
    assert ask("SELECT first_source, articles, publishers FROM utterances WHERE utterance_id = 'u_fish'") == [
        ("The Wire", 2, 1)
    ]


def test_topics_rise_against_the_months_before_and_children_count_for_parents(ask: Ask) -> None:
    rising = "FROM topics_rising('2026-03-31', months_before := 2)"
    assert ask(f"SELECT topic_id, statements, statements_a_month_before, times {rising}") == [
        ("fish", 1, 0.5, 2.0),
        ("peace", 0, 0.5, 0.0),
        ("trade.ships", 0, 0.5, 0.0),
        ("trade", 0, 1.0, 0.0),
    ]


def test_meetings_are_found_by_who_took_part_and_calls_where_asked_for(ask: Ask) -> None:
    assert ask("SELECT event_id FROM who_met_whom('Ann Lee')") == [("e_2",)]
    assert ask("SELECT event_id FROM who_met_whom('Ann Lee', whom := 'Bo Berg', calls := true)") == [("e_1",)]


def test_an_office_is_held_from_its_first_to_its_last_day(ask: Ask) -> None:
    assert ask("SELECT leader FROM held_office('2026-01-01', country := 'Norland')") == [("Ann Lee",)]
    assert ask("SELECT leader FROM held_office('2026-01-02')") == [("Bo Berg",)]
    assert ask("SELECT leader FROM held_office(DATE '2025-01-01', office_kind := 'foreign_minister')") == [("Bo Berg",)]


def test_every_view_and_macro_says_what_it_is(ask: Ask) -> None:
    views = ask("SELECT view_name, comment FROM duckdb_views() WHERE schema_name = 'main' AND NOT internal")
    macros = ask(
        "SELECT function_name, comment FROM duckdb_functions() "
        "WHERE schema_name = 'main' AND function_type LIKE '%macro' AND NOT internal"
    )
    assert len(views) >= 7
    assert len(macros) >= 12
    assert [name for name, comment in views + macros if not comment] == []


def test_every_view_and_macro_has_a_documented_query(ask: Ask) -> None:
    names = ask(
        "SELECT view_name FROM duckdb_views() WHERE schema_name = 'main' AND NOT internal UNION ALL "
        "SELECT function_name FROM duckdb_functions() "
        "WHERE schema_name = 'main' AND function_type = 'table_macro' AND NOT internal"
    )
    asked = " ".join(query.sql for query in queries())
    assert [name for (name,) in names if name not in asked] == []


def test_views_answer_where_the_file_is_attached_to_another_database(database: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{database}' AS readout (READ_ONLY)")
        assert connection.execute("SELECT count(*) FROM readout.pledges").fetchall() == [(2,)]
        connection.execute("USE readout")
        assert len(connection.execute("FROM said_by('Ann Lee')").fetchall()) == 3


def test_docs_show_what_every_query_gives_on_the_bundled_articles(bundled: Bundled) -> None:
    with duckdb.connect(bundled.settings.database, read_only=True) as connection:
        page = queries_page(connection)
    shown, documented = page.splitlines(), (ROOT / "docs" / "queries.md").read_text(encoding="utf-8").splitlines()
    assert len(shown) == len(documented), "run `make docs`"
    other = [pair for pair in zip(shown, documented, strict=True) if pair[0] != pair[1]]
    rows = [pair for pair in other if pair[0].startswith("| ") and pair[1].startswith("| ")]
    assert other == rows, "run `make docs`"
    assert len(rows) <= len(documented) // 100, "run `make docs`: docs/scale.md says which rows a processor may change"
