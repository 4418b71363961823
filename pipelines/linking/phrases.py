"""Names, titles and offices as they stand in a text: what is written, before anybody asks who is meant."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from pipelines.linking.gazetteer import Hit, Word, joined, split_words
from pipelines.linking.names import Naming, fold, words
from pipelines.linking.reference import NameKey, Reference, Title

_DEPARTMENT_LINKS = frozenset({"and", "of", "the", "for", "s"})
_OFFICE_LINKS = frozenset({"of", "for", "to", "from", "in", "at"})
_DEPARTMENT_TITLES = ("minister", "secretary", "secretary of state", "spokesman", "spokeswoman", "spokesperson")
_LONGEST_DEPARTMENT = 9
_LONGEST_NAME = 5
_LEADING = frozenset({"head_of_state", "head_of_government"})


@dataclass(frozen=True, slots=True)
class OfficePhrase:
    """A title with what stands around it: "Turkish", "former", "of the Republic of Korea", "for Foreign Affairs"."""

    start: int
    end: int
    first: int
    stop: int
    head: Hit
    title: Title
    kinds: tuple[str, ...]
    countries: tuple[str, ...]
    organization: str | None
    department: tuple[str, ...]
    """The folded words of what a minister or secretary is responsible for: ("digital", "transformation")."""
    is_former: bool
    is_plural: bool


@dataclass(slots=True)
class NamePhrase:
    """A name of a person in a text, with the titles beside it."""

    start: int
    end: int
    text: str
    key: NameKey
    leader_ids: tuple[str, ...] = ()
    offices: list[OfficePhrase] = field(default_factory=list)
    honorific: Title | None = None

    @property
    def is_full(self) -> bool:
        """Whether it has a given name and a family name."""
        return len(self.key) > 1


@dataclass(slots=True)
class Scan:
    """A text, its words, the gazetteer's hits, and the offices and names made of them."""

    text: str
    words: list[Word]
    hits: list[Hit]
    naming: Naming
    hit_at: dict[int, Hit]
    """The hit that covers a word, by the word's number."""
    person_starts: frozenset[int] = frozenset()
    """Where the recognizer's persons start: no department's name goes beyond."""
    proper_starts: frozenset[int] = frozenset()
    """Where proper nouns start: one before a title names the body it belongs to ("Whitecaps president")."""
    is_headline: bool = False
    """Whether every word has a capital, so that capitals say nothing."""
    offices: list[OfficePhrase] = field(default_factory=list)
    names: list[NamePhrase] = field(default_factory=list)

    def word_at(self, character: int) -> int:
        """The number of the first word that ends after `character`."""
        low, high = 0, len(self.words)
        while low < high:
            middle = (low + high) // 2
            if self.words[middle].end <= character:
                low = middle + 1
            else:
                high = middle
        return low


def scan_text(
    text: str,
    reference: Reference,
    person_spans: Sequence[tuple[int, int]] = (),
    proper_starts: frozenset[int] = frozenset(),
    *,
    is_headline: bool = False,
) -> Scan:
    """Read a text for names and offices.

    Takes the text, the reference, the character spans that a named-entity recognizer takes for persons, and where
    proper nouns start. In a headline, words with capitals after a title are no name.
    """
    split = split_words(text)
    hits = list(reference.gazetteer.find(text, split))
    scan = Scan(
        text,
        split,
        hits,
        reference.naming,
        {w: hit for hit in hits for w in range(hit.first, hit.stop)},
        frozenset(s for s, _ in person_spans),
        proper_starts,
        is_headline,
    )
    scan.offices = [_office(scan, hit, reference) for hit in hits if _is_office(hit, reference)]
    scan.offices = _with_shared_countries(scan)
    scan.names = sorted(_names(scan, reference, person_spans), key=lambda n: n.start)
    _attach_titles(scan, reference)
    return scan


def _with_shared_countries(scan: Scan) -> list[OfficePhrase]:
    """In "the Indian President, Prime Minister and Foreign Minister" the country belongs to all."""
    shared: list[OfficePhrase] = []
    for office in scan.offices:
        last = shared[-1] if shared else None
        if (
            last is not None
            and last.countries
            and not office.countries
            and office.organization is None
            and office.first == office.head.first
        ):
            between = scan.text[last.end : office.start]
            if between in (", ", " and ", ", and ") and office.kinds and last.kinds and not office.is_plural:
                office = replace(office, countries=last.countries[:1])
        shared.append(office)
    return shared


def _title_of(hit: Hit, reference: Reference) -> Title | None:
    keys = hit.keys("title")
    return reference.titles[keys[0]] if keys else None


def _is_office(hit: Hit, reference: Reference) -> bool:
    title = _title_of(hit, reference)
    return title is not None and title.title_class != "honorific"


def _adjacent(scan: Scan, left: int, right: int) -> bool:
    """Whether words `left` and `right` may belong to one phrase (abbreviated countries end in a full stop)."""
    if left < 0 or right >= len(scan.words):
        return False
    gap = scan.text[scan.words[left].end : scan.words[right].start]
    return gap in (" ", "-", "’", "'", ". ", "\u00a0", "’s ") and (
        gap != ". " or joined(scan.text, scan.words[left], scan.words[right])
    )


def _office(scan: Scan, hit: Hit, reference: Reference) -> OfficePhrase:
    title = _title_of(hit, reference)
    assert title is not None
    countries: list[str] = []
    organization: str | None = None
    is_former = False
    first = hit.first
    department: list[str] = []
    while first > 0 and _adjacent(scan, first - 1, first):
        word = scan.words[first - 1]
        before = scan.hit_at.get(first - 1)
        codes = _country_codes(before)
        if word.key == "s" and scan.text[word.start - 1 : word.start] in ("'", "’"):
            owner = scan.hit_at.get(first - 2)
            if owner is None or not (_country_codes(owner) or owner.keys("organization")):
                break
            first -= 1
        elif before is not None and codes:
            countries += [c for c in codes[:1] if c not in countries]
            first = before.first
        elif before is not None and before.keys("organization"):
            organization = before.keys("organization")[0]
            first = before.first
            break
        elif word.key in scan.naming["modifier"]:
            is_former = is_former or word.key in scan.naming["former"]
            first -= 1
        elif (
            hit.stop - hit.first == 1
            and title.phrase in _DEPARTMENT_TITLES
            and len(department) < 3
            and _is_department(word, scan, before)
        ):
            department.append(word.key)
            first -= 1
        else:
            break
    stop = hit.stop
    stop, more_countries, more_organization, field_words = _right_of(scan, hit, title, stop, reference)
    countries += [c for c in more_countries if c not in countries]
    head_word = scan.words[hit.stop - 1].key
    organization = organization or more_organization
    kinds = _kinds(title, countries, "deputy" in (w.key for w in scan.words[first : hit.first]))
    if (
        organization is not None
        and title.office_kinds
        and reference.organizations[organization].kind in ("international", "union")
    ):
        kinds = ("head_of_international_organization",)
    if not countries and organization is None and set(kinds) & PRIVATE_KINDS and _of_private_body(scan, first, stop):
        kinds = ()
    if title.phrase == "secretary of state" and field_words:
        kinds = ("minister",)
    elif countries and title.countries and not set(countries) & set(title.countries):
        kinds = ("junior_minister",)
    return OfficePhrase(
        scan.words[first].start,
        max(hit.end, scan.words[stop - 1].end),
        first,
        stop,
        hit,
        title,
        kinds,
        tuple(countries),
        organization,
        (*reversed(department), *field_words),
        is_former,
        title.title_class == "group"
        or (head_word.endswith("s") and head_word not in {"affairs", "sultans"} and title.phrase != "states"),
    )


PRIVATE_KINDS = frozenset(
    {"head_of_state", "vice_president", "head_of_international_organization", "legislative_leader", "adviser"}
)
"""Kinds of office whose titles clubs, companies and universities give as well."""


def _of_private_body(scan: Scan, first: int, stop: int) -> bool:
    """Whether a title belongs to a body that is no state: "Whitecaps president", "President of the Sierra Club"."""
    before = scan.words[first - 1] if first and _adjacent(scan, first - 1, first) else None
    if before is not None and before.start in scan.proper_starts and (first - 1) not in scan.hit_at:
        return True
    following = scan.words[stop : stop + 3]
    if len(following) < 2 or following[0].key != "of" or not _adjacent(scan, stop - 1, stop):
        return False
    target = following[2] if following[1].key == "the" and len(following) > 2 else following[1]
    return target.is_capital or target.key not in scan.naming["state_noun"]


def _kinds(title: Title, countries: Sequence[str], is_deputy: bool) -> tuple[str, ...]:
    if is_deputy and "head_of_government" in title.office_kinds:
        return ("deputy_head_of_government",)
    if is_deputy:
        return ("junior_minister",) if title.office_kinds else ()
    if title.phrase == "chancellor" and countries and "GBR" not in countries:
        return ("head_of_government",)
    return title.office_kinds


def _is_department(word: Word, scan: Scan, before: Hit | None) -> bool:
    return (
        before is None
        and word.key not in _DEPARTMENT_LINKS
        and word.key not in scan.naming["never_name"]
        and len(word.key) > 3
    )


def _country_codes(hit: Hit | None, *, unions: bool = False) -> tuple[str, ...]:
    """The countries a phrase names; with `unions`, bodies of the European Union count as it."""
    if hit is None:
        return ()
    codes = [e.key for e in hit.entries if e.kind in ("country", "demonym", "part")]
    return (*codes, *(hit.keys("union") if unions else ()))


def _right_of(
    scan: Scan, hit: Hit, title: Title, stop: int, reference: Reference
) -> tuple[int, list[str], str | None, tuple[str, ...]]:
    """What follows a title by "of", "for" or "to": countries, an organization, the words of a department."""
    field_words: list[str] = []
    countries: list[str] = []
    organization: str | None = None
    position, reach = stop, stop
    while position < len(scan.words) - 1 and position - stop < _LONGEST_DEPARTMENT:
        if not _adjacent(scan, position - 1, position):
            break
        word = scan.words[position]
        if position == reach and word.key not in _OFFICE_LINKS and not (countries and word.key == "and"):
            break
        following = position + 1
        if not _adjacent(scan, position, following):
            break
        if scan.words[following].key == "the" and _adjacent(scan, following, following + 1):
            following += 1
        target = scan.hit_at.get(following)
        codes = _country_codes(target, unions=title.title_class == "group")
        if target is not None and codes and target.first == following:
            if target.keys("demonym") and not _heads_government(scan, target.stop, reference):
                break
            if title.phrase == "leader" and _goes_on(scan, target):
                break
            countries.append(codes[0])
            position = reach = target.stop
            if title.title_class == "group":
                position = reach = _country_list(scan, reach, countries)
        elif target is not None and target.keys("organization") and target.first == following:
            organization = target.keys("organization")[0]
            position = reach = target.stop
        elif title.phrase in _DEPARTMENT_TITLES or title.office_kinds in (("junior_minister",), ("adviser",)):
            end = _department_end(scan, following)
            if end == following:
                break
            field_words += [w.key for w in scan.words[following:end]]
            position = reach = end
        else:
            break
    return reach, countries, organization, tuple(field_words)


def _goes_on(scan: Scan, target: Hit) -> bool:
    """Whether a country's name only begins that of a body: "the leader of the Pakistan Muslim League"."""
    if target.stop >= len(scan.words) or not _adjacent(scan, target.stop - 1, target.stop):
        return False
    following = scan.words[target.stop]
    hit = scan.hit_at.get(target.stop)
    return (
        following.is_capital and following.start not in scan.person_starts and (hit is None or not hit.keys("leader"))
    )


def _heads_government(scan: Scan, position: int, reference: Reference) -> bool:
    """Whether a body of the country follows a demonym: "the Israeli Foreign Ministry", not "the Israeli town"."""
    following = scan.words[position : position + 2]
    return any(reference.speaker_nouns.get(w.key) == "government" for w in following)


def _country_list(scan: Scan, position: int, countries: list[str]) -> int:
    """Read on through ", Germany, Italy, and the United States"; gives the word after it."""
    while position < len(scan.words):
        following = position
        while following < len(scan.words) and scan.words[following].key in ("and", "the"):
            following += 1
        codes = _country_codes(scan.hit_at.get(following), unions=True)
        gap = (
            scan.text[scan.words[position - 1].end : scan.words[following].start]
            if following < len(scan.words)
            else "."
        )
        if not codes or "." in gap or ";" in gap or len(gap) > 10:
            return position
        countries.append(codes[0])
        position = scan.hit_at[following].stop
    return position


def _department_end(scan: Scan, position: int) -> int:
    """The word after a department's name: "Digital Transformation", "Foreign Affairs and Trade"."""
    end = position
    while end < len(scan.words) and (end == position or _adjacent(scan, end - 1, end)):
        word, hit = scan.words[end], scan.hit_at.get(end)
        if hit is not None and (hit.keys("leader") or hit.keys("title") or _country_codes(hit)):
            break
        if word.key in ("and", "the"):
            nxt = scan.words[end + 1] if end + 1 < len(scan.words) else None
            if nxt is None or not nxt.is_capital:
                break
        elif not word.is_capital or word.start in scan.person_starts:
            break
        end += 1
    return end


def _names(scan: Scan, reference: Reference, person_spans: Sequence[tuple[int, int]]) -> Iterator[NamePhrase]:
    taken: set[int] = set()

    def take(first: int, stop: int) -> Iterator[NamePhrase]:
        if stop > first and not taken.intersection(range(first, stop)):
            taken.update(range(first, stop))
            yield _name(scan, first, stop, reference)

    recognized = [
        _without_rank(scan, *_trimmed(scan, scan.word_at(start), scan.word_at(end - 1) + 1), reference)
        for start, end in person_spans
    ]
    recognized = [(_past_roles(scan, first, stop, reference), stop) for first, stop in recognized]
    recognized = _rejoined(scan, recognized)
    for hit in scan.hits:
        if hit.keys("leader") and not any(first < hit.first < stop for first, stop in recognized):
            yield from take(hit.first, hit.stop)
    for first, stop in recognized:
        yield from take(first, stop)
    for hit in scan.hits:
        if hit.keys("leader"):
            yield from take(hit.first, hit.stop)
    for office in scan.offices:
        if not office.is_plural and office.title.phrase not in ("counterpart", "leader"):
            stop = _capital_run(scan, office.stop, taken)
            if office.stop == office.head.stop or stop - office.stop > 1:
                yield from take(office.stop, stop)
            elif office.stop < len(scan.words) and scan.text[office.end : scan.words[office.stop].start] == ", ":
                yield from take(office.stop, _closed_run(scan, office.stop, taken))
    for hit in scan.hits:
        if hit.keys("title") and reference.titles[hit.keys("title")[0]].title_class == "honorific":
            yield from take(hit.stop, _capital_run(scan, hit.stop, taken))


def _rejoined(scan: Scan, recognized: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The recognized persons, with the name of an office-holder whole that the recognizer took for two people's."""
    after_office = {office.stop for office in scan.offices if not office.is_plural}
    out: list[tuple[int, int]] = []
    for first, stop in recognized:
        if (
            out
            and out[-1][0] in after_office
            and out[-1][1] == first
            and stop - out[-1][0] <= _LONGEST_NAME
            and scan.text[scan.words[first - 1].end : scan.words[first].start] == " "
        ):
            first = out.pop()[0]
        out.append((first, stop))
    return out


def _past_roles(scan: Scan, first: int, stop: int, reference: Reference) -> int:
    """Where a recognized person's name starts, behind what he is: "Adviser", "Judge Raouf Abdel"."""
    while first < stop and reference.speaker_nouns.get(scan.words[first].key) == "official":
        first += 1
    return first


def _closed_run(scan: Scan, first: int, taken: set[int]) -> int:
    """The end of a name of two words or more between commas: "the President of the Commission, Alpha Konare, said"."""
    stop = _capital_run(scan, first, taken, opening=", ")
    return stop if stop - first > 1 and scan.text[scan.words[stop - 1].end :][:1] == "," else first


_NO_NAME_KINDS = ("title", "country", "demonym", "organization", "metonym")


def _covered(scan: Scan, position: int) -> bool:
    """Whether a word belongs to a phrase of the gazetteer that no person's name contains."""
    hit = scan.hit_at.get(position)
    return hit is not None and any(hit.keys(kind) for kind in _NO_NAME_KINDS) and not hit.keys("leader")


def _trimmed(scan: Scan, first: int, stop: int) -> tuple[int, int]:
    """The words of a recognized person that make a name: without titles before it, possessives and places."""
    stop = min(stop, len(scan.words))
    not_a_start = scan.naming["never_name"] | scan.naming["suffix"]
    while first < stop and (
        _covered(scan, first) or not scan.words[first].is_capital or scan.words[first].key in not_a_start
    ):
        first += 1
    while stop > first and (scan.words[stop - 1].key == "s" or not scan.words[stop - 1].is_capital):
        stop -= 1
    for position in range(first + 1, stop):
        if not joined(scan.text, scan.words[position - 1], scan.words[position]):
            stop = position
            break
    if first >= stop:
        return first, first
    hit = scan.hit_at.get(first)
    is_place = hit is not None and hit.stop == stop and bool(hit.keys("capital") or hit.keys("part"))
    shouts = stop - first == 1 and scan.words[first].is_upper
    return (first, first) if is_place or shouts else (first, stop)


def _without_rank(scan: Scan, first: int, stop: int, reference: Reference) -> tuple[int, int]:
    """A recognized person that ends in a leader's full name, without the words before it: "Ayatollah Ali Khamenei".

    Not where one of these is a given name: John David Cameron need not be David Cameron.
    """
    for position in range(first + 1, stop - 1):
        hit = scan.hit_at.get(position)
        if hit is not None and hit.first == position and hit.stop == stop and hit.keys("leader"):
            before = [w.key for w in scan.words[first:position]]
            is_rank = all(len(key) > 2 and key not in reference.given_names for key in before)
            return (position, stop) if is_rank else (first, stop)
    return first, stop


def _capital_run(scan: Scan, first: int, taken: set[int], opening: str = " ") -> int:
    """The end of the run of capitalized words after a title, at most five; names may hold particles and initials."""
    stop = first
    longest = 1 if scan.is_headline else _LONGEST_NAME
    while stop < len(scan.words) and stop - first < longest and stop not in taken:
        word = scan.words[stop]
        previous = scan.words[stop - 1]
        gap = scan.text[previous.end : word.start]
        if stop == first and gap == opening:
            gap = " "
        if (
            gap not in (" ", ". ", "-", "’", "'")
            or (gap == ". " and len(previous.key) > 3)
            or word.key in scan.naming["never_name"]
            or (stop == first and word.key in scan.naming["suffix"])
            or _covered(scan, stop)
        ):
            break
        if word.key == "s" and gap in ("’", "'"):
            break
        if not word.is_capital and not (word.key in scan.naming["particle"] and stop > first):
            break
        if stop == first and _shouts(word) and not _shouts(previous):
            break
        stop += 1
    while stop > first and not scan.words[stop - 1].is_capital:
        stop -= 1
    if all(scan.words[n].key in scan.naming["honour"] for n in range(first, stop)):
        return first
    if stop > first and _shouts(scan.words[first]) and not _LABEL.match(scan.text, scan.words[stop - 1].end):
        return first
    return stop


_LABEL = re.compile(r"(?: \([^()\n]{1,40}\))?:")
"""What follows a name in capitals that labels a turn: "PRESIDENT YOON: (As interpreted.) …"; else it is a heading."""


def _shouts(word: Word) -> bool:
    return word.is_upper and len(word.key) > 1


def _name(scan: Scan, first: int, stop: int, reference: Reference) -> NamePhrase:
    key = tuple(w.key for w in scan.words[first:stop])
    bare = tuple(w for w in key if len(w) > 1 and w not in scan.naming["suffix"])
    known = reference.by_name.get(key) or reference.by_name.get(bare, ())
    start, end = scan.words[first].start, scan.words[stop - 1].end
    return NamePhrase(
        start, end, scan.text[start:end], key, tuple(i for i in known if _initials_agree(key, i, reference))
    )


def _initials_agree(key: NameKey, leader_id: str, reference: Reference) -> bool:
    """Whether no initial speaks against it: "George H. W. Bush" is not George W. Bush."""
    written = {w for w in key if len(w) == 1}
    leader = reference.leaders[leader_id]
    own = {w[0] for name in (leader.name, *leader.aliases) for w in words(name)[:-1]}
    middle = any(len(words(name)) > 2 for name in (leader.name, *leader.aliases))
    return not middle or written <= own


def _attach_titles(scan: Scan, reference: Reference) -> None:
    """Give each name the offices before it ("the President, Xi Jinping") and after it ("Xi, the President of …")."""
    for name in scan.names:
        first = scan.word_at(name.start)
        before = scan.hit_at.get(first - 1)
        if before is not None and before.keys("title"):
            title = reference.titles[before.keys("title")[0]]
            if title.title_class == "honorific" and scan.text[before.end : name.start] in (" ", ". "):
                name.honorific = title
    by_start = sorted(scan.names, key=lambda n: n.start)
    for office in reversed(scan.offices):
        owner = (
            _name_after(scan, office, by_start)
            or _name_before(scan, office, by_start)
            or _name_beyond(scan, office, by_start)
        )
        if owner is not None:
            owner.offices.insert(0, office)
    _take_countries_behind(scan)


def _take_countries_behind(scan: Scan) -> None:
    """Give the office in "President George Manneh Weah of Liberia" its country."""
    for name in scan.names:
        country = _country_behind(scan, name)
        for number, office in enumerate(name.offices):
            if country is not None and _lacks_country(office, name):
                name.offices[number] = replace(office, countries=(country,))
                # The list of all offices must hold the same object: what stands in both is a name's.
                scan.offices = [name.offices[number] if other is office else other for other in scan.offices]


def _lacks_country(office: OfficePhrase, name: NamePhrase) -> bool:
    """Whether an office right before a name leads a country and does not say which: that of "President Weah"."""
    is_said = office.countries or office.organization or office.department
    leads = not _LEADING.isdisjoint(office.kinds)
    return leads and not is_said and name.start - office.end == 1


def _country_behind(scan: Scan, name: NamePhrase) -> str | None:
    """The country that a name goes on with by "of"."""
    position = scan.word_at(name.end)
    if (
        position >= len(scan.words) - 1
        or scan.words[position].key != "of"
        or not _adjacent(scan, position - 1, position)
    ):
        return None
    following = position + 1
    if scan.words[following].key == "the" and following + 1 < len(scan.words):
        following += 1
    hit = scan.hit_at.get(following)
    if hit is None or hit.first != following or not _adjacent(scan, following - 1, following):
        return None
    return next((entry.key for entry in hit.entries if entry.kind == "country"), None)


def _name_beyond(scan: Scan, office: OfficePhrase, names: list[NamePhrase]) -> NamePhrase | None:
    """The name after the next office: "the chairman of the African Union, Ghana's President John Kufuor"."""
    if office.is_plural:
        return None
    for name in names[bisect_left(names, office.end, key=_start) :]:
        if name.start > office.end + _BEYOND:
            return None
        for other in name.offices:
            if (
                0 <= other.start - office.end <= 2
                and scan.text[office.end : other.start] in (", ", " ")
                and name.start > other.start
            ):
                return name
    return None


def _name_after(scan: Scan, office: OfficePhrase, names: list[NamePhrase]) -> NamePhrase | None:
    number = bisect_left(names, office.end, key=_start)
    if office.is_plural or number == len(names):
        return None
    name = names[number]
    if name.start - office.end > _LONGEST_HONOUR:
        return None
    gap = scan.text[office.end : name.start]
    bare = fold(gap).strip(" .")
    if not gap.strip() or bare in scan.naming["honour"]:
        return name
    if gap != ", " and bare.removeprefix(", ") not in scan.naming["honour"]:
        return None
    may_stand_apart = name.is_full or office.title.title_class == "office"
    return name if may_stand_apart and _closes_apposition(scan, name) else None


def _start(name: NamePhrase) -> int:
    return name.start


_LONGEST_HONOUR = 40
"""Characters between an office and a name with no more than an honour between them ("the President, Gen. …")."""
_BEYOND = 300
"""Characters within which a name follows the two offices before it."""


def _closes_apposition(scan: Scan, name: NamePhrase) -> bool:
    return not scan.text[name.end : name.end + 5].startswith((" and ", ", and"))


def _name_before(scan: Scan, office: OfficePhrase, names: list[NamePhrase]) -> NamePhrase | None:
    number = bisect_left(names, office.start, key=_start) - 1
    if number < 0 or names[number].end > office.start:
        return None
    gap = scan.text[names[number].end : office.start]
    return names[number] if _PREDICATE.fullmatch(gap) else None


_PREDICATE = re.compile(r",(?: then| now)?(?: the| an?)? | \(|(?:, who)? (?:is|was|became) (?:the |an? )?")
"""What may stand between a name and the office said of it: "Xi, the President", "Shaer is a former minister"."""
