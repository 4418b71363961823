"""The encoder of attributions: what it reads, and that what it says depends on the text alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

from pipelines.extraction.encoder import WEIGHTS, Encoder, Evidence, Reading
from pipelines.extraction.pieces import WINDOW, load_tokenizer, pieces_of

TOKENIZER = load_tokenizer()
SENTENCE = "The minister said that the bridge would open in May. "


def test_the_weights_stay_small() -> None:
    assert WEIGHTS.stat().st_size < 60_000_000


@pytest.mark.parametrize("load", [Encoder.load, load_tokenizer])
def test_a_missing_file_is_named(load: Callable[[Path], object], tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nothing-here"):
        load(tmp_path / "nothing-here")


@given(st.text(alphabet="aB1 .\n“”'é\u2028\u200b漢", max_size=80))
@settings(deadline=None)
def test_every_piece_has_its_place_and_one_window(text: str) -> None:
    pieces = pieces_of(text, TOKENIZER)
    assert all(0 <= start <= end <= len(text) for start, end in zip(pieces.starts, pieces.ends, strict=True))
    for piece, window in enumerate(pieces.home):
        start, end = pieces.windows[window]
        assert start <= piece < end


@pytest.mark.parametrize("paragraphs", [1, 7, 40])
def test_windows_hold_all_pieces_and_never_too_many(paragraphs: int) -> None:
    pieces = pieces_of("\n\n".join([SENTENCE * (80 // paragraphs)] * paragraphs), TOKENIZER)
    assert all(0 < end - start <= WINDOW for start, end in pieces.windows)
    assert {i for start, end in pieces.windows for i in range(start, end)} == set(range(len(pieces.ids)))


def test_a_quoted_piece_and_one_that_opens_a_paragraph_look_different() -> None:
    pieces = pieces_of("he said “he” left\nhe", TOKENIZER)
    plain, quoted, opening = (pieces.forms[i] for i in (1, 3, -1))
    assert len({int(plain), int(quoted), int(opening)}) == 3


def test_what_is_read_in_a_text_does_not_depend_on_the_others(encoder: Encoder, founding_text: str) -> None:
    (alone,) = encoder.read([SENTENCE])
    _, beside = encoder.read([founding_text, SENTENCE])
    assert all(np.array_equal(a, b) for a, b in zip(alone.tags, beside.tags, strict=True))
    assert all(np.array_equal(a, b) for a, b in zip(alone.links, beside.links, strict=True))


def test_a_cue_points_to_its_content_and_source(parsed: Callable[[str], Doc], read: Callable[[str], Reading]) -> None:
    doc = parsed(SENTENCE.strip())
    evidence = Evidence(doc, read(doc.text))
    assert max(evidence.cue) == evidence.cue[2]
    link = evidence.link((2, 3))
    assert link is not None
    assert doc[link.first_places[0] + link.offset].text == "that"
    assert doc[link.last_places[0] + link.offset].text == "May"
    assert doc[link.source_place + link.offset].text in {"The", "minister"}


def test_a_text_without_words_is_read_too(encoder: Encoder, parsed: Callable[[str], Doc]) -> None:
    (reading,) = encoder.read([""])
    assert reading.tags == () and Evidence(parsed(""), reading).cue == []
