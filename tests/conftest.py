"""What many tests share: the language model and the encoder, loaded once, and the bundled articles, read once."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, sync_playwright
from spacy.language import Language
from spacy.tokens import Doc

from pipelines.__main__ import main
from pipelines.extraction.encoder import Encoder, Reading
from pipelines.extraction.parse import load_model
from pipelines.settings import Settings

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Bundled:
    """A run over the bundled articles: where its tables lie, and what it told."""

    settings: Settings
    told: str


@pytest.fixture(scope="session")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Bundled:
    """`make materialize`, as a newcomer runs it, with the extractor that ships."""
    folder = tmp_path_factory.mktemp("bundled")
    told = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(told):
        patch.delenv("READOUT_RAW", raising=False)
        patch.setenv("READOUT_WAREHOUSE", str(folder / "warehouse"))
        patch.setenv("DAGSTER_HOME", str(folder / "dagster"))
        (folder / "dagster").mkdir()
        assert main(["materialize"]) == 0, told.getvalue()
        return Bundled(Settings.from_environment(), told.getvalue())


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


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The one driver of browsers: two cannot run in one process."""
    with sync_playwright() as driver:
        yield driver
