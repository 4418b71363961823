"""A store that is only added to: rows by key and version, in part files that are written whole or not at all.

A part is a folder with one Parquet file a table, one with its keys, and the checksums of them all. It is written beside
its place and renamed into it, so a run that is killed loses at most the batch it was at, and a reader never sees half a
part. A part that is not what was written is set aside, and its keys are missing again.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from schemas import TableSpec
from schemas.frames import unsorted_frame

KEY = "store_key"
WRITING = ".writing-"
_DAMAGED = ".damaged-"
SUMS = "SHA256SUMS"
"""As `sha256sum` writes it, so that anyone can check a part: `sha256sum -c SHA256SUMS`."""


def keyed_frame(table: TableSpec, rows: Sequence[tuple[str, Mapping[str, Any]]]) -> pl.DataFrame:
    """Rows of `table`, each with the key of what it was made from, as `Store.append` takes them."""
    keys = pl.Series(KEY, [key for key, _ in rows], dtype=pl.String)
    return unsorted_frame(table, [row for _, row in rows]).insert_column(0, keys)


class Store:
    """Rows of some tables, found again by the key of what they were made from."""

    def __init__(self, folder: Path, version: str, schemas: Mapping[str, pl.Schema]) -> None:
        """Rows of another `version` than this one are not seen; `prune` removes them."""
        self._home = folder
        self._version = version
        self._schemas = schemas
        self._owner: dict[str, Path] | None = None
        self._sizes: dict[Path, int] = {}

    def missing(self, keys: Iterable[str]) -> list[str]:
        """Those of `keys` that the store does not hold, in the order given."""
        held = self._keys()
        return [key for key in keys if key not in held]

    def append(self, keys: Iterable[str], frames: Mapping[str, pl.DataFrame]) -> None:
        """Keep `frames` (each with a column `store_key`) as what `keys` gave; a key may have no rows at all."""
        keys = sorted(keys)
        part = self._write(keys, frames)
        self._sizes[part] = len(keys)
        self._keys().update((key, part) for key in keys if key not in self._keys())

    def drop(self, keys: Iterable[str]) -> None:
        """Forget what `keys` gave. A part that holds others too is written anew without them before it goes.

        Where this is cut short, a key is still held or is held no more: what others gave is there all the time.
        """
        gone = set(keys)
        self._keys()  # which sets damaged parts aside
        for part in sorted(self._folder.glob("part-*")):
            held = set(pl.read_parquet(part / "keys.parquet").get_column(KEY))
            if held.isdisjoint(gone):
                continue
            if kept := sorted(held - gone):
                frames = {table: pl.read_parquet(part / f"{table}.parquet") for table in self._schemas}
                self._write(kept, {table: rows.filter(pl.col(KEY).is_in(kept)) for table, rows in frames.items()})
            forgotten = part.rename(self._folder / f"{WRITING}{os.getpid()}-{part.name}")
            shutil.rmtree(forgotten)
        self._owner = None

    def _write(self, keys: Sequence[str], frames: Mapping[str, pl.DataFrame]) -> Path:
        """One part with what `keys`, which are sorted, gave: beside its place, then into it. Gives its place."""
        name = hashlib.blake2b("\n".join(keys).encode(), digest_size=16).hexdigest()
        part = self._folder / f"part-{name}"
        scratch = self._folder / f"{WRITING}{os.getpid()}-{name}"
        scratch.mkdir(parents=True)
        try:
            for table, schema in self._schemas.items():
                frames[table].select(KEY, *schema).write_parquet(scratch / f"{table}.parquet", compression="zstd")
            pl.DataFrame({KEY: keys}, schema={KEY: pl.String}).write_parquet(scratch / "keys.parquet")
            (scratch / SUMS).write_text(_sums(scratch), encoding="utf-8")
            if not part.exists():
                scratch.rename(part)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        return part

    def scan(self, table: str, keys: Iterable[str]) -> pl.LazyFrame:
        """The rows of `table` that `keys` gave, with `store_key`, in no order that matters.

        Parts of which all is wanted are read as one: to pick rows in each costs more than to read them.
        """
        wanted: dict[Path, set[str]] = {}
        held = self._keys()
        for key in keys:
            if key in held:
                wanted.setdefault(held[key], set()).add(key)
        schema = pl.Schema([(KEY, pl.String()), *self._schemas[table].items()])
        whole = [part for part, mine in sorted(wanted.items()) if len(mine) == self._sizes[part]]
        found = [pl.scan_parquet([part / f"{table}.parquet" for part in whole])] if whole else []
        found += [
            pl.scan_parquet(part / f"{table}.parquet").filter(pl.col(KEY).is_in(list(mine)))
            for part, mine in sorted(wanted.items())
            if len(mine) < self._sizes[part]
        ]
        return pl.concat(found) if found else schema.to_frame().lazy()

    def contents(self, keys: Iterable[str]) -> str:
        """A fingerprint of the parts that hold what `keys` gave: it changes whenever one of their rows does."""
        stamps = sorted(set(self.stamps(keys).values()))
        return hashlib.blake2b("\n".join(stamps).encode(), digest_size=16).hexdigest()

    def stamps(self, keys: Iterable[str]) -> dict[str, str]:
        """For each key that is held, a fingerprint of the part that holds it: it changes whenever a row of the key's
        does."""
        held = self._keys()
        of_part: dict[Path, str] = {}
        found = {}
        for key in keys:
            if (part := held.get(key)) is not None:
                if part not in of_part:
                    of_part[part] = hashlib.blake2b((part / SUMS).read_bytes(), digest_size=16).hexdigest()
                found[key] = of_part[part]
        return found

    def mend(self) -> int:
        """Remove what a killed run left half written and set damaged parts aside; return how many these are."""
        for scratch in self._folder.glob(f"{WRITING}*"):
            shutil.rmtree(scratch, ignore_errors=True)
        self._keys()
        return len(list(self._folder.glob(f"{_DAMAGED}*")))

    def prune(self) -> None:
        """Remove what other versions made, what a killed run left half written, and what was set aside."""
        for other in self._home.iterdir() if self._home.exists() else ():
            if other.name != self._version:
                _remove(other)
        for pattern in (f"{WRITING}*", f"{_DAMAGED}*"):
            for left in self._folder.glob(pattern):
                _remove(left)

    @property
    def _folder(self) -> Path:
        return self._home / self._version

    def _keys(self) -> dict[str, Path]:
        """Which part answers for each key: where two hold it, the first by name."""
        if self._owner is None:
            self._owner = {}
            for part in sorted(self._folder.glob("part-*")):
                if not _is_whole(part, _stamp(part)):
                    _set_aside(part)
                    continue
                keys = pl.read_parquet(part / "keys.parquet").get_column(KEY)
                self._sizes[part] = len(keys)
                for key in keys:
                    self._owner.setdefault(key, part)
        return self._owner


def _sums(part: Path) -> str:
    """The checksums of the Parquet files of a part."""
    lines = []
    for path in sorted(part.glob("*.parquet")):
        with path.open("rb") as file:
            lines.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {path.name}\n")
    return "".join(lines)


@cache
def _is_whole(part: Path, _: tuple[tuple[str, int, int], ...]) -> bool:
    """Whether the part is what was written. A part with another stamp is another question."""
    try:
        return (part / SUMS).read_text(encoding="utf-8") == _sums(part) != ""
    except (OSError, UnicodeError):
        return False


def _stamp(part: Path) -> tuple[tuple[str, int, int], ...]:
    if not part.is_dir():
        return ()
    return tuple(sorted((path.name, (about := path.stat()).st_size, about.st_mtime_ns) for path in part.iterdir()))


def _set_aside(part: Path) -> None:
    place = part.with_name(_DAMAGED + part.name)
    if place.exists():
        _remove(place)
    part.rename(place)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
