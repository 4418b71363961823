"""From a folder of Parquet files to the site: tables are read, data cut into shards, pages filled in."""

from __future__ import annotations

import base64
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipelines.site import charts, coverage, packages
from pipelines.site.accounts import accounts, titled_events, written_day
from pipelines.site.passages import Names, numbered_articles, passages, records, shown_words
from pipelines.site.people import people
from pipelines.site.search_index import differences, filter_postings, word_postings
from pipelines.site.sentences import units
from pipelines.site.shards import Shards, compact
from schemas import RELEASED, TABLES
from schemas.codes import FIRMNESS, MEASURED_ON, SPEECH_ACTS
from schemas.ddl import sql_type

HERE = Path(__file__).parent
NAMED, QUESTIONS = HERE / "named.sql", HERE / "questions.sql"
PASSAGES_A_SHARD = 25
_TERM_BYTES = 48_000
_FILTERS = ("topic", "country", "publisher", "who", "to")
_BARS = 12
_LISTED = 100
"""How many leaders, and how many events, a page lists before anybody asks for more."""
_COVERED = 200
"""How many rows a table of coverage shows."""
_FRONT = 6


def build_site(parquet: Path, out: Path, version: str, *, sql: bool = True) -> None:
    """Write the site of the tables in `parquet` (one <table>.parquet each) to the folder `out`, for the old one.

    `version` is what the pages call the dataset. The same tables and version give the same bytes. Without `sql`, or
    where the browser's database cannot be fetched, the page for queries says so and has no database.
    Raises FileNotFoundError where a table is missing. `out` is swapped in when all is written.
    """
    tables = _read(parquet)
    beside = out.with_name(f".{out.name}.{os.getpid()}")
    shutil.rmtree(beside, ignore_errors=True)
    try:
        _write(tables, beside, version, Path(os.path.relpath(parquet, out)).as_posix(), _database(beside, sql))
        _swap(beside, out)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _read(parquet: Path) -> dict[str, pl.DataFrame]:
    missing = [name for name in TABLES if not (parquet / f"{name}.parquet").is_file()]
    if missing:
        raise FileNotFoundError(f"{parquet} has no {missing[0]}.parquet: run `make materialize` first")
    there = [name for name in RELEASED if (parquet / f"{name}.parquet").is_file()]
    return {name: pl.read_parquet(parquet / f"{name}.parquet") for name in there}


def _database(site: Path, wanted: bool) -> str | None:
    """Lay out the database; None when that is done, else why there is none."""
    if not wanted:
        return "it was built without"
    try:
        packages.lay_out(site / "duckdb")
    except packages.PackagesUnavailableError as reason:
        shutil.rmtree(site / "duckdb", ignore_errors=True)
        return str(reason)
    return None


def _write(tables: Mapping[str, pl.DataFrame], site: Path, version: str, downloads: str, no_sql: str | None) -> None:
    names = Names.of(tables)
    articles = numbered_articles(tables["articles"])
    rows = (
        passages(tables, articles)
        .join(articles.select("article_number", "day", "publisher"), on="article_number")
        .sort("number")
    )
    events = titled_events(tables, names)
    told = list(accounts(tables, events, articles, rows, names))
    leaders = list(people(tables, rows, events.select("event_id", "title", "when", "status", "order"), names))
    shards = Shards(site / "data")
    about = _article_cards(articles, told)
    _write_passages(shards, rows, articles, about, names)
    _write_articles(shards, rows, articles, about)
    _write_people(shards, leaders)
    _write_events(shards, events, told)
    shards.write(
        "labels",
        {
            "topics": tables["topics"].select("topic_id", "label").rows(),
            "passages": rows.height,
            "shard": PASSAGES_A_SHARD,
        },
    )
    covered = _coverage(tables, articles, rows, names)
    shared = {"version": version, "downloads": downloads, "no_sql": no_sql, "covered": covered}
    several = sorted(
        (event for event in events.iter_rows(named=True) if event["accounts"] > 1),
        key=lambda e: (-e["accounts"], e["order"]),
    )
    _write_pages(
        site,
        shared
        | {
            "tables": [(RELEASED[name], frame.height) for name, frame in tables.items()],
            "accuracy": _accuracy(tables),
            "measured_on": MEASURED_ON,
            "sql_type": sql_type,
            "leaders": leaders[:_LISTED],
            "all_leaders": len(leaders),
            "several": several[:_LISTED],
            "front": _FRONT,
            "months": _months(events),
            "charts": _charts(covered),
            "queries": _queries(),
            "views": NAMED.read_text(encoding="utf-8"),
        },
    )
    for file in sorted((HERE / "static").iterdir()):
        shutil.copyfile(file, site / file.name)


def _article_cards(articles: pl.DataFrame, told: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """By article number: what is shown of an article beside its passages, the events it is about among it."""
    about: dict[str, list[list[str]]] = {}
    for event in told:
        for account in event["accounts"]:
            if account["main"]:
                about.setdefault(account["article"]["id"], []).append([event["id"], event["title"]])
    return [
        {
            "id": row["article_id"],
            "title": row["title"],
            "publisher": row["publisher"],
            "day": row["day"].isoformat() if row["day"] else None,
            "events": about.get(row["article_id"], []),
        }
        for row in articles.iter_rows(named=True)
    ]


def _write_passages(
    shards: Shards, rows: pl.DataFrame, articles: pl.DataFrame, about: Sequence[dict[str, Any]], names: Names
) -> None:
    made = list(records(rows, articles, names))

    def shard(part: Sequence[dict[str, Any]]) -> dict[str, Any]:
        numbers = sorted({record["article"] for record in part})
        at = {number: position for position, number in enumerate(numbers)}
        return {
            "articles": [about[number] for number in numbers],
            "passages": [record | {"article": at[record["article"]]} for record in part],
        }

    shards.write_numbered("passages", made, PASSAGES_A_SHARD, shard)
    searched = rows.with_columns(
        words=pl.Series([shown_words(record) for record in made], dtype=pl.String),
        country="who_countries",
        publisher=pl.concat_list(pl.col("publisher")),
        who="who_leaders",
        to="to_leaders",
    )
    words, common = word_postings(searched)
    filters = filter_postings(searched, _FILTERS)
    shards.write_keyed("terms", [*differences(words), *differences(filters)], most=_TERM_BYTES)
    kinds = np.packbits((rows["kind"] == "commitment").to_numpy(), bitorder="little")
    shards.write("search", {"common": common, "commitments": base64.b64encode(kinds.tobytes()).decode()})


def _write_articles(
    shards: Shards, rows: pl.DataFrame, articles: pl.DataFrame, about: Sequence[dict[str, Any]]
) -> None:
    marked: dict[int, list[tuple[int, str, list[dict[str, int]]]]] = {}
    for number, article, kind, spans in rows.select("number", "article_number", "kind", "spans").iter_rows():
        marked.setdefault(article, []).append((number, kind, spans))
    entries = []
    for row in articles.iter_rows(named=True):
        text, own = row["text"] or None, marked.get(row["article_number"], [])
        marks = [
            [units(text, span["start"]), units(text, span["end"]), number, kind]
            for number, kind, spans in own
            for span in spans
            if text and span["end"] <= len(text)
        ]
        record = about[row["article_number"]] | {
            "text": text,
            "marks": sorted(marks),
            "url": row["url"],
            "licence": row["licence"],
            "authors": row["authors"],
            "words": row["word_count"],
            "first": own[0][0] if own else 0,
            "count": len(own),
        }
        entries.append((row["article_id"], compact(record)))
    shards.write_keyed("articles", entries)


def _write_people(shards: Shards, leaders: Sequence[dict[str, Any]]) -> None:
    shards.write_keyed("leaders", [(leader["id"], compact(leader)) for leader in leaders])
    columns = ("id", "name", "country", "said", "promised", "addressed")
    shards.write("people", [[leader[name] for name in columns] for leader in leaders])


def _write_events(shards: Shards, events: pl.DataFrame, told: Sequence[dict[str, Any]]) -> None:
    shards.write_keyed("events", [(event["id"], compact(event)) for event in told])
    by_month: dict[str, list[list[Any]]] = {}
    for row in events.iter_rows(named=True):
        entry = [row["event_id"], row["title"], row["when"], row["status"], row["articles"], row["accounts"]]
        by_month.setdefault(row["month"] or "undated", []).append(entry)
    for month, entries in by_month.items():
        shards.write(f"months/{month}", entries)


def _months(events: pl.DataFrame) -> list[tuple[str, int]]:
    counted = events.group_by(pl.col("month").fill_null("undated")).len().sort("month", descending=True).rows()
    return sorted(counted, key=lambda row: row[0] == "undated")


def _coverage(
    tables: Mapping[str, pl.DataFrame], articles: pl.DataFrame, rows: pl.DataFrame, names: Names
) -> dict[str, Any]:
    days = articles["day"].drop_nulls()
    return {
        "month": coverage.by_month(rows, articles),
        "publisher": coverage.by_publisher(rows, articles),
        "country": coverage.by_country(rows, names),
        "topic": coverage.by_topic(rows, tables["topics"]),
        "acts": coverage.by_act(rows, "statement", SPEECH_ACTS),
        "firmness": coverage.by_act(rows, "commitment", FIRMNESS),
        "sources": coverage.sources(articles),
        "rows": coverage.rows(tables),
        "first": days.min(),
        "last": days.max(),
        "most": _COVERED,
    }


def _accuracy(tables: Mapping[str, pl.DataFrame]) -> list[dict[str, Any]] | None:
    """How often rows are found, and found all right (F1), by a release's record; None where no record is kept."""
    if "accuracy" not in tables:
        return None
    headline = pl.col("statistic").eq("f1") & pl.col("measure").str.contains(r"\.(found|row)$")
    return tables["accuracy"].filter(headline).sort("measured_on", "measure").to_dicts()


def _charts(covered: Mapping[str, Any]) -> dict[str, Any]:
    def top(name: str) -> list[dict[str, Any]]:
        return [row for row in covered[name] if row["statements"] + row["commitments"]][:_BARS]

    return {
        "month": charts.by_month([row for row in covered["month"] if row["name"] != "undated"]),
        "country": charts.by_name(top("country"), "Statements and commitments by country"),
        "topic": charts.by_name(top("topic"), "Statements and commitments by topic"),
        "publisher": charts.by_name(top("publisher"), "Statements and commitments by publisher"),
        "acts": charts.counts(covered["acts"], "Statements by speech act", commitments=False),
        "firmness": charts.counts(covered["firmness"], "Commitments by firmness", commitments=True),
    }


def _queries() -> list[tuple[str, str]]:
    """Question and SQL of each question of the page."""
    parts = (part.strip() for part in QUESTIONS.read_text(encoding="utf-8").split(";"))
    return [(part.partition("\n")[0].removeprefix("-- "), part.partition("\n")[2].strip()) for part in parts if part]


def _write_pages(site: Path, context: Mapping[str, Any]) -> None:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["thousands"] = lambda number: f"{number:,}"
    environment.filters["day"] = written_day
    for template in sorted(set(environment.list_templates()) - {"base.html", "macros.html"}):
        page = environment.get_template(template).render(context, page=template.removesuffix(".html"))
        (site / template).write_text(page, encoding="utf-8", newline="\n")


def _swap(beside: Path, out: Path) -> None:
    """Put the new site where the old one is; a reader sees one of them, or for a moment none, never half of one."""
    old = out.with_name(f".{out.name}.{os.getpid()}.old")
    out.parent.mkdir(parents=True, exist_ok=True)
    if out.exists():
        out.replace(old)
    beside.replace(out)
    shutil.rmtree(old, ignore_errors=True)
