"""Bring the environment that runs this to what a lock file says; every file is checked against its hash.

uv does it in seconds. Where uv cannot (an index that only pip is set up for), pip does it, more slowly.
Needs nothing but Python: it runs before anything is installed.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check"]


def main(lock: Path) -> int:
    """Install what `lock` says; return 0 when it is all there."""
    print(f"installing from {lock.name}: about 700 MB to download the first time", file=sys.stderr)
    sync = [_uv(), "pip", "sync", "--require-hashes", "--python", sys.executable, str(lock)]
    if sys.dont_write_bytecode:  # else every program compiles anew all that it imports: ten seconds of each run
        sync.append("--compile-bytecode")
    if _install_uv(lock) and _run(sync, _uv_settings()):
        return 0
    print("uv could not do it; pip tries, which takes longer", file=sys.stderr)
    if _run([*PIP, "install", "--require-hashes", "-r", str(lock)]):
        return 0
    print(
        "readout: the packages could not be installed; see the lines above. Is the package index reachable?",
        file=sys.stderr,
    )
    return 1


def _install_uv(lock: Path) -> bool:
    """Put the locked uv into the environment, by the lock's own lines for it."""
    block = re.search(r"^uv==.*?(?=^\S|\Z)", lock.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    if block is None:
        return False
    with tempfile.TemporaryDirectory() as folder:
        only_uv = Path(folder, "uv.txt")
        only_uv.write_text(block[0], encoding="utf-8")
        return _run([*PIP, "install", "--quiet", "--require-hashes", "-r", str(only_uv)])


def _uv_settings() -> dict[str, str]:
    """What uv must be told because it does not read pip's settings: the index and the certificates."""
    settings = {"UV_PYTHON_DOWNLOADS": "never"}
    for ours, theirs in (("UV_DEFAULT_INDEX", "index-url"), ("SSL_CERT_FILE", "cert")):
        value = os.environ.get(f"PIP_{theirs.upper().replace('-', '_')}") or _pip_setting(theirs)
        if value and ours not in os.environ:
            settings[ours] = value
    return settings


def _pip_setting(name: str) -> str | None:
    for section in ("install", "global"):
        asked = subprocess.run(
            [*PIP, "config", "get", f"{section}.{name}"], capture_output=True, text=True, check=False
        )
        if asked.returncode == 0:
            return asked.stdout.strip()
    return None


def _uv() -> str:
    return str(Path(sys.executable).with_name("uv"))


def _run(command: list[str], settings: dict[str, str] | None = None) -> bool:
    return subprocess.run(command, env={**os.environ, **(settings or {})}, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
