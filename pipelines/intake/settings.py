"""The limits of the intake: what is too large, too deep or too short to be taken in."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What a machine with a few GiB can take; another value is given to `read_file` where someone needs more."""

    file_bytes: int = 256 * MEBIBYTE
    """One input file as it lies on the disk."""
    decompressed_bytes: int = 1024 * MEBIBYTE
    """All that a compressed file may unfold to; a bomb is stopped here."""
    document_bytes: int = 8 * MEBIBYTE
    """One page, line, message or record, with its markup."""
    text_characters: int = 1_000_000
    """One article's text: the longest that the parser of sentences takes."""
    least_words: int = 5
    """Fewer words than these are no article."""
    excerpt_characters: int = 300
    """How much of a refused record is shown in the quarantine."""
