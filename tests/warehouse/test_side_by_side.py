"""Statements run side by side, each after what it needs; where one fails, its error is told and no other is begun."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor

import duckdb
import pytest

from pipelines.warehouse.side_by_side import Task, do_all


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def sql(query: str, *needs: str) -> Task:
    return Task(frozenset(needs), lambda connection: connection.execute(query))


def tables(connection: duckdb.DuckDBPyConnection) -> set[str]:
    return {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}


def test_a_task_waits_for_those_that_it_needs_in_whatever_order_they_are_given(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    tasks = {
        "sum": sql("CREATE TABLE sum AS SELECT sum(x) AS x FROM (FROM one UNION ALL FROM two)", "one", "two"),
        "two": sql("CREATE TABLE two AS SELECT x + 1 AS x FROM one", "one", "what is there before"),
        "one": sql("CREATE TABLE one AS SELECT sum(i) AS x FROM range(2_000_000) AS r (i)"),
    }
    do_all(connection, tasks)
    assert connection.execute("SELECT x FROM sum").fetchone() == (2 * sum(range(2_000_000)) + 1,)


def test_an_error_is_told_and_what_waited_is_not_begun(connection: duckdb.DuckDBPyConnection) -> None:
    tasks = {
        "bad": sql("SELECT * FROM nowhere"),
        "beside": sql("CREATE TABLE beside (x INTEGER)"),
        "after": sql("CREATE TABLE after_it (x INTEGER)", "bad"),
    }
    with pytest.raises(duckdb.CatalogException, match="nowhere"):
        do_all(connection, tasks)
    assert "after_it" not in tables(connection)


def test_tasks_that_wait_for_each_other_are_named(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(ValueError, match="one, other"):
        do_all(connection, {"one": sql("SELECT 1", "other"), "other": sql("SELECT 2", "one")})


def test_what_others_do_is_waited_for_while_the_rest_goes_on(connection: duckdb.DuckDBPyConnection) -> None:
    coming: Future[None] = Future()
    tasks = {
        "after": sql("CREATE TABLE after_it AS FROM others", "others"),
        "now": Task(frozenset(), lambda connection: others_do(connection, coming)),
    }
    do_all(connection, tasks, {"others": coming})
    assert tables(connection) == {"others", "after_it"}


def others_do(connection: duckdb.DuckDBPyConnection, coming: Future[None]) -> None:
    connection.execute("CREATE TABLE others (x INTEGER)")
    coming.set_result(None)


def test_what_will_not_come_ends_it(connection: duckdb.DuckDBPyConnection) -> None:
    coming: Future[None] = Future()
    with ThreadPoolExecutor(1) as pool:
        all_of_it = pool.submit(do_all, connection, {"one": sql("SELECT 1", "others")}, {"others": coming})
        coming.cancel()
        coming.set_running_or_notify_cancel()
        with pytest.raises(CancelledError):
            all_of_it.result()
