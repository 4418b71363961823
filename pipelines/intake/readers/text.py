"""Plain text: the file is the article."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.intake.decoding import decode
from pipelines.intake.records import RawDocument
from pipelines.intake.settings import Limits


def read(data: bytes, limits: Limits) -> Iterator[RawDocument]:
    """One document."""
    yield RawDocument(decode(data), "text")
