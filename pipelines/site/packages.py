"""The database that runs in the browser: files of pinned npm packages, fetched once, checked, and laid into the site.

DuckDB-WASM reads Parquet by an extension that it loads from elsewhere, so parquet-wasm reads the files and hands them
to DuckDB as Arrow, and a page makes no request to another place.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
_SECONDS = 180
_ARROW = re.compile(r'import\*as (\w+) from"apache-arrow"')
"""How DuckDB's script names the Arrow library: a bundler would know where that is, a browser does not."""


class PackagesUnavailableError(Exception):
    """The packages are neither here nor to be had; the message says why."""


@dataclass(frozen=True, slots=True)
class Package:
    """One pinned npm package."""

    name: str
    version: str
    integrity: str
    licence: str

    @property
    def archive(self) -> str:
        """The name of its file."""
        return f"{self.name.removeprefix('@').replace('/', '-')}-{self.version}.tgz"


def pinned() -> list[Package]:
    """The packages of `browser_packages.csv`."""
    with (HERE / "browser_packages.csv").open(encoding="utf-8", newline="") as file:
        return [
            Package(row["package"], row["version"], row["integrity"], row["licence"]) for row in csv.DictReader(file)
        ]


def cache(environment: Mapping[str, str] = os.environ) -> Path:
    """Where fetched packages are kept: `READOUT_CACHE`, else a folder of the user's cache."""
    given = environment.get("READOUT_CACHE")
    if given:
        return Path(given).expanduser()
    return Path(environment.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "readout"


def lay_out(folder: Path, kept: Path | None = None) -> None:
    """Write the files of `browser_files.csv` into `folder`.

    Raises `PackagesUnavailableError` where a package is not in the cache `kept` and npm cannot fetch it, and ValueError
    where one is not what its integrity hash says.
    """
    archives = {package.name: _archive(package, kept or cache()) for package in pinned()}
    folder.mkdir(parents=True)
    with (HERE / "browser_files.csv").open(encoding="utf-8", newline="") as file:
        wanted = list(csv.DictReader(file))
    for name, archive in archives.items():
        with tarfile.open(archive) as packed:
            for row in wanted:
                if row["package"] == name:
                    source = packed.extractfile(f"package/{row['file']}")
                    if source is None:
                        raise ValueError(f"{archive}: {row['file']} is no file; correct browser_files.csv")
                    (folder / row["as"]).write_bytes(_for_browsers(row["as"], source.read()))


def _for_browsers(name: str, content: bytes) -> bytes:
    """A script without its pointer to a source map, which is not in the site, and with Arrow where a browser has it."""
    if not name.endswith((".js", ".mjs")):
        return content
    text = re.sub(r"\n//# sourceMappingURL=\S+\s*$", "\n", content.decode("utf-8"))
    return _ARROW.sub(r"const \1=globalThis.Arrow", text).encode()


def _archive(package: Package, kept: Path) -> Path:
    archive = kept / package.archive
    if not archive.exists():
        _fetch(package, archive)
    found = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != package.integrity:
        raise ValueError(
            f"{archive} is not {package.name} {package.version} as pinned in browser_packages.csv "
            f"(its hash is {found}); delete it, and see whether the registry is to be trusted"
        )
    return archive


def _fetch(package: Package, archive: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise PackagesUnavailableError("npm is not installed")
    archive.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=archive.parent) as folder:
        command = [npm, "pack", f"{package.name}@{package.version}", "--ignore-scripts", "--pack-destination", folder]
        try:
            subprocess.run(
                [*command, "--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--silent"],
                check=True,
                capture_output=True,
                timeout=_SECONDS,
                cwd=folder,
            )
        except subprocess.TimeoutExpired as error:
            raise PackagesUnavailableError(f"npm did not fetch {package.name} within {_SECONDS} seconds") from error
        except subprocess.CalledProcessError as error:
            raise PackagesUnavailableError(
                f"npm could not fetch {package.name} {package.version} from its registry"
            ) from error
        (packed,) = Path(folder).glob("*.tgz")
        packed.replace(archive)
