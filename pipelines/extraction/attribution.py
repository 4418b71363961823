"""Statements: source, cue and content of every attribution in an article (the scope of PARC3 and PolNeAR).

`candidates` proposes, `scorer` disposes; here the chosen ones become statements with speaker, addressee, channel,
quote type and speech act.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from spacy.tokens import Doc, Span, Token

from pipelines.extraction.candidates import find_candidates
from pipelines.extraction.channels import ChannelLexicon, find_channel
from pipelines.extraction.contents import Candidate
from pipelines.extraction.features import features
from pipelines.extraction.layout import Layout, TokenRange
from pipelines.extraction.scorer import AttributionModel, Choice, choose
from pipelines.extraction.speech_acts import CueLexicon
from pipelines.extraction.syntax import addressee_of, noun_phrase, subject_of
from pipelines.records import NOBODY, Referent, Statement, TimeExpression
from pipelines.records import Span as CharSpan

_SELF = frozenset({"i", "we", "he", "she", "they"})
_RELATIVE = frozenset({"WP", "WDT", "WP$"})


class Resolver(Protocol):
    """What attribution asks of the linking: whom a noun phrase stands for."""

    def resolve(self, span: Span) -> Referent:
        """Whom `span` stands for; `NOBODY` where nobody can be named."""
        ...

    def implied(self, cue: Token) -> Referent:
        """Who must have said what a cue without a source tells of; `NOBODY` where nothing settles it."""
        ...


@dataclass(frozen=True, slots=True)
class Attribution:
    """Everything that finding statements needs beyond the article: loaded once, used for all."""

    model: AttributionModel
    cues: CueLexicon
    channels: ChannelLexicon

    @classmethod
    def load(cls) -> Attribution:
        """The model and lexicons that ship with Readout."""
        return cls(AttributionModel.load(), CueLexicon.load(), ChannelLexicon.load())

    def find_statements(self, doc: Doc, linked: Resolver, times: Sequence[TimeExpression] = ()) -> list[Statement]:
        """The statements of one parsed article, in the order of their contents.

        The codebook's rulings: no row for a negated cue ("did not say whether"), for a bare topic of talk ("discussed
        trade"), or for what stands inside another content.
        """
        layout = Layout.of(doc)
        proposed = find_candidates(layout, self.model.cue_words)
        candidates = [c for c in proposed if not self._excluded(doc, c)]
        names = [features(layout, candidate) for candidate in candidates]
        chosen = choose(candidates, names, self.model)
        infinitives = {c.cue: c for c in candidates if _is_request(doc, c)}
        return [self._statement(layout, self._asked(doc, choice, infinitives), linked, times) for choice in chosen]

    def _excluded(self, doc: Doc, candidate: Candidate) -> bool:
        return _negated(doc, candidate) or self.cues.is_bare_topic(doc, candidate) or self._is_carrier(doc, candidate)

    def _addressee(self, doc: Doc, candidate: Candidate) -> TokenRange | None:
        """Whom it is said to. "Thanked him for …" speaks to him; "described him as …" does not."""
        to = candidate.addressee
        if to is None:
            return _of_governing_cue(doc, candidate)
        inside = any(to[0] < end and start < to[1] for start, end in candidate.content)
        speaks = candidate.cue is not None and doc[candidate.cue].lemma_.lower() in self.cues.addresses
        return to if speaks or not inside else None

    def _is_carrier(self, doc: Doc, candidate: Candidate) -> bool:
        """ "According to the ministry's readout, Xi stressed …": the readout carries what Xi said."""
        if not candidate.frame.startswith("according") or candidate.source is None or candidate.cue is None:
            return False
        verb = doc[candidate.cue].head
        reports = (verb.lemma_.lower(), "") in self.cues.cues and subject_of(verb) is not None
        return reports and self.channels.kind(doc[candidate.source[1] - 1]) is not None

    def _asked(self, doc: Doc, choice: Choice, infinitives: Mapping[int | None, Candidate]) -> Choice:
        """ "Urged the two neighbours to reopen …": whom it asks is the addressee, what it asks is the content."""
        infinitive = infinitives.get(choice.candidate.cue)
        if (
            infinitive is None
            or not choice.candidate.frame.startswith(("ccomp", "dobj"))
            or choice.candidate.cue is None
        ):
            return choice
        asks = self.cues.cues.get((doc[choice.candidate.cue].lemma_.lower(), ""))
        return Choice(infinitive, choice.probability) if asks and asks.speech_act == "directive" else choice

    def _statement(
        self, layout: Layout, choice: Choice, linked: Resolver, times: Sequence[TimeExpression]
    ) -> Statement:
        doc, candidate = layout.doc, choice.candidate
        unsaid = linked.implied(doc[candidate.cue]) if candidate.cue is not None else NOBODY
        speaker = linked.resolve(_antecedent(doc, candidate.source)) if candidate.source else unsaid
        act = self.cues.act(doc, candidate, lambda subject: _same_side(subject, speaker, linked))
        content = [_characters(doc, run) for run in candidate.content]
        said = _said(doc, candidate, content, times)
        addressee = self._addressee(doc, candidate)
        return Statement(
            content_spans=content,
            quote_type=quote_type(layout, candidate),
            attribution_type=act.attribution_type,
            cue=_characters(doc, candidate.cue_range) if candidate.cue_range else None,
            cue_lemma=cue_lemma(doc, candidate),
            speaker=_characters(doc, candidate.source) if candidate.source else None,
            referent=speaker,
            addressee=_characters(doc, addressee) if addressee else None,
            addressee_referent=_not_oneself(linked.resolve(_antecedent(doc, addressee)), speaker)
            if addressee
            else NOBODY,
            channel=find_channel(doc, candidate, self.channels),
            speech_act=act.speech_act,
            plover=act.plover,
            said_on=said.date.start if said else None,
            said_on_basis=said.date.basis if said else None,
            confidence=round(choice.probability, 3),
        )


def quote_type(layout: Layout, candidate: Candidate) -> str:
    """`direct` where all words are quoted, `mixed` where some are, `indirect` where none is. A turn is direct."""
    if candidate.frame == "turn":
        return "direct"
    words = [
        i for run in candidate.content for i in range(*run) if not layout.doc[i].is_punct and not layout.doc[i].is_space
    ]
    quoted = sum(layout.quoted(i) for i in words)
    if not quoted:
        return "indirect"
    return "direct" if quoted == len(words) else "mixed"


def cue_lemma(doc: Doc, candidate: Candidate) -> str | None:
    """The lemma of the cue's head with the particle or preposition that belongs to it: "call for", "point out"."""
    if candidate.cue_range is None:
        return None
    start, end = candidate.cue_range
    words = [doc[i] for i in range(start, end)]
    return " ".join([words[0].lemma_.lower(), *(w.lower_ for w in words[1:])])


def _characters(doc: Doc, run: TokenRange) -> CharSpan:
    last = doc[run[1] - 1]
    return doc[run[0]].idx, last.idx + len(last)


def _is_request(doc: Doc, candidate: Candidate) -> bool:
    return candidate.frame in {"inf", "dobj_clause"} and doc[candidate.content[0][0]].tag_ == "TO"


def _negated(doc: Doc, candidate: Candidate) -> bool:
    return candidate.cue is not None and any(child.dep_ == "neg" for child in doc[candidate.cue].children)


def _antecedent(doc: Doc, run: TokenRange) -> Span:
    """The phrase that a relative pronoun stands for, else the phrase itself."""
    head: Token = doc[run[0] : run[1]].root
    clause = head.head
    if head.tag_ in _RELATIVE and clause.dep_ == "relcl":
        return doc[slice(*noun_phrase(clause.head))]
    return doc[run[0] : run[1]]


def _same_side(subject: Token, speaker: Referent, linked: Resolver) -> bool:
    """Whether a clause's subject is the speaker, or the country that the speaker speaks for."""
    if subject.pos_ == "PRON":
        return subject.lower_ in _SELF
    meant = linked.resolve(subject.doc[slice(*noun_phrase(subject))])
    return bool(set(meant.leader_ids) & set(speaker.leader_ids) or set(meant.countries) & set(speaker.countries))


def _not_oneself(addressee: Referent, speaker: Referent) -> Referent:
    """Nobody thanks or urges themselves: such an addressee was resolved wrongly, and stays open."""
    return NOBODY if addressee.leader_ids and addressee.leader_ids == speaker.leader_ids else addressee


def _of_governing_cue(doc: Doc, candidate: Candidate) -> TokenRange | None:
    """ "Xi urged the United States to …, warning that …": a participle is said to whom its main clause is."""
    if candidate.cue is None or doc[candidate.cue].dep_ != "advcl" or doc[candidate.cue].tag_ != "VBG":
        return None
    return addressee_of(doc[candidate.cue].head)


def _said(
    doc: Doc, candidate: Candidate, content: Sequence[CharSpan], times: Sequence[TimeExpression]
) -> TimeExpression | None:
    """The time expression that hangs on the cue itself ("said on Tuesday"), not one inside what was said."""
    if candidate.cue is None:
        return None
    for time in times:
        if (
            time.date.start is None
            or time.date.precision != "day"
            or any(s < time.end and time.start < e for s, e in content)
        ):
            continue
        span = doc.char_span(time.start, time.end, alignment_mode="contract")
        if span is None:
            continue
        head = span.root.head
        if head.i == candidate.cue or (head.pos_ == "ADP" and head.head.i == candidate.cue):
            return time
    return None
