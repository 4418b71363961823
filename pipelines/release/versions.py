"""Versions of releases: `YYYY.MM.N`, the month and the number of the release within it (calendar versioning)."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path

from pipelines.release.errors import ReleaseError

_PATTERN = re.compile(r"(\d{4})\.(0[1-9]|1[0-2])\.(0|[1-9]\d{0,5})", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """One version; a later one is greater."""

    year: int
    month: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Version:
        """The version that `text` names. Raises `ReleaseError` where it is no `YYYY.MM.N`."""
        found = _PATTERN.fullmatch(text)
        if found is None or int(found[1]) == 0:
            raise ReleaseError(f"{text!r} is no version: write YYYY.MM.N, such as 2026.11.0 or 2027.01.3")
        return cls(*map(int, found.groups()))

    @property
    def date(self) -> dt.date:
        """The first day of the month: what a release is dated by, so that no clock is asked."""
        return dt.date(self.year, self.month, 1)

    def __str__(self) -> str:
        return f"{self.year:04}.{self.month:02}.{self.number}"


def previous_release(releases: Path, version: Version) -> Path | None:
    """The folder of the latest release in `releases` that is earlier than `version`; None where there is none."""
    found = {}
    for folder in releases.iterdir() if releases.is_dir() else ():
        if _PATTERN.fullmatch(folder.name) and folder.is_dir():
            found[Version.parse(folder.name)] = folder
    earlier = [other for other in found if other < version]
    return found[max(earlier)] if earlier else None
