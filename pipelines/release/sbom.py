"""What made a release: an SBOM (CycloneDX 1.6, JSON) of the lock file, and of the packages that its page ships.

All comes from files of the project: the same lock and version give the same bytes, whatever is installed where it runs.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pipelines.release.errors import ReleaseError
from pipelines.settings import ROOT
from pipelines.versions import project_version

SBOM = "sbom.cdx.json"
LOCK, DEPLOYED_LOCK = ROOT / "requirements.lock", ROOT / "requirements-deploy.lock"
BROWSER_PACKAGES = ROOT / "pipelines" / "site" / "browser_packages.csv"
_PROJECT, _TOOLS = "readout", "readout (pyproject.toml:dev)"
_PINNED = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)(?: ; ([^\\\n]*[^\\\s]))?")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})\b")
_ASKED_BY = re.compile(r"^ +#(?: via|  ) (\S.*)$", re.MULTILINE)
_REMEDY = "restore it from the repository, or make it anew by `make lock`"


@dataclass(frozen=True, slots=True)
class Locked:
    """One package of a lock file."""

    name: str
    version: str
    hashes: tuple[str, ...]
    """SHA-256 of each file that may be installed as this version: an archive, or a wheel for some system."""
    marker: str | None
    """Where it is installed at all, as PEP 508 writes it; None means everywhere."""
    asked_by: tuple[str, ...]
    """The packages that need it, and what of `pyproject.toml` names it."""


def lock_file() -> Path:
    """The lock of this installation. Raises `ReleaseError` where there is none.

    A deployed image has the lock that it was installed from, and no other.
    """
    found = next((path for path in (LOCK, DEPLOYED_LOCK) if path.is_file()), None)
    if found is None:
        raise ReleaseError(f"{LOCK} is not there, so nobody could say what made the release: {_REMEDY}")
    return found


def read_lock(path: Path) -> list[Locked]:
    """The packages of a lock file as uv writes it. Raises `ReleaseError` where one lacks its version or its hashes."""
    blocks = [block for block in re.split(r"\n(?=[^\s#])", path.read_text(encoding="utf-8")) if block.strip()]
    packages = []
    for block in blocks:
        pinned, hashes = _PINNED.match(block), tuple(sorted(_HASH.findall(block)))
        if pinned is None or not hashes:
            raise ReleaseError(f"{path} has no version or no hash of {block.splitlines()[0]!r}: {_REMEDY}")
        name, version, marker = pinned.groups()
        asked_by = tuple(found for found in _ASKED_BY.findall(block) if not found.startswith("-c "))
        packages.append(Locked(canonical(name), version, hashes, marker, asked_by))
    if not packages:
        raise ReleaseError(f"{path} names no package: {_REMEDY}")
    strangers = {_asker(asker) for package in packages for asker in package.asked_by}
    strangers -= {_PROJECT, *(package.name for package in packages)}
    if strangers:
        raise ReleaseError(f"{path} lacks {', '.join(sorted(strangers))}, which it names as a reason: {_REMEDY}")
    return packages


def canonical(name: str) -> str:
    """The name as PEP 503 writes it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def sbom(lock: Path, shipped: Path | None = None) -> dict[str, Any]:
    """The SBOM of what `lock` names, and of the npm packages that the table `shipped` pins, if a release ships them.

    Of a package there are version, package URL, the hash of each of its files, and what it needs in turn. Tools that
    check the project and make no row have the scope `excluded`. Raises `ReleaseError` as `read_lock` does.
    """
    packages = read_lock(lock)
    browser = _browser_packages(shipped) if shipped else []
    needed_at_run_time = _needed(packages)
    components = [_component(package, package.name in needed_at_run_time) for package in packages] + browser
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": _PROJECT,
                "name": _PROJECT,
                "version": project_version(),
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            },
            "properties": [
                {"name": "readout:lock", "value": lock.name},
                {"name": "readout:lock:sha256", "value": hashlib.sha256(lock.read_bytes()).hexdigest()},
            ],
        },
        "components": components,
        "dependencies": _dependencies(packages, [component["bom-ref"] for component in browser]),
    }


def write_sbom(path: Path, lock: Path, shipped: Path | None = None) -> None:
    """Write the SBOM to `path`. Raises `ReleaseError` as `sbom` does."""
    path.write_text(json.dumps(sbom(lock, shipped), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _component(package: Locked, is_needed: bool) -> dict[str, Any]:
    files = {
        "type": "distribution",
        "url": f"https://pypi.org/simple/{package.name}/",
        "hashes": [{"alg": "SHA-256", "content": digest} for digest in package.hashes],
    }
    only = {"properties": [{"name": "readout:installed-where", "value": package.marker}]} if package.marker else {}
    return {
        "type": "library",
        "bom-ref": _address(package),
        "name": package.name,
        "version": package.version,
        "scope": "required" if is_needed else "excluded",
        "purl": _address(package),
        "externalReferences": [files],
        **only,
    }


def _address(package: Locked) -> str:
    return f"pkg:pypi/{package.name}@{quote(package.version, safe='')}"


def _browser_packages(table: Path) -> list[dict[str, Any]]:
    with table.open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: row["package"])
    return [_browser_package(row) for row in rows]


def _browser_package(row: Mapping[str, str]) -> dict[str, Any]:
    algorithm, _, digest = row["integrity"].partition("-")
    address = f"pkg:npm/{quote(row['package'], safe='/')}@{quote(row['version'], safe='')}"
    return {
        "type": "library",
        "bom-ref": address,
        "name": row["package"],
        "version": row["version"],
        "scope": "required",
        "hashes": [{"alg": algorithm.upper().replace("SHA", "SHA-"), "content": base64.b64decode(digest).hex()}],
        "licenses": [{"expression": row["licence"]}],
        "purl": address,
    }


def _dependencies(packages: Sequence[Locked], shipped: Iterable[str]) -> list[dict[str, Any]]:
    """What each package needs, the project itself first."""
    addresses = {_PROJECT: _PROJECT} | {package.name: _address(package) for package in packages}
    needs: dict[str, set[str]] = {address: set() for address in addresses.values()}
    needs[_PROJECT].update(shipped)
    for package in packages:
        for asker in package.asked_by:
            needs[addresses[_asker(asker)]].add(_address(package))
    return [{"ref": address, "dependsOn": sorted(needed)} for address, needed in needs.items()]


def _needed(packages: Sequence[Locked]) -> set[str]:
    """The packages that are there for more than checking the project."""
    asked_by = {package.name: [asker for asker in package.asked_by if asker != _TOOLS] for package in packages}
    found = {_PROJECT}
    while more := {name for name, askers in asked_by.items() if found & set(map(_asker, askers))} - found:
        found |= more
    return found - {_PROJECT}


def _asker(asked_by: str) -> str:
    return canonical(asked_by.partition(" (")[0])
