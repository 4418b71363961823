"""RSS and Atom feeds that carry the full text of their entries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import defusedxml.ElementTree
import feedparser
from defusedxml.common import DefusedXmlException

from pipelines.intake.metadata import as_texts
from pipelines.intake.records import Metadata, RawDocument, Reason, Refusal, Refused
from pipelines.intake.settings import Limits


def read(data: bytes, limits: Limits) -> Iterator[RawDocument | Refusal]:
    """Each entry, numbered from 1 in the order of the feed.

    Raises `Refused` (`bad_xml`) where the XML declares entities (they can unfold without end) or is no feed.
    """
    _check_entities(data)
    try:
        parsed = feedparser.parse(data, response_headers={"content-type": "application/xml"})
    except (ValueError, OverflowError, RecursionError) as error:  # such as a reference to no character: &#x110000;
        raise Refused(Reason.BAD_XML, f"The text of an entry cannot be read: {error}.") from error
    if not parsed.get("version"):
        raise Refused(Reason.BAD_XML, "It is no RSS or Atom feed" + (", nor well-formed." if parsed.bozo else "."))
    if not parsed.entries:
        raise Refused(Reason.EMPTY, "The feed has no entries.")
    for number, entry in enumerate(parsed.entries, 1):
        yield _entry(entry, number, parsed, limits)


def _check_entities(data: bytes) -> None:
    """defusedxml refuses declared entities; where XML is not well-formed, no declaration may stand in it at all."""
    try:
        defusedxml.ElementTree.fromstring(data)
    except DefusedXmlException as error:
        raise Refused(Reason.BAD_XML, "It declares XML entities, which are not taken from files.") from error
    except (defusedxml.ElementTree.ParseError, LookupError, ValueError) as error:
        if b"!ENTITY" in data.replace(b"\0", b"").upper():
            raise Refused(Reason.BAD_XML, "It declares XML entities, and it is not well-formed.") from error


def _entry(entry: Any, number: int, parsed: Any, limits: Limits) -> RawDocument | Refusal:
    full = max((str(part.get("value") or "") for part in entry.get("content", ())), key=len, default="")
    summary = str(entry.get("summary") or "")
    title = next(iter(as_texts(entry.get("title"))), None)
    if not full and (not summary or str(parsed.version).startswith("atom")):
        fault = f"Entry {number} has a summary at most, not its text."
        return Refusal(Reason.SUMMARY_ONLY, fault, number, (title or summary)[: limits.excerpt_characters])
    body = max(full, summary, key=len) if not str(parsed.version).startswith("atom") else full
    metadata = Metadata(
        title=title,
        url=next((text for text in as_texts(entry.get("link")) if text.startswith("http")), None),
        publisher=next(iter(as_texts(parsed.feed.get("title"))), None),
        authors=as_texts([author for author in entry.get("authors", ()) if author.get("name")])
        or as_texts(entry.get("author")),
        published_at=next(iter(as_texts(entry.get("published") or entry.get("updated"))), None),
        language=next(iter(as_texts(_language(entry) or parsed.feed.get("language"))), None),
        licence=next(iter(as_texts(entry.get("rights") or parsed.feed.get("rights"))), None),
    )
    return RawDocument(body, "html", metadata, number)


def _language(entry: Any) -> str | None:
    return next((part.get("language") for part in entry.get("content", ()) if part.get("language")), None)
