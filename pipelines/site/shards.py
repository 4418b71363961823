"""Data in small files: a page loads the few that it shows, however many rows there are.

Each file is a script that hands JSON over (`readout.take("name", …)`), because a page that was opened from a disk may
load scripts beside it, but may not read files.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

KEYED_BYTES = 24_000
"""About how large a file of a keyed store grows."""


def compact(data: Any) -> str:
    """JSON without spaces. NaN, which JSON lacks, raises ValueError."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


class Shards:
    """Writes shards under one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, name: str, data: Any) -> None:
        """Write one shard."""
        self.write_json(name, compact(data))

    def write_json(self, name: str, text: str) -> None:
        """Write one shard whose JSON is there already."""
        path = self._folder / f"{name}.js"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"readout.take({json.dumps(name)},{text})\n", encoding="utf-8", newline="\n")

    def write_keyed(self, store: str, entries: Iterable[tuple[str, str]], most: int = KEYED_BYTES) -> None:
        """Write a store that is asked by key: entries of key and JSON, in the order that browsers compare strings.

        The shard `store` lists the first key of each part.
        """
        firsts: list[str] = []
        part: list[str] = []
        size = 0
        for key, text in sorted(entries, key=lambda entry: browser_order(entry[0])):
            entry = f"[{compact(key)},{text}]"
            if part and size + len(entry) > most:
                self._write_part(store, len(firsts) - 1, part)
                part, size = [], 0
            if not part:
                firsts.append(key)
            part.append(entry)
            size += len(entry)
        if part:
            self._write_part(store, len(firsts) - 1, part)
        self.write(store, firsts)

    def write_numbered[Row](
        self, store: str, rows: Sequence[Row], most: int, shard: Callable[[Sequence[Row]], Any]
    ) -> None:
        """Write a store that is asked by number: `most` rows a shard, each shard made by `shard`."""
        for first in range(0, len(rows), most):
            self.write(f"{store}/{first // most}", shard(rows[first : first + most]))

    def _write_part(self, store: str, number: int, part: Sequence[str]) -> None:
        self.write_json(f"{store}/{number}", f"[{','.join(part)}]")


def browser_order(text: str) -> bytes:
    """A sorting key under which strings stand as JavaScript compares them: by UTF-16 unit."""
    return text.encode("utf-16-be")
