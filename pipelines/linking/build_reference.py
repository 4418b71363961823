"""Make `leaders.csv`, `leader_terms.csv`, `politicians.csv` and `countries.csv` from the facts they come from.

    python -m pipelines.linking.build_reference FACTS_FOLDER [REFERENCE_FOLDER]

FACTS_FOLDER holds `leaders_terms.csv`, `factbook_executives_2026.csv`, `people.tsv` and `countries.json`; the reference
folder (default `raw/reference`) holds the hand-kept tables that say how to read them (`office_kinds.csv`,
`country_codes.csv`, `country_names.csv`, `name_variants.csv`, `historic_executives.csv`). Same facts, same bytes.
"""

from __future__ import annotations

import calendar
import csv
import html
import json
import os
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from itertools import combinations
from pathlib import Path

from pipelines.linking.duplicates import long_words, people_twice, same_words
from pipelines.linking.names import WORD, Naming, fold, initials, words
from pipelines.linking.reference import TERM_COLUMNS
from pipelines.reference_tables import seat_word
from pipelines.spreadsheets import safe_cell

FIRST_YEAR = "1999"
"""Terms that ended before it are left out: no article is older, and names would only grow more ambiguous."""

_SENIOR_RANK, _TOP_RANK = 4, 2
_LONG_NAME = 4
"""Words from which on a name is longer than newspapers write it."""
_SINGLE_HOLDER = {
    "head_of_state",
    "governor_general",
    "head_of_government",
    "vice_president",
    "foreign_minister",
    "defence_minister",
    "finance_minister",
}
_SUBNATIONAL_SOURCES = re.compile(
    r"Regional Council|Departmental|Legislative Assembly|Provincial Parliament|National Assembly of Quebec"
    r"|House of Assembly"
    r"|Delaware|Mayor|mayor|Vidhan|alderman|councillor|City Council|Landtag"
)


@dataclass(slots=True)
class Term:
    """One office held once, on its way to a row of `leader_terms.csv`."""

    leader_id: str
    name: str
    office: str
    kind: str
    rank: int
    country: str
    start: str
    end: str
    start_basis: str
    end_basis: str
    source: str
    as_of: str
    overlap: str = ""


@dataclass(slots=True)
class Person:
    """One person, on the way to a row of `leaders.csv`."""

    leader_id: str
    names: Counter[str] = field(default_factory=Counter)
    countries: Counter[str] = field(default_factory=Counter)
    genders: set[str] = field(default_factory=set)
    known_names: dict[str, str] = field(default_factory=dict)
    """Names by other sources than the Factbook, whose spellings newspapers seldom use, and of when the source is."""

    def rank(self, name: str) -> tuple[bool, bool, bool, bool, int, int, str]:
        """How a name of the person comes before the others: the least is the one that the reference uses."""
        usual = self.known_names.get(name, "")
        shortens = any(words(known)[: len(words(name))] == words(name) for known in self.known_names)
        strange = bool(self.known_names) and (not (usual or shortens) or len(words(name)) > _LONG_NAME)
        newest = -int(usual[:4] or 0)
        plain = shortens and not usual
        return not fold(name).isascii(), strange, not plain, bool(initials(name)), -self.names[name], newest, name


@dataclass(frozen=True, slots=True)
class OfficeKind:
    """One row of `office_kinds.csv`: which offices, as worded, are of which kind."""

    pattern: re.Pattern[str]
    kind: str
    rank: int
    countries: frozenset[str]


def read_csv(path: Path) -> list[dict[str, str]]:
    """All rows of a CSV file with a header."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Iterable[str]]) -> int:
    """Write rows in the order given, safe to open in a spreadsheet; gives how many."""
    written = 0
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        for row in rows:
            writer.writerow(map(safe_cell, row))
            written += 1
    return written


class Countries:
    """Codes of countries by any of their names, and the rows of `countries.csv`."""

    def __init__(self, facts: Path, reference: Path) -> None:
        self.rows = self._read(json.loads((facts / "countries.json").read_text(encoding="utf-8")), reference)
        self.code: dict[str, str] = {}
        for row in self.rows:
            for name in [row["name"], row["official_name"], *row["aliases"].split("|")]:
                if name:
                    self.code.setdefault(fold(name), row["country"])
        for row in read_csv(reference / "country_codes.csv"):
            self.code[fold(row["phrase"])] = row["country"]
        self.by_alpha2 = {row["alpha2"]: row["country"] for row in self.rows if row["alpha2"]}

    @staticmethod
    def _read(facts: list[dict[str, object]], reference: Path) -> list[dict[str, str]]:
        names: dict[tuple[str, str], list[str]] = defaultdict(list)
        for extra in read_csv(reference / "country_names.csv"):
            names[extra["country"], extra["kind"]].append(extra["phrase"])
        rows = []
        for fact in facts:
            code = "XKX" if fact["cca3"] == "UNK" else str(fact["cca3"])
            rows.append(Countries._row(code, fact, names))
        rows.append(Countries._union(names))
        return sorted(rows, key=lambda row: row["country"])

    @staticmethod
    def _row(code: str, fact: dict[str, object], names: dict[tuple[str, str], list[str]]) -> dict[str, str]:
        called = fact["name"]
        assert isinstance(called, dict)
        spellings = [s for s in fact["altSpellings"] if len(s) > 3 and "," not in s]  # type: ignore[attr-defined]
        people = fact.get("demonyms") or {}
        english = people.get("eng", {}).get("m", "") if isinstance(people, dict) else ""
        demonyms = (
            [d.strip() for d in re.split(r",| or ", english) if d.strip()]
            if fact.get("independent") is not False
            else []
        )
        demonyms += names[code, "demonym"]
        return {
            "country": code,
            "alpha2": str(fact["cca2"]),
            "name": called["common"],
            "official_name": called["official"],
            "independent": "no" if fact.get("independent") is False and code not in {"PSE", "TWN"} else "yes",
            "aliases": _joined(n for n in [*names[code, "name"], *spellings] if n != called["common"]),
            "demonyms": _joined(demonyms),
            "capitals": _joined([*fact["capital"], *names[code, "capital"]]),  # type: ignore[misc]
            "parts": _joined(names[code, "part"]),
        }

    @staticmethod
    def _union(names: dict[tuple[str, str], list[str]]) -> dict[str, str]:
        return {
            "country": "EU",
            "alpha2": "EU",
            "name": "European Union",
            "official_name": "European Union",
            "independent": "no",
            "aliases": _joined(names["EU", "name"]),
            "demonyms": _joined(names["EU", "demonym"]),
            "capitals": "",
            "parts": _joined(names["EU", "part"]),
        }

    def of_source(self, source: str) -> str:
        """The country of a list of politicians by its name ("ukraine-cabinet"); "" for lists of several countries."""
        return self.find(source.rsplit("-", 1)[0].replace("-", " "))

    def find(self, name: str, alpha2: str = "") -> str:
        """The code of a country by its two-letter code or its name; "" where there is none."""
        return self.by_alpha2.get(alpha2, "") or self.code.get(fold(html.unescape(name)), "")


def _joined(items: Iterable[str]) -> str:
    return "|".join(dict.fromkeys(i for i in items if i))


class Offices:
    """Kinds of office by their wording, after `office_kinds.csv`."""

    def __init__(self, reference: Path, countries: Countries) -> None:
        self._kinds = [
            OfficeKind(
                re.compile(row["pattern"], re.IGNORECASE),
                row["office_kind"],
                int(row["rank"]),
                frozenset(row["countries"].split()),
            )
            for row in read_csv(reference / "office_kinds.csv")
        ]
        self._countries = countries

    def kind(self, office: str, country: str) -> OfficeKind | None:
        """The kind of an office, or None where it is not one that the reference keeps."""
        bare = self._without_country(office, country)
        for kind in self._kinds:
            if (not kind.countries or country in kind.countries) and kind.pattern.fullmatch(bare):
                return kind
        return None

    def _without_country(self, office: str, country: str) -> str:
        """ "President of the French Republic" → "President": the country is known already."""
        found = re.fullmatch(r"(.+?) (?:of|to|from) (?:the )?(.+)", office)
        if found and country and self._countries.code.get(fold(found[2])) == country:
            return found[1]
        return office


def full_date(text: str, *, last: bool) -> str:
    """ "2019" → 2019-01-01 or 2019-12-31, "2003-03" → first or last day, "<=2026-07-19 (…)" → the day; "" stays."""
    found = re.search(r"\d{4}(-\d\d){0,2}", text)
    text = found.group() if found else ""
    if len(text) == 4:
        return f"{text}-12-31" if last else f"{text}-01-01"
    if len(text) == 7:
        days = {"02": "28", "04": "30", "06": "30", "09": "30", "11": "30"}.get(text[5:], "31")
        return f"{text}-{days}" if last else f"{text}-01"
    return text


def date_basis(text: str) -> str:
    """How precisely a source gives a date: `source` to the day, `source_month`, `source_year`; "" where it does not."""
    found = re.search(r"\d{4}(-\d\d){0,2}", text)
    return {4: "source_year", 7: "source_month", 10: "source"}[len(found.group())] if found else ""


class Corrections:
    """Facts of the sources that are wrong, and what is right, after `fact_corrections.csv`."""

    def __init__(self, reference: Path) -> None:
        self._rows = read_csv(reference / "fact_corrections.csv")
        self._used: set[int] = set()

    def apply(self, fact: dict[str, str], name: str, country: str) -> dict[str, str] | None:
        """The fact with what is right; None where the source made it up."""
        fact = dict(fact)
        for number, row in enumerate(self._rows):
            fits = all(not row[column] or row[column] == fact.get(column) for column in ("role", "office", "start"))
            if fits and row["country"] == country and row["name"] in name:
                self._used.add(number)
                if row["column"] == "drop":
                    return None
                fact[row["column"]] = row["correct"]
        return fact

    def check(self) -> None:
        """Raise ValueError where a correction corrects nothing: the source may have been mended since."""
        idle = [f"fact_corrections.csv:{n + 2}" for n in range(len(self._rows)) if n not in self._used]
        if idle:
            raise ValueError(f"{', '.join(idle)}: no fact is like that any more; take the row out")


def terms_of_facts(path: Path, countries: Countries, offices: Offices, corrections: Corrections) -> Iterator[Term]:
    """The senior offices of `leaders_terms.csv`, as `Term`s."""
    for fact in read_csv(path):
        country = countries.find(fact["country"], fact["iso2"])
        row = corrections.apply(fact, fact["name"], country)
        if row is None:
            continue
        if (
            not row["country"]
            and row["role"] == "international"
            and "Commission" in row["office"]
            and "European" in row["office"]
        ):
            country = "EU"
        found = offices.kind(row["office"], country)
        kind, rank = (found.kind, found.rank) if found else ("", 9)
        if row["role"] in _EXECUTIVE_ROLES and not (found and found.countries):
            kind = executive_kind(row["role"], row["office"])
            rank = 2 if kind == "governor_general" else 1
        elif row["role"] == "international" and found is None:
            continue
        if (
            rank > _SENIOR_RANK + 1
            or (kind == "head_of_state" and not country)
            or not re.fullmatch(r"Q\d+", row["qid"])
        ):
            continue
        end = full_date(row["end"], last=True)
        if end and end < FIRST_YEAR:
            continue
        yield Term(
            row["qid"],
            row["name"],
            row["office"],
            kind,
            rank,
            country,
            full_date(row["start"], last=False),
            end,
            date_basis(row["start"]),
            date_basis(row["end"]),
            row["source"],
            row["as_of"],
        )


_EXECUTIVE_ROLES = {"head_of_state", "head_of_government", "head_of_state_or_government", "vice_president"}
_GOVERNING = re.compile(
    r"prime minister|premier|chancellor|taoiseach|minister of state|head of (the )?government|council of ministers"
    r"|president of the government"
    r"|chairman of the cabinet|chief executive|minister-president|chief minister|executive yuan",
    re.IGNORECASE,
)


def executive_kind(role: str, office: str) -> str:
    """head_of_state or head_of_government, where the source leaves it open; a governor-general only stands for one."""
    if "governor" in office.lower() and role != "head_of_government":
        return "governor_general"
    if role != "head_of_state_or_government":
        return role
    return "head_of_government" if _GOVERNING.search(office) else "head_of_state"


class FactbookTitles:
    """Titles as the Factbook words them, and the office that each is, after `factbook_titles.csv`."""

    def __init__(self, reference: Path) -> None:
        self._offices = {row["title"]: row for row in read_csv(reference / "factbook_titles.csv")}
        longest_first = sorted(self._offices, key=lambda title: (-len(title), title))
        self._pattern = re.compile(
            r"(?:(?:Interim|Acting|Transition|Transitional|Federal|Executive|Vice|Deputy)\s+)*"
            rf"(?P<title>{'|'.join(map(re.escape, longest_first))})[,:]?\s+(?=\w)"
        )

    def read(self, raw: str, role: str) -> tuple[str, str, str] | None:
        """Office, kind, and the text from the name on; None where the text names no office and nobody."""
        kind = "head_of_state" if role == "chief of state" else "head_of_government"
        found = self._pattern.match(raw)
        if found:
            row = self._offices[found["title"]]
            return row["office"] or found["title"], row["office_kind"] or kind, raw[found.end() :]
        if re.match(r"[A-Z][a-z]+ [A-Z]{3,}\b", raw):
            return role.capitalize(), kind, raw
        return None


def incumbent(known: list[Term], name: str, country: str, kind: str, since: str) -> str | None:
    """Who by another source holds the office since the same year, or is named nearly so there ("Lukashenka")."""
    best: tuple[float, str] = (0.0, "")
    for term in known:
        if term.country != country or term.rank > _TOP_RANK:
            continue
        likeness = SequenceMatcher(None, fold(term.name), fold(name)).ratio()
        if term.kind == kind and not term.end and since and term.start[:4] == since[:4]:
            is_same = likeness > _ALIKE_IN_OFFICE or bool(long_words(term.name) & long_words(name))
        else:
            is_same = likeness > _ALIKE and same_words(term.name, name)
        if is_same:
            best = max(best, (likeness, term.leader_id))
    return best[1] or None


_ALIKE_IN_OFFICE, _ALIKE = 0.6, 0.87


def terms_of_factbook(
    path: Path,
    countries: Countries,
    titles: FactbookTitles,
    corrections: Corrections,
    find_person: Matcher,
    heads: list[Term],
) -> Iterator[Term]:
    """The executives of 2026, whose QIDs `find_person(name, country)` may know; else their ids are local."""
    independent = {row["country"]: row["name"] for row in countries.rows if row["independent"] == "yes"}
    met: dict[tuple[str, str], str] = {}
    for fact in read_csv(path):
        country = countries.find(fact["country"])
        row = corrections.apply(fact, fact["raw"], country)
        found = titles.read(fact["raw"], fact["role"])
        if not row or not found or country not in independent:
            continue
        office, kind, rest = found
        since = english_date(row["since"]) or english_date(_first(_PERIOD, row["raw"], 1))
        until = english_date(_first(_PERIOD, row["raw"], 2))
        for part in named_together(rest):
            name, family = factbook_name(part)
            if office in _MONARCHS and family and " " not in name:
                name = f"{name} of {independent[country]}"
            if len(words(name)) < 2 or not family:
                continue
            short = short_name(name, family)
            leader_id = met[country, name] = (
                met.get((country, name))
                or find_person(name, country)
                or find_person(short, country)
                or incumbent(heads, name, country, kind, since)
                or incumbent(heads, short, country, kind, since)
                or "local:" + slug(short)
            )
            yield Term(
                leader_id,
                short,
                office,
                kind,
                2 if kind == "governor_general" else 1,
                country,
                since,
                until,
                "source" if since else "",
                "source" if until else "",
                FACTBOOK,
                "2026-01-31",
            )


FACTBOOK = "factbook_executives_2026.csv"
_MONARCHS = {"King", "Queen", "Emperor", "Grand Duke", "Prince", "Sultan", "Amir", "Emir"}
_PERIOD = re.compile(r"(?:since|for the period) (\d{1,2} \w+ \d{4})(?: [-–] (\d{1,2} \w+ \d{4}))?")


def _first(pattern: re.Pattern[str], text: str, group: int) -> str:
    found = pattern.search(text)
    return (found[group] or "") if found else ""


def named_together(text: str) -> list[str]:
    """ "Matteo ROSSI and Lorenzo BUGLI (…)" → both names; else the text as it is."""
    parts = re.sub(r"\s*\(.*", "", text).split(" and ")
    return parts if all(any(map(_is_family, part.split())) for part in parts) else [text]


def factbook_name(text: str) -> tuple[str, str]:
    """The name and the family name, which the Factbook writes in capitals: "XI Jinping" → ("Xi Jinping", "Xi")."""
    text = re.sub(r"\([^)]*\) (?=[A-Z])", "", text)
    parts = re.sub(r"\s*\(.*", "", text).split(", ")
    text = next((part for part in parts if any(map(_is_family, part.split()))), parts[0])
    text = re.sub(
        r"\b(?:Grand Chief|Sir|Dame|Dr|Sr|Gen|Col|Capt|General|Brig|Lt|Ratu|Sheikh)\b\.?\s*", "", text
    ).strip()
    tokens = [(_lowered(t), _is_family(t)) for t in text.split()]
    return " ".join(t for t, _ in tokens), " ".join(t for t, is_family in tokens if is_family)


def _is_family(token: str) -> bool:
    letters = [c for c in token.removeprefix("al-").removeprefix("el-") if c.isalpha()]
    return len(letters) > 1 and all(c.isupper() for c in letters) and not re.fullmatch(r"[IVX]+", token)


def _lowered(token: str) -> str:
    if not _is_family(token):
        return token
    return re.sub(r"[^\W_]+", lambda m: m.group() if m.group() in ("al", "el") else m.group().capitalize(), token)


def short_name(name: str, family: str) -> str:
    """ "Gustavo Francisco Petro Urrego" with family name Petro → "Gustavo Petro": as newspapers write it."""
    tokens, families = name.split(), family.split()
    if not families or tokens[: len(families)] == families or families[0] not in tokens:
        return name
    if any(fold(t) in ("bin", "ibn", "ben") for t in tokens):
        return name
    given = tokens[: tokens.index(families[0])]
    return " ".join([given[0], *families]) if given else name


_MONTHS = {name.lower(): f"{number:02}" for number, name in enumerate(calendar.month_name)}


def english_date(text: str) -> str:
    """ "12 December 2019" → 2019-12-12; "" where it is not one."""
    found = re.fullmatch(r"(\d{1,2}) (\w+) (\d{4})", text.strip())
    return f"{found[3]}-{_MONTHS[found[2].lower()]}-{int(found[1]):02}" if found and found[2].lower() in _MONTHS else ""


def slug(name: str) -> str:
    """The part of a local id that stands for a name."""
    return "-".join(words(name))


def terms_of_history(path: Path, find_person: Matcher) -> Iterator[tuple[Term, str]]:
    """Heads of former governments by `historic_executives.csv`, each with the gender that it gives."""
    for row in read_csv(path):
        leader_id = find_person(row["name"], row["country"]) or "local:" + slug(row["name"])
        yield (
            Term(
                leader_id,
                row["name"],
                row["office"],
                row["office_kind"],
                1,
                row["country"],
                row["start_date"],
                row["end_date"],
                date_basis(row["start_date"]),
                date_basis(row["end_date"]),
                row["source"],
                row["as_of"],
            ),
            row["gender"],
        )


class Matcher:
    """Finds the id of a name and country among the persons known so far."""

    def __init__(
        self,
        people: Iterable[tuple[str, str, str]],
        naming: Naming,
        spellings: Spellings,
        variants: dict[tuple[str, str], list[str]],
    ) -> None:
        self._spellings, self._naming = spellings, naming
        self._initials: dict[str, set[str]] = defaultdict(set)
        self._names: dict[str, set[str]] = defaultdict(set)
        self.anywhere: Matcher | None = None
        """People whose source names no country, asked where the others have nobody of the name."""
        self._by_name: dict[frozenset[str], set[tuple[str, str]]] = defaultdict(set)
        for leader_id, name, country in people:
            for form in [*naming.name_forms(name, country), *variants.get((fold(naming.plain(name)), country), ())]:
                self._by_name[self._key(form)].add((leader_id, country))
            self._initials[leader_id] |= initials(name)
            self._names[leader_id] |= {name, *variants.get((fold(naming.plain(name)), country), ())}

    def _key(self, form: str) -> frozenset[str]:
        return frozenset(self._spellings.standard(w) for w in words(form))

    def __call__(self, name: str, country: str) -> str | None:
        """The one person of that name and country (for an international office, of that name); None if not one."""
        for form in self._naming.name_forms(name, country):
            known = self._by_name.get(self._key(form), set())
            found = {
                i
                for i, c in known
                if (c == country or country in ("", "EU"))
                and self._may_be(i, name)
                and any(same_words(n, name) for n in self._names[i])
            }
            if len(found) == 1:
                return next(iter(found))
        return self.anywhere(name, "") if self.anywhere else None

    def _may_be(self, leader_id: str, name: str) -> bool:
        """Whether initials agree: George H. W. Bush is not George W. Bush."""
        return not initials(name) or not self._initials[leader_id] or initials(name) <= self._initials[leader_id]


class Spellings:
    """Words of names that are spelt in several ways, after `spellings.csv`."""

    def __init__(self, path: Path) -> None:
        self._groups = {
            word: row["spellings"].split("|") for row in read_csv(path) for word in row["spellings"].split("|")
        }

    def standard(self, word: str) -> str:
        """One spelling for all of a group."""
        return self._groups.get(word, [word])[0]

    def forms(self, name: str) -> Iterator[str]:
        """A name with one of its words in each other spelling: "Mohamed bin Zayed" for "Mohammed bin Zayed"."""
        for match in WORD.finditer(name):
            for other in self._groups.get(fold(match.group()), ()):
                if other != fold(match.group()):
                    yield name[: match.start()] + other.capitalize() + name[match.end() :]


def end_terms(terms: list[Term]) -> None:
    """Settle where terms of single-holder offices meet, and close open ones where the next holder's begins.

    The bases say so: a start of which only the year is known is the day on which the one before left in that year
    (`predecessor`); such an end, and an open one, is the day on which the next began (`successor`). A term of which
    nobody says when it began counts from the day its source was made (`as_of`). Where a list of incumbents names
    somebody else, and not since when, an older source's open term ends when that source was made (`last_seen`).
    """
    for term in terms:
        if not term.start and not term.end:
            term.start, term.start_basis = full_date(term.as_of, last=False), "as_of"
    seats: dict[tuple[str, str, str], list[Term]] = defaultdict(list)
    for term in terms:
        if term.kind in _SINGLE_HOLDER and term.start and term.country:
            seats[term.country, term.kind, seat_word(term.kind, term.office)].append(term)
    for held in seats.values():
        for term in held:
            _start_after_the_last(term, held)
        for term in held:
            _end_before_the_next(term, held)
        current = [t for t in held if t.source in _INCUMBENTS and not t.end]
        for term in held:
            if not term.end and term not in current and any(t.start <= term.start for t in current):
                term.end, term.end_basis = full_date(term.as_of, last=True), "last_seen"
    for term in terms:
        term.end_basis = term.end_basis or "open"


_INCUMBENTS = {FACTBOOK, "world_leaders_current/snapshots"}
"""Sources that list who is in office when they are made: what is open there is open."""


def _start_after_the_last(term: Term, held: list[Term]) -> None:
    left = [t.end for t in held if t.leader_id != term.leader_id and t.end_basis == "source"]
    left = [end for end in left if end[:4] == term.start[:4] and end > term.start]
    if term.start_basis == "source_year" and left and not (term.end and term.end < max(left)):
        term.start, term.start_basis = max(left), "predecessor"


def _end_before_the_next(term: Term, held: list[Term]) -> None:
    later = sorted((t.start, t.start_basis) for t in held if t.leader_id != term.leader_id and t.start > term.start)
    if not later:
        return
    if term.end:
        within = [start for start, basis in later if start[:4] == term.end[:4] and basis != "source_year"]
        if term.end_basis == "source_year" and within:
            term.end, term.end_basis = within[0], "successor"
        return
    start, basis = later[0]
    if term.source in _INCUMBENTS and term.as_of >= start:
        return  # the list knows who came between
    if basis == "as_of":
        term.end, term.end_basis = full_date(term.as_of, last=True), "last_seen"
        return
    again = [t for t in held if t.leader_id == term.leader_id and t.start > term.start]
    resumed = any(not t.end for t in again)
    if not (resumed and start > max(t.start for t in again)):
        term.end, term.end_basis = start, "successor"


def mark_overlaps(terms: list[Term], joint: set[tuple[str, str]]) -> None:
    """Say in `overlap` why two people hold one single-holder office at a time.

    `joint_office`: the office has several holders (`joint_offices.csv`). `year_only`: a hand-over of which the sources
    give the year only. `both_named`: the sources name both for these days: one acts for the other, or they disagree.
    """
    seats: dict[tuple[str, str], list[Term]] = defaultdict(list)
    for term in terms:
        if term.kind in _SINGLE_HOLDER - {"vice_president"} and term.country:
            seats[term.country, term.kind].append(term)
    for seat, held in seats.items():
        for one, other in combinations(held, 2):
            first, second = sorted((one, other), key=lambda t: (t.start, t.end or "9999"))
            if first.leader_id == second.leader_id or (first.end and first.end <= second.start):
                continue
            why = "joint_office" if seat in joint else "both_named"
            if why == "both_named" and {first.end_basis, second.start_basis} & {"source_year"}:
                why = "year_only"
            for term in (first, second):
                term.overlap = min(filter(None, (term.overlap, why)), key=_OVERLAPS.index)


_OVERLAPS = ("both_named", "joint_office", "year_only")
"""Why terms overlap, what is worth a look first."""


def merge_terms(terms: list[Term]) -> list[Term]:
    """One row for what several sources say of one office: overlapping terms of a person in an office become one.

    Heads and ministers of one portfolio are alike whatever the source words; others if they are worded alike. The more
    precise dates win (a full date over a year). An open term is not drawn over that of another person who came between.
    """
    groups: dict[tuple[str, str, str], list[Term]] = defaultdict(list)
    begun: dict[tuple[str, str], list[Term]] = defaultdict(list)
    for term in terms:
        office = term.kind if term.kind in _SINGLE_HOLDER else term.office
        groups[term.leader_id, office, term.country].append(term)
        if term.kind in _SINGLE_HOLDER and term.country:
            begun[term.country, term.kind].append(term)
    merged: list[Term] = []
    for group in groups.values():
        group.sort(key=lambda t: (t.start or "9998", t.end or "9999"))
        merged.append(group[0])
        for term in group[1:]:
            last = merged[-1]
            follows = not last.end or not term.start or term.start <= last.end or _same_year(last.end, term.start)
            if follows and not _another_between(last, term, begun[term.country, term.kind]):
                merged[-1] = _united(last, term)
            else:
                merged.append(term)
    return merged


def _another_between(last: Term, term: Term, held: list[Term]) -> bool:
    """Whether somebody else took the seat after an open term began and before the same person's next one."""
    seat = seat_word(term.kind, term.office)
    return not last.end and any(
        other.leader_id != term.leader_id
        and seat_word(other.kind, other.office) == seat
        and last.start[:4] < other.start[:4]
        and other.start < term.start
        for other in held
    )


def _same_year(end: str, start: str) -> bool:
    return (
        abs(int(end[:4]) * 12 + int(end[5:7]) - int(start[:4]) * 12 - int(start[5:7])) <= 1 if end and start else False
    )


def _united(first: Term, second: Term) -> Term:
    began = first if first.start or not second.start else second
    if first.start_basis == "source_year" and second.start[:4] == first.start[:4]:
        began = second
    ended = [t for t in (first, second) if t.end]
    if len(ended) == 2:
        later, earlier = sorted(ended, key=lambda t: t.end, reverse=True)
        stopped = earlier if later.end_basis == "source_year" and earlier.end[:4] == later.end[:4] else later
    elif ended and second.start and second.start <= ended[0].end and _newer_knows(first, second):
        stopped = ended[0]
    else:
        stopped = replace(first, end="", end_basis="")
    newest = max(first, second, key=lambda t: t.as_of)
    return replace(
        first,
        office=min((first.office, second.office), key=lambda o: (len(o) < 4, len(o))),
        start=began.start,
        start_basis=began.start_basis,
        end=stopped.end,
        end_basis=stopped.end_basis,
        source=newest.source,
        as_of=newest.as_of,
    )


def _newer_knows(first: Term, second: Term) -> bool:
    """Whether the newer of two sources is the one that gives the end."""
    ended = first if first.end else second
    other = second if first.end else first
    return ended.as_of >= other.as_of


def politicians(path: Path, naming: Naming) -> Iterator[tuple[str, str, str]]:
    """(QID, name, source) of the people of `people.tsv`; those whom it calls local politicians are left out."""
    for line in path.read_text(encoding="utf-8").splitlines():
        name, qid, office = [*line.split("\t"), "", ""][:3]
        if not re.fullmatch(r"Q\d+", qid) or _SUBNATIONAL_SOURCES.search(office) or not fold(name).isascii():
            continue
        if len(words(name)) > 1:
            yield qid, naming.plain(name), office.split(":")[0]


def people_of(terms: list[Term], genders: dict[str, str]) -> dict[str, Person]:
    """The persons of the terms, with every name and country that the sources give them."""
    people: dict[str, Person] = {}
    for term in terms:
        person = people.setdefault(term.leader_id, Person(term.leader_id))
        person.names[term.name] += 1
        if term.source != FACTBOOK:
            person.known_names[term.name] = max(term.as_of, person.known_names.get(term.name, ""))
        if term.country:
            person.countries[term.country] += 1
        if genders.get(term.leader_id):
            person.genders.add(genders[term.leader_id])
    return people


def leader_rows(
    people: dict[str, Person], variants: dict[tuple[str, str], list[str]], naming: Naming, spellings: Spellings
) -> Iterator[tuple[str, ...]]:
    """Rows of `leaders.csv`: id, name, surname, country, gender, aliases."""
    for leader_id in sorted(people, key=lambda i: (not i.startswith("Q"), int(i[1:]) if i[1:].isdigit() else 0, i)):
        person = people[leader_id]
        country = min(person.countries, key=lambda c: (-person.countries[c], c)) if person.countries else ""
        name = naming.plain(min(person.names, key=person.rank))
        names = [
            form for n in [name, *sorted(person.names)] if fold(n).isascii() for form in naming.name_forms(n, country)
        ]
        names += variants.get((fold(name), country), []) or variants.get((fold(naming.plain(name)), country), [])
        names += [form for n in list(names) for form in spellings.forms(n)]
        surnames = list(naming.family_names(name, country))
        surnames += [form for s in list(surnames) for form in spellings.forms(s)]
        gender = next(iter(person.genders)) if len(person.genders) == 1 else ""
        yield leader_id, name, _joined(surnames), country, gender, _joined(n for n in dict.fromkeys(names) if n != name)


def end_ministries(terms: list[Term]) -> None:
    """Close an open lesser term where its holder becomes head of a state, a government or an international body."""
    heads: dict[str, list[Term]] = defaultdict(list)
    for term in terms:
        if term.kind in _TOP and term.start:
            heads[term.leader_id].append(term)
    for term in terms:
        later = sorted(
            t.start
            for t in heads[term.leader_id]
            if t.start > term.start and (t.kind, t.country) != (term.kind, term.country)
        )
        if term.kind == "head_of_government" and later and term.as_of > later[0]:
            continue  # a head of government who stood in for the head of state, and is one still
        if not term.end and term.start and later and term.kind != "head_of_state":
            term.end, term.end_basis = later[0], "next_office"


_TOP = {"head_of_state", "head_of_government", "head_of_international_organization"}


def collect_terms(
    facts: Path,
    reference: Path,
    countries: Countries,
    variants: dict[tuple[str, str], list[str]],
    others: list[tuple[str, str, str]],
) -> tuple[list[Term], dict[str, Person]]:
    """The terms of all sources with one id a person, and the persons with all their names."""
    offices, naming, spellings = (
        Offices(reference, countries),
        Naming.read(reference),
        Spellings(reference / "spellings.csv"),
    )
    corrections = Corrections(reference)
    terms = list(terms_of_facts(facts / "leaders_terms.csv", countries, offices, corrections))
    genders: dict[str, str] = {}

    def matcher() -> Matcher:
        return Matcher(
            [*((t.leader_id, t.name, t.country) for t in terms), *(o for o in others if o[2])],
            naming,
            spellings,
            variants,
        )

    find = matcher()
    find.anywhere = Matcher(((q, n, "") for q, n, c in others if not c), naming, spellings, {})
    for term, gender in list(terms_of_history(reference / "historic_executives.csv", find)):
        terms.append(term)
        genders[term.leader_id] = gender
    heads = [t for t in terms if t.rank <= _TOP_RANK]
    titles, find = FactbookTitles(reference), matcher()
    find.anywhere = Matcher(((q, n, "") for q, n, c in others if not c), naming, spellings, {})
    terms += list(terms_of_factbook(facts / FACTBOOK, countries, titles, corrections, find, heads))
    corrections.check()
    people = people_of(terms, genders)
    terms = merge_terms(terms)
    end_terms(terms)
    end_ministries(terms)
    joint = {(row["country"], row["office_kind"]) for row in read_csv(reference / "joint_offices.csv")}
    mark_overlaps(terms, joint)
    return terms, people


def build(facts: Path, reference: Path) -> dict[str, int]:
    """Write the four tables into `reference`; gives rows a table."""
    countries = Countries(facts, reference)
    naming = Naming.read(reference)
    variants: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in read_csv(reference / "name_variants.csv"):
        variants[fold(row["name"]), row["country"]].append(row["variant"])
    others = [(q, n, countries.of_source(s)) for q, n, s in politicians(facts / "people.tsv", naming)]
    terms, people = collect_terms(facts, reference, countries, variants, others)
    senior = {t.leader_id for t in terms if t.rank <= _SENIOR_RANK}
    terms = [t for t in terms if t.leader_id in senior and not (t.end and t.end < t.start)]
    terms = [t for t in terms if not t.end or t.end >= FIRST_YEAR or t.source in _KEPT_WHOLE]
    people = {i: people[i] for i in {t.leader_id for t in terms}}
    spellings = Spellings(reference / "spellings.csv")
    return {
        "countries": write_csv(
            reference / "countries.csv", list(countries.rows[0]), (row.values() for row in countries.rows)
        ),
        "leaders": write_csv(
            reference / "leaders.csv",
            ["leader_id", "name", "surname", "country", "gender", "aliases"],
            leader_rows(people, variants, naming, spellings),
        ),
        "leader_terms": write_csv(
            reference / "leader_terms.csv",
            TERM_COLUMNS,
            sorted(
                {
                    (
                        t.leader_id,
                        t.office,
                        t.kind,
                        str(t.rank),
                        t.country,
                        t.start,
                        t.end,
                        t.start_basis,
                        t.end_basis,
                        t.overlap,
                        t.source,
                        t.as_of,
                    )
                    for t in terms
                }
            ),
        ),
        "politicians": write_csv(
            reference / "politicians.csv",
            ["leader_id", "name", "country"],
            sorted({o for o in others if o[0] not in people}),
        ),
    }


_KEPT_WHOLE = {"REIGN", "public record"}
"""Sources whose rows were chosen by hand: former heads whom articles still name."""


def main(arguments: list[str]) -> int:
    """The command line: the folder of facts, and the reference folder."""
    if not arguments:
        print(__doc__)
        return 2
    os.environ.pop("READOUT_REFERENCE", None)  # the bundled tables are made without anybody's own rows
    reference = Path(arguments[1] if len(arguments) > 1 else "raw/reference")
    for table, rows in build(Path(arguments[0]), reference).items():
        print(f"{table}: {rows} rows")
    joint = {(row["country"], row["office_kind"]) for row in read_csv(reference / "joint_offices.csv")}
    twice = people_twice(read_csv(reference / "leaders.csv"), read_csv(reference / "leader_terms.csv"), joint)
    for one, other in twice:
        print(f"one person twice? {one} and {other}: join them by a row in name_variants.csv")
    return 1 if twice else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
