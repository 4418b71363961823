"""In which language an article is written."""

from __future__ import annotations

from functools import cache

import regex
from lingua import Language, LanguageDetector, LanguageDetectorBuilder

_SAMPLE_CHARACTERS = 150
_LOOK_AHEAD = 8
_FEWEST_LETTERS = 20
_PLAUSIBLE = 0.05
_CODE = regex.compile(r"(?P<code>\p{L}{2})(?:[-_]\w+)*")
_LETTER = regex.compile(r"\p{L}")
_COMMON_WORD = regex.compile(r"(?<![\p{L}\p{N}])[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{M}'’]*")
"""A word without capitals, in scripts that have them."""


def detect_language(paragraphs: list[str], declared: str | None = None) -> str | None:
    """The ISO 639-1 code of the language of `paragraphs`; the same for the same text on every machine.

    What a sidecar or the metadata declares is believed only where it is plausible: where the text has too few letters
    to tell, or where lingua itself gives the declared language a chance of one in twenty. Templates declare English
    for everything; an article that is plainly in another language is in that one.
    """
    code = language_code(declared)
    sample = _sample(paragraphs)
    values = (
        _detector().compute_language_confidence_values(sample)
        if len(_LETTER.findall(sample)) >= _FEWEST_LETTERS
        else []
    )
    if not values or not values[0].value:
        return code
    chances = {value.language.iso_code_639_1.name.lower(): value.value for value in values}
    return code if code and chances.get(code, 0.0) >= _PLAUSIBLE else next(iter(chances))


def language_code(written: str | None) -> str | None:
    """The two-letter code in `en`, `EN`, `en-US` or `en_GB`; None for anything else."""
    found = _CODE.fullmatch(written.strip()) if written else None
    code = found["code"].lower() if found else None
    return code if code in _codes() else None


def _sample(paragraphs: list[str]) -> str:
    """The first words without capitals of the longest paragraph: names would sway the detector to other languages.

    Where a text has too few of them (it is all capitals), its words as they stand.
    """
    text = " ".join(sorted(paragraphs, key=len, reverse=True))
    common = " ".join(_COMMON_WORD.findall(text[: _SAMPLE_CHARACTERS * _LOOK_AHEAD]))
    return (common if len(common) >= _FEWEST_LETTERS else text)[:_SAMPLE_CHARACTERS]


@cache
def _detector() -> LanguageDetector:
    return LanguageDetectorBuilder.from_all_languages().build()


@cache
def _codes() -> frozenset[str]:
    return frozenset(language.iso_code_639_1.name.lower() for language in Language.all())
