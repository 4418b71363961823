"""What many tests share: model, encoder and reference data, loaded once, and the bundled articles, read once.

Tests run in several processes (`make test`) or in one (`pytest`). Each process loads for itself; what is made in files
is made by the first that asks for it.
"""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import hypothesis
import pytest
from playwright.sync_api import Playwright, sync_playwright
from spacy.language import Language
from spacy.tokens import Doc

from pipelines.__main__ import main
from pipelines.extraction.encoder import Encoder, Reading
from pipelines.extraction.parse import load_model
from pipelines.linking.linker import Linker
from pipelines.linking.reference import Reference, load_reference
from pipelines.locking import one_at_a_time
from pipelines.settings import REFERENCE, Settings

ROOT = Path(__file__).resolve().parents[1]
hypothesis.settings.register_profile(
    "readout", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)  # how long an example takes is what else the machine does, and no property of the code
hypothesis.settings.load_profile("readout")


@dataclass(frozen=True)
class Bundled:
    """A run over the bundled articles: where its tables lie, and what it told."""

    settings: Settings
    told: str


@pytest.fixture(scope="session")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Bundled:
    """`make materialize`, as a newcomer runs it, with the extractor that ships. Nobody may change what it made."""
    folder = made_once(tmp_path_factory, "bundled", _materialize)
    settings = Settings.from_environment({"READOUT_WAREHOUSE": str(folder / "warehouse")})
    return Bundled(settings, (folder / "told.txt").read_text(encoding="utf-8"))


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that `make` filled, once in the whole session however many processes it has."""
    own = factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / name
    folder.mkdir(exist_ok=True)
    with one_at_a_time(folder):
        if not (folder / "made").exists():
            make(folder)
            (folder / "made").touch()
    return folder


def _materialize(folder: Path) -> None:
    told = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(told):
        patch.delenv("READOUT_RAW", raising=False)
        patch.setenv("READOUT_WAREHOUSE", str(folder / "warehouse"))
        patch.setenv("DAGSTER_HOME", str(folder / "dagster"))
        (folder / "dagster").mkdir()
        assert main(["materialize"]) == 0, told.getvalue()
    (folder / "told.txt").write_text(told.getvalue(), encoding="utf-8")


@pytest.fixture(scope="session", autouse=True)
def _loaded_once() -> Iterator[None]:
    """Runs in this process share the language model and the encoder, which cost more than the articles of a test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipelines.extraction.extractor.load_model", _load_model)
        patch.setattr(Encoder, "load", cache(Encoder.load))
        yield


_load_model = cache(load_model)


@pytest.fixture(scope="session")
def nlp() -> Language:
    """The pipeline that extraction parses with."""
    return _load_model()


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
def reference() -> Reference:
    """The reference data of the repository, without anybody's own rows."""
    return load_reference(REFERENCE)


@pytest.fixture(scope="session")
def linker(reference: Reference) -> Linker:
    """The linker over that reference data."""
    return Linker(reference)


@pytest.fixture(scope="session")
def read(encoder: Encoder) -> Callable[[str], Reading]:
    """What the encoder says of a text."""
    return lambda text: encoder.read([text])[0]


@pytest.fixture(scope="session")
def founding_text() -> str:
    """The body of the founding article: its two title lines dropped, paragraphs apart."""
    lines = (ROOT / "raw" / "articles" / "xi-trump-call.txt").read_text(encoding="utf-8").splitlines()
    return "\n\n".join(" ".join(line.split()) for line in lines[2:] if line.strip())


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """The one driver of browsers: two cannot run in one process.

    It goes with the module that asked for it: its event loop is a running one for as long as it lives, and under that
    Dagster's own `asyncio.run` is refused in whatever test comes next.
    """
    with sync_playwright() as driver:
        yield driver
