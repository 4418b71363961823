"""A small world of a few articles: governments and newspapers tell of a call, a meeting and a promise."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from pipelines.warehouse.publish import publish_database, write_table
from schemas import TABLES
from schemas.frames import rows_frame
from tests.samples import ROWS

PUBLISHERS = "pattern,country\ngov.nor,NOR\nsudland today,SUD\n"

Row = dict[str, Any]


def _article(name: str, day: dt.date | None, publisher: str | None, story: str, url: str | None = None) -> Row:
    return {
        **ROWS["articles"][0],
        "article_id": name,
        "title": f"Article {name}",
        "source_path": f"{name}.txt",
        "source_paths": [f"{name}.txt"],
        "publisher": publisher,
        "url": url,
        "published_at": day and dt.datetime.combine(day, dt.time()),
        "published_on": day,
        "story_id": story,
    }


def _statement(key: str, article: str, content: str, place: int, **other: Any) -> Row:
    return {
        **ROWS["statements"][0],
        "statement_id": key,
        "article_id": article,
        "utterance_id": f"u_{key}",
        "content": content,
        "content_spans": [{"start": place, "end": place + len(content)}],
        **other,
    }


def _commitment(key: str, article: str, text: str, place: int, **other: Any) -> Row:
    return {
        **ROWS["commitments"][0],
        "commitment_id": key,
        "article_id": article,
        "pledge_id": f"p_{key}",
        "statement_id": None,
        "text": text,
        "spans": [{"start": place, "end": place + len(text)}],
        **other,
    }


DAYS = [dt.date(2026, 2, 5), dt.date(2026, 2, 6), dt.date(2026, 3, 10)]
ANN = {"speaker_leader_ids": ["Q1"], "speaker_countries": ["NOR"]}
BO = {"speaker_leader_ids": ["Q2"], "speaker_countries": ["SUD"]}
SHIPS = {"pledge_id": "p_ships", "object": "ships", "committer_countries": ["NOR"], "counterparty_countries": ["SUD"]}

WORLD: dict[str, list[Row]] = {
    **ROWS,
    "topics": [
        *ROWS["topics"],
        {"topic_id": "peace", "label": "Peace", "definition": "Wars and their end"},
        {"topic_id": "fish", "label": "Fish", "definition": "Catching fish"},
    ],
    "articles": [
        _article("a_nor", DAYS[0], "Office of the President", "y_1", url="https://gov.nor/call"),
        _article("a_sud", DAYS[1], "Sudland Today", "y_2"),
        _article("a_wire", DAYS[1], "The Wire", "y_3"),
        _article("a_echo", DAYS[2], "The Echo", "y_3"),
        _article("a_undated", None, None, "y_4"),
    ],
    "quarantine": [],
    "leaders": [
        {"leader_id": "Q1", "name": "Ann Lee", "wikidata_id": "Q1", "country": "NOR", "aliases": ["Anna Lee"]},
        {"leader_id": "Q2", "name": "Bo Berg", "wikidata_id": "Q2", "country": "SUD"},
    ],
    "leader_terms": [
        {**ROWS["leader_terms"][0], "end_date": dt.date(2026, 1, 1)},
        {
            **ROWS["leader_terms"][0],
            "term_id": "t_2",
            "leader_id": "Q2",
            "country": "SUD",
            "office": "Foreign Minister",
            "office_kind": "foreign_minister",
            "start_date": dt.date(2024, 1, 1),
        },
    ],
    "mentions": [
        {**ROWS["mentions"][0], "article_id": "a_nor", "start": 110, "end": 113, "text": "Lee", "basis": "surname"},
        {
            **ROWS["mentions"][0],
            "mention_id": "m_2",
            "article_id": "a_sud",
            "start": 105,
            "end": 112,
            "text": "Norland",
            "kind": "country",
            "leader_id": None,
            "basis": "full_name",
        },
    ],
    "statements": [
        _statement("nor1", "a_nor", "that ships are wanted", 10, **ANN, addressee_countries=["SUD"]),
        _statement("nor2", "a_nor", "that peace is near", 50, **ANN),
        _statement("sud1", "a_sud", "that trade matters to Norland", 100, **BO),
        _statement("wire1", "a_wire", "that fish are scarce", 10, utterance_id="u_fish", **BO),
        _statement("echo1", "a_echo", "that fish are scarce", 10, utterance_id="u_fish", **BO),
        _statement("undated1", "a_undated", "that fish swim", 10, **ANN),
    ],
    "commitments": [
        _commitment("nor", "a_nor", "Norland may buy ships", 80, firmness="considering", **SHIPS),
        _commitment(
            "sud",
            "a_sud",
            "Norland will buy 20 ships by June",
            140,
            firmness="pledged",
            quantity_value=20.0,
            quantity_unit="ships",
            due_text="by June",
            due_start=dt.date(2026, 6, 1),
            due_end=dt.date(2026, 6, 30),
            reported_by_leader_ids=["Q2"],
            self_reported=False,
            **SHIPS,
        ),
        _commitment(
            "wire",
            "a_wire",
            "Norland agreed to buy 25 ships",
            60,
            firmness="agreed",
            quantity_value=25.0,
            quantity_unit="ships",
            self_reported=True,
            **SHIPS,
        ),
        _commitment("echo", "a_echo", "Norland agreed to buy ships", 60, firmness="agreed", **SHIPS),
        _commitment(
            "port",
            "a_sud",
            "Sudland will not close its port in March",
            200,
            committer_countries=["SUD"],
            polarity="refrain",
            action="close",
            object="its port",
            due_start=dt.date(2026, 3, 1),
            due_end=dt.date(2026, 3, 31),
        ),
    ],
    "events": [
        {
            **ROWS["events"][0],
            "date_start": dt.date(2026, 2, 4),
            "date_end": dt.date(2026, 2, 4),
            "date_precision": "day",
        },
        {
            **ROWS["events"][0],
            "event_id": "e_2",
            "event_type": "meeting",
            "date_start": dt.date(2026, 2, 5),
            "date_end": dt.date(2026, 2, 5),
            "date_precision": "day",
        },
    ],
    "event_participants": [
        {"participant_id": "ep_1", "event_id": "e_1", "leader_id": "Q1", "country": "NOR", "role": "participant"},
        {"participant_id": "ep_2", "event_id": "e_1", "leader_id": "Q2", "country": "SUD", "role": "participant"},
        {"participant_id": "ep_3", "event_id": "e_2", "leader_id": "Q1", "country": "NOR", "role": "participant"},
        {"participant_id": "ep_4", "event_id": "e_2", "leader_id": None, "country": "SUD", "role": "participant"},
    ],
    "event_mentions": [
        {
            **ROWS["event_mentions"][0],
            "event_id": event,
            "article_id": article,
            "is_main": is_main,
            "merged_with_article_id": None,
        }
        for event, article, is_main in [
            ("e_1", "a_nor", True),
            ("e_1", "a_sud", True),
            ("e_1", "a_echo", False),
            ("e_2", "a_wire", True),
            ("e_2", "a_nor", False),
        ]
    ],
    "article_topics": [{"article_id": "a_sud", "topic_id": "peace", "score": 0.5}],
    "statement_topics": [
        {"statement_id": statement, "topic_id": topic, "score": 0.7}
        for statement, topic in [
            ("nor1", "trade.ships"),
            ("nor2", "peace"),
            ("sud1", "trade"),
            ("wire1", "fish"),
            ("echo1", "fish"),
            ("undated1", "fish"),
        ]
    ],
    "commitment_topics": [],
}


def publish_world(folder: Path) -> Path:
    """Publish it under `folder`; give the database."""
    for name, about in TABLES.items():
        write_table(rows_frame(about, WORLD[name]), folder / "stage" / f"{name}.parquet", about)
    publishers = folder / "publishers.csv"
    publishers.write_text(PUBLISHERS, encoding="utf-8")
    database = folder / "readout.duckdb"
    publish_database(TABLES.values(), folder / "stage", database, publishers)
    return database
