"""Which words are a time expression, and which days they mean (TimeML's reading, against the publication date)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

from pipelines.extraction import dates
from pipelines.extraction.dates import Calendar, Tense, find_times, resolve_time
from pipelines.extraction.lexicons import LEXICONS, read_rows
from tests.extraction.model import TEXTS

PUBLISHED = date(2026, 2, 5)  # a Thursday


def days(text: str, published_on: date | None = PUBLISHED, tense: Tense | None = None) -> tuple[str, str, str] | None:
    """First day, last day and precision, or None where the expression stays open."""
    found = resolve_time(text, published_on, tense)
    return None if found.start is None else (str(found.start), str(found.end), str(found.precision))


@pytest.mark.parametrize(
    ("text", "start", "end", "precision"),
    [
        ("November 9, 2020", "2020-11-09", "2020-11-09", "day"),
        ("on 6 January, 2025", "2025-01-06", "2025-01-06", "day"),
        ("2020-11-09", "2020-11-09", "2020-11-09", "day"),
        ("Sept. 11, 2001", "2001-09-11", "2001-09-11", "day"),
        ("March 30 - April 2, 2024", "2024-03-30", "2024-04-02", "day"),
        ("May 2024", "2024-05-01", "2024-05-31", "month"),
        ("in June of 2007", "2007-06-01", "2007-06-30", "month"),
        ("the third quarter of 2025", "2025-07-01", "2025-09-30", "quarter"),
        ("the first half of 2025", "2025-01-01", "2025-06-30", "quarter"),
        ("summer 2024", "2024-06-01", "2024-08-31", "season"),
        ("in 2026", "2026-01-01", "2026-12-31", "year"),
        ("2026, 2027 and 2028", "2026-01-01", "2028-12-31", "year"),
        ("2019-21", "2019-01-01", "2021-12-31", "year"),
        ("the 1990s", "1990-01-01", "1999-12-31", "year"),
    ],
)
def test_an_absolute_expression_needs_no_publication_date(text: str, start: str, end: str, precision: str) -> None:
    found = resolve_time(text, None)
    assert (str(found.start), str(found.end), found.precision) == (start, end, precision)
    assert found.basis == "absolute"


@pytest.mark.parametrize(
    ("text", "start", "end", "precision"),
    [
        ("today", "2026-02-05", "2026-02-05", "day"),
        ("late yesterday", "2026-02-04", "2026-02-04", "day"),
        ("this morning", "2026-02-05", "2026-02-05", "day"),
        ("tomorrow, February 5", "2026-02-05", "2026-02-05", "day"),
        ("today (February 4)", "2026-02-04", "2026-02-04", "day"),
        ("last Friday", "2026-01-30", "2026-01-30", "day"),
        ("last week", "2026-01-26", "2026-02-01", "day"),
        ("this coming week", "2026-02-06", "2026-02-12", "day"),
        ("two weeks ago", "2026-01-19", "2026-01-25", "day"),
        ("later this month", "2026-02-01", "2026-02-28", "month"),
        ("last October", "2025-10-01", "2025-10-31", "month"),
        ("in early July", "2026-07-01", "2026-07-31", "month"),
        ("in November and December", "2025-11-01", "2025-12-31", "month"),
        ("in April or May", "2026-04-01", "2026-05-31", "month"),
        ("from December to January", "2025-12-01", "2026-01-31", "month"),
        ("on Monday and Tuesday", "2026-02-02", "2026-02-03", "day"),
        ("Wednesday through Friday", "2026-01-28", "2026-01-30", "day"),
        ("last summer", "2025-06-01", "2025-08-31", "season"),
        ("this autumn", "2026-09-01", "2026-11-30", "season"),
        ("next year", "2027-01-01", "2027-12-31", "year"),
        ("in the new year", "2026-01-01", "2026-12-31", "year"),
        ("by the end of next year", "2027-01-01", "2027-12-31", "year"),
        ("by the end of the decade", "2020-01-01", "2029-12-31", "year"),
        ("within next five years", "2026-02-06", "2031-02-05", "year"),
        ("over the past year", "2025-02-06", "2026-02-05", "year"),
    ],
)
def test_a_relative_expression_resolves_against_the_publication_date(
    text: str, start: str, end: str, precision: str
) -> None:
    assert days(text) == (start, end, precision)
    assert resolve_time(text, PUBLISHED).basis == "published_at"


@pytest.mark.parametrize("text", ["on Wednesday", "today", "last October", "on 14 April", "next year", "this week"])
def test_without_a_publication_date_a_relative_expression_stays_open(text: str) -> None:
    found = resolve_time(text, None)
    assert (found.text, found.start, found.end, found.precision) == (text, None, None, "open")


@pytest.mark.parametrize(
    "text", ["soon", "next season", "in the coming days", "in a couple of years", "in recent weeks"]
)
def test_a_vague_expression_is_found_and_stays_open(text: str) -> None:
    found = resolve_time(text, PUBLISHED)
    assert found.text == text
    assert found.precision == "open"


def test_a_weekday_looks_back_unless_the_clause_looks_ahead() -> None:
    assert days("on Wednesday", tense="past") == ("2026-02-04", "2026-02-04", "day")
    assert days("on Wednesday", tense="future") == ("2026-02-11", "2026-02-11", "day")


def test_a_day_without_a_year_is_the_nearest_that_the_tense_allows() -> None:
    assert days("November 26", date(2021, 11, 24)) == ("2021-11-26", "2021-11-26", "day")
    assert days("December 7", date(2022, 1, 3)) == ("2021-12-07", "2021-12-07", "day")
    assert days("January 9–10", date(2021, 12, 31)) == ("2022-01-09", "2022-01-10", "day")
    assert days("on 20 February", tense="past") == ("2025-02-20", "2025-02-20", "day")


def test_the_clause_decides_which_wednesday_is_meant(parsed: Callable[[str], Doc]) -> None:
    doc = parsed("The ministers met on Wednesday. They will meet again on Wednesday.")
    assert [str(time.date.start) for time in find_times(doc, PUBLISHED)] == ["2026-02-04", "2026-02-11"]


@pytest.mark.parametrize(
    "text",
    [
        "The President may travel.",
        "Soldiers march through the city.",
        "The parties signed the Good Friday Agreement.",
        "Norway sent 2000 troops.",
        "It rose by 20.25 percent.",
    ],
)
def test_what_only_looks_like_a_date_is_none(parsed: Callable[[str], Doc], text: str) -> None:
    assert find_times(parsed(text), PUBLISHED) == []


def test_the_founding_article(parsed: Callable[[str], Doc], founding_text: str) -> None:
    found = {time.date.text: time.date for time in find_times(parsed(founding_text), PUBLISHED)}
    assert (found["on Wednesday"].start, found["on Wednesday"].end) == (date(2026, 2, 4), date(2026, 2, 4))
    assert (found["last October"].start, found["last October"].end) == (date(2025, 10, 1), date(2025, 10, 31))
    assert found["In December"].start == date(2025, 12, 1)
    assert found["in 2026"].precision == "year"
    assert found["next season"].start is None


@given(
    st.lists(
        st.sampled_from(["May", "5", "2024", "last", "week", "on", "Monday", "the", "of", "year", ",", "3–4", "to"])
    ),
    st.none() | st.dates(date(1990, 1, 1), date(2050, 12, 31)),
)
def test_any_words_resolve_the_same_way_twice_and_start_before_they_end(words: list[str], day: date | None) -> None:
    text = " ".join(words)
    found = resolve_time(text, day)
    assert found == resolve_time(text, day)
    assert found.text in text
    assert (found.start is None) == (found.end is None)
    if found.start is not None and found.end is not None:
        assert found.start <= found.end
        assert found.basis in ("absolute", "published_at")
    else:
        assert found.precision == "open"


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.sampled_from(["In", "May", "on", "5", "June", "2024", "last", "year", "soon", ".", "\n\n", "they", "met"])
    )
)
def test_an_expression_lies_where_it_says_and_none_holds_another(nlp: Language, words: list[str]) -> None:
    doc = nlp.make_doc(" ".join(words))
    found = find_times(doc, PUBLISHED)
    for time in found:
        assert doc.text[time.start : time.end] == time.date.text
    for before, after in pairwise(found):
        assert before.end <= after.start


def test_no_expression_is_passed_over_for_its_first_word(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = Calendar(LEXICONS).pattern
    monkeypatch.setattr(dates, "_any_word_of", lambda pattern: r"\w")
    thorough = Calendar(LEXICONS).pattern
    phrases = [row["word"] for row in read_rows(LEXICONS / "calendar.csv")]
    phrases += [row["phrase"] for row in read_rows(LEXICONS / "vague_times.csv")]
    told = [f"{phrase}{end}" for phrase in phrases for end in ("", " 2026", " of 2026", " week", " May 5", " Q1 2026")]
    for text in (*TEXTS, *told, *map(str.upper, told), *map(str.capitalize, told)):
        assert [m.span() for m in quick.finditer(text)] == [m.span() for m in thorough.finditer(text)]
