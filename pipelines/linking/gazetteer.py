"""Many phrases found in one pass over a text: a trie over folded words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from pipelines.linking.names import WORD, fold


class Word(NamedTuple):
    """One word of a text: where it stands, how it is compared, and whether it has a capital."""

    start: int
    end: int
    key: str
    is_capital: bool
    is_upper: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """What a phrase stands for. `case` is how it must be written: "any", "capital" (first word) or "upper"."""

    kind: str
    key: str
    case: str = "capital"


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase of the gazetteer in a text: characters `[start, end)`, words `[first, stop)`, and its entries."""

    start: int
    end: int
    first: int
    stop: int
    entries: tuple[Entry, ...]

    def keys(self, kind: str) -> tuple[str, ...]:
        """The keys of the entries of one kind."""
        return tuple(e.key for e in self.entries if e.kind == kind)


class _Node:
    __slots__ = ("entries", "next")

    def __init__(self) -> None:
        self.next: dict[str, _Node] = {}
        self.entries: list[Entry] = []


def split_words(text: str) -> list[Word]:
    """The words of a text, in order."""
    return [Word(match.start(), match.end(), *_looks(match.group())) for match in WORD.finditer(text)]


@lru_cache(maxsize=65536)
def _looks(raw: str) -> tuple[str, bool, bool]:
    return fold(raw), raw[0].isupper(), raw.isupper()


class Gazetteer:
    """Phrases and what they stand for. Longest match first, from left to right, no overlaps."""

    def __init__(self) -> None:
        self._root = _Node()

    def add(self, phrase: str, entry: Entry) -> None:
        """Let `phrase` stand for `entry`, beside what it stands for already."""
        node = self._root
        for match in WORD.finditer(phrase):
            node = node.next.setdefault(fold(match.group()), _Node())
        if node is not self._root and entry not in node.entries:
            node.entries.append(entry)

    def find(self, text: str, words: Sequence[Word]) -> Iterator[Hit]:
        """The phrases in `text`, whose words are `words`."""
        openings, stop = self._root.next, 0
        for position, word in enumerate(words):
            if word.key not in openings or position < stop:
                continue
            hit = self._longest(text, words, position)
            if hit is not None:
                yield hit
                stop = hit.stop

    def _longest(self, text: str, words: Sequence[Word], first: int) -> Hit | None:
        node = self._root.next.get(words[first].key)
        best: Hit | None = None
        stop = first
        while node is not None:
            stop += 1
            if node.entries:
                entries = tuple(e for e in node.entries if _written_so(words[first:stop], e.case))
                if entries:
                    best = Hit(words[first].start, words[stop - 1].end, first, stop, entries)
            if stop == len(words) or not joined(text, words[stop - 1], words[stop]):
                break
            node = node.next.get(words[stop].key)
        if (
            best
            and text[best.end : best.end + 1] == "."
            and best.end - words[best.stop - 1].start == 1
            and best.stop - best.first > 1
        ):
            return Hit(best.start, best.end + 1, best.first, best.stop, best.entries)
        return best


def _written_so(words: Sequence[Word], case: str) -> bool:
    if case == "any":
        return True
    if case == "upper":
        return all(w.is_upper for w in words)
    return words[0].is_capital


def joined(text: str, left: Word, right: Word) -> bool:
    """Whether two neighbouring words may belong to one name: only a space, hyphen or apostrophe between them, or an
    initial's full stop."""
    gap = text[left.end : right.start]
    if gap in (" ", "-", "\u2010", "\u2011", "’", "'", "\u00a0"):
        return True
    return gap in (".", ". ") and left.end - left.start <= 2
