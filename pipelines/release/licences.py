"""Which licences let a text be passed on. The rule is data: `raw/release/licences.csv`."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines.release.errors import ReleaseError
from pipelines.settings import ROOT

FOLDER = ROOT / "raw" / "release"
LICENCES, TABLE_LICENCES = FOLDER / "licences.csv", FOLDER / "table_licences.csv"
_COLUMNS = ("name", "spdx", "url", "redistributable", "because", "other_names")
_ANSWERS = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Licence:
    """One licence: its SPDX identifier and address where it has them, and whether it lets anyone pass a text on."""

    name: str
    spdx: str | None
    url: str | None
    is_redistributable: bool
    because: str


class Licences:
    """Licences by what sidecars call them."""

    def __init__(self, known: Mapping[str, Licence]) -> None:
        """`known` has a licence under each of its tidied names."""
        self._known = known

    @classmethod
    def load(cls, *more: Path) -> Licences:
        """The project's licences and those in `more`, of which a later row wins.

        Raises `ReleaseError`, naming file and line, where a row cannot be used.
        """
        known: dict[str, Licence] = {}
        for path in (LICENCES, *more):
            for names, licence in _rows(path):
                known |= dict.fromkeys(map(_tidy, names), licence)
        return cls(known)

    def find(self, named: str | None) -> Licence | None:
        """The licence that goes by this name, identifier or address as a whole; None where it is not known."""
        return self._known.get(_tidy(named)) if named else None

    def decide(self, named: str | None) -> tuple[bool, str]:
        """Whether a text under a licence of this name is passed on, and why. Unknown is no."""
        licence = self.find(named)
        if licence is not None:
            return licence.is_redistributable, f"{licence.name}: {licence.because}"
        return False, f"no licence by the name {named!r} is known" if named else "no licence is named"


@dataclass(frozen=True, slots=True)
class TableLicence:
    """What a table itself is under, the words of articles in it aside, and whom to name."""

    spdx: str
    url: str
    attribution: str | None


def table_licences() -> Mapping[str, TableLicence]:
    """The licence of each table that has one of its own; `*` stands for the others."""
    with TABLE_LICENCES.open(encoding="utf-8", newline="") as lines:
        return {
            row["table"]: TableLicence(row["spdx"], row["url"], row["attribution"] or None)
            for row in csv.DictReader(lines)
        }


def _rows(path: Path) -> Iterator[tuple[list[str], Licence]]:
    try:
        lines = path.open(encoding="utf-8-sig", newline="")
    except OSError as error:
        raise ReleaseError(f"the licences in {path} cannot be read: {error.strerror}") from error
    with lines:
        reader = csv.DictReader(lines)
        if reader.fieldnames is None or set(reader.fieldnames) != set(_COLUMNS):
            raise ReleaseError(f"{path}:1: the columns must be {', '.join(_COLUMNS)}")
        for row in reader:
            if None in row or None in row.values() or not row["name"] or row["redistributable"] not in _ANSWERS:
                raise ReleaseError(
                    f"{path}:{reader.line_num}: a licence needs a value in each column, a name, "
                    "and yes or no under redistributable"
                )
            names = [row["name"], row["spdx"], row["url"], *row["other_names"].split("|")]
            yield (
                [name for name in names if _tidy(name)],
                Licence(
                    row["name"],
                    row["spdx"] or None,
                    row["url"] or None,
                    _ANSWERS[row["redistributable"]],
                    row["because"],
                ),
            )


def _tidy(name: str) -> str:
    """The name without what does not tell licences apart: case, spaces, hyphens; of an address, its dress."""
    plain = " ".join(name.split()).casefold()
    if "://" in plain:
        address = re.sub(r"^https?://(www\.)?", "", plain)
        return re.sub(r"/((legalcode|deed)(\.[a-z_-]+)?)?/*$", "", address)
    return re.sub(r"[\s_-]+", " ", plain)
