"""What the rooms of fetching hand to each other: lists of articles, each with the way to get it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Document:
    """One article as it came: its bytes and what they are."""

    body: bytes
    extension: str
    """One that `intake` reads, without its dot."""
    url: str | None = None
    """What the sidecar says; None for a file that may hold many articles."""
    identities: tuple[str, ...] = ()
    """Every URL by which it is known: where a redirect ended, what the page calls its own."""
    said: Mapping[str, object] = field(default_factory=dict)
    """What came beside it as a sidecar of its own."""


@dataclass(frozen=True, slots=True)
class Item:
    """One article in a list."""

    key: str
    """Its URL in the one spelling by which it is known."""
    load: Callable[[], Document]
    """Fetch it. Raises `Fault`."""
    title: str | None = None
    published_at: str | None = None
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """One feed, sitemap, page of an API, folder or archive."""

    key: str
    items: Iterable[Item]
    record: Mapping[str, object] = field(default_factory=dict)
    """What to remember of it once all its items are done: its validators, and where it leads on."""
    unchanged: bool = False
    """Whether the server said that it is as it was."""
