"""How often two rows that are one utterance, or one pledge, share its id, and two that are not do not.

    python -m benchmarks.saying_pairs

The pairs lie in `tests/data/saying_pairs.csv`: the address of each document and where in it the statement or the
commitment begins, each pair judged by a person who read both. Documents and halves as in `benchmarks/event_pairs.py`.
A row that extraction no longer finds at its place ties nothing.
"""

from __future__ import annotations

import csv
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from benchmarks import score
from benchmarks.event_pairs import CORPORA, materialize, print_figures

PAIRS = score.ROOT / "tests" / "data" / "saying_pairs.csv"
_TABLES = {"utterance": ("statements", "content_spans"), "pledge": ("commitments", "spans")}

Place = tuple[str, str, int]
"""Kind of row, address of the document, first character."""


def ids_by_place(warehouse: Path) -> Mapping[Place, set[str]]:
    """The utterances and pledges that begin at each place of the documents."""
    articles = pl.read_parquet(warehouse / "parquet" / "articles.parquet").select("article_id", "url")
    found: dict[Place, set[str]] = {}
    for kind, (table, spans) in _TABLES.items():
        rows = pl.read_parquet(warehouse / "parquet" / f"{table}.parquet").join(articles, on="article_id")
        first = pl.col(spans).list.first().struct.field("start")
        for url, start, identifier in rows.select("url", first, f"{kind}_id").iter_rows():
            found.setdefault((kind, url, start), set()).add(identifier)
    return found


def main() -> int:
    """Print the figures of both kinds; 1 where there is nothing to measure against."""
    if not CORPORA.is_dir():
        print(f"There is no {CORPORA}: the documents are not part of the project. Nothing was measured.")
        return 1
    with PAIRS.open(encoding="utf-8", newline="") as lines:
        pairs = list(csv.DictReader(lines))
    with tempfile.TemporaryDirectory(prefix="readout-pairs-") as folder:
        warehouse = materialize({row[side] for row in pairs for side in ("first", "second")}, Path(folder))
        ids = ids_by_place(warehouse)
    for kind in _TABLES:
        judged = []
        for row in (row for row in pairs if row["kind"] == kind):
            ours, theirs = (ids.get((kind, row[of], int(row[f"{of}_start"])), set()) for of in ("first", "second"))
            judged.append((row["half"], row["same"] == "yes", bool(ours & theirs)))
        print(f"\n## {kind}s")
        print_figures(judged)
    return 0


if __name__ == "__main__":
    sys.exit(main())
