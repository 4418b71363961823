"""What a run tells when it is done: rows, refusals, where the files lie, and three queries with their answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.syntax import Syntax
from rich.table import Table

from pipelines.extracting import LANGUAGES
from pipelines.settings import Settings
from schemas import TABLES
from schemas.ddl import quoted

QUERIES = Path(__file__).parent / "warehouse" / "queries.sql"
_REFUSALS_SHOWN = 20
_CELL = 110


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
        for question, sql in example_queries():
            console.print(f"\n[bold]{escape(question)}[/]")
            console.print(Syntax(sql, "sql", background_color="default", word_wrap=True))
            console.print(answer(database, sql))


def example_queries() -> Iterator[tuple[str, str]]:
    """Question and SQL of each query in `queries.sql`."""
    for part in QUERIES.read_text(encoding="utf-8").split(";"):
        if part.strip():
            question, _, sql = part.strip().partition("\n")
            yield question.removeprefix("-- "), sql.strip() + ";"


def answer(database: duckdb.DuckDBPyConnection, sql: str) -> Table:
    """The result of a query as a table for the terminal. Raises `duckdb.Error` where the query is wrong."""
    result = database.execute(sql)
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for name, kind, *_ in result.description or ():
        table.add_column(
            name, justify="right" if str(kind) in ("NUMBER", "BIGINT", "DOUBLE") else "left", overflow="fold"
        )
    for row in result.fetchall():
        table.add_row(*map(_cell, row))
    return table


def plain(value: object) -> str:
    """A value as people read it: lists with commas (semicolons where their members have some), structs by their values."""
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:,.12g}"
    if isinstance(value, dict):
        return " ".join(map(plain, value.values()))
    if isinstance(value, list):
        members = [plain(member) for member in value]
        return ("; " if any(", " in member for member in members) else ", ").join(members)
    return str(value)


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
