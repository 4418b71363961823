"""Web archives: each page that was answered with success is an article."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from typing import Any

from fastwarc.warc import ArchiveIterator, WarcRecordType

from pipelines.intake.decoding import decode
from pipelines.intake.readers import html
from pipelines.intake.records import RawDocument, Reason, Refusal, Refused
from pipelines.intake.settings import Limits

_PAGES = ("text/html", "application/xhtml+xml")
_SUCCESS = 200
_HEADER_BYTES = 1024 * 1024


def read(data: bytes, limits: Limits) -> Iterator[RawDocument | Refusal]:
    """Each response, numbered from 1; requests and notes of the crawler are no inputs.

    A page that was sent compressed is unfolded from a copy: one that is broken or a bomb costs no other record.
    The time of the capture has the basis `capture`: it is no date of publication, only the latest possible one.
    """
    number, unfolded = 0, 0
    try:
        for record in _responses(data):
            number += 1
            unfolded += max(record.content_length, 0)
            if unfolded > limits.decompressed_bytes:
                fault = f"It unfolds to more than {limits.decompressed_bytes} bytes; it was read up to record {number}."
                yield Refusal(Reason.TOO_LARGE, fault, number)
                return
            is_small = record.content_length <= limits.document_bytes + _HEADER_BYTES
            page = copy(record) if is_small else record
            yield _page_or_refusal(page, number, limits, "all" if is_small else "none")
    except (OSError, EOFError, ValueError, zlib.error) as error:
        yield Refusal(Reason.BAD_WARC, f"The archive is broken after record {number}: {error}.", number + 1)
        return
    if not number:
        raise Refused(Reason.BAD_WARC, "No web page was found in it.")


def _responses(data: bytes) -> Iterator[Any]:
    kinds = WarcRecordType.response | WarcRecordType.resource
    yield from ArchiveIterator(io.BytesIO(data), record_types=kinds, parse_http=False)


def _page_or_refusal(record: Any, number: int, limits: Limits, encodings: str) -> RawDocument | Refusal:
    url = record.headers.get("WARC-Target-URI")
    shown = url[: limits.excerpt_characters] if url else None
    try:
        record.parse_http(auto_decode=encodings)
        return replace(_page(record, url, limits), number=number)
    except Refused as refused:
        return Refusal(refused.reason, f"Record {number}: {refused.fault}", number, shown)
    except (OSError, EOFError, zlib.error) as error:
        return Refusal(Reason.BAD_WARC, f"Record {number}: what the server sent is broken: {error}.", number, shown)


def _page(record: Any, url: str | None, limits: Limits) -> RawDocument:
    status = record.http_headers.status_code if record.http_headers else _SUCCESS
    if status != _SUCCESS:
        raise Refused(Reason.NOT_AN_ARTICLE, f"The server answered {status}.")
    kind = (record.http_content_type or "").lower()
    if kind not in _PAGES and kind != "text/plain":
        raise Refused(Reason.NOT_AN_ARTICLE, f"It is {kind or 'of no stated type'}, not a page of text.")
    body = record.reader.read(limits.document_bytes + 1)
    if len(body) > limits.document_bytes:
        raise Refused(Reason.TOO_LARGE, f"The page has more than {limits.document_bytes} bytes.")
    if not body.strip():
        raise Refused(Reason.EMPTY, "The page is empty.")
    document = _document(body, kind, record.http_charset, limits)
    return replace(document, metadata=_with_capture(document, record, url))


def _document(body: bytes, kind: str, charset: str | None, limits: Limits) -> RawDocument:
    if kind in _PAGES:
        return html.page(body, limits, charset)
    return RawDocument(decode(body, charset), "text")


def _with_capture(document: RawDocument, record: Any, url: str | None) -> Any:
    found = replace(document.metadata, url=document.metadata.url or url)
    captured = record.headers.get("WARC-Date")
    if found.published_at or not captured:
        return found
    return replace(found, published_at=captured, published_basis="capture")
