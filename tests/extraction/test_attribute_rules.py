"""Each token gets from the rules by kind what spaCy's own attribute ruler gives it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language
from spacy.pipeline import AttributeRuler
from spacy.tokens import Doc, Token

from pipelines.extraction.attribute_rules import NAME, AttributeRules, is_simple
from pipelines.extraction.lemmas import NAME as LEMMAS
from tests.extraction.model import PATHS, TEXTS, WORDS, own, parsed_without


@pytest.fixture(scope="module")
def tagged(nlp: Language) -> Callable[[str], Doc]:
    """A text parsed as far as where the ruler stands."""
    return parsed_without(nlp, NAME, LEMMAS, "ner")


@pytest.fixture(scope="module")
def ruler(nlp: Language) -> AttributeRuler:
    """The model's own."""
    return own(nlp, "attribute_ruler", AttributeRuler)


@pytest.fixture(scope="module")
def same(tagged: Callable[[str], Doc], ruler: AttributeRuler) -> Callable[[str], None]:
    """Fails where the two differ over a text."""
    return partial(_same, tagged, ruler, AttributeRules(ruler))


def _same(tagged: Callable[[str], Doc], ruler: AttributeRuler, rules: AttributeRules, text: str) -> None:
    assert [*map(_attributes, rules(tagged(text)))] == [*map(_attributes, ruler(tagged(text)))]


def _attributes(token: Token) -> tuple[str, ...]:
    return token.text, token.pos_, str(token.morph), token.lemma_, token.tag_, token.dep_


@pytest.mark.parametrize("text", TEXTS, ids=[path.name for path in PATHS])
def test_every_bundled_text_gets_what_the_ruler_gives(text: str, same: Callable[[str], None]) -> None:
    same(text)


@given(words=st.lists(st.sampled_from(WORDS), max_size=12))
def test_words_in_any_order_get_what_the_ruler_gives(words: list[str], same: Callable[[str], None]) -> None:
    same(" ".join(words))


def test_patterns_of_two_tokens_count(nlp: Language) -> None:
    doc = nlp("There are two sides. There's a way.")
    assert [second.pos_ for first, second in pairwise(doc) if first.dep_ == "expl"] == ["VERB", "VERB"]


def test_the_rules_stand_where_the_ruler_stood(nlp: Language) -> None:
    assert NAME in nlp.pipe_names
    assert "attribute_ruler" not in nlp.pipe_names


@pytest.mark.parametrize(
    "test", [{"SHAPE": "xxxx"}, {"LOWER": {"REGEX": "^th"}}, {"TAG": "NN", "LENGTH": {">=": 3}}], ids=str
)
def test_a_pattern_that_looks_at_more_is_asked_of_every_token(
    test: dict[int | str, Any], tagged: Callable[[str], Doc]
) -> None:
    doc = tagged("They say that trade will grow. They say that a deal helps trade.")
    other = AttributeRuler(doc.vocab)
    other.add([[test]], {"POS": "X"})
    other.add([[{"LOWER": "they"}]], {"POS": "PRON"})
    _same(tagged, other, AttributeRules(other), doc.text)
    assert any(token.pos_ == "X" for token in AttributeRules(other)(tagged(doc.text)))


def test_the_models_own_patterns_but_one_are_asked_by_kind(nlp: Language, ruler: AttributeRuler) -> None:
    rules: list[Any] = list(ruler.patterns)
    single = [pattern for rule in rules for pattern in rule["patterns"] if len(pattern) == 1]
    assert [pattern for pattern in single if not is_simple(pattern)] == [[{"LOWER": {"REGEX": "^n[ou]thin'$"}}]]
