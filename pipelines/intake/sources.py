"""Finds the inputs in the raw directory, with the sidecar that belongs to each. Reads bytes only to hash them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import regex

from pipelines.intake.records import InputFile, Reason, Refusal

FORMATS = (
    "txt", "md", "html", "htm", "json", "jsonl", "jsonl.gz", "eml", "xml", "rss", "atom", "warc", "warc.gz",
)  # fmt: skip
"""What a reader takes (`readers.READERS`, whose libraries take long to import: only where a file is read)."""
SIDECAR = ".meta.json"
_CHUNK = 1024 * 1024
_UNPRINTABLE = regex.compile(r"[\p{C}\p{Zl}\p{Zp}]")


def find_inputs(raw_dir: Path) -> list[InputFile]:
    """All inputs at and under `raw_dir`, sorted by path; hidden files and folders are left alone.

    A file that cannot be taken in (unknown format, a link that leads out of the directory, a sidecar without its
    article, a file nobody may read) is listed with its `refusal`; nothing is raised for a single file.
    """
    root = Path(os.path.realpath(raw_dir))
    paths = sorted(_files(root), key=lambda path: path.relative_to(root).parts)
    sidecars = {path for path in paths if path.name.lower().endswith(SIDECAR)}
    owners = {_sidecar_of(path) for path in paths if path not in sidecars}
    inputs = [_input(root, path, _sidecar_of(path)) for path in paths if path not in sidecars]
    inputs += [_orphan(root, path) for path in sorted(sidecars - owners)]
    return sorted(inputs, key=lambda file: file.source_path)


def format_of(name: str) -> str:
    """The format a file name stands for (`jsonl.gz` for `A.JSONL.GZ`); empty where no reader takes it."""
    lowered = name.lower()
    return max((known for known in FORMATS if lowered.endswith("." + known)), key=len, default="")


def _files(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root, followlinks=False, onerror=None):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        here = Path(folder)
        linked = [name for name in folders if (here / name).is_symlink()]
        yield from (here / name for name in [*names, *linked] if not name.startswith("."))


def _sidecar_of(path: Path) -> Path:
    extension = format_of(path.name) or path.suffix.lstrip(".")
    stem = path.name[: -len(extension) - 1] if extension else path.name
    return path.with_name(stem + SIDECAR)


def _input(root: Path, path: Path, sidecar: Path) -> InputFile:
    native = str(path.relative_to(root))
    known = format_of(path.name)
    try:
        if not Path(os.path.realpath(path)).is_relative_to(root):
            return _refused(native, known, Refusal(Reason.OUTSIDE, "The link leads out of the raw directory."))
        if not path.is_file():
            return _refused(native, known, Refusal(Reason.UNREADABLE, "It is not a regular file."))
        attached = sidecar if sidecar.is_file() and Path(os.path.realpath(sidecar)).is_relative_to(root) else None
        digest = _digest(path)
        key = hashlib.sha256(digest.encode())
        if attached is not None:
            key.update(_digest(attached).encode())
    except OSError as error:
        return _refused(native, known, Refusal(Reason.UNREADABLE, f"It cannot be read: {error.strerror or error}."))
    return InputFile(
        source_path=printable(native),
        native_path=native,
        size=path.stat().st_size,
        format=known,
        sha256=digest,
        key=key.hexdigest(),
        sidecar=str(attached.relative_to(root)) if attached is not None else None,
        refusal=None if known else Refusal(Reason.UNKNOWN_FORMAT, f"No reader takes {_extension(path)}."),
    )


def _orphan(root: Path, path: Path) -> InputFile:
    name = printable(path.name)[: -len(SIDECAR)]
    refusal = Refusal(Reason.SIDECAR_ORPHAN, f"There is no article {name}.* beside this sidecar.")
    return _refused(str(path.relative_to(root)), "", refusal)


def _refused(native: str, known: str, refusal: Refusal) -> InputFile:
    shown = printable(native)
    digest = hashlib.sha256(f"{shown}\0{refusal.reason}".encode()).hexdigest()
    return InputFile(shown, native, size=0, format=known, sha256=None, key=digest, refusal=refusal)


def _extension(path: Path) -> str:
    return f"files that end in {printable(path.suffix)}" if path.suffix else "files without an extension"


def printable(path: str) -> str:
    """`path` with what cannot be shown or stored (undecodable bytes, control and bidi characters) spelled out."""
    shown = path.replace(os.sep, "/")
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", shown)


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
