"""Links an article: its mentions of leaders, countries and organizations, and who any noun phrase of it stands for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from spacy.tokens import Doc, Span, Token

from pipelines.linking.coreference import Resolver
from pipelines.linking.gazetteer import Hit
from pipelines.linking.identity import Entity, People
from pipelines.linking.names import words
from pipelines.linking.phrases import NamePhrase, OfficePhrase, Scan, scan_text
from pipelines.linking.reference import Reference
from pipelines.linking.sightings import Sighting
from pipelines.records import NOBODY, Article, Leader, Mention, Referent, text_of

_APPOSITION = 7
"""Words after a name that are read for the country and calling of who bears it."""

_ROLE_LINKS = frozenset({"of", "the", "to", "for", "on", "and", "in", "at"})
"""Words in lower case that hold a role together: "Director of the Bureau for the Americas"."""

_DEALINGS = frozenset({"with", "by", "between"})
"""Prepositions by which a government is dealt with: "a treaty with Beijing", not "a school in Beijing"."""

_ORDINAL = re.compile(r"\d+(st|nd|rd|th)")
"""The number of a holder: "the 26th Prime Minister" need not be the one of today."""

_COUNTRY_BASIS = {
    "country": "country_name",
    "demonym": "demonym",
    "capital": "metonym",
    "metonym": "metonym",
    "part": "part",
}


@dataclass(slots=True)
class LinkedArticle:
    """What linking knows of one article."""

    mentions: list[Mention]
    _people: People = field(repr=False)
    _resolver: Resolver = field(repr=False)

    def resolve(self, span: Span, first_person: Referent | None = None) -> Referent:
        """Whom a noun phrase stands for.

        Takes a span of the linked parse and, for "I" and "we", the referent of who speaks there (without it, the
        article's author where its title names one). Gives NOBODY where the phrase names nobody.
        """
        return self._resolver.resolve(span, first_person)

    def implied(self, cue: Token) -> Referent:
        """Who must have said what has a cue but no source: both sides where it "was agreed", else NOBODY."""
        return self._resolver.implied(cue)

    @property
    def leaders(self) -> list[Leader]:
        """Every leader mentioned, or meant by a phrase resolved so far: read it when all phrases are resolved."""
        mentioned = {m.leader_id for m in self.mentions if m.leader_id}
        meant = {*self._resolver.named, *self.participants.leader_ids, *self.author.leader_ids}
        return _leaders(self._people, mentioned | meant)

    @property
    def participants(self) -> Referent:
        """The leaders (or countries) between whom the article's main event is, from its title and lead."""
        return self._resolver.participants

    @property
    def author(self) -> Referent:
        """Who says "I" outside quotations: the signer of a statement; NOBODY for news."""
        return self._resolver.author

    @property
    def home(self) -> Referent:
        """The country whose government published the article; NOBODY for news."""
        country = self._people.home
        return Referent((), (country,), "government", "publisher", 0.7) if country else NOBODY


class Linker:
    """Links articles against one reference. Holds no state between articles."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference

    def link(self, doc: Doc, article: Article) -> LinkedArticle:
        """Find who and what an article names.

        Takes the parse of `article.text` and the article; gives its links. Offsets are those of `article.text`.
        """
        people, title, body = self._read(doc, article)
        sightings = _Sighter(self._reference, people, body, doc).all()
        title_people = _title_people(title, people)
        _promote_interlocutors(doc, people, sightings)
        resolver = Resolver(
            doc, self._reference, people, sightings, title_people, _countries_of(title), article.title or ""
        )
        mentions = [*_mentions(sightings), *resolver.indirect_mentions()]
        mentions.sort(key=lambda m: (m.start, m.end))
        return LinkedArticle(mentions, people, resolver)

    def _read(self, doc: Doc, article: Article) -> tuple[People, Scan, Scan]:
        persons = [(e.start_char, e.end_char) for e in doc.ents if e.label_ == "PERSON"]
        proper = frozenset(t.idx for t in doc if t.pos_ == "PROPN")
        body = scan_text(text_of(doc), self._reference, persons, proper)
        title = scan_text(article.title or "", self._reference, is_headline=True)
        home = _home_country(self._reference, article)
        people = People(self._reference, article.published_on, (title, body), home)
        for scan in (title, body):
            for name in scan.names:
                if name.is_full and (name.leader_ids or name.offices or scan is body):
                    people.identify(name, is_person=bool(name.leader_ids or name.offices or _spans(persons, name)))
        return people, title, body


def _promote_interlocutors(doc: Doc, people: People, sightings: list[Sighting]) -> None:
    """Officials whom a government's readout names in its first sentence beside a leader meet him as leaders."""
    lead = next((s for s in doc.sents if s.text.strip()), None)
    if people.home is None or lead is None:
        return
    first = [s.entity for s in sightings if s.entity is not None and s.start < lead.end_char]
    if not any(e.is_leader for e in first):
        return
    for entity in dict.fromkeys(first):
        if entity.is_official and not entity.is_leader and entity.country is not None and len(words(entity.name)) > 1:
            people.promote(entity)
            for sighting in sightings:
                if sighting.entity is entity:
                    sighting.kind = "leader"


def _spans(persons: list[tuple[int, int]], name: NamePhrase) -> bool:
    return any(start <= name.start < end for start, end in persons)


def _home_country(reference: Reference, article: Article) -> str | None:
    """The country whose government publishes the article, by publisher or address."""
    source = f"{article.publisher or ''} {article.url or ''}".casefold()
    return next((code for pattern, code in reference.publishers.items() if pattern in source), None)


class _Sighter:
    """Turns the names, offices, countries and organizations of a text into sightings, in the order of the text."""

    def __init__(self, reference: Reference, people: People, scan: Scan, doc: Doc) -> None:
        self._reference = reference
        self._people = people
        self._scan = scan
        self._doc = doc
        self._text = text_of(doc)
        self._persons = [(e.start_char, e.end_char) for e in doc.ents if e.label_ == "PERSON"]

    def all(self) -> list[Sighting]:
        """The sightings, ordered; none overlaps another of people."""
        named = {id(o) for n in self._scan.names for o in n.offices}
        items: list[NamePhrase | OfficePhrase] = [
            *self._scan.names,
            *(o for o in self._scan.offices if id(o) not in named),
        ]
        items += self._further_surnames()
        items.sort(key=lambda i: (i.start, -i.end))
        found: list[Sighting] = []
        for item in items:
            if isinstance(item, NamePhrase):
                found += self._name(item)
            else:
                found += [self._office(item), *self._each_leader(item)]
        taken = {c for s in found if s.entity is not None and s.basis != "office" for c in range(s.start, s.end)}
        found += [s for h in self._scan.hits if h.start not in taken and (s := self._place(h))]
        return sorted(found, key=lambda s: (s.start, s.end))

    def _further_surnames(self) -> list[NamePhrase]:
        """Family names of people of the article, and of heads in office, where the recognizer saw no person."""
        covered = {c for n in self._scan.names for c in range(n.start, n.end)}
        surnames = {s[0] for e in self._people.entities for s in e.surnames if len(s) == 1}
        found = []
        for position, word in enumerate(self._scan.words):
            if not word.is_capital or position in self._scan.hit_at or word.start in covered or word.is_upper:
                continue
            if word.key in surnames or (self._people.head_called(word.key) and self._stands_alone(position)):
                found.append(NamePhrase(word.start, word.end, self._text[word.start : word.end], (word.key,)))
        return found

    def _stands_alone(self, position: int) -> bool:
        """Whether a capitalized word is a proper noun of its own, not part of a longer name."""
        word = self._scan.words[position]
        span = self._doc.char_span(word.start, word.end, alignment_mode="expand")
        if span is None or span.root.pos_ != "PROPN":
            return False
        beside = [
            t
            for t in (self._doc[max(0, span.start - 1)], self._doc[min(len(self._doc) - 1, span.end)])
            if t.i not in range(span.start, span.end)
        ]
        return not any(t.pos_ == "PROPN" for t in beside)

    def _name(self, name: NamePhrase) -> list[Sighting]:
        is_person = bool(name.leader_ids or name.offices or name.honorific) or _spans(self._persons, name)
        found = self._people.identify(name, is_person=is_person)
        if found is None:
            return []
        entity, basis, confidence = found
        if (
            entity.is_leader
            and entity.country is not None
            and not name.is_full
            and self._text[name.end : name.end + 16].casefold().startswith((" administration", " government"))
        ):
            sure = self._reference.confidence("metonym", "administration")
            return [Sighting(name.start, name.end, "country", "metonym", sure, None, country=entity.country)]
        entity.last_seen = name.start
        self._read_apposition(entity, name)
        self._read_role_before(entity, name)
        reach = min([name.start, *(o.start for o in name.offices)]), max([name.end, *(o.end for o in name.offices)])
        return [
            Sighting(
                name.start, name.end, "leader" if entity.is_leader else "person", basis, confidence, entity, reach=reach
            )
        ]

    def _read_apposition(self, entity: Entity, name: NamePhrase) -> None:
        """Take the country of a stranger from what follows the name: "Di-Aping, a Sudanese diplomat"."""
        if entity.known is not None or entity.country is not None or self._text[name.end : name.end + 2] != ", ":
            return
        position = self._scan.word_at(name.end)
        for number in range(position, min(position + _APPOSITION, len(self._scan.words))):
            if (
                number > position
                and "," in self._text[self._scan.words[number - 1].end : self._scan.words[number].start]
            ):
                return
            hit = self._scan.hit_at.get(number)
            codes = hit.keys("demonym") + hit.keys("country") if hit is not None else ()
            if codes:
                entity.country = entity.country or codes[0]
            elif entity.country and self._reference.speaker_nouns.get(self._scan.words[number].key) == "official":
                entity.is_official = True

    def _read_role_before(self, entity: Entity, name: NamePhrase) -> None:
        """Take the country and calling of a stranger from the role before the name.

        "the Adviser to the President of Estonia on Foreign Affairs Celia Lind": the words back to the last sign or
        verb; in a government's own paper a calling without a country is of that government, but not one of a body
        that is no state's ("World Bank President").
        """
        if entity.known is not None or entity.country is not None or not name.is_full:
            return
        number = self._scan.word_at(name.start)
        roles = 0
        codes: list[str] = []
        while number > 0 and self._text[self._scan.words[number - 1].end : self._scan.words[number].start] == " ":
            number -= 1
            word = self._scan.words[number]
            is_role = self._reference.speaker_nouns.get(word.key) == "official"
            if not (word.is_capital or is_role or word.key in _ROLE_LINKS):
                break
            roles += is_role
            hit = self._scan.hit_at.get(number)
            codes += hit.keys("country") + hit.keys("demonym") if hit is not None else ()
        if roles:
            entity.is_official = True
        if codes and (roles or entity.is_leader):
            entity.country = codes[-1] if len(set(codes)) == 1 else entity.country
        elif (entity.is_leader or roles) and not any(office.organization for office in name.offices):
            entity.country = self._people.other_country() if self._people.is_foreign(entity) else self._people.home

    def _each_leader(self, office: OfficePhrase) -> list[Sighting]:
        """ "the presidents of Russia and Azerbaijan": the holder in each country, seen at the country's name."""
        if not office.is_plural or office.stop == office.head.stop or not self._is_definite(office):
            return []
        if not office.kinds and not self._speaks_here(office):
            return []
        found = []
        for hit in self._scan.hits:
            codes = [e.key for e in hit.entries if e.kind in ("country", "union")]
            if office.head.stop <= hit.first < office.stop and codes and codes[0] in office.countries:
                body = self._text[hit.start : hit.end] if hit.keys("union") else ""
                entity = self._people.leader_of(codes[0], office.kinds, body)
                if entity is not None:
                    sure = self._reference.confidence("office", "group")
                    found.append(Sighting(hit.start, hit.end, "leader", "office", sure, entity))
        return found

    def _speaks_here(self, office: OfficePhrase) -> bool:
        """ "We, the leaders of …": they sign this text, so that they are meant one by one."""
        return any(w.key == "we" for w in self._scan.words[max(0, office.first - 3) : office.first])

    def _office(self, office: OfficePhrase) -> Sighting:
        if office.is_plural or office.title.title_class != "office" or office.title.phrase == "counterpart":
            return Sighting(office.start, office.end, "office", "office", 0.0, None, office=office)
        if not office.kinds and not (office.countries and office.title.phrase == "leader"):
            return Sighting(office.start, office.end, "office", "office", 0.0, None, office=office)
        found = (
            self._people.office_holder(office, by_date=self._is_of_today(office)) if self._is_definite(office) else None
        )
        if found is None:
            return Sighting(office.start, office.end, "office", "office", 0.0, None, office=office)
        entity, basis, confidence = found
        entity.last_seen = office.start
        return Sighting(office.start, office.end, "leader", basis, confidence, entity, office=office)

    def _is_of_today(self, office: OfficePhrase) -> bool:
        """Whether an office means its holder at the article's date, though the article does not name him.

        Not so "held the position of minister of defence", "the first female prime minister of India", nor an office
        that nothing but its capital makes definite, save in a government's own paper.
        """
        before = self._scan.words[office.first - 1] if office.first else None
        if before is None or self._text[before.end : office.start] != " ":
            return bool(office.countries) or self._people.home is not None
        if before.key in self._reference.naming["role_word"]:
            return False
        span = self._doc.char_span(before.start, before.end, alignment_mode="expand")
        if span is not None and span.root.pos_ == "ADJ":
            return False
        return before.key == "the" or bool(office.countries) or self._people.home is not None

    def _is_definite(self, office: OfficePhrase) -> bool:
        """ "the President", "Russia's President", "President of …" name somebody.

        Not so "a president", "Mr President", "running for President", that of "Assistant to the President", and
        what stands behind a name in a list ("Ann Lind, President, Society of Friends").
        """
        before = self._scan.words[office.first - 1].key if office.first else ""
        earlier = self._scan.words[office.first - 3].key if office.first > 2 else ""
        naming = self._reference.naming
        is_within_title = (
            before == "the" and earlier in naming["aide"] and self._scan.words[office.first - 2].key == "to"
        )
        if before in naming["vocative"] or is_within_title or before in naming["indefinite"] or office.is_former:
            return False
        if before in naming["candidacy"] or _ORDINAL.fullmatch(before) or self._is_coming(office):
            return False
        if before == "the" or office.countries:
            return True
        if self._text[max(0, office.start - 2) : office.start] == ", ":
            return False
        return self._scan.words[office.head.first].is_capital and before not in naming["role_word"]

    def _is_coming(self, office: OfficePhrase) -> bool:
        """ "elected as the new President": he who comes, not who is in office."""
        is_new = any(w.key == "new" for w in self._scan.words[office.first : office.head.first])
        words_before = [w.key for w in self._scan.words[max(0, office.first - 2) : office.first] if w.key != "the"]
        return is_new and words_before[-1:] == ["as"]

    def _place(self, hit: Hit) -> Sighting | None:
        for entry in hit.entries:
            if entry.kind in ("country", "demonym", "part", "metonym"):
                basis = _COUNTRY_BASIS[entry.kind]
                sure = self._reference.confidence(basis)
                return Sighting(hit.start, hit.end, "country", basis, sure, None, country=entry.key)
            if entry.kind == "organization":
                organization = self._reference.organizations[entry.key]
                return Sighting(
                    hit.start,
                    hit.end,
                    "organization",
                    "organization",
                    self._reference.confidence("organization"),
                    None,
                    country=organization.country,
                    organization=organization,
                )
        for entry in hit.entries:
            if entry.kind == "capital" and self._acts(hit):
                sure = self._reference.confidence("metonym", "capital")
                return Sighting(hit.start, hit.end, "country", "metonym", sure, None, country=entry.key)
        return None

    def _acts(self, hit: Hit) -> bool:
        """Whether a capital stands for its government: it acts or is dealt with, and is not merely a place."""
        naming = self._reference.naming
        span = self._doc.char_span(hit.start, hit.end, alignment_mode="expand")
        if span is None:
            return False
        root = span.root
        while root.dep_ == "conj" and root.head.pos_ == "PROPN":
            root = root.head
        head = root.head
        if head.lemma_.lower() in naming["city_noun"]:
            return False
        if root.dep_ == "poss":
            return head.lemma_.lower() in naming["policy_noun"] or head.lemma_.lower() in self._reference.speaker_nouns
        if root.dep_ == "dobj":
            return head.lemma_.lower() not in naming["place_verb"]
        if root.dep_ == "pobj":
            return head.lower_ in _DEALINGS
        if root.dep_ in ("compound", "nmod", "amod"):
            return head.lemma_.lower() in self._reference.speaker_nouns
        is_called_city = any(child.dep_ == "appos" and child.lower_ in ("city", "capital") for child in root.children)
        return root.dep_ in ("nsubj", "nsubjpass") and not is_called_city


def _mentions(sightings: list[Sighting]) -> list[Mention]:
    rows = []
    for s in sightings:
        if s.kind == "office":
            continue
        leader = s.entity.entity_id if s.entity is not None and s.entity.is_leader else None
        country = s.entity.country if s.entity is not None else s.country
        kind = ("leader" if leader else "person") if s.entity is not None else s.kind
        rows.append(Mention(s.start, s.end, kind, leader, country, s.basis, s.confidence))
    return rows


def _leaders(people: People, used: set[str]) -> list[Leader]:
    rows = []
    for entity in people.entities:
        if entity.entity_id in used:
            qid = entity.entity_id if entity.entity_id.startswith("Q") else None
            known = entity.known.aliases if entity.known else ()
            aliases = tuple(dict.fromkeys(n for n in (*known, *entity.names) if n != entity.name))
            rows.append(Leader(entity.entity_id, entity.name, entity.country, qid, aliases))
    return sorted(rows, key=lambda leader: leader.leader_id)


def _countries_of(scan: Scan) -> tuple[str, ...]:
    return tuple(sorted({c for hit in scan.hits for c in hit.keys("country")}))


def _title_people(title: Scan, people: People) -> list[Entity]:
    """Who the article's title names, by name or, where a country stands with it, by office; in order."""
    named = {id(office) for name in title.names for office in name.offices}
    items: list[NamePhrase | OfficePhrase] = [
        *title.names,
        *(o for o in title.offices if id(o) not in named and o.countries and not o.is_plural),
    ]
    found: list[Entity] = []
    for item in sorted(items, key=lambda item: item.start):
        linked = people.identify(item, is_person=False) if isinstance(item, NamePhrase) else people.office_holder(item)
        if linked is not None and linked[0] not in found:
            found.append(linked[0])
    return found
