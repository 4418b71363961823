"""Write `docs/accuracy.md` and its figure from measurements made in this run: `make accuracy`.

Runs the pipeline over PolNeAR's development part and over the articles annotated after the codebook, asks the scorers
that lie beside the project in `../shared`, compares the confidence of rows with how often they are right, and measures
the speed of extraction. What held-out articles say of the learned parts comes from `training/held_out.json`, which
`make train` writes. The figures with their intervals are kept as the record of this extractor version, which releases
carry (`docs/accuracy/VERSION.json`); `--record` makes that alone, and skips the speed.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import polars as pl

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import accuracy_record, score  # noqa: E402
from pipelines.versions import pipeline_version  # noqa: E402
from training.confidence import bands_of  # noqa: E402

PAGE, FIGURE = ROOT / "docs" / "accuracy.md", ROOT / "docs" / "reliability.svg"
HELD_OUT = ROOT / "training" / "held_out.json"
PEOPLE_POLNEAR = {"found_f1": 0.822, "exact_f1": 0.685, "complete_f1": 0.766}
PEOPLE_GOLD = {"statements.row": 0.79, "commitments.row": 0.91, "events.row": 0.77, "article_topics.found": 0.90}
AIMS_POLNEAR = {"found_f1": 0.81, "exact_f1": 0.62, "complete_f1": 0.72}
AIMS_GOLD = {
    "statements.row": 0.68,
    "commitments.row": 0.58,
    "events.row": 0.55,
    "leaders.found": 0.97,
    "article_topics.found": 0.75,
    "statements.topics": 0.65,
}
Band = tuple[float, int, float]
"""Mean confidence, rows, share that is right."""


def main() -> int:
    """Measure and write; 1 where there is nothing to measure against."""
    if not score.SHARED.is_dir():
        print(f"There is no {score.SHARED}: the annotated articles are not part of the project. Nothing was measured.")
        return 1
    with tempfile.TemporaryDirectory(prefix="readout-accuracy-") as folder:
        scratch = Path(folder)
        gold = score.materialize(score.gold_articles(scratch / "gold"))
        news = score.materialize(score.polnear_articles(scratch / "polnear"))
        tables = json.loads(_asked("score_tables.py", gold, score.GOLD, "--json"))
        polnear = json.loads(_asked("score_polnear.py", "score", score.POLNEAR, news))
        judged = list(_polnear_rows(news))
        bands = list(bands_of([row[1:] for row in judged]))
        bundled = score.materialize(Path(shutil.copytree(score.BUNDLED, scratch / "bundled")))
        record = accuracy_record.write(gold, news, bundled, judged)
    print(f"wrote {record.relative_to(ROOT)}")
    if "--record" in sys.argv[1:]:
        return 0
    speed = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "extraction_speed.py", "--shared", "--every", "2"],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    held_out = json.loads(HELD_OUT.read_text(encoding="utf-8"))
    FIGURE.write_text(
        _figure({"PolNeAR dev": bands, "held-out articles": held_out["confidence"]["annotated"]}), encoding="utf-8"
    )
    PAGE.write_text(_page(polnear, tables, bands, held_out, speed), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)} and {FIGURE.relative_to(ROOT)}")
    return 0


def _asked(scorer: str, *arguments: object) -> str:
    command = [sys.executable, str(score.SCORERS / scorer), *map(str, arguments)]
    asked = subprocess.run(command, check=True, capture_output=True, text=True)
    return asked.stdout


def _polnear_rows(warehouse: Path) -> Iterator[accuracy_record.Judged]:
    """Article and confidence of each statement, and whether content and source are right by PolNeAR's annotation."""
    sys.path.insert(0, str(score.SCORERS))
    import score_attributions as scorer  # type: ignore[import-not-found]
    import score_polnear  # type: ignore[import-not-found]

    gold = scorer.load(str(score.POLNEAR))
    system = score_polnear.system(gold, warehouse)
    articles = pl.read_parquet(warehouse / "parquet" / "articles.parquet", columns=["article_id", "source_path"])
    statements = pl.read_parquet(warehouse / "parquet" / "statements.parquet", columns=["article_id", "confidence"])
    by_article = {
        key: list(part["confidence"]) for (key,), part in statements.group_by("article_id", maintain_order=True)
    }
    names = {Path(path).stem: article for article, path in articles.iter_rows()}
    for name, document in gold.items():
        text = document["text"]

        def words(entry: dict[str, Any], text: str = text) -> dict[str, frozenset[int]]:
            return {role: scorer.token_starts(text, entry.get(role) or []) for role in ("source", "content")}

        wanted = [tokens for tokens in map(words, document["attributions"]) if tokens["content"]]
        found = list(map(words, system.get(name, {}).get("attributions", [])))
        pairs = scorer.match([a["content"] for a in wanted], [a["content"] for a in found], 0.5)
        right = {
            j
            for i, j in pairs
            if (wanted[i]["source"] & found[j]["source"] if wanted[i]["source"] else not found[j]["source"])
        }
        for j, confidence in enumerate(by_article.get(names.get(name, ""), [])):
            yield name, confidence, j in right


def _figure(lines: dict[str, Sequence[Band]]) -> str:
    """Confidence against the share of right rows, as SVG; the diagonal is where both are the same."""
    size, edge = 320, 40
    colours = ("#1f6f8b", "#c2571a")

    def at(x: float, y: float) -> str:
        return f"{edge + x * size:.1f},{edge + (1 - y) * size:.1f}"

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size + 2 * edge} {size + 2 * edge}" role="img"',
        ' font-family="sans-serif" font-size="11"><title>How often statements of each confidence are right</title>',
        f'<rect width="{size + 2 * edge}" height="{size + 2 * edge}" fill="#fff"/>',
        f'<rect x="{edge}" y="{edge}" width="{size}" height="{size}" fill="none" stroke="#888"/>',
        f'<polyline points="{at(0, 0)} {at(1, 1)}" stroke="#bbb" stroke-dasharray="4"/>',
        f'<text x="{edge}" y="{size + edge + 28}">confidence 0 to 1; upwards: share of rows that are right</text>',
    ]
    for number, (name, bands) in enumerate(lines.items()):
        points = " ".join(at(mean, right) for mean, _, right in bands)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colours[number]}" stroke-width="2"/>')
        for mean, rows, right in bands:
            x, y = at(mean, right).split(",")
            parts.append(f'<circle cx="{x}" cy="{y}" r="{min(9, 2 + rows**0.5 / 4):.1f}" fill="{colours[number]}"/>')
        parts.append(f'<text x="{edge + 8}" y="{edge + 16 + 15 * number}" fill="{colours[number]}">{name}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _page(
    polnear: dict[str, float],
    tables: dict[str, dict[str, float]],
    bands: Sequence[Band],
    held_out: dict[str, Any],
    speed: str,
) -> str:
    known = {**{name: value.get("f1", value.get("accuracy")) for name, value in tables.items()}}
    own = held_out["confidence"]["annotated"]
    lines = [
        "# How right the rows are",
        "",
        f"Made by `make accuracy` with version {pipeline_version()}; nothing on this page is typed by hand.",
        "",
        "## Statements in the news: PolNeAR dev",
        "84 articles that encoder and scorer did not learn from, through the whole pipeline. **The scorer's threshold",
        "was chosen and the confidences were fitted with them in view: found and the confidences below flatter.**",
        "",
        "| F1 | Readout | aim | two trained people |",
        "|---|---|---|---|",
        *(
            f"| {name.removesuffix('_f1')} | **{polnear[name]:.3f}** | {aim:.2f} | {PEOPLE_POLNEAR[name]:.3f} |"
            for name, aim in AIMS_POLNEAR.items()
        ),
        "",
        f"Found: precision {polnear['found_p']:.3f}, recall {polnear['found_r']:.3f}. Of these the cue is right"
        f" in {polnear['cue_accuracy']:.3f}, the source in {polnear['source_accuracy']:.3f}.",
        "",
        "## All tables: articles annotated after the codebook",
        "61 readouts, statements, fact sheets and news articles. **The weights of statements, topics and confidences",
        "were learned from them and rules were written with half of them in view: these figures flatter.**",
        "",
        "| | Readout | aim | two annotators |",
        "|---|---|---|---|",
        *(f"| {n} | **{known[n]:.3f}** | {aim:.2f} | {PEOPLE_GOLD.get(n, '')} |" for n, aim in AIMS_GOLD.items()),
        "",
        "| column | accuracy | of rows |",
        "|---|---|---|",
        *(
            f"| {name} | {value['accuracy']:.3f} | {value['of']} |"
            for name, value in tables.items()
            if "accuracy" in value
        ),
        "",
        "## Articles that were held out",
        held_out["told"],
        "",
        "| | found F1 | exact F1 | rows right |",
        "|---|---|---|---|",
        f"| statements | {held_out['found_f1']:.3f} | {held_out['exact_f1']:.3f} | {held_out['row_f1']:.3f} |",
        "",
        "## What confidence means",
        "The probability that a statement's content is an attribution and its speaker the right one (by PolNeAR, whose",
        "people are not linked: its source).",
        "",
        "![Confidence against the share of right rows](reliability.svg)",
        "",
        "| | confidence | rows | right |",
        "|---|---|---|---|",
        *(f"| PolNeAR dev | {mean:.2f} | {rows} | {right:.3f} |" for mean, rows, right in bands),
        *(f"| held-out articles | {mean:.2f} | {rows:.0f} | {right:.3f} |" for mean, rows, right in own),
        "",
        "## Speed",
        "",
        "```text",
        speed.strip(),
        "```",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
