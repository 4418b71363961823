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
import re
import sys
import tarfile
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from benchmarks import score
from benchmarks.speech_acts import score as score_of

PAIRS = score.ROOT / "tests" / "data" / "event_pairs.csv"
CORPORA = score.SHARED / "corpora"
_TALKS = ("call", "meeting", "negotiation", "summit")
_DAY = timedelta(days=1)
_ADDRESS = re.compile(rb"^source_url: *(\S+)", re.MULTILINE)


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


def write_documents(addresses: set[str], raw: Path) -> None:
    """Put the documents at `addresses` into the folder `raw`, in the form in which they lie in the corpora."""
    for name in ("kremlin", "president-gov-ua"):
        with gzip.open(CORPORA / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            wanted = [line for line in lines if json.loads(line)["url"] in addresses]
        (raw / f"{name}.jsonl").write_text("".join(wanted), encoding="utf-8")
    with tarfile.open(CORPORA / "whitehouse.tar.xz") as archive:
        for number, member in enumerate(archive):
            file = archive.extractfile(member) if member.name.endswith(".md") else None
            text = file.read() if file is not None else b""
            found = _ADDRESS.search(text)
            if found and found[1].decode() in addresses:
                (raw / f"whitehouse-{number}.md").write_bytes(text)


Told = Mapping[str, Mapping[str, date | None]]
"""For each address, the calls and meetings that it tells of, each with its day where that is known."""


def told_events(warehouse: Path) -> Told:
    """The calls and meetings that each document of a warehouse tells of."""
    articles, events, mentions = (
        pl.read_parquet(warehouse / "parquet" / f"{name}.parquet") for name in ("articles", "events", "event_mentions")
    )
    talks = events.filter(pl.col("event_type").is_in(_TALKS))
    found: dict[str, dict[str, date | None]] = {}
    told = mentions.join(talks, on="event_id").join(articles, on="article_id")
    for url, event, day in told.select("url", "event_id", "date_start").iter_rows():
        found.setdefault(url, {})[event] = day
    return found


def is_tied(pair: Pair, told: Told) -> bool:
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
    told = told_events_of({url for pair in pairs for url in (pair.first, pair.second)})
    tied = [is_tied(pair, told) for pair in pairs]
    print_figures([(pair.half, pair.same, got) for pair, got in zip(pairs, tied, strict=True)])
    for pair, got in zip(pairs, tied, strict=True):
        if arguments.errors and got != pair.same and pair.half == "tune":
            print(f"- {'tied' if got else 'not tied'}: {pair.note}\n    {pair.first}\n    {pair.second}")
    return 0


def told_events_of(addresses: set[str]) -> Told:
    """Run the pipeline over the documents at `addresses` and give the events that they tell of."""
    with tempfile.TemporaryDirectory(prefix="readout-pairs-") as folder:
        return told_events(materialize(addresses, Path(folder)))


def materialize(addresses: set[str], folder: Path) -> Path:
    """Run the pipeline over the documents at `addresses`, in `folder`, and return the warehouse."""
    raw = folder / "raw"
    raw.mkdir()
    write_documents(addresses, raw)
    return score.materialize(raw)


def print_figures(judged: Sequence[tuple[str, bool, bool]]) -> None:
    """Precision, recall and F1 of ties (half, is the same, was tied), by half and over all."""
    print(f"{'half':8} pairs same precision recall    F1")
    for half in ("tune", "report", "all"):
        mine = [(same, got) for of, same, got in judged if half in (of, "all")]
        same = [is_same for is_same, _ in mine]
        found = score_of((got for _, got in mine), same)
        print(f"{half:8} {len(mine):5} {sum(same):4} {found.precision:9.3f} {found.recall:6.3f} {found.f1:5.3f}")


if __name__ == "__main__":
    sys.exit(main())
