"""Verdicts on tables, kept: a table that is byte for byte the one that kept a rule is not checked against it again.

What a rule finds depends on the files that it reads and on the rule's own code. Only verdicts without a fault are kept;
one that cannot be read, or is of other bytes, is as none. Never here: what a rule is (`schemas/rules.py`), Dagster.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable
from functools import cache
from importlib.metadata import version
from pathlib import Path

from pipelines.settings import ROOT
from pipelines.versions import fingerprint
from schemas.rules import Verdict

_FOLDER = ".verdicts"


def verdict_on(name: str, files: Iterable[Path], find: Callable[[], Verdict], stage: Path) -> Verdict:
    """What `find` gives; or what it gave when these files had the bytes that they have now, from the folder `stage`.

    `name` tells the rule and its table from all others. Raises `FileNotFoundError` where one of the files is missing.
    """
    kept = stage / _FOLDER / f"{name}.json"
    of = _of(files)
    try:
        before = json.loads(kept.read_text(encoding="utf-8"))
        if before["of"] == of:
            return Verdict(str(before["expected"]), str(before["found"]))
    except (OSError, ValueError, TypeError, KeyError):
        pass
    verdict = find()
    if verdict.passed:
        kept.parent.mkdir(exist_ok=True)
        beside = kept.with_suffix(f".{os.getpid()}")
        beside.write_text(json.dumps({"of": of, "expected": verdict.expected, "found": verdict.found}), "utf-8")
        beside.replace(kept)
    return verdict


def _of(files: Iterable[Path]) -> str:
    digest = hashlib.blake2b(_rules().encode(), digest_size=16)
    for file in files:
        about = file.stat()
        digest.update(f"\0{file.name}\0{_digest(file, about.st_ino, about.st_mtime_ns, about.st_size)}".encode())
    return digest.hexdigest()


@cache
def _digest(file: Path, *_: int) -> str:
    """The checksum of a file. One with another stamp is another question: several rules read one table."""
    with file.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


@cache
def _rules() -> str:
    """Changes whenever a rule could find something else."""
    return fingerprint([ROOT / "schemas"], version("polars"), version("pandera"))
