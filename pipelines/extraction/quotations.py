"""Quotation runs: where the article quotes, mark by mark.

Straight and typographic double marks, doubled single marks (''…''), guillemets, and single marks where they
stand at word edges. Marks are paired inside a paragraph. A quotation that a paragraph leaves open goes on when the
next paragraph opens with a mark again (the convention of printed English), and otherwise ends with its paragraph.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_OPENING = {"“": "”", "«": "»", "„": "”", "‟": "”"}
_MARK = re.compile(r"[“”„‟«»\"]|''|``|(?<![\w’'])[‘'](?=\w)|(?<=[\w.,!?;:])[’'](?!\w)")
_PARAGRAPH = re.compile(r"[^\n]+")


@dataclass(frozen=True, slots=True)
class Quotation:
    """One quotation with its marks, `[start, end)` in characters; `closed` is False where no closing mark stands."""

    start: int
    end: int
    closed: bool


@lru_cache(maxsize=64)  # the encoder asks of a batch of texts what other rooms ask again
def find_quotations(text: str) -> tuple[Quotation, ...]:
    """The quotations of `text` in order, outermost only, none overlapping another."""
    found: list[Quotation] = []
    for paragraph in _PARAGRAPH.finditer(text):
        found.extend(_pair(text, paragraph.start(), paragraph.end()))
    return tuple(_join_over_paragraphs(text, found))


def _pair(text: str, start: int, end: int) -> list[Quotation]:
    out: list[Quotation] = []
    opened: int | None = None
    closes_with: frozenset[str] = frozenset()
    for mark in _MARK.finditer(text, start, end):
        sign = mark.group()
        if opened is None:
            closing = _closers(text, mark, end)
            if closing:
                opened, closes_with = mark.start(), closing
        elif sign in closes_with and not _opens_again(text, mark, start):
            out.append(Quotation(opened, mark.end(), True))
            opened = None
    if opened is not None:
        out.append(Quotation(opened, end, False))
    return out


def _closers(text: str, mark: re.Match[str], end: int) -> frozenset[str]:
    """The signs that may close what `mark` opens; empty where it opens nothing."""
    sign = mark.group()
    if sign in _OPENING:
        return frozenset({_OPENING[sign], '"'} if sign != "«" else {"»"})
    if sign in {'"', "''", "``"}:
        follows = text[mark.end() : mark.end() + 1]
        if not follows or follows.isspace():
            return frozenset()
        return frozenset({'"', "”"} if sign == '"' else {"''", '"', "”"})
    if sign in {"‘", "'"} and (mark.start() == 0 or not text[mark.start() - 1].isalnum()):
        closer = "’" if sign == "‘" else "'"
        pattern = re.compile(rf"(?<=[\w.,!?;:]){closer}(?!\w)")
        if pattern.search(text, mark.end() + 1, min(end, mark.end() + 400)):
            return frozenset({closer})
    return frozenset()


def _opens_again(text: str, mark: re.Match[str], start: int) -> bool:
    """A straight mark after a space and before a word opens: the writer forgot to close, or nests."""
    before, after = text[mark.start() - 1 : mark.start()], text[mark.end() : mark.end() + 1]
    return mark.start() > start and before.isspace() and after.isalnum()


def _join_over_paragraphs(text: str, found: list[Quotation]) -> list[Quotation]:
    out: list[Quotation] = []
    for quotation in found:
        previous = out[-1] if out else None
        if previous and not previous.closed and not text[previous.end : quotation.start].strip():
            out[-1] = Quotation(previous.start, quotation.end, quotation.closed)
        else:
            out.append(quotation)
    return out
