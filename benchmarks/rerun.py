"""What a run costs where little is new: `python -m benchmarks.rerun`.

In one session, as whole programs: an empty Dagster job in process; the run over the bundled articles with nothing new;
the same with ten articles more. A line goes to benchmarks/results/rerun.jsonl.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.processes import Took, keep, python, run
from pipelines.settings import ROOT

ADDED = 10
_AIM = (1.5, 2.0)
"""A re-run may take so many times an empty job, and so many seconds more."""
_EMPTY = """
import dagster as dg

@dg.op
def nothing(): ...

@dg.job
def empty():
    nothing()

with dg.DagsterInstance.get() as instance:
    assert empty.execute_in_process(instance=instance).success
"""


def main() -> int:
    """Measure, print, keep; return 0 where the re-run keeps its aim."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--raw", type=Path, default=ROOT / "raw" / "articles", help="articles of the warehouse")
    parser.add_argument("--warehouse", type=Path, help="one that a run over them has made; it gets the ten articles")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="readout-rerun-") as scratch:
        home = Path(scratch)
        raw = home / "raw"
        shutil.copytree(options.raw, raw)
        folders = {
            "READOUT_RAW": str(raw),
            "READOUT_WAREHOUSE": str(options.warehouse or home / "warehouse"),
            "DAGSTER_HOME": str(home / "dagster"),
        }
        materialize = python("-m", "pipelines", "materialize")
        run(materialize, folders)
        (home / "empty.py").write_text(_EMPTY, encoding="utf-8")
        empty, again = list[Took](), list[Took]()
        for _ in range(options.rounds):
            empty.append(run(python(str(home / "empty.py")), folders))
            again.append(run(materialize, folders))
        for number in range(ADDED):
            text = f"Ann Lee said on Monday that Norland will buy {number + 2} ships from Sudland.\n\n" * 8
            (raw / f"added-{number}.txt").write_text(f"Norland buys {number + 2} ships\n\n{text}", encoding="utf-8")
        added = run(materialize, folders)
    base, took = median(t.clock for t in empty), median(t.clock for t in again)
    limit = _AIM[0] * base + _AIM[1]
    print(f"empty job {base:.1f} s by clock, {median(t.processor for t in empty):.1f} s of the processor")
    print(f"re-run    {took:.1f} s by clock, {median(t.processor for t in again):.1f} s of the processor")
    print(f"          (aim: at most {limit:.1f} s)")
    print(f"{ADDED} added  {added.clock:.1f} s by clock, {added.processor:.1f} s of the processor")
    keep(
        "rerun",
        {
            "empty_clock": round(base, 2),
            "rerun_clock": round(took, 2),
            "rerun_processor": round(median(t.processor for t in again), 2),
            "added_clock": round(added.clock, 2),
        },
    )
    return 0 if took <= limit else 1


if __name__ == "__main__":
    sys.exit(main())
