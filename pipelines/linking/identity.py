"""Which person a name in an article stands for: known leaders, senior people the reference lacks, and others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher

from pipelines.linking.names import words
from pipelines.linking.phrases import PRIVATE_KINDS, NamePhrase, OfficePhrase, Scan
from pipelines.linking.reference import KnownLeader, NameKey, Reference, Term

SENIOR_KINDS = frozenset(
    {
        "head_of_state",
        "head_of_government",
        "vice_president",
        "deputy_head_of_government",
        "foreign_minister",
        "defence_minister",
        "finance_minister",
        "minister",
        "junior_minister",
        "crown_prince",
        "national_security_adviser",
        "adviser",
        "head_of_international_organization",
        "legislative_leader",
    }
)
"""Offices whose bearer, named with one in a text, counts as a leader."""

_YEARS = range(1999, 2031)
_SHORT_SURNAME = 5
_FITS = 4.0
"""The fit from which a family name with a title is taken for a known leader's: country and office must agree."""


@dataclass(slots=True, eq=False)
class Entity:
    """A person of the article."""

    entity_id: str
    name: str
    is_leader: bool
    country: str | None
    gender: str | None
    surnames: set[NameKey] = field(default_factory=set)
    keys: set[NameKey] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)
    names: dict[str, None] = field(default_factory=dict)
    titles: set[str] = field(default_factory=set)
    """The folded words of the ministerial titles that the article gives this person."""
    named_kinds: set[str] = field(default_factory=set)
    """The kinds of office that the article itself gives this person, and not as a former one."""
    left_kinds: set[str] = field(default_factory=set)
    """The kinds of office that the article says this person has left."""
    is_official: bool = False
    known: KnownLeader | None = None
    sureness: float | None = None
    """How sure the link of the full name is."""
    last_seen: int = -1


class People:
    """The persons of one article, found as its names are read in order."""

    def __init__(
        self, reference: Reference, published_on: date | None, scans: Sequence[Scan], home: str | None
    ) -> None:
        self.reference = reference
        self.home = home
        self.entities: list[Entity] = []
        self.country_counts = country_counts(scans)
        self.days = (published_on,) if published_on else estimated_days(reference, scans)
        """The days the article may be of: its date, else one in each year that its clues agree on."""
        self.day = self.days[len(self.days) // 2]
        """The day the article is read as of."""

    # -- reading names -------------------------------------------------------------------------------------------------

    def identify(self, name: NamePhrase, *, is_person: bool) -> tuple[Entity, str, float] | None:
        """The entity a name stands for, with basis and confidence; None where the words need be no person's name.

        `is_person` says that something else than a capital letter speaks for a person (the recognizer, a title).
        """
        found = self._again(name)
        if found is None and name.is_full:
            found = self._by_full_name(name)
        if found is None and (not name.is_full or name.key in self.reference.by_surname):
            found = self._by_surname(name)
        if found is None and is_person and not self._is_place(name):
            basis = "full_name" if name.is_full else "surname"
            stranger = self._stranger(name)
            stranger.sureness = self.reference.confidence(basis, "stranger")
            found = stranger, basis, stranger.sureness
        if found is not None:
            self._note(found[0], name)
        return found

    def _is_place(self, name: NamePhrase) -> bool:
        return not name.offices and name.honorific is None and name.key in self.reference.places

    def head_called(self, surname: str) -> bool:
        """Whether a head of state or government of a country of the article was called so at its date."""
        return len(self._heads_called((surname,))) == 1

    def leads(self, leader_ids: Sequence[str]) -> bool:
        """Whether somebody leads a country at the article's date: the one of its two heads who governs."""
        return any(
            e.country is not None and self.reference.leads(e.country, self.day) == e.entity_id
            for e in self.entities
            if e.entity_id in leader_ids
        )

    def promote(self, entity: Entity) -> None:
        """Count a person as a leader; a politician of that name and country gives the id."""
        same = [p for k in sorted(entity.keys) for p in self.reference.politicians.get(k, ())]
        ids = {p[0] for p in same if p[2] is None or p[2] == entity.country}
        entity.is_leader = True
        entity.entity_id = ids.pop() if len(ids) == 1 else "local:" + entity.entity_id.removeprefix("person:")

    def is_foreign(self, stranger: Entity) -> bool:
        """Whether a stranger leads some state or government, and cannot be the publisher's own: its leader is known."""
        leads = {"head_of_state", "head_of_government"} & stranger.kinds
        return bool(leads) and self.home is not None and self.reference.leads(self.home, self.day) is not None

    def other_country(self) -> str | None:
        """The one country beside the publisher's own that the article names."""
        others = [country for country in self.country_counts if country != self.home]
        return others[0] if len(others) == 1 else None

    def leader_of(self, country: str, kinds: Sequence[str], body: str = "") -> Entity | None:
        """The holder of an office of `kinds` in a country, of the article or at its date; without kinds, who leads it.

        `body` names the one meant among several with one code ("European Commission").
        """
        if body:
            terms = [
                t
                for t in self.reference.holders.get((country, "head_of_international_organization"), ())
                if body in t.office
            ]
            heading = {t.leader_id for t in terms if t.covers(self.day)}
            return self._known(next(iter(heading))) if len(heading) == 1 else None
        wanted = set(kinds) or {"head_of_state", "head_of_government", "head_of_international_organization"}
        here = [e for e in self._recent() if e.is_leader and e.country == country and e.kinds & wanted]
        if here:
            return here[0]
        if not kinds:
            leading = self.reference.leads(country, self.day)
            return self._known(leading) if leading else None
        held = [h for kind in kinds for h in self.reference.held_by(kind, country, self.day)]
        return self._known(held[0]) if len(held) == 1 else None

    def _again(self, name: NamePhrase) -> tuple[Entity, str, float] | None:
        """Someone the article has named before, by the same full name or by the family name."""
        office = name.offices[0] if name.offices else None
        for entity in self._recent():
            if name.key in entity.keys and len(name.key) > 1:
                return entity, "full_name", entity.sureness or self.reference.confidence("full_name", "known")
        candidates = [e for e in self._recent() if name.key in e.surnames and not self._clashes(e, name)]
        if name.is_full:
            candidates = [
                e
                for e in self._recent()
                if any(k[-len(name.key) :] == name.key for k in e.keys) and not self._clashes(e, name)
            ]
        if not candidates and office is not None:
            candidates = self._called_by_given_name(name, office)
        if not candidates:
            return None
        several = len(candidates) > 1
        if office is not None:
            fitting = [e for e in candidates if e.kinds & set(office.kinds)]
            if not fitting and self._in_office_called(name):
                return None
            candidates = fitting or candidates
        if several:
            candidates = self._in_office(candidates, office) or candidates
        basis = "title" if office else "surname"
        return candidates[0], basis, self.reference.confidence(basis, "again" if len(candidates) == 1 else "several")

    def _in_office(self, candidates: list[Entity], office: OfficePhrase | None) -> list[Entity]:
        """Of several people of one name those in that office at the date; without one, those in any, then leaders."""
        if office is not None:
            return [e for e in candidates if e.known and {t.kind for t in self._held(e)} & set(office.kinds)]
        return [e for e in candidates if e.known and self._held(e)] or [e for e in candidates if e.is_leader]

    def _held(self, entity: Entity) -> tuple[Term, ...]:
        return entity.known.offices_on(self.day) if entity.known else ()

    def _called_by_given_name(self, name: NamePhrase, office: OfficePhrase) -> list[Entity]:
        """ "President Samia": who was named in full before, holds that office and is called so."""
        return [
            e
            for e in self._recent()
            if e.kinds & set(office.kinds) and any(len(key) > 1 and key[:1] == name.key for key in e.keys)
        ]

    def _recent(self) -> list[Entity]:
        return sorted(self.entities, key=lambda e: e.last_seen, reverse=True)

    def _clashes(self, entity: Entity, name: NamePhrase) -> bool:
        """Whether the titles beside a name cannot be this entity's: another country, another sex."""
        if name.honorific and name.honorific.gender and entity.gender and name.honorific.gender != entity.gender:
            return True
        return any(
            o.countries and entity.country and entity.country not in o.countries and o.kinds for o in name.offices
        )

    def _by_full_name(self, name: NamePhrase) -> tuple[Entity, str, float] | None:
        candidates = [self.reference.leaders[i] for i in name.leader_ids or self.reference.by_name.get(name.key, ())]
        scored = sorted(((self._fit(c, name), c.leader_id) for c in candidates), reverse=True)
        if scored and scored[0][0] > 0:
            is_clear = len(scored) == 1 or scored[0][0] - scored[1][0] >= 2
            return self._fully_named(self._known(scored[0][1]), "known" if is_clear else "several")
        if self._is_senior(name):
            politician = self._politician(name)
            if politician is not None:
                return self._fully_named(politician, "politician")
            similar = self._misspelt(name)
            if similar is not None:
                return self._known(similar), "title", self.reference.confidence("title", "misspelt")
        return None

    def _fully_named(self, entity: Entity, grade: str) -> tuple[Entity, str, float]:
        """A link by full name; the next mention by the same name is as sure."""
        entity.sureness = self.reference.confidence("full_name", grade)
        return entity, "full_name", entity.sureness

    def _fit(self, leader: KnownLeader, name: NamePhrase) -> float:
        """How well a known leader fits a full name where it stands: office, country, period, prominence."""
        countries = {c for o in name.offices for c in o.countries}
        kinds = {k for o in name.offices for k in o.kinds}
        own = {t.country for t in leader.terms if t.country} | ({leader.country} if leader.country else set())
        held = {t.kind for t in leader.offices_on(self.day)}
        ever = {t.kind for t in leader.terms}
        years = [
            abs(self.day.year - y) for t in leader.terms for y in ((t.start or self.day).year, (t.end or self.day).year)
        ]
        score = 1.0 - 0.2 * leader.best_rank
        score += 4 * bool(kinds & held) + 2 * bool(kinds & ever)
        score += (3 if countries & own else -3) if countries and own else 0
        score += 2 * bool(held) + (1 if years and min(years) <= 8 else -1)
        score += 1.5 * any(self.country_counts[c] for c in own) + (1 if leader.best_rank == 1 else 0)
        return score

    def _is_senior(self, name: NamePhrase) -> bool:
        return any(
            o.title.title_class == "office" and set(o.kinds) & SENIOR_KINDS and _is_public(o, name)
            for o in name.offices
        )

    def _politician(self, name: NamePhrase) -> Entity | None:
        """A politician without a senior term in the reference, to whom the text gives a senior office."""
        countries = {c for o in name.offices for c in o.countries} or set(self._likely_countries())
        fitting = [p for p in self.reference.politicians.get(name.key, ()) if p[2] is None or p[2] in countries]
        if len(fitting) != 1:
            return None
        leader_id, full_name, country = fitting[0]
        return self._add(Entity(leader_id, full_name, True, country or self._office_country(name), None))

    def _misspelt(self, name: NamePhrase) -> str | None:
        """The one holder of the named office, at any time, whose name is spelt nearly so ("Kuofor" for Kufuor)."""
        close = {
            leader_id
            for leader_id in self._ever_holders(name)
            for form in (self.reference.leaders[leader_id].name, *self.reference.leaders[leader_id].aliases)
            if _nearly(name.key, words(form)) or _same_ends(name.key, words(form))
        }
        return next(iter(close)) if len(close) == 1 else None

    def _ever_holders(self, name: NamePhrase) -> list[str]:
        countries = [c for o in name.offices for c in o.countries] or list(self._likely_countries())
        return [
            t.leader_id
            for o in name.offices
            for k in o.kinds
            for c in countries
            for t in self.reference.holders.get((c, k), ())
        ]

    def _in_office_called(self, name: NamePhrase) -> list[str]:
        """Leaders of that family name who held one of the offices beside it at the article's date."""
        kinds = {k for o in name.offices for k in o.kinds}
        countries = {c for o in name.offices for c in o.countries}
        return [
            i
            for i in self.reference.by_surname.get(name.key, ())
            for t in self.reference.leaders[i].offices_on(self.day)[:1]
            if t.kind in kinds and (not countries or t.country in countries)
        ]

    def _holders(self, name: NamePhrase) -> list[str]:
        """Who held the offices beside a name at the article's date."""
        countries = [c for o in name.offices for c in o.countries] or list(self._likely_countries())
        return [
            i for o in name.offices for k in o.kinds for c in countries for i in self.reference.held_by(k, c, self.day)
        ]

    def _by_surname(self, name: NamePhrase) -> tuple[Entity, str, float] | None:
        candidates = self.reference.by_surname.get(name.key, ())
        if name.offices:
            holders = [i for i in self._holders(name) if i in candidates]
            if holders:
                return self._known(holders[0]), "title", self.reference.confidence("title", "holder")
            holders = self._in_office_called(name)
            if len(holders) == 1:
                return self._known(holders[0]), "title", self.reference.confidence("title", "fitting")
            if not any(o.kinds for o in name.offices):
                return None
            fitting = sorted(((self._fit(self.reference.leaders[i], name), i) for i in candidates), reverse=True)
            if fitting and fitting[0][0] > _FITS and (len(fitting) == 1 or fitting[0][0] - fitting[1][0] >= 1):
                return self._known(fitting[0][1]), "title", self.reference.confidence("title", "fitting")
            return None
        if name.honorific is not None and name.honorific.gender is None:
            return None
        heads = [i for i in self._heads_called(name.key) if not self._is_other_sex(i, name)]
        return (
            (self._known(heads[0]), "surname", self.reference.confidence("surname", "head"))
            if len(heads) == 1
            else None
        )

    def _is_other_sex(self, leader_id: str, name: NamePhrase) -> bool:
        """ "Mrs Trump" is not the President."""
        leader = self.reference.leaders[leader_id]
        called, own = name.honorific.gender if name.honorific else None, leader.gender or self._gender_of(leader)
        return bool(called and own and called != own)

    def _heads_called(self, surname: NameKey) -> list[str]:
        """Heads of state or government at the article's date by their family name, those of its countries first.

        A name is not taken for a head's where it is short (Key, May): too many words and people are called so.
        """
        heads = [
            i
            for i in self.reference.by_surname.get(surname, ())
            if any(t.rank == 1 for t in self.reference.leaders[i].offices_on(self.day))
        ]
        here = [i for i in heads if self.country_counts[self.reference.leaders[i].country or ""]]
        if here or sum(map(len, surname)) < _SHORT_SURNAME:
            return here
        return heads

    def _stranger(self, name: NamePhrase) -> Entity:
        """Somebody the reference does not know: a local leader if the text gives a senior office, else a person."""
        senior = self._is_senior(name)
        country = self._office_country(name)
        prefix = "local:" if senior else "person:"
        gender = self.reference.given_names.get(name.key[0]) if name.is_full else None
        return self._add(Entity(prefix + "-".join(name.key), name.text, senior, country, gender))

    def _office_country(self, name: NamePhrase) -> str | None:
        named = [c for o in name.offices for c in o.countries]
        if named:
            return named[0]
        if not self._is_senior(name):
            return None
        for office in name.offices:
            organization = self.reference.organizations.get(office.organization or "")
            if organization is not None:
                return organization.country
        return None

    def _likely_countries(self) -> Iterable[str]:
        """Countries that an office without one may belong to: the publisher's own, then the most named."""
        if self.home:
            yield self.home
        yield from (c for c, _ in self.country_counts.most_common(3) if c != self.home)

    # -- the register --------------------------------------------------------------------------------------------------

    def _known(self, leader_id: str) -> Entity:
        for entity in self.entities:
            if entity.entity_id == leader_id:
                return entity
        leader = self.reference.leaders[leader_id]
        gender = leader.gender or self._gender_of(leader)
        entity = Entity(leader_id, leader.name, True, self.country_of(leader), gender, known=leader)
        entity.surnames = {words(s) for s in leader.surnames}
        entity.surnames |= {k[1:] for a in leader.aliases if len(k := words(a)) == 2 and k[:1] not in entity.surnames}
        entity.keys = {words(n) for n in (leader.name, *leader.aliases)}
        entity.kinds = {t.kind for t in leader.offices_on(self.day)}
        return self._add(entity)

    def _gender_of(self, leader: KnownLeader) -> str | None:
        """What the given name tells of the sex, where the country puts it first."""
        if self.reference.naming.customs.get(leader.country or "") == "first":
            return None
        return self.reference.given_names.get(words(leader.name)[0])

    def known(self, leader_id: str) -> Entity:
        """The article's entity for a leader of the reference, added if new."""
        return self._known(leader_id)

    def country_of(self, leader: KnownLeader) -> str | None:
        """The country a leader stands for at the article's date: none for the head of an international organization.

        Of two offices of one rank that of the leader's own country counts: the French president is a prince of Andorra.
        """
        held = leader.offices_on(self.day)
        if held and held[0].kind == "head_of_international_organization":
            return held[0].country
        countries = [office.country for office in held if office.rank == held[0].rank and office.country]
        return leader.country if leader.country in countries or not countries else countries[0]

    def _add(self, entity: Entity) -> Entity:
        for present in self.entities:
            if present.entity_id == entity.entity_id:
                return present
        self.entities.append(entity)
        return entity

    def _note(self, entity: Entity, name: NamePhrase) -> None:
        """Remember what this mention tells: a further form of the name, an office, the gender."""
        entity.keys.add(name.key)
        if len(name.key) > 1:
            entity.names[name.text] = None
        if len(name.key) > 1:
            entity.surnames |= {
                words(s) for s in self.reference.naming.family_names(" ".join(name.key), entity.country) if s
            }
            entity.surnames.add(name.key[-1:])
        else:
            entity.surnames.add(name.key)
        for office in name.offices:
            if office.is_former:
                entity.left_kinds |= set(office.kinds)
            else:
                entity.kinds |= set(office.kinds)
                entity.named_kinds |= set(office.kinds)
            entity.gender = entity.gender or office.title.gender
            if set(office.kinds) & set(_DEPARTMENTAL):
                entity.titles |= {*words(office.title.phrase), *office.department}
            entity.is_official = True
            if entity.country is None and office.countries:
                entity.country = office.countries[0]
        if name.honorific:
            entity.gender = entity.gender or name.honorific.gender
        if self._is_senior(name) and not entity.is_leader:
            entity.is_leader = True
            entity.entity_id = "local:" + entity.entity_id.removeprefix("person:")

    def office_holder(self, office: OfficePhrase, *, by_date: bool = True) -> tuple[Entity, str, float] | None:
        """Who is meant by an office without a name: whom the article named last with it, or, if the phrase may mean
        him (`by_date`), the one holder at the date.
        """
        countries = office.countries
        if office.title.countries and not countries and not office.department:
            if self.home is not None and self.home not in office.title.countries:
                return None
            countries = office.title.countries
        if office.organization is not None and not countries:
            organization = self.reference.organizations[office.organization]
            countries = (organization.country,) if organization.country else ()
        fitting = [e for e in self._recent() if e.is_leader and (not countries or e.country in countries)]
        if office.kinds:
            fitting = [e for e in fitting if self._may_hold(e, office) and self._has_department(e, office)]
            fitting = [e for e in fitting if e.named_kinds & set(office.kinds)] or fitting
            fitting = (self._in_office(fitting, office) if len(fitting) > 1 else []) or fitting
        if not countries and self.home:
            own = self._of_home(office, fitting)
            if own is not None:
                return own, "office", self.reference.confidence("office", "home")
        if fitting:
            grade = "named" if len(fitting) == 1 else "several"
            return fitting[0], "office", self.reference.confidence("office", grade)
        if office.is_former or not by_date:
            return None
        for country in countries or ((self.home,) if self.home else ()):
            holders = self._holders_of(office, country)
            if len(holders) == 1:
                grade = "holder" if len(self.days) == 1 else "undated"
                return self._known(holders[0]), "office", self.reference.confidence("office", grade)
        return None

    def _may_hold(self, entity: Entity, office: OfficePhrase) -> bool:
        """Whether the office is one of a person's, whom the article does not call a former holder of it."""
        kinds = entity.kinds - (entity.left_kinds - entity.named_kinds)
        return bool(kinds & set(office.kinds))

    def _has_department(self, entity: Entity, office: OfficePhrase) -> bool:
        """Whether a minister's department is the one named; "the minister" alone is whoever was named as one."""
        if not set(office.kinds) & set(_DEPARTMENTAL) or office.title.phrase not in ("minister", "secretary"):
            return True
        if not office.department:
            return not office.countries and bool(entity.titles)
        wanted = {w for w in office.department if len(w) > _SHORT_WORD}
        own = {
            w for t in (entity.known.offices_on(self.day) if entity.known else ()) for w in words(t.office)
        } | entity.titles
        return bool(wanted) and wanted <= own

    def _of_home(self, office: OfficePhrase, fitting: list[Entity]) -> Entity | None:
        """Whom a government's own paper means by "the President": its own, even when it has named another."""
        for entity in fitting:
            if entity.country == self.home:
                return entity
        leading = self.reference.executives.get(self.home or "", "head_of_government")
        if len(self.days) > 1:
            return None
        if office.kinds and office.kinds[0] in (leading, "vice_president"):
            holders = self.reference.held_by(office.kinds[0], self.home, self.day)
            return self._known(holders[0]) if len(holders) == 1 else None
        return None

    def _holders_of(self, office: OfficePhrase, country: str) -> list[str]:
        """Who held an office in a country at the article's date, or at most of the days it may be of."""
        held = Counter(holder for day in self.days for holder in self._holders_on(office, country, day))
        return sorted(holder for holder, days in held.items() if 2 * days > len(self.days))

    def _holders_on(self, office: OfficePhrase, country: str, day: date) -> list[str]:
        """Who held an office in a country on a day; ministers by their department."""
        if not office.kinds:
            leading = self.reference.leads(country, day)
            return [leading] if leading else []
        if office.department:
            wanted = {w for w in office.department if len(w) > _SHORT_WORD}
            is_junior = "junior_minister" in office.kinds
            terms = [
                t
                for k in _DEPARTMENTAL
                if is_junior == (k == "junior_minister")
                for t in self.reference.holders.get((country, k), ())
                if t.is_known_on(day)
            ]
            return sorted({t.leader_id for t in terms if wanted and wanted <= set(words(t.office))})
        if len(office.kinds) > 1 or office.kinds[0] in _DEPARTMENTAL[3:]:
            return []
        return list(self.reference.held_by(office.kinds[0], country, day))


_SHORT_WORD = 3
_DEPARTMENTAL = ("foreign_minister", "defence_minister", "finance_minister", "minister", "junior_minister")


def _is_public(office: OfficePhrase, name: NamePhrase) -> bool:
    """Whether an office is a state's: "President Kufuor", but not "Jon Gray, President and COO"."""
    return (
        bool(office.countries or office.organization)
        or office.start < name.start
        or not set(office.kinds) & PRIVATE_KINDS
    )


def country_counts(scans: Iterable[Scan]) -> Counter[str]:
    """How often the texts name each country, by name or demonym."""
    counts: Counter[str] = Counter()
    for scan in scans:
        for hit in scan.hits:
            codes = [e.key for e in hit.entries if e.kind in ("country", "demonym")]
            if codes:
                counts[codes[0]] += 1
    return Counter(dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))))


def estimated_days(reference: Reference, scans: Sequence[Scan]) -> tuple[date, ...]:
    """The middle of each year that an undated text may as likely as any other tell of, in order.

    Years in which those it names held the offices it gives them weigh most, then years that it writes out.
    """
    weight: Counter[int] = Counter()
    for scan in scans:
        for name in scan.names:
            kinds = {k for o in name.offices for k in o.kinds if not o.is_former}
            called = name.leader_ids or (_titled(reference, name) if kinds else ())
            for leader_id in called:
                for year in _years_of(reference.leaders[leader_id], kinds):
                    weight[year] += 3 if kinds else 1
        for word in scan.words:
            if scan.is_headline and len(word.key) >= _SHORT_SURNAME - 1 and word.is_capital:
                weight.update(_years_in_power(reference, word.key))
            if len(word.key) == 4 and word.key.isdigit() and int(word.key) in _YEARS:
                weight[int(word.key)] += 2
    if not weight:
        return (date(2010, 7, 1),)
    best = max(weight.values())
    return tuple(date(year, 7, 1) for year, w in sorted(weight.items()) if w == best)


def _years_in_power(reference: Reference, surname: str) -> set[int]:
    """The years in which anybody of that name headed a state or government."""
    leaders = (reference.leaders[i] for i in reference.by_surname.get((surname,), ()))
    kinds = {"head_of_state", "head_of_government"}
    return {y for leader in leaders if leader.best_rank == 1 for y in _years_of(leader, kinds)}


def _titled(reference: Reference, name: NamePhrase) -> list[str]:
    """Leaders whom a family name with an office may mean at any time: "U.S. President Bush"."""
    kinds = {k for o in name.offices for k in o.kinds}
    countries = {c for o in name.offices for c in o.countries}
    candidates = [reference.leaders[i] for i in reference.by_surname.get(name.key, ())]
    return [
        c.leader_id
        for c in candidates
        if any(t.rank == 1 and t.kind in kinds and (not countries or t.country in countries) for t in c.terms)
    ]


def _years_of(leader: KnownLeader, kinds: set[str]) -> set[int]:
    terms = [t for t in leader.terms if (not kinds or t.kind in kinds) and t.rank <= 4]
    return {
        y
        for t in terms
        for y in _YEARS
        if (t.start is None or t.start.year <= y) and (t.end is None or y <= t.end.year)
    }


def _nearly(left: NameKey, right: NameKey) -> bool:
    """Whether two names have as many words, each alike up to a letter or two."""
    return len(left) == len(right) and left != right and all(_alike(a, b) for a, b in zip(left, right, strict=True))


def _same_ends(left: NameKey, right: NameKey) -> bool:
    """Whether two names differ only in what stands between the first and the last: Omar (Hassan) al-Bashir."""
    return min(len(left), len(right)) > 1 and left[0] == right[0] and left[-1] == right[-1]


def _alike(left: str, right: str) -> bool:
    if left == right:
        return True
    if min(len(left), len(right)) < _SHORT_SURNAME - 1 or left[0] != right[0]:
        return False
    return SequenceMatcher(None, left, right).ratio() >= _SPELT_ALIKE


_SPELT_ALIKE = 0.8
