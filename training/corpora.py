"""The annotated corpora, as parsed documents with gold attributions in token indexes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from spacy.language import Language
from spacy.tokens import Doc

from pipelines.extraction.parse import parse
from pipelines.records import Article, Span
from training.articles import read_articles


@dataclass(frozen=True, slots=True)
class GoldAttribution:
    """One annotated attribution, in words: a word is the index of its first token."""

    content: frozenset[int]
    source: frozenset[int]
    cue: frozenset[int]


@dataclass(frozen=True, slots=True)
class GoldDocument:
    """A parsed article and its annotated attributions."""

    name: str
    doc: Doc
    attributions: tuple[GoldAttribution, ...]


def read_polnear(path: Path, nlp: Language) -> Iterator[GoldDocument]:
    """PolNeAR (Newell et al. 2018) in the one-JSON-object-a-line form of `eval/polnear/`."""
    with path.open(encoding="utf-8") as lines:
        entries = {entry["id"]: entry for entry in map(json.loads, lines)}
    articles = (Article(name, entry["text"]) for name, entry in entries.items())
    for article, doc in parse(nlp, articles):
        marked = entries[article.article_id]["attributions"]
        yield GoldDocument(article.article_id, doc, tuple(_of_spans(doc, a) for a in marked if a.get("content")))


def read_gold(gold: Path, raw: Path, nlp: Language) -> Iterator[GoldDocument]:
    """The articles annotated after the codebook: rows in `gold`, the articles in `raw`, taken in as a run would."""
    rows: dict[str, Any] = {}
    for path in sorted(gold.glob("*.yaml")):
        entry = yaml.safe_load(path.read_text(encoding="utf-8"))
        rows[entry["article"]] = entry
    articles = [Article(name, text) for name, text in read_articles(raw) if name in rows]
    for article, doc in parse(nlp, articles):
        statements = rows[article.article_id].get("statements") or []
        marked = [_of_statement(doc, statement) for statement in statements]
        yield GoldDocument(article.article_id, doc, tuple(a for a in marked if a.content))


def locate(text: str, wanted: str | Sequence[str]) -> list[Span]:
    """Where the annotated words stand in `text`; white space may differ."""
    parts = [wanted] if isinstance(wanted, str) else wanted
    matches = (re.search(r"\s+".join(map(re.escape, part.split())), text) for part in parts)
    return [match.span() for match in matches if match]


def _of_statement(doc: Doc, statement: dict[str, Any]) -> GoldAttribution:
    """A row annotated after the codebook: its cue is the occurrence of the cue's words nearest to the content."""
    content = locate(doc.text, statement["content"])
    cue = nearest(doc.text, statement["cue"], content) if content else []
    return _of_spans(doc, {"content": content, "cue": cue})


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
