"""URLs: the one spelling by which an article is known, and the file name that is made of it."""

from __future__ import annotations

import csv
import hashlib
import re
import unicodedata
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

from lxml import etree
from lxml.html import HTMLParser, fromstring

from pipelines.fetching.faults import Fault, Reason

_TRACKING = Path(__file__).with_name("tracking_parameters.csv")
_PORTS = {"http": 80, "https": 443}
_LONGEST_URL = 2048
_SLUG_CHARACTERS = 60
_HASH_DIGITS = 16
_HEAD_BYTES = 128 * 1024
_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f\\]")


def canonical(url: str, base: str = "") -> str:
    """`url`, seen from `base`, in the one spelling by which it is known (RFC 3986, section 6.2.2 and 6.2.3).

    Scheme and host in small letters, no default port, no dot segments, no fragment, none of the parameters that only
    follow readers around (`tracking_parameters.csv`); the order of the others may matter and stays.
    Raises `Fault` (`bad_url`) for anything but http and https, for user names, spaces, or no host.
    """
    try:
        parts = urlsplit(urljoin(base, url.strip()))
        host = (parts.hostname or "").rstrip(".").encode("idna").decode("ascii") if parts.hostname else ""
        port = parts.port
    except ValueError as error:
        raise Fault(Reason.BAD_URL, f"{shown(url)} is no URL.") from error
    if parts.scheme not in _PORTS or not host or parts.username is not None or len(url) > _LONGEST_URL:
        raise Fault(Reason.BAD_URL, f"{shown(url)} is no URL of a web page.")
    if _FORBIDDEN.search(parts.path + parts.query):
        raise Fault(Reason.BAD_URL, f"{shown(url)} has spaces or control characters.")
    host = f"[{host}]" if ":" in host else host
    place = host if port in (None, _PORTS[parts.scheme]) else f"{host}:{port}"
    # a base without dot segments makes urljoin drop those of the path
    path = urlsplit(urljoin(f"{parts.scheme}://{place}/", parts.path or "/")).path if parts.path else "/"
    path = path if path.startswith("/") else "/"
    query = "&".join(part for part in parts.query.split("&") if part and not _follows_readers(part))
    return urlunsplit((parts.scheme, place, path, query, ""))


def file_stem(url: str) -> str:
    """A safe name for what `url` gives: its last words in a-z, 0-9 and hyphens, and 16 hex digits of its SHA-256.

    Nothing of the URL but these characters gets into it, so it can lead nowhere; the digits keep names apart.
    """
    digest = hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()[:_HASH_DIGITS]
    last = [part for part in unquote(urlsplit(url).path).split("/") if part][-1:]
    words = unicodedata.normalize("NFKD", last[0].rsplit(".", 1)[0] if last else "").lower()
    slug = _NOT_SLUG.sub("-", words.encode("ascii", "ignore").decode()).strip("-")[:_SLUG_CHARACTERS].strip("-")
    return f"{slug}-{digest}" if slug else digest


def canonical_link(page: bytes, url: str) -> str | None:
    """What the head of `page` names as its canonical URL (RFC 6596), if it lies on the same host.

    A link to the front page is not believed: templates put it on every page, and all articles would be one.
    """
    try:
        head = fromstring(page[:_HEAD_BYTES], parser=HTMLParser(no_network=True, recover=True, encoding="utf-8"))
        links = (link for link in head.iter("link") if str(link.get("rel", "")).strip().lower() == "canonical")
        href = next((link.get("href") for link in links), None)
        link = canonical(str(href), url) if href else None
    except (Fault, etree.LxmlError, ValueError):
        return None
    if link is None or urlsplit(link).hostname != urlsplit(url).hostname:
        return None
    return link if urlsplit(link).path != "/" else None


def shown(url: str) -> str:
    """`url` as it can be printed: without control characters, and not endless."""
    text = "".join(character if character.isprintable() else "?" for character in url)
    return repr(text if len(text) <= 200 else text[:199] + "…")


def _follows_readers(part: str) -> bool:
    return part.partition("=")[0].lower().startswith(_tracking())


@cache
def _tracking() -> tuple[str, ...]:
    with _TRACKING.open(encoding="utf-8", newline="") as lines:
        return tuple(row["prefix"] for row in csv.DictReader(lines))
