"""One web page to one document: which types are articles, and in which encoding they are kept."""

from __future__ import annotations

import codecs
import re

from pipelines.fetching.client import Answer, Client
from pipelines.fetching.faults import Fault, Reason
from pipelines.fetching.records import Document
from pipelines.fetching.sources import Source
from pipelines.fetching.urls import canonical, canonical_link, shown

EXTENSIONS = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/plain": "txt",
    "text/markdown": "md",
}
"""The types that are taken as articles, and the extension by which `intake` reads them."""
_ACCEPT = "text/html, application/xhtml+xml, text/markdown;q=0.9, text/plain;q=0.8"
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_HEAD = 1024
_OWN_CHARSET = re.compile(rb"<meta[^>]+charset|<\?xml[^>]+encoding", re.IGNORECASE)
_HTML = re.compile(rb"\s*(<!--.*?-->\s*)?<(!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)


def fetch_page(client: Client, source: Source, url: str) -> Document:
    """The article at `url`. Raises `Fault` where it cannot be had or is no page of text."""
    answer = client.get(url, source.most_bytes, accept=_ACCEPT)
    return document(answer.body, answer.media_type, answer.charset, canonical(answer.url))


def document(body: bytes, media_type: str, charset: str | None, url: str) -> Document:
    """`body` as a document. Raises `Fault` where it is empty or no text."""
    extension = _extension(body, media_type, url)
    text = as_stated(body, charset)
    own = canonical_link(text, url) if extension == "html" else None
    return Document(text, extension, own or url, (url, own) if own else (url,))


def as_stated(body: bytes, charset: str | None) -> bytes:
    """`body` in UTF-8 where only the server's header says in which encoding it is: a file keeps no header.

    A page that is UTF-8, has a byte order mark, states its own encoding, or is not in the one that the header states
    stays as it came: `intake` tells the encoding of files.
    """
    if charset is None or body.startswith(_WIDE_MARKS) or _OWN_CHARSET.search(body[:_HEAD]):
        return body
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        try:
            label = codecs.lookup(charset).name
            return body.decode("cp1252" if label == "iso8859-1" else label).encode("utf-8")
        except (LookupError, UnicodeError, AttributeError, TypeError):
            return body
    return body


def check_body(answer: Answer) -> None:
    """Raise `Fault` (`empty`) where a list has no content at all."""
    if answer.changed and not answer.body.strip():
        raise Fault(Reason.EMPTY, f"{shown(answer.url)} gave nothing.")


def _extension(body: bytes, media_type: str, url: str) -> str:
    head = body[:_HEAD]
    if not body.strip():
        raise Fault(Reason.EMPTY, f"{shown(url)} gave nothing.")
    if (b"\0" in head and not head.startswith(_WIDE_MARKS)) or head.startswith(b"%PDF-"):
        raise Fault(
            Reason.WRONG_TYPE, f"{shown(url)} says it is {media_type or 'of no type'}, but its bytes are no text."
        )
    extension = EXTENSIONS.get(media_type) or ("html" if not media_type and _HTML.match(head) else None)
    if extension is None:
        raise Fault(Reason.WRONG_TYPE, f"{shown(url)} is {media_type[:60] or 'of no stated type'}, not a page of text.")
    return extension
