"""What tests of the model's components share: the bundled texts, and the model's own components to compare with."""

from __future__ import annotations

from collections.abc import Callable

from spacy.language import Language
from spacy.tokens import Doc

from pipelines.settings import ROOT

PATHS = sorted((ROOT / "raw" / "articles").glob("*.txt"))
TEXTS = [path.read_text(encoding="utf-8") for path in PATHS]
WORDS = sorted({word for text in TEXTS for word in text.split()})


def parsed_without(nlp: Language, *components: str) -> Callable[[str], Doc]:
    """Parses a text with all of `nlp` but these components."""

    def parse(text: str) -> Doc:
        with nlp.select_pipes(disable=[*components]):
            return nlp(text)

    return parse


def own[Component](nlp: Language, name: str, kind: type[Component]) -> Component:
    """The component that the model came with, whether it is in use or not."""
    found = nlp.get_pipe(name)
    assert isinstance(found, kind)
    return found
