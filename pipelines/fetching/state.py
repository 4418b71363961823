"""What a source gave before: one JSON file a source, replaced whole. And the log of refusals, one line each."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.fetching.faults import Fault, Reason
from pipelines.fetching.sources import Source
from pipelines.fetching.urls import shown

STORED = "stored"
_VERSION = 1


@dataclass(slots=True)
class State:
    """One source's memory."""

    entry: str = ""
    """The fingerprint of the source's entry when the refusals were made."""
    listings: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Lists all of whose items are done, with their validators."""
    urls: dict[str, str] = field(default_factory=dict)
    """By URL: `stored`, or the reason why it was refused for good."""
    contents: dict[str, str] = field(default_factory=dict)
    """By SHA-256 of the content: the URL that gave it."""

    def renew(self, source: Source, retry: bool) -> None:
        """Forget refusals and lists where the entry has changed, or where all is to be tried again."""
        if retry or self.entry != source.fingerprint:
            self.entry = source.fingerprint
            self.urls = {url: outcome for url, outcome in self.urls.items() if outcome == STORED}
            self.listings = {}


def state_path(folder: Path, source: str) -> Path:
    """Where the memory of a source lies."""
    return folder / f"{source}.json"


def read_state(path: Path) -> State:
    """The memory at `path`, empty where there is none. Raises `Fault` (`bad_state`) where it is another thing."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        if values.pop("version") != _VERSION:
            raise ValueError("another version")
        state = State(**values)
        if not all(isinstance(part, dict) for part in (state.listings, state.urls, state.contents)):
            raise ValueError("another shape")
    except FileNotFoundError:
        return State()
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise Fault(Reason.BAD_STATE, f"The state {shown(str(path))} cannot be read ({error}).") from error
    return state


def write_state(path: Path, state: State) -> None:
    """Replace the memory at `path`, whole."""
    values = {
        "version": _VERSION,
        "entry": state.entry,
        "listings": state.listings,
        "urls": state.urls,
        "contents": state.contents,
    }
    replace_file(
        path, (json.dumps(values, ensure_ascii=False, indent=0, sort_keys=True) + "\n").encode("utf-8", "replace")
    )


def replace_file(path: Path, data: bytes) -> None:
    """Write `data` beside `path`, on the disk, and rename it: a reader sees the old bytes or the new, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = partial_of(path)
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def partial_of(path: Path) -> Path:
    """Where `path` is written before it is renamed: a hidden name, which `intake` leaves alone."""
    return path.with_name(f".{path.name}.partial")


def append_line(path: Path, values: dict[str, Any]) -> None:
    """Add one JSON line in one write, behind a line break where a killed run left a line unfinished."""
    line = json.dumps(values, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
    with path.open("a+b", buffering=0) as file:
        if file.seek(0, os.SEEK_END):
            file.seek(-1, os.SEEK_END)
            line = line if file.read(1) == b"\n" else b"\n" + line
        file.write(line)


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the folder for one fetch at a time; a process that dies lets go. Raises `OSError` where another holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BlockingIOError(f"another fetch is at work in {folder}: wait until it is done") from error
        yield
