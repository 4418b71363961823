"""Lists that the web gives: feeds, sitemaps, JSON APIs. Each answer gives articles, and where it leads on."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import defusedxml.ElementTree
import feedparser
from defusedxml.common import DefusedXmlException

from pipelines.fetching.client import Answer, Client, gunzipped
from pipelines.fetching.faults import Fault, Reason
from pipelines.fetching.limits import Limits
from pipelines.fetching.pages import check_body, fetch_page
from pipelines.fetching.records import Document, Item, Listing
from pipelines.fetching.sources import Source
from pipelines.fetching.urls import canonical, shown

Refuse = Callable[[str, Fault], None]
"""Told of an entry (its URL or title) that is no article, and why; the others go on."""

_GZIP_MAGIC = b"\x1f\x8b"
_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Entry:
    """One article as a list has it."""

    url: str | None
    title: str | None = None
    published_at: str | None = None
    authors: tuple[str, ...] = ()
    content: Mapping[str, str] | None = None
    """Its text, if it is to be taken from the list: under `html`, or under `text` where it may be either."""


def walk(
    source: Source, client: Client, known: Mapping[str, Mapping[str, Any]], limits: Limits, refuse: Refuse
) -> Generator[Listing, None, None]:
    """The lists of `source`, one after the other as they lead on.

    `known` holds what is remembered of those that were worked through before: they are asked for conditionally, and
    where nothing has changed they are passed over, to where they led. Raises `Fault` where a list cannot be had.
    """
    waiting, been = deque([canonical(source.url)]), set[str]()
    while waiting and len(been) < limits.listings:
        url = waiting.popleft()
        if url in been:
            continue
        been.add(url)
        before = known.get(url, {})
        try:
            answer = client.get(url, limits.listing_bytes, before, is_list=True)
        except Fault as fault:
            if been != {url} and source.paging.parameter and fault.reason in (Reason.NOT_FOUND, Reason.HTTP_STATUS):
                return  # how many APIs say that there are no more pages
            raise
        if not answer.changed:
            waiting.extend(before.get("next", ()))
            yield Listing(url, (), before, unchanged=True)
            continue
        check_body(answer)
        entries, follow = _PARSERS[source.kind](source, url, answer, limits, refuse)
        items = list(_items(source, client, url, entries, refuse))
        follow = [canonical(other, answer.url) for other in follow]
        yield Listing(url, items, {**answer.validators, "next": follow})
        waiting.extend(follow)


def _items(source: Source, client: Client, base: str, entries: list[Entry], refuse: Refuse) -> Iterator[Item]:
    wanted = re.compile(source.match) if source.match else None
    for entry in entries:
        try:
            if entry.url is None:
                raise Fault(Reason.NO_LINK, "The entry has no link.")
            key = canonical(entry.url, base)
        except Fault as fault:
            refuse(entry.url or entry.title or "an entry without link and title", fault)
            continue
        if wanted is None or wanted.search(key):
            load = partial(_own_text, entry, key) if entry.content else partial(fetch_page, client, source, key)
            yield Item(key, load, entry.title, entry.published_at, entry.authors)


def _own_text(entry: Entry, key: str) -> Document:
    """The text that the list itself has, as the JSON that `intake` reads."""
    body = json.dumps(entry.content, ensure_ascii=False, indent=1) + "\n"
    return Document(body.encode("utf-8", "replace"), "json", key, (key,))


def _feed(source: Source, url: str, answer: Answer, _: Limits, refuse: Refuse) -> tuple[list[Entry], list[str]]:
    root = _check_xml(answer.body, url)
    stated = answer.headers.get("content-type", "application/xml")
    parsed = feedparser.parse(answer.body, response_headers={"content-type": stated, "content-location": url})
    if not parsed.get("version"):
        raise Fault(Reason.BAD_XML, f"{shown(url)} is no RSS or Atom feed.")
    if root is None and parsed.bozo:
        read = len(parsed.entries)
        refuse(url, Fault(Reason.BAD_XML, f"{shown(url)} is not well-formed; {read} of its entries could be read."))
    return [_feed_entry(entry, source) for entry in parsed.entries], []


def _feed_entry(entry: Any, source: Source) -> Entry:
    parts = [part for part in entry.get("content", ()) if part.get("value")]
    text = max((str(part["value"]) for part in parts), key=len, default=str(entry.get("summary") or ""))
    names = tuple(str(author["name"]) for author in entry.get("authors", ()) if author.get("name"))
    return Entry(
        url=entry.get("link") or None,
        title=entry.get("title") or None,
        published_at=entry.get("published") or None,
        authors=names,
        content={"html": text} if source.text == "entry" and text.strip() else None,
    )


def _sitemap(_: Source, url: str, answer: Answer, limits: Limits, __: Refuse) -> tuple[list[Entry], list[str]]:
    body = _gunzip(answer.body, limits.listing_bytes) if answer.body.startswith(_GZIP_MAGIC) else answer.body
    root = _check_xml(body, url)
    kind = _local(root.tag) if root is not None else ""
    if root is None or kind not in ("urlset", "sitemapindex"):
        raise Fault(Reason.BAD_XML, f"{shown(url)} is no sitemap" + (", nor well-formed." if root is None else "."))
    rows = [{_local(leaf.tag): (leaf.text or "").strip() for leaf in child.iter()} for child in root]
    if kind == "sitemapindex":
        return [], [row["loc"] for row in rows if row.get("loc")]
    return [
        Entry(row.get("loc") or None, row.get("title") or None, row.get("publication_date") or None) for row in rows
    ], []


def _api(source: Source, url: str, answer: Answer, _: Limits, __: Refuse) -> tuple[list[Entry], list[str]]:
    try:
        value = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise Fault(Reason.BAD_JSON, f"{shown(url)} gave no JSON ({str(error)[:80]}).") from error
    rows = at(value, source.items)
    if isinstance(rows, Mapping):
        rows = list(rows.values())
    if not isinstance(rows, list):
        raise Fault(Reason.BAD_JSON, f"{shown(url)} has no list under {source.items or 'its top'!r}.")
    return [_api_entry(row, source.fields) for row in rows], _next_pages(source, url, value, bool(rows), answer)


def _api_entry(row: Any, fields: Mapping[str, str]) -> Entry:
    said = {name: at(row, path) for name, path in fields.items()}
    authors = said.get("authors")
    names = [authors] if isinstance(authors, str) else authors if isinstance(authors, list) else []
    text = said.get("text")
    return Entry(
        url=_string(said.get("url")),
        title=_string(said.get("title")),
        published_at=_string(said.get("published_at")),
        authors=tuple(name for name in names if isinstance(name, str)),
        content={"text": text} if isinstance(text, str) and text.strip() else None,
    )


def _next_pages(source: Source, url: str, value: Any, has_rows: bool, answer: Answer) -> list[str]:
    paging = source.paging
    mark = at(value, paging.next) if paging.next else None
    if paging.parameter and paging.next:
        return [_with(url, paging.parameter, str(mark))] if mark not in (None, "", False) else []
    if paging.parameter:
        query = dict(parse_qsl(urlsplit(url).query))
        now = query.get(paging.parameter, "")
        number = int(now) if now.isdecimal() and len(now) < 10 else paging.first
        return [_with(url, paging.parameter, str(number + 1))] if has_rows else []
    if paging.next:
        return [mark] if isinstance(mark, str) and mark else []
    links = [part for part in answer.headers.get("link", "").split(",") if re.search(r'rel="?next\b', part)]
    return [found[1] for part in links if (found := re.search(r"<([^>]+)>", part))]


def at(value: Any, path: str | None) -> Any:
    """What lies at a dotted path (`data.items.0.link`); None where nothing does."""
    for step in path.split(".") if path else ():
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def _with(url: str, parameter: str, value: str) -> str:
    parts = urlsplit(url)
    pairs = [(name, old) for name, old in parse_qsl(parts.query, keep_blank_values=True) if name != parameter]
    return urlunsplit(parts._replace(query=urlencode([*pairs, (parameter, value)])))


def _check_xml(body: bytes, url: str) -> Any:
    """The root of well-formed XML, None of other. Raises `Fault` where it declares entities: they can be bombs."""
    try:
        return defusedxml.ElementTree.fromstring(body)
    except DefusedXmlException as error:
        raise Fault(Reason.BAD_XML, f"{shown(url)} declares XML entities, which are not taken.") from error
    except (defusedxml.ElementTree.ParseError, LookupError, ValueError) as error:
        if b"!ENTITY" in body.replace(b"\0", b"").upper():
            raise Fault(Reason.BAD_XML, f"{shown(url)} declares XML entities, which are not taken.") from error
        return None


def _gunzip(body: bytes, most_bytes: int) -> bytes:
    unfolded = bytearray()
    for piece in gunzipped(body[start : start + _CHUNK] for start in range(0, len(body), _CHUNK)):
        unfolded.extend(piece)
        if len(unfolded) > most_bytes:
            raise Fault(Reason.TOO_LARGE, f"The sitemap unfolds to more than {most_bytes} bytes.")
    return bytes(unfolded)


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]


def _string(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


_PARSERS: dict[str, Callable[[Source, str, Answer, Limits, Refuse], tuple[list[Entry], list[str]]]] = {
    "feed": _feed,
    "sitemap": _sitemap,
    "api": _api,
}
