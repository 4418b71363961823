"""Articles as a run takes them in, for training and measuring on the text that the pipeline sees."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipelines.intake.intake import read_file
from pipelines.intake.records import ParsedDocument
from pipelines.intake.sources import find_inputs


def read_articles(raw: Path) -> Iterator[tuple[str, str]]:
    """File name and cleaned text of every article in the folder `raw`."""
    for file in find_inputs(raw):
        for outcome in read_file(file, raw):
            if isinstance(outcome, ParsedDocument):
                yield Path(outcome.source_path).name, outcome.text
