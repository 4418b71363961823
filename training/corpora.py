"""The annotated corpora, as parsed documents with gold attributions in token indexes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from pipelines.extraction.parse import parse
from pipelines.records import Article, Span


@dataclass(frozen=True, slots=True)
class GoldAttribution:
    """One annotated attribution, in words: a word is the index of its first token."""

    content: frozenset[int]
    source: frozenset[int]
    cue: frozenset[int]


@dataclass(frozen=True, slots=True)
class GoldDocument:
    """A parsed article and its annotated attributions; `fold` is the half of its corpus that it belongs to."""

    name: str
    corpus: str
    fold: int
    doc: Doc
    attributions: tuple[GoldAttribution, ...]


def read_documents(path: Path, nlp: Language) -> Iterator[GoldDocument]:
    """What `training.encoder_data` wrote, parsed."""
    with path.open(encoding="utf-8") as lines:
        entries = list(map(json.loads, lines))
    articles = (Article(entry["id"], entry["text"]) for entry in entries)
    for entry, (_, doc) in zip(entries, parse(nlp, articles), strict=True):
        marked = (_of_spans(doc, attribution) for attribution in entry["attributions"])
        own = tuple(attribution for attribution in marked if attribution.content)
        yield GoldDocument(entry["id"], entry["corpus"], entry["fold"], doc, own)


def locate(text: str, wanted: str | Sequence[str]) -> list[Span]:
    """Where the annotated words stand in `text`; white space may differ."""
    parts = [wanted] if isinstance(wanted, str) else wanted
    matches = (re.search(r"\s+".join(map(re.escape, part.split())), text) for part in parts)
    return [match.span() for match in matches if match]


def nearest(text: str, wanted: str | Sequence[str], content: Sequence[Span]) -> list[Span]:
    """Of all places where the cue's words stand outside the content, the one nearest to it."""
    part = wanted if isinstance(wanted, str) else (wanted[0] if wanted else "")
    places = [m.span() for m in re.finditer(rf"(?<!\w){re.escape(part)}(?!\w)", text)] if part and part != ":" else []
    outside = [(s, e) for s, e in places if all(e <= start or end <= s for start, end in content)]
    first, last = min(start for start, _ in content), max(end for _, end in content)
    return sorted(outside, key=lambda span: min(abs(span[1] - first), abs(span[0] - last)))[:1]


def _of_spans(doc: Doc, spans: dict[str, Any]) -> GoldAttribution:
    content, source, cue = (words_of(doc, spans.get(role) or []) for role in ("content", "source", "cue"))
    return GoldAttribution(content, source, cue)


def words_of(doc: Doc, spans: Sequence[Sequence[int]]) -> frozenset[int]:
    """The tokens of `spans` that are words."""
    found: set[int] = set()
    for start, end in spans:
        part = doc.char_span(start, end, alignment_mode="expand")
        if part is not None:
            found.update(token.i for token in part if not (token.is_punct or token.is_space))
    return frozenset(found)
