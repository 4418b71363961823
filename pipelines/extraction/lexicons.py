"""Where the word lists lie, and how they are read. A lexicon is a CSV file with a header: data anyone may correct."""

from __future__ import annotations

import csv
from pathlib import Path

_RAW = Path(__file__).resolve().parents[2] / "raw"
LEXICONS = _RAW / "lexicons"
REFERENCE = _RAW / "reference"


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of one lexicon, as text, in the order of the file.

    Raises `FileNotFoundError` where the lexicon is missing: nothing can be extracted without it.
    """
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
