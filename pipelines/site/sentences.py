"""The sentence around a span, so that a reader sees words where they stand."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import regex

_PARAGRAPH = regex.compile(r"\s*\n\s*")
_SENTENCE = regex.compile(r"(?<=[.!?…][\"'”’)\]]{0,2})\s+(?=[\"'“‘(\[]{0,2}[\p{Lu}\p{N}])")
_ABBREVIATION = regex.compile(r"(?:^|[\s.(\"“])(?:\p{Lu}|Mr|Mrs|Ms|Dr|Gen|Sen|Rep|Gov|Lt|Col|Sgt|St|No|Jr|Sr|vs)\.$")
_REACH = 300
"""How far beyond its passage a sentence is followed, in characters."""
_MOST = 2_000
"""The longest text that is shown, in characters: whole speeches are quoted."""

Span = tuple[int, int]


class Sentences:
    """Where the sentences of one text end; made once a text, asked for each span."""

    def __init__(self, text: str) -> None:
        self._text = text
        starts = {0, *(found.end() for found in _PARAGRAPH.finditer(text))}
        starts |= {found.end() for found in _SENTENCE.finditer(text) if not _abbreviated(text, found.start())}
        self._starts = sorted(starts)

    def around(self, spans: Sequence[Span], beside: Sequence[Span] = ()) -> tuple[str, list[Span]]:
        """The sentence or sentences that hold `spans` and what lies `beside` them near by, and the spans in it.

        What was cut off is an ellipsis. The spans that are returned count UTF-16 units, as browsers do.
        Raises ValueError where a span lies outside the text.
        """
        first, last = min(start for start, _ in spans), max(end for _, end in spans)
        if not 0 <= first < last <= len(self._text):
            raise ValueError(f"the span {first}–{last} lies outside a text of {len(self._text)} characters")
        near = [(s, e) for s, e in beside if first - _REACH <= s < e <= last + _REACH]
        start = min([first, *(s for s, _ in near)])
        end = max([last, *(e for _, e in near)])
        left = self._starts[bisect_right(self._starts, start) - 1]
        after = bisect_left(self._starts, end)
        right = self._starts[after] if after < len(self._starts) else len(self._text)
        cut_left, cut_right = start - left > _REACH, right - end > _REACH
        if cut_left:
            left = self._text.rfind(" ", 0, start - _REACH) + 1
        if cut_right:
            right = self._word_end(end + _REACH)
        if right - left > _MOST:
            right, cut_right = self._word_end(left + _MOST), True
        sentence = self._text[left:right].rstrip()
        shown = ("… " if cut_left else "") + sentence + (" …" if cut_right else "")
        shift = (2 if cut_left else 0) - left
        inside = [(s, min(e, left + len(sentence))) for s, e in spans if s < left + len(sentence)]
        return shown, [(units(shown, s + shift), units(shown, e + shift)) for s, e in inside]

    def _word_end(self, at: int) -> int:
        found = self._text.find(" ", at)
        return found if found >= 0 else len(self._text)


def units(text: str, offset: int) -> int:
    """An offset in code points as one in UTF-16 units."""
    return offset if text.isascii() else len(text[:offset].encode("utf-16-le")) // 2


def _abbreviated(text: str, end: int) -> bool:
    return _ABBREVIATION.search(text[max(0, end - 6) : end]) is not None
