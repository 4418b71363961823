"""In which language an article is, and when a declaration of it is believed."""

from __future__ import annotations

import pytest

from pipelines.intake.language import detect_language, language_code
from tests.intake.texts import LEAD


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (LEAD, "en"),
        ("Der Bundeskanzler traf am Mittwoch den französischen Präsidenten zu Gesprächen in Berlin.", "de"),
        ("Президент України провів телефонну розмову з канцлером Німеччини щодо безпеки.", "uk"),
        ("国家主席同美国总统通电话，双方就两国关系交换了意见。会谈是坦诚和建设性的，双方同意保持联系。", "zh"),
        ("The minister condemns the intercontinental ballistic missile test, a violation of UN resolutions.", "en"),
        ("THE PRESIDENT SIGNED THE LAW ON TRADE TODAY AND THANKED THE SENATE.", "en"),
        ("Mr Lubomir Rehak, Dang Minh Khoi and Edgar Alan Perez Alvan will be received by the president.", "en"),
    ],
)
def test_the_language_is_told_by_the_text(text: str, code: str) -> None:
    assert detect_language([text]) == code


def test_an_implausible_declaration_is_not_believed() -> None:
    assert (
        detect_language(["Der Bundeskanzler traf den französischen Präsidenten zu Gesprächen in Berlin."], "en") == "de"
    )


def test_a_declaration_decides_where_the_text_is_too_short() -> None:
    assert detect_language(["Oslo"], "no" if language_code("no") else "nb") in {"no", "nb"}
    assert detect_language(["Oslo"]) is None


@pytest.mark.parametrize(
    ("written", "code"), [("en", "en"), ("en-US", "en"), ("EN_gb", "en"), ("English", None), ("xx", None), (None, None)]
)
def test_language_codes(written: str | None, code: str | None) -> None:
    assert language_code(written) == code
