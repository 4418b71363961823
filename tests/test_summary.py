"""What the terminal shows of a query's result."""

from __future__ import annotations

import io

import duckdb
import pytest
from rich.console import Console

from pipelines.summary import answer
from pipelines.warehouse.questions import plain


def shown(sql: str) -> list[str]:
    said = io.StringIO()
    with duckdb.connect() as connection:
        Console(file=said, width=120).print(answer(connection, sql))
    return [line.rstrip() for line in said.getvalue().splitlines() if line.strip()]


def test_a_few_columns_stand_side_by_side() -> None:
    head, _, row = shown("SELECT 'Ann Lee' AS speaker, 20000 AS tons, NULL AS due")
    assert head.split() == ["speaker", "tons", "due"]
    assert row.split() == ["Ann", "Lee", "20000", "–"]


def test_many_columns_stand_one_below_the_other_a_row_at_a_time() -> None:
    columns = ", ".join(f"n + {number} AS c{number}" for number in range(12))
    lines = shown(f"SELECT {columns} FROM range(2) AS t (n)")
    assert [line.split() for line in lines] == [
        [f"c{number}", str(row + number)] for row in (0, 1) for number in range(12)
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (True, "yes"),
        (1.11e10, "11,100,000,000"),
        (["Iran", "Taiwan"], "Iran, Taiwan"),
        (["Lee, Ann", "Berg"], "Lee, Ann; Berg"),
        ([{"told_on": "2026-02-05", "firmness": "agreed"}], "2026-02-05 agreed"),
        ([{"first": "2026-02-05", "last": "2026-02-05"}], "2026-02-05"),
    ],
)
def test_values_read_as_people_write_them(value: object, text: str) -> None:
    assert plain(value) == text
