"""What the tests of linking share: the reader of a text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from spacy.tokens import Doc

from pipelines.linking.linker import Linker
from pipelines.records import Article
from tests.linking.reader import Read, Reader


@pytest.fixture
def read(linker: Linker, parsed: Callable[[str], Doc]) -> Read:
    """Link a text, as of May 2023 unless a day is given."""

    def reader(text: str, day: str | None = "2023-05-10", title: str | None = None, url: str | None = None) -> Reader:
        published = date.fromisoformat(day) if day else None
        return Reader(linker, parsed(text), Article("a", text, title, published, None, url))

    return reader
