"""What a candidate is, and how the ranges that a frame proposes become its content."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipelines.extraction.layout import Layout, TokenRange, trim

TAGGED = "tagged"
"""What the frames of candidates begin with that the encoder proposed."""
_WHOLE_QUOTE = 0.6
"""A content that holds this share of a quotation's words in its sentence holds the whole quotation."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One possible attribution. `cue` is the head token's index; `None` for turns and signed quotations."""

    frame: str
    cue: int | None
    cue_range: TokenRange | None
    source: TokenRange | None
    content: tuple[TokenRange, ...]
    addressee: TokenRange | None = None
    beyond: TokenRange | None = None
    """what follows the content as parsed, which frames with `>` take in and the others leave"""


def content_runs(
    layout: Layout, content: Iterable[TokenRange], source: TokenRange | None, cue: TokenRange
) -> tuple[TokenRange, ...]:
    """Content runs grown to whole quotations, without cue and source, trimmed, in order and disjoint."""
    taken: set[int] = set()
    for start, end in content:
        taken.update(range(start, end))
    for number in {layout.inside[i] for i in taken} - {-1}:
        run = layout.quotations[number]
        if run[0] <= cue[0] < run[1]:
            continue
        first, last = layout.sentence[next(i for i in range(*run) if i in taken)]
        part = range(max(run[0], first), min(run[1], last))
        if sum(i in taken for i in part) >= _WHOLE_QUOTE * len(part):
            taken.update(range(*run))
    taken.difference_update(range(*cue))
    if source is not None:
        taken.difference_update(range(*source))
    trimmed = (trim(layout.doc, *run) for run in _runs(sorted(taken)))
    return tuple(run for run in map(layout.behind_dateline, trimmed) if run[1] > run[0])


def _runs(indexes: list[int]) -> Iterator[TokenRange]:
    start: int | None = None
    last = -2
    for i in indexes:
        if start is None:
            start = i
        elif i != last + 1:
            yield start, last + 1
            start = i
        last = i
    if start is not None:
        yield start, last + 1
