"""Faults: `python -m benchmarks.faults [--kills 100] [--seed 2026] [--articles 3] [--only WORD] [--real]`.

Disturbs runs (killed at any moment, disk full, read-only, damaged files, readers, two at once, a clock set back) and
compares the tables after the next run with those of a run that nobody disturbed: Parquet byte by byte, DuckDB by
its rows. Each run is a process of its own, forked from one that has the libraries loaded. Articles are read by a small
extractor that finds one mention in each, in parts of one article, so that a run has many moments, and charts are not
drawn; `--real` takes the extractor that ships, and draws. Mounts need root; where none may be made, the row says so.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from rich.console import Console

from pipelines import extracting, resources
from pipelines.records import Article
from pipelines.run import materialize
from pipelines.settings import ROOT, Settings
from schemas import TABLES

KILLS, SEED, ARTICLES = 100, 2026, 3
_DAMAGE = ("truncated", "emptied", "bytes turned", "removed")
_LATE = ("pandera.polars", "pipelines.intake.intake")
"""What a run imports where it needs it: loaded before the runs are forked, as all else."""
_CLOCK = "1999-12-31 23:59:00"


class OneMention:
    """An extractor whose rows are quickly made: the first word of each article is a mention."""

    def extract(self, articles: Iterable[Article], *, read_ahead: bool) -> Iterator[Any]:
        """One row an article."""
        for article in articles:
            end = len(article.text.split(maxsplit=1)[0])
            mention = {
                "mention_id": f"m_{article.article_id}",
                "article_id": article.article_id,
                "start": 0,
                "end": end,
                "text": article.text[:end],
                "kind": "person",
                "basis": "first_word",
                "confidence": 1.0,
            }
            rows: dict[str, list[dict[str, Any]]] = {name: [] for name in extracting.TABLE_OF}
            yield SimpleNamespace(article_id=article.article_id, **{**rows, "mentions": [mention]})


@dataclass
class Bench:
    """Where runs take place, and what an undisturbed one gave."""

    folder: Path
    real: bool = False
    expected: dict[str, str] = field(default_factory=dict)
    rows: list[tuple[str, int, int, str]] = field(default_factory=list)
    """Fault, how often, how often well afterwards, what was said."""

    @property
    def raw(self) -> Path:
        return self.folder / "articles"

    @property
    def warehouse(self) -> Path:
        return self.folder / "mount" / "warehouse"

    @property
    def home(self) -> Path:
        return self.folder / "dagster"

    @property
    def said(self) -> Path:
        return self.folder / "said.txt"

    def start(self, warehouse: Path | None = None, said: Path | None = None) -> int:
        """Begin a run in a process of its own; its number."""
        process = os.fork()
        if process:
            return process
        os.setpgrp()
        code = 3
        try:
            os.environ["DAGSTER_HOME"] = str(self.home)
            if not self.real:
                os.environ["READOUT_WORKERS"] = "1"  # in this process, where the extractor is ours
                resources.load_extractor = OneMention  # type: ignore[attr-defined]
                resources.draw = lambda spec: "<svg/>"  # type: ignore[attr-defined]
                extracting.BATCH = 1
            with (said or self.said).open("w", encoding="utf-8") as file:
                os.dup2(file.fileno(), 2)
                settings = Settings(raw=self.raw, warehouse=warehouse or self.warehouse)
                try:
                    code = 0 if materialize(settings, Console(file=file, width=200)) else 1
                except OSError as error:
                    print(f"readout: {error}", file=file)
                    code = 1
        finally:
            os._exit(code)

    def finish(self, process: int) -> int:
        """How the run ended: 0 well, 1 with words, else not as it should."""
        return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])

    def run(self) -> int:
        """One run from start to end."""
        return self.finish(self.start())

    def last_words(self, said: Path | None = None) -> str:
        """What the last run said that tells of trouble; with `said`, what is in that file."""
        words = ("damaged", "failed", "readout:", "full", "cannot", "Traceback", "another run")
        lines = [
            line
            for line in (said or self.said).read_text(encoding="utf-8").splitlines()
            if any(w in line for w in words)
        ]
        return " / ".join(dict.fromkeys(lines))[:170]

    def fresh(self) -> None:
        """Remove all that runs made."""
        for made in (self.warehouse, self.home):
            shutil.rmtree(made, ignore_errors=True)
        self.home.mkdir(parents=True)

    def restore(self, kept: Path) -> None:
        """Lay a kept warehouse in the place of the one there."""
        shutil.rmtree(self.warehouse, ignore_errors=True)
        shutil.copytree(kept, self.warehouse)

    def well(self) -> bool:
        """Run once more; whether the tables are those of an undisturbed run."""
        return self.run() == 0 and contents(self.warehouse) == self.expected

    def note(self, fault: str, cases: Iterable[bool], said: str = "") -> None:
        """Print and keep one row of the table."""
        outcomes = list(cases)
        self.rows.append((fault, len(outcomes), sum(outcomes), said))
        print(f"{fault:44} {len(outcomes):>5} {sum(outcomes):>5}  {said}", flush=True)


def contents(warehouse: Path) -> dict[str, str]:
    """A digest of each Parquet file's bytes, and of each DuckDB table's and view's rows."""
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (warehouse / "parquet").iterdir()}
    code = (
        "import sys, duckdb, hashlib\n"
        "with duckdb.connect(sys.argv[1], read_only=True) as c:\n"
        "    tables = c.sql('SELECT table_schema, table_name FROM information_schema.tables ORDER BY ALL')\n"
        "    for s, n in tables.fetchall():\n"
        '        rows = c.execute(f\'SELECT * FROM "{s}"."{n}" ORDER BY ALL\').fetchall()\n'
        "        print(f'{s}.{n}', hashlib.sha256(repr(rows).encode()).hexdigest())\n"
    )
    asked = subprocess.run(
        [sys.executable, "-c", code, str(warehouse / "readout.duckdb")], capture_output=True, text=True, check=False
    )
    return found | dict(line.split() for line in asked.stdout.splitlines()) | {"error": asked.stderr}


def kills(bench: Bench, times: int, chance: random.Random, length: float, before: Path) -> None:
    """Runs over an older warehouse and over none, in turn, killed at any moment; one that had ended counts for none."""
    well: list[bool] = []
    tried = 0
    while len(well) < times:
        bench.fresh()
        if tried % 2:
            bench.restore(before)
        tried += 1
        process = bench.start()
        time.sleep(chance.uniform(0.02, 1) * length)
        os.kill(process, signal.SIGKILL)
        if bench.finish(process) != -signal.SIGKILL:
            continue
        well.append(bench.well())
        if len(well) % 10 == 0:
            print(f"  {len(well)} kills, {sum(well)} well", file=sys.stderr, flush=True)
    bench.note("kill -9 at a random moment", well)


def damage(path: Path, how: str, chance: random.Random) -> None:
    """Spoil one file."""
    data = bytearray(path.read_bytes())
    if how == "removed":
        path.unlink()
        return
    if how == "bytes turned":
        for _ in range(8 if data else 0):  # a log of an earlier run stays as an earlier case has emptied it
            data[chance.randrange(len(data))] ^= chance.randrange(1, 256)
    path.write_bytes(b"" if how == "emptied" else data[: len(data) // 2] if how == "truncated" else data)


def damaged(bench: Bench, chance: random.Random, after: Path) -> None:
    """Files that a run keeps, spoiled after it."""
    places: dict[str, Callable[[], list[Path]]] = {
        "store, documents": lambda: sorted(bench.warehouse.glob(".store/documents/*/part-*/*")),
        "store, extractions": lambda: sorted(bench.warehouse.glob(".store/extractions/*/part-*/*")),
        "stage": lambda: sorted(path for path in bench.warehouse.glob(".stage/**/*") if path.is_file()),
        "Parquet": lambda: sorted(bench.warehouse.glob("parquet/*")),
        "DuckDB": lambda: [bench.warehouse / "readout.duckdb"],
        "Dagster's SQLite": lambda: sorted(bench.home.glob("**/*.db")),
    }
    bench.fresh()
    bench.run()
    for name, found in places.items():
        said = ""
        well = []
        for how in _DAMAGE:
            bench.restore(after)
            for path in chance.sample(files := found(), min(3, len(files))):
                damage(path, how, chance)
            well.append(bench.well())
            said = bench.last_words() or said
        bench.note(f"damaged: {name} ({', '.join(_DAMAGE)})", well, said)


@contextmanager
def mounted(place: Path, options: str) -> Iterator[bool]:
    """A small file system in memory at `place`; False where this user may not mount."""
    place.mkdir(exist_ok=True)
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "readout", str(place)], capture_output=True, check=False
    )
    try:
        yield done.returncode == 0
    finally:
        if done.returncode == 0:
            subprocess.run(["umount", "-l", str(place)], check=True)


def disk_full(bench: Bench, sizes: Iterable[int]) -> None:
    """A disk of so many KiB; then it grows, as when somebody makes room."""
    well, said, stopped = [], "", 0
    shutil.rmtree(bench.warehouse, ignore_errors=True)
    for size in sizes:
        with mounted(bench.warehouse.parent, f"size={size}k") as may:
            if not may:
                bench.note("disk full: no mount may be made here", [])
                return
            ended = bench.run()
            stopped += ended != 0
            said = bench.last_words() if ended else said
            subprocess.run(["mount", "-o", "remount,size=1g", str(bench.warehouse.parent)], check=True)
            well.append(ended in (0, 1) and "Traceback" not in said and bench.well())
    bench.note(f"disk full ({stopped} of the runs stopped)", well, said)


def log_disk_full(bench: Bench, sizes: Iterable[int]) -> None:
    """The same for the disk of Dagster's folder."""
    well, said = [], ""
    for size in sizes:
        bench.fresh()
        with mounted(bench.home, f"size={size}k") as may:
            if not may:
                return
            ended = bench.run()
            said = bench.last_words() if ended else said
            subprocess.run(["mount", "-o", "remount,size=1g", str(bench.home)], check=True)
            well.append(ended in (0, 1) and "Traceback" not in said and bench.well())
    bench.note("disk of Dagster's folder full", well, said)


def read_only(bench: Bench) -> None:
    """A warehouse on a file system that is read-only."""
    shutil.rmtree(bench.warehouse, ignore_errors=True)
    with mounted(bench.warehouse.parent, "size=1g") as may:
        if not may:
            bench.note("read-only warehouse: no mount may be made here", [])
            return
        bench.run()
        (bench.raw / "more.txt").write_text("The two presidents spoke again on Tuesday, and agreed on nothing at all.")
        subprocess.run(["mount", "-o", "remount,ro", str(bench.warehouse.parent)], check=True)
        ended, said = bench.run(), bench.last_words()
        (bench.raw / "more.txt").unlink()
        subprocess.run(["mount", "-o", "remount,rw", str(bench.warehouse.parent)], check=True)
        bench.note("read-only warehouse", [ended == 1 and "READOUT_WAREHOUSE" in said and bench.well()], said)


def reader(bench: Bench, before: Path) -> None:
    """Somebody has the database open, for reading and then for writing, in another process."""
    for mode in ("read_only=True", "read_only=False"):
        bench.restore(before)
        database = bench.warehouse / "readout.duckdb"
        hold = (
            f"import duckdb,time; c = duckdb.connect({str(database)!r}, {mode}); print(1, flush=True); time.sleep(600)"
        )
        holder = subprocess.Popen([sys.executable, "-c", hold], stdout=subprocess.PIPE)
        assert holder.stdout is not None
        holder.stdout.readline()
        well = bench.well()
        holder.kill()
        holder.wait()
        bench.note(f"another process holds the DuckDB file ({mode})", [well])


def two_at_once(bench: Bench) -> None:
    """Two runs in one warehouse, and two in two warehouses with one Dagster folder."""
    bench.fresh()
    second = bench.folder / "second.txt"
    first = bench.start()
    while not (bench.warehouse / ".lock").exists():
        time.sleep(0.01)
    time.sleep(0.1)
    ended = bench.finish(bench.start(said=second))
    said = second.read_text(encoding="utf-8").splitlines()[-1]
    well = bench.finish(first) == 0 and ended == 1 and contents(bench.warehouse) == bench.expected
    bench.note("two runs at once in one warehouse", [well], said[:170])
    bench.fresh()
    other = bench.folder / "other"
    pair = [bench.start(), bench.start(other, second)]
    ends = [bench.finish(process) for process in pair]
    well = ends == [0, 0] and contents(other) == contents(bench.warehouse) == bench.expected
    bench.note("two runs at once in two, one Dagster folder", [well], bench.last_words() or bench.last_words(second))


def clock(bench: Bench, before: Path) -> None:
    """The next run believes that it is 1999 (libfaketime)."""
    if not shutil.which("faketime"):
        bench.note("clock set back: faketime is not installed", [])
        return
    bench.restore(before)
    words = [sys.executable, "-m", "benchmarks.faults", "--run", str(bench.folder)]
    ended = subprocess.run(["faketime", _CLOCK, *words, *(["--real"] * bench.real)], cwd=ROOT, check=False).returncode
    well = ended == 0 and contents(bench.warehouse) == bench.expected
    bench.note("clock set back to 1999", [well and bench.well()], bench.last_words())


def prepare(bench: Bench, articles: int) -> tuple[float, Path, Path]:
    """Make what an undisturbed run gives, twice; how long it takes, and warehouses of before and after."""
    bench.raw.mkdir()
    bench.warehouse.parent.mkdir()
    texts = sorted((ROOT / "raw" / "articles").glob("*.txt"))[: articles + 1]
    before, after = bench.folder / "before", bench.folder / "after"
    for path in texts[:-1]:
        shutil.copy(path, bench.raw)
        shutil.copy(path.with_suffix(".meta.json"), bench.raw)
    bench.fresh()
    assert bench.run() == 0, bench.said.read_text(encoding="utf-8")
    shutil.copytree(bench.warehouse, before)
    shutil.copy(texts[-1], bench.raw)
    bench.fresh()
    began = time.monotonic()
    assert bench.run() == 0, bench.said.read_text(encoding="utf-8")
    length = time.monotonic() - began
    bench.expected = contents(bench.warehouse)
    assert not bench.expected["error"], bench.expected["error"]
    assert len(bench.expected) > 2 * len(TABLES)
    shutil.copytree(bench.warehouse, after)
    assert contents(before) != bench.expected
    return length, before, after


def main() -> int:
    """Do all of it and print the table; 0 where every case ended well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--articles", type=int, default=ARTICLES)
    parser.add_argument("--only", default="", help="only faults whose name has this word, such as kills or damaged")
    parser.add_argument("--real", action="store_true", help="with the extractor that ships: seconds more a run")
    parser.add_argument("--run", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.run:
        return Bench(chosen.run, chosen.real).run()
    for library in _LATE:
        importlib.import_module(library)
    chance = random.Random(chosen.seed)
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), chosen.real)
        length, before, after = prepare(bench, chosen.articles)
        print(f"an undisturbed run takes {length:.1f} s\n{'fault':44} {'times':>5} {'well':>5}  what was said")
        faults: dict[str, Callable[[], None]] = {
            "damaged": lambda: damaged(bench, chance, after),
            "disk": lambda: disk_full(bench, (64, 300, 700, 1500, 2500, 4000)),
            "log": lambda: log_disk_full(bench, (100, 600)),
            "readonly": lambda: read_only(bench),
            "reader": lambda: reader(bench, before),
            "two": lambda: two_at_once(bench),
            "clock": lambda: clock(bench, before),
            "kills": lambda: kills(bench, chosen.kills, chance, length, before),
        }
        for name, fault in faults.items():
            if chosen.only in name:
                fault()
    failed = sum(times - well for _, times, well, _ in bench.rows)
    print(f"{sum(times for _, times, *_ in bench.rows)} cases, {failed} not as they should be")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
