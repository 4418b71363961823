"""Measure the pipeline against annotated articles: `make score`; with `--bundled` against the bundled ones alone.

Runs the pipeline over the bundled articles, the other annotated ones and PolNeAR's development part, each into a
scratch warehouse, and asks the scorers that lie beside the project in `../shared`. Says so and stops where that folder
is absent.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("READOUT_SHARED", ROOT.parent / "shared")).absolute()
SCORERS = SHARED / "eval"
POLNEAR = SCORERS / "polnear" / "dev.jsonl"
GOLD = SHARED / "gold" / "dev"
GOLD_RAW = SHARED / "gold" / "raw"
BUNDLED = ROOT / "raw" / "articles"
BUNDLED_GOLD = ROOT / "tests" / "data" / "gold"
FOUNDING = "xi-trump-call"


def main() -> int:
    """Print all scores; return 1 where there is nothing to measure with."""
    parser = argparse.ArgumentParser(description="Measure the pipeline against annotated articles.")
    parser.add_argument("--bundled", action="store_true", help="only the articles that come with the project")
    options = parser.parse_args()
    if not SHARED.is_dir():
        print(f"There is no {SHARED}: the scorers and most annotated articles are not part of the project.")
        print("Nothing was measured. The bundled articles are checked by `pytest tests/test_bundled.py`.")
        return 1
    with tempfile.TemporaryDirectory(prefix="readout-score-") as folder:
        scratch = Path(folder)
        shutil.copytree(BUNDLED, scratch / "bundled")
        bundled = materialize(scratch / "bundled")
        _print("The bundled articles", "score_tables.py", bundled, BUNDLED_GOLD)
        _print("The founding article alone", "score_tables.py", bundled, BUNDLED_GOLD / f"{FOUNDING}.yaml")
        if options.bundled:
            return 0
        gold, polnear = (
            materialize(gold_articles(scratch / "gold")),
            materialize(polnear_articles(scratch / "polnear")),
        )
        _print("Annotated articles (gold/dev)", "score_tables.py", gold, GOLD)
        _print("PolNeAR dev: statements as attributions", "score_polnear.py", "score", POLNEAR, polnear)
    return 0


def gold_articles(raw: Path) -> Path:
    """The annotated articles in the form they came in, and the founding one from the project."""
    shutil.copytree(GOLD_RAW, raw)
    for path in BUNDLED.glob(f"{FOUNDING}.*"):
        shutil.copyfile(path, raw / path.name)
    return raw


def polnear_articles(raw: Path) -> Path:
    subprocess.run([sys.executable, SCORERS / "score_polnear.py", "write", POLNEAR, raw], check=True)
    return raw


def materialize(raw: Path) -> Path:
    """Run the pipeline over `raw` and return the warehouse."""
    warehouse = raw.with_name(f"{raw.name}-warehouse")
    environment = {
        **os.environ,
        "READOUT_RAW": str(raw),
        "READOUT_WAREHOUSE": str(warehouse),
        "DAGSTER_HOME": str(raw.with_name(f"{raw.name}-dagster")),
    }
    command = [sys.executable, "-m", "pipelines", "materialize"]
    subprocess.run(command, check=True, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    return warehouse


def _print(title: str, scorer: str, *arguments: object) -> None:
    print(f"\n## {title}", flush=True)
    subprocess.run([sys.executable, SCORERS / scorer, *map(str, arguments)], check=True)


if __name__ == "__main__":
    sys.exit(main())
