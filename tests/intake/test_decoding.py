"""Bytes to characters: declared, marked and undeclared encodings, and what is no text at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.intake.decoding import decode, repair
from pipelines.intake.records import Reason, Refused

FRENCH = "Le président a déclaré que l’été serait décisif pour la paix à Kyïv. " * 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_is_read_with_and_without_its_mark(encoding: str) -> None:
    text = "The president said: “We agreed.” " * 4
    assert decode(text.encode(encoding)) == text


def test_a_declared_encoding_is_believed() -> None:
    assert decode("Президент сказал".encode("koi8-r"), "koi8-r") == "Президент сказал"


def test_latin_1_means_windows_1252_as_on_the_web() -> None:
    assert decode("“We agreed”".encode("cp1252"), "iso-8859-1") == "“We agreed”"


def test_utf_8_wins_over_a_wrong_declaration() -> None:
    assert decode(FRENCH.encode(), "iso-8859-1") == FRENCH


@pytest.mark.parametrize("label", ["no-such-charset", "base64", "rot13", "\x00", ""])
def test_a_declaration_that_names_no_encoding_is_passed_over(label: str) -> None:
    assert decode(b"The presidents spoke.", label) == "The presidents spoke."


def test_an_undeclared_legacy_encoding_is_detected() -> None:
    assert "déclaré" in decode(FRENCH.replace("ï", "i").encode("cp1252"))


def test_one_stray_byte_does_not_spoil_the_rest() -> None:
    assert decode(FRENCH.encode() * 20 + b"\xff").startswith(FRENCH)


def test_mojibake_is_mended_and_good_text_left_alone() -> None:
    assert repair("The presidentâ€™s word") == "The president’s word"
    good = "“Typographic” ‘quotes’, ﬁne ligatures, ｆｕｌｌ width, naïve café"
    assert repair(good) == good


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 40, b"\x00\x01\x02\x03" * 100])
def test_binary_data_is_refused(data: bytes) -> None:
    with pytest.raises(Refused) as refused:
        decode(data)
    assert refused.value.reason in {Reason.BINARY, Reason.BAD_ENCODING}


@given(st.binary(max_size=300), st.text(max_size=12))
def test_any_bytes_give_text_or_a_refusal(data: bytes, label: str) -> None:
    try:
        decode(data, label).encode("utf-8")
    except Refused as refused:
        assert refused.reason in {Reason.BINARY, Reason.BAD_ENCODING}


def test_western_letters_without_a_label_are_western() -> None:
    text = "The President of España, Pedro Sánchez, met José Manuel Albares in Málaga. They spoke for two hours."
    assert decode(text.encode("cp1252")) == text
