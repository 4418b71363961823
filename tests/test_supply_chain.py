"""Supply chain: every package is pinned by hash, and its licence is listed and fits. SBOM: `release/test_sbom.py`."""

from __future__ import annotations

import re

import pytest

from pipelines.release.sbom import LOCK, read_lock
from tools.audit import verdict
from tools.sbom import LICENCES

PERMISSIVE = re.compile(
    r"MIT|Apache|BSD|0BSD|ISC|PSF|Python-2.0|CNRI|Zlib|CC0|MPL|Artistic|Unlicense|not installed", re.IGNORECASE
)


def test_every_locked_package_has_hashes() -> None:
    blocks = re.split(r"\n(?=[A-Za-z0-9])", LOCK.read_text(encoding="utf-8"))
    pinned = [block for block in blocks if re.match(r"[A-Za-z0-9._-]+==", block)]
    assert len(pinned) == len(read_lock(LOCK)) > 100
    assert all("--hash=sha256:" in block for block in pinned)


def test_licences_are_listed_for_what_is_locked_and_each_fits() -> None:
    lines = [line.strip("| ").split(" | ") for line in LICENCES.read_text(encoding="utf-8").splitlines()]
    rows = {line[0]: line[1:] for line in lines if len(line) == 3 and line[0] not in ("package", "---")}
    locked = {package.name: package.version for package in read_lock(LOCK)}
    assert {name: version for name, (version, _) in rows.items()} == locked, "run python tools/sbom.py --licences"
    assert [name for name, (_, licence) in rows.items() if not PERMISSIVE.search(licence)] == []


def test_what_could_not_be_asked_is_not_called_clean(capsys: pytest.CaptureFixture[str]) -> None:
    clean = {"name": "duckdb", "version": "1", "vulns": []}
    assert verdict([clean]) == 0
    assert verdict([clean, {"name": "spacy", "skip_reason": "Dependency not found on PyPI"}]) == 2
    assert "NOT checked" in capsys.readouterr().out
    assert verdict([{**clean, "vulns": [{"id": "PYSEC-1", "fix_versions": ["2"]}]}]) == 1
