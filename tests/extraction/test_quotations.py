"""Quotation runs: which stretches of a text stand between marks."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.extraction.quotations import find_quotations


def quoted(text: str) -> list[str]:
    return [text[q.start : q.end] for q in find_quotations(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('She said, "It\'s time."', ['"It\'s time."']),
        ("He called it “a good start,” then left.", ["“a good start,”"]),
        ("''We go,'' he said, ''today.''", ["''We go,''", "''today.''"]),
        ("The minister said 'we will go' on Monday.", ["'we will go'"]),
        ("The countries' leaders met, and the ministers' aides too.", []),
        ("A man of 5'10\" spoke.", []),
        ("“One thing he called ‘vital’ is trade.”", ["“One thing he called ‘vital’ is trade.”"]),
    ],
)
def test_marks_are_paired(text: str, expected: list[str]) -> None:
    assert quoted(text) == expected


def test_a_quotation_left_open_ends_with_its_paragraph() -> None:
    text = '"We will not leave, he said.\n\nThe talks go on.'
    assert quoted(text) == ['"We will not leave, he said.']
    assert not find_quotations(text)[0].closed


def test_a_quotation_of_several_paragraphs_is_one() -> None:
    text = "“We came here to talk.\n\n“We leave with a deal,” she said."
    assert quoted(text) == ["“We came here to talk.\n\n“We leave with a deal,”"]


@given(st.text(alphabet="ab .,\"'“”‘’\n", max_size=80))
def test_quotations_are_in_order_and_apart(text: str) -> None:
    runs = find_quotations(text)
    assert all(0 <= q.start < q.end <= len(text) for q in runs)
    assert all(a.end <= b.start for a, b in pairwise(runs))
