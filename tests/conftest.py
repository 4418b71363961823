"""What many tests share: the language model and the encoder, loaded once, and the founding article's text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from spacy.language import Language
from spacy.tokens import Doc

from pipelines.extraction.encoder import Encoder, Reading
from pipelines.extraction.parse import load_model

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def nlp() -> Language:
    """The pipeline that extraction parses with."""
    return load_model()


@pytest.fixture(scope="session")
def parsed(nlp: Language) -> Callable[[str], Doc]:
    """Parse a text once in the whole session, however many tests ask for it."""
    known: dict[str, Doc] = {}

    def parse(text: str) -> Doc:
        if text not in known:
            known[text] = nlp(text)
        return known[text]

    return parse


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The encoder of attributions that ships."""
    return Encoder.load()


@pytest.fixture(scope="session")
def read(encoder: Encoder) -> Callable[[str], Reading]:
    """What the encoder says of a text."""
    return lambda text: encoder.read([text])[0]


@pytest.fixture(scope="session")
def founding_text() -> str:
    """The body of the founding article: its two title lines dropped, paragraphs apart."""
    lines = (ROOT / "raw" / "articles" / "xi-trump-call.txt").read_text(encoding="utf-8").splitlines()
    return "\n\n".join(" ".join(line.split()) for line in lines[2:] if line.strip())
