"""Where quotations, paragraphs and sentences stand in a parsed document, by token."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate

import regex
from spacy.tokens import Doc, Token

from pipelines.extraction.quotations import Quotation, find_quotations
from pipelines.records import text_of

TokenRange = tuple[int, int]

_DATELINE = regex.compile(
    r"\p{Lu}[\p{Lu}.'\u2019 -]{2,}"  # the city, in capitals
    r"(?:, \p{Lu}[\w.]+(?: \d{1,2})?)*"  # a region, a day
    r"(?: \([^)\n]{2,30}\))?"  # an agency
    r" ?(?:\u2014|\u2013|--| - )\s*(?=[\p{Lu}\p{Pi}\"])"  # the dash, and a sentence behind it
)
"""Where a report comes from, before its first sentence: "KYIV, March 3 (Reuters) \u2014 "."""
_EDGE = frozenset(",;:.-–—…()[]?!")


@dataclass(slots=True)
class Layout:
    """What candidates need to know of a document beyond the parse: its quotations and paragraphs by token."""

    doc: Doc
    quotations: list[TokenRange] = field(default_factory=list)
    inside: list[int] = field(default_factory=list)
    """for each token the index of its quotation, or -1"""
    paragraph: list[int] = field(default_factory=list)
    sentence: list[TokenRange] = field(default_factory=list)
    """for each token the range of its sentence"""
    datelines: frozenset[int] = frozenset()
    """the tokens of datelines, which nobody said"""
    is_word: list[bool] = field(default_factory=list)
    """for each token whether it is neither punctuation nor white space"""
    quoted_before: list[int] = field(default_factory=list)
    """for each token how many before it stand in quotations, and at last how many of all"""
    cue_features: dict[int, list[str]] = field(default_factory=dict)
    """what has been seen of a token as a cue, which all its candidates share (`features`)"""
    _roots: dict[TokenRange, Token] = field(default_factory=dict)

    @classmethod
    def of(cls, doc: Doc) -> Layout:
        layout = cls(doc, inside=[-1] * len(doc), paragraph=[0] * len(doc))
        starts = [token.idx for token in doc]
        for quotation in find_quotations(text_of(doc)):
            run = _token_range(doc, starts, quotation)
            if run[1] > run[0]:
                layout.quotations.append(run)
                for i in range(*run):
                    layout.inside[i] = len(layout.quotations) - 1
        number = 0
        for i, token in enumerate(doc):
            space = token.is_space
            layout.paragraph[i] = number
            layout.is_word.append(not (space or token.is_punct))
            number += space and "\n" in token.text
        layout.quoted_before = list(accumulate((quotation >= 0 for quotation in layout.inside), initial=0))
        layout.datelines = frozenset(_datelines(doc, starts))
        for sentence in doc.sents:
            layout.sentence.extend([(sentence.start, sentence.end)] * (sentence.end - sentence.start))
        return layout

    def quoted(self, i: int) -> bool:
        """Whether the token stands in a quotation."""
        return self.inside[i] >= 0

    def words(self, runs: Iterable[TokenRange]) -> list[int]:
        """The tokens of these runs without punctuation and white space."""
        is_word = self.is_word
        return [i for start, end in runs for i in range(start, end) if is_word[i]]

    def root(self, run: TokenRange) -> Token:
        """The syntactic head of a run."""
        found = self._roots.get(run)
        if found is None:
            found = self._roots[run] = self.doc[run[0] : run[1]].root
        return found

    def behind_dateline(self, run: TokenRange) -> TokenRange:
        """The run without the dateline that it begins in."""
        start, end = run
        while start < end and start in self.datelines:
            start += 1
        return start, end

    def wholly_quoted(self, sentence: TokenRange) -> bool:
        """True where every word of the sentence lies in quotations."""
        return all(self.inside[i] >= 0 or not self.is_word[i] for i in range(*sentence))

    def quotations_in(self, sentence: TokenRange) -> list[TokenRange]:
        """The quotations that the sentence holds a part of."""
        numbers = {self.inside[i] for i in range(*sentence)} - {-1}
        return [self.quotations[n] for n in sorted(numbers)]

    def quotations_after(self, sentence: TokenRange, *, over_paragraph: bool = False) -> list[TokenRange]:
        """Quotations of the sentences after `sentence` that say nothing outside the marks.

        They end with the paragraph; with `over_paragraph` they may begin in the next one.
        """
        out: list[TokenRange] = []
        i, paragraph = sentence[1], self.paragraph[sentence[0]]
        while i < len(self.doc):
            following = self.sentence[i]
            i = following[1]
            first = next((k for k in range(*following) if not self.doc[k].is_space), None)
            if first is None:
                continue
            if self.paragraph[first] != paragraph:
                if not over_paragraph:
                    break
                paragraph, over_paragraph = self.paragraph[first], False
            if not self.quoted(first) or not self.wholly_quoted(following):
                break
            run = self.quotations[self.inside[first]]
            if run[0] >= sentence[1] and run not in out:
                out.append(run)
        return out


def _datelines(doc: Doc, starts: list[int]) -> Iterator[int]:
    opening = 0
    for line in text_of(doc).splitlines(keepends=True):
        if found := _DATELINE.match(line):
            yield from range(bisect_left(starts, opening), bisect_left(starts, opening + found.end()))
        opening += len(line)


def _token_range(doc: Doc, starts: list[int], quotation: Quotation) -> TokenRange:
    first = bisect_left(starts, quotation.start)
    last = bisect_left(starts, quotation.end)
    while last > first and doc[last - 1].is_space:
        last -= 1
    return first, last


def trim(doc: Doc, start: int, end: int) -> TokenRange:
    """The range without white space and punctuation at its edges; quotation marks stay."""
    while start < end and _is_edge(doc[start]):
        start += 1
    while end > start and _is_edge(doc[end - 1]):
        end -= 1
    return start, end


def _is_edge(token: Token) -> bool:
    return token.is_space or token.text in _EDGE
