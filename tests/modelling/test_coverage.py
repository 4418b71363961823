"""Who held office, by country and year: what is known, what is inferred, and what is a hole."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import polars as pl
import pytest

from benchmarks.leader_coverage import summary
from pipelines.modelling import reference
from pipelines.modelling.coverage import leader_coverage
from pipelines.settings import REFERENCE, ROOT

NORLAND = pl.DataFrame({"country": ["NOR"]})
LEADERS = pl.DataFrame({"leader_id": ["Q1", "Q2"], "name": ["Ann Lee", "Bo Berg"]})


def term(**changes: Any) -> dict[str, Any]:
    return {
        "leader_id": "Q1",
        "office_kind": "head_of_state",
        "country": "NOR",
        "start_date": dt.date(2020, 3, 1),
        "end_date": None,
        "end_basis": "open",
        "as_of": "2022-10",
    } | changes


def statuses(*terms: dict[str, Any]) -> dict[int, tuple[str, int]]:
    frame = pl.DataFrame(terms, schema_overrides={"start_date": pl.Date, "end_date": pl.Date})
    found = leader_coverage(frame, LEADERS, NORLAND).filter(office_kind="head_of_state")
    return {year: (status, holders) for year, status, holders in found.select("year", "status", "holders").iter_rows()}


def test_an_open_term_is_known_up_to_the_day_of_its_source() -> None:
    found = statuses(term(), term(leader_id="Q2", start_date=dt.date(2026, 1, 1), as_of="2026-01"))
    assert [found[year] for year in (2019, 2020, 2022)] == [("hole", 0), ("known", 1), ("known", 1)]
    assert [found[year] for year in (2023, 2026)] == [("hole", 0), ("known", 1)]


def test_years_before_an_inferred_end_are_inferred() -> None:
    found = statuses(term(end_date=dt.date(2025, 5, 6), end_basis="successor"), term(as_of="2026"))
    assert {year: found[year][0] for year in (2022, 2024)} == {2022: "known", 2024: "known"}
    found = statuses(term(end_date=dt.date(2025, 5, 6), end_basis="successor"))
    assert found[2022] == ("known", 1)
    assert max(found) == 2022, "nothing is told of years that no source reaches"


def test_two_who_followed_each_other_are_two_holders_of_the_year() -> None:
    ended = term(end_date=dt.date(2021, 6, 1), end_basis="source")
    assert statuses(ended, term(leader_id="Q2", start_date=dt.date(2021, 6, 1)))[2021] == ("known", 2)


def test_every_independent_country_has_a_row_for_each_office_and_year() -> None:
    countries = reference.independent_countries(REFERENCE)
    found = leader_coverage(reference.terms(REFERENCE), reference.leaders(REFERENCE), countries)
    years = found.get_column("year").unique().sort().to_list()
    assert years == list(range(2000, 2027))
    assert found.height == countries.height * 3 * len(years)
    assert found.select(pl.struct("country", "office_kind", "year").is_unique().all()).item()
    assert found.filter((pl.col("status") == "hole") != (pl.col("holders") == 0)).is_empty()


@pytest.mark.parametrize(
    ("country", "kind", "year", "names"),
    [
        ("GBR", "head_of_government", 2022, ["Boris Johnson", "Liz Truss", "Rishi Sunak"]),
        ("KWT", "head_of_government", 2025, ["Ahmad Abdullah Al-Ahmad al Sabah"]),
        ("IND", "foreign_minister", 2003, ["Yashwant Sinha"]),
        ("SAU", "head_of_state", 2024, ["Salman of Saudi Arabia"]),
        ("IRL", "head_of_government", 2026, ["Micheál Martin"]),
        ("SLE", "head_of_state", 2026, ["Julius Maada Bio"]),
    ],
)
def test_holders_are_the_right_ones(country: str, kind: str, year: int, names: list[str]) -> None:
    countries = reference.independent_countries(REFERENCE)
    found = leader_coverage(reference.terms(REFERENCE), reference.leaders(REFERENCE), countries)
    row = found.filter(country=country, office_kind=kind, year=year).row(0, named=True)
    assert (row["names"], row["status"]) == (names, "known")


def test_the_summary_in_the_docs_is_what_the_reference_gives() -> None:
    text = (ROOT / "docs" / "leaders.md").read_text(encoding="utf-8")
    shown = re.search(r"\| office \|.*?(?=\n\n)", text, re.DOTALL)
    assert shown
    assert shown.group() == summary(), "python -m benchmarks.leader_coverage prints it"
