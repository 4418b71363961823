"""Finds the inputs in the raw directory, with the sidecar that belongs to each. Reads bytes only to hash them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Container, Iterator, Set
from pathlib import Path

import regex

from pipelines.intake.records import InputFile, Reason, Refusal

FORMATS = (
    "txt", "md", "html", "htm", "json", "jsonl", "jsonl.gz", "eml", "xml", "rss", "atom", "warc", "warc.gz",
)  # fmt: skip
"""What a reader takes (`readers.READERS`, whose libraries take long to import: only where a file is read)."""
SIDECAR = ".meta.json"
_CHUNK = 1024 * 1024
_SPELLED_OUT = regex.compile(r"[\p{C}\p{Zl}\p{Zp}\\]")


def find_inputs(raw_dir: Path, only: Container[str] | None = None) -> list[InputFile]:
    """All inputs at and under `raw_dir`, or `only` those of some source paths, sorted by path; hidden files and folders
    are left alone.

    What cannot be taken in (an unknown format, a link that leads out of the directory, a sidecar without its article, a
    file or folder that nobody may read) is listed with its `refusal`. Raises `OSError` where `raw_dir` itself cannot be
    listed, and for nothing in it.
    """
    root = Path(os.path.realpath(raw_dir))
    unlisted: list[OSError] = []
    paths = sorted(_files(root, unlisted), key=lambda path: path.relative_to(root).parts)
    named = {path for path in paths if path.name.lower().endswith(SIDECAR)}
    refusals = {path: refusal for path in named if (refusal := _refusal_of(root, path))}
    owners = {_sidecar_of(path) for path in paths if path not in named}
    sidecars = named - refusals.keys()
    asked = (path for path in paths if path not in named and (only is None or printable(_native(root, path)) in only))
    inputs = [_input(root, path, _sidecar_of(path), sidecars) for path in asked]
    inputs += [_refused(_native(root, path), "", refusal) for path, refusal in refusals.items()]
    inputs += [_orphan(root, path) for path in named - owners - refusals.keys()]
    inputs += [_unlisted(root, error) for error in unlisted]
    return sorted(
        (file for file in inputs if only is None or file.source_path in only), key=lambda file: file.source_path
    )


def format_of(name: str) -> str:
    """The format a file name stands for (`jsonl.gz` for `A.JSONL.GZ`); empty where no reader takes it."""
    lowered = name.lower()
    return max((known for known in FORMATS if lowered.endswith("." + known)), key=len, default="")


def _files(root: Path, unlisted: list[OSError]) -> Iterator[Path]:
    for folder, folders, names in os.walk(root, followlinks=False, onerror=unlisted.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        here = Path(folder)
        linked = [name for name in folders if _is_link(here / name)]
        yield from (here / name for name in [*names, *linked] if not name.startswith("."))


def _is_link(path: Path) -> bool:
    try:
        return path.is_symlink()
    except OSError:  # a path too long to be asked for: to list it fails as well, and is told of
        return False


def _sidecar_of(path: Path) -> Path:
    extension = format_of(path.name) or path.suffix.lstrip(".")
    stem = path.name[: -len(extension) - 1] if extension else path.name
    return path.with_name(stem + SIDECAR)


def _refusal_of(root: Path, path: Path) -> Refusal | None:
    """Why a path is no file of the directory; None where it is one."""
    try:
        if not Path(os.path.realpath(path)).is_relative_to(root):
            return Refusal(Reason.OUTSIDE, "The link leads out of the raw directory.")
        if not path.is_file():
            return Refusal(Reason.UNREADABLE, "It is not a regular file.")
    except OSError as error:
        return _unreadable(error)
    return None


def _input(root: Path, path: Path, sidecar: Path, sidecars: Set[Path]) -> InputFile:
    native = _native(root, path)
    known = format_of(path.name)
    if refusal := _refusal_of(root, path):
        return _refused(native, known, refusal)
    attached = sidecar if sidecar in sidecars else None
    try:
        digest = _digest(path)
        key = hashlib.sha256(digest.encode())
        if attached is not None:
            key.update(_digest(attached).encode())
        size = path.stat().st_size
    except OSError as error:
        return _refused(native, known, _unreadable(error))
    return InputFile(
        source_path=printable(native),
        native_path=native,
        size=size,
        format=known,
        sha256=digest,
        key=key.hexdigest(),
        sidecar=_native(root, attached) if attached is not None else None,
        refusal=None if known else Refusal(Reason.UNKNOWN_FORMAT, f"No reader takes {_extension(path)}."),
    )


def _orphan(root: Path, path: Path) -> InputFile:
    name = printable(path.name)[: -len(SIDECAR)]
    refusal = Refusal(Reason.SIDECAR_ORPHAN, f"There is no article {name}.* beside this sidecar.")
    return _refused(_native(root, path), "", refusal)


def _unlisted(root: Path, error: OSError) -> InputFile:
    folder = Path(error.filename)
    if folder == root:
        raise error
    fault = f"The folder cannot be listed, nor what is in it: {error.strerror}."
    return _refused(_native(root, folder), "", Refusal(Reason.UNREADABLE, fault))


def _unreadable(error: OSError) -> Refusal:
    return Refusal(Reason.UNREADABLE, f"It cannot be read: {error.strerror or error}.")


def _native(root: Path, path: Path) -> str:
    return str(path.relative_to(root))


def _refused(native: str, known: str, refusal: Refusal) -> InputFile:
    shown = printable(native)
    digest = hashlib.sha256(f"{shown}\0{refusal.reason}".encode()).hexdigest()
    return InputFile(shown, native, size=0, format=known, sha256=None, key=digest, refusal=refusal)


def _extension(path: Path) -> str:
    return f"files that end in {printable(path.suffix)}" if path.suffix else "files without an extension"


def printable(path: str) -> str:
    """`path` with what cannot be shown or stored (undecodable bytes, control and bidi characters) spelled out.

    A backslash is spelled out too, so that no two paths are shown alike.
    """
    return _SPELLED_OUT.sub(lambda found: _escape(ord(found[0])), path.replace(os.sep, "/"))


def _escape(code: int) -> str:
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
