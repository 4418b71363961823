"""One person never has two ids, and two people of one name never share one."""

from __future__ import annotations

import pytest

from pipelines.linking.duplicates import people_twice, same_words
from pipelines.own_rows import bundled_rows

Rows = list[dict[str, str]]


def found(*people: tuple[str, str, str, str, str], joint: bool = False) -> list[tuple[str, str]]:
    """Pairs among (id, name, office kind, start, end) of one country."""
    leaders = [{"leader_id": i, "name": name, "country": "NOR"} for i, name, *_ in people]
    terms = [
        {"leader_id": i, "office": kind, "office_kind": kind, "country": "NOR", "start_date": start, "end_date": end}
        for i, _, kind, start, end in people
    ]
    return people_twice(leaders, terms, {("NOR", "head_of_state")} if joint else set())


def test_the_reference_has_nobody_twice() -> None:
    joint = {(row["country"], row["office_kind"]) for row in bundled_rows("reference/joint_offices")}
    assert people_twice(bundled_rows("reference/leaders"), bundled_rows("reference/leader_terms"), joint) == []


HEAD = "head_of_state"
LEE = ("Q1", "Ann Marie Lee", HEAD, "2020-01-03", "")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (LEE, ("Q2", "Anne Lee", HEAD, "2021-05-01", "")),
        (LEE, ("local:fred-ray", "Fred Ray", HEAD, "2020-01-03", "")),
        (LEE, ("local:ann-marie-lee", "Ann Marie Lee", "adviser", "2010-01-01", "2012-01-01")),
    ],
    ids=["alike in one seat", "on the same day in one seat", "a local id beside the Wikidata id"],
)
def test_one_person_twice_is_found(one: tuple[str, str, str, str, str], other: tuple[str, str, str, str, str]) -> None:
    assert found(one, other) == [("Q1", other[0])]


@pytest.mark.parametrize(
    "other",
    [
        ("Q2", "Bo Sabah", HEAD, "2021-05-01", ""),
        ("Q2", "Ann Marie Lee", "minister", "2020-01-03", ""),
        ("Q2", "Anne Lee", HEAD, "1999-05-01", "2020-01-03"),
    ],
    ids=["of another name", "a namesake in another office", "a namesake who was there before"],
)
def test_somebody_else_is_left_alone(other: tuple[str, str, str, str, str]) -> None:
    assert found(LEE, other) == []


def test_who_shares_an_office_by_law_may_begin_on_the_same_day() -> None:
    other = ("local:fred-ray", "Fred Ray", HEAD, "2020-01-03", "")
    assert found(LEE, other, joint=True) == []


def test_names_are_alike_word_by_word() -> None:
    assert same_words("Mohamed Hasan", "Mohammed Hassan")
    assert not same_words("Ahmad Abdullah Al-Ahmad al Sabah", "Ahmed Nawaf Al-Ahmad Al-Sabah")
    assert not same_words("Wu Yi", "Wang Yang")
