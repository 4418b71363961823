"""A tiny dataset in which every table has a row and every rule holds: what tests start from and then break."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
from spacy.tokens import Span, Token

from pipelines.records import NOBODY, Referent
from schemas import TABLES
from schemas.frames import rows_frame

TEXT = "Ann Lee said that Norland will buy 20 ships.\n\nThe call took place on Monday."
SAID = "that Norland will buy 20 ships"
PROMISED = "Norland will buy 20 ships"
CALL = "The call took place on Monday"

ROWS: dict[str, list[dict[str, Any]]] = {
    "topics": [
        {"topic_id": "trade", "label": "Trade", "definition": "Buying and selling"},
        {"topic_id": "trade.ships", "parent_id": "trade", "label": "Ships", "definition": "Buying ships"},
    ],
    "countries": [{"country": "NOR", "name": "Norland"}, {"country": "SUD", "name": "Sudland"}],
    "articles": [
        {
            "article_id": "a_1",
            "source_path": "call.txt",
            "source_paths": ["call.txt"],
            "title": "A call",
            "text": TEXT,
            "language": "en",
            "published_at": dt.datetime(2026, 2, 5),
            "published_on": dt.date(2026, 2, 5),
            "published_basis": "sidecar",
            "content_sha256": "0" * 64,
            "story_id": "y_1",
            "word_count": 14,
            "pipeline_version": "0+0",
        }
    ],
    "quarantine": [
        {
            "quarantine_id": "q_1",
            "source_path": "broken.html",
            "stage": "intake",
            "reason": "empty",
            "detail": "Nothing in it. Delete it.",
        }
    ],
    "leaders": [{"leader_id": "Q1", "name": "Ann Lee", "wikidata_id": "Q1", "country": "NOR"}],
    "leader_terms": [
        {
            "term_id": "t_1",
            "leader_id": "Q1",
            "office": "President",
            "office_kind": "head_of_state",
            "country": "NOR",
            "start_date": dt.date(2020, 1, 1),
            "start_basis": "source",
            "end_basis": "open",
            "source": "made up",
        }
    ],
    "leader_coverage": [
        {
            "country": "NOR",
            "office_kind": "head_of_state",
            "year": 2020,
            "status": "known",
            "holders": 1,
            "names": ["Ann Lee"],
        }
    ],
    "mentions": [
        {
            "mention_id": "m_1",
            "article_id": "a_1",
            "start": 0,
            "end": 7,
            "text": "Ann Lee",
            "kind": "leader",
            "leader_id": "Q1",
            "country": "NOR",
            "basis": "full_name",
            "confidence": 1.0,
        }
    ],
    "statements": [
        {
            "statement_id": "s_1",
            "article_id": "a_1",
            "utterance_id": "u_1",
            "content": SAID,
            "content_spans": [{"start": TEXT.index(SAID), "end": TEXT.index(SAID) + len(SAID)}],
            "quote_type": "indirect",
            "attribution_type": "assertion",
            "speaker_text": "Ann Lee",
            "speaker_start": 0,
            "speaker_end": 7,
            "speaker_kind": "leader",
            "speaker_leader_ids": ["Q1"],
            "speaker_countries": ["NOR"],
            "cue_text": "said",
            "cue_start": 8,
            "cue_end": 12,
            "cue_lemma": "say",
            "speech_act": "assertive",
            "confidence": 0.9,
        }
    ],
    "commitments": [
        {
            "commitment_id": "c_1",
            "article_id": "a_1",
            "pledge_id": "p_1",
            "statement_id": "s_1",
            "text": PROMISED,
            "spans": [{"start": TEXT.index(PROMISED), "end": TEXT.index(PROMISED) + len(PROMISED)}],
            "committer_countries": ["NOR"],
            "action": "buy",
            "object": "20 ships",
            "firmness": "intended",
            "polarity": "do",
            "confidence": 0.8,
        }
    ],
    "events": [{"event_id": "e_1", "event_type": "call", "status": "occurred"}],
    "event_participants": [
        {"participant_id": "ep_1", "event_id": "e_1", "leader_id": "Q1", "country": "NOR", "role": "participant"},
        {"participant_id": "ep_2", "event_id": "e_1", "country": "SUD", "role": "participant"},
    ],
    "event_mentions": [
        {
            "event_id": "e_1",
            "article_id": "a_1",
            "text": CALL,
            "start": TEXT.index(CALL),
            "end": TEXT.index(CALL) + len(CALL),
            "is_main": True,
            "told_type": "call",
            "told_status": "occurred",
            "merge_basis": "same_facts",
            "merged_with_article_id": "a_1",
            "merge_explanation": "the same type, participants and day",
        }
    ],
    "article_topics": [{"article_id": "a_1", "topic_id": "trade.ships", "score": 0.7}],
    "statement_topics": [{"statement_id": "s_1", "topic_id": "trade.ships", "score": 0.7}],
    "commitment_topics": [{"commitment_id": "c_1", "topic_id": "trade.ships", "score": 0.7}],
}


def sample(table: str) -> pl.DataFrame:
    """The sample rows of one table."""
    return rows_frame(TABLES[table], ROWS[table])


class Nameless:
    """A resolver that knows nobody, for tests about spans and codes, not about people."""

    def resolve(self, span: Span) -> Referent:
        return NOBODY

    def implied(self, cue: Token) -> Referent:
        return NOBODY
