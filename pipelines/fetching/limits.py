"""The limits of fetching: how long, how large, how often. Tests give smaller ones."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What is usual for a polite program on a small machine."""

    connect_seconds: float = 10
    read_seconds: float = 30
    """The longest silence of a server."""
    request_seconds: float = 120
    """One answer from connecting to its last byte, however steadily it trickles."""
    download_seconds: float = 1800
    """The same for one archive."""
    source_seconds: float = 3600
    """All of one source in one run; what is left comes next time."""
    attempts: int = 4
    backoff_seconds: float = 1
    """The pause before the second attempt; it doubles from then on."""
    most_backoff_seconds: float = 30
    most_retry_after_seconds: float = 120
    """Where a server asks for a longer pause than this, the source is left for the next run."""
    redirects: int = 5
    listing_bytes: int = 64 * MEBIBYTE
    """One feed, sitemap or answer of an API; the sitemap protocol allows 50 MiB."""
    robots_bytes: int = 512 * 1024
    """What RFC 9309 asks to be read at least."""
    archive_bytes: int = 2048 * MEBIBYTE
    listings: int = 500
    """Pages of an API, or sitemaps of an index, in one run."""
    save_seconds: float = 2
    """How often the state is written while articles come in."""
