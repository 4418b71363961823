"""Lists that lie as files: a folder or object-store prefix, and web archives, each page of which is an article."""

from __future__ import annotations

import io
import json
import re
import tempfile
import zlib
from collections.abc import Generator, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import fsspec
from fastwarc.warc import ArchiveIterator, WarcRecordType

from pipelines.fetching.client import Client, gunzipped
from pipelines.fetching.faults import Fault, Reason
from pipelines.fetching.limits import Limits
from pipelines.fetching.listings import Refuse
from pipelines.fetching.pages import document
from pipelines.fetching.records import Document, Item, Listing
from pipelines.fetching.sources import Source
from pipelines.fetching.urls import canonical, shown
from pipelines.intake.sidecars import KEYS
from pipelines.intake.sources import SIDECAR, format_of

_OF_MANY = {"json", "jsonl", "jsonl.gz", "xml", "rss", "atom", "warc", "warc.gz"}
"""Formats of files that may hold many articles, for all of which no title or URL can hold."""
_CHUNK = 1024 * 1024
_MOST_SIDECAR_BYTES = 1024 * 1024


def folder(source: Source, refuse: Refuse) -> Generator[Listing, None, None]:
    """The files under the source's url in the formats that `intake` reads; a file that changed is another file.

    Raises `Fault` where the folder cannot be listed.
    """
    system, root = _opened(source.url)
    try:
        found: Mapping[str, Mapping[str, Any]] = system.find(root, detail=True)
        if not found and not system.exists(root):
            raise Fault(Reason.UNREADABLE, f"There is no folder {shown(source.url)}.")
    except OSError as error:
        raise Fault(Reason.UNREADABLE, f"{shown(source.url)} cannot be listed ({error.strerror or error}).") from error
    yield Listing(source.url, _files(source, system, root, found, refuse))


def archives(
    source: Source, client: Client, known: Mapping[str, object], limits: Limits, refuse: Refuse
) -> Generator[Listing, None, None]:
    """The archives that the source names and that were not worked through before. Raises `Fault`."""
    with tempfile.TemporaryDirectory(prefix="readout-warc-") as scratch:
        local = Path(scratch) / "archive"
        for line in _archive_lines(source, client, limits, local):
            try:
                url = _known_as(line, source.url)
                if url in known:
                    continue
                _bring(url, client, limits.archive_bytes, local)
            except Fault as fault:
                refuse(line, fault)
                continue
            yield Listing(url, _pages(source, url, local, refuse), {"done": True})


def _opened(url: str) -> tuple[Any, str]:
    try:
        system, root = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise Fault(Reason.UNREADABLE, f"{shown(url)} cannot be opened ({error}).") from error
    return system, str(root).rstrip("/")


def _files(
    source: Source, system: Any, root: str, found: Mapping[str, Mapping[str, Any]], refuse: Refuse
) -> Iterator[Item]:
    wanted = re.compile(source.match) if source.match else None
    is_local = "file" in (system.protocol if isinstance(system.protocol, tuple) else (system.protocol,))
    for path in sorted(found):
        name = path.rpartition("/")[2]
        hidden = any(part.startswith(".") for part in path.removeprefix(root).split("/"))
        extension = format_of(name)
        if hidden or not extension or name.endswith(SIDECAR) or (wanted and not wanted.search(path)):
            continue
        if is_local and not Path(path).resolve().is_relative_to(Path(root).resolve()):
            refuse(path, Fault(Reason.OUTSIDE, f"{shown(path)} is a link that leads out of the folder."))
            continue
        key = f"{system.unstrip_protocol(path)}#{system.ukey(path)[:16]}"
        yield Item(key, partial(_file, source, system, path, extension, found))


def _file(source: Source, system: Any, path: str, extension: str, found: Mapping[str, object]) -> Document:
    body = _read(system, path, source.most_bytes)
    beside = path[: -len(extension) - 1] + SIDECAR
    said = _sidecar(_read(system, beside, _MOST_SIDECAR_BYTES), beside) if beside in found else {}
    if extension in _OF_MANY:
        said = {key: value for key, value in said.items() if key not in ("url", "title")}
    url = said.get("url")
    return Document(body, extension, url if isinstance(url, str) else None, (), said)


def _read(system: Any, path: str, most_bytes: int) -> bytes:
    try:
        with system.open(path, "rb") as file:
            body = bytes(file.read(most_bytes + 1))
    except OSError as error:
        raise Fault(Reason.UNREADABLE, f"{shown(path)} cannot be read ({error.strerror or error}).") from error
    if len(body) > most_bytes:
        raise Fault(Reason.TOO_LARGE, f"{shown(path)} has more than {most_bytes} bytes.")
    return body


def _sidecar(data: bytes, path: str) -> dict[str, object]:
    try:
        values = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Fault(Reason.BAD_JSON, f"The sidecar {shown(path)} is no JSON.") from error
    if not isinstance(values, dict):
        raise Fault(Reason.BAD_JSON, f"The sidecar {shown(path)} is no JSON object.")
    return {key: value for key, value in values.items() if key in KEYS and value is not None}


def _archive_lines(source: Source, client: Client, limits: Limits, local: Path) -> list[str]:
    """The source's url itself, or each line of the list that it is."""
    if format_of(urlsplit(source.url).path) in ("warc", "warc.gz"):
        return [source.url]
    _bring(source.url, client, limits.listing_bytes, local)
    data = local.read_bytes()
    if data.startswith(b"\x1f\x8b"):
        data = b"".join(gunzipped(iter([data])))
    lines = [line.strip() for line in data.decode("utf-8", "replace").splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def _known_as(line: str, base: str) -> str:
    """The address of an archive, seen from the list at `base`: on the web, or in the file system of the list.

    Raises `Fault` where a list leads elsewhere: one from the web must not make this program read local files.
    """
    if _is_web(line) or _is_web(base):
        return canonical(line, base)
    if "::" in line or ("://" in line and urlsplit(line).scheme != urlsplit(base).scheme):
        raise Fault(Reason.BAD_URL, f"{shown(line)} lies in another file system than the list.")
    return line if "://" in line or line.startswith("/") else f"{base.rpartition('/')[0]}/{line}"


def _is_web(url: str) -> bool:
    return urlsplit(url).scheme in ("http", "https")


def _bring(url: str, client: Client, most_bytes: int, local: Path) -> None:
    """Copy what lies at `url` to `local`, a piece at a time."""
    if _is_web(url):
        client.download(url, local, most_bytes)
        return
    system, path = _opened(url)
    copied = 0
    try:
        with system.open(path, "rb") as file, local.open("wb") as copy:
            while piece := file.read(_CHUNK):
                copied += len(piece)
                if copied > most_bytes:
                    raise Fault(Reason.TOO_LARGE, f"{shown(url)} has more than {most_bytes} bytes.")
                copy.write(piece)
    except OSError as error:
        raise Fault(Reason.UNREADABLE, f"{shown(url)} cannot be read ({error.strerror or error}).") from error


def _pages(source: Source, archive: str, local: Path, refuse: Refuse) -> Iterator[Item]:
    """Each page of the archive that was answered with success and that the source wants."""
    wanted = re.compile(source.match) if source.match else None
    kinds = WarcRecordType.response | WarcRecordType.resource
    pages = 0
    try:
        with local.open("rb") as file:
            stream = io.BufferedReader(file)
            for record in ArchiveIterator(stream, record_types=kinds, parse_http=True, auto_decode="all"):
                pages += 1
                uri = record.headers.get("WARC-Target-URI") or ""
                status = record.http_headers.status_code if record.http_headers else 200
                if status != 200 or (wanted and not wanted.search(uri)):
                    continue
                try:
                    key = canonical(uri.strip("<>"))
                except Fault as fault:
                    refuse(uri or archive, fault)
                    continue
                yield Item(key, partial(_page, record, key, source.most_bytes))
    except (OSError, EOFError, ValueError, zlib.error) as error:
        refuse(archive, Fault(Reason.BAD_WARC, f"{shown(archive)} is broken after page {pages} ({error})."))
        return
    if not pages:
        refuse(archive, Fault(Reason.BAD_WARC, f"{shown(archive)} has no web page."))


def _page(record: Any, url: str, most_bytes: int) -> Document:
    body = record.reader.read(most_bytes + 1)
    if len(body) > most_bytes:
        raise Fault(Reason.TOO_LARGE, f"{shown(url)} has more than {most_bytes} bytes.")
    return document(bytes(body), (record.http_content_type or "").lower(), record.http_charset, url)
