"""One reader a format: bytes of one file to the articles in it, each with what the file says of it.

A reader yields a `RawDocument` for each article and a `Refusal` for each record that is none, and goes on; it raises
`Refused` where the whole file cannot be read. It cleans nothing and judges nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pipelines.intake.readers import feed, html, json_articles, mail, markdown, text, warc
from pipelines.intake.records import RawDocument, Refusal
from pipelines.intake.settings import Limits

Reader = Callable[[bytes, Limits], Iterator[RawDocument | Refusal]]

READERS: dict[str, Reader] = {
    "txt": text.read,
    "md": markdown.read,
    "html": html.read,
    "htm": html.read,
    "json": json_articles.read,
    "jsonl": json_articles.read_lines,
    "jsonl.gz": json_articles.read_compressed_lines,
    "eml": mail.read,
    "xml": feed.read,
    "rss": feed.read,
    "atom": feed.read,
    "warc": warc.read,
    "warc.gz": warc.read,
}
"""By extension, in small letters and without the first dot."""
