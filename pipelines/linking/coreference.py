"""Who a noun phrase stands for: names, offices, pronouns, groups ("both leaders"), governments and their officials.

Pronouns go to the nearest subject before them that can be meant (the preference for subjects and recency of Hobbs 1978
and of Lappin & Leass 1994, cut down to what attribution needs); groups to the participants of the article's main event.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, pairwise

from spacy.tokens import Doc, Span, Token

from pipelines.linking.identity import Entity, People
from pipelines.linking.reference import Reference
from pipelines.linking.sightings import Sighting
from pipelines.records import NOBODY, Mention, Referent, text_of, unite

_OBJECT_PRONOUNS = frozenset({"him", "her"})
_SINGULAR = {"he": "m", "him": "m", "his": "m", "himself": "m", "she": "f", "her": "f", "hers": "f", "herself": "f"}
_PLURAL = frozenset({"they", "them", "their", "themselves", "both", "these", "those"})
_FIRST = frozenset({"i", "me", "my", "myself", "we", "us", "our", "ours", "ourselves"})
_SUBJECTS = frozenset({"nsubj", "nsubjpass", "agent"})
_COUNTERPARTS = ("head_of_state", "head_of_government", "foreign_minister", "defence_minister", "finance_minister")
"""Offices that have one counterpart in each country, the highest first."""
_REACH = 300
"""Characters within which a name and the titles beside it lie."""
_SENTENCES_BACK = 6
_SIGNED_LINES = 8
"""Lines from the end within which a signature stands."""
_BOTH_WORDS = frozenset({"both", "two", "three", "four", "all", "of"})
"""What may stand before a plural that means all who take part."""
_OCCASIONS = frozenset({"meeting", "talk", "call", "conversation", "summit", "negotiation", "consultation"})
"""What those who take part take part in."""
_ROLE_REACH = 90
"""Characters within which the name of somebody follows the role by which he is introduced."""
_PARTS_NAMES = re.compile(r"[.;:\n\"“”]|, .*,|\b(?:and|with|by|said|who|that|told|met|is|was)\b")
"""What stands between a role and a name that is another's."""
_GROUNDS = frozenset({"for", "on", "of", "over", "about"})
"""Prepositions that say for what somebody is thanked or blamed."""
_LABEL_END = re.compile(r"(?:\s*\([^()\n]{1,40}\))?:(?=\s)")
_OPEN_LABEL = re.compile(r"(?m)^[ \t]*(?:[A-Z][A-Z.’' -]{1,40}(?:\s*\([^()\n]{1,40}\))?:|Q(?=[:. \t]))")
"""A label of a turn in capitals, whoever it names: "MODERATOR:", "Q"."""
_TURN_OPENS = re.compile(r"(?:^|[\n.?!…)*”\"])\s*(?:the\s+)?$", re.IGNORECASE)
"""What may stand before the label of a turn; some transcripts come with their line breaks lost."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What one person says in a transcript, from a character on; nobody where the label names none we know."""

    start: int
    entity: Entity | None


class Resolver:
    """Resolves the noun phrases of one linked article."""

    def __init__(
        self,
        doc: Doc,
        reference: Reference,
        people: People,
        sightings: list[Sighting],
        title_people: list[Entity],
        title_countries: tuple[str, ...],
        title: str,
    ) -> None:
        self._doc = doc
        self._text = text_of(doc)
        self._reference = reference
        self._people = people
        self._sightings = sightings
        self._starts = [s.start for s in sightings]
        self._title_people = title_people
        self._title = title
        self._title_countries = title_countries
        self._memo: dict[tuple[int, int], Referent] = {}
        self._open: set[tuple[int, int]] = set()
        self._subject_memo: dict[int, list[Token]] = {}
        self._touching_memo: dict[tuple[int, int, int], list[Sighting]] = {}
        self._seeks_author = False
        self._labels: set[int] = set()
        """Where names start that label a turn: whoever is labelled speaks, and is not spoken of."""
        self.named: set[str] = set()
        """The leaders whom any phrase asked for so far stood for."""

    # -- the article as a whole ----------------------------------------------------------------------------------------

    @cached_property
    def participants(self) -> Referent:
        """Leaders of the lead sentence; with fewer than two, those of the title and of the sentences after it."""
        sentences = self._first_sentences(4)
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

    def _first_sentences(self, count: int) -> list[Span]:
        return list(islice((s for s in self._doc.sents if s.text.strip()), count))

    def _leaders_in(self, span: Span) -> list[Entity]:
        found = [
            s.entity for s in self._within(span) if s.kind == "leader" and s.entity is not None and s.entity.is_leader
        ]
        return list(dict.fromkeys(found))

    def _has_group(self, sentence: Span) -> bool:
        return any(
            t.lemma_.lower() in ("leader", "head", "counterpart") and t.tag_ in ("NNS", "NNPS") for t in sentence
        )

    @cached_property
    def author(self) -> Referent:
        """Who says "I" and "we" outside quotations: who signs in the first lines, else whom the title gives."""
        self._seeks_author = True
        found = self._find_author()
        self._seeks_author = False
        return found

    def _find_author(self) -> Referent:
        sure = self._reference.confidence("first_person", "author")
        signed = self._signature()
        if signed is not None:
            return signed
        title = self._title.casefold()
        if title.startswith("joint") or " joint statement" in title:
            leaders = [e for e in self._title_people if e.is_leader]
            return (
                _referent(leaders, "author", sure)
                if leaders
                else Referent((), self._title_countries, "government", "author", sure)
            )
        closing = self._closing_signature()
        if closing is not None:
            return _referent([closing], "author", sure)
        if not self._title_people:
            return NOBODY
        if title.split(" ")[0] in self._reference.naming["signed_document"]:
            return _referent(self._title_people[:1], "author", sure)
        spoken = rf"\b({'|'.join(self._reference.naming['signed_document'])}) (by|of)\b"
        return _referent(self._title_people[-1:], "author", sure) if re.search(spoken, title) else NOBODY

    def _signature(self) -> Referent | None:
        """ "We, the leaders of …, condemn …": a first person that says in apposition who it is."""
        for token in self._doc[: self._lead_end]:
            if token.lower_ == "we" and token.i + 1 < len(self._doc) and self._doc[token.i + 1].text == ",":
                stop = next(
                    (
                        t.i
                        for t in self._doc[token.i + 2 :]
                        if t.pos_ in ("VERB", "AUX") and t.dep_ in ("ROOT", "aux", "ccomp")
                    ),
                    None,
                )
                if stop is not None:
                    found = self._resolve(self._doc[token.i + 2 : stop])
                    return found if found.leader_ids or found.countries else None
        return None

    def _closing_signature(self) -> Entity | None:
        """Who signs in the last lines ("JOSEPH R. BIDEN JR."), or says "I, JOSEPH R. BIDEN JR., …" of himself."""
        for sighting in self._sightings:
            if sighting.kind != "leader" or sighting.basis != "full_name" or sighting.entity is None:
                continue
            if self._text[max(0, sighting.start - 3) : sighting.start] == "I, ":
                return sighting.entity
            last_lines = self._text.count("\n", sighting.end) <= _SIGNED_LINES
            before = self._text[max(0, sighting.start - 2) : sighting.start]
            rest = self._text[sighting.end :].split("\n", 1)[0].casefold().strip(" ,.")
            if last_lines and before == "\n\n" and (not rest or rest in self._reference.naming["suffix"]):
                return sighting.entity
        return None

    @cached_property
    def _turns(self) -> list[Turn]:
        """The turns of a transcript ("PRESIDENT BIDEN: …"), in order; none where no label names a person."""
        ends = {s.end: s for s in self._sightings if s.entity is not None and not self._is_of_group(s)}
        turns = []
        for label in _LABEL_END.finditer(self._text):
            sighting = ends.get(label.start())
            if sighting is None:
                continue
            start = (sighting.reach or (sighting.start,))[0]
            if _TURN_OPENS.search(self._text, max(0, start - 12), start) or self._follows_heading(sighting, start):
                turns.append((Turn(label.end(), sighting.entity), sighting.start))
        self._labels.update(start for _, start in turns)
        if not turns:
            return []
        known = {turn.start for turn, _ in turns}
        others = [Turn(m.end(), None) for m in _OPEN_LABEL.finditer(self._text) if m.end() not in known]
        return sorted([*(turn for turn, _ in turns), *others], key=lambda turn: turn.start)

    def _follows_heading(self, sighting: Sighting, start: int) -> bool:
        """ "Beginning of the talks President of Russia …:": a label with its office after a heading run into it."""
        if sighting.basis != "full_name" or start == sighting.start or self._people.home is None:
            return False
        label = self._doc.char_span(start, sighting.end, alignment_mode="expand")
        return label is not None and label.start > 0 and self._doc[label.start - 1].pos_ in ("NOUN", "PROPN")

    def _turn_at(self, character: int) -> Turn | None:
        """The turn in which a character stands."""
        number = bisect_right(self._turns, character, key=lambda turn: turn.start)
        return self._turns[number - 1] if number else None

    def _voice_at(self, character: int) -> Referent:
        """Who says "I" there outside quotations: whose turn it is, else the author."""
        turn = self._turn_at(character)
        if turn is None:
            return self.author
        if turn.entity is None:
            return NOBODY
        return _referent([turn.entity], "turn", self._reference.confidence("first_person", "turn"))

    @cached_property
    def _lead_end(self) -> int:
        sentences = self._first_sentences(2)
        return sentences[-1].end if sentences else 0

    @cached_property
    def _quoted(self) -> list[bool]:
        """Whether each token stands between quotation marks; a paragraph's end closes what was left open."""
        inside, flags = False, []
        for token in self._doc:
            text = token.text
            if text in ("“", "”", '"', "``", "''"):
                inside = text == "“" or (text != "”" and not inside)
                flags.append(True)
                continue
            if "\n" in text and token.is_space:
                inside = False
            flags.append(inside)
        return flags

    # -- noun phrases --------------------------------------------------------------------------------------------------

    def resolve(self, span: Span, first_person: Referent | None = None) -> Referent:
        """Whom `span` stands for; see `LinkedArticle.resolve`."""
        if len(span) == 0:
            return NOBODY
        is_other = span.root.lemma_.lower() in ("counterpart", "colleague")
        if span[0].lower_ in _FIRST and not is_other and self._is_first_person(span):
            return self._first_person(span, first_person)
        key = (span.start, span.end)
        if key in self._memo:
            return self._memo[key]
        if key in self._open:
            return NOBODY
        self._open.add(key)
        found = self._resolve(span)
        self._open.discard(key)
        self._memo[key] = found
        self.named.update(found.leader_ids)
        return found

    def _is_first_person(self, span: Span) -> bool:
        return len(span) == 1 or span.root.lower_ in _FIRST or span[0].dep_ == "poss"

    def _first_person(self, span: Span, speaker: Referent | None) -> Referent:
        """ "I", "we", "our countries", and "we, the leaders of …", which says itself who speaks."""
        if len(span) > 3 and span[1].text == ",":
            found = self.resolve(self._doc[span.start + 2 : span.end])
            if found.leader_ids or found.countries:
                return found
        who = speaker or self._voice_at(span.start_char)
        if len(span) > 1 and self._group_kind(span.root) == "country":
            return Referent((), who.countries, "government", "group", who.confidence)
        return who

    def _resolve(self, span: Span) -> Referent:
        parts = list(self._conjuncts(span))
        if len(parts) > 1:
            return unite(self.resolve(part) for part in parts)
        head = span.root
        for step in (
            self._pronoun,
            self._person,
            self._group,
            self._office,
            self._body,
            self._official,
            self._document,
            self._named_body,
        ):
            found = step(span, head)
            if found is not None:
                return found
        return NOBODY

    def _conjuncts(self, span: Span) -> Iterator[Span]:
        """The coordinated parts of a phrase: "President Biden" and "President Xi"."""
        heads = [span.root, *(t for t in span.root.conjuncts if span.start <= t.i < span.end)]
        heads = sorted({t.i: t for t in heads}.values(), key=lambda t: t.i)
        if len(heads) < 2 or any(
            s.covers(a.idx) and s.covers(b.idx) for s in self._within(span) for a, b in pairwise(heads)
        ):
            yield from self._people_beside(span)
            return
        for number, head in enumerate(heads):
            start = span.start if number == 0 else max(span.start, min(head.left_edge.i, head.i))
            end = (
                span.end
                if number == len(heads) - 1
                else max(head.i + 1, min(heads[number + 1].left_edge.i, heads[number + 1].i))
            )
            tokens = self._doc[start:end]
            while len(tokens) > 1 and (tokens[-1].is_punct or tokens[-1].dep_ == "cc"):
                tokens = tokens[:-1]
            if len(tokens) < len(span):
                yield tokens

    def _people_beside(self, span: Span) -> Iterator[Span]:
        """Two names that "and" parts are two people, however the parser hung the first on the title of the second:
        "Ann Lee and European Commission President Bo Berg"."""
        people = [s for s in self._within(span) if s.entity is not None]
        for token in span:
            before = any(s.end == token.idx - 1 for s in people)
            if token.dep_ == "cc" and before and any(s.start > token.idx for s in people):
                yield self._doc[span.start : token.i]
                yield self._doc[token.i + 1 : span.end]
                return
        yield span

    def implied(self, cue: Token) -> Referent:
        """Who must have said what no phrase is the source of: both sides, where it is agreed or mutual."""
        subjects = [c for c in cue.children if c.dep_ in ("nsubjpass", "nsubj")]
        is_agreed = cue.lemma_.lower() in self._reference.naming["agreeing_verb"] and any(
            c.dep_ == "auxpass" for c in cue.children
        )
        is_mutual = any(
            c.lower_ in self._reference.naming["mutual"] for s in subjects for c in s.children if c.dep_ == "amod"
        )
        both = self.participants
        return both if (is_agreed or is_mutual) and len(both.leader_ids) > 1 and self._people.home else NOBODY

    # -- steps, in the order they are tried ----------------------------------------------------------------------------

    def _pronoun(self, span: Span, head: Token) -> Referent | None:
        word = head.lower_
        if word in _SINGULAR and head.pos_ in ("PRON", "DET"):
            return self._he_or_she(head, _SINGULAR[word])
        if word in _PLURAL and (head.pos_ in ("PRON", "DET") or len(span) == 1):
            return self._they(head)
        return None

    def _person(self, span: Span, head: Token) -> Referent | None:
        """Somebody named: the name holds the head, or stands beside it ("the Russian leader, Vladimir Putin")."""
        named = [
            s
            for s in self._touching(span, head)
            if s.entity is not None and (s.reach or s.kind == "leader") and not self._is_of_group(s)
        ]
        for sighting in named:
            if sighting.covers(head.idx):
                return self._of_person(sighting, span)
        for sighting in named:
            if sighting.kind != "office" and sighting.reach and self._is_beside(sighting, head):
                return self._of_person(sighting, span)
        return None

    def _is_of_group(self, sighting: Sighting) -> bool:
        """Whether a leader was seen only at a country's name ("the presidents of Russia and …")."""
        return sighting.basis == "office" and sighting.office is None

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
        country = entity.country or next(iter(self._own_countries(span, span.root)), None) or self._served(span)
        if country is not None and entity.country is None:
            entity.country = country
        if any(t.lemma_.lower() in self._reference.speaker_nouns for t in span):
            entity.is_official = True
        kind = "official" if entity.is_official else "other"
        return Referent((), (country,) if country else (), kind, sighting.basis, sighting.confidence)

    def _served(self, span: Span) -> str | None:
        """The country of the body before a name: "Foreign Ministry spokeswoman Ann Lind"."""
        for token in span.root.lefts:
            if token.i < span.start or self._reference.speaker_nouns.get(token.lemma_.lower()) != "official":
                continue
            for body in token.lefts if token.n_lefts else span.root.lefts:
                if self._reference.speaker_nouns.get(body.lemma_.lower()) == "government":
                    known = self._official(self._phrase(body), body)
                    return next(iter(known.countries), None) if known is not None else None
        return None

    def _group_kind(self, head: Token) -> str | None:
        word = head.lower_
        if head.tag_ not in ("NNS", "NNPS") and not word.endswith("s"):
            return None
        return self._reference.group_nouns.get(_singular(word)) or self._reference.group_nouns.get(head.lemma_.lower())

    def _group(self, span: Span, head: Token) -> Referent | None:
        """ "both leaders", "the two presidents", "the sides", "both countries": those of the main event."""
        kind = self._group_kind(head)
        if kind is None:
            return None
        countries = self._countries_in(span)
        clubs = [
            s.organization.members for s in self._within(span) if s.organization is not None and s.organization.members
        ]
        if countries or clubs:
            members = sorted({*countries, *(c for club in clubs for c in club)})
            if clubs and kind == "leader":
                return Referent((), tuple(members), "leader", "group", 0.6)
            return self._leaders_of(span, head, countries) if kind == "leader" else None
        if not self._means_both(span, head):
            return None
        both = self.participants
        is_pair = len(both.countries) > 1 or (len(both.leader_ids) > 1 and len(self._title_countries) != 2)
        if kind == "country" or (kind == "either" and (self._people.home is None or not is_pair)):
            pair = self._coupled_countries(head)
            return Referent((), pair, "government", "group", 0.6) if pair else None
        return both if both.leader_ids else None

    def _means_both(self, span: Span, head: Token) -> bool:
        """Whether a plural means those of the main event: "the two officials", not "party officials"."""
        if any(s.kind == "organization" for s in self._within(span)):
            return False
        for token in span:
            if token == head or token.dep_ in ("det", "predet", "nummod", "punct"):
                if token.lower_ in self._reference.naming["quantifier"] or token.lower_ == "those":
                    return False
            elif token.head == head and (token.i < head.i or token.dep_ in ("prep", "relcl", "acl")):
                owned = token.dep_ == "prep" and any(c.lemma_ in _OCCASIONS for c in token.children)
                if not owned and token.lower_ not in _BOTH_WORDS:
                    return False
        return True

    def _coupled_countries(self, head: Token) -> tuple[str, ...]:
        """The countries that a subject before couples ("U.S. and Israeli officials … Both"), else the main event's."""
        for subject in self._subjects_before(head):
            if self._group_kind(subject) in ("country", "either") or subject.lower_ in _PLURAL:
                continue
            found = self.resolve(self._phrase(subject))
            if len(found.countries) == 2:
                return found.countries
        if len(self.participants.countries) > 1:
            return self.participants.countries
        if len(self._title_countries) == 2:
            return self._title_countries
        lead = [
            s.country
            for s in self._sightings
            if s.kind == "country" and s.country and s.end <= self._doc[: self._lead_end].end_char
        ]
        named = tuple(sorted(dict.fromkeys(c for c in lead if c)))
        return named if len(named) == 2 else ()

    def _leaders_of(self, span: Span, head: Token, countries: list[str]) -> Referent | None:
        """ "the leaders of France and Germany": each one's, where all are known; "European leaders" stay unnamed."""
        offices = [s.office for s in self._within(span) if s.office is not None and s.covers(head.idx)]
        if (
            offices
            and offices[0].stop > offices[0].head.stop
            and any(t.lower_ in ("the", "we") for t in (*span, *self._before(span)))
        ):
            bodies = {
                c: self._text[s.start : s.end]
                for s in self._within(span)
                if s.organization is not None
                for c in (s.country,)
            }
            entities = [self._people.leader_of(c, offices[0].kinds, bodies.get(c, "")) for c in countries]
            known = [e for e in entities if e is not None]
            if len(known) == len(countries):
                return _referent(known, "office", self._reference.confidence("office", "group"))
        kind = self._reference.speaker_nouns.get(_singular(head.lower_), "leader")
        return Referent((), tuple(sorted(countries)), kind, "demonym", 0.6)

    def _before(self, span: Span) -> list[Token]:
        return list(self._doc[max(0, span.start - 1) : span.start])

    def _office(self, span: Span, head: Token) -> Referent | None:
        """An office without a name that only the article can fill: "his Turkish counterpart", "the Chinese leader"."""
        for sighting in self._touching(span, head):
            office = sighting.office
            if sighting.kind != "office" or office is None or not sighting.covers(head.idx):
                continue
            if office.title.phrase in ("counterpart", "leader") and office.countries:
                entity = self._people.leader_of(
                    office.countries[0], self._kinds_of_possessor(span) if office.title.phrase == "counterpart" else ()
                )
                if entity is not None:
                    return _referent([entity], "office", self._reference.confidence("office", "leading"))
                return Referent((), office.countries[:1], "leader", "office", 0.5)
            if office.title.phrase == "leader" and len(span) <= 2:
                return self._he_or_she(head, None)
            if (
                office.kinds
                and not office.is_plural
                and head.lower_ in office.title.phrase.casefold()
                and office.countries
            ):
                return Referent((), office.countries[:1], "official", "office", 0.5)
        return None

    def _kinds_of_possessor(self, span: Span) -> tuple[str, ...]:
        """The offices of "his" in "his Turkish counterpart"; none where he leads his country."""
        for token in span:
            if token.dep_ == "poss":
                owner = self.resolve(self._doc[token.left_edge.i : token.i + 1])
                if self._people.leads(owner.leader_ids):
                    return ()
                kinds = {k for e in self._people.entities if e.entity_id in owner.leader_ids for k in e.kinds}
                return tuple(k for k in _COUNTERPARTS if k in kinds)[:1]
        return ()

    def _body(self, span: Span, head: Token) -> Referent | None:
        """A country, its government by metonym, or an organization."""
        for sighting in self._touching(span, head):
            if not sighting.covers(head.idx) or sighting.entity is not None or sighting.kind == "office":
                continue
            if sighting.basis == "demonym" and any(t.lower_ in self._reference.naming["quantifier"] for t in span):
                return Referent((), (), "other", "demonym", 0.5)
            if sighting.kind == "country" and sighting.country:
                kind = "organization" if sighting.country == "EU" else "government"
                return Referent((), (sighting.country,), kind, sighting.basis, sighting.confidence)
            if sighting.organization is not None:
                national = sighting.organization.kind == "national"
                kind = (
                    "media" if sighting.organization.kind == "media" else "government" if national else "organization"
                )
                countries = [sighting.country] if sighting.country else self._countries_in(span)
                return Referent((), tuple(sorted(countries)), kind, "organization", sighting.confidence)
        return None

    def _official(self, span: Span, head: Token) -> Referent | None:
        """ "US officials", "the foreign ministry", "Iran's government": a kind, and the countries beside it."""
        kind = self._reference.speaker_nouns.get(head.lemma_.lower()) or self._reference.speaker_nouns.get(
            _singular(head.lower_)
        )
        if kind is None:
            return self._staff(span, head)
        countries = self._own_countries(span, head)
        if not countries and head.tag_ in ("NN", "NNP") and self._is_taken_up(span, head, kind):
            bearer = self._bearer_of_role(span, head) if kind == "official" else None
            if bearer is not None:
                return self._of_person(bearer, span)
            countries = self._same_body_before(span, head)
            if not countries and kind in ("government", "official", "leader") and self._people.home:
                countries = [self._people.home]
            if not countries and kind == "government":
                countries = [c for c in (self._last_country(head),) if c]
        return Referent((), tuple(sorted(countries)), kind, "noun", 0.6)

    def _staff(self, span: Span, head: Token) -> Referent | None:
        """ "the Prime Minister's office", "the office of the President": the government of the one it works for."""
        if head.lower_ != "office":
            return None
        owners = [c for c in head.children if c.dep_ == "poss"]
        owners += [c for prep in head.rights if prep.lower_ == "of" for c in prep.children if c.dep_ == "pobj"]
        for owner in owners:
            countries = self.resolve(self._phrase(owner)).countries
            if countries:
                return Referent((), countries, "government", "noun", 0.6)
        return None

    def _is_taken_up(self, span: Span, head: Token, kind: str) -> bool:
        """ "the Task Force", "my Administration", "the Governor": one that the reader knows already."""
        if kind == "government":
            return True
        return any(t.head == head and (t.lower_ == "the" or t.dep_ == "poss") for t in span) and not any(
            t.dep_ == "relcl" for t in head.children
        )

    def _own_countries(self, span: Span, head: Token) -> list[str]:
        """Countries that a phrase says its head belongs to: before it, or by "of", "for", "from" or "with"."""
        found = []
        for sighting in self._within(span):
            codes = (
                list(sighting.office.countries)
                if sighting.office is not None
                else [sighting.country]
                if sighting.country
                else []
            )
            served = sighting.entity
            if served is not None and served.is_leader and served.country and self._is_served(sighting, span):
                codes = [served.country]
            if codes and (sighting.start < head.idx or self._belongs(sighting, head)):
                found += [c for c in codes if c]
        return list(dict.fromkeys(found))

    def _is_served(self, sighting: Sighting, span: Span) -> bool:
        """Whether a leader is whom a phrase's spokesman or aide speaks for: "a spokesman for Karzai"."""
        token = self._token_at(sighting)
        office = token.head.head if token.dep_ == "pobj" else token.head if token.dep_ == "poss" else None
        return office is not None and office in span and office.lemma_.lower() in self._reference.naming["mouthpiece"]

    def _belongs(self, sighting: Sighting, head: Token) -> bool:
        span = self._doc.char_span(sighting.start, sighting.end, alignment_mode="expand")
        token = span.root if span is not None else head
        while token != head and token.head != token:
            if token.dep_ in ("relcl", "acl", "advcl") or (
                token.pos_ == "NOUN" and token.lemma_.lower() not in self._reference.speaker_nouns
            ):
                return False
            if token.dep_ == "prep" and token.head != head and token.head.pos_ not in ("NOUN", "PROPN"):
                return False
            token = token.head
        return token == head

    def _bearer_of_role(self, span: Span, head: Token) -> Sighting | None:
        """ "the Governor", "the general": whom the article introduced as one, the last of them."""
        for token in self._same_word_before(span, head):
            if token.pos_ not in ("NOUN", "PROPN"):
                continue
            for sighting in self._between(token.sent.start_char, token.idx + _ROLE_REACH):
                if sighting.kind not in ("leader", "person") or sighting.entity is None or self._is_of_group(sighting):
                    continue
                between = self._text[token.idx : sighting.start]
                introduces = bool(between) and sighting.basis == "full_name" and not _PARTS_NAMES.search(between)
                if introduces or (token.dep_ == "appos" and sighting.covers(token.head.idx)):
                    return sighting
        return None

    def _same_body_before(self, span: Span, head: Token, kinds: tuple[str, ...] = ("NOUN", "PROPN")) -> list[str]:
        """The countries of "the ministry" where an earlier phrase names them: "the Russian foreign ministry".

        `kinds` are the parts of speech that the earlier noun may be of.
        """
        own = {t.lower_ for t in head.lefts if t.dep_ in ("compound", "amod") and t.i >= span.start}
        for token in self._same_word_before(span, head):
            if token.pos_ in kinds:
                phrase = self._phrase(token)
                countries = self._own_countries(phrase, token)
                if countries and own <= {t.lower_ for t in phrase}:
                    return countries
        return []

    def _same_word_before(self, span: Span, head: Token) -> Iterator[Token]:
        """The tokens before a phrase that have the lemma of its head, the nearest first."""
        places = self._places_of_lemmas[head.lemma_.lower()]
        for i in reversed(places[: bisect_left(places, span.start)]):
            yield self._doc[i]

    @cached_property
    def _places_of_lemmas(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = defaultdict(list)
        for token in self._doc:
            places[token.lemma_.lower()].append(token.i)
        return places

    def _named_body(self, span: Span, head: Token) -> Referent | None:
        """A body or document named after a country: "the Pakistan Air Force", "a UK government report"."""
        before = [s.country for s in self._within(span) if s.kind == "country" and s.country and s.start < head.idx]
        if head.ent_type_ == "ORG" and not before:
            is_text = head.lemma_.lower() in self._reference.naming["legal_text"]
            known = self._same_body_before(span, head, ("PROPN",)) if span[0].lower_ == "the" and not is_text else []
            return Referent((), tuple(sorted(known)), "organization", "recognizer", 0.5)
        if not before or head.pos_ not in ("PROPN", "NOUN"):
            return None
        if head.pos_ == "NOUN" and head.lemma_.lower() not in self._reference.naming["document"]:
            return None
        kind = "organization" if head.pos_ == "PROPN" else "government"
        return Referent((), tuple(sorted(dict.fromkeys(before))), kind, "noun", 0.5)

    def _document(self, span: Span, head: Token) -> Referent | None:
        """ "the Secretary General's report": what a document says, its author says."""
        if head.lemma_.lower() not in self._reference.naming["document"]:
            return None
        for child in head.children:
            if child.dep_ == "poss" and span.start <= child.i < span.end:
                return self.resolve(self._doc[child.left_edge.i : child.i + 1])
        is_known = any(t.lower_ in ("the", "this") for t in head.lefts) and not any(
            t.dep_ == "prep" for t in head.rights
        )
        return self._sender(head) if is_known and head.tag_ == "NN" else None

    def _sender(self, document: Token) -> Referent | None:
        """Whose "the message" is: of the person who greets, congratulates or writes in the sentence before."""
        if document.sent.start == 0:
            return None
        before = self._doc[document.sent.start - 1].sent
        for subject in self._subjects_of(before):
            if subject.head.lemma_.lower() in self._reference.naming["sending_verb"] and self._human(subject):
                return self.resolve(self._phrase(subject))
        return None

    # -- pronouns ------------------------------------------------------------------------------------------------------

    def _he_or_she(self, head: Token, gender: str | None) -> Referent:
        """The nearest person before a pronoun that it can mean: subjects first, then others of its sentence."""
        if gender is not None and self._is_generic(head):
            return NOBODY
        excluded = self._excluded(head)
        for first in (self._joined_before(head), self._subject_after(head)):
            found = self._as_antecedent(first, gender, excluded, "subject") if first is not None else None
            if found is not None:
                return found
        sentences = 0
        for number, subjects in enumerate(self._subjects_by_sentence(head)):
            sentences += bool(subjects)
            for subject in subjects:
                found = self._as_antecedent(subject, gender, excluded, "subject" if sentences <= 2 else "far")
                if found is not None:
                    return found
            if number == 0:
                beside = self._beside_before(head, gender, excluded)
                if beside is not None:
                    return self._pronoun_referent(beside, "object")
        for sighting in reversed(self._sightings[: bisect_left(self._starts, head.idx)]):
            if self._may_be_meant(sighting, gender, excluded) and sighting.start not in self._labels:
                return self._pronoun_referent(sighting, "far")
        return NOBODY

    def _as_antecedent(self, subject: Token, gender: str | None, excluded: set[Entity], grade: str) -> Referent | None:
        """What a pronoun stands for if it takes up this subject; None if it cannot."""
        if subject.lower_ in _SINGULAR:
            if subject.pos_ != "PRON" or (gender and _SINGULAR[subject.lower_] != gender):
                return None
            found = self.resolve(self._doc[subject.i : subject.i + 1])
            return None if {e.entity_id for e in excluded} & set(found.leader_ids) else found
        sighting = self._human(subject) or self._owner(subject)
        if sighting is not None:
            return self._pronoun_referent(sighting, grade) if self._may_be_meant(sighting, gender, excluded) else None
        if gender is None or not self._is_unnamed_person(subject, gender):
            return None
        found = self.resolve(self._phrase(subject))
        if {e.entity_id for e in excluded} & set(found.leader_ids):
            return None
        sure = min(self._reference.confidence("pronoun", grade), found.confidence)
        return Referent(found.leader_ids, found.countries, found.kind, "pronoun", sure)

    def _joined_before(self, pronoun: Token) -> Token | None:
        """ "the President and his Prime Minister": with whom a possessive is coupled."""
        token = pronoun
        while token.dep_ in ("poss", "compound", "nmod", "amod") and token.head.i > token.i:
            token = token.head
        is_coupled = pronoun.dep_ == "poss" and token.dep_ == "conj" and token.head.i < pronoun.i
        return token.head if is_coupled and self._human(token.head) is not None else None

    def _subject_after(self, pronoun: Token) -> Token | None:
        """The subject to come, where the pronoun opens its sentence: "In his speech, Rudd said …"."""
        if pronoun.dep_ != "poss" or self._quoted[pronoun.i]:
            return None
        for token in pronoun.ancestors:
            subjects = [t for t in token.children if t.dep_ in _SUBJECTS]
            if not subjects:
                continue
            fronted = pronoun.i < subjects[0].left_edge.i and not self._quoted[subjects[0].i]
            return subjects[0] if fronted and subjects[0].dep_ != "agent" else None
        return None

    def _pronoun_referent(self, sighting: Sighting, grade: str) -> Referent:
        token = self._token_at(sighting)
        found = self._of_person(sighting, self._phrase(token))
        sure = min(self._reference.confidence("pronoun", grade), found.confidence)
        return Referent(found.leader_ids, found.countries, found.kind, "pronoun", sure)

    def _token_at(self, sighting: Sighting) -> Token:
        span = self._doc.char_span(sighting.start, sighting.end, alignment_mode="expand")
        assert span is not None
        return span.root

    def _beside_before(self, head: Token, gender: str | None, excluded: set[Entity]) -> Sighting | None:
        """The nearest person in the pronoun's own sentence who is no subject: "a letter to Rudd about his plan"."""
        quoted = self._quoted[head.i]
        for sighting in reversed(self._between(head.sent.start_char, head.idx)):
            if not self._may_be_meant(sighting, gender, excluded) or sighting.start in self._labels:
                continue
            if quoted or not self._quoted[self._token_at(sighting).i]:
                return sighting
        return None

    def _may_be_meant(self, sighting: Sighting, gender: str | None, excluded: set[Entity]) -> bool:
        if sighting.entity is None or sighting.kind not in ("leader", "person") or self._is_of_group(sighting):
            return False
        return sighting.entity not in excluded and self._agrees(sighting, gender)

    def _is_generic(self, head: Token) -> bool:
        """ "his or her place" is anybody's, and "Her Majesty" a style."""
        if head.dep_ == "poss" and head.head.lower_ in self._reference.naming["style"]:
            return True
        near = self._doc[max(0, head.i - 2) : head.i + 3]
        return (
            any(t.lower_ == "or" for t in near)
            and len({_SINGULAR[t.lower_] for t in near if t.lower_ in _SINGULAR}) > 1
        )

    def _is_unnamed_person(self, subject: Token, gender: str) -> bool:
        """ "An immigrant said that he …", "the Norwegian minister … he": one human being, whom no name tells of."""
        if subject.tag_ not in ("NN", "NNP"):
            return False
        near = self._between(subject.idx - _REACH, subject.idx + 1)
        if any(s.kind == "office" and s.office and not s.office.is_plural and s.covers(subject.idx) for s in near):
            return True
        word = subject.lower_
        own = self._reference.person_nouns.get(word)
        if own is None:
            return self._reference.speaker_nouns.get(word) == "official"
        return own in ("any", gender)

    def _excluded(self, pronoun: Token) -> set[Entity]:
        """Whom a pronoun cannot mean: who speaks the words it stands in, and for an object its clause's subject."""
        excluded: set[Entity] = set()
        if pronoun.lower_ in _OBJECT_PRONOUNS and self._is_object(pronoun):
            subject = self._subject_over(pronoun)
            excluded |= self._entities_of(subject) if subject is not None else set()
        elif pronoun.dep_ == "poss":
            excluded |= self._judging_subject(pronoun)
        turn = self._turn_at(pronoun.idx)
        if turn is not None:
            excluded |= {turn.entity} if turn.entity is not None else set()
        elif not self._quoted[pronoun.i]:
            excluded |= self._own_voice
        elif self._is_wholly_quoted(pronoun):
            speakers = [t for t in pronoun.sent if t.dep_ in _SUBJECTS and not self._quoted[t.i]]
            excluded |= {e for t in speakers for e in self._entities_of(t)}
        return excluded

    def _subject_over(self, pronoun: Token) -> Token | None:
        """The subject of the clause in which a pronoun is an object; none in "a plot spun against him"."""
        for token in pronoun.ancestors:
            for child in token.children:
                if child.dep_ in _SUBJECTS and child.i < pronoun.i and child != pronoun:
                    return self._bearer(child)
            if token.dep_ in ("acl", "relcl"):
                return None
        return None

    @cached_property
    def _own_voice(self) -> set[Entity]:
        """The author of a text that says "I": its "he" is somebody else."""
        if self._seeks_author:
            return set()
        says_i = any(t.lower_ == "i" and t.pos_ == "PRON" and not self._quoted[t.i] for t in self._doc)
        return {e for e in self._people.entities if says_i and e.entity_id in self.author.leader_ids}

    def _is_object(self, pronoun: Token) -> bool:
        """An object of a verb, if only by a preposition ("met with him"), or of an infinitive ("led him to say")."""
        if pronoun.dep_ == "pobj":
            return pronoun.head.head.pos_ in ("VERB", "AUX")
        return pronoun.dep_ in ("dobj", "dative", "nsubj", "iobj")

    def _judging_subject(self, pronoun: Token) -> set[Entity]:
        """Who thanks, praises or blames: in "thanked the Prime Minister for his help" the help is the other's."""
        preposition = next((t for t in pronoun.ancestors if t.dep_ == "prep"), None)
        if preposition is None or preposition.lower_ not in _GROUNDS:
            return set()
        verb = preposition.head
        judges = verb.lemma_.lower() in self._reference.naming["judging_verb"]
        if not judges or not any(c.dep_ == "dobj" and c.i < preposition.i for c in verb.children):
            return set()
        subject = next((t for t in self._subjects_before(pronoun) if t.head == verb), None)
        if subject is None:
            subject = next(self._subjects_before(verb), None)
        return self._entities_of(subject) if subject is not None else set()

    def _is_wholly_quoted(self, pronoun: Token) -> bool:
        """Whether the subject of the pronoun's clause is quoted with it; else only a part of a sentence is quoted."""
        for token in (pronoun, *pronoun.ancestors):
            subjects = [c for c in token.children if c.dep_ in _SUBJECTS]
            if token.dep_ in _SUBJECTS:
                return True
            if subjects:
                return self._quoted[subjects[0].i]
        return True

    def _entities_of(self, subject: Token) -> set[Entity]:
        """The persons that a subject with its conjuncts names, or the one for whom it stands as a pronoun."""
        if subject.lower_ in _SINGULAR:
            ids = self.resolve(self._doc[subject.i : subject.i + 1]).leader_ids
            return {e for e in self._people.entities if e.entity_id in ids}
        named = (self._human(self._bearer(t)) for t in (subject, *subject.conjuncts))
        return {s.entity for s in named if s is not None and s.entity is not None}

    def _agrees(self, sighting: Sighting, gender: str | None) -> bool:
        own = sighting.entity.gender if sighting.entity is not None else None
        return not gender or not own or own == gender

    def _human(self, subject: Token) -> Sighting | None:
        """The named person that a subject is, if it is one."""
        if subject.lower_ in _SINGULAR:
            return None
        for sighting in self._touching(self._phrase(subject), subject):
            if sighting.entity is None or self._is_of_group(sighting) or sighting.kind not in ("leader", "person"):
                continue
            if sighting.covers(subject.idx) or (sighting.reach and self._is_beside(sighting, subject)):
                return sighting
        return None

    def _owner(self, subject: Token) -> Sighting | None:
        """Whose the subject is: Putin, of "Putin's attempt"."""
        for child in subject.children:
            if child.dep_ == "poss":
                return self._human(child)
        return None

    def _bearer(self, subject: Token) -> Token:
        """The noun that a subject stands for: who does it in the passive, and the antecedent of "who" and "that"."""
        if subject.dep_ == "agent":
            return next((c for c in subject.children if c.dep_ == "pobj"), subject)
        if subject.tag_ in ("WP", "WDT") and subject.head.dep_ == "relcl":
            return subject.head.head
        return subject

    def _subjects_before(self, head: Token) -> Iterator[Token]:
        """Subjects before a token: the own sentence's, nearest first, then earlier ones', their main clauses' first."""
        for subjects in self._subjects_by_sentence(head):
            yield from subjects

    def _subjects_by_sentence(self, head: Token) -> Iterator[list[Token]]:
        """The subjects before a token, the own sentence's first.

        What is quoted is no context for what is not. Within a quotation its own words come first.
        """
        in_quotation = self._quoted[head.i]
        sentence_start = head.sent.start
        own = [t for t in self._subjects_of(head.sent) if t.i < head.i and (in_quotation or not self._quoted[t.i])]
        own.sort(key=lambda t: (in_quotation and not self._quoted[t.i], t.dep_ == "agent", -t.i))
        yield [bearer for t in own if (bearer := self._bearer(t)).i < head.i]
        sentences, position = 0, sentence_start - 1
        while position >= 0 and sentences < _SENTENCES_BACK:
            in_quotation = in_quotation and self._quoted[position]
            sentence = self._doc[position].sent
            subjects = [t for t in self._subjects_of(sentence) if in_quotation or not self._quoted[t.i]]
            main = [t for t in subjects if t.head.dep_ == "ROOT"]
            yield [self._bearer(t) for t in (*main, *(t for t in reversed(subjects) if t not in main))]
            position = sentence.start - 1
            sentences += 1

    def _subjects_of(self, sentence: Span) -> list[Token]:
        found = self._subject_memo.get(sentence.start)
        if found is None:
            found = self._subject_memo[sentence.start] = [t for t in sentence if t.dep_ in _SUBJECTS]
        return found

    def _they(self, head: Token) -> Referent:
        for subject in self._subjects_before(head):
            if subject.lower_ in _PLURAL or subject.lower_ in _SINGULAR or subject.lower_ in _FIRST:
                continue
            if (
                subject.tag_ in ("NNS", "NNPS")
                or any(c.dep_ == "conj" for c in subject.children)
                or (subject.dep_ != "pobj" and self._is_collective(subject))
            ):
                found = self.resolve(self._phrase(subject))
                if found.leader_ids or found.countries or found.kind != "other":
                    return Referent(found.leader_ids, found.countries, found.kind, "pronoun", 0.6)
                if subject.tag_ == "NNS" and subject.lemma_.lower() in self._reference.person_nouns:
                    return NOBODY
        return self.participants if self._people.home is not None or len(self.participants.leader_ids) > 1 else NOBODY

    def _is_collective(self, subject: Token) -> bool:
        """Whether a singular subject is a body that "they" may take up: a government, an organization."""
        if self._reference.speaker_nouns.get(subject.lemma_.lower()) in ("government", "organization", "media"):
            return True
        near = self._between(subject.idx - _REACH, subject.idx + 1)
        return any(s.kind == "organization" and s.covers(subject.idx) for s in near)

    def indirect_mentions(self) -> list[Mention]:
        """Mentions of leaders that no name tells of: offices that only the article can fill, and pronouns."""
        return [*self._counterpart_mentions(), *self._pronoun_mentions()]

    def _counterpart_mentions(self) -> list[Mention]:
        found = []
        for sighting in self._sightings:
            office = sighting.office
            if sighting.kind != "office" or office is None or office.is_plural or not office.countries:
                continue
            span = self._doc.char_span(sighting.start, sighting.end, alignment_mode="expand")
            if span is None or office.title.phrase not in ("counterpart", "leader"):
                continue
            who = self.resolve(self._doc[span.root.left_edge.i : span.end])
            if len(who.leader_ids) == 1:
                country = who.countries[0] if len(who.countries) == 1 else None
                found.append(
                    Mention(
                        sighting.start, sighting.end, "leader", who.leader_ids[0], country, "office", who.confidence
                    )
                )
        return found

    def _pronoun_mentions(self) -> list[Mention]:
        """Mentions of leaders by "he", "she", "his" and "her", and by the author's own "I"."""
        found = []
        for token in self._doc:
            word = token.lower_
            own_words = word in ("i", "my", "me") and not self._quoted[token.i]
            if own_words or (word in _SINGULAR and token.pos_ == "PRON"):
                who = self._voice_at(token.idx) if own_words else self.resolve(self._doc[token.i : token.i + 1])
                if len(who.leader_ids) == 1:
                    basis = "first_person" if own_words else "pronoun"
                    country = who.countries[0] if len(who.countries) == 1 else None
                    found.append(
                        Mention(
                            token.idx,
                            token.idx + len(token),
                            "leader",
                            who.leader_ids[0],
                            country,
                            basis,
                            who.confidence,
                        )
                    )
        return found

    # -- sightings and tokens ------------------------------------------------------------------------------------------

    def _between(self, start: int, end: int) -> list[Sighting]:
        """The sightings that start at characters `[start, end)`."""
        return self._sightings[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def _within(self, span: Span) -> list[Sighting]:
        return [s for s in self._between(span.start_char, span.end_char + 1) if s.end <= span.end_char + 1]

    def _touching(self, span: Span, head: Token) -> list[Sighting]:
        """Sightings in a phrase, and those that hold its head though they reach beyond it."""
        key = (span.start, span.end, head.i)
        found = self._touching_memo.get(key)
        if found is None:
            start, end, at = span.start_char, span.end_char + 1, head.idx
            near = self._between(min(start, at - _REACH), max(end, at + _REACH))
            found = [s for s in near if (start <= s.start and s.end <= end) or s.covers(at)]
            self._touching_memo[key] = found
        return found

    def _phrase(self, head: Token) -> Span:
        return self._doc[head.left_edge.i : head.right_edge.i + 1]

    def _countries_in(self, span: Span) -> list[str]:
        found = [s.country for s in self._within(span) if s.entity is None and s.country]
        found += [c for s in self._within(span) if s.office is not None for c in s.office.countries]
        return list(dict.fromkeys(c for c in found if c))

    def _last_country(self, head: Token) -> str | None:
        before = [s.country for s in self._sightings if s.end <= head.idx and s.kind == "country" and s.country]
        return before[-1] if before else None


def _singular(word: str) -> str:
    return word[:-3] + "y" if word.endswith("ies") else word.removesuffix("s")


def _referent(entities: Iterable[Entity], basis: str, confidence: float) -> Referent:
    """Several people as one referent; who is no leader counts by country alone (the spokesman who signs)."""
    members = list(entities)
    countries = sorted({e.country for e in members if e.country})
    leaders = sorted({e.entity_id for e in members if e.is_leader})
    return Referent(tuple(leaders), tuple(countries), "leader" if leaders else "official", basis, confidence)
