"""Links a text for a test, and answers by the words of a phrase."""

from __future__ import annotations

import re
from collections.abc import Callable

from spacy.tokens import Doc

from pipelines.linking.linker import LinkedArticle, Linker
from pipelines.records import Article, Mention, Referent


class Reader:
    """Links one text and answers by the words of a phrase."""

    def __init__(self, linker: Linker, doc: Doc, article: Article) -> None:
        self.doc = doc
        self.linked: LinkedArticle = linker.link(doc, article)

    def _start(self, phrase: str, nth: int) -> int:
        found = re.finditer(rf"(?<!\w){re.escape(phrase)}(?!\w)", self.doc.text)
        return [match.start() for match in found][nth]

    def who(self, phrase: str, nth: int = 0) -> Referent:
        """Whom a phrase stands for, by its words; `nth` counts from 0."""
        start = self._start(phrase, nth)
        span = self.doc.char_span(start, start + len(phrase), alignment_mode="expand")
        assert span is not None
        return self.linked.resolve(span)

    def mention(self, phrase: str, nth: int = 0) -> Mention | None:
        """The mention that lies within a phrase, the last one where there are several."""
        start = self._start(phrase, nth)
        within = [m for m in self.linked.mentions if start <= m.start and m.end <= start + len(phrase)]
        return within[-1] if within else None

    @property
    def names(self) -> dict[str, str]:
        return {leader.leader_id: leader.name for leader in self.linked.leaders}

    def named(self, phrase: str, nth: int = 0) -> list[str]:
        """The names of the leaders whom a phrase stands for."""
        ids = self.who(phrase, nth).leader_ids
        return [self.names[i] for i in ids]


Read = Callable[..., Reader]
"""Takes a text and, if need be, `day`, `title` and `url`; gives its `Reader`."""
