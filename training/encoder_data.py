"""Write what the encoder learns from: `python -m training.encoder_data SHARED OUTPUT.jsonl`.

One JSON object an article: `id`, `text`, `corpus` (polnear, annotated), `fold` (0 or 1) and `attributions` with
`source`, `cue` and `content` as character spans. It is read by `training.encoder`, which runs where torch is.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from pipelines.records import Span
from training.articles import read_articles
from training.corpora import locate, nearest


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
    options = parser.parse_args(arguments)
    news = polnear(options.shared / "eval" / "polnear" / "train.jsonl")
    own = annotated(options.shared / "gold" / "dev", [options.shared / "gold" / "raw", Path("raw/articles")])
    with options.output.open("w", encoding="utf-8") as lines:
        for entry in [*news, *own]:
            lines.write(json.dumps(entry, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
