"""The reference tables of `raw/reference`, read, checked row by row, and indexed for look-up."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

from pipelines.linking.gazetteer import Entry, Gazetteer
from pipelines.linking.names import Naming, fold, words
from pipelines.reference_tables import located_rows

_FRESH_YEARS = 1
"""Years after its source was made within which an open term is still believed."""

NameKey = tuple[str, ...]
"""A name as it is looked up: its folded words."""


class ReferenceTableError(ValueError):
    """A row of a reference table that cannot be used; the message says file, line, and what to do."""


@dataclass(frozen=True, slots=True)
class Term:
    """One office held for one period. Without `start`: since ever; without `end`: still held as of `as_of`."""

    leader_id: str
    office: str
    kind: str
    rank: int
    country: str | None
    start: date | None
    end: date | None
    source: str
    as_of: str

    def covers(self, day: date) -> bool:
        """Whether the office was held on `day`."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)

    def is_known_on(self, day: date) -> bool:
        """Whether the office was held on `day` by what its source can know: an open term says little of later years."""
        return self.covers(day) and (self.end is not None or day.year <= int(self.as_of[:4]) + _FRESH_YEARS)


@dataclass(frozen=True, slots=True)
class KnownLeader:
    """A person of `leaders.csv` with all terms of office."""

    leader_id: str
    name: str
    surnames: tuple[str, ...]
    country: str | None
    gender: str | None
    aliases: tuple[str, ...]
    terms: tuple[Term, ...]

    def offices_on(self, day: date) -> tuple[Term, ...]:
        """The offices held on `day`, the highest first."""
        return tuple(sorted((t for t in self.terms if t.covers(day)), key=lambda t: (t.rank, t.office)))

    @property
    def best_rank(self) -> int:
        """The rank of the highest office ever held; 1 is the head of a state or government."""
        return min((t.rank for t in self.terms), default=9)


@dataclass(frozen=True, slots=True)
class Country:
    """One row of `countries.csv`."""

    code: str
    name: str
    aliases: tuple[str, ...]
    demonyms: tuple[str, ...]
    capitals: tuple[str, ...]
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Title:
    """One row of `titles.csv`: what a title word says of its bearer."""

    phrase: str
    office_kinds: tuple[str, ...]
    title_class: str
    gender: str | None
    countries: tuple[str, ...] = ()
    """The countries that have an office of this name, where it is peculiar to them (secretary of state)."""


@dataclass(frozen=True)
class Reference:
    """Everything the linker knows before it reads an article."""

    leaders: dict[str, KnownLeader]
    countries: dict[str, Country]
    titles: dict[str, Title]
    organizations: dict[str, Organization]
    metonyms: dict[str, str]
    """What stands for a government, and its country."""
    seats: dict[str, str]
    """Cities that stand for a government where they act: Brussels for the European Union."""
    not_countries: dict[str, str]
    """Phrases that hold a country's name and do not mean it, and why."""
    politicians: dict[NameKey, tuple[tuple[str, str, str | None], ...]]
    """(id, name, country) of further politicians by full name: for those to whom the text gives a senior office."""
    speaker_nouns: dict[str, str]
    group_nouns: dict[str, str]
    executives: dict[str, str]
    """The office kind that leads a country where it is not the head of government's."""
    publishers: dict[str, str]
    """Countries of governments that publish articles, by what their name or address holds."""
    person_nouns: dict[str, str]
    """Common nouns for one human being ("immigrant"), and whom they call: m, f or any."""
    given_names: dict[str, str]
    """Given names, folded, that tell the sex of who bears them: m or f."""
    places: frozenset[NameKey]
    """Names of towns and the like: one alone is no person's, whatever the recognizer says."""
    confidences: dict[tuple[str, str], float]
    """How often links of a basis and grade were right when they were judged, after `link_confidence.csv`."""
    naming: Naming
    gazetteer: Gazetteer
    by_name: dict[NameKey, tuple[str, ...]] = field(default_factory=dict)
    by_surname: dict[NameKey, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def holders(self) -> dict[tuple[str | None, str], tuple[Term, ...]]:
        """All terms of an office kind in a country."""
        found: dict[tuple[str | None, str], list[Term]] = defaultdict(list)
        for leader in self.leaders.values():
            for term in leader.terms:
                found[term.country, term.kind].append(term)
        return {key: tuple(terms) for key, terms in found.items()}

    def confidence(self, basis: str, grade: str = "") -> float:
        """How sure a link is, by its basis and the grade within it ("pronoun", "subject")."""
        return self.confidences[basis, grade]

    def leads(self, country: str, day: date) -> str | None:
        """Who leads a country on `day`: its head of government, or of state where that office leads; None if unsure."""
        first = self.executives.get(country, "head_of_government")
        for kind in (first, "head_of_state", "head_of_government"):
            held = self.held_by(kind, country, day)
            if held:
                return held[0] if len(held) == 1 else None
        return None

    def held_by(self, kind: str, country: str | None, day: date) -> tuple[str, ...]:
        """The ids of who held an office of `kind` for `country` on `day`; the latest to begin comes first."""
        terms = [t for t in self.holders.get((country, kind), ()) if t.is_known_on(day)]
        terms.sort(key=lambda t: t.start or date.min, reverse=True)
        return tuple(dict.fromkeys(t.leader_id for t in terms))


@dataclass(frozen=True, slots=True)
class Organization:
    """One row of `organizations.csv`."""

    phrase: str
    kind: str
    country: str | None
    members: tuple[str, ...] = ()
    """The countries that speak when a small club of them speaks (the G7)."""


Row = dict[str, str]


def _rows(path: Path, required: tuple[str, ...]) -> Iterator[tuple[Callable[[str], ReferenceTableError], Row]]:
    """Each row of a table with a function that makes an error of it, which says where it stands."""
    if not path.exists():
        raise ReferenceTableError(f"{path}: the table is missing; restore it from the repository")
    for where, row in located_rows(path):

        def fault(what: str, where: str = where) -> ReferenceTableError:
            return ReferenceTableError(f"{where}: {what}")

        missing = [c for c in required if c not in row]
        if missing:
            raise ReferenceTableError(f"{path}:1: columns are missing: {', '.join(missing)}")
        if None in row or None in row.values():
            raise fault("the row has another number of fields than the header; quote fields that hold commas")
        yield fault, row


def _list(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("|") if part) if text else ()


_ID = re.compile(r"Q[1-9]\d*|local:[a-z0-9-]+")


def _day(text: str, column: str, fault: Callable[[str], ReferenceTableError]) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise fault(f"{column} must be a date like 2021-01-20 or empty, not {text!r}") from None


def _read_countries(path: Path) -> dict[str, Country]:
    countries: dict[str, Country] = {}
    for fault, row in _rows(path, ("country", "name", "aliases", "demonyms", "capitals", "parts")):
        code = row["country"]
        if not re.fullmatch(r"[A-Z]{3}|EU", code):
            raise fault(f"country must be an ISO 3166-1 alpha-3 code or EU, not {code!r}")
        if code in countries:
            raise fault(f"{code} stands in the table twice")
        aliases = (row["official_name"], *_list(row["aliases"])) if row.get("official_name") else _list(row["aliases"])
        countries[code] = Country(
            code, row["name"], aliases, _list(row["demonyms"]), _list(row["capitals"]), _list(row["parts"])
        )
    return countries


TERM_COLUMNS = (
    "leader_id",
    "office",
    "office_kind",
    "rank",
    "country",
    "start_date",
    "end_date",
    "start_basis",
    "end_basis",
    "overlap",
    "source",
    "as_of",
)
"""The columns of `leader_terms.csv`, as they are written and read."""


def _read_terms(path: Path, countries: dict[str, Country]) -> dict[str, list[Term]]:
    terms: dict[str, list[Term]] = defaultdict(list)
    for fault, row in _rows(path, TERM_COLUMNS):
        if row["country"] and row["country"] not in countries:
            raise fault(f"country {row['country']!r} is not in countries.csv")
        if not row["rank"].isdigit():
            raise fault(f"rank must be a number from 1 (head of state or government) to 9, not {row['rank']!r}")
        if not re.match(r"\d{4}", row["as_of"]):
            raise fault(f"as_of must start with the year in which the source was made, not {row['as_of']!r}")
        start, end = _day(row["start_date"], "start_date", fault), _day(row["end_date"], "end_date", fault)
        if start and end and end < start:
            raise fault(f"the term ends ({end}) before it starts ({start})")
        terms[row["leader_id"]].append(
            Term(
                row["leader_id"],
                row["office"],
                row["office_kind"],
                int(row["rank"]),
                row["country"] or None,
                start,
                end,
                row["source"],
                row["as_of"],
            )
        )
    return terms


def _read_leaders(
    path: Path, terms: dict[str, list[Term]], countries: dict[str, Country], naming: Naming
) -> dict[str, KnownLeader]:
    leaders: dict[str, KnownLeader] = {}
    for fault, row in _rows(path, ("leader_id", "name", "surname", "country", "gender", "aliases")):
        leader_id = row["leader_id"]
        if not _ID.fullmatch(leader_id):
            raise fault(f"leader_id must be a Wikidata id (Q…) or local:name-in-small-letters, not {leader_id!r}")
        if leader_id in leaders:
            raise fault(f"{leader_id} stands in the table twice")
        if not row["name"].strip():
            raise fault("name is empty")
        if row["country"] and row["country"] not in countries:
            raise fault(f"country {row['country']!r} is not in countries.csv")
        if row["gender"] not in ("", "f", "m"):
            raise fault(f"gender must be f, m or empty, not {row['gender']!r}")
        name = naming.plain(row["name"])
        surnames, aliases = _list(row["surname"]), _list(row["aliases"])
        if not surnames:  # a row of the user's own, who need not know the forms of a name
            surnames = naming.family_names(name, row["country"])
            aliases = tuple(dict.fromkeys((*aliases, *naming.name_forms(name, row["country"])[1:])))
        leaders[leader_id] = KnownLeader(
            leader_id,
            name,
            surnames,
            row["country"] or None,
            row["gender"] or None,
            aliases,
            tuple(terms.get(leader_id, ())),
        )
    strangers = sorted(set(terms) - set(leaders))
    if strangers:
        table = path.with_name("leader_terms.csv")
        raise ReferenceTableError(f"{table}: terms of people who are not in {path.name}: {', '.join(strangers[:5])}")
    return leaders


def _name_indexes(
    leaders: dict[str, KnownLeader],
) -> tuple[dict[NameKey, tuple[str, ...]], dict[NameKey, tuple[str, ...]]]:
    full: dict[NameKey, dict[str, None]] = defaultdict(dict)
    family: dict[NameKey, dict[str, None]] = defaultdict(dict)
    for leader in leaders.values():
        for name in (leader.name, *leader.aliases):
            for key in _spellings(name):
                (full if len(key) > 1 else family)[key][leader.leader_id] = None
        for name in leader.surnames:
            family[words(name)][leader.leader_id] = None
        for alias in leader.aliases:
            key = words(alias)
            if len(key) == 2 and leader.surnames and key[0] not in words(leader.surnames[0]):
                family[key[1:]][leader.leader_id] = None
    return {k: tuple(v) for k, v in full.items()}, {k: tuple(v) for k, v in family.items()}


def _spellings(name: str) -> tuple[NameKey, ...]:
    """The keys of a name with its hyphens and without: Moon Jae-in is written Moon Jaein, too."""
    return tuple(dict.fromkeys((words(name), words(name.replace("-", ""))))) if "-" in name else (words(name),)


_ABBREVIATION_LENGTH = 4


def _case(phrase: str) -> str:
    letters = [c for c in phrase if c.isalpha()]
    return "upper" if len(letters) <= _ABBREVIATION_LENGTH and all(c.isupper() for c in letters) else "capital"


def _fill_gazetteer(reference: Reference) -> None:
    add = reference.gazetteer.add
    for key in reference.by_name:
        add(" ".join(key), Entry("leader", " ".join(key)))
    for phrase, code in reference.seats.items():
        add(phrase, Entry("capital", code))
    for country in reference.countries.values():
        for kind, phrases in _phrases_of(country):
            for phrase in phrases:
                add(phrase, Entry(kind, country.code, _case(phrase)))
    for phrase in reference.not_countries:
        add(phrase, Entry("none", phrase))
    for phrase, code in reference.metonyms.items():
        add(phrase.removeprefix("the "), Entry("metonym", code))
    for phrase, organization in reference.organizations.items():
        add(phrase.removeprefix("The "), Entry("organization", phrase, _case(phrase)))
        if organization.kind == "union" and organization.country:
            add(phrase, Entry("union", organization.country, _case(phrase)))
    for phrase, title in reference.titles.items():
        needs_capital = title.title_class == "honorific" or _case(phrase) == "upper"
        add(phrase, Entry("title", phrase, "capital" if needs_capital else "any"))


def _phrases_of(country: Country) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What names a country, by kind; demonyms with their plurals."""
    yield "country", (country.name, *country.aliases)
    yield "demonym", country.demonyms
    yield "demonym", tuple(d + "s" for d in country.demonyms if not d.endswith(("s", "ese", "ish", "ch")))
    yield "capital", country.capitals
    yield "part", country.parts


def load_reference(folder: Path) -> Reference:
    """Read and check the reference tables of `folder`.

    Raises `ReferenceTableError` with file and line where a row cannot be used.
    """
    naming = Naming.read(folder)
    countries = _read_countries(folder / "countries.csv")
    terms = _read_terms(folder / "leader_terms.csv", countries)
    leaders = _read_leaders(folder / "leaders.csv", terms, countries, naming)
    by_name, by_surname = _name_indexes(leaders)
    reference = Reference(
        leaders=leaders,
        countries=countries,
        titles=_read_titles(folder / "titles.csv"),
        organizations=_read_organizations(folder / "organizations.csv", countries),
        metonyms=_read_codes(folder / "metonyms.csv", "phrase", "country", kind="government"),
        seats=_read_codes(folder / "metonyms.csv", "phrase", "country", kind="city"),
        not_countries=_read_codes(folder / "not_countries.csv", "phrase", "because"),
        politicians=_read_politicians(folder / "politicians.csv"),
        speaker_nouns=_read_codes(folder / "speaker_nouns.csv", "noun", "kind"),
        group_nouns=_read_codes(folder / "groups.csv", "noun", "kind"),
        executives=_read_codes(folder / "executives.csv", "country", "office_kind"),
        publishers=_read_codes(folder / "publishers.csv", "pattern", "country"),
        person_nouns=_read_codes(folder / "person_nouns.csv", "noun", "gender"),
        given_names={fold(n): g for n, g in _read_codes(folder / "given_names.csv", "name", "gender").items()},
        places=frozenset(words(place) for place in _read_codes(folder / "places.csv", "place", "country")),
        confidences=_read_confidences(folder / "link_confidence.csv"),
        naming=naming,
        gazetteer=Gazetteer(),
        by_name=by_name,
        by_surname=by_surname,
    )
    _fill_gazetteer(reference)
    return reference


def _read_codes(path: Path, key: str, value: str, *, kind: str | None = None) -> dict[str, str]:
    """A table of two columns that matter: what is written, and what it stands for; of all rows or those of a kind."""
    found: dict[str, str] = {}
    for fault, row in _rows(path, (key, value)):
        if kind is not None and row.get("kind") != kind:
            continue
        if not row[key] or not row[value]:
            raise fault(f"{key} and {value} must both be given")
        found[row[key]] = row[value]
    return found


def _read_confidences(path: Path) -> dict[tuple[str, str], float]:
    found: dict[tuple[str, str], float] = {}
    for fault, row in _rows(path, ("basis", "grade", "confidence", "right", "judged")):
        try:
            found[row["basis"], row["grade"]] = confidence = float(row["confidence"])
        except ValueError:
            raise fault(f"confidence must be a number from 0 to 1, not {row['confidence']!r}") from None
        if not 0 <= confidence <= 1:
            raise fault(f"confidence must be a number from 0 to 1, not {row['confidence']!r}")
    return found


def _read_titles(path: Path) -> dict[str, Title]:
    titles: dict[str, Title] = {}
    for fault, row in _rows(path, ("phrase", "office_kinds", "class", "gender", "countries")):
        if row["class"] not in ("office", "official", "group", "honorific"):
            raise fault(f"class must be office, official, group or honorific, not {row['class']!r}")
        titles[row["phrase"]] = Title(
            row["phrase"],
            _list(row["office_kinds"]),
            row["class"],
            row["gender"] or None,
            _list(row["countries"]),
        )
    return titles


def _read_organizations(path: Path, countries: dict[str, Country]) -> dict[str, Organization]:
    found: dict[str, Organization] = {}
    for fault, row in _rows(path, ("phrase", "kind", "country", "members")):
        members = _list(row["members"])
        unknown = [c for c in (row["country"], *members) if c and c not in countries]
        if unknown:
            raise fault(f"country {unknown[0]!r} is not in countries.csv")
        found[row["phrase"]] = Organization(row["phrase"], row["kind"], row["country"] or None, members)
    return found


def _read_politicians(path: Path) -> dict[NameKey, tuple[tuple[str, str, str | None], ...]]:
    found: dict[NameKey, list[tuple[str, str, str | None]]] = defaultdict(list)
    for fault, row in _rows(path, ("leader_id", "name", "country")):
        if not _ID.fullmatch(row["leader_id"]):
            raise fault(f"leader_id must be a Wikidata id (Q…) or local:…, not {row['leader_id']!r}")
        for key in _spellings(row["name"]):
            found[key].append((row["leader_id"], row["name"], row["country"] or None))
    return {key: tuple(people) for key, people in found.items()}
