"""The same utterance and the same pledge are known again in other words, and others are not taken for them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

from pipelines.modelling import sameness, words
from schemas import TABLES
from schemas.frames import rows_frame
from tests.samples import ROWS

MONDAY = dt.date(2026, 2, 2)
LONG = "the northern railway will open in May and carry two million travellers across the strait every year"


def articles(*days: dt.date | None) -> pl.DataFrame:
    """One article a day, each of another publisher: a_0, a_1, …"""
    rows = [
        {**ROWS["articles"][0], "article_id": f"a_{n}", "publisher": f"paper {n}", "published_on": day,
         "published_at": dt.datetime.combine(day, dt.time(9)) if day else None}
        for n, day in enumerate(days)
    ]  # fmt: skip
    return rows_frame(TABLES["articles"], rows)


def utterances(*rows: dict[str, Any], days: list[dt.date | None] | None = None) -> list[str]:
    """The utterance of each row, each in an article of its own."""
    first = ROWS["statements"][0]
    made = [{**first, "statement_id": f"s_{n}", "article_id": f"a_{n}", **row} for n, row in enumerate(rows)]
    frame = rows_frame(TABLES["statements"], made)
    return (
        sameness.statements(frame, articles(*(days or [MONDAY] * len(rows)))).table.get_column("utterance_id").to_list()
    )


def said(content: str, **changes: Any) -> dict[str, Any]:
    return {"content": content, **changes}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("We will buy “20 ships”.", "we will buy 20 ships"),
        ("the two sides will deepen their cooperation on fishing and shipping",
         "both sides will deepen cooperation on fishing, shipping"),
        ("“The harbour must open before winter, or our fishermen will lose a year,”", "our fishermen will lose a year"),
    ],
    ids=["case and marks", "light edits", "a fragment"],
)  # fmt: skip
def test_the_same_words_in_other_dress_are_the_same_utterance(one: str, other: str) -> None:
    assert len(set(utterances(said(one), said(other)))) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("We will buy 20 ships from the northern yards", "We will buy 30 ships from the northern yards"),
        ("the harbour will open before the winter storms", "the harbour will not open before the winter storms"),
        ("aid for the people of Norland will continue", "aid for the people of Sudland will continue"),
        ("we will never let our fishermen lose a year", "our fishermen lose a year"),
        ("the two sides agreed to open the harbour to trade", "the two sides agreed to close the airport to tourists"),
    ],
    ids=["another figure", "a negation", "another name", "a fragment turned round", "other words"],
)
def test_other_figures_names_or_a_negation_are_another_utterance(one: str, other: str) -> None:
    assert len(set(utterances(said(one), said(other)))) == 2


def test_another_speaker_says_another_thing_even_in_the_same_words() -> None:
    assert len(set(utterances(said(LONG), said(LONG, speaker_leader_ids=["Q2"])))) == 2


def test_a_pronoun_counts_as_whom_it_means_and_ties_nothing_where_nobody_knows() -> None:
    known = {"speaker_text": "she", "speaker_leader_ids": ["Q1"]}
    assert len(set(utterances(said(LONG), said(LONG, **known)))) == 1
    nobody: dict[str, Any] = {"speaker_text": "he", "speaker_leader_ids": [], "speaker_countries": []}
    assert len(set(utterances(said(LONG, **nobody), said(LONG, **nobody)))) == 2


def test_a_long_utterance_is_known_again_within_a_week_and_not_a_month_later() -> None:
    edited = LONG.replace("every year", "a year")
    days = [MONDAY, MONDAY + dt.timedelta(days=5), MONDAY + dt.timedelta(days=40)]
    one, soon, late = utterances(said(LONG), said(edited), said(edited), days=days)
    assert one == soon != late


def test_a_formula_of_every_readout_is_the_same_only_on_its_day() -> None:
    formula = "the importance of strengthening defence support"
    days = [MONDAY, MONDAY, MONDAY + dt.timedelta(days=3)]
    one, same, later = utterances(said(formula), said(f"{formula} for us"), said(formula), days=days)
    assert one == same != later


def test_the_words_of_texts_are_not_kept_for_longer_than_they_are_compared() -> None:
    utterances(said("We will open the port to grain on Monday."), said("We will open the port to grain on Monday!"))
    caches = (words.words, words.content_sequence, words.names)
    assert [cache.cache_info().currsize for cache in caches] == [0, 0, 0]
    assert words.words("Grain again, grain.")[0] is words.words("And grain")[1], "each word is in memory once"


def test_a_fragment_that_fits_two_utterances_belongs_to_neither() -> None:
    one = "our fishermen lose a year, the harbour pays for it and nobody in the capital cares"
    other = "if the treaty fails then our fishermen lose a year while foreign fleets take all of the herring"
    found = utterances(said(one), said(other), said("our fishermen lose a year"))
    assert len(set(found)) == 3


SOY: dict[str, Any] = {
    "committer_countries": ["CHN"],
    "counterparty_countries": ["USA"],
    "action": "buy",
    "object": "20 million tons of U.S. soybeans",
    "text": "China will buy 20 million tons of U.S. soybeans",
    "quantity_text": "20 million tons",
    "quantity_value": 2e7,
    "quantity_unit": "t",
}
VAGUE: dict[str, Any] = SOY | {
    "action": "increase",
    "object": "purchases of American soybeans",
    "text": "China is considering increasing purchases of American soybeans",
    "firmness": "considering",
    "quantity_text": None,
    "quantity_value": None,
    "quantity_unit": None,
}


def pledges(*rows: dict[str, Any], days: list[dt.date | None] | None = None) -> list[str]:
    """The pledge of each row, each in an article of its own unless it names another."""
    first = ROWS["commitments"][0]
    made = [{**first, "commitment_id": f"c_{n}", "article_id": f"a_{n}", **row} for n, row in enumerate(rows)]
    frame = rows_frame(TABLES["commitments"], made)
    return (
        sameness.commitments(frame, articles(*(days or [MONDAY] * len(rows)))).table.get_column("pledge_id").to_list()
    )


@pytest.mark.parametrize(
    "change",
    [
        {"firmness": "agreed"},
        VAGUE,
        {"action": "purchase", "text": "Beijing promised to purchase 20 million tons of U.S. soybeans"},
        {"counterparty_countries": []},
        {"committer_text": "it", "committer_leader_ids": []},
    ],
    ids=["firmer", "in other words, without the amount", "a synonym", "to whom is not said", "named by a pronoun"],
)
def test_a_promise_told_again_is_the_same_pledge(change: dict[str, Any]) -> None:
    months = [MONDAY, MONDAY + dt.timedelta(days=100)]
    assert len(set(pledges(SOY, SOY | change, days=months))) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"polarity": "refrain"},
        {"action": "sell", "text": "China will sell 20 million tons of U.S. soybeans"},
        {"committer_countries": ["SUD"]},
        {"counterparty_countries": ["BRA"]},
        {"object": "200 aircraft", "text": "China will buy 200 aircraft", "quantity_value": 200.0, "quantity_unit": ""},
        {"committer_leader_ids": ["Q2"]},
        {"due_start": dt.date(2027, 1, 1), "due_end": dt.date(2027, 12, 31)},
    ],
    ids=[
        "not to",
        "another act",
        "another committer",
        "to another",
        "another object",
        "another leader",
        "another year",
    ],
)
def test_another_act_object_date_or_committer_is_another_pledge(change: dict[str, Any]) -> None:
    this_year = {"due_start": dt.date(2026, 1, 1), "due_end": dt.date(2026, 12, 31), "committer_leader_ids": ["Q1"]}
    assert len(set(pledges(SOY | this_year, SOY | this_year | change))) == 2


def test_amounts_for_two_seasons_of_one_article_are_two_pledges_and_what_fits_both_is_neither() -> None:
    here = {"article_id": "a_0", "spans": [{"start": 0, "end": 5}]}
    this = SOY | here | {"due_text": "this season"}
    following = SOY | here | {"due_text": "next season", "quantity_value": 2.5e7, "quantity_text": "25 million tons"}
    assert len(set(pledges(this, following, VAGUE))) == 3


def test_an_amount_is_known_again_among_two_seasons() -> None:
    this = SOY | {"article_id": "a_0", "due_text": "this season"}
    following = this | {"due_text": "next season", "quantity_value": 2.5e7, "quantity_text": "25 million tons",
                        "object": "25 million tons of U.S. soybeans"}  # fmt: skip
    again = following | {"article_id": "a_2", "due_text": None}
    one, two, three = pledges(this, following, again)
    assert one != two == three


def test_a_second_package_of_the_same_size_is_another_pledge() -> None:
    package = SOY | {"object": "an additional $800 million in security assistance", "quantity_text": "$800 million",
                     "action": "provide", "text": "an additional $800 million in security assistance",
                     "quantity_value": 8e8, "quantity_unit": "USD", "firmness": "enacted"}  # fmt: skip
    assert len(set(pledges(package, package, days=[MONDAY, MONDAY + dt.timedelta(days=28)]))) == 2


def test_what_an_article_calls_this_is_nothing_to_another_article() -> None:
    unmeasured = {"quantity_value": None, "quantity_unit": None, "quantity_text": None}
    notice = SOY | unmeasured | {"action": "publish", "object": "This notice", "text": "This notice shall be published"}
    assert len(set(pledges(notice, notice, days=[MONDAY, MONDAY + dt.timedelta(days=1)]))) == 2
