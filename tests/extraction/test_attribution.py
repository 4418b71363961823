"""Statements: what counts as an attribution, and where its source, cue and content stand."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

from pipelines.extraction.attribution import Attribution
from pipelines.extraction.encoder import Reading
from pipelines.records import Statement
from tests.samples import Nameless

Parse = Callable[[str], Doc]
Read = Callable[[str], Reading]


@pytest.fixture(scope="module")
def attribution() -> Attribution:
    return Attribution.load()


@pytest.fixture
def statements(attribution: Attribution, parsed: Parse, read: Read) -> Callable[[str], list[Statement]]:
    return lambda text: attribution.find_statements(parsed(text), read(text), Nameless())


def content(text: str, statement: Statement) -> str:
    return " … ".join(text[start:end] for start, end in statement.content_spans)


def only(statements: list[Statement]) -> Statement:
    assert len(statements) == 1, statements
    return statements[0]


@pytest.mark.parametrize(
    ("text", "speaker", "cue", "expected"),
    [
        (
            "The minister said that the bridge would open in May.",
            "The minister",
            "said",
            "that the bridge would open in May",
        ),
        (
            "According to the foreign ministry, both ships left the port on Monday.",
            "the foreign ministry",
            "According to",
            "both ships left the port on Monday",
        ),
        (
            "According to Anna Lind, criminal cases in international courts usually take several years.",
            "Anna Lind",
            "According to",
            "criminal cases in international courts usually take several years",
        ),
        (
            "The talks will fail without guarantees, the chancellor warned.",
            "the chancellor",
            "warned",
            "The talks will fail without guarantees",
        ),
        (
            "Prime Minister Anna Lind called for an immediate ceasefire in the north.",
            "Prime Minister Anna Lind",
            "called for",
            "an immediate ceasefire in the north",
        ),
        (
            "The president urged the two neighbours to reopen the border.",
            "The president",
            "urged",
            "to reopen the border",
        ),
    ],
)
def test_source_cue_and_content(
    statements: Callable[[str], list[Statement]], text: str, speaker: str, cue: str, expected: str
) -> None:
    found = only(statements(text))
    assert content(text, found) == expected
    assert found.speaker is not None and text[slice(*found.speaker)] == speaker
    assert found.cue is not None and text[slice(*found.cue)] == cue


def test_a_quotation_broken_by_its_cue_is_one_statement(statements: Callable[[str], list[Statement]]) -> None:
    text = '"We have waited for years," the president said. "We will not wait any longer."'
    found = only(statements(text))
    assert content(text, found) == '"We have waited for years," … "We will not wait any longer."'
    assert found.quote_type == "direct"


def test_a_quotation_of_several_sentences_is_one_statement(statements: Callable[[str], list[Statement]]) -> None:
    text = '"The vote was fair. Nobody doubts it. We accept the result," said the opposition leader.'
    assert content(text, only(statements(text))) == '"The vote was fair. Nobody doubts it. We accept the result,"'


def test_a_quoted_phrase_in_reported_speech_is_mixed(statements: Callable[[str], list[Statement]]) -> None:
    text = 'The president said the two countries share an "extremely good" relationship.'
    assert only(statements(text)).quote_type == "mixed"


def test_a_negated_cue_says_nothing(statements: Callable[[str], list[Statement]]) -> None:
    assert statements("The spokesman did not say whether the talks would resume.") == []


def test_an_attribution_inside_a_content_is_no_row_of_its_own(statements: Callable[[str], list[Statement]]) -> None:
    text = "The minister said that Washington believes the deal is dead."
    assert content(text, only(statements(text))) == "that Washington believes the deal is dead"


def test_talk_without_content_is_no_statement(statements: Callable[[str], list[Statement]]) -> None:
    assert statements("The two ministers spoke on Wednesday.") == []


def test_a_telephone_call_is_no_statement(statements: Callable[[str], list[Statement]]) -> None:
    assert statements("Chancellor Scholz called Prime Minister Fumio Kishida on Tuesday.") == []


def test_turns_of_a_transcript_are_statements(statements: Callable[[str], list[Statement]]) -> None:
    text = "PRESIDENT LIND: We are glad to be here, and we thank our hosts.\n\nPRIME MINISTER ODA: The thanks are ours."
    found = statements(text)
    assert [text[slice(*s.speaker)] for s in found if s.speaker] == ["PRESIDENT LIND", "PRIME MINISTER ODA"]
    assert {s.quote_type for s in found} == {"direct"}


def test_turns_are_told_apart_where_line_breaks_are_lost(statements: Callable[[str], list[Statement]]) -> None:
    text = (
        "The talks began. * * * President Anna Lind: Good morning. We are glad to see you here. "
        "Prime Minister Oda (retranslated): Thank you for the welcome."
    )
    found = statements(text)
    assert [content(text, s) for s in found] == [
        "Good morning. We are glad to see you here",
        "Thank you for the welcome",
    ]


def test_a_quotation_mark_without_a_space_before_it_opens_a_quotation(
    statements: Callable[[str], list[Statement]],
) -> None:
    text = 'The message reads in part:"I am certain that our friendship will grow."'
    assert content(text, only(statements(text))).startswith('"I am certain')


def test_a_signed_quotation_names_its_speaker(statements: Callable[[str], list[Statement]]) -> None:
    text = "“Trade is the bridge that carries us over bad years.” – Anna Lind"
    found = only(statements(text))
    assert found.speaker is not None and text[slice(*found.speaker)] == "Anna Lind"


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("The president said that exports had doubled.", "assertive"),
        ("The president urged the allies to send more aid.", "directive"),
        ("The two leaders agreed to meet again in spring.", "commissive"),
        ("They reaffirmed their commitment to the treaty.", "commissive"),
        ("The president thanked his guest for the visit.", "expressive"),
        ("The prime minister expressed concern over the arrests.", "expressive"),
        ("The minister said that the West must keep its word.", "directive"),
        ("The president expressed hope that the neighbours would support the plan.", "directive"),
        ("The government announced new sanctions against the bank.", "commissive"),
        ("Hope was expressed that the neighbours would open their markets.", "directive"),
        ("The president stressed the need for the neighbours to reopen the border.", "directive"),
        ("The president said that they would never give up the islands.", "commissive"),
        ("The minister said that we remain open to dialogue.", "commissive"),
        ("The delegates wanted a binding treaty.", "directive"),
    ],
)
def test_the_act_is_what_is_done_by_saying_it(
    statements: Callable[[str], list[Statement]], text: str, act: str
) -> None:
    assert only(statements(text)).speech_act == act


@pytest.mark.parametrize(
    ("text", "channel"),
    [
        ("The president told reporters that the deal was close.", "told reporters"),
        ("The ministry said in a statement that two ships were seized.", "statement"),
        ("The president, posting on Truth Social, described the call as excellent.", "Truth Social"),
        ("A press conference was held in which the president stated that the treaty was dead.", "press conference"),
        ("The prime minister told parliament that the troops would leave.", "told parliament"),
    ],
)
def test_the_channel_is_named(statements: Callable[[str], list[Statement]], text: str, channel: str) -> None:
    assert only(statements(text)).channel == channel


@pytest.mark.parametrize(
    "text",
    [
        "During the phone call, the president stressed that the border must stay open.",
        "The president urged parliament to pass the bill.",
        "Before the press conference, the minister said that the talks had failed.",
    ],
)
def test_what_carries_no_words_is_no_channel(statements: Callable[[str], list[Statement]], text: str) -> None:
    assert only(statements(text)).channel is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The minister promised to lower the tariffs.", "AGREE"),
        ("The two leaders reaffirmed their support for the treaty.", "SUPPORT"),
        ("The president said that we will not accept the ruling.", "REJECT"),
        ("The general warned that the ships would be sunk.", "THREATEN"),
    ],
)
def test_the_plover_code_joins_with_event_data(
    statements: Callable[[str], list[Statement]], text: str, code: str
) -> None:
    assert only(statements(text)).plover == code


FRAGMENTS = [
    "the co-pilot's",
    "call for",
    "a 'go-around'",
    '"we',
    'will go,"',
    "said",
    "-",
    "Lind",
    "which",
    "according to",
    "told",
    "to leave",
    "that",
    "he",
    "was asked",
    "by",
    "—",
    ":",
    "...",
    "(",
    "agreed",
    "\n\n",
    ",",
    "’s",
]


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=14))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_words_spans_hold_some_of_them(
    statements: Callable[[str], list[Statement]], words: list[str]
) -> None:
    text = " ".join(words)
    for found in statements(text):
        for start, end in filter(None, (*found.content_spans, found.cue, found.speaker, found.addressee)):
            assert 0 <= start < end <= len(text)


def test_spans_lie_in_the_text_and_apart_from_the_cue(
    statements: Callable[[str], list[Statement]], founding_text: str
) -> None:
    found = statements(founding_text)
    assert len(found) >= 12
    for statement in found:
        runs = [*statement.content_spans, *([statement.cue] if statement.cue else [])]
        assert all(0 <= start < end <= len(founding_text) for start, end in runs)
        ordered = sorted(runs)
        assert all(a[1] <= b[0] for a, b in pairwise(ordered))


@pytest.mark.parametrize("dateline", ["OSLO — ", "NEW YORK (Reuters) - ", "LONDON, March 3 — "])
def test_nobody_said_the_dateline(statements: Callable[[str], list[Statement]], dateline: str) -> None:
    text = f"{dateline}The ferry will sail again in May, Prime Minister Anna Lind told reporters on Tuesday."
    assert content(text, only(statements(text))) == "The ferry will sail again in May"


@pytest.mark.parametrize(
    "text",
    ["The statement mentions no deadline.", "The ministry announced no further talks.", "No sanctions were announced."],
)
def test_who_names_nothing_says_nothing(statements: Callable[[str], list[Statement]], text: str) -> None:
    assert statements(text) == []


def test_to_have_no_doubt_that_something_is_so_says_something(statements: Callable[[str], list[Statement]]) -> None:
    text = "The minister expressed no doubt that the bridge would open in May."
    assert "that the bridge would open in May" in content(text, only(statements(text)))
