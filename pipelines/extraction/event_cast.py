"""Who is who in an article's events: who says "I" in a quotation, who is the host and who the guest.

Events are found before statements are, so the speaker of a quotation is read off the words around it alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Protocol

from spacy.tokens import Doc, Span, Token

from pipelines.extraction.event_parties import NO_PARTIES, Parties
from pipelines.extraction.quotations import Quotation, find_quotations
from pipelines.records import NOBODY, Leader, Referent, text_of

_SECOND_PERSON = frozenset({"you", "your", "yourself"})
_FIRST_PERSON = frozenset({"i", "me", "my", "myself", "we", "us", "our", "ourselves"})
# How far from a quotation its speaker is looked for, in tokens: '…," the President of Kenya told reporters'.
_NEAR = 12


class Linked(Protocol):
    """What the cast needs of a linked article."""

    @property
    def participants(self) -> Referent: ...

    @property
    def home(self) -> Referent: ...

    @property
    def leaders(self) -> list[Leader]: ...

    def resolve(self, span: Span, first_person: Referent | None = None) -> Referent: ...


class Cast:
    """Resolves the phrases of one article for its events; holds what it has found of speakers and countries."""

    def __init__(self, doc: Doc, linked: Linked) -> None:
        self._doc, self._linked = doc, linked
        self._speakers: dict[int, Referent] = {}

    @property
    def participants(self) -> Referent:
        """The leaders or countries between whom the article's main event is."""
        return self._linked.participants

    @property
    def everybody(self) -> Parties:
        """The participants as the parties of an event."""
        return Parties(self.participants.leader_ids, self.participants.countries)

    def resolve(self, span: Span) -> Referent:
        """Whom a phrase stands for: "I", "we" and "our" in a quotation are whoever is quoted."""
        # "US" is no "us".
        first = span[0].lower_ if len(span) and span[0].pos_ in ("PRON", "DET") else ""
        if first in _FIRST_PERSON or first in _SECOND_PERSON:
            quotation = next((q for q in self._quotations if q.start <= span.start_char < q.end), None)
            if quotation is not None and first in _FIRST_PERSON:
                return self._linked.resolve(span, self._speaker(quotation))
            if quotation is not None and len(span) == 1:
                return self._other_side(self._speaker(quotation))
        return self._linked.resolve(span)

    def _other_side(self, speaker: Referent) -> Referent:
        """Whom a participant says "you" to: the other one, where there are two."""
        others = [i for i in self.participants.leader_ids if i not in speaker.leader_ids]
        if len(self.participants.leader_ids) != 2 or len(others) != 1:
            return NOBODY
        country = self.country_of.get(others[0])
        return Referent(tuple(others), (country,) if country else (), "leader", "counterpart", 0.7)

    def guests(self, host: str | None) -> Parties:
        """Who came to `host`, or to the publisher's country where it is None, with the host's country.

        Nobody where the article's participants are all of one side, or the host is none of them.
        """
        countries = self.participants.countries
        hosts = [host] if host is not None else list(self._linked.home.countries)
        if len(hosts) != 1 or len(countries) < 2 or hosts[0] not in countries:
            return NO_PARTIES
        leaders = tuple(i for i in self.participants.leader_ids if self.country_of.get(i) != hosts[0])
        return Parties(leaders, tuple(sorted(countries)))

    def hosts(self) -> Parties:
        """The participants of the publisher's own country: the side that a readout speaks for."""
        home = self._linked.home.countries
        leaders = tuple(i for i in self.participants.leader_ids if self.country_of.get(i) in home)
        return Parties(leaders, tuple(home)) if leaders else NO_PARTIES

    @cached_property
    def country_of(self) -> Mapping[str, str | None]:
        """The country that each leader of the article stands for."""
        return {leader.leader_id: leader.country for leader in self._linked.leaders}

    @cached_property
    def _quotations(self) -> tuple[Quotation, ...]:
        return find_quotations(text_of(self._doc))

    def _speaker(self, quotation: Quotation) -> Referent:
        if quotation.start not in self._speakers:
            self._speakers[quotation.start] = self._find_speaker(quotation)
        return self._speakers[quotation.start]

    def _find_speaker(self, quotation: Quotation) -> Referent:
        """The subject that stands next to a quotation and outside all quotations, after it rather than before it."""
        span = self._doc.char_span(quotation.start, quotation.end, alignment_mode="expand")
        if span is None:
            return NOBODY
        after = self._doc[span.end : span.end + _NEAR]
        before = self._doc[max(0, span.start - _NEAR) : span.start]
        for token in (*after, *reversed(before)):
            if token.dep_ == "nsubj" and token.head.pos_ == "VERB" and not self._is_quoted(token):
                found = self._linked.resolve(self._doc[token.left_edge.i : token.right_edge.i + 1])
                if found.leader_ids or found.countries:
                    return found
        return NOBODY

    def _is_quoted(self, token: Token) -> bool:
        return any(quotation.start <= token.idx < quotation.end for quotation in self._quotations)
