"""The documented queries: what they ask, and the page that shows them with their results."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

QUERIES = Path(__file__).with_name("queries.sql")
_CELL = 200

_HEAD = """# Questions, and how to ask them

Made by `make docs` from `pipelines/warehouse/queries.sql`; every result is what the bundled articles give, and a test
runs every query. Any DuckDB client opens `warehouse/readout.duckdb`; from the shell: `make sql Q="SELECT …"`. Where the
file is attached beside others, say `USE` first: macros look for their tables there.

Macros take people and countries by id, name or alias and topics by id or label, capitals or not; a topic stands for its
children, too. Days are dates or texts like `'2026-02-05'`, both ends included; rows without a date answer where no day
is asked for. `python -m benchmarks.query_speed` measures every query below on a million statements.

The schema `derived` holds tables made when the file is built, in the order in which these questions read them, so that
they answer at once. They say nothing that the tables of the [data dictionary](data-dictionary.md) do not say, may
change with any version, and are not in the Parquet files."""


@dataclass(frozen=True, slots=True)
class Query:
    """One query of `queries.sql`: its question, what to know of it (or nothing), and its SQL."""

    question: str
    about: str
    sql: str


def queries() -> list[Query]:
    """All documented queries, in order. The first three are those that a run prints."""
    parts = (part.strip() for part in re.split(r"(?<=;)\n", QUERIES.read_text(encoding="utf-8")))
    return [_query(part) for part in parts if part]


def queries_page(database: duckdb.DuckDBPyConnection) -> str:
    """docs/queries.md: views and macros as the database describes them, and each query with its result."""
    parts = [_HEAD, "## Views", _table(("view", "what it holds"), _views(database), cell=None)]
    parts += ["## Macros", _table(("macro", "what it answers"), _macros(database), cell=None), "## Queries"]
    for query in queries():
        parts += [f"### {query.question}", *filter(None, [query.about]), f"```sql\n{query.sql}\n```"]
        parts.append(result_table(database, query.sql))
    return "\n\n".join(parts) + "\n"


def result_table(database: duckdb.DuckDBPyConnection, sql: str) -> str:
    """The result of a query as a Markdown table. Raises `duckdb.Error` where the query is wrong."""
    result = database.execute(sql)
    names = [column[0] for column in result.description or ()]
    rows = result.fetchall()
    return _table(names, rows) if rows else "No rows."


def plain(value: object) -> str:
    """A value as people read it: lists with commas (semicolons where members have some), structs by their
    values, each once."""
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:,.12g}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return " ".join(dict.fromkeys(map(plain, value.values())))
    if isinstance(value, list):
        members = [plain(member) for member in value]
        return ("; " if any(", " in member for member in members) else ", ").join(members)
    return str(value)


def _query(part: str) -> Query:
    lines = part.splitlines()
    comment = [line.removeprefix("-- ") for line in lines if line.startswith("-- ")]
    sql = "\n".join(line for line in lines if not line.startswith("-- "))
    return Query(question=comment[0], about=" ".join(comment[1:]), sql=sql)


def _views(database: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return database.execute(
        "SELECT '`' || view_name || '`', comment FROM duckdb_views() "
        "WHERE schema_name = 'main' AND NOT internal ORDER BY view_oid"
    ).fetchall()


def _macros(database: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return database.execute(
        "SELECT '`' || function_name || '(' || array_to_string(parameters, ', ') || ')`', comment "
        "FROM duckdb_functions() WHERE schema_name = 'main' AND function_type LIKE '%macro' AND NOT internal "
        "ORDER BY function_oid"
    ).fetchall()


def _table(names: Iterable[str], rows: Iterable[tuple[object, ...]], cell: int | None = _CELL) -> str:
    """A Markdown table whose cells have at most so many characters."""
    names = list(names)
    lines = [names, ["---"] * len(names), *([_cell(value, cell) for value in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: object, most: int | None) -> str:
    text = re.sub(r"\s+", " ", plain(value))
    text = text if most is None or len(text) <= most else text[: most - 1] + "…"
    return text.replace("|", "\\|").replace("<", "&lt;")
