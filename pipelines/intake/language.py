"""In which language an article is written."""

from __future__ import annotations

from functools import cache

import regex
from lingua import Language, LanguageDetector, LanguageDetectorBuilder

_SAMPLE_CHARACTERS = 150
_LONG_SAMPLE_CHARACTERS = 900
_CERTAIN = 0.9
_USUAL = "en"
"""Most of what comes is in this language; any other answer is checked on a longer sample."""
_LOOK_AHEAD = 8
_FEWEST_LETTERS = 12
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
    text = " ".join(sorted(paragraphs, key=len, reverse=True))
    chances = _chances(text, _SAMPLE_CHARACTERS)
    if chances and chances.get(_USUAL, 0.0) < _CERTAIN:
        chances = _chances(text, _LONG_SAMPLE_CHARACTERS)
    if not chances or (code and chances.get(code, 0.0) >= _PLAUSIBLE):
        return code
    return min(chances, key=lambda known: (-chances[known], known))


def language_code(written: str | None) -> str | None:
    """The two-letter code in `en`, `EN`, `en-US` or `en_GB`; None for anything else."""
    found = _CODE.fullmatch(written.strip()) if written else None
    code = found["code"].lower() if found else None
    return code if code in _codes() else None


def _chances(text: str, characters: int) -> dict[str, float]:
    """How sure lingua is of each language, by the first words of `text`; empty where they have too few letters."""
    sample = _sample(text, characters)
    if len(_LETTER.findall(sample)) < _FEWEST_LETTERS:
        return {}
    found = _detector().compute_language_confidence_values(sample)
    return {value.language.iso_code_639_1.name.lower(): value.value for value in found if value.value}


def _sample(text: str, characters: int) -> str:
    """The first words without capitals: names would sway the detector to other languages.

    Where a text has too few of them (it is all capitals), its words as they stand.
    """
    common = " ".join(_COMMON_WORD.findall(text[: characters * _LOOK_AHEAD]))
    return (common if len(common) >= _FEWEST_LETTERS else text)[:characters]


@cache
def _detector() -> LanguageDetector:
    return LanguageDetectorBuilder.from_all_languages().build()


@cache
def _codes() -> frozenset[str]:
    return frozenset(language.iso_code_639_1.name.lower() for language in Language.all())
