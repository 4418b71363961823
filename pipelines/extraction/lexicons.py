"""Where the word lists lie, and how they are read. A lexicon is a CSV file with a header: data anyone may correct."""

from __future__ import annotations

from pathlib import Path

from pipelines.reference_tables import table_rows

_RAW = Path(__file__).resolve().parents[2] / "raw"
LEXICONS = _RAW / "lexicons"
REFERENCE = _RAW / "reference"


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of one lexicon, as text, in the order of the file, a user's own rows laid over them.

    Raises `FileNotFoundError` where the lexicon is missing: nothing can be extracted without it.
    """
    return table_rows(path)
