"""What need not be done again, as all that it depends on is byte for byte as it was: verdicts on tables, and tables.

A record says what its verdict or table was made of; for a table, also its checksum. One that is missing, that cannot be
read or that tells of other bytes is as none: the work is done again. Records lie beside the staged tables. Never here:
what a rule is (`schemas/rules.py`), how a table is made, Dagster.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pipelines.settings import ROOT
from pipelines.versions import fingerprint
from schemas.rules import Verdict

_VERDICTS = ".verdicts"
_TABLES = ".made-of"


def made_of(files: Iterable[Path], *others: str) -> str:
    """A fingerprint of these files' names and bytes, and of what else counts, as text.

    Raises `FileNotFoundError` where a file is missing.
    """
    digest = hashlib.blake2b(digest_size=16)
    for part in (*(f"{file.name}\0{_checksum(file)}" for file in files), *others):
        digest.update(f"{len(part)}\0{part}".encode())
    return digest.hexdigest()


def verdict_on(name: str, files: Iterable[Path], find: Callable[[], Verdict], stage: Path) -> Verdict:
    """What `find` gives; or what it gave when these files had the bytes that they have now, where that was no fault.

    `name` tells the rule and its table from all others; records lie in the folder `stage`.
    """
    record = stage / _VERDICTS / f"{name}.json"
    of = made_of(files, _rules())
    known = _read(record)
    if known.get("of") == of and {"expected", "found"} <= known.keys():
        return Verdict(str(known["expected"]), str(known["found"]))
    verdict = find()
    if verdict.passed:
        _write(record, {"of": of, "expected": verdict.expected, "found": verdict.found})
    return verdict


def remember_table(file: Path, of: str) -> None:
    """Note what the staged table in `file` was made of."""
    _write(_record(file), {"of": of, "sha256": _checksum(file)})


def was_made_of(file: Path) -> str | None:
    """What a staged table was made of, as was noted; None where that is not known."""
    of = _read(_record(file)).get("of")
    return of if isinstance(of, str) else None


def is_as_made(file: Path, of: str) -> bool:
    """Whether the staged table in `file` was made of just that, and is what was written then."""
    known = _read(_record(file))
    return known.get("of") == of and file.exists() and known.get("sha256") == _checksum(file)


def _record(table: Path) -> Path:
    return table.parent / _TABLES / f"{table.stem}.json"


def _read(record: Path) -> dict[str, Any]:
    try:
        known = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _write(record: Path, about: dict[str, str]) -> None:
    record.parent.mkdir(exist_ok=True)
    beside = record.with_suffix(f".{os.getpid()}")
    beside.write_text(json.dumps(about), encoding="utf-8")
    beside.replace(record)


def _checksum(file: Path) -> str:
    about = file.stat()
    return _checksum_of(file, about.st_ino, about.st_mtime_ns, about.st_size)


@cache
def _checksum_of(file: Path, *_: int) -> str:
    """One that has another stamp is another question: within a run many ask for the same table's."""
    with file.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


@cache
def _rules() -> str:
    """Changes whenever a rule could find something else."""
    return fingerprint([ROOT / "schemas"], version("polars"), version("pandera"))
