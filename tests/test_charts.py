"""Charts count what the tables hold, and are drawn the same each time."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from pipelines.charts import MOST_SERIES, OTHERS, as_markdown, charts, draw
from pipelines.months import UNDATED
from schemas import spec
from schemas.frames import rows_frame
from tests.samples import ROWS, sample


def counted(spec_: dict[str, object], *columns: str) -> dict[tuple[object, ...], int]:
    values = spec_["data"]["values"]  # type: ignore[index]
    return {tuple(row[name] for name in columns): row["rows"] for row in values}


def articles(*about: tuple[dt.date | None, str | None]) -> pl.DataFrame:
    base = ROWS["articles"][0]
    return rows_frame(
        spec("articles"),
        [
            {**base, "article_id": f"a_{at}", "published_on": day, "publisher": name}
            for at, (day, name) in enumerate(about)
        ],
    )


def test_rows_are_counted_by_month_and_publisher() -> None:
    may = dt.date(2026, 5, 1)
    frame = articles((may, "One"), (may.replace(day=9), "One"), (may, None), (None, "One"))
    [chart] = charts("articles", frame, lambda name: frame).values()
    found = counted(chart, "when", "publisher")
    assert found == {("2026-05", "One"): 2, ("2026-05", "unknown"): 1, (UNDATED, "One"): 1}


def test_small_publishers_are_one_and_many_months_are_years() -> None:
    frame = articles(*((dt.date(2020 + n // 12, n % 12 + 1, 1), f"P{n:02}") for n in range(40)))
    [chart] = charts("articles", frame, lambda name: frame).values()
    found = counted(chart, "when", "publisher")
    assert {when for when, _ in found} == {"2020", "2021", "2022", "2023"}
    assert len({name for _, name in found}) == MOST_SERIES + 1
    assert sum(rows for (_, name), rows in found.items() if name == OTHERS) == 40 - MOST_SERIES


def test_a_confidence_of_one_is_in_the_last_bar() -> None:
    base = ROWS["statements"][0]
    rows = [{**base, "statement_id": f"s_{n}", "confidence": value} for n, value in enumerate((0.0, 0.51, 0.99, 1.0))]
    found = charts("statements", rows_frame(spec("statements"), rows), sample)
    assert counted(found["statements by confidence"], "from") == {(0.0,): 1, (0.5,): 1, (0.95,): 2}


@pytest.mark.parametrize("table", ["articles", "statements", "commitments", "events", "quarantine"])
def test_charts_are_images_that_come_out_the_same(table: str) -> None:
    first, again = (charts(table, sample(table), sample) for _ in range(2))
    assert first == again
    assert first
    title, about = next(iter(first.items()))
    assert draw(about).startswith("<svg") and draw(about) == draw(about)
    assert as_markdown(title, "<svg/>").startswith(f"![{title}](data:image/svg+xml;base64,")


def test_a_table_without_rows_or_charts_has_none() -> None:
    assert charts("quarantine", sample("quarantine").clear(), sample) == {}
    assert charts("topics", sample("topics"), sample) == {}
