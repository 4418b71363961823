"""What this project is made with: `python tools/sbom.py FILE` writes the SBOM, `--licences` writes docs/licences.md.

The SBOM is the one that a release carries: CycloneDX 1.6 (JSON) of requirements.lock. A lock file has no licences, so
these are asked of the installed packages.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from pipelines.release.sbom import BROWSER_PACKAGES, LOCK, canonical, read_lock, write_sbom  # noqa: E402

LICENCES = ROOT / "docs" / "licences.md"
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


def installed() -> list[dict[str, Any]]:
    """The packages of the environment that runs this, as CycloneDX components with what they say of their licences.

    Raises `RuntimeError` with the tool's own words.
    """
    command = [str(Path(sys.executable).with_name("cyclonedx-py")), "environment", "--output-reproducible"]
    made = subprocess.run([*command, "--sv", "1.6", sys.executable], capture_output=True, text=True, check=False)
    if made.returncode:
        raise RuntimeError(f"cyclonedx-py cannot read the environment (is it that of {LOCK.name}?): {made.stderr}")
    found: list[dict[str, Any]] = json.loads(made.stdout)["components"]
    return found


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
    known = licences(installed())
    rows = [
        f"| {package.name} | {package.version} | {known.get(package.name, 'not installed on this system')} |"
        for package in sorted(read_lock(LOCK), key=lambda package: package.name)
    ]
    return _HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    if sys.argv[1:] == ["--licences"]:
        LICENCES.write_text(licences_page(), encoding="utf-8")
    elif len(sys.argv) == 2:
        write_sbom(Path(sys.argv[1]), LOCK, BROWSER_PACKAGES)
    else:
        sys.exit(__doc__)
