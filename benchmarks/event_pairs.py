"""How often two documents that tell of one call or meeting share an event, and two that do not, share none.

    python -m benchmarks.event_pairs [--errors]

The pairs lie in `tests/data/event_pairs.csv`, by the addresses of the documents: releases of the White House, the
Kremlin and the Ukrainian presidency, November 2021 to June 2022, each pair judged by a person who read both. The texts
lie beside the project in `../shared/corpora`; where that folder is absent, nothing is measured. One half of the pairs
was looked at while the rules were written (`tune`), the other was not (`report`).
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from benchmarks import score
from benchmarks.speech_acts import Score

PAIRS = score.ROOT / "tests" / "data" / "event_pairs.csv"
CORPORA = score.SHARED / "corpora"
_TALKS = ("call", "meeting", "negotiation", "summit")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two documents, the days of the talks that they tell of, and whether these are the same."""

    first: str
    second: str
    days: tuple[date, date]
    same: bool
    half: str
    note: str


def read_pairs(path: Path) -> list[Pair]:
    """The judged pairs."""
    with path.open(encoding="utf-8", newline="") as lines:
        return [
            Pair(
                row["first"],
                row["second"],
                (date.fromisoformat(row["date"]), date.fromisoformat(row["other_date"])),
                row["same"] == "yes",
                row["half"],
                row["note"],
            )
            for row in csv.DictReader(lines)
        ]


def documents(addresses: set[str]) -> Iterator[Mapping[str, Any]]:
    """The documents at `addresses`, as the JSON reader takes them."""
    for name in ("kremlin", "president-gov-ua"):
        with gzip.open(CORPORA / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            yield from (row for row in map(json.loads, lines) if row["url"] in addresses)
    with tarfile.open(CORPORA / "whitehouse.tar.xz") as archive:
        for member in archive:
            file = archive.extractfile(member) if member.name.endswith(".md") else None
            if file is None:
                continue
            _, head, body = file.read().decode("utf-8").split("---", 2)
            meta = yaml.safe_load(head)
            if meta.get("source_url") in addresses:
                yield {
                    "url": meta["source_url"],
                    "title": meta["title"],
                    "published_at": str(meta.get("published_time", meta["date"])),
                    "publisher": "The White House",
                    "language": "en",
                    "text": body,
                }


def shared_events(
    articles: pl.DataFrame, events: pl.DataFrame, mentions: pl.DataFrame
) -> dict[str, dict[str, date | None]]:
    """For each address, the calls and meetings that it tells of, each with its day where that is known."""
    told = (
        mentions.join(events, on="event_id").filter(pl.col("event_type").is_in(_TALKS)).join(articles, on="article_id")
    )
    found: dict[str, dict[str, date | None]] = {}
    for url, event, day in told.select("url", "event_id", "date_start").iter_rows():
        found.setdefault(url, {})[event] = day
    return found


def is_tied(pair: Pair, told: Mapping[str, Mapping[str, date | None]]) -> bool:
    """Whether both documents tell of one event of either day, or of an event without a day."""
    common = told.get(pair.first, {}).keys() & told.get(pair.second, {}).keys()
    days = [told[pair.first][event] for event in common]
    return any(day is None or any(abs(day - of) <= _DAY for of in pair.days) for day in days)


def main() -> int:
    """Print the figures of both halves; 1 where there is nothing to measure against."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errors", action="store_true", help="name the pairs of the first half that are wrong")
    arguments = parser.parse_args()
    if not CORPORA.is_dir():
        print(f"There is no {CORPORA}: the documents are not part of the project. Nothing was measured.")
        return 1
    pairs = read_pairs(PAIRS)
    with tempfile.TemporaryDirectory(prefix="readout-pairs-") as folder:
        raw = Path(folder) / "raw"
        raw.mkdir()
        found = [json.dumps(row) for row in documents({url for pair in pairs for url in (pair.first, pair.second)})]
        (raw / "documents.jsonl").write_text("\n".join(found), encoding="utf-8")
        parquet = score.materialize(raw) / "parquet"
        told = shared_events(
            *(pl.read_parquet(parquet / f"{n}.parquet") for n in ("articles", "events", "event_mentions"))
        )
    print_figures(pairs, [is_tied(pair, told) for pair in pairs], arguments.errors)
    return 0


def print_figures(pairs: Sequence[Pair], tied: Sequence[bool], errors: bool) -> None:
    """Precision, recall and F1 of ties, by half and over all."""
    print(f"{'half':8} pairs same precision recall   F1")
    for half in ("tune", "report", "all"):
        mine = [(pair.same, got) for pair, got in zip(pairs, tied, strict=True) if half in (pair.half, "all")]
        figures = counted(mine)
        print(
            f"{half:8} {len(mine):5} {sum(same for same, _ in mine):4} {figures.precision:9.3f} {figures.recall:6.3f} {figures.f1:.3f}"
        )
    for pair, got in zip(pairs, tied, strict=True):
        if errors and got != pair.same and pair.half == "tune":
            print(f"- {'tied' if got else 'not tied'}: {pair.note}\n    {pair.first}\n    {pair.second}")


def counted(outcomes: Iterable[tuple[bool, bool]]) -> Score:
    """Precision, recall and F1 of (is the same, was tied)."""
    outcomes = list(outcomes)
    right = sum(same and got for same, got in outcomes)
    same, got = sum(s for s, _ in outcomes), sum(g for _, g in outcomes)
    return Score(
        right / got if got else 0.0, right / same if same else 0.0, 2 * right / (same + got) if same + got else 0.0
    )


if __name__ == "__main__":
    sys.exit(main())
