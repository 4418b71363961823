"""Bytes to characters: which encoding a file is in, and the repair of what an earlier program garbled."""

from __future__ import annotations

import codecs

import ftfy
import regex
from charset_normalizer import from_bytes
from ftfy.badness import is_bad

from pipelines.intake.records import Reason, Refused

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WESTERN = frozenset({"cp1252", "latin_1"})
"""As likely as another one-byte encoding, these are it: English news names people of the west more often."""
_LATIN_LABELS = {"ascii", "iso8859-1", "latin-1"}
_SAMPLE_BYTES = 256 * 1024
_MOST_REPLACED = 1 / 1000
_MOST_CONTROLS = 1 / 200
_CONTROL = regex.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_GARBLED = regex.compile(r"[\x1b\x80-\x9f\p{Cs}]")
"""What ftfy mends whatever stands around it: escape sequences of terminals, C1 controls, surrogates."""

_REPAIR = ftfy.TextFixerConfig(
    unescape_html=False,
    fix_latin_ligatures=False,
    fix_character_width=False,
    uncurl_quotes=False,
    remove_control_chars=False,
    normalization=None,
    explain=False,
)
"""Only what an encoding garbled is mended: quotes, ligatures and widths of good text stay as the author set them."""


def decode(data: bytes, declared: str | None = None) -> str:
    """The characters of `data`, mojibake repaired, line ends made `\\n`.

    In this order: a byte order mark; strict UTF-8, which other encodings do not resemble by chance; the encoding that
    the file or message declares (labels read as the WHATWG Encoding Standard does: Latin-1 means Windows-1252);
    UTF-8 with a stray bad byte; the guess of charset-normalizer.
    Raises `Refused` where the bytes are no text (`binary`) or in no encoding that is known (`bad_encoding`).
    """
    text = _decoded(data, declared)
    if len(_CONTROL.findall(text)) > max(1, len(text) * _MOST_CONTROLS):
        raise Refused(Reason.BINARY, "Its bytes are not text: too many of them are control characters.")
    return repair(text)


def repair(text: str) -> str:
    """`text` with mojibake mended (after ftfy), lone surrogates replaced and line ends made `\\n`."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    if is_bad(lines) or _GARBLED.search(lines):
        lines = ftfy.fix_text(lines, config=_REPAIR)
    return lines


def _decoded(data: bytes, declared: str | None) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    if wide := _unmarked_utf16(data[:_SAMPLE_BYTES]):
        return data.decode(wide, errors="replace")
    strict = _strict(data, "utf-8")
    if strict is not None:
        return strict
    named = _codec(declared)
    if named and (text := _strict(data, named)) is not None:
        return text
    lenient = data.decode("utf-8", errors="replace")
    if lenient.count("\ufffd") <= len(lenient) * _MOST_REPLACED:
        return lenient
    return data.decode(named, errors="replace") if named else _guessed(data)


def _unmarked_utf16(sample: bytes) -> str | None:
    """UTF-16 of a Western text without its mark: every other byte is zero."""
    half = len(sample) // 2
    if half and sample[1::2].count(0) > 0.7 * half and sample[::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if half and sample[::2].count(0) > 0.7 * half and sample[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return None


def _guessed(data: bytes) -> str:
    found = from_bytes(data[:_SAMPLE_BYTES])
    best = found.best()
    if best is None:
        if b"\0" in data[:_SAMPLE_BYTES]:
            raise Refused(Reason.BINARY, "Its bytes are not text in any encoding that is known.")
        raise Refused(Reason.BAD_ENCODING, "The encoding of the text cannot be told.")
    western = any(match.encoding in _WESTERN and match.chaos <= best.chaos for match in found)
    return data.decode("cp1252" if western else best.encoding, errors="replace")


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeError:
        return None


def _codec(label: str | None) -> str | None:
    try:
        name = codecs.lookup(label.strip()).name if label else None
    except (LookupError, ValueError):
        return None
    if name in _LATIN_LABELS:
        return "cp1252"
    return name if name and _is_text_codec(name) else None


def _is_text_codec(name: str) -> bool:
    try:
        "".encode(name)
    except (LookupError, UnicodeError, TypeError):
        return False
    return True
