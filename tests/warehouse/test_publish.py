"""What readers open: files that are whole at every moment, the same bytes for the same rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl
import pyarrow.parquet as pq
import pytest

from pipelines.warehouse.publish import publish_database, publish_parquet, write_table
from pipelines.warehouse.questions import queries
from schemas import TABLES
from schemas.ddl import meaning, sql_type
from tests.samples import ROWS, sample


@pytest.fixture
def stage(tmp_path: Path) -> Path:
    folder = tmp_path / "stage"
    for table in TABLES:
        write_table(sample(table), folder / f"{table}.parquet", TABLES[table])
    return folder


@pytest.fixture
def database(stage: Path, tmp_path: Path) -> Path:
    path = tmp_path / "readout.duckdb"
    assert publish_database(TABLES.values(), stage, path)
    return path


def ask(database: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(database, read_only=True) as connection:
        return connection.execute(sql).fetchall()


@pytest.mark.parametrize("table", TABLES)
def test_rows_come_back_from_duckdb_as_they_went_in(database: Path, table: str) -> None:
    names = [column.name for column in TABLES[table].columns]
    found = ask(database, f"SELECT * FROM {table} ORDER BY ALL")
    expected = [tuple(row) for row in sample(table).sort(names[0]).iter_rows()]
    assert sorted(found, key=repr) == sorted(expected, key=repr)


@pytest.mark.parametrize("table", TABLES)
def test_duckdb_has_the_declared_columns_types_and_comments(database: Path, table: str) -> None:
    found = ask(
        database,
        "SELECT column_name, data_type, is_nullable, comment FROM duckdb_columns() "
        f"WHERE table_name = '{table}' ORDER BY column_index",
    )
    in_key = TABLES[table].key
    for column, (name, data_type, nullable, comment) in zip(TABLES[table].columns, found, strict=True):
        assert name == column.name
        assert str(data_type).replace('"', "") == sql_type(column.dtype).replace('"', "")
        assert nullable == (column.nullable and column.name not in in_key)
        assert comment == meaning(column)


def test_duckdb_has_the_keys_and_refuses_what_breaks_them(database: Path) -> None:
    kinds = dict(
        ask(database, "SELECT constraint_type, count(*) FROM duckdb_constraints() GROUP BY ALL")  # type: ignore[arg-type]
    )
    scalars = sum(1 for table in TABLES.values() for column in table.references if not column.is_list)
    assert kinds["PRIMARY KEY"] == len(TABLES)
    assert kinds["FOREIGN KEY"] == scalars
    with duckdb.connect(database) as connection:
        with pytest.raises(duckdb.ConstraintException):
            connection.execute(
                "INSERT INTO event_mentions SELECT * REPLACE ('nowhere' AS event_id) FROM event_mentions"
            )
        with pytest.raises(duckdb.ConstraintException):
            connection.execute("INSERT INTO events (event_id, event_type, status) VALUES ('e_9', 'party', 'occurred')")


def test_views_name_people_and_countries(database: Path) -> None:
    assert ask(database, "SELECT committer, firmness, object FROM who_promised_what") == [
        ("Norland", "intended", "20 ships")
    ]
    assert ask(database, "SELECT speaker, cue, topic_ids FROM who_said_what") == [("Ann Lee", "said", ["trade.ships"])]
    assert ask(database, "SELECT event_type, participants FROM what_happened") == [("call", "Ann Lee, Sudland")]


def test_the_documented_queries_answer(database: Path) -> None:
    for query in queries():
        assert query.question.endswith("?")
        ask(database, query.sql)


def test_a_reader_with_the_old_file_open_keeps_it_and_holds_nothing_up(
    stage: Path, database: Path, tmp_path: Path
) -> None:
    with duckdb.connect(database, read_only=True) as reader:
        write_table(
            sample("commitment_topics").clear(), stage / "commitment_topics.parquet", TABLES["commitment_topics"]
        )
        assert publish_database(TABLES.values(), stage, database)
        assert reader.execute("SELECT count(*) FROM commitment_topics").fetchone() == (1,)
    assert ask(database, "SELECT count(*) FROM commitment_topics") == [(0,)]
    assert [path.name for path in tmp_path.glob(".readout*")] == []


def test_a_build_that_breaks_a_constraint_leaves_the_old_file(stage: Path, database: Path) -> None:
    before = database.read_bytes()
    write_table(sample("leaders").clear(), stage / "leaders.parquet", TABLES["leaders"])
    with pytest.raises(duckdb.ConstraintException):
        publish_database(TABLES.values(), stage, database)
    assert database.read_bytes() == before


def test_nothing_is_built_where_nothing_changed(stage: Path, database: Path) -> None:
    before = database.stat().st_mtime_ns
    assert not publish_database(TABLES.values(), stage, database)
    assert database.stat().st_mtime_ns == before


def test_a_file_that_is_no_database_is_replaced(stage: Path, tmp_path: Path) -> None:
    path = tmp_path / "readout.duckdb"
    path.write_text("not a database")
    assert publish_database(TABLES.values(), stage, path)
    assert ask(path, "SELECT count(*) FROM articles") == [(1,)]


def test_only_what_changed_is_written(stage: Path, tmp_path: Path) -> None:
    target = tmp_path / "parquet"
    assert publish_parquet(TABLES.values(), stage, target) == list(TABLES)
    before = {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in target.iterdir()}
    write_table(sample("leaders").with_columns(name=pl.lit("Bo Lee")), stage / "leaders.parquet", TABLES["leaders"])
    assert publish_parquet(TABLES.values(), stage, target) == ["leaders"]
    after = {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in target.iterdir()}
    assert {name for name in after if after[name] != before[name]} == {"leaders.parquet"}


def test_a_table_that_is_gone_leaves_no_file(stage: Path, tmp_path: Path) -> None:
    target = tmp_path / "parquet"
    target.mkdir()
    (target / "rumours.parquet").write_bytes(b"")
    publish_parquet(TABLES.values(), stage, target)
    assert {path.stem for path in target.iterdir()} == set(TABLES)


@pytest.mark.parametrize("shuffle", [lambda frame: frame, lambda frame: frame.reverse()])
def test_the_same_rows_give_the_same_bytes(shuffle: Callable[[pl.DataFrame], pl.DataFrame], tmp_path: Path) -> None:
    from schemas.frames import conform

    frame = sample("topics")
    write_table(frame, tmp_path / "one.parquet", TABLES["topics"])
    write_table(conform(TABLES["topics"], shuffle(frame)), tmp_path / "two.parquet", TABLES["topics"])
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()


def test_a_tree_is_loaded_whatever_the_order_of_its_rows(stage: Path, tmp_path: Path) -> None:
    deep = [{"topic_id": f"t{n}", "parent_id": f"t{n + 1}" if n < 3 else None} for n in range(4)]
    rows = [{**row, "label": "x", "definition": "y"} for row in deep]
    topics = pl.concat([sample("topics"), pl.DataFrame(rows, schema=TABLES["topics"].schema)])
    write_table(topics, stage / "topics.parquet", TABLES["topics"])
    publish_database(TABLES.values(), stage, tmp_path / "tree.duckdb")
    assert ask(tmp_path / "tree.duckdb", "SELECT count(*) FROM topics") == [(4 + len(ROWS["topics"]),)]


def test_a_parquet_file_says_what_its_columns_mean(tmp_path: Path) -> None:
    path = tmp_path / "statements.parquet"
    write_table(sample("statements"), path, TABLES["statements"])
    schema = pq.read_schema(path)
    for column in TABLES["statements"].columns:
        assert schema.field(column.name).metadata[b"description"].decode() == column.description
