"""Known faults of the locked packages: `python tools/audit.py [LOCK]`, by pip-audit and PyPI's advisories.

Gives 0 where none is known, 1 where one is, 2 where the advisory service could not be asked: that is no good news.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

LOCK = Path(__file__).resolve().parents[1] / "requirements.lock"


def main(lock: Path = LOCK) -> int:
    """Ask, and say what was answered."""
    command = [str(Path(sys.executable).with_name("pip-audit")), "--disable-pip", "--require-hashes", "-r", str(lock)]
    asked = subprocess.run([*command, "-f", "json"], capture_output=True, text=True, check=False)
    try:
        packages = json.loads(asked.stdout)["dependencies"]
    except (ValueError, KeyError):
        last = (asked.stderr.strip().splitlines() or ["it said nothing"])[-1]
        print(f"nothing was checked: pip-audit could not ask the advisory service ({last})")
        return 2
    return verdict(packages)


def verdict(packages: list[dict[str, Any]]) -> int:
    """Print what pip-audit says of `packages`; the exit status."""
    unchecked = [package["name"] for package in packages if "skip_reason" in package]
    faulty = [package for package in packages if package.get("vulns")]
    for package in faulty:
        for fault in package["vulns"]:
            better = ", ".join(fault.get("fix_versions", ())) or "none yet"
            print(f"{package['name']} {package['version']}: {fault['id']}; mended in: {better}")
    if unchecked:
        where = "Is https://pypi.org reachable from here?"
        print(
            f"{len(unchecked)} of {len(packages)} packages were NOT checked: the service knew nothing of them. {where}"
        )
    else:
        print(f"{len(packages)} packages checked, {len(faulty)} with known faults")
    return 1 if faulty else 2 if unchecked else 0


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:2])))
