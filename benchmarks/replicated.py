"""A big warehouse made of a small one: every row again and again, with ids, days, people and topics of its own.

Copies differ as articles of many years do: four copies in a row tell of the same people, topics, pledges and
utterances twenty days apart; groups of four are spread over 26 years, and their people and topics are drawn so that few
are named often and most are named seldom; the first group is as the source tells. Words of contents are turned round,
so that no two copies compress into one. Articles keep the beginning of their text only: no question reads more.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipelines.modelling import reference
from schemas import TABLES
from schemas.ddl import literal, quoted

_TEXT = 400
_SAME = 4
"""Copies that tell of the same people, pledges and utterances."""

_IDS = {
    "article_id": "k",
    "merged_with_article_id": "k",
    "story_id": "k",
    "statement_id": "k",
    "commitment_id": "k",
    "mention_id": "k",
    "event_id": "k",
    "participant_id": "k",
    "source_path": "k",
    "content_sha256": "k",
    "utterance_id": f"k // {_SAME}",
    "pledge_id": f"k // {_SAME}",
}
"""Columns whose values are the copy's own, and by which number."""

_REPLICATED = [
    "articles",
    "mentions",
    "statements",
    "commitments",
    "events",
    "event_participants",
    "event_mentions",
    "article_topics",
    "statement_topics",
    "commitment_topics",
]


def replicate(source: Path, stage: Path, folder: Path, statements: int) -> None:
    """Write one Parquet file a table into `stage`, from those in `source`, with at least so many statements.

    `folder` is the reference data, whose people and countries the copies are told of.
    """
    stage.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as database:
        database.execute("SET preserve_insertion_order = false")
        for name in TABLES:
            database.execute(
                f"CREATE VIEW small_{name} AS FROM read_parquet({literal(str(source / f'{name}.parquet'))})"
            )
        there = _count(database, "SELECT count(*) FROM small_statements")
        if there == 0:
            raise ValueError(f"{source} has no statements to replicate: run `make materialize` first")
        _pools(database, folder)
        _copies(database, -(-statements // there))
        for name in TABLES:
            rows = _copied(name) if name in _REPLICATED else f"SELECT * FROM whole_{name}"
            rows += f" ORDER BY {', '.join(map(quoted, TABLES[name].key))}"
            database.execute(f"COPY ({rows}) TO {literal(str(stage / f'{name}.parquet'))} (FORMAT parquet)")


def _pools(database: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """The people, countries and topics that copies are told of; those of the small warehouse come first."""
    database.register("known_countries", reference.countries(folder))
    database.register("known_leaders", reference.leaders(folder))
    database.register("known_terms", reference.terms(folder))
    database.execute(
        """
        CREATE TABLE whole_leaders AS
        FROM small_leaders
        UNION ALL BY NAME
        SELECT *, NULL::TIMESTAMP AS first_mention, NULL::TIMESTAMP AS last_mention
        FROM known_leaders ANTI JOIN small_leaders USING (leader_id);
        CREATE TABLE whole_leader_terms AS
        FROM small_leader_terms
        UNION ALL BY NAME
        SELECT 'reference_' || row_number() OVER () AS term_id, *
        FROM known_terms ANTI JOIN small_leaders USING (leader_id);
        CREATE VIEW whole_topics AS FROM small_topics;
        CREATE TABLE whole_countries AS
        FROM small_countries
        UNION ALL BY NAME
        FROM known_countries ANTI JOIN small_countries USING (country);
        CREATE VIEW whole_quarantine AS FROM small_quarantine;
        CREATE VIEW whole_leader_coverage AS FROM small_leader_coverage;
        SET VARIABLE people = (
          SELECT list(leader_id ORDER BY first_mention IS NULL, leader_id) FROM whole_leaders
        );
        SET VARIABLE countries = (
          SELECT list(c.country ORDER BY s.country IS NULL, c.country)
          FROM whole_countries AS c LEFT JOIN (SELECT DISTINCT country FROM small_mentions) AS s USING (country)
        );
        SET VARIABLE topics = (SELECT list(topic_id ORDER BY topic_id) FROM small_topics);
        """
    )


def _copies(database: duckdb.DuckDBPyConnection, copies: int) -> None:
    """One row a copy: how far its days, people, countries and topics are moved."""
    database.execute(
        f"""
        CREATE TABLE copies AS
        WITH groups AS (
          SELECT
            k,
            CASE WHEN k < {_SAME} THEN 0 ELSE (hash(k // {_SAME}) % 1000003) / 1000003 END AS luck,
            CASE WHEN k < {_SAME} THEN 0 ELSE (hash(-(k // {_SAME})) % 1000003) / 1000003 END AS other_luck
          FROM range({copies}) AS t (k)
        )
        SELECT k,
          to_days(((k % {_SAME}) * 20 - floor(luck * 26 * 365))::INTEGER) AS days,
          floor(pow(other_luck, 3) * len(getvariable('people')))::INTEGER AS people,
          floor(pow(other_luck, 3) * len(getvariable('countries')))::INTEGER AS countries,
          floor(pow(luck * 997 % 1, 2) * len(getvariable('topics')))::INTEGER AS topics
        FROM groups
        """
    )


def _copied(name: str) -> str:
    columns = ", ".join(f"{_value(name, column.name)} AS {column.name}" for column in TABLES[name].columns)
    return f"SELECT {columns} FROM small_{name} AS t CROSS JOIN copies"


def _value(table: str, column: str) -> str:
    if column in _IDS:
        return f"t.{column} || '_' || ({_IDS[column]})"
    if column == "source_paths":
        return "[t.source_path || '_' || k]"
    if column in {"content", "object"}:
        words = f"string_split(t.{column}, ' ')"
        turned = f"k % len({words})"
        return f"array_to_string({words}[{turned} + 1:] || {words}[:{turned}] || [k::VARCHAR], ' ')"
    if table == "articles" and column == "text":
        return f"t.text[:{_TEXT}]"
    moved = {"topic_id": "topics", "leader_id": "people", "country": "countries", "place_country": "countries"}
    if column in moved:
        return _moved(f"t.{column}", moved[column])
    if column.endswith("_leader_ids"):
        return f"list_transform(t.{column}, lambda x: {_moved('x', 'people')})"
    if column.endswith("_countries"):
        return f"list_transform(t.{column}, lambda x: {_moved('x', 'countries')})"
    kind = next(str(c.dtype) for c in TABLES[table].columns if c.name == column)
    if kind == "Date":
        return f"(t.{column} + days)::DATE"
    return f"t.{column} + days" if kind.startswith("Datetime") else f"t.{column}"


def _moved(value: str, pool: str) -> str:
    """The member of a pool that stands as far behind `value` as the copy says, or from the beginning again."""
    members = f"getvariable('{pool}')"
    return f"{members}[(list_position({members}, {value}) - 1 + copies.{pool}) % len({members}) + 1]"


def _count(database: duckdb.DuckDBPyConnection, sql: str) -> int:
    [(found,)] = database.execute(sql).fetchall()
    return int(found)
