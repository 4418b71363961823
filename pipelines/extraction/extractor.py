"""One article in, its rows out: the order in which the rooms of the extraction work, and nothing else.

`Extractor.load` reads the model, the lexicons and the reference data once; `extract` parses each article once and
asks every room of the same parse.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from pipelines.extraction.addressees import Talks
from pipelines.extraction.attribution import Attribution
from pipelines.extraction.commitment_cues import CommitmentLexicon, load_lexicon
from pipelines.extraction.commitments import find_commitments
from pipelines.extraction.dates import find_times
from pipelines.extraction.encoder import Encoder, Reading
from pipelines.extraction.events import find_events
from pipelines.extraction.parse import load_model, parse
from pipelines.extraction.quantities import find_quantities
from pipelines.extraction.topics import TopicTagger
from pipelines.identity import stable_id
from pipelines.linking.linker import Linker
from pipelines.linking.reference import load_reference
from pipelines.records import Article, Commitment, Event, Leader, Mention, Span, Statement

Row = dict[str, Any]

_BATCH, _LETTERS = 16, 100_000
"""Articles that are parsed, and read by the encoder, together, and how long all of them may be: memory holds the parses
of a batch."""
_FIRST_BATCH = 2
"""Articles that are read first where others are read ahead: until these are read, one core has nothing to do."""


@dataclass(slots=True)
class ArticleRows:
    """What was found in one article: rows by table, with the columns that `schemas/` gives the table.

    `leaders` and `events` hold what this article says of them; what is the same across articles is modelled later,
    and so are `utterance_id` and `pledge_id`.
    """

    article_id: str
    mentions: list[Row] = field(default_factory=list)
    leaders: list[Row] = field(default_factory=list)
    statements: list[Row] = field(default_factory=list)
    commitments: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)
    statement_topics: list[Row] = field(default_factory=list)
    commitment_topics: list[Row] = field(default_factory=list)
    article_topics: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Extractor:
    """Everything that extraction needs, loaded once."""

    nlp: Language
    encoder: Encoder
    linker: Linker
    attribution: Attribution
    commitments: CommitmentLexicon
    topics: TopicTagger

    @classmethod
    def load(cls, reference: Path, lexicons: Path) -> Extractor:
        """Load the language model, the reference data in `reference` and the lexicons in `lexicons`.

        Raises `FileNotFoundError` or `ValueError`, naming file and line, where one of them is missing or broken.
        """
        loaded = cls(
            nlp=load_model(),
            encoder=Encoder.load(),
            linker=Linker(load_reference(reference)),
            attribution=Attribution.load(),
            commitments=load_lexicon(),
            topics=TopicTagger(lexicons / "topics.csv"),
        )
        gc.freeze()  # all this stays: looking through it for garbage again and again took a twelfth of the extraction
        return loaded

    def extract(self, articles: Iterable[Article], *, read_ahead: bool = True) -> Iterator[ArticleRows]:
        """The rows of each article, in the order given; memory holds two batches of readings and one of parses.

        With `read_ahead` the encoder reads in a thread of its own while articles are parsed, which takes a second
        core; where none is free, one after the other takes less of the first.
        """
        if not read_ahead:
            for together in _batches(articles, _BATCH):
                read = self.encoder.read([article.text for article in together])
                for (article, doc), reading in zip(parse(self.nlp, together), read, strict=True):
                    yield self._rows(article, doc, reading)
            return
        with ThreadPoolExecutor(max_workers=1) as pool:
            for batch, readings in self._read_ahead(articles, pool):
                parsed = list(parse(self.nlp, batch))  # before the readings are waited for: both go on side by side
                for (article, doc), reading in zip(parsed, readings.result(), strict=True):
                    yield self._rows(article, doc, reading)

    def _read_ahead(
        self, articles: Iterable[Article], pool: ThreadPoolExecutor
    ) -> Iterator[tuple[Sequence[Article], Future[list[Reading]]]]:
        """Each batch with its readings to come: the encoder, which needs no parse, reads while others are parsed."""
        waiting: tuple[Sequence[Article], Future[list[Reading]]] | None = None
        for batch in _batches(articles, _FIRST_BATCH):
            following = batch, pool.submit(self.encoder.read, [article.text for article in batch])
            if waiting is not None:
                yield waiting
            waiting = following
        if waiting is not None:
            yield waiting

    def _rows(self, article: Article, doc: Doc, reading: Reading) -> ArticleRows:
        linked = self.linker.link(doc, article)
        times = find_times(doc, article.published_on)
        quantities = find_quantities(doc)
        events = find_events(doc, article, linked, times)
        talks = Talks.of(events, linked.leaders)
        statements = self.attribution.find_statements(doc, reading, linked, times, talks)
        commitments = find_commitments(doc, article, linked, statements, times, quantities, self.commitments)
        about = self.topics.read(article.title, article.text)
        for statement in statements:
            statement.topics = about.of(statement.content_spans)
        for commitment in commitments:
            commitment.topics = about.of(commitment.spans)
        rows = ArticleRows(article.article_id)
        rows.article_topics = _topic_rows("article_id", article.article_id, about.topics)
        rows.mentions = [_mention_row(article, mention) for mention in linked.mentions]
        rows.events = [event_row(article, event) for event in events]
        rows.leaders = [leader_row(article, leader) for leader in linked.leaders]
        ids: dict[int, str] = {}
        seen: set[str] = set()
        for statement in statements:
            row = _statement_row(article, statement)
            if row["statement_id"] in seen:
                continue
            seen.add(row["statement_id"])
            ids[id(statement)] = row["statement_id"]
            rows.statements.append(row)
            rows.statement_topics += _topic_rows("statement_id", row["statement_id"], statement.topics)
        for commitment in commitments:
            row = _commitment_row(article, commitment, ids)
            if row["commitment_id"] in seen:
                continue
            seen.add(row["commitment_id"])
            rows.commitments.append(row)
            rows.commitment_topics += _topic_rows("commitment_id", row["commitment_id"], commitment.topics)
        return rows


def _batches(articles: Iterable[Article], first: int) -> Iterator[list[Article]]:
    """The articles a few at a time, `first` and then ever more; one that is too long for a batch is one by itself."""
    batch: list[Article] = []
    letters, most = 0, first
    for article in articles:
        if batch and (len(batch) == most or letters + len(article.text) > _LETTERS):
            yield batch
            batch, letters, most = [], 0, min(2 * most, _BATCH)
        batch.append(article)
        letters += len(article.text)
    if batch:
        yield batch


def _joined(text: str, spans: Sequence[Span]) -> str:
    return " ".join(text[start:end] for start, end in spans)


def _span_list(spans: Sequence[Span]) -> list[dict[str, int]]:
    return [{"start": start, "end": end} for start, end in spans]


def _text(article: Article, span: Span | None) -> str | None:
    return article.text[span[0] : span[1]] if span else None


def _topic_rows(key: str, identifier: str, topics: Sequence[tuple[str, float]]) -> list[Row]:
    return [{key: identifier, "topic_id": topic, "score": score} for topic, score in topics]


def _mention_row(article: Article, mention: Mention) -> Row:
    return {
        "mention_id": stable_id(
            "m", article.article_id, mention.start, mention.end, mention.kind, mention.leader_id, mention.country
        ),
        "article_id": article.article_id,
        "start": mention.start,
        "end": mention.end,
        "text": article.text[mention.start : mention.end],
        "kind": mention.kind,
        "leader_id": mention.leader_id,
        "country": mention.country,
        "basis": mention.basis,
        "confidence": mention.confidence,
    }


def leader_row(article: Article, leader: Leader) -> Row:
    """A row of `extracted_leaders`."""
    return {
        "article_id": article.article_id,
        "leader_id": leader.leader_id,
        "name": leader.name,
        "wikidata_id": leader.wikidata_id,
        "country": leader.country,
        "aliases": list(leader.aliases),
    }


def _statement_row(article: Article, s: Statement) -> Row:
    return {
        "statement_id": stable_id("s", article.article_id, s.content_spans, s.cue),
        "article_id": article.article_id,
        "content": _joined(article.text, s.content_spans),
        "content_spans": _span_list(s.content_spans),
        "quote_type": s.quote_type,
        "attribution_type": s.attribution_type,
        "speaker_text": _text(article, s.speaker),
        "speaker_start": s.speaker[0] if s.speaker else None,
        "speaker_end": s.speaker[1] if s.speaker else None,
        "speaker_kind": s.referent.kind,
        "speaker_leader_ids": list(s.referent.leader_ids),
        "speaker_countries": list(s.referent.countries),
        "speaker_basis": s.referent.basis,
        "cue_text": _text(article, s.cue),
        "cue_start": s.cue[0] if s.cue else None,
        "cue_end": s.cue[1] if s.cue else None,
        "cue_lemma": s.cue_lemma,
        "addressee_text": _text(article, s.addressee),
        "addressee_leader_ids": list(s.addressee_referent.leader_ids),
        "addressee_countries": list(s.addressee_referent.countries),
        "addressee_basis": s.addressee_basis,
        "channel": s.channel,
        "speech_act": s.speech_act,
        "plover": s.plover,
        "said_on": s.said_on,
        "said_on_basis": s.said_on_basis,
        "confidence": s.confidence,
    }


def _commitment_row(article: Article, c: Commitment, statement_ids: dict[int, str]) -> Row:
    quantity, baseline, due = c.quantity, c.baseline, c.due
    return {
        "commitment_id": stable_id("c", article.article_id, c.spans, c.action, quantity.text if quantity else None),
        "article_id": article.article_id,
        "statement_id": statement_ids.get(id(c.statement)) if c.statement else None,
        "text": _joined(article.text, c.spans),
        "spans": _span_list(c.spans),
        "committer_text": _text(article, c.committer),
        "committer_leader_ids": list(c.committer_referent.leader_ids),
        "committer_countries": list(c.committer_referent.countries),
        "committer_basis": c.committer_referent.basis,
        "reported_by_leader_ids": list(c.reported_by),
        "self_reported": c.self_reported,
        "counterparty_leader_ids": list(c.counterparty.leader_ids),
        "counterparty_countries": list(c.counterparty.countries),
        "action": c.action,
        "object": c.object,
        "firmness": c.firmness,
        "polarity": c.polarity,
        "condition": c.condition,
        "quantity_text": quantity.text if quantity else None,
        "quantity_value": quantity.value if quantity else None,
        "quantity_unit": quantity.unit if quantity else None,
        "baseline_value": baseline.value if baseline else None,
        "baseline_unit": baseline.unit if baseline else None,
        "due_text": due.text if due else None,
        "due_start": due.start if due else None,
        "due_end": due.end if due else None,
        "due_precision": due.precision if due else None,
        "due_basis": due.basis if due else None,
        "confidence": c.confidence,
    }


def event_row(article: Article, e: Event) -> Row:
    """A row of `extracted_events`."""
    return {
        "article_id": article.article_id,
        "start": e.span[0],
        "end": e.span[1],
        "text": _text(article, e.span),
        "is_main": e.is_main,
        "event_type": e.event_type,
        "status": e.status,
        "leader_ids": list(e.leader_ids),
        "countries": list(e.countries),
        "date_start": e.date.start if e.date else None,
        "date_end": e.date.end if e.date else None,
        "date_precision": e.date.precision if e.date else None,
        "date_basis": e.date.basis if e.date else None,
        "place_text": e.place_text,
        "place_country": e.place_country,
    }
