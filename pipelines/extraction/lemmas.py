"""The model's lemmatizer, asked once for each kind of token instead of for each token.

spaCy's lemmatizer by rules looks at nothing but a token's word, part of speech and morphology; of those that are in
their base form already, most, it finds that out anew each time.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from spacy.attrs import LEMMA, MORPH, ORTH, POS
from spacy.language import Language
from spacy.pipeline import Lemmatizer
from spacy.tokens import Doc

NAME = "lemmas"
"""of the component, among spaCy's factories"""
_KEPT = 131_072
"""Kinds of tokens whose lemmas are kept, here and by the lemmatizer itself, which forgets none."""
_Kind = tuple[int, int, int, int]
"""ORTH, POS, MORPH and LEMMA of a token; the last is 0 where the attribute rules gave none."""


@Language.factory(NAME)
def lemmas(nlp: Language, name: str) -> Lemmas:
    """The component that stands in for the pipeline's `lemmatizer`."""
    lemmatizer = nlp.get_pipe("lemmatizer")
    assert isinstance(lemmatizer, Lemmatizer)
    return Lemmas(lemmatizer)


class Lemmas:
    """Sets the lemmas that `lemmatizer` sets, token for token."""

    def __init__(self, lemmatizer: Lemmatizer) -> None:
        self._lemmatizer = lemmatizer
        self._known: dict[_Kind, int] = {}
        index = lemmatizer.lookups.get_table("lemma_index")
        for part_of_speech, words in index.items():
            index[part_of_speech] = frozenset(words)  # a list as it comes: each look-up read half of 57,000 nouns

    def __call__(self, doc: Doc) -> Doc:
        """Set the lemma of each token of `doc`, in place."""
        kinds: list[_Kind] = [*map(tuple, doc.to_array([ORTH, POS, MORPH, LEMMA]).tolist())]
        if len(self._known) > _KEPT:
            self._known.clear()
            self._lemmatizer.cache.clear()
        known = self._known
        for i, kind in enumerate(kinds):
            if kind not in known:
                given = 0 if self._lemmatizer.overwrite else kind[3]
                known[kind] = given or doc.vocab.strings.add(self._lemmatizer.lemmatize(doc[i])[0])
        found: Any = np.array([known[kind] for kind in kinds], dtype=np.uint64)
        return doc.from_array([LEMMA], found)
