"""Supply chain: every package is pinned by hash, its licence is listed and fits, and the SBOM is the same each time."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools.audit import verdict
from tools.sbom import LICENCES, LOCK, locked, write_sbom

PERMISSIVE = re.compile(
    r"MIT|Apache|BSD|0BSD|ISC|PSF|Python-2.0|CNRI|Zlib|CC0|MPL|Artistic|Unlicense|not installed", re.IGNORECASE
)


def test_every_locked_package_has_hashes() -> None:
    blocks = re.split(r"\n(?=[A-Za-z0-9])", LOCK.read_text(encoding="utf-8"))
    pinned = [block for block in blocks if re.match(r"[A-Za-z0-9._-]+==", block)]
    assert len(pinned) == len(locked()) > 100
    assert all("--hash=sha256:" in block for block in pinned)


def test_licences_are_listed_for_what_is_locked_and_each_fits() -> None:
    lines = [line.strip("| ").split(" | ") for line in LICENCES.read_text(encoding="utf-8").splitlines()]
    rows = {line[0]: line[1:] for line in lines if len(line) == 3 and line[0] not in ("package", "---")}
    assert {name: version for name, (version, _) in rows.items()} == locked(), "run python tools/sbom.py --licences"
    assert [name for name, (_, licence) in rows.items() if not PERMISSIVE.search(licence)] == []


def test_the_sbom_lists_the_packages_and_is_the_same_each_time(tmp_path: Path) -> None:
    write_sbom(tmp_path / "one.json")
    write_sbom(tmp_path / "two.json")
    text = (tmp_path / "one.json").read_text(encoding="utf-8")
    assert text == (tmp_path / "two.json").read_text(encoding="utf-8")
    assert '"specVersion": "1.6"' in text
    assert "pkg:pypi/duckdb@" in text
    assert "timestamp" not in text
    assert "serialNumber" not in text


def test_what_could_not_be_asked_is_not_called_clean(capsys: pytest.CaptureFixture[str]) -> None:
    clean = {"name": "duckdb", "version": "1", "vulns": []}
    assert verdict([clean]) == 0
    assert verdict([clean, {"name": "spacy", "skip_reason": "Dependency not found on PyPI"}]) == 2
    assert "NOT checked" in capsys.readouterr().out
    assert verdict([{**clean, "vulns": [{"id": "PYSEC-1", "fix_versions": ["2"]}]}]) == 1
