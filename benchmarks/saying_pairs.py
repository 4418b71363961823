"""How often two rows that are one utterance, or one pledge, share its id, and two that are not do not.

    python -m benchmarks.saying_pairs

The pairs lie in `tests/data/saying_pairs.csv`: the address of each document and where in it the statement or the
commitment begins, each pair judged by a person who read both. Documents and halves as in `benchmarks/event_pairs.py`.
A pair of which extraction no longer finds a row at its place is left out, and counted.
"""

from __future__ import annotations

import csv
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from benchmarks import score
from benchmarks.event_pairs import CORPORA, materialize, print_figures

PAIRS = score.ROOT / "tests" / "data" / "saying_pairs.csv"
_TABLES = {"utterance": ("statements", "content_spans"), "pledge": ("commitments", "spans")}

_NEAR = 5
"""How far from its place, in characters, a row may begin that another version of the extraction cuts otherwise."""

Rows = Mapping[tuple[str, str], Sequence[tuple[int, str]]]
"""By kind and address of the document: where each row begins, and its utterance or pledge."""


def ids_by_place(warehouse: Path) -> Rows:
    """The utterances and pledges that begin at each place of the documents."""
    articles = pl.read_parquet(warehouse / "parquet" / "articles.parquet").select("article_id", "url")
    found: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for kind, (table, spans) in _TABLES.items():
        rows = pl.read_parquet(warehouse / "parquet" / f"{table}.parquet").join(articles, on="article_id")
        first = pl.col(spans).list.first().struct.field("start")
        for url, start, identifier in rows.select("url", first, f"{kind}_id").iter_rows():
            found.setdefault((kind, url), []).append((start, identifier))
    return found


def ids_at(rows: Rows, kind: str, url: str, start: int) -> set[str]:
    """What begins nearest to a place of a document, if it is near."""
    far = {identifier: abs(begin - start) for begin, identifier in rows.get((kind, url), ())}
    nearest = min(far.values(), default=_NEAR + 1)
    return {identifier for identifier, away in far.items() if away == nearest <= _NEAR}


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
            ours, theirs = (ids_at(ids, kind, row[of], int(row[f"{of}_start"])) for of in ("first", "second"))
            if ours and theirs:
                judged.append((row["half"], row["same"] == "yes", bool(ours & theirs)))
        left_out = sum(row["kind"] == kind for row in pairs) - len(judged)
        print(f"\n## {kind}s ({left_out} pairs left out: extraction no longer finds a row of theirs)")
        print_figures(judged)
    return 0


if __name__ == "__main__":
    sys.exit(main())
