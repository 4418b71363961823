"""In which language an article is written."""

from __future__ import annotations

from functools import cache

import regex
from lingua import Language, LanguageDetector, LanguageDetectorBuilder

_SAMPLE_CHARACTERS = 700
_FEWEST_LETTERS = 20
_PLAUSIBLE = 0.05
_CODE = regex.compile(r"(?P<code>\p{L}{2})(?:[-_]\w+)*")
_LETTER = regex.compile(r"\p{L}")


def detect_language(paragraphs: list[str], declared: str | None = None) -> str | None:
    """The ISO 639-1 code of the language of `paragraphs`; the same for the same text on every machine.

    What a sidecar or the metadata declares is believed only where it is plausible: where the text has too few letters to
    tell, or where lingua itself gives the declared language a chance of one in twenty. Templates declare English for
    everything; an article that is declared and is plainly another language is what it is.
    """
    code = language_code(declared)
    sample = _sample(paragraphs)
    if len(_LETTER.findall(sample)) < _FEWEST_LETTERS:
        return code
    values = _detector().compute_language_confidence_values(sample)
    if not values or values[0].value == 0:
        return code
    claimed = _languages().get(code) if code else None
    if claimed and any(value.language == claimed and value.value >= _PLAUSIBLE for value in values):
        return code
    return values[0].language.iso_code_639_1.name.lower()


def language_code(written: str | None) -> str | None:
    """The two-letter code in `en`, `EN`, `en-US` or `en_GB`; None for anything else."""
    found = _CODE.fullmatch(written.strip()) if written else None
    code = found["code"].lower() if found else None
    return code if code in _languages() else None


def _sample(paragraphs: list[str]) -> str:
    """The first running text: lines of names and headings mislead the detector, so the longer paragraphs come first."""
    sample = ""
    for paragraph in sorted(paragraphs[:20], key=len, reverse=True):
        sample += paragraph[: _SAMPLE_CHARACTERS - len(sample)] + " "
        if len(sample) >= _SAMPLE_CHARACTERS:
            break
    return sample.strip()


@cache
def _detector() -> LanguageDetector:
    return LanguageDetectorBuilder.from_all_languages().build()


@cache
def _languages() -> dict[str, Language]:
    return {language.iso_code_639_1.name.lower(): language for language in Language.all()}
