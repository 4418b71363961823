"""JSON: an article, a list of articles, or one article a line (JSON Lines, also compressed)."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Iterator
from html import unescape
from typing import BinaryIO

import regex

from pipelines.intake.decoding import decode, repair
from pipelines.intake.lexicons import metadata_names
from pipelines.intake.metadata import lowered, metadata_from
from pipelines.intake.records import BodyKind, RawDocument, Reason, Refusal, Refused
from pipelines.intake.settings import Limits

_MARKUP = regex.compile(r"</?(?:p|br|div|h[1-6]|ul|li|blockquote|a|strong|em)\b[^<>]*>", regex.IGNORECASE)
_CHUNK = 1024 * 1024


def read(data: bytes, limits: Limits) -> Iterator[RawDocument | Refusal]:
    """The article, or each article of a list (numbered from 1)."""
    value = _parse(decode(data))
    if isinstance(value, list):
        for number, item in enumerate(value, 1):
            yield _article_or_refusal(item, number, limits)
    else:
        yield _article(value, None)


def read_lines(data: bytes, limits: Limits) -> Iterator[RawDocument | Refusal]:
    """One article a line, numbered as an editor numbers lines; empty lines are passed over."""
    yield from _lines(io.BytesIO(data), limits)


def read_compressed_lines(data: bytes, limits: Limits) -> Iterator[RawDocument | Refusal]:
    """`read_lines` of a gzip file, unfolded as far as the limit and no further."""
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as unfolded:
        yield from _lines(unfolded, limits)


def _lines(stream: BinaryIO | gzip.GzipFile, limits: Limits) -> Iterator[RawDocument | Refusal]:
    number, unfolded = 0, 0
    while True:
        number += 1
        try:
            line = stream.readline(limits.document_bytes + 1)
            whole = not line or line.endswith(b"\n") or len(line) <= limits.document_bytes
            unfolded += len(line) if whole else len(line) + _skip_line(stream, limits.decompressed_bytes - unfolded)
        except (OSError, EOFError, zlib.error) as error:
            yield Refusal(Reason.BAD_GZIP, f"The compressed data is broken from line {number} on: {error}.", number)
            return
        if not line:
            return
        if unfolded > limits.decompressed_bytes:
            fault = f"It unfolds to more than {limits.decompressed_bytes} bytes; it was read up to line {number}."
            yield Refusal(Reason.TOO_LARGE, fault, number)
            return
        if not whole:
            fault = f"Line {number} is longer than {limits.document_bytes} bytes."
            yield Refusal(Reason.TOO_LARGE, fault, number, _excerpt(line, limits))
        elif line.strip():
            yield _line(line, number, limits)


def _skip_line(stream: BinaryIO | gzip.GzipFile, allowance: int) -> int:
    """Read on to the end of an overlong line, or a little past `allowance`; the number of bytes passed."""
    skipped = 0
    while skipped <= allowance and (piece := stream.readline(_CHUNK)):
        skipped += len(piece)
        if piece.endswith(b"\n"):
            break
    return skipped


def _line(line: bytes, number: int, limits: Limits) -> RawDocument | Refusal:
    try:
        return _article_or_refusal(_parse(decode(line)), number, limits)
    except Refused as refused:
        return Refusal(refused.reason, f"Line {number}: {refused.fault}", number, _excerpt(line, limits))


def _article_or_refusal(value: object, number: int, limits: Limits) -> RawDocument | Refusal:
    try:
        return _article(value, number)
    except Refused as refused:
        excerpt = json.dumps(value, ensure_ascii=False)[: limits.excerpt_characters]
        return Refusal(refused.reason, f"Record {number}: {refused.fault}", number, excerpt)


def _article(value: object, number: int | None) -> RawDocument:
    if not isinstance(value, dict):
        raise Refused(Reason.BAD_JSON, f"It is {_named(value)}, not an object.")
    known = lowered(value)
    html = _body(known, "html")
    text = _body(known, "text")
    body = html or text
    if body is None:
        keys = ", ".join(sorted(str(key) for key in value)[:12])
        raise Refused(Reason.BAD_JSON, f"It has no text: none of its keys ({keys}) holds an article's text.")
    kind: BodyKind = "html" if html or _MARKUP.search(body) else "text"
    shown = body if kind == "html" else unescape(body)
    return RawDocument(repair(shown), kind, metadata_from(value), number)


def _body(known: dict[str, object], field: str) -> str | None:
    for name in metadata_names()[field]:
        value = known.get(name)
        if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
            return "\n\n".join(value)
        if isinstance(value, str):
            return value
    return None


def _parse(text: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        fault = f"It is no JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        raise Refused(Reason.BAD_JSON, fault) from error
    except (ValueError, RecursionError) as error:
        raise Refused(Reason.BAD_JSON, "Its JSON cannot be read: nested too deep, or a number too long.") from error


def _named(value: object) -> str:
    names = {list: "a list", str: "a text", bool: "true or false", int: "a number", float: "a number"}
    return names.get(type(value), "null")


def _excerpt(line: bytes, limits: Limits) -> str:
    return line[: limits.excerpt_characters].decode("utf-8", errors="replace")
