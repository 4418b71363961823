"""Word pieces and windows: what the encoder reads of a text, the same in training and in use.

A piece has its vocabulary number, its place in the text, and one of `FORMS` (how it is written, whether it is quoted,
whether it opens a paragraph), which the uncased vocabulary does not tell. Windows hold whole paragraphs where these
fit; a longer paragraph is read in overlapping windows, and each piece belongs to the window that sees most around it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from pipelines.extraction.quotations import find_quotations

TOKENIZER = Path(__file__).with_name("models") / "tokenizer.json"
WINDOW = 254
"""Pieces in a window, without the two marks at its ends."""
_OVERLAP = 80
FORMS = 16
OPENING, CLOSING = 101, 102
"""The vocabulary's [CLS] and [SEP]."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """The word pieces of one text: vocabulary numbers, forms and places, of equal length."""

    ids: npt.NDArray[np.int64]
    forms: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    windows: tuple[tuple[int, int], ...]
    """ranges of pieces, in order"""
    home: npt.NDArray[np.int64]
    """for each piece the number of the window it belongs to"""


def load_tokenizer(path: Path = TOKENIZER) -> Tokenizer:
    """The tokenizer of the encoder, which cuts nothing off. Raises `FileNotFoundError` where it is missing."""
    if not path.is_file():
        raise FileNotFoundError(f"{path}: the encoder's tokenizer is missing; take the file from the repository again")
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def pieces_of(text: str, tokenizer: Tokenizer) -> Pieces:
    """The pieces of `text` and the windows in which they are read."""
    encoding = tokenizer.encode(text, add_special_tokens=False)
    offsets = np.array(encoding.offsets, dtype=np.int64).reshape(-1, 2)
    starts, ends = offsets[:, 0], offsets[:, 1]
    paragraphs = _paragraph_starts(text, starts)
    windows = tuple(_windows(paragraphs, len(starts)))
    return Pieces(
        ids=np.array(encoding.ids, dtype=np.int64),
        forms=_forms(text, starts, ends, paragraphs),
        starts=starts,
        ends=ends,
        windows=windows,
        home=_home(windows, len(starts)),
    )


def _paragraph_starts(text: str, starts: npt.NDArray[np.int64]) -> list[int]:
    """The first piece of each paragraph."""
    breaks = np.array([found.start() for found in re.finditer("\n", text)], dtype=np.int64)
    paragraph = np.searchsorted(breaks, starts)
    return [] if not len(starts) else [0, *(np.flatnonzero(np.diff(paragraph)) + 1).tolist()]


def _forms(
    text: str, starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64], paragraphs: list[int]
) -> npt.NDArray[np.int64]:
    written = [_written(text[start:end]) for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
    forms = 4 * np.array(written, dtype=np.int64)
    for quotation in find_quotations(text):
        forms[np.searchsorted(starts, quotation.start) : np.searchsorted(starts, quotation.end)] += 2
    forms[paragraphs] += 1
    return forms


def _written(piece: str) -> int:
    if piece[:1].isdigit():
        return 3
    if not piece[:1].isupper():
        return 0
    return 2 if len(piece) > 1 and piece.isupper() else 1


def _windows(paragraphs: list[int], count: int) -> list[tuple[int, int]]:
    out: list[tuple[int, int]] = []
    opened = 0
    for start, end in pairwise([*paragraphs, count]):
        if end - opened <= WINDOW:
            continue
        if start > opened:
            out.append((opened, start))
        opened = start
        while end - opened > WINDOW:
            out.append((opened, opened + WINDOW))
            opened += WINDOW - _OVERLAP
    if count > opened:
        out.append((opened, count))
    return out


def _home(windows: tuple[tuple[int, int], ...], count: int) -> npt.NDArray[np.int64]:
    """Where two windows overlap, the first half of what they share belongs to the first."""
    firsts = [
        0,
        *(
            (second[0] + min(first[1], second[1])) // 2 if second[0] < first[1] else second[0]
            for first, second in pairwise(windows)
        ),
    ]
    home: npt.NDArray[np.int64] = np.searchsorted(firsts, np.arange(count), side="right") - 1
    return home
