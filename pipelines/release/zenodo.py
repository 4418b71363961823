"""Uploading a release to Zenodo by its REST API (https://developers.zenodo.org): a draft, its files, its metadata.

Zenodo keeps files without folders, so the folder goes as one zip, with what people look at first beside it.
"""

from __future__ import annotations

import hashlib
import html
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from pipelines.release.contents import ABOUT, KEYWORDS, MAKER, TITLE
from pipelines.release.errors import ReleaseError
from pipelines.release.verify import SUMS
from pipelines.release.versions import Version

ENDPOINT = "https://zenodo.org"
BESIDE = ("README.md", SUMS)
_CHUNK = 1024 * 1024
_SECONDS = 600.0


def publish_to_zenodo(
    folder: Path,
    version: str,
    token: str,
    endpoint: str | None = None,
    go_public: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> str:
    """Make a draft with the files of `folder` and return its address; with `go_public`, publish it, which is for good.

    Raises `ReleaseError` with the server's own words where it refuses, and where a file did not arrive as it was sent.
    """
    headers = {"Authorization": f"Bearer {token}"}
    with (
        httpx.Client(base_url=(endpoint or ENDPOINT).rstrip("/"), headers=headers, timeout=_SECONDS) as client,
        tempfile.TemporaryDirectory(prefix="readout-zenodo-") as scratch,
    ):
        progress("packing")
        packed = pack(folder, version, Path(scratch))
        draft = _asked(client, "POST", "/api/deposit/depositions", json={"metadata": metadata(version)})
        for file in (packed, *(folder / name for name in BESIDE)):
            progress(file.name)
            _send(client, f"{draft['links']['bucket']}/{file.name}", file)
        if not go_public:
            return str(draft["links"]["html"])
        progress("publishing")
        public = _asked(client, "POST", f"/api/deposit/depositions/{draft['id']}/actions/publish")
        return str(public.get("doi_url") or public["links"]["html"])


def metadata(version: str) -> dict[str, Any]:
    """What Zenodo shows of the release."""
    return {
        "upload_type": "dataset",
        "title": TITLE,
        "version": version,
        "publication_date": Version.parse(version).date.isoformat(),
        "description": f"<p>{html.escape(ABOUT)}</p>",
        "creators": [{"name": MAKER}],
        "keywords": list(KEYWORDS),
        "access_right": "open",
        "license": "other-open",
        "notes": "The licences of tables and of articles are in LICENSES.md.",
    }


def pack(folder: Path, version: str, into: Path) -> Path:
    """The folder as one zip, the same bytes for the same files; nothing is compressed twice."""
    packed = into / f"readout-{version}.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(f"readout-{version}/{path.relative_to(folder).as_posix()}")
            entry.external_attr = 0o644 << 16
            with archive.open(entry, "w", force_zip64=True) as there, path.open("rb") as here:
                while chunk := here.read(_CHUNK):
                    there.write(chunk)
    return packed


def _send(client: httpx.Client, address: str, file: Path) -> None:
    with file.open("rb") as content:
        size = str(file.stat().st_size)
        found = _asked(client, "PUT", address, content=content, headers={"Content-Length": size})
    with file.open("rb") as content:
        sent = hashlib.file_digest(content, "md5").hexdigest()
    if found.get("checksum") != f"md5:{sent}":
        raise ReleaseError(f"{file.name} did not arrive at Zenodo as it was sent: delete the draft and publish again")


def _asked(client: httpx.Client, method: str, address: str, **about: Any) -> dict[str, Any]:
    try:
        answer = client.request(method, address, **about)
        answer.raise_for_status()
        return dict(answer.json())
    except httpx.HTTPStatusError as error:
        told = error.response.text[:500]
        raise ReleaseError(f"Zenodo answered {error.response.status_code} to {method} {address}: {told}") from error
    except (httpx.HTTPError, ValueError) as error:
        raise ReleaseError(f"Zenodo could not be asked ({method} {address}): {error}") from error
