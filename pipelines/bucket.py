"""The store's parts in an object store, where several machines write and read them.

`READOUT_STORE` names the place, by any address that fsspec knows. The parts there are those of a local store, file for
file. An object store has no rename that publishes a folder at once: a part is there when its SHA256SUMS is, which is
written last, and it is taken for what it says only where all sums are right. A run levels its own store with the
bucket and reads its own; what is removed from the bucket is only what `drop` forgets, for others may use the rest.
Never here: what is in a part, Dagster.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import polars as pl

from pipelines.store import SUMS, WRITING, Store

_AT_ONCE = 16
"""Parts that are under way to or from the bucket side by side: an object store answers late, but many at once."""
_PART = re.compile(r"part-[0-9a-f]{32}")
"""Names of parts: whatever else lies in the bucket is no part, and no file here gets a name from there."""


class BucketError(OSError):
    """The bucket cannot be used; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """Parts at an address. It can be pickled, and holds no password: who may enter is for the environment to say."""

    address: str

    def check(self) -> None:
        """Raise `BucketError`, saying what to do, where nothing can be written to and removed from the address."""
        with self._told():
            top = self._place.partition("/")[0] or "/"
            if not self._files.exists(top):  # a bucket is nothing that a slip of the pen should make
                raise FileNotFoundError(f"there is no {top}")
            self._files.makedirs(self._place, exist_ok=True)
            probe = f"{self._place}/.readout-{os.getpid()}"
            self._files.pipe_file(probe, b"")
            self._files.rm_file(probe)

    def parts(self) -> set[str]:
        """The names of the parts that are there whole, as far as a look at the names tells."""
        with self._told():
            self._files.invalidate_cache()
            try:
                found = self._files.find(self._place)
            except FileNotFoundError:
                return set()
        names = (path.removeprefix(f"{self._place}/").split("/") for path in found)
        return {name[0] for name in names if len(name) == 2 and name[1] == SUMS and _PART.fullmatch(name[0])}

    def put(self, part: Path) -> None:
        """Copy a part there, its sums last; one that has these sums already is left alone."""
        place, sums = f"{self._place}/{part.name}", (part / SUMS).read_bytes()
        with self._told():
            if self._read(f"{place}/{SUMS}") == sums:
                return
            self._remove(f"{place}/{SUMS}")
            self._files.makedirs(place, exist_ok=True)
            for file in sorted(part.glob("*.parquet")):
                self._files.pipe_file(f"{place}/{file.name}", file.read_bytes())
            self._files.pipe_file(f"{place}/{SUMS}", sums)

    def get(self, name: str, files: Sequence[str]) -> dict[str, bytes] | None:
        """The bytes of a part, by file; None where they are not what its sums say: then it loses its sums, and is no
        part until somebody writes it anew."""
        place = f"{self._place}/{name}"
        with self._told():
            found = {file: self._read(f"{place}/{file}") for file in (SUMS, *files)}
            whole = {file: data for file, data in found.items() if data is not None}
            if len(whole) == len(found) and whole[SUMS] == _sums(whole):
                return whole
            self._remove(f"{place}/{SUMS}")
        return None

    def remove(self, name: str, files: Sequence[str]) -> None:
        """Forget a part; its sums go first."""
        with self._told():
            for file in (SUMS, *files):
                self._remove(f"{self._place}/{name}/{file}")

    def _remove(self, path: str) -> None:
        with suppress(FileNotFoundError):
            self._files.rm_file(path)

    def _read(self, path: str) -> bytes | None:
        try:
            return bytes(self._files.cat_file(path))
        except FileNotFoundError:
            return None

    @property
    def _files(self) -> Any:
        return self._open()[0]

    @property
    def _place(self) -> str:
        return str(self._open()[1]).rstrip("/")

    def _open(self) -> tuple[Any, Any]:
        from fsspec import url_to_fs  # a run without a bucket need not wait for it

        files, place = url_to_fs(self.address)  # kept by fsspec, one a thread
        return files, place

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What goes wrong is told with the address and a remedy. Clients of object stores raise errors of any kind."""
        if "://" not in self.address or urlsplit(self.address).password:
            raise BucketError(
                "READOUT_STORE must be an address without a password, such as s3://bucket/readout or "
                "file:///mnt/all-machines/readout; passwords and keys belong into the environment"
            )
        try:
            yield
        except Exception as error:
            raise BucketError(
                f"{self.address} cannot be used ({type(error).__name__}: {error}): READOUT_STORE must name a place "
                "that this machine and all workers may read and write, with the packages that this kind of address "
                "needs (requirements-cluster.lock has those for s3://); what is there already is kept"
            ) from error


class SharedStore(Store):
    """A store on this machine whose parts are in a bucket too."""

    def __init__(self, folder: Path, bucket: Bucket, version: str, schemas: Mapping[str, pl.Schema]) -> None:
        """As `Store`; the bucket's address is that of the version."""
        super().__init__(folder, version, schemas)
        self.bucket = bucket
        self._files = [f"{file}.parquet" for file in ("keys", *schemas)]
        self._is_level = False

    def missing(self, keys: Iterable[str]) -> list[str]:
        """As `Store.missing`, of both: the first question brings here what only the bucket has."""
        if not self._is_level:
            self.level()
        return super().missing(keys)

    def level(self) -> None:
        """Bring here the parts that the bucket has, and there those that it lacks. Raises `BucketError`."""
        self._keys()  # which sets damaged parts aside
        here, there = {part.name for part in self._folder.glob("part-*")}, self.bucket.parts()
        self._folder.mkdir(parents=True, exist_ok=True)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(self._bring, sorted(there - here)))
            list(pool.map(self.bucket.put, (self._folder / name for name in sorted(here - there))))
        self._owner, self._is_level = None, True

    def drop(self, keys: Iterable[str]) -> None:
        """As `Store.drop`, in both."""
        if not self._is_level:
            self.level()
        before = {part.name for part in self._folder.glob("part-*")}
        super().drop(keys)
        for name in sorted(before - {part.name for part in self._folder.glob("part-*")}):
            self.bucket.remove(name, self._files)

    def _write(self, keys: Sequence[str], frames: Mapping[str, pl.DataFrame]) -> Path:
        part = super()._write(keys, frames)
        self.bucket.put(part)
        return part

    def _bring(self, name: str) -> None:
        data = self.bucket.get(name, self._files)
        if data is None:
            return
        scratch = self._folder / f"{WRITING}{os.getpid()}-{name}"
        scratch.mkdir()
        try:
            for file, content in data.items():
                (scratch / file).write_bytes(content)
            scratch.rename(self._folder / name)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def _sums(files: Mapping[str, bytes]) -> bytes:
    """What SHA256SUMS says of these files."""
    lines = (f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items()) if name != SUMS)
    return "".join(lines).encode()
