"""`sources.yaml`: which feeds there are, checked key by key.

Takes the file; gives the sources, or one error that names every fault with its line, entry, key and remedy.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from pipelines.fetching.faults import Fault
from pipelines.fetching.limits import MEBIBYTE
from pipelines.fetching.urls import canonical
from pipelines.intake.language import language_code

KINDS = {
    "feed": "an RSS or Atom feed",
    "sitemap": "a sitemap, or an index of sitemaps",
    "api": "a JSON API",
    "folder": "a directory, or a prefix in an object store",
    "warc": "a web archive, or a list of them",
}
FIELDS = ("url", "title", "published_at", "authors", "text")
_WEB_KINDS = {"feed", "sitemap", "api"}
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_NAME = 40
_MOST_SECONDS = 3600
_FEWEST_BYTES = 1024


class SourcesError(ValueError):
    """What is wrong with the file, one fault a line."""


@dataclass(frozen=True, slots=True)
class Paging:
    """How the next page of an API is found: by a number, by its URL in the answer, or by a mark in the answer."""

    parameter: str | None = None
    first: int = 1
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """One feed."""

    name: str
    kind: str
    url: str
    publisher: str
    licence: str
    language: str | None = None
    enabled: bool = True
    seconds: float = 2.0
    """Between two requests to a host."""
    articles: int = 100
    """The most in one run."""
    match: str | None = None
    """A regular expression that an article's URL must hold."""
    allow_private: bool = False
    robots: str = "all"
    """`all`, or `articles`: the list itself is an API that the publisher offers to programs."""
    text: str = "page"
    """`page`: an article is its web page; `entry`: it is what the feed has of it."""
    most_bytes: int = 8 * MEBIBYTE
    items: str = ""
    """Where the list of articles lies in an answer of an API; empty where the answer is the list."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """Where an API's record has the article's link, title, date, authors and text."""
    paging: Paging = Paging()

    @property
    def fingerprint(self) -> str:
        """Changes whenever the entry does: what was refused before may be taken now."""
        return hashlib.sha256(repr(sorted(asdict(self).items())).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Sources:
    """All feeds, and whom a publisher may write to about this program."""

    sources: tuple[Source, ...] = ()
    contact: str | None = None


def read_sources(path: Path) -> Sources:
    """The feeds in the file at `path`. Raises `SourcesError`, which names all that is wrong in it."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except OSError as error:
        raise SourcesError(
            f"{path} cannot be read ({error.strerror}): READOUT_SOURCES must name your sources.yaml (docs/sources.md)"
        ) from error
    except UnicodeDecodeError as error:
        raise SourcesError(f"{path} is no UTF-8: save it as UTF-8") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise SourcesError(f"{path}:{line}: it is no YAML ({getattr(error, 'problem', error)}): mend it") from error
    return _Reading(path).sources(root)


class _KeyError(ValueError):
    """What is wrong with the value of a key, and the remedy."""


class _Reading:
    """Reads the whole file, collecting faults."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._faults: list[tuple[int, str]] = []

    def sources(self, root: Any) -> Sources:
        top = self._mapping(root, "the file", {"sources", "contact"}) if root is not None else {}
        contact = self._value(top, "contact", "the file", _contact, None)
        node = top.get("sources")
        entries = node.value if isinstance(node, yaml.SequenceNode) else []
        if node is not None and not isinstance(node, yaml.SequenceNode) and node.value not in ("", "null", "~"):
            self._fault(node, "the file, key 'sources': it is no list; begin each entry with '- name:'")
        found = [source for number, entry in enumerate(entries, 1) if (source := self._entry(entry, number))]
        self._check_names(found, entries)
        if self._faults:
            raise SourcesError("\n".join(f"{self._path}:{line}: {fault}" for line, fault in sorted(self._faults)))
        return Sources(tuple(found), contact)

    def _entry(self, node: Any, number: int) -> Source | None:
        before = len(self._faults)
        where = f"entry {number}"
        if isinstance(node, yaml.MappingNode):
            named = [value.value for key, value in node.value if key.value == "name"]
            where = f"entry {named[0]!r}" if named and isinstance(named[0], str) else where
        known = {*_KEYS, "politeness", "fields", "paging"}
        nodes = self._mapping(node, where, known)
        for key in ("name", "kind", "url", "publisher", "licence"):
            if isinstance(node, yaml.MappingNode) and key not in nodes:
                self._fault(node, f"{where}, key {key!r}: it is missing; add it ({_KEYS[key][1]})")
        values = {
            key: self._value(nodes, key, where, check)
            for key, (check, _) in _KEYS.items()
            if nodes.get(key) is not None
        }
        for group, keys in _GROUPS.items():
            inner = self._mapping(nodes[group], f"{where}, key {group!r}", set(keys)) if group in nodes else {}
            got = {key: self._value(inner, key, f"{where}, key {group!r}", keys[key]) for key in inner if key in keys}
            if group == "politeness":
                values |= got
            elif group == "paging":
                values["paging"] = Paging(**got) if len(self._faults) == before else Paging()
            else:
                values["fields"] = got
        if len(self._faults) == before:
            self._check_whole(node, where, values)
        return Source(**values) if len(self._faults) == before else None

    def _check_whole(self, node: Any, where: str, values: dict[str, Any]) -> None:
        """What keys say together."""
        kind, url = values["kind"], values["url"]
        if kind in _WEB_KINDS:
            try:
                canonical(url)
            except Fault:
                self._fault(node, f"{where}, key 'url': {url!r} is no web address; write https://host/path")
        elif kind == "folder" and ("::" in url or urlsplit(url).scheme in ("http", "https")):
            self._fault(
                node, f"{where}, key 'url': {url!r} is no folder; write /path, file:///path or s3://bucket/prefix"
            )
        if kind == "api" and not {"url", "text"} & set(values["fields"]):
            self._fault(
                node, f"{where}, key 'fields': say under url where a record has its link, or under text its text"
            )
        if kind == "api" and values["paging"].next and values["paging"].first != 1:
            self._fault(node, f"{where}, key 'paging': first belongs to a numbered parameter; leave it out beside next")
        if kind != "api" and (values["fields"] or values["paging"] != Paging() or values.get("items")):
            self._fault(node, f"{where}: items, fields and paging are for kind: api alone; leave them out")
        if values.get("text") == "entry" and kind != "feed":
            self._fault(node, f"{where}, key 'text': entry is for kind: feed alone; leave it out")

    def _check_names(self, found: list[Source], entries: list[Any]) -> None:
        for place, source in enumerate(found):
            if source.name in {other.name for other in found[:place]} and len(found) == len(entries):
                self._fault(entries[place], f"entry {source.name!r}, key 'name': it stands twice; rename one")

    def _mapping(self, node: Any, where: str, known: set[str]) -> dict[str, Any]:
        if not isinstance(node, yaml.MappingNode):
            self._fault(node, f"{where}: it is no mapping; write key: value lines")
            return {}
        nodes: dict[str, Any] = {}
        for key, value in node.value:
            if key.value not in known:
                close = difflib.get_close_matches(str(key.value), sorted(known), n=1)
                hint = f"did you mean {close[0]!r}?" if close else f"it may be one of {', '.join(sorted(known))}"
                self._fault(key, f"{where}, key {key.value!r}: nobody knows it; {hint}")
            elif key.value in nodes:
                self._fault(key, f"{where}, key {key.value!r}: it stands twice; leave one out")
            else:
                nodes[key.value] = value
        return nodes

    def _value(
        self, nodes: dict[str, Any], key: str, where: str, check: Callable[[Any], Any], default: Any = None
    ) -> Any:
        if key not in nodes:
            return default
        try:
            return check(_plain(nodes[key]))
        except (_KeyError, yaml.YAMLError) as fault:
            self._fault(nodes[key], f"{where}, key {key!r}: {fault}")
            return default

    def _fault(self, node: Any, fault: str) -> None:
        self._faults.append((node.start_mark.line + 1 if node is not None else 1, fault))


def _plain(node: Any) -> Any:
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_object(node, deep=True)
    except ValueError as error:
        raise _KeyError(f"{error}; put it in quotes") from error
    finally:
        loader.dispose()


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _KeyError(f"{value!r} is no text; write one, in quotes where YAML reads it as a number or a date")
    return value.strip()


def _name(value: Any) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value) or len(value) > _LONGEST_NAME:
        raise _KeyError(f"{value!r} is no name; use a-z, 0-9 and hyphens, {_LONGEST_NAME} at most: it names a folder")
    return value


def _one_of(choices: tuple[str, ...], value: Any) -> str:
    if value not in choices:
        close = difflib.get_close_matches(str(value), choices, n=1)
        raise _KeyError(
            f"{value!r} is none of {', '.join(choices)}" + (f"; did you mean {close[0]!r}?" if close else "")
        )
    return str(value)


def _yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _KeyError(f"{value!r} is neither true nor false; write one of them")
    return value


def _number(least: float, most: float, whole: bool, value: Any) -> Any:
    kinds = (int,) if whole else (int, float)
    if isinstance(value, bool) or not isinstance(value, kinds) or not least <= value <= most:
        raise _KeyError(f"{value!r} is no {'whole ' if whole else ''}number from {least} to {most}; write one")
    return value


def _language(value: Any) -> str:
    code = language_code(value) if isinstance(value, str) else None
    if code is None:
        raise _KeyError(f"{value!r} is no code of ISO 639-1; write one such as en (in quotes: no is false in YAML)")
    return code


def _pattern(value: Any) -> str:
    try:
        re.compile(_text(value))
    except re.error as error:
        raise _KeyError(f"{value!r} is no regular expression ({error}); mend it") from error
    return _text(value)


def _contact(value: Any) -> str:
    text = _text(value)
    if not text.isascii() or not text.isprintable():
        raise _KeyError(f"{value!r} cannot stand in a header; write an e-mail address or a URL in ASCII")
    return text


_KEYS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "name": (_name, "a short name in a-z, 0-9 and hyphens"),
    "kind": (partial(_one_of, tuple(KINDS)), ", ".join(KINDS)),
    "url": (_text, "where the list lies"),
    "publisher": (_text, "who publishes the articles"),
    "licence": (_text, "under which terms, in a few words or an SPDX code"),
    "language": (_language, "a code such as en"),
    "enabled": (_yes_or_no, "true or false"),
    "match": (_pattern, "a regular expression"),
    "allow_private": (_yes_or_no, "true or false"),
    "robots": (partial(_one_of, ("all", "articles")), "all or articles"),
    "text": (partial(_one_of, ("page", "entry")), "page or entry"),
    "most_bytes": (partial(_number, _FEWEST_BYTES, 1024 * MEBIBYTE, True), "a number"),
    "items": (_text, "a dotted path"),
}
"""Each key of an entry: its check, and what to write."""

_GROUPS: dict[str, dict[str, Callable[[Any], Any]]] = {
    "politeness": {
        "seconds": partial(_number, 0, _MOST_SECONDS, False),
        "articles": partial(_number, 1, 1_000_000, True),
    },
    "fields": dict.fromkeys(FIELDS, _text),
    "paging": {"parameter": _text, "first": partial(_number, 0, 1_000_000, True), "next": _text},
}
