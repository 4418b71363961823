"""To whom a statement is said, and how that is known."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from spacy.tokens import Doc, Span, Token

from pipelines.extraction.addressees import Talks
from pipelines.extraction.attribution import Attribution
from pipelines.extraction.encoder import Reading
from pipelines.records import NOBODY, Event, Leader, Referent, Statement

Parse = Callable[[str], Doc]
Find = Callable[..., list[Statement]]

LIND = Referent(("Q1",), ("NOR",), "leader", "surname")
ODA = Referent(("Q2",), ("JPN",), "leader", "surname")
LEADERS = (Leader("Q1", "Anna Lind", "NOR"), Leader("Q2", "Ken Oda", "JPN"), Leader("Q3", "Per Dahl", "NOR"))


class Names:
    """A resolver that knows two people and three countries by a word of the phrase."""

    known = (
        ("Lind", LIND),
        ("Oda", ODA),
        ("Norway", Referent((), ("NOR",), "government")),
        ("Chile", Referent((), ("CHL",), "government")),
        ("Chilean", Referent((), ("CHL",), "government")),
    )

    def resolve(self, span: Span) -> Referent:
        return next((who for name, who in self.known if any(token.text == name for token in span)), NOBODY)

    def implied(self, cue: Token) -> Referent:
        return NOBODY


@pytest.fixture(scope="module")
def attribution() -> Attribution:
    return Attribution.load()


@pytest.fixture
def find(attribution: Attribution, parsed: Parse, read: Callable[[str], Reading]) -> Find:
    """Statements of a text; `talk` are the words that tell of the talks it is about."""

    def statements(text: str, talk: str = "", leaders: tuple[str, ...] = ("Q1", "Q2")) -> list[Statement]:
        events = []
        if talk:
            start = text.index(talk)
            countries = ("JPN", "NOR") if "Q2" in leaders else ("NOR",)
            events = [Event((start, start + len(talk)), "call", "occurred", leaders, countries, is_main=True)]
        return attribution.find_statements(parsed(text), read(text), Names(), (), Talks.of(events, LEADERS))

    return statements


def addressed(text: str, statement: Statement) -> tuple[str | None, tuple[str, ...], str | None]:
    """Text, countries and basis of the addressee."""
    words = text[slice(*statement.addressee)] if statement.addressee else None
    return words, statement.addressee_referent.countries, statement.addressee_basis


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("President Lind urged Chile to lift the ban.", "Chile"),
        ("President Lind called Ken Oda to express her concern.", "Ken Oda"),
        ("In a letter to Ken Oda, President Lind expressed regret over the delay.", "Ken Oda"),
        ("President Lind expressed gratitude to Chile for its help.", "Chile"),
        ("President Lind urged Chile to lift the ban, warning that the talks could fail.", "Chile"),
    ],
)
def test_the_text_names_the_addressee_beside_the_cue(find: Find, text: str, words: str) -> None:
    for statement in find(text):
        assert addressed(text, statement)[::2] == (words, "named")


def test_what_one_side_says_in_a_call_is_said_to_the_other(find: Find) -> None:
    text = "President Lind spoke by phone with Ken Oda. President Lind stressed that the border must stay open."
    assert addressed(text, find(text, "spoke by phone")[-1]) == (None, ("JPN",), "counterpart")


def test_what_both_sides_say_is_said_to_nobody_else(find: Find) -> None:
    text = "President Lind spoke by phone with Ken Oda. They agreed to meet again in spring."
    assert find(text, "spoke by phone")[-1].addressee_basis is None


def test_talks_inside_one_government_have_no_other_side(find: Find) -> None:
    text = "President Lind met with Per Dahl. President Lind stressed that the road must be rebuilt."
    assert find(text, "met with", ("Q1", "Q3"))[-1].addressee_basis is None


def test_what_is_thought_is_said_to_nobody(find: Find) -> None:
    text = "President Lind spoke by phone with Ken Oda. President Lind believes that the border will stay open."
    assert find(text, "spoke by phone")[-1].addressee_basis is None


def test_whoever_has_turned_to_the_public_goes_on_speaking_to_it(find: Find) -> None:
    text = (
        "President Lind spoke by phone with Ken Oda. President Lind told reporters that the call was long. "
        "President Lind said that the border would stay open."
    )
    assert find(text, "spoke by phone")[-1].addressee_basis is None


def test_a_quotation_is_said_to_whom_it_calls_you(find: Find) -> None:
    text = 'President Lind spoke by phone with Ken Oda. "We will never forget your help," President Lind said.'
    assert addressed(text, find(text, "spoke by phone")[-1]) == (None, ("JPN",), "counterpart")
    other = 'President Lind spoke by phone with Ken Oda. "It was a good call," President Lind said.'
    assert find(other, "spoke by phone")[-1].addressee_basis is None


def test_a_request_is_asked_of_who_is_to_act(find: Find) -> None:
    text = "President Lind demanded that Chilean forces withdraw from the islands."
    assert addressed(text, find(text)[-1]) == ("Chilean forces", ("CHL",), "asked")


def test_nobody_asks_themselves(find: Find) -> None:
    text = "President Lind said that Norway must spend more on roads."
    assert find(text)[-1].addressee_basis is None


def test_what_somebody_has_is_not_somebody(find: Find) -> None:
    text = "President Lind affirmed their resolve to continue the work."
    assert all(statement.addressee is None for statement in find(text))
