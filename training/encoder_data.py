"""Write what the encoder learns from: `python -m training.encoder_data SHARED OUTPUT.jsonl [--unlabelled IN OUT]`.

One JSON object an article: `id`, `text`, `corpus` (polnear, annotated), `fold` (0 or 1) and `attributions` with
`source`, `cue` and `content` as character spans. With `--unlabelled`, articles without any go to a file of their own,
for `training.distil`. Both are read where torch is.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from pipelines.records import Span
from training.articles import read_articles
from training.corpora import locate, nearest

_MOST, _BEGINNING = 16_000, 8_000
"""Unlabelled articles, and characters of each: more than `training.distil` gets to read."""


def polnear(path: Path) -> Iterator[dict[str, Any]]:
    """PolNeAR's articles (Newell et al. 2018), every second one in each fold."""
    with path.open(encoding="utf-8") as lines:
        for number, entry in enumerate(map(json.loads, lines)):
            marked = [a for a in entry["attributions"] if a.get("content")]
            yield _entry(entry["id"], entry["text"], "polnear", number % 2, marked)


def annotated(gold: Path, raw: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """The articles annotated after the codebook, as a run takes them in."""
    rows: dict[str, Any] = {}
    for path in sorted(gold.glob("*.yaml")):
        entry = yaml.safe_load(path.read_text(encoding="utf-8"))
        rows[entry["article"]] = entry.get("statements") or []
    texts = {name: text for folder in raw for name, text in read_articles(folder) if name in rows}
    for number, name in enumerate(sorted(texts)):
        text = texts[name]
        marked = [a for a in (attribution(text, statement) for statement in rows[name]) if a["content"]]
        yield _entry(name, text, "annotated", number % 2, marked)


def unlabelled(articles: Path) -> Iterator[dict[str, Any]]:
    """Articles of a warehouse for `training.distil`, in an order of no meaning; of long ones the beginning."""
    read = pl.scan_parquet(articles).select("article_id", pl.col("text").str.head(_BEGINNING)).sort("article_id")
    for name, text in read.collect().head(_MOST).iter_rows():
        yield {"id": name, "text": text, "attributions": []}


def _entry(name: str, text: str, corpus: str, fold: int, attributions: Sequence[Any]) -> dict[str, Any]:
    return {"id": name, "text": text, "corpus": corpus, "fold": fold, "attributions": attributions}


def attribution(text: str, statement: dict[str, Any]) -> dict[str, list[Span]]:
    """The spans of an annotated statement: of several places of cue and speaker, those nearest to the content."""
    content = locate(text, statement["content"])
    if not content:
        return {"content": [], "cue": [], "source": []}
    cue = _colon(text, content) if statement["cue"] == ":" else nearest(text, statement["cue"], content)
    speaker = statement.get("speaker")
    source = nearest(text, speaker, cue or content) if speaker else []
    apart = [s for s in source if all(s[1] <= start or end <= s[0] for start, end in content)]
    return {"content": content, "cue": cue, "source": apart}


def _colon(text: str, content: Sequence[Span]) -> list[Span]:
    place = text.rfind(":", 0, content[0][0])
    return [(place, place + 1)] if place >= 0 else []


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the file. Gives the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path, help="the folder with eval/polnear and gold/")
    parser.add_argument("output", type=Path)
    parser.add_argument(
        "--unlabelled", type=Path, nargs=2, help="articles.parquet of a run over ../shared/corpora, and a file to write"
    )
    options = parser.parse_args(arguments)
    news = polnear(options.shared / "eval" / "polnear" / "train.jsonl")
    own = annotated(options.shared / "gold" / "dev", [options.shared / "gold" / "raw", Path("raw/articles")])
    _write(options.output, [*news, *own])
    if options.unlabelled:
        _write(options.unlabelled[1], unlabelled(options.unlabelled[0]))
    return 0


def _write(path: Path, entries: Iterable[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)


if __name__ == "__main__":
    raise SystemExit(main())
