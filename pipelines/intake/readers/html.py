"""A web page: the article in it, and what its head says of it (meta elements, JSON-LD, microformats)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

import regex
from lxml.html import HtmlElement

from pipelines.intake.decoding import decode
from pipelines.intake.markup import parse_html
from pipelines.intake.metadata import metadata_from
from pipelines.intake.records import Metadata, RawDocument, Reason, Refused
from pipelines.intake.settings import Limits

_HEAD_BYTES = 4096
_CHARSET = regex.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*(?P<label>[\w.:-]+)", regex.IGNORECASE)
_XML_ENCODING = regex.compile(rb"\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"'](?P<label>[\w.:-]+)", regex.IGNORECASE)
_PUBLISHED = (
    "//time[@itemprop='datePublished' or @pubdate or contains(@class, 'published')]/@datetime",
    "//*[@itemprop='datePublished']/@content",
    "//*[contains(concat(' ', @class, ' '), ' published ')]//*[contains(@class, 'value-title')]/@title",
    "//abbr[contains(concat(' ', @class, ' '), ' published ')]/@title",
    "(//article//header//time | //article/time)[1]/@datetime",
)
_SITE_SUFFIX = regex.compile(r"\s+[|–—-]\s+")


def read(data: bytes, limits: Limits) -> Iterator[RawDocument]:
    """One document."""
    yield page(data, limits)


def page(data: bytes, limits: Limits, declared: str | None = None) -> RawDocument:
    """The page in `data`; `declared` is the charset that came with it. Raises `Refused` (`too_large`, `no_text`)."""
    if len(data) > limits.document_bytes:
        raise Refused(Reason.TOO_LARGE, f"The page has {len(data)} bytes, more than {limits.document_bytes}.")
    text = decode(data, declared or _declared(data))
    return RawDocument(text, "html", page_metadata(parse_html(text)))


def page_metadata(tree: HtmlElement) -> Metadata:
    """What the page says of its article: JSON-LD before meta elements before microformats and the shown heading."""
    stated = {**_meta_elements(tree), **_linked_data(tree)}
    found = metadata_from(stated)
    return replace(
        found,
        title=_title(tree, found.title),
        url=_first(tree, "//link[@rel='canonical']/@href") or found.url,
        published_at=found.published_at or _first(tree, *_PUBLISHED),
        language=found.language or _first(tree, "/html/@lang", "/html/@xml:lang"),
        licence=found.licence or _first(tree, "//link[@rel='license']/@href", "//a[@rel='license']/@href"),
    )


def _declared(data: bytes) -> str | None:
    head = data[:_HEAD_BYTES]
    found = _XML_ENCODING.search(head) or _CHARSET.search(head)
    return found["label"].decode("ascii", errors="replace") if found else None


def _meta_elements(tree: HtmlElement) -> dict[str, object]:
    values: dict[str, object] = {}
    for element in tree.xpath("//meta[@content]"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or element.get("http-equiv")
        if name:
            values.setdefault(name.lower(), element.get("content"))
    return values


def _linked_data(tree: HtmlElement) -> dict[str, object]:
    """The article among the page's JSON-LD objects; a block that is no JSON is passed over."""
    for script in tree.xpath("//script[@type='application/ld+json']/text()"):
        try:
            objects = list(_objects(json.loads(script)))
        except (ValueError, RecursionError):
            continue
        for item in objects:
            kinds = item.get("@type")
            if any(str(kind).endswith(("Article", "BlogPosting", "Report")) for kind in _as_list(kinds)):
                return {str(key).lower(): value for key, value in item.items()}
    return {}


def _objects(value: object) -> Iterator[Mapping[str, object]]:
    for item in _as_list(value):
        if isinstance(item, Mapping):
            yield item
            yield from _objects(item.get("@graph"))


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _title(tree: HtmlElement, stated: str | None) -> str | None:
    """The stated title; else the only level-one heading; else the window's title without the site's name."""
    headings = [" ".join(heading.text_content().split()) for heading in tree.xpath("//h1")]
    window = " ".join((tree.findtext(".//title") or "").split())
    if len(headings) == 1 and headings[0]:
        return headings[0]
    return stated or (_SITE_SUFFIX.split(window)[0] if window else None)


def _first(tree: HtmlElement, *paths: str) -> str | None:
    for path in paths:
        for value in tree.xpath(path):
            if value.strip():
                return " ".join(value.split())
    return None
