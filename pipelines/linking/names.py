"""How names are compared: words without marks, accents and case; and the forms in which a person's name is written."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pipelines.reference_tables import table_rows

WORD = re.compile(r"[^\W_]+")
"""A run of letters or digits. Hyphens, full stops and apostrophes part words: al-Assad and al Assad are one name."""

_UNDECOMPOSED = str.maketrans(
    {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ı": "i", "ß": "ss", "æ": "ae", "ə": "e", "Ə": "E"}
)
"""Letters that Unicode does not decompose into a base letter and a mark."""


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """`text` without accents and case, as names are compared ("Erdoğan" and "ERDOGAN" are one)."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.translate(_UNDECOMPOSED))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def words(text: str) -> tuple[str, ...]:
    """The folded words of `text`: the key under which a name is looked up."""
    return tuple(map(fold, WORD.findall(text)))


def initials(name: str) -> set[str]:
    """The single letters in a name: {"h", "w"} of George H. W. Bush."""
    return {w for w in words(name) if len(w) == 1}


@dataclass(frozen=True)
class Naming:
    """The habits of names: which words stand in and around them, and where a country puts the family name."""

    words: dict[str, frozenset[str]]
    """Folded words by role, after `naming_words.csv`: particle, suffix, honour, modifier, ..."""
    customs: dict[str, str]
    """first, middle or either by country, after `name_customs.csv`; else the family name comes last."""

    @classmethod
    def read(cls, folder: Path) -> Naming:
        """Read both tables from the reference folder."""
        roles: dict[str, set[str]] = {}
        for row in table_rows(folder / "naming_words.csv"):
            roles.setdefault(row["role"], set()).add(row["word"])
        customs = {row["country"]: row["family_name"] for row in table_rows(folder / "name_customs.csv")}
        return cls({role: frozenset(found) for role, found in roles.items()}, customs)

    def __getitem__(self, role: str) -> frozenset[str]:
        return self.words[role]

    def plain(self, name: str) -> str:
        """`name` without titles before it and peerages after it: "Sir Keir Starmer" → "Keir Starmer"."""
        tokens = re.sub(r"\s*\(.*?\)", "", name).split(",")[0].split()
        while len(tokens) > 1 and fold(tokens[0]).strip(".") in self["honour"]:
            tokens = tokens[1:]
        return " ".join(tokens)

    def parts(self, name: str) -> list[str]:
        """The words of a plain name as written, without "Jr." and the like."""
        return [t for t in self.plain(name).split() if fold(t).strip(".") not in self["suffix"]]

    def family_names(self, name: str, country: str | None) -> tuple[str, ...]:
        """The names by which a person is called alone, the most usual first.

        Takes the full name and the country whose habits it follows; gives family names as written in `name`:
        ("Xi",) for Xi Jinping of CHN, ("López Obrador", "Obrador", "López") for a Mexican, ("al-Assad", "Assad").
        """
        tokens = self._without_realm(self.parts(name))
        if len(tokens) < 2:
            return tuple(tokens)
        custom = self.customs.get(country or "")
        if custom == "first" and "-" not in tokens[0] and len(tokens) <= 3 and "." not in name:
            return (tokens[0],)
        start = len(tokens) - 1
        while start > 1 and fold(tokens[start - 1]) in self["particle"]:
            start -= 1
        forms = [" ".join(tokens[start:]), tokens[-1]]
        if custom == "middle" and len(tokens) >= 3 and start == len(tokens) - 1:
            forms = [" ".join(tokens[-2:]), tokens[-1], tokens[-2]]
        forms.append(re.sub(r"^(al|el|as|ash|at|an)[- ]", "", forms[0], flags=re.IGNORECASE))
        return tuple(dict.fromkeys(forms))

    def _without_realm(self, tokens: list[str]) -> list[str]:
        """A monarch's own name: "Salman of Saudi Arabia" and "Felipe VI" are called Salman and Felipe."""
        if "of" in tokens[1:]:
            tokens = tokens[: tokens.index("of", 1)]
        return tokens[:-1] if len(tokens) > 1 and re.fullmatch(r"[IVX]+", tokens[-1]) else tokens

    def name_forms(self, name: str, country: str | None) -> tuple[str, ...]:
        """The forms in which newspapers write a full name: as given, without middle names, in the other order.

        Takes the name and its country; gives distinct strings, the plainest first. Accents are left to `fold`.
        """
        base, tokens = self.plain(name), self.parts(name)
        forms = [base, " ".join(tokens)]
        families = self.family_names(name, country)
        custom = self.customs.get(country or "")
        if families and len(self._without_realm(tokens)) > 1:
            family = families[0]
            given = [t for t in tokens if t not in family.split()]
            if len(given) > 1 and custom != "first" and self._may_drop_middle(tokens, given):
                forms.append(f"{given[0]} {family}")
            if custom == "middle" and len(tokens) == 3:
                forms.append(f"{tokens[0]} {tokens[1]}")
            if given and custom in ("first", "either"):
                forms += [f"{' '.join(given)} {family}", f"{family} {' '.join(given)}"]
        return tuple(dict.fromkeys(f for f in forms if len(words(f)) > 1 or " " not in base))

    def _may_drop_middle(self, tokens: list[str], given: list[str]) -> bool:
        """Not where the middle is the father's name: Mohamed bin Zayed Al Nahyan is no Mohamed Al Nahyan."""
        return fold(given[0]) not in self["particle"] and not any(fold(t) in self["patronymic"] for t in tokens)
