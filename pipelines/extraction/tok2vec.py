"""The model's networks that turn tokens into vectors (tok2vec), computed in less time and with the same result.

They are two thirds of the time of a parse: one feeds tagger and parser, one the recognizer of names. Both first look up
each token by how it is written, then mix each with its neighbours in layers of convolutions (Honnibal and Montani's
`MultiHashEmbed` and `MaxoutWindowEncoder`). What a token is before it is mixed depends on nothing around it: it is
asked of the model once and kept. The layers are computed text by text, so what the model says of a text does not
depend on the texts that are parsed with it.

Parser and recognizer make of each vector, before their first step, all that it can ever add to a state: thinc leaves
that product to BLIS, whose wheel knows no processor that is newer than it and takes its slowest routine there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from spacy.attrs import NORM, ORTH, SPACY
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab
from thinc.api import Model

Floats = npt.NDArray[np.float32]
QUICK, ADDED = "quick_tok2vec", "quick_added"
"""The names of a network that is computed here, and of what its vectors can add to a parser's states."""
_KEPT = 65_536
"""Kinds of tokens whose vectors are kept: at 96 numbers each, 25 MB a network."""
_CONVOLUTION = "residual(expand_window>>maxout>>layernorm>>dropout)"
"""What thinc calls a layer of the kind that is known here."""
_STEPWISE = "parser_model"
_BEFORE_STEPS = ["list2array", "linear", "precomputable_affine"]
"""What spaCy calls a parser or recognizer, and what lies in it between the vectors of tokens and the first step."""
_EPSILON = np.float32(1e-8)
"""What thinc's normalization adds to a variance."""
_Kind = tuple[int, int, int]
"""ORTH, NORM and SPACY of a token."""
_TOLD_BY_KIND = {"ORTH", "NORM", "SPACY", "LOWER", "PREFIX", "SUFFIX", "SHAPE", "IS_SPACE"}
"""What is the same of all tokens of a kind: an embedding that looks at more is left alone."""


def quicken(nlp: Language) -> None:
    """Let those networks of `nlp` whose layers are known be computed here; others stay as they are."""
    for _, component in nlp.pipeline:
        whole: Any = getattr(component, "model", None)
        if not isinstance(whole, Model):
            continue
        if whole.name == _STEPWISE:
            _precompute(whole)
        for network in list(whole.walk()):
            layers = _layers(network)
            if layers is None:
                continue
            quick = _quick(Embedding(network.layers[0]), layers)
            if network is whole:
                component.model = quick  # type: ignore[attr-defined]
            else:
                whole.replace_node(network, quick)


@dataclass(frozen=True, slots=True)
class Layer:
    """One convolution over three tokens: what is added to the middle one.

    `weights` has the three tokens' numbers as rows, and as columns those of each piece in turn, of which the largest
    count (maxout); then comes normalization, with `scale` and `shift`.
    """

    weights: Floats
    bias: Floats
    scale: Floats
    shift: Floats

    def __call__(self, vectors: Floats) -> Floats:
        """The vectors after this layer, of which the first and the last are taken to have nothing beside them."""
        count, width = vectors.shape
        beside = np.zeros((count, 3 * width), dtype=np.float32)
        beside[1:, :width] = vectors[:-1]
        beside[:, width : 2 * width] = vectors
        beside[:-1, 2 * width :] = vectors[1:]
        outputs = beside @ self.weights
        outputs += self.bias
        added = outputs.reshape(count, -1, width).max(axis=1)
        added -= added.mean(axis=1, keepdims=True)
        variances = np.einsum("ij,ij->i", added, added) / np.float32(width)
        added *= (1 / np.sqrt(variances + _EPSILON))[:, None]
        added *= self.scale
        added += self.shift
        added += vectors
        return added


class Embedding:
    """What the model's own embedding says of tokens, each kind of which it is asked for once."""

    def __init__(self, model: Model[list[Doc], list[Floats]]) -> None:
        self._model = model
        self._places: dict[_Kind, int] = {}
        self._vectors = np.empty((_KEPT, model.get_dim("nO")), dtype=np.float32)

    def __call__(self, docs: Sequence[Doc]) -> list[Floats]:
        """The vectors of the tokens of each of `docs`."""
        kinds = [[*map(tuple, doc.to_array([ORTH, NORM, SPACY]).tolist())] for doc in docs]
        new = {kind for own in kinds for kind in own} - self._places.keys()
        if len(self._places) + len(new) > _KEPT:
            self._places.clear()
            new = {kind for own in kinds for kind in own}
            if len(new) > len(self._vectors):
                self._vectors = np.empty((len(new), self._vectors.shape[1]), dtype=np.float32)
        if new:
            self._learn(docs[0].vocab, sorted(new))
        places = self._places
        return [self._vectors[[places[kind] for kind in own]] for own in kinds]

    def _learn(self, vocab: Vocab, kinds: list[_Kind]) -> None:
        strings = vocab.strings
        doc = Doc(vocab, words=[strings[orth] for orth, _, _ in kinds], spaces=[bool(space) for *_, space in kinds])
        for token, (_, norm, _) in zip(doc, kinds, strict=True):
            if token.norm != norm:
                token.norm_ = strings[norm]
        known, end = len(self._places), len(self._places) + len(kinds)
        self._vectors[known:end] = self._model.predict([doc])[0]
        self._places.update(zip(kinds, range(known, end), strict=True))


def _precompute(stepwise: Model[Any, Any]) -> None:
    """Let what a token's vector adds to the states of a parser be computed here, text by text."""
    tokens, affine = stepwise.get_ref("tok2vec"), stepwise.get_ref("lower")
    if len(tokens.layers) != 3 or [node.name for node in (*tokens.layers[1:], affine)] != _BEFORE_STEPS:
        return
    vectors_of, _, linear = tokens.layers
    from_vectors: Any = linear.get_param("W")
    to_states: Any = affine.get_param("W")
    bias, of_no_token = linear.get_param("b"), affine.get_param("pad").ravel()
    weights, adding = from_vectors.T, to_states.reshape(-1, to_states.shape[-1]).T
    by: dict[str, Any] = {name: affine.get_dim(name) for name in ("nF", "nO", "nP")}

    def added(model: Model[list[Doc], Floats], docs: list[Doc], is_train: bool) -> Any:
        """One row a token, after one that stands for none."""
        texts = model.layers[0].predict(docs)  # not `vectors_of`, which `quicken` replaces later
        rows = np.empty((1 + sum(map(len, texts)), len(of_no_token)), dtype=np.float32)
        rows[0], end = of_no_token, 1
        for vectors in texts:
            start, end = end, end + len(vectors)
            np.matmul(vectors @ weights + bias, adding, out=rows[start:end])
        return rows, None

    def by_feature(model: Model[Floats, Floats], rows: Floats, is_train: bool) -> Any:
        return rows.reshape(len(rows), *by.values()), None

    stepwise.replace_node(tokens, Model(ADDED, added, dims={"nI": None, "nO": len(of_no_token)}, layers=[vectors_of]))
    stepwise.replace_node(affine, Model("by_feature", by_feature, dims=by, params={"b": affine.get_param("b")}))


def _quick(embedding: Embedding, layers: Sequence[Layer]) -> Model[list[Doc], list[Floats]]:
    def forward(model: Model[list[Doc], list[Floats]], docs: list[Doc], is_train: bool) -> Any:
        return [_mixed(vectors, layers) for vectors in embedding(docs)], None

    return Model(QUICK, forward, dims={"nO": len(layers[0].scale), "nI": None})


def _mixed(vectors: Floats, layers: Sequence[Layer]) -> Floats:
    """As the model was trained: a text lies between as many empty tokens as its layers reach."""
    reach = len(layers)
    mixed: Floats = np.pad(vectors, ((reach, reach), (0, 0)))
    for layer in layers:
        mixed = layer(mixed)
    return mixed[reach:-reach]


def _layers(network: Model[Any, Any]) -> list[Layer] | None:
    """The layers of a tok2vec network; None of any other."""
    if len(network.layers) != 2 or not network.layers[1].name.startswith(f"with_array({_CONVOLUTION}"):
        return None
    embedding, encoder = network.layers
    looked_at = {
        column for node in embedding.walk() if node.name == "extract_features" for column in node.attrs["columns"]
    }
    if not looked_at <= _TOLD_BY_KIND:
        return None
    residuals = encoder.layers[0].layers
    if encoder.attrs["pad"] != len(residuals) or not all(r.name.startswith(_CONVOLUTION) for r in residuals):
        return None
    return [_layer(residual.layers[0]) for residual in residuals]


def _layer(convolution: Model[Any, Any]) -> Layer:
    maxout: Model[Any, Any]
    norm: Any
    maxout, norm = convolution.layers[1].layers[0].layers
    weights: Any = maxout.get_param("W")
    return Layer(
        weights=np.ascontiguousarray(weights.transpose(2, 1, 0).reshape(weights.shape[2], -1)),
        bias=np.ascontiguousarray(maxout.get_param("b").T.ravel()),
        scale=norm.get_param("G"),
        shift=norm.get_param("b"),
    )
