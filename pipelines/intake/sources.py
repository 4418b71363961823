"""Finds the inputs in the raw directory, with the sidecar that belongs to each. Reads bytes only to hash them."""

from __future__ import annotations

import hashlib
import os
import stat
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
    root = os.path.realpath(raw_dir)
    unlisted: list[OSError] = []
    paths = sorted(_files(root, unlisted), key=lambda path: path.split(os.sep))
    named = {path for path in paths if path.lower().endswith(SIDECAR)}
    refusals = {path: refusal for path in named if (refusal := _refusal_of(root, path))}
    sidecar_of = {path: _sidecar_of(path) for path in paths if path not in named}
    sidecars = named - refusals.keys()
    asked = (path for path in sidecar_of if only is None or printable(path) in only)
    inputs = [_input(root, path, sidecar_of[path], sidecars) for path in asked]
    inputs += [_refused(path, "", refusal) for path, refusal in refusals.items()]
    inputs += [_orphan(path) for path in named - set(sidecar_of.values()) - refusals.keys()]
    inputs += [_unlisted(root, error) for error in unlisted]
    return sorted(
        (file for file in inputs if only is None or file.source_path in only), key=lambda file: file.source_path
    )


def format_of(name: str) -> str:
    """The format a file name stands for (`jsonl.gz` for `A.JSONL.GZ`); empty where no reader takes it."""
    lowered = name.lower()
    return max((known for known in FORMATS if lowered.endswith("." + known)), key=len, default="")


def _files(root: str, unlisted: list[OSError]) -> Iterator[str]:
    """The paths of all files under `root`, as from there; strings, as there may be millions."""
    for folder, folders, names in os.walk(root, followlinks=False, onerror=unlisted.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        here = "" if folder == root else os.path.relpath(folder, root)
        linked = [name for name in folders if _is_link(Path(folder, name))]
        yield from (os.path.join(here, name) for name in [*names, *linked] if not name.startswith("."))


def _is_link(path: Path) -> bool:
    try:
        return path.is_symlink()
    except OSError:  # a path too long to be asked for: to list it fails as well, and is told of
        return False


def _sidecar_of(path: str) -> str:
    folder, name = os.path.split(path)
    extension = format_of(name) or Path(name).suffix.lstrip(".")
    stem = name[: -len(extension) - 1] if extension else name
    return os.path.join(folder, stem + SIDECAR)


def _refusal_of(root: str, path: str) -> Refusal | None:
    """Why a path is no file of the directory; None where it is one. Folders that are links were not gone into."""
    whole = os.path.join(root, path)
    try:
        if stat.S_ISREG(os.lstat(whole).st_mode):
            return None
        if not Path(os.path.realpath(whole)).is_relative_to(root):
            return Refusal(Reason.OUTSIDE, "The link leads out of the raw directory.")
        if not os.path.isfile(whole):
            return Refusal(Reason.UNREADABLE, "It is not a regular file.")
    except OSError as error:
        return _unreadable(error)
    return None


def _input(root: str, path: str, sidecar: str, sidecars: Set[str]) -> InputFile:
    known = format_of(path)
    if refusal := _refusal_of(root, path):
        return _refused(path, known, refusal)
    attached = sidecar if sidecar in sidecars else None
    try:
        digest, size = _digest(os.path.join(root, path))
        key = hashlib.sha256(digest.encode())
        if attached is not None:
            key.update(_digest(os.path.join(root, attached))[0].encode())
    except OSError as error:
        return _refused(path, known, _unreadable(error))
    return InputFile(
        source_path=printable(path),
        native_path=path,
        size=size,
        format=known,
        sha256=digest,
        key=key.hexdigest(),
        sidecar=attached,
        refusal=None if known else Refusal(Reason.UNKNOWN_FORMAT, f"No reader takes {_extension(Path(path))}."),
    )


def _orphan(path: str) -> InputFile:
    name = printable(os.path.basename(path))[: -len(SIDECAR)]
    refusal = Refusal(Reason.SIDECAR_ORPHAN, f"There is no article {name}.* beside this sidecar.")
    return _refused(path, "", refusal)


def _unlisted(root: str, error: OSError) -> InputFile:
    folder = error.filename
    if folder == root:
        raise error
    fault = f"The folder cannot be listed, nor what is in it: {error.strerror}."
    return _refused(os.path.relpath(folder, root), "", Refusal(Reason.UNREADABLE, fault))


def _unreadable(error: OSError) -> Refusal:
    return Refusal(Reason.UNREADABLE, f"It cannot be read: {error.strerror or error}.")


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


def _digest(path: str) -> tuple[str, int]:
    """The SHA-256 of a file, and how many bytes it has."""
    digest, size = hashlib.sha256(), 0
    with open(path, "rb", buffering=0) as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size
