"""Which numbers are amounts, and what they come to in one unit."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

from pipelines.extraction.quantities import find_quantities


@pytest.mark.parametrize(
    ("sentence", "text", "value", "unit"),
    [
        ("They will buy 20 million metric tons of soybeans.", "20 million metric tons", 2.0e7, "t"),
        ("The package is valued at $11.1 billion.", "$11.1 billion", 1.11e10, "USD"),
        ("The loan amounts to €50bn.", "€50bn", 5.0e10, "EUR"),
        ("Britain pledged 300 million pounds.", "300 million pounds", 3.0e8, "GBP"),
        ("Trade grew by 3 percent.", "3 percent", 3.0, "percent"),
        ("The tariff is 10%.", "10%", 10.0, "percent"),
        ("They want to limit warming to 1.5 degrees Celsius.", "1.5 degrees Celsius", 1.5, "degC"),
        ("The country took in 100,000 refugees.", "100,000 refugees", 100_000.0, "people"),
        ("Kenya will send 1,000 additional police officers.", "1,000 additional police officers", 1000.0, "people"),
        ("The town plans to build 200 homes.", "200 homes", 200.0, "homes"),
        ("Output rose by 1.2 million barrels per day.", "1.2 million barrels per day", 1.2e6, "bbl/d"),
        ("They will add 30 gigawatts of solar power.", "30 gigawatts", 3.0e10, "W"),
        ("Half a million people fled.", "Half a million people", 500_000.0, "people"),
    ],
)
def test_an_amount_is_brought_to_its_normal_unit(
    parsed: Callable[[str], Doc], sentence: str, text: str, value: float, unit: str
) -> None:
    (found,) = find_quantities(parsed(sentence))
    assert (found.text, found.value, found.unit) == (text, value, unit)


@pytest.mark.parametrize(
    "sentence",
    [
        "The two leaders met in 2026.",
        "They adopted Resolution 1701.",
        "It was their third call.",
        "The talks lasted two hours.",
    ],
)
def test_a_number_that_measures_nothing_is_no_amount(parsed: Callable[[str], Doc], sentence: str) -> None:
    assert find_quantities(parsed(sentence)) == []


def test_the_founding_article(parsed: Callable[[str], Doc], founding_text: str) -> None:
    found = [(quantity.value, quantity.unit) for quantity in find_quantities(parsed(founding_text))]
    assert found == [(2.0e7, "t"), (1.2e7, "t"), (2.5e7, "t"), (1.11e10, "USD")]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from(["$", "5", "3,000", "million", "tons", "percent", "of", "homes", "and", "-", "%", "new"]))
)
def test_an_amount_lies_where_it_says_and_none_holds_another(nlp: Language, words: list[str]) -> None:
    doc = nlp.make_doc(" ".join(words))
    found = find_quantities(doc)
    assert found == find_quantities(doc)
    for quantity in found:
        assert doc.text[quantity.start : quantity.end] == quantity.text
    for before, after in pairwise(found):
        assert before.end <= after.start
