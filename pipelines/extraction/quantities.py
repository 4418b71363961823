"""Amounts: numbers with what they count or measure, brought to one unit ("20 million metric tons" is 2.0e7 t).

An amount is a sum of money, a number with a unit of measure, or a number whose head noun is something that leaders
promise by the piece (people, homes, aircraft). Which words those are, and what they are worth in the normal unit
(SI where there is one, ISO 4217 for money), is data: `raw/lexicons/units.csv` and `raw/lexicons/numbers.csv`.
Years, ordinals and numbers of anything else are no amounts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from spacy.tokens import Doc, Token

from pipelines.extraction.lexicons import LEXICONS, read_rows
from pipelines.records import Quantity, text_of

Worth = tuple[str, float]
"""The normal unit, and how many of it one of the named unit is."""

# The longest way from a number to its noun that is still one phrase: "100,000 internally displaced Syrian refugees".
LONGEST_PHRASE = 6

# "A million tons" is an amount, "a mile away" is none.
_ARTICLES = ("a", "an")


@dataclass(frozen=True, slots=True)
class Units:
    """The words for numbers and units, and the pattern that finds a number with what touches it."""

    before: dict[str, Worth]
    measures: dict[str, Worth]
    counted: dict[str, Worth]
    numbers: dict[str, float]
    magnitudes: dict[str, float]
    pattern: re.Pattern[str]


def load_units(folder: Path) -> Units:
    """The lexicons of a folder, with the pattern over them."""
    by_kind: dict[str, dict[str, Worth]] = {"currency_before": {}, "measure": {}, "symbol": {}, "count": {}}
    for row in read_rows(folder / "units.csv"):
        by_kind[row["kind"]][row["word"].lower()] = (row["unit"], float(row["factor"]))
    words: dict[str, dict[str, float]] = {"number": {}, "magnitude": {}}
    for row in read_rows(folder / "numbers.csv"):
        words[row["kind"]][row["word"]] = float(row["value"])
    before, named, symbols = by_kind["currency_before"], by_kind["measure"], by_kind["symbol"]
    units_after = [_plural_pattern(word) for word in _longest_first(named)] + [re.escape(word) for word in symbols]
    pattern = _pattern(_either(before), _either(words["number"]), _either(words["magnitude"]), "|".join(units_after))
    return Units(before, named | symbols, by_kind["count"], words["number"], words["magnitude"], pattern)


def _pattern(before: str, numbers: str, magnitudes: str, measures: str) -> re.Pattern[str]:
    digits = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,]*\d)|\d+(?:\.\d+)?(?![.,]?\d)"
    return re.compile(
        rf"(?<![\w.,–-])(?:(?P<before>{before})\s?)?(?P<number>{digits}|\b(?:{numbers})\b)"
        rf"(?:[\s-]?(?P<magnitude>{magnitudes})(?!\w))?(?:[\s-]?(?P<measure>{measures})(?!\w))?",
        re.IGNORECASE,
    )


def _longest_first(words: Iterable[str]) -> list[str]:
    return sorted(words, key=lambda word: (-len(word), word))


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", r"[\s-]") for word in _longest_first(words))


def _plural_pattern(word: str) -> str:
    """The word with an optional plural on its head noun: "barrel(s) per day", "square kilometre(s)"."""
    head, *rest = re.split(r"(?= (?:per|of|a) )", word, maxsplit=1)
    return re.escape(head).replace(r"\ ", r"[\s-]") + "s?" + "".join(re.escape(part) for part in rest)


@lru_cache(maxsize=1)
def units() -> Units:
    """The units of the repository's lexicons, read once."""
    return load_units(LEXICONS)


def find_quantities(doc: Doc) -> list[Quantity]:
    """All amounts of a parsed text, in order, none within another."""
    lexicon = units()
    found = (_quantity(doc, match, lexicon) for match in lexicon.pattern.finditer(text_of(doc)))
    return [quantity for quantity in found if quantity is not None]


def _quantity(doc: Doc, match: re.Match[str], lexicon: Units) -> Quantity | None:
    if match["number"].lower() in _ARTICLES and not match["magnitude"]:
        return None
    value = _value(match, lexicon)
    if match["before"]:
        unit, factor = lexicon.before[match["before"].lower()]
        return Quantity(match.start(), match.end(), match[0], value * factor, unit)
    if match["measure"]:
        unit, factor = _worth(match["measure"], lexicon)
        return Quantity(match.start(), match.end(), match[0], _rounded(value * factor), unit)
    return _counted(doc, match, value, lexicon)


def _value(match: re.Match[str], lexicon: Units) -> float:
    text = re.sub(r"[\s-]+", " ", match["number"].lower())
    value = lexicon.numbers[text] if text in lexicon.numbers else float(text.replace(",", ""))
    return _rounded(value * lexicon.magnitudes[match["magnitude"].lower()]) if match["magnitude"] else value


def _rounded(value: float) -> float:
    """Without the dust of binary fractions: 11.1 billion is 11,100,000,000."""
    return float(f"{value:.12g}")


def _worth(text: str, lexicon: Units) -> Worth:
    """What a measure as written is worth, be it in the singular or the plural."""
    name = re.sub(r"[\s-]+", " ", text.lower())
    for candidate in (text.lower(), name, name.removesuffix("s"), re.sub(r"(\w)s\b", r"\1", name, count=1)):
        if candidate in lexicon.measures:
            return lexicon.measures[candidate]
    return lexicon.measures[re.sub(r"s\b", "", name)]


def _counted(doc: Doc, match: re.Match[str], value: float, lexicon: Units) -> Quantity | None:
    """The amount whose number counts a noun of the lexicon, by the parse: "100,000 Syrian refugees"."""
    span = doc.char_span(match.start(), match.end(), alignment_mode="expand")
    if span is None or span.text != match[0]:
        return None
    noun = _noun(span.root)
    if noun is None or value == 1 or not span.end <= noun.i < span.end + LONGEST_PHRASE:
        return None
    worth = lexicon.counted.get(noun.lemma_.lower())
    if worth is None:
        return None
    end = noun.idx + len(noun)
    return Quantity(match.start(), end, match.string[match.start() : end], value * worth[1], worth[0])


def _noun(number: Token) -> Token | None:
    """The noun that a number counts, where the parse says that it counts one."""
    head = number
    while head.dep_ in ("nummod", "quantmod", "compound") and head.head.i > head.i:
        head = head.head
        if head.tag_ in ("NNS", "NN", "NNPS") and head.dep_ not in ("compound", "nmod"):
            return head
    return None
