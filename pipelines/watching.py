"""Watching folders: whether what lies in them is another than before, and whether it has come to rest.

Takes folders; gives fingerprints. Never here: what is done when something changed (`assets/automation.py`), what a
file holds (`intake`).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path


def listing(folders: Iterable[Path]) -> str:
    """A fingerprint of the names, sizes and times of all files at and under `folders`, those hidden left out.

    No file is opened. A folder that is not there is an empty one.
    """
    digest = hashlib.blake2b(digest_size=16)
    for number, folder in enumerate(folders):
        for line in sorted(_files(folder, "")):
            digest.update(f"{number}\0{line}\n".encode(errors="surrogateescape"))
    return digest.hexdigest()


def _files(folder: Path, under: str) -> Iterator[str]:
    try:
        entries = list(os.scandir(folder))
    except FileNotFoundError:
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _files(Path(entry.path), f"{under}{entry.name}/")
        else:
            about = entry.stat(follow_symlinks=False)
            yield f"{under}{entry.name}\0{about.st_size}\0{about.st_mtime_ns}"


@dataclass(frozen=True, slots=True)
class Watch:
    """What a watcher remembers: the listing it saw last, and the one that it last acted on."""

    seen: str = ""
    handled: str = ""

    @classmethod
    def of(cls, remembered: str | None) -> Watch:
        """From what `remember` gave; a fresh one from anything else."""
        try:
            return cls(**json.loads(remembered or "{}"))
        except (TypeError, ValueError):
            return cls()

    def remember(self) -> str:
        """As text, for `of`."""
        return json.dumps(asdict(self))

    def look(self, now: str) -> tuple[bool, Watch]:
        """Whether it is time to act on the listing `now`, and what to remember.

        It is when the listing is not the one acted on, and is the same as at the last look: files that are being
        copied still are waited for.
        """
        ready = now == self.seen and now != self.handled
        return ready, Watch(seen=now, handled=now if ready else self.handled)
