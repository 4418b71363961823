"""The encoder of attributions: a small transformer, run by onnxruntime, that reads a text's word pieces.

It says of each piece whether it is content, cue or source, and of a cue which pieces are its content and its source
and where that content starts and ends. `Evidence` holds this by the tokens of the parse. The weights are made by
`training/encoder.py`; nothing is learned here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
from spacy.attrs import IDX, LENGTH
from spacy.tokens import Doc
from tokenizers import Tokenizer

from pipelines.extraction.layout import TokenRange
from pipelines.extraction.pieces import CLOSING, OPENING, Pieces, load_tokenizer, pieces_of

Floats = npt.NDArray[np.float32]
WEIGHTS = Path(__file__).with_name("models") / "attribution.onnx"
CONTENT, CUE, _SOURCE, FIRST, LAST = range(5)
"""The tags of a piece, in the order of the encoder's output."""
_LINK_WIDTH = 64
PLACES = 3
"""So many likeliest starts and ends of a content are told of a cue."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the encoder says of one text: its pieces, and each window's tags (logits), queries and keys."""

    pieces: Pieces
    tags: tuple[Floats, ...]
    links: tuple[Floats, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """What one cue says of the tokens around it, from token `offset` on; all are probabilities.

    Views, which give a plain float for a token without a list of all; `source_place`, `first_places` and `last_places`
    are the likeliest ones, counted from `offset`, likeliest first.
    """

    offset: int
    content: memoryview[float]
    source: memoryview[float]
    first: memoryview[float]
    last: memoryview[float]
    source_place: int
    first_places: list[int]
    last_places: list[int]
    whole: float
    """how many tokens the content has, as far as its probabilities tell"""
    likeliest_source: float


@dataclass(frozen=True, slots=True)
class Encoder:
    """The encoder, loaded once."""

    tokenizer: Tokenizer
    session: onnxruntime.InferenceSession

    @classmethod
    def load(cls, weights: Path = WEIGHTS, threads: int = 1) -> Encoder:
        """Read the weights. Raises `FileNotFoundError` where they are missing."""
        if not weights.is_file():
            raise FileNotFoundError(
                f"{weights}: the encoder's weights are missing; take them from the repository again"
            )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        session = onnxruntime.InferenceSession(
            str(weights),
            options,
            ["CPUExecutionProvider"],
            disabled_optimizers=["SkipLayerNormFusion"],  # what it fuses takes eight times as long fused
        )
        return cls(load_tokenizer(), session)

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """The readings of `texts`, in their order."""
        return [self._read(pieces_of(text, self.tokenizer)) for text in texts]

    def _read(self, pieces: Pieces) -> Reading:
        """Window by window: 8-bit weights make what a batch says of a window depend on the other windows in it."""
        tags: list[Floats] = []
        links: list[Floats] = []
        for start, end in pieces.windows:
            ids = np.array([[OPENING, *pieces.ids[start:end], CLOSING]], dtype=np.int64)
            forms = np.array([[0, *pieces.forms[start:end], 0]], dtype=np.int64)
            found = self.session.run(None, {"ids": ids, "forms": forms})
            tags.append(found[0][0, 1:-1])
            links.append(found[1][0, 1:-1])
        return Reading(pieces, tuple(tags), tuple(links))


class Evidence:
    """A reading by the tokens of the parse of the same text."""

    def __init__(self, doc: Doc, reading: Reading) -> None:
        pieces = reading.pieces
        starts, lengths = doc.to_array([IDX, LENGTH]).astype(np.int64).T
        ends = starts + lengths
        self._reading = reading
        self._first_piece = np.searchsorted(pieces.ends, starts, side="right")
        self._end_piece = np.maximum(np.searchsorted(pieces.starts, ends, side="left"), self._first_piece)
        logits = np.full((len(pieces.ids) + 1, 5), -9.0, dtype=np.float32)
        for number, (start, end) in enumerate(pieces.windows):
            own = pieces.home[start:end] == number
            logits[start:end][own] = reading.tags[number][own]
        # Tokens without a piece (white space) get the logits of the row that stands for nothing.
        first = np.where(self._end_piece > self._first_piece, self._first_piece, len(pieces.ids))
        last = np.where(self._end_piece > self._first_piece, self._end_piece - 1, len(pieces.ids))
        by_token = np.maximum(logits[first], logits[last])
        by_token[:, FIRST], by_token[:, LAST] = logits[first, FIRST], logits[last, LAST]
        tags = _sigmoid(by_token)
        self.content: list[float] = tags[:, CONTENT].tolist()
        self.cue: list[float] = tags[:, CUE].tolist()
        self.first: list[float] = tags[:, FIRST].tolist()
        self.last: list[float] = tags[:, LAST].tolist()
        self._windows: dict[int, _Window] = {}
        self._links: dict[TokenRange, Link | None] = {}

    def link(self, cue: TokenRange) -> Link | None:
        """What the cue at these tokens says of the tokens of its window; None where it has no piece."""
        if cue not in self._links:
            self.read_links([cue])
        return self._links[cue]

    def read_links(self, cues: Iterable[TokenRange]) -> None:
        """Read the links of many cues at once, which takes much less time than one by one."""
        asked: dict[int, list[tuple[TokenRange, TokenRange]]] = defaultdict(list)
        for cue in dict.fromkeys(cues):
            first, end = int(self._first_piece[cue[0]]), int(self._end_piece[cue[1] - 1])
            if end <= first:
                self._links[cue] = None
            elif cue not in self._links:
                asked[int(self._reading.pieces.home[first])].append((cue, (first, end)))
        for number, found in asked.items():
            if number not in self._windows:
                self._windows[number] = self._window(number)
            links = self._windows[number].links([pieces for _, pieces in found])
            self._links.update(zip((cue for cue, _ in found), links, strict=True))

    def _window(self, number: int) -> _Window:
        start, stop = self._reading.pieces.windows[number]
        links = self._reading.links[number].reshape(stop - start, 2, 4, _LINK_WIDTH)
        offset = int(np.searchsorted(self._first_piece, start, side="left"))
        limit = int(np.searchsorted(self._end_piece, stop, side="right"))
        firsts = self._first_piece[offset:limit] - start
        lasts = self._end_piece[offset:limit] - 1 - start
        return _Window(
            start,
            offset,
            queries=links[:, 0],
            keys=links[:, 1].transpose(1, 2, 0),
            firsts=np.clip(firsts, 0, stop - start - 1),
            lasts=np.clip(lasts, 0, stop - start - 1),
            filled=(lasts >= firsts).astype(np.float32),
        )


@dataclass(frozen=True, slots=True)
class _Window:
    """One window of a reading, made ready to be asked for the links of its cues.

    `queries` and `keys` are by head (content, source, first, last); `firsts` and `lasts` are the first and the last
    piece of each token from `offset` on, `filled` is 0 for tokens without a piece.
    """

    start: int
    offset: int
    queries: Floats
    keys: Floats
    firsts: npt.NDArray[np.int64]
    lasts: npt.NDArray[np.int64]
    filled: Floats

    def links(self, cues: Sequence[tuple[int, int]]) -> Iterator[Link]:
        """What the cues say that have the pieces `[first, end)` of the text."""
        asking = [self.queries[first - self.start : end - self.start] for first, end in cues]
        queries = np.stack([own[0] if len(own) == 1 else own.mean(0) for own in asking], axis=1)
        scores = np.matmul(queries / np.float32(np.sqrt(_LINK_WIDTH)), self.keys)
        member = _sigmoid(scores[:2])
        ends = np.exp(scores[2:] - scores[2:].max(2, keepdims=True))
        ends /= ends.sum(2, keepdims=True)
        contents, sources = (member.take(self.firsts, 2) + member.take(self.lasts, 2)) * (self.filled / 2)
        firsts, lasts = ends[0].take(self.firsts, 1) * self.filled, ends[1].take(self.lasts, 1) * self.filled
        wholes, places = contents.sum(1).tolist(), sources.argmax(1).tolist()
        first_places, last_places = _likeliest(firsts), _likeliest(lasts)
        for n, (content, source, first, last) in enumerate(zip(contents, sources, firsts, lasts, strict=True)):
            yield Link(
                self.offset,
                content.data,
                source.data,
                first.data,
                last.data,
                source_place=places[n],
                first_places=first_places[n],
                last_places=last_places[n],
                whole=wholes[n],
                likeliest_source=float(source[places[n]]),
            )


def _likeliest(rows: Floats) -> list[list[int]]:
    """The places of each row's highest values, highest first: so few that sorting them all would take longer."""
    left, every, places = rows.copy(), np.arange(len(rows)), []
    for _ in range(min(PLACES, rows.shape[1])):
        places.append(left.argmax(1))
        left[every, places[-1]] = -1.0
    found: list[list[int]] = np.stack(places, axis=1).tolist()
    return found


def _sigmoid(values: Floats) -> Floats:
    result: Floats = (1.0 / (1.0 + np.exp(-values))).astype(np.float32, copy=False)
    return result
