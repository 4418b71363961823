"""All documents of ../shared/corpora in one run: `python -m benchmarks.corpora --all` (hours), or every tenth of them.

White House documents as Markdown, Wikinews as HTML, the releases of two presidencies as JSON lines, each from file to
DuckDB and Parquet in one `materialize` with a warehouse of its own, timed as a whole program. With `--folder` the
warehouse stays there, and a run that was stopped goes on; its line then has the time of the last start only. With
`--more` too, two runs over what is there: one with nothing new, one with ten articles more. Lines go to
benchmarks/results/corpora.jsonl.
"""

from __future__ import annotations

import argparse
import gzip
import sys
import tempfile
from itertools import islice
from pathlib import Path

import polars as pl

from benchmarks.many import ADDED, pieces
from benchmarks.processes import Took, keep
from benchmarks.throughput import CORPUS, SHARED, sample, whole_run
from pipelines.engines import engine_from_environment

CORPORA = SHARED / "corpora"
EVERY = 10


def main() -> int:
    """Unpack, run, count, keep; return 0, or 1 where a document is neither article nor in quarantine."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--every", type=int, default=EVERY, help="only every so-manieth document")
    parser.add_argument("--all", action="store_true", help="all of them: hours")
    parser.add_argument("--folder", type=Path, help="keep documents and warehouse here, and go on with what is here")
    parser.add_argument("--more", action="store_true", help="nothing new, then ten articles more, over --folder")
    options = parser.parse_args()
    if options.more:
        return _more(options.folder.absolute())
    if not CORPORA.is_dir():
        print(f"skipped: there is no {CORPORA}")
        return 0
    with tempfile.TemporaryDirectory(prefix="readout-corpora-") as scratch:
        home = (options.folder or Path(scratch)).absolute()
        documents = unpacked(1 if options.all else options.every, home / "raw")
        return _told(documents, whole_run(home, home / "warehouse"), home / "warehouse" / "parquet")


def _more(home: Path) -> int:
    """Time a run with nothing new, and one with ten articles more: pieces of documents, as `many` cuts them."""
    if list((home / "raw").glob("more-*")):
        print(f"{home} has had these articles already: make it anew")
        return 1
    nothing = whole_run(home, home / "warehouse")
    for number, text in enumerate(islice(pieces(CORPUS), 1, 20 * ADDED, 20)):
        (home / "raw" / f"more-{number}.txt").write_text(text, encoding="utf-8")
    ten = whole_run(home, home / "warehouse")
    known = pl.scan_parquet(home / "warehouse" / "parquet" / "articles.parquet").select(pl.len()).collect().item()
    for name, took in (("nothing new", nothing), (f"{ADDED} articles more", ten)):
        print(
            f"{name}, of {known:,}: {took.clock:.1f} s by the clock, {took.processor:.1f} s of the processors, "
            f"peak {took.peak:,.0f} MiB"
        )
    keep(
        "corpora",
        {
            "articles": known,
            "nothing_new_s": round(nothing.clock, 1),
            "nothing_new_mib": round(nothing.peak),
            "ten_more_s": round(ten.clock, 1),
            "ten_more_mib": round(ten.peak),
        },
    )
    return 0


def unpacked(every: int, folder: Path) -> int:
    """Put every so-manieth document of each corpus, in order of names or lines, into `folder`; return how many."""
    archives = ((CORPORA / "whitehouse.tar.xz", ".md"), (CORPORA / "wikinews.tar.xz", ".html"))
    documents = sum(sample(archive, every, folder, ending) for archive, ending in archives)
    for lines in sorted(CORPORA.glob("*.jsonl.gz")):
        with gzip.open(lines, "rt", encoding="utf-8") as file:
            kept = file.readlines()[::every]
        (folder / lines.stem).write_text("".join(kept), encoding="utf-8")
        documents += len(kept)
    return documents


def _told(documents: int, took: Took, tables: Path) -> int:
    rows = {
        path.stem: pl.scan_parquet(path).select(pl.len()).collect().item() for path in sorted(tables.glob("*.parquet"))
    }
    words = int(pl.scan_parquet(tables / "articles.parquet").select(pl.col("word_count").sum()).collect().item())
    workers = engine_from_environment().workers
    print(f"{documents:,} documents, {words:,} words, {workers} processes: {took.clock:,.0f} s by the clock,")
    print(f"{took.processor:,.0f} s of the processors, {words / took.clock:,.0f} words/s, peak {took.peak:,.0f} MiB")
    print("; ".join(f"{name} {count:,}" for name, count in rows.items()))
    inputs = pl.scan_parquet(tables / "articles.parquet").select(pl.col("source_paths").list.len().sum())
    accounted = int(inputs.collect().item()) + rows["quarantine"]
    print(f"accounted for: {accounted:,} of {documents:,}")
    keep(
        "corpora",
        {
            "documents": documents,
            "words": words,
            "processes": workers,
            "seconds": round(took.clock),
            "processor_seconds": round(took.processor),
            "words_per_second": round(words / took.clock),
            "peak_mib": round(took.peak),
            "rows": rows,
        },
    )
    return int(accounted < documents)


if __name__ == "__main__":
    sys.exit(main())
