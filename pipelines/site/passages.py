"""Statements and commitments as passages: numbered newest first, each with the words that its page shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any

import polars as pl

from pipelines.site.sentences import Sentences

Tables = Mapping[str, pl.DataFrame]
Party = tuple[str | None, str]
"""A leader's id, or None for anybody else, and the name."""


@dataclass(frozen=True, slots=True)
class Names:
    """Names of leaders and countries by id."""

    leaders: Mapping[str, str]
    countries: Mapping[str, str]

    @classmethod
    def of(cls, tables: Tables) -> Names:
        """Read them from the tables."""
        return cls(
            leaders=dict(tables["leaders"].select("leader_id", "name").iter_rows()),
            countries=dict(tables["countries"].select("country", "name").iter_rows()),
        )

    def parties(self, leaders: Sequence[str], countries: Sequence[str], text: str | None = None) -> list[Party]:
        """Leaders where some are known, else countries, else the words as written."""
        if leaders:
            return [(leader, self.leaders.get(leader, leader)) for leader in leaders]
        if countries:
            return [(None, self.countries.get(country, country)) for country in countries]
        return [(None, text)] if text else []


def numbered_articles(articles: pl.DataFrame) -> pl.DataFrame:
    """The articles, newest first and the undated last, with `article_number` and `day`.

    A `url` that is no address on the web is NULL: nobody gets a `javascript:` to press.
    """
    day = pl.coalesce(pl.col("published_on"), pl.col("published_at").dt.date())
    web = pl.col("url").str.contains(r"(?i)^https?://")
    return (
        articles.with_columns(day=day, url=pl.when(web).then(pl.col("url")))
        .sort(["day", "article_id"], descending=[True, False], nulls_last=True)
        .with_row_index("article_number")
    )


def passages(tables: Tables, articles: pl.DataFrame) -> pl.DataFrame:
    """One row a statement or commitment, with `number` in the order in which results are shown.

    `articles` are numbered. Ids of topics go from the strongest to the weakest; `topic` has their parents too.
    """
    statements = tables["statements"].select(
        "article_id",
        kind=pl.lit("statement"),
        id="statement_id",
        same="utterance_id",
        content="content",
        spans="content_spans",
        who_leaders="speaker_leader_ids",
        who_countries="speaker_countries",
        who_text="speaker_text",
        to_leaders="addressee_leader_ids",
        to_countries="addressee_countries",
        to_text="addressee_text",
        act="speech_act",
        cue="cue_text",
        beside=pl.concat_list("speaker_start", "speaker_end", "cue_start", "cue_end"),
        said_on="said_on",
        confidence="confidence",
    )
    commitments = tables["commitments"].select(
        "article_id",
        kind=pl.lit("commitment"),
        id="commitment_id",
        same="pledge_id",
        content="text",
        spans="spans",
        who_leaders="committer_leader_ids",
        who_countries="committer_countries",
        who_text="committer_text",
        to_leaders="counterparty_leader_ids",
        to_countries="counterparty_countries",
        to_text=pl.lit(None, dtype=pl.String),
        act="firmness",
        action="action",
        object="object",
        polarity="polarity",
        beside=pl.lit([], dtype=pl.List(pl.Int64)),
        reported_by="reported_by_leader_ids",
        quantity="quantity_text",
        due="due_text",
        condition="condition",
        confidence="confidence",
    )
    topics = pl.concat([_topics(tables["statement_topics"]), _topics(tables["commitment_topics"])])
    return (
        pl.concat([statements, commitments], how="diagonal")
        .join(articles.select("article_id", "article_number"), on="article_id", how="inner")
        .join(topics, on="id", how="left")
        .with_columns(
            topics=pl.col("topics").fill_null(pl.lit([], dtype=pl.List(pl.String))),
            reported_by=pl.col("reported_by").fill_null(pl.lit([], dtype=pl.List(pl.String))),
            first=pl.col("spans").list.eval(pl.element().struct.field("start")).list.min(),
        )
        .with_columns(topic=_with_parents(pl.col("topics")))
        .sort("article_number", "first", "kind", "id", nulls_last=True, descending=[False, False, True, False])
        .with_row_index("number")
    )


def records(rows: pl.DataFrame, articles: pl.DataFrame, names: Names) -> Iterator[dict[str, Any]]:
    """What a page needs of each passage, in order; what is empty is left out."""
    texts = dict(articles.select("article_id", "text").iter_rows())
    article, sentences = None, None
    for row in rows.iter_rows(named=True):
        if row["article_id"] != article:
            article, text = row["article_id"], texts[row["article_id"]]
            sentences = Sentences(text) if text else None
        yield _record(row, sentences, names)


def shown_words(record: Mapping[str, Any]) -> str:
    """All words by which the passage is found: its sentence, and the names of people."""
    return " ".join([record["text"], *(name for role in ("who", "to") for _, name in record.get(role, ()))])


def _record(row: Mapping[str, Any], sentences: Sentences | None, names: Names) -> dict[str, Any]:
    text, marks = _in_context(row, sentences)
    record = {
        "kind": row["kind"],
        "id": row["id"],
        "same": row["same"],
        "number": row["number"],
        "article": row["article_number"],
        "text": text,
        "marks": marks,
        "who": names.parties(row["who_leaders"], row["who_countries"], row["who_text"]),
        "to": names.parties(row["to_leaders"], row["to_countries"], row["to_text"]),
        "by": names.parties(row["reported_by"], []),
        "act": row["act"],
        "cue": row["cue"],
        "action": row["action"],
        "object": None if text else row["object"],
        "refrain": row["polarity"] == "refrain",
        "quantity": row["quantity"],
        "due": row["due"],
        "condition": row["condition"],
        "said": row["said_on"].isoformat() if row["said_on"] else None,
        "topics": row["topics"],
        "sure": round(row["confidence"], 2),
    }
    return {key: value for key, value in record.items() if value is not None and value is not False and value != []}


def _in_context(row: Mapping[str, Any], sentences: Sentences | None) -> tuple[str, list[tuple[int, int]]]:
    """The sentence around the passage; where the article's text is left out, what the row itself holds."""
    spans = [(span["start"], span["end"]) for span in row["spans"]]
    if sentences is not None and spans:
        try:
            beside = batched(row["beside"], 2)
            return sentences.around(spans, [(start, end) for start, end in beside if start is not None])
        except ValueError:
            pass
    return row["content"] or "", []


def _topics(tags: pl.DataFrame) -> pl.DataFrame:
    return (
        tags.rename({tags.columns[0]: "id"})
        .sort(["id", "score", "topic_id"], descending=[False, True, False])
        .group_by("id", maintain_order=True)
        .agg(topics="topic_id")
    )


def _with_parents(topics: pl.Expr) -> pl.Expr:
    parents = topics.list.eval(pl.element().str.split(".").list.first())
    return pl.concat_list(topics, parents).list.unique(maintain_order=True)
