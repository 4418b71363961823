"""Who a noun phrase stands for: names, offices, pronouns, groups ("both leaders"), governments and their officials.

Pronouns go to the nearest subject before them that can be meant (Hobbs's and Lappin & Leass's preference for subjects and
recency, cut down to what attribution needs); groups go to the participants of the article's main event.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from spacy.tokens import Doc, Span, Token

from pipelines.extraction.records import NOBODY, Mention, Referent
from pipelines.linking.identity import Entity, People
from pipelines.linking.reference import Reference
from pipelines.linking.sightings import Sighting

_SINGULAR = {"he": "m", "him": "m", "his": "m", "himself": "m", "she": "f", "her": "f", "hers": "f", "herself": "f"}
_PLURAL = frozenset({"they", "them", "their", "themselves", "both", "these", "those"})
_FIRST = frozenset({"i", "me", "my", "myself", "we", "us", "our", "ours", "ourselves"})
_SUBJECTS = frozenset({"nsubj", "nsubjpass", "agent"})
_INSIDE = frozenset({"prep", "relcl", "acl", "advcl", "pcomp"})
_DOCUMENTS = frozenset("report statement letter message speech address remarks comment post tweet announcement proposal office".split())
_SENTENCES_BACK = 6


class Resolver:
    """Resolves the noun phrases of one linked article."""

    def __init__(
        self, doc: Doc, reference: Reference, people: People, sightings: list[Sighting], title_people: list[Entity], title: str
    ) -> None:
        self._doc = doc
        self._reference = reference
        self._people = people
        self._sightings = sightings
        self._title_people = title_people
        self._title = title
        self._memo: dict[tuple[int, int], Referent] = {}
        self._open: set[tuple[int, int]] = set()

    # -- the article as a whole ------------------------------------------------------------------------------------------

    @cached_property
    def participants(self) -> Referent:
        """Leaders of the lead sentence; with fewer than two, those of the title and of the sentences after it."""
        sentences = [s for s in self._doc.sents if s.text.strip()][:4]
        if not sentences:
            return NOBODY
        entities = self._leaders_in(sentences[0])
        if len(entities) < 2:
            entities = list(dict.fromkeys([*entities, *(e for e in self._title_people if e.is_leader)]))
        if len(entities) < 2 and not self._has_group(sentences[0]):
            for sentence in sentences[1:]:
                entities = list(dict.fromkeys([*entities, *self._leaders_in(sentence)]))
                if len(entities) >= 2:
                    break
        return _referent(entities, "group", 0.8) if entities else NOBODY

    def _leaders_in(self, span: Span) -> list[Entity]:
        found = [s.entity for s in self._within(span) if s.kind == "leader" and s.entity is not None and s.entity.is_leader]
        return list(dict.fromkeys(found))

    def _has_group(self, sentence: Span) -> bool:
        return any(t.lemma_.lower() in ("leader", "head", "counterpart") and t.tag_ in ("NNS", "NNPS") for t in sentence)

    @cached_property
    def author(self) -> Referent:
        """The signer of a statement, letter or speech: whom its title names first after "by", "from" or "of"."""
        first = self._title.casefold().split(" ")[0] if self._title else ""
        if first in {"statement", "remarks", "message", "letter", "address", "speech", "proclamation", "op-ed"} and self._title_people:
            return _referent(self._title_people[:1], "author", 0.8)
        if "joint" in self._title.casefold():
            return self.participants
        return NOBODY

    # -- noun phrases ----------------------------------------------------------------------------------------------------

    def resolve(self, span: Span, first_person: Referent | None = None) -> Referent:
        """Whom `span` stands for; see `LinkedArticle.resolve`."""
        if len(span) == 0:
            return NOBODY
        if all(t.lower_ in _FIRST for t in span if not t.is_punct):
            return first_person or self._first_person(span)
        key = (span.start, span.end)
        if key in self._memo:
            return self._memo[key]
        if key in self._open:
            return NOBODY
        self._open.add(key)
        found = self._resolve(span)
        self._open.discard(key)
        self._memo[key] = found
        return found

    def _first_person(self, span: Span) -> Referent:
        return self.author

    def _resolve(self, span: Span) -> Referent:
        parts = list(self._conjuncts(span))
        if len(parts) > 1:
            return _union(self.resolve(part) for part in parts)
        head = span.root
        for step in (self._pronoun, self._person, self._group, self._office, self._body, self._official, self._document):
            found = step(span, head)
            if found is not None:
                return found
        return NOBODY

    def _conjuncts(self, span: Span) -> Iterator[Span]:
        """The coordinated parts of a phrase: "President Biden" and "President Xi"."""
        heads = [span.root, *(t for t in span.root.conjuncts if span.start <= t.i < span.end)]
        heads = sorted({t.i: t for t in heads}.values(), key=lambda t: t.i)
        if len(heads) < 2 or any(s.covers(a.idx) and s.covers(b.idx) for s in self._within(span) for a, b in zip(heads, heads[1:], strict=False)):
            yield span
            return
        for number, head in enumerate(heads):
            start = span.start if number == 0 else max(span.start, min(head.left_edge.i, head.i))
            end = span.end if number == len(heads) - 1 else max(head.i + 1, min(heads[number + 1].left_edge.i, heads[number + 1].i))
            tokens = self._doc[start:end]
            while len(tokens) > 1 and (tokens[-1].is_punct or tokens[-1].dep_ == "cc"):
                tokens = tokens[:-1]
            if len(tokens) < len(span):
                yield tokens

    # -- steps, in the order they are tried --------------------------------------------------------------------------------

    def _pronoun(self, span: Span, head: Token) -> Referent | None:
        word = head.lower_
        if word in _SINGULAR and head.pos_ in ("PRON", "DET"):
            return self._he_or_she(head, _SINGULAR[word])
        if word in _PLURAL and (head.pos_ in ("PRON", "DET") or len(span) == 1):
            return self._they(head)
        return None

    def _person(self, span: Span, head: Token) -> Referent | None:
        """Somebody named: the name holds the head, or stands beside it ("the Russian leader, Vladimir Putin")."""
        named = [s for s in self._within(span) if s.entity is not None and (s.reach or s.kind == "leader")]
        for sighting in named:
            if sighting.covers(head.idx):
                return self._of_person(sighting, span)
        for sighting in named:
            if sighting.kind != "office" and sighting.reach and self._is_beside(sighting, head):
                return self._of_person(sighting, span)
        return None

    def _is_beside(self, sighting: Sighting, head: Token) -> bool:
        span = self._doc.char_span(sighting.start, sighting.end, alignment_mode="expand")
        token = span.root if span is not None else None
        while token is not None and token != head:
            if token.dep_ not in ("appos", "compound", "nmod", "flat", "amod", "npadvmod") or token.head == token:
                return False
            token = token.head
        return token is not None

    def _of_person(self, sighting: Sighting, span: Span) -> Referent:
        entity = sighting.entity
        assert entity is not None
        if entity.is_leader:
            return _referent([entity], sighting.basis, sighting.confidence)
        country = entity.country or next((s.country for s in self._within(span) if s.country), None)
        if country is not None and entity.country is None:
            entity.country = country
        if any(t.lemma_.lower() in self._reference.speaker_nouns for t in span):
            entity.is_official = True
        kind = "official" if entity.is_official else "other"
        return Referent((), (country,) if country else (), kind, sighting.basis, sighting.confidence)

    def _group(self, span: Span, head: Token) -> Referent | None:
        """ "both leaders", "the two presidents", "the sides", "both countries": those of the main event."""
        kind = self._reference.group_nouns.get(head.lemma_.lower())
        if kind is None or head.tag_ not in ("NNS", "NNPS") and not head.lower_.endswith("s"):
            return None
        countries = self._countries_in(span)
        if countries:
            return self._leaders_of(span, head, countries) if kind == "leader" else None
        if any(t.lower_ in ("other", "many", "several", "some", "most", "all") for t in span) and kind != "leader":
            return None
        group = self._recent_group(head)
        if kind == "country" or (kind == "either" and self._people.home is None):
            return Referent((), group.countries, "government", "group", 0.6) if len(group.countries) > 1 else None
        return group if group.leader_ids else None

    def _leaders_of(self, span: Span, head: Token, countries: list[str]) -> Referent | None:
        """ "the leaders of France and Germany": each one's, where all are known; "European leaders" stay unnamed."""
        if head.lemma_.lower() not in ("leader", "president", "head", "minister"):
            return None
        if any(t.lower_ in ("of", "'", "’", "'s", "’s") for t in span) and any(t.lower_ in ("the", "we") for t in span):
            entities = [self._leader_of(c) for c in countries]
            if all(entities):
                return _referent([e for e in entities if e is not None], "office", 0.7)
        return Referent((), tuple(sorted(countries)), "leader", "demonym", 0.6)

    def _leader_of(self, country: str) -> Entity | None:
        here = [e for e in self._people.entities if e.is_leader and e.country == country and e.kinds & {"head_of_state", "head_of_government"}]
        if here:
            return here[0]
        for kind in ("head_of_government", "head_of_state"):
            held = self._reference.held_by(kind, country, self._people.day)
            if len(held) == 1:
                return self._people.known(held[0])
        return None

    def _recent_group(self, head: Token) -> Referent:
        """The participants; in news, those whom the sentence before couples, if it does."""
        return self.participants

    def _office(self, span: Span, head: Token) -> Referent | None:
        """An office without a name that only the article can fill: "his Turkish counterpart", "the Chinese leader"."""
        for sighting in self._within(span):
            if sighting.kind == "office" and sighting.office is not None and sighting.covers(head.idx):
                if sighting.office.title.phrase in ("counterpart", "leader") and sighting.office.countries:
                    entity = self._leader_of(sighting.office.countries[0])
                    if entity is not None:
                        return _referent([entity], "office", 0.7)
                if head.lower_ == "leader":
                    return self._he_or_she(head, None)
        return None

    def _body(self, span: Span, head: Token) -> Referent | None:
        """A country, its government by metonym, or an organization."""
        for sighting in self._within(span):
            if not sighting.covers(head.idx) or sighting.entity is not None or sighting.kind == "office":
                continue
            if sighting.kind == "country" and sighting.country:
                kind = "organization" if sighting.country == "EU" else "government"
                return Referent((), (sighting.country,), kind, sighting.basis, sighting.confidence)
            if sighting.organization is not None:
                national = sighting.organization.kind == "national"
                kind = "media" if sighting.organization.kind == "media" else "government" if national else "organization"
                countries = [sighting.country] if sighting.country else self._countries_in(span)
                return Referent((), tuple(sorted(countries)), kind, "organization", sighting.confidence)
        return None

    def _official(self, span: Span, head: Token) -> Referent | None:
        """ "US officials", "the foreign ministry", "Iran's government": a kind, and the countries beside it."""
        kind = self._reference.speaker_nouns.get(head.lemma_.lower())
        if kind is None:
            return None
        countries = self._countries_in(span)
        if not countries and kind == "government" and head.tag_ == "NN":
            country = self._last_country(head)
            countries = [country] if country else []
        return Referent((), tuple(sorted(countries)), kind, "noun", 0.6)

    def _document(self, span: Span, head: Token) -> Referent | None:
        """ "the Secretary General's report": what a document says, its author says."""
        if head.lemma_.lower() not in _DOCUMENTS:
            return None
        for child in head.children:
            if child.dep_ == "poss" and span.start <= child.i < span.end:
                return self.resolve(self._doc[child.left_edge.i : child.i + 1])
        return None

    # -- pronouns --------------------------------------------------------------------------------------------------------

    def _he_or_she(self, head: Token, gender: str | None) -> Referent:
        for subject in self._subjects_before(head):
            sighting = self._human(subject)
            if sighting is None:
                continue
            entity = sighting.entity
            assert entity is not None
            if gender and entity.gender and entity.gender != gender:
                continue
            found = self._of_person(sighting, self._doc[subject.left_edge.i : subject.right_edge.i + 1])
            return Referent(found.leader_ids, found.countries, found.kind, "pronoun", 0.7)
        for sighting in reversed([s for s in self._sightings if s.end <= head.idx and s.entity is not None]):
            entity = sighting.entity
            assert entity is not None
            if entity.is_leader and not (gender and entity.gender and entity.gender != gender):
                return _referent([entity], "pronoun", 0.4)
        return NOBODY

    def _human(self, subject: Token) -> Sighting | None:
        """The named person that a subject is, if it is one; pronouns are followed to whom they stand for."""
        if subject.lower_ in _SINGULAR:
            return None
        phrase = self._doc[subject.left_edge.i : subject.right_edge.i + 1]
        for sighting in self._within(phrase):
            if sighting.entity is not None and (sighting.covers(subject.idx) or (sighting.reach and self._is_beside(sighting, subject))):
                return sighting
        return None

    def _subjects_before(self, head: Token) -> Iterator[Token]:
        """Subjects before a token, nearest sentence first; within it the governing ones first, quoted ones left out."""
        sentence_start = head.sent.start
        own = [t for t in self._doc[sentence_start : head.i] if t.dep_ in _SUBJECTS]
        yield from reversed(own)
        sentences = 0
        position = sentence_start - 1
        while position >= 0 and sentences < _SENTENCES_BACK:
            sentence = self._doc[position].sent
            subjects = [t for t in sentence if t.dep_ in _SUBJECTS]
            main = [t for t in subjects if t.head.dep_ == "ROOT"]
            yield from main
            yield from (t for t in reversed(subjects) if t not in main)
            position = sentence.start - 1
            sentences += 1

    def _they(self, head: Token) -> Referent:
        for subject in self._subjects_before(head):
            if subject.i >= head.i or subject.lower_ in _PLURAL | set(_SINGULAR) | _FIRST:
                continue
            phrase = self._doc[subject.left_edge.i : subject.right_edge.i + 1]
            if subject.tag_ in ("NNS", "NNPS") or any(c.dep_ == "conj" for c in subject.children):
                found = self.resolve(phrase)
                if found.leader_ids or found.countries or found.kind != "other":
                    return Referent(found.leader_ids, found.countries, found.kind, "pronoun", 0.6)
        return self.participants

    def pronoun_mentions(self) -> list[Mention]:
        """Mentions of leaders by "he", "she", "his" and "her"."""
        found = []
        for token in self._doc:
            if token.lower_ in _SINGULAR and token.pos_ == "PRON":
                who = self.resolve(self._doc[token.i : token.i + 1])
                if len(who.leader_ids) == 1:
                    country = who.countries[0] if len(who.countries) == 1 else None
                    found.append(Mention(token.idx, token.idx + len(token), "leader", who.leader_ids[0], country, "pronoun", who.confidence))
        return found

    # -- helpers -----------------------------------------------------------------------------------------------------------

    def _within(self, span: Span) -> list[Sighting]:
        return [s for s in self._sightings if span.start_char <= s.start and s.end <= span.end_char + 1]

    def _countries_in(self, span: Span) -> list[str]:
        found = [s.country for s in self._within(span) if s.entity is None and s.country]
        found += [c for s in self._within(span) if s.office is not None for c in s.office.countries]
        return list(dict.fromkeys(c for c in found if c))

    def _last_country(self, head: Token) -> str | None:
        before = [s.country for s in self._sightings if s.end <= head.idx and s.kind == "country" and s.country]
        return before[-1] if before else None


def _referent(entities: Iterable[Entity], basis: str, confidence: float) -> Referent:
    members = list(entities)
    countries = sorted({e.country for e in members if e.country})
    return Referent(tuple(sorted({e.entity_id for e in members})), tuple(countries), "leader", basis, confidence)


def _union(parts: Iterable[Referent]) -> Referent:
    """Several referents as one; its kind is that of the first who is somebody."""
    found = [p for p in parts if p.leader_ids or p.countries or p.kind != "other"]
    if not found:
        return NOBODY
    return Referent(
        tuple(sorted({i for p in found for i in p.leader_ids})),
        tuple(sorted({c for p in found for c in p.countries})),
        found[0].kind,
        found[0].basis,
        min(p.confidence for p in found),
    )
