"""Forms that statements rarely take, each on real-sounding sentences: what is a row, and of whom."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from spacy.tokens import Doc

from pipelines.extraction.attribution import Attribution
from pipelines.extraction.encoder import Reading
from pipelines.records import Statement
from tests.samples import Nameless

Find = Callable[[str], list[tuple[str | None, str | None, str]]]


@pytest.fixture(scope="module")
def attribution() -> Attribution:
    return Attribution.load()


@pytest.fixture
def found(attribution: Attribution, parsed: Callable[[str], Doc], read: Callable[[str], Reading]) -> Find:
    """Speaker, cue and content of each statement, as written."""

    def part(text: str, span: tuple[int, int] | None) -> str | None:
        return text[slice(*span)] if span else None

    def row(text: str, s: Statement) -> tuple[str | None, str | None, str]:
        return part(text, s.speaker), part(text, s.cue), " … ".join(text[a:b] for a, b in s.content_spans)

    return lambda text: [row(text, s) for s in attribution.find_statements(parsed(text), read(text), Nameless())]


@pytest.mark.parametrize("dash", ["–", "—", "--"])
def test_a_quotation_signed_with_a_name(found: Find, dash: str) -> None:
    ((speaker, _, content),) = found(f"“We came to listen, and we leave with a plan.” {dash} Maria Oda")
    assert (speaker, content) == ("Maria Oda", "“We came to listen, and we leave with a plan.”")


def test_turns_of_a_transcript(found: Find) -> None:
    text = (
        "President Lind: Good morning to you all. The road was long.\n\n"
        "Prime Minister Oda: Thank you. We will open the border in spring."
    )
    assert [(speaker, content) for speaker, _, content in found(text)] == [
        ("President Lind", "Good morning to you all. The road was long"),
        ("Prime Minister Oda", "Thank you. We will open the border in spring"),
    ]


def test_a_remark_glued_to_a_name_opens_a_turn_too(found: Find) -> None:
    text = "President Lind: Welcome to the capital.\n\nChancellor Anna Oda(retranslated): Thank you for having us here."
    assert [content for _, _, content in found(text)] == ["Welcome to the capital", "Thank you for having us here"]


def test_a_briefing_with_questions_and_several_who_answer(found: Find) -> None:
    text = (
        "MS. LIND: Good afternoon, everyone. The President spoke with his counterpart this morning.\n\n"
        "Q: Will there be a second call?\n\n"
        "MS. LIND: I have nothing to announce today.\n\n"
        "MR. ODA: The talks on energy go on next week."
    )
    speakers = [speaker for speaker, _, _ in found(text)]
    assert speakers.count("MS. LIND") == 2 and speakers.count("MR. ODA") == 1
    assert not any("second call" in content for _, _, content in found(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "According to the finance ministry, exports fell by a third last year.",
            ("the finance ministry", "According to", "exports fell by a third last year"),
        ),
        (
            "Exports fell by a third last year, according to the finance ministry.",
            ("the finance ministry", "according to", "Exports fell by a third last year"),
        ),
    ],
)
def test_according_to_before_and_after_what_it_carries(found: Find, text: str, expected: tuple[str, str, str]) -> None:
    assert found(text) == [expected]


@pytest.mark.parametrize("order", ["the president said", "said the president"])
def test_a_fronted_quotation(found: Find, order: str) -> None:
    ((speaker, cue, content),) = found(f"“The bridge will be rebuilt before the winter,” {order} on Monday.")
    assert (speaker, cue) == ("the president", "said")
    assert content == "“The bridge will be rebuilt before the winter,”"


def test_a_fronted_clause_without_quotation_marks(found: Find) -> None:
    ((speaker, _, content),) = found("The two sides are close to a deal, the prime minister said on Friday.")
    assert (speaker, content) == ("the prime minister", "The two sides are close to a deal")


def test_what_a_said_that_b_said_is_one_row(found: Find) -> None:
    ((speaker, cue, content),) = found("The minister said that the president had told him the plan was dead.")
    assert (speaker, cue) == ("The minister", "said")
    assert content == "that the president had told him the plan was dead"


@pytest.mark.parametrize(
    "text",
    [
        "The spokeswoman did not say whether the talks would resume.",
        "The prime minister has never said that the base would close.",
        "Officials would not say when the minister would return.",
    ],
)
def test_a_negated_cue_says_nothing(found: Find, text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("text", ["Did the president say that the base would close?", "What will the minister say?"])
def test_a_question_says_nothing(found: Find, text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "If the president says that the base will close, the town will lose its school.",
        "Should the minister announce a new tax, shops would raise their prices.",
    ],
)
def test_what_somebody_might_say_is_no_statement(found: Find, text: str) -> None:
    assert found(text) == []


def test_a_headline_reports_too(found: Find) -> None:
    text = "President vows to rebuild bridge\n\nThe bridge fell into the river last week. Nobody was hurt."
    ((speaker, cue, content),) = found(text)
    assert (speaker, cue, content) == ("President", "vows", "to rebuild bridge")


def test_a_word_in_scare_quotes_is_nobodys_statement(found: Find) -> None:
    assert found("The so-called “peace train” left the capital at noon with forty passengers.") == []


def test_a_quotation_that_is_never_closed(found: Find) -> None:
    text = "The president said: “We will not leave our friends alone.\n\nThe delegation left in the evening."
    ((speaker, _, content),) = found(text)
    assert speaker == "The president"
    assert "We will not leave our friends alone" in content and "delegation" not in content


def test_a_joint_statement_speaks_in_the_first_person_plural(found: Find) -> None:
    text = (
        "We, the leaders of the seven states, met today in the capital. We condemn the attack on the port. "
        "We reaffirm our commitment to open trade."
    )
    contents = [content for _, _, content in found(text)]
    assert "the attack on the port" in contents
    assert any("open trade" in content for content in contents)
