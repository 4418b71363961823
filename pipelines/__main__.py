"""The command line: `readout materialize | fetch | sql | release | diff | verify | publish | docs | site | home`.

`readout` lies in `.venv/bin`; `python -m pipelines` is the same.
"""

from __future__ import annotations

import argparse
import atexit
import os
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

import duckdb
from rich.console import Console

from pipelines.release.command_line import add_commands
from pipelines.release.errors import ReleaseError
from pipelines.settings import ROOT, Settings
from pipelines.summary import answer, print_summary

DICTIONARY = ROOT / "docs" / "data-dictionary.md"
QUERIES_PAGE = ROOT / "docs" / "queries.md"
COMMANDS_PAGE = ROOT / "docs" / "commands.md"
BUNDLED = ROOT / "raw" / "articles"


def main(arguments: list[str] | None = None) -> int:
    """Do what the command says; return 0 when all went well."""
    chosen = parser().parse_args(arguments)
    try:
        return int(chosen.run(chosen))
    except (OSError, ReleaseError, duckdb.Error) as error:
        print(f"readout: {error}", file=sys.stderr)
        return 1


def _materialize(_: argparse.Namespace) -> int:
    from pipelines.run import materialize  # Dagster takes seconds to import: only where it is used

    settings = Settings.from_environment()
    progress = Console(stderr=True)
    if not materialize(settings, progress):
        return 1
    print_summary(settings, _console())
    return 0


def _fetch(chosen: argparse.Namespace) -> int:
    from pipelines.fetching.sources import SourcesError
    from pipelines.fetching.told import fetch_and_tell

    try:
        return 0 if fetch_and_tell(Settings.from_environment(), chosen.source, chosen.retry, _console()) else 1
    except SourcesError as error:
        print(f"readout: {error}", file=sys.stderr)
        return 1


def _sql(chosen: argparse.Namespace) -> int:
    database = Settings.from_environment().database
    if not database.exists():
        raise FileNotFoundError(f"there is no {database} yet: run `make materialize` first")
    with duckdb.connect(database, read_only=True) as connection:
        _console().print(answer(connection, chosen.query))
    return 0


def _docs(_: argparse.Namespace) -> int:
    from pipelines.commands_page import commands_page
    from pipelines.run import materialize
    from pipelines.warehouse.questions import queries_page
    from schemas import RELEASED
    from schemas.dictionary import data_dictionary

    DICTIONARY.write_text(data_dictionary(RELEASED.values()), encoding="utf-8")
    print(f"wrote {DICTIONARY.relative_to(ROOT)}")
    COMMANDS_PAGE.write_text(commands_page(parser(), ROOT / "Makefile"), encoding="utf-8")
    print(f"wrote {COMMANDS_PAGE.relative_to(ROOT)}")
    with tempfile.TemporaryDirectory(prefix="readout-docs-") as folder:
        settings = Settings(raw=BUNDLED, warehouse=Path(folder))
        if not materialize(settings, Console(stderr=True)):
            return 1
        with duckdb.connect(settings.database, read_only=True) as connection:
            QUERIES_PAGE.write_text(queries_page(connection), encoding="utf-8")
    print(f"wrote {QUERIES_PAGE.relative_to(ROOT)}")
    return 0


def _site(_: argparse.Namespace) -> int:
    from pipelines.site.build import build_site
    from pipelines.versions import pipeline_version

    settings = Settings.from_environment()
    site = settings.warehouse / "site"
    build_site(settings.parquet, site, pipeline_version())
    print(f"wrote {site / 'index.html'}")
    print(f"to ask in SQL too, serve it: python -m http.server --bind 127.0.0.1 --directory {settings.warehouse}")
    return 0


def _home(_: argparse.Namespace) -> int:
    from pipelines.run import dagster_home

    print(dagster_home())
    return 0


def parser() -> argparse.ArgumentParser:
    """The command line: its commands with their arguments, each with the function that carries it out as `run`."""
    parser = argparse.ArgumentParser(prog="readout", description="Readout: news to tables, tables to releases.")
    commands = parser.add_subparsers(required=True, metavar="command")
    for name, run, about in (
        ("materialize", _materialize, "make all tables from the articles, and tell what was made"),
        ("fetch", _fetch, "bring new articles of the enabled sources, or of those named, into the raw folder"),
        ("sql", _sql, "ask the warehouse one SQL question"),
        ("docs", _docs, "write docs/data-dictionary.md, docs/queries.md and docs/commands.md anew"),
        ("site", _site, "write the pages to look at the tables by, from the published Parquet files"),
        ("home", _home, "set up Dagster's folder and print where it is"),
    ):
        command = commands.add_parser(name, help=about, description=about)
        command.set_defaults(run=run)
        if name == "sql":
            command.add_argument("query")
        if name == "fetch":
            command.add_argument("source", nargs="*", help="a name in raw/sources.yaml; it may be off there")
            command.add_argument("--retry", action="store_true", help="try again what was refused for good")
    add_commands(commands)
    return parser


def _console() -> Console:
    """The terminal; where there is none, lines wide enough for the tables."""
    return Console() if sys.stdout.isatty() else Console(width=150)


def _program() -> NoReturn:
    """`main` as a program: when it is done, Python does not take apart what was loaded, thing by thing.

    That takes a tenth of a run in which nothing is new. Threads and all that ask to be told of the end are heard first,
    as ever; a program that an error or a signal ends, ends as ever.
    """
    done: list[int] = []
    atexit.register(_end, done)  # what is registered first is called last
    done.append(main())
    sys.exit(done[0])


def _end(done: list[int]) -> None:
    if not done:
        return
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        return  # Python tries again, and says what is wrong
    os._exit(done[0])


if __name__ == "__main__":
    _program()
