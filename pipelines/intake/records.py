"""What the rooms of the intake hand to each other: plain frozen records that can be pickled and stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

BodyKind = Literal["text", "markdown", "html"]
_MOST_CHARACTERS = 600
"""Of a fault in words."""


class Reason(StrEnum):
    """Why an input was refused: the short codes of `quarantine.reason`."""

    EMPTY = "empty"
    BINARY = "binary"
    TOO_LARGE = "too_large"
    TOO_DEEP = "too_deep"
    TOO_SHORT = "too_short"
    NO_TEXT = "no_text"
    BAD_ENCODING = "bad_encoding"
    BAD_GZIP = "bad_gzip"
    BAD_JSON = "bad_json"
    BAD_XML = "bad_xml"
    BAD_FRONT_MATTER = "bad_front_matter"
    BAD_WARC = "bad_warc"
    NOT_AN_ARTICLE = "not_an_article"
    SUMMARY_ONLY = "summary_only"
    UNKNOWN_FORMAT = "unknown_format"
    UNREADABLE = "unreadable"
    OUTSIDE = "outside_directory"
    READER_FAILED = "reader_failed"
    SIDECAR_INVALID = "sidecar_invalid"
    SIDECAR_UNKNOWN_KEY = "sidecar_unknown_key"
    SIDECAR_ORPHAN = "sidecar_orphan"


REMEDIES = {
    Reason.EMPTY: "Fill the file with the article, or delete it.",
    Reason.BINARY: "Save the article as text, HTML or another format that is read, or delete the file.",
    Reason.TOO_LARGE: "Split it into smaller files, or raise the limit in pipelines/intake/settings.py.",
    Reason.TOO_DEEP: "Save the article's text alone, without the page around it.",
    Reason.TOO_SHORT: "Add the rest of the article, or delete the input.",
    Reason.NO_TEXT: "Save the page again when its text is shown, or save the text alone as .txt.",
    Reason.BAD_ENCODING: "Save the file as UTF-8.",
    Reason.BAD_GZIP: "Download or compress the file again.",
    Reason.BAD_JSON: "Correct the JSON at the place named; an article is an object with a text field.",
    Reason.BAD_XML: "Download the feed again, or save its articles as .html.",
    Reason.BAD_FRONT_MATTER: "Correct the YAML between the two lines of ---, or remove it.",
    Reason.BAD_WARC: "Make or download the archive again.",
    Reason.NOT_AN_ARTICLE: "Nothing to do where no article was expected here; else save the article as .html.",
    Reason.SUMMARY_ONLY: "Save the article's own page, or use a feed with full content.",
    Reason.UNKNOWN_FORMAT: "Rename or convert it to a format that is read: "
    ".txt .md .html .json .jsonl .jsonl.gz .eml .xml .rss .atom .warc .warc.gz.",
    Reason.UNREADABLE: "Check that the file is there and that you may read it (chmod u+r).",
    Reason.OUTSIDE: "Copy the file into the raw directory instead of linking to it.",
    Reason.READER_FAILED: "Please report it with the file; the other inputs are not affected.",
    Reason.SIDECAR_INVALID: "Correct the sidecar, or delete it to take the article in without it.",
    Reason.SIDECAR_UNKNOWN_KEY: "Remove or rename the key; the article was taken in without it.",
    Reason.SIDECAR_ORPHAN: "Put the article NAME.* beside its NAME.meta.json, or delete the sidecar.",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """One input or record that cannot be taken in: why, what is wrong in words, and where in the file."""

    reason: Reason
    fault: str
    number: int | None = None
    """Which line, entry or record of a file of many; None for the whole file."""
    excerpt: str | None = None

    @property
    def detail(self) -> str:
        """What is wrong, and what to do about it. A fault that quotes a long value is told by its beginning."""
        fault = self.fault if len(self.fault) <= _MOST_CHARACTERS else f"{self.fault[:_MOST_CHARACTERS]}…"
        return f"{fault} {REMEDIES[self.reason]}"


class Refused(Exception):  # noqa: N818 (it is an outcome, not a programming error)
    """Raised where a whole file, page or sidecar cannot be taken in."""

    def __init__(self, reason: Reason, fault: str) -> None:
        super().__init__(fault)
        self.reason = reason
        self.fault = fault

    def at(self, number: int | None, excerpt: str | None = None) -> Refusal:
        """The same fault, as a record that says where."""
        return Refusal(self.reason, self.fault, number, excerpt)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a sidecar, a front matter, a page's head or a record says of the article; None where it says nothing."""

    title: str | None = None
    url: str | None = None
    publisher: str | None = None
    authors: tuple[str, ...] = ()
    published_at: str | None = None
    """As written; `dates.parse_date` reads it."""
    published_basis: str = "metadata"
    language: str | None = None
    licence: str | None = None


@dataclass(frozen=True, slots=True)
class RawDocument:
    """One article as a reader found it: its body as it came, and what was said of it."""

    body: str
    kind: BodyKind
    metadata: Metadata = field(default_factory=Metadata)
    number: int | None = None
    """Which line, entry or record of a file of many; None where the file is the article."""


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file found in the raw directory. `key` changes whenever its bytes or its sidecar's do."""

    source_path: str
    """Relative to the raw directory, with `/`, always printable."""
    native_path: str
    """The same path as the file system spells it."""
    size: int
    format: str
    """The extension without its dot, in small letters; empty where it is not one that is read."""
    sha256: str | None
    """Of its bytes; None where they were not read."""
    key: str
    sidecar: str | None = None
    """The native path of its sidecar."""
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """One article, read and cleaned: what the `articles` table is made from. Plain fields only: it can be stored."""

    source_path: str
    """The file's path; with `#` and a number for a line or record of a file of many."""
    title: str | None
    text: str
    language: str | None
    publisher: str | None
    url: str | None
    authors: tuple[str, ...]
    published_at: datetime | None
    """In UTC, without a zone, as the tables keep it."""
    published_on: date | None
    """The calendar day where it was published: 22:00 in Washington is the next day in UTC."""
    published_basis: str | None
    licence: str | None
    content_sha256: str
    word_count: int
    signature: bytes
    """What near-duplicates are found by (`near_duplicates.signature`)."""
    has_sidecar: bool


@dataclass(frozen=True, slots=True)
class Rejected:
    """One input that was refused: what the `quarantine` table is made from."""

    source_path: str
    reason: str
    detail: str
    is_record: bool
    """Whether it is one record of a file of many, meant for `articles`."""
    excerpt: str | None
    content_sha256: str | None


Outcome = ParsedDocument | Rejected
