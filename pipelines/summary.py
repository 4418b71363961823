"""What a run tells when it is done: rows, refusals, where the files lie, and three queries with their answers."""

from __future__ import annotations

import re
from collections.abc import Sequence

import duckdb
from rich import box
from rich.console import Console, RenderableType
from rich.markup import escape
from rich.syntax import Syntax
from rich.table import Table

from pipelines.extracting import LANGUAGES
from pipelines.settings import Settings
from pipelines.warehouse.questions import plain, queries
from schemas import TABLES
from schemas.ddl import quoted

_QUERIES_SHOWN = 3
_REFUSALS_SHOWN = 20
_CELL = 110
_COLUMNS_ABREAST = 10

Columns = Sequence[tuple[str, bool]]
"""Names of columns, and whether they hold numbers."""


def print_summary(settings: Settings, console: Console) -> None:
    """Print it, from the published database."""
    with duckdb.connect(settings.database, read_only=True) as database:
        console.print(_rows(database))
        _print_unread(database, console)
        _print_quarantine(database, console)
        console.print(f"\n[bold]DuckDB[/]   {escape(str(settings.database))}", soft_wrap=True)
        console.print(f"[bold]Parquet[/]  {escape(str(settings.parquet))}/<table>.parquet\n", soft_wrap=True)
        console.print(
            '[bold]Three queries to try[/] (any DuckDB client; from the shell: [cyan]make sql Q="SELECT …"[/])'
        )
        for query in queries()[:_QUERIES_SHOWN]:
            console.print(f"\n[bold]{escape(query.question)}[/]")
            console.print(Syntax(query.sql, "sql", background_color="default", word_wrap=True))
            console.print(answer(database, query.sql))
        console.print("\nMore questions, with their answers: docs/queries.md")


def answer(database: duckdb.DuckDBPyConnection, sql: str) -> RenderableType:
    """The result of a query for the terminal: a table, or, where it has many columns, one row after another.

    Raises `duckdb.Error` where the query is wrong.
    """
    result = database.execute(sql)
    columns = [(name, str(kind) in ("NUMBER", "BIGINT", "DOUBLE")) for name, kind, *_ in result.description or ()]
    rows = result.fetchall()
    return _upright(columns, rows) if len(columns) > _COLUMNS_ABREAST else _abreast(columns, rows)


def _abreast(columns: Columns, rows: Sequence[tuple[object, ...]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for name, is_number in columns:
        table.add_column(name, justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        table.add_row(*map(_cell, row))
    return table


def _upright(columns: Columns, rows: Sequence[tuple[object, ...]]) -> Table:
    """Each row as lines of name and value, a line between two rows."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, show_header=False, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for row in rows:
        for (name, _), value in zip(columns, row, strict=True):
            table.add_row(name, _cell(value))
        table.add_section()
    return table


def _rows(database: duckdb.DuckDBPyConnection) -> Table:
    table = Table("table", box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("rows", justify="right")
    table.add_column("one row is")
    for about in TABLES.values():
        count = database.execute(f"SELECT count(*) FROM {quoted(about.name)}").fetchone()
        table.add_row(about.name, f"{count[0] if count else 0:,}", about.grain)
    return table


def _print_unread(database: duckdb.DuckDBPyConnection, console: Console) -> None:
    """Say which articles were kept without rows, because their language has no extractor."""
    unread = database.execute(
        "SELECT coalesce(language, 'unknown'), count(*) FROM articles "
        "WHERE language IS NULL OR NOT list_contains($1, language) GROUP BY ALL ORDER BY ALL",
        [list(LANGUAGES)],
    ).fetchall()
    if unread:
        counts = ", ".join(f"{language} {count:,}" for language, count in unread)
        console.print(f"\n[bold]Languages[/]   no extractor for {escape(counts)}: these articles have no rows")


def _print_quarantine(database: duckdb.DuckDBPyConnection, console: Console) -> None:
    refused = database.execute(
        "SELECT reason, source_path, detail FROM quarantine ORDER BY reason, source_path, detail"
    ).fetchall()
    if not refused:
        console.print("\n[bold]Quarantine[/]  nothing was refused")
        return
    counts = database.execute("SELECT reason, count(*) FROM quarantine GROUP BY reason ORDER BY reason").fetchall()
    reasons = ", ".join(f"{reason} {count:,}" for reason, count in counts)
    console.print(f"\n[bold]Quarantine[/]  {len(refused):,} refused: {escape(reasons)}")
    table = Table("reason", "input", "why, and what to do", box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for row in refused[:_REFUSALS_SHOWN]:
        table.add_row(*(_cell(value, width=None) for value in row))
    console.print(table)
    if len(refused) > _REFUSALS_SHOWN:
        console.print(f"… and {len(refused) - _REFUSALS_SHOWN:,} more: [cyan]SELECT * FROM quarantine;[/]")


def _cell(value: object, width: int | None = _CELL) -> str:
    if value is None:
        return "[dim]–[/]"
    text = re.sub(r"\s+", " ", plain(value))
    return escape(text if width is None or len(text) <= width else text[: width - 1] + "…")
