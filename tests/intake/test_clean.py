"""From blocks to an article's text: what is kept, what goes, and what normalisation promises."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.intake.clean import Block, blocks_of_text, broken_lines, clean, count_words, normalise
from tests.intake.texts import LEAD, SECOND, THIRD


def texts(blocks: list[Block]) -> list[str]:
    return [block.text for block in blocks]


@given(st.text())
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text())
def test_a_normalised_paragraph_has_single_spaces_and_nothing_invisible(text: str) -> None:
    tidy = normalise(text)
    assert "  " not in tidy
    assert tidy == tidy.strip()
    assert not any(char.isspace() and char != " " for char in tidy)
    assert {unicodedata.category(char) for char in tidy}.isdisjoint({"Cc", "Cs", "Co", "Zl", "Zp"})
    tidy.encode("utf-8")


@settings(max_examples=30)
@given(st.lists(st.from_regex(r"[A-Z][a-z]{2,8}( [a-z]{2,8}){6,14}\.", fullmatch=True), min_size=1, max_size=6))
def test_paragraphs_come_out_as_they_went_in(paragraphs: list[str]) -> None:
    assert texts(blocks_of_text("\n\n".join(paragraphs))) == paragraphs
    assert texts(blocks_of_text("\n".join(paragraphs))) == paragraphs


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("No\u00a0break and\u2009thin", "No break and thin"),
        ("zero\u200bwidth \ufeffmark", "zerowidth mark"),
        ("\u202eright to left\u202c", "right to left"),
        ("soft\u00adhyphen", "softhyphen"),
        ("tab\tand\x00nul", "tab and nul"),
        ("lone \ud800 surrogate", "lone \ufffd surrogate"),
        ("“Typographic” ‘quotes’ — ﬁne", "“Typographic” ‘quotes’ — ﬁne"),
        ("می\u200cروم", "می\u200cروم"),
        ("Zelenskyi\u0306", "Zelenskyĭ"),
    ],
)
def test_normalisation_drops_what_is_not_seen_and_keeps_what_is(written: str, shown: str) -> None:
    assert normalise(written) == shown


def test_without_blank_lines_each_line_is_a_paragraph() -> None:
    assert texts(blocks_of_text(f"{LEAD}\n{SECOND}\n{THIRD}")) == [LEAD, SECOND, THIRD]


def test_wrapped_lines_between_blank_lines_are_joined() -> None:
    wrapped = (
        "The two presidents spoke by telephone on\nMonday and agreed to meet again in the\nspring.\n\n"
        "They discussed trade, the harvest and\nthe situation at the border."
    )
    assert texts(blocks_of_text(wrapped)) == [
        "The two presidents spoke by telephone on Monday and agreed to meet again in the spring.",
        "They discussed trade, the harvest and the situation at the border.",
    ]


def test_long_lines_are_paragraphs_even_where_a_blank_line_follows_the_headline() -> None:
    long = f"{LEAD} {SECOND}"
    assert texts(blocks_of_text(f"Presidents speak\n\n{long}\n{THIRD} {LEAD}")) == [
        "Presidents speak",
        long,
        f"{THIRD} {LEAD}",
    ]


def test_short_lines_of_a_list_are_not_joined() -> None:
    text = "They agreed on:\n\ngrain\noil\nsteel from the northern provinces of both countries"
    assert texts(blocks_of_text(text))[1:] == ["grain", "oil", "steel from the northern provinces of both countries"]


def test_a_hard_break_parts_lines_unless_the_sentence_goes_on() -> None:
    assert broken_lines("East Room\n6:04 P.M.") == ["East Room", "6:04 P.M."]
    assert broken_lines("He spoke of the\nharvest") == ["He spoke of the harvest"]


def test_the_title_is_not_repeated_in_the_text() -> None:
    blocks = [Block("Presidents Speak"), Block("PRESIDENTS SPEAK!"), Block(LEAD)]
    assert clean(blocks, "Presidents speak") == ("Presidents speak", [LEAD])


def test_a_short_first_line_is_the_title_where_there_is_none() -> None:
    assert clean([Block("Presidents speak by telephone"), Block(LEAD)], None) == (
        "Presidents speak by telephone",
        [LEAD],
    )


@pytest.mark.parametrize("first", ["They spoke.", "BEIJING, Feb. 5, 2026", "March 3, 2024", "Monday"])
def test_a_sentence_a_dateline_or_one_word_is_no_title(first: str) -> None:
    title, paragraphs = clean([Block(first), Block(LEAD)], None)
    assert title is None
    assert paragraphs == [first, LEAD]


def test_sections_of_links_are_dropped_up_to_the_next_heading_of_their_rank() -> None:
    blocks = [
        Block(LEAD),
        Block("Related news", level=2),
        Block("An older story", is_link=True),
        Block("Archive", level=3),
        Block("Another story"),
        Block("Background", level=2),
        Block(SECOND),
        Block("Sources", level=2),
        Block("A newspaper, March 3, 2024"),
    ]
    assert clean(blocks, "Presidents speak")[1] == [LEAD, "Background", SECOND]


def test_a_list_of_sources_at_the_end_of_plain_text_is_dropped() -> None:
    blocks = [
        Block(LEAD),
        Block("Sources:"),
        Block('"Presidents speak" — The Daily, March 3, 2024'),
        Block("https://example.org/a"),
    ]
    assert clean(blocks, "Presidents speak")[1] == [LEAD]


def test_a_paragraph_about_sources_is_kept() -> None:
    blocks = [Block(LEAD), Block("Sources"), Block(SECOND), Block(THIRD)]
    assert SECOND in clean(blocks, "Presidents speak")[1]


def test_marks_without_a_letter_are_dropped() -> None:
    assert clean([Block(LEAD), Block("###"), Block("* * *"), Block(SECOND)], "Presidents speak")[1] == [LEAD, SECOND]


@pytest.mark.parametrize(
    ("text", "words"), [("U.S.-China ties", 2), ("Xi's call", 2), ("1,200 tons", 2), ("两国关系", 4), ("", 0)]
)
def test_words_are_counted_as_people_count_them(text: str, words: int) -> None:
    assert count_words(text) == words
