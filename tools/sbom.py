"""What this project is made with: `python tools/sbom.py FILE` writes the SBOM, `--licences` writes docs/licences.md.

The SBOM is CycloneDX 1.6 (JSON) of the environment that runs this, which is what requirements.lock says. The same
environment gives the same bytes: no time, no serial number, no path.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LOCK, LICENCES = ROOT / "requirements.lock", ROOT / "docs" / "licences.md"
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;]+)", re.MULTILINE)
_NAMES = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Artistic License": "Artistic",
    "GNU General Public License (GPL)": "GPL",
}
_UNSTATED = {
    "antlr4-python3-runtime": "BSD-3-Clause",
    "mlcroissant": "Apache-2.0",
    "ply": "BSD-3-Clause",
    "protobuf": "BSD-3-Clause",
}
"""Of packages whose metadata lacks an identifier: as their projects' own licence files say."""
_HEAD = """# Licences of what Readout is made with

Made by `python tools/sbom.py --licences` from the metadata of the locked packages. Readout itself is Apache-2.0; it
ships none of these packages, it names them and installs them as they come. Permissive licences ask for their notice
to be kept. MPL-2.0 holds for its own files alone. Where a package offers a choice, the permissive one is taken.

| package | version | licence |
|---|---|---|
"""


def sbom() -> dict[str, Any]:
    """The SBOM, validated against the schema of CycloneDX 1.6. Raises `RuntimeError` with the tool's own words."""
    command = [str(Path(sys.executable).with_name("cyclonedx-py")), "environment", "--output-reproducible"]
    command += ["--sv", "1.6", "--pyproject", str(ROOT / "pyproject.toml"), sys.executable]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        raise RuntimeError(f"cyclonedx-py made no SBOM (is the environment that of requirements.lock?): {made.stderr}")
    found: dict[str, Any] = json.loads(made.stdout)
    return found


def write_sbom(path: Path) -> None:
    """Write the SBOM to `path`."""
    path.write_text(json.dumps(sbom(), indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")


def locked() -> dict[str, str]:
    """Name and version of all packages in requirements.lock."""
    return {canonical(name): version for name, version in _PINNED.findall(LOCK.read_text(encoding="utf-8"))}


def canonical(name: str) -> str:
    """The name as PEP 503 writes it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def licences(components: list[dict[str, Any]]) -> dict[str, str]:
    """The licence of each package: an SPDX expression where the package states one, else what it calls itself."""
    return {canonical(item["name"]): _licence(item) for item in components}


def _licence(component: dict[str, Any]) -> str:
    stated = []
    for entry in component.get("licenses", ()):
        one = entry.get("license", {})
        name = entry.get("expression") or one.get("id") or one.get("name", "")
        name = name.rsplit(" :: ", 1)[-1]
        stated.append(_NAMES.get(name, name))
    return ", ".join(dict.fromkeys(stated)) or _UNSTATED.get(canonical(component["name"]), "unknown")


def licences_page() -> str:
    """The page `docs/licences.md`: every locked package; those for other systems alone are marked as not installed."""
    known = licences(sbom()["components"])
    rows = [
        f"| {name} | {version} | {known.get(name, 'not installed on this system')} |"
        for name, version in sorted(locked().items())
    ]
    return _HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    if sys.argv[1:] == ["--licences"]:
        LICENCES.write_text(licences_page(), encoding="utf-8")
    elif len(sys.argv) == 2:
        write_sbom(Path(sys.argv[1]))
    else:
        sys.exit(__doc__)
