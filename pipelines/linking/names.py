"""How names are compared: words without marks, accents and case; and the forms in which a person's name is written."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

WORD = re.compile(r"[^\W_]+")
"""A run of letters or digits. Hyphens, full stops and apostrophes part words: al-Assad and al Assad are one name."""

_UNDECOMPOSED = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ı": "i", "ß": "ss", "æ": "ae", "ə": "e", "Ə": "E"})
"""Letters that Unicode does not decompose into a base letter and a mark."""

FAMILY_NAME_FIRST = frozenset({"CHN", "TWN", "KOR", "PRK", "KHM", "HKG", "MAC", "MMR"})
"""Countries whose names are written family name first in English text."""

FAMILY_NAME_IN_MIDDLE = frozenset(
    {"ARG", "BOL", "CHL", "COL", "CRI", "CUB", "DOM", "ECU", "ESP", "GTM", "HND", "MEX", "NIC", "PAN", "PER", "PRY", "SLV", "URY", "VEN"}
)
"""Countries where the father's family name stands before the mother's, and is the one people are called by."""

PARTICLES = frozenset(
    {"al", "el", "bin", "ben", "ibn", "von", "van", "der", "den", "de", "da", "di", "do", "dos", "du", "la", "le", "ter", "of", "ould", "bint"}
)
"""Words that lead a family name and may be small or left out."""

_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})
_HONOURS = re.compile(r"^(Sir|Dame|Lord|Lady|Baroness|Dr\.?|Gen\.?|General|Col\.?|Sheikh|Shaikh)\s+", re.IGNORECASE)


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """`text` without accents and case, as names are compared ("Erdoğan" and "ERDOGAN" are one)."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_UNDECOMPOSED))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def words(text: str) -> tuple[str, ...]:
    """The folded words of `text`: the key under which a name is looked up."""
    return tuple(fold(m.group()) for m in WORD.finditer(text))


def initials(name: str) -> set[str]:
    """The single letters in a name: {"h", "w"} of George H. W. Bush."""
    return {w for w in words(name) if len(w) == 1}


def plain(name: str) -> str:
    """`name` without titles before it and peerages after it: "Sir Keir Starmer" → "Keir Starmer"."""
    name = re.sub(r"\s*\(.*?\)", "", name).split(",")[0].strip()
    return _HONOURS.sub("", name)


def family_names(name: str, country: str | None) -> tuple[str, ...]:
    """The names by which a person is called alone, the most usual first.

    Takes the full name and the country whose habits it follows; gives family names as written in `name`:
    ("Xi",) for Xi Jinping of CHN, ("López Obrador", "Obrador", "López") for a Mexican, ("Assad", "al-Assad").
    """
    tokens = [t for t in plain(name).split() if fold(t).strip(".") not in _SUFFIXES]
    if len(tokens) < 2:
        return tuple(tokens)
    if country in FAMILY_NAME_FIRST and "-" not in tokens[0] and len(tokens) <= 3 and "." not in name:
        return (tokens[0],)
    start = len(tokens) - 1
    while start > 1 and fold(tokens[start - 1]) in PARTICLES:
        start -= 1
    full, bare = " ".join(tokens[start:]), tokens[-1]
    forms = [full]
    if start < len(tokens) - 1:
        forms.append(bare)
    if country in FAMILY_NAME_IN_MIDDLE and len(tokens) >= 3 and start == len(tokens) - 1:
        forms = [" ".join(tokens[-2:]), bare, tokens[-2]]
    without_article = re.sub(r"^(al|el|as|ash|at|an)[- ]", "", full, flags=re.IGNORECASE)
    if without_article != full:
        forms.append(without_article)
    return tuple(dict.fromkeys(forms))


def name_forms(name: str, country: str | None) -> tuple[str, ...]:
    """The forms in which newspapers write a full name: as given, without middle names, in the other order.

    Takes the name and its country; gives distinct strings, the plainest first. Accents are left to `fold`.
    """
    base = plain(name)
    tokens = [t for t in base.split() if fold(t).strip(".") not in _SUFFIXES]
    forms = [base, " ".join(tokens)]
    families = family_names(name, country)
    if families and len(tokens) >= 2:
        family = families[0]
        given = [t for t in tokens if t not in family.split()]
        has_patronymic = any(fold(t) in ("bin", "ibn", "ben", "bint") for t in tokens)
        if given and country not in FAMILY_NAME_FIRST and len(given) > 1 and fold(given[0]) not in PARTICLES and not has_patronymic:
            forms.append(f"{given[0]} {family}")
        if country in FAMILY_NAME_IN_MIDDLE and len(tokens) == 3:
            forms.append(f"{tokens[0]} {tokens[1]}")
        if given and country in FAMILY_NAME_FIRST | {"JPN", "HUN"}:
            forms += [f"{' '.join(given)} {family}", f"{family} {' '.join(given)}"]
    return tuple(dict.fromkeys(f for f in forms if len(words(f)) > 1 or " " not in base))
