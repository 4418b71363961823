"""When an article was published: only from dates that were stated as such."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.intake.dates import find_dateline, parse_date


@pytest.mark.parametrize(
    ("written", "utc", "day"),
    [
        ("2026-02-05", datetime(2026, 2, 5), date(2026, 2, 5)),
        ("2026-02-05T17:30:00Z", datetime(2026, 2, 5, 17, 30), date(2026, 2, 5)),
        ("2026-02-05 22:10:00-05:00", datetime(2026, 2, 6, 3, 10), date(2026, 2, 5)),
        ("Thu, 05 Feb 2026 22:10:00 -0500", datetime(2026, 2, 6, 3, 10), date(2026, 2, 5)),
        ("Feb 5, 2026 10:10 PM EST", datetime(2026, 2, 6, 3, 10), date(2026, 2, 5)),
        ("5 February 2026", datetime(2026, 2, 5), date(2026, 2, 5)),
    ],
)
def test_times_are_kept_in_utc_and_the_day_where_it_was_published(written: str, utc: datetime, day: date) -> None:
    found = parse_date(written)
    assert found is not None
    assert (found.at, found.on) == (utc, day)


@pytest.mark.parametrize(
    "written", ["03/04/2024", "March 2024", "2024", "yesterday", "12:30", "", "0001-01-01", "31 February 2024"]
)
def test_what_leaves_the_day_open_is_no_date(written: str) -> None:
    assert parse_date(written) is None


@given(st.text(max_size=120))
def test_no_text_makes_the_date_parser_fail(text: str) -> None:
    parse_date(text)


@given(st.dates(min_value=date(1801, 1, 1)))
def test_every_day_is_read_as_it_is_written(day: date) -> None:
    found = parse_date(day.isoformat())
    assert found is not None
    assert found.on == day


@pytest.mark.parametrize(
    "head",
    [
        "BEIJING, Feb. 5, 2026 (Xinhua) — The two presidents spoke.",
        "Washington, D.C., February 5, 2026 – The two presidents spoke.",
        "LONDON, United Kingdom, 5 February 2026 /PRNewswire/ -- The two spoke.",
        "PARIS (AFP) Feb 5, 2026 - The two presidents spoke.",
        "For Immediate Release: Thursday, February 5, 2026",
        "(February 5, 2026)",
        "Geneva, 5th February 2026",
        "**February 5, 2026**",
    ],
)
def test_a_dateline_dates_the_article(head: str) -> None:
    found = find_dateline([head])
    assert found is not None
    assert found.on == date(2026, 2, 5)


@pytest.mark.parametrize(
    "paragraph",
    [
        "On February 5, 2026 — the day of the call — markets rose.",
        "The two presidents, who last met on February 5, 2026, spoke again.",
        "The last programme will be shown on Sunday, July 30, 2006.",
        "BEIJING, Wednesday — The two presidents spoke.",
        "BEIJING, Feb. 5 (Xinhua) — The two presidents spoke.",
    ],
)
def test_a_date_in_prose_or_without_its_year_dates_nothing(paragraph: str) -> None:
    assert find_dateline([paragraph]) is None


def test_a_date_far_down_dates_nothing() -> None:
    assert find_dateline(["The two presidents spoke."] * 10 + ["February 5, 2026"]) is None
