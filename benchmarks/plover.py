"""How often a statement's PLOVER code is the one that PLOVER's own examples give its sentence.

    python -m benchmarks.plover PLOVER_GSR.json [--errors N]

Reads a file of sentences with `text` and `event`, as PLOVER publishes them (Open Event Data Alliance, CC BY-SA 4.0;
not part of this repository). Acts that are no attribution (a strike, an arrest) have no statement of their own, and
their sentences cannot be right.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

from spacy.tokens import Span, Token

from pipelines.extraction.attribution import Attribution
from pipelines.extraction.encoder import Encoder
from pipelines.extraction.parse import load_model
from pipelines.records import NOBODY, Referent
from schemas.codes import PLOVER

KINDS = ("sentences", "found", "coded", "right")


class Nobody:
    """The codes do not depend on who is meant."""

    def resolve(self, span: Span) -> Referent:
        """Nobody, whatever the span."""
        return NOBODY

    def implied(self, cue: Token) -> Referent:
        """Nobody, whatever the cue."""
        return NOBODY


def read_sentences(path: Path) -> list[tuple[str, str]]:
    """Sentences with their code; entries that only document the file are left out."""
    entries = json.loads(path.read_text(encoding="utf-8"))
    return [(entry["text"], entry["event"]) for entry in entries if entry.get("event") in PLOVER and entry.get("text")]


def main() -> None:
    """Print the figures by code, and where they differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--errors", type=int, default=0)
    arguments = parser.parse_args()
    sentences = read_sentences(arguments.file)
    attribution, encoder, nobody = Attribution.load(), Encoder.load(), Nobody()
    counts: Counter[tuple[str, str]] = Counter()
    errors = []
    for doc, (text, code) in zip(load_model().pipe(text for text, _ in sentences), sentences, strict=True):
        (reading,) = encoder.read([text])
        statements = attribution.find_statements(doc, reading, nobody)
        given = {statement.plover for statement in statements} - {None}
        counts[code, "sentences"] += 1
        counts[code, "found"] += bool(statements)
        counts[code, "coded"] += bool(given)
        counts[code, "right"] += code in given
        if statements and code not in given:
            cues = ", ".join(f"{statement.cue_lemma}={statement.plover}" for statement in statements)
            errors.append(f"{code}: {cues}: {text}")
    print(f"{'':10} sentences found coded right")
    for code in [*sorted({code for code, _ in counts}), "all"]:
        parts = [sum(n for (c, k), n in counts.items() if k == kind and code in {c, "all"}) for kind in KINDS]
        print(f"{code:10} {parts[0]:9} {parts[1]:5} {parts[2]:5} {parts[3]:5}")
    for error in errors[: arguments.errors]:
        print("-", error, file=sys.stderr)


if __name__ == "__main__":
    main()
