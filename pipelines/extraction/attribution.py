"""Statements: source, cue and content of every attribution in an article (the scope of PARC3 and PolNeAR).

The parse (`candidates`) and the encoder (`tagged`) propose, `scorer` disposes; here the chosen ones become statements
with speaker, addressee, channel, quote type and speech act.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from spacy.tokens import Doc, Token

from pipelines.extraction.addressees import Addressees, Resolver, Talks
from pipelines.extraction.candidates import find_candidates
from pipelines.extraction.channels import ChannelLexicon, find_channel
from pipelines.extraction.confidence import load_log_odds, observations, probability
from pipelines.extraction.contents import TAGGED, Candidate
from pipelines.extraction.encoder import Evidence, Reading
from pipelines.extraction.features import evidence_features, features
from pipelines.extraction.layout import Layout, TokenRange
from pipelines.extraction.scorer import AttributionModel, Choice, choose
from pipelines.extraction.speech_acts import CueLexicon
from pipelines.extraction.syntax import antecedent, noun_phrase, subject_of
from pipelines.extraction.tagged import tagged_candidates, with_likely_source
from pipelines.records import NOBODY, Referent, Statement, TimeExpression
from pipelines.records import Span as CharSpan

_SELF = frozenset({"i", "we", "he", "she", "they"})
_SUPPOSING = frozenset({"if", "unless"})
_ALIKE = 0.5
_LEAST_CUE = 0.05
"""Below this probability of its cue a candidate is not looked at."""
_BODIES = frozenset({"government", "organization"})
_NO_TALKS = Talks()
DaysByCue = Mapping[int, Sequence[TimeExpression]]


@dataclass(frozen=True, slots=True)
class Attribution:
    """Everything that finding statements needs beyond the article: loaded once, used for all."""

    model: AttributionModel
    cues: CueLexicon
    channels: ChannelLexicon
    log_odds: Mapping[str, float]

    @classmethod
    def load(cls) -> Attribution:
        """The model and lexicons that ship with Readout."""
        return cls(AttributionModel.load(), CueLexicon.load(), ChannelLexicon.load(), load_log_odds())

    def find_statements(
        self,
        doc: Doc,
        reading: Reading,
        linked: Resolver,
        times: Sequence[TimeExpression] = (),
        talks: Talks = _NO_TALKS,
    ) -> list[Statement]:
        """The statements of one parsed article, in the order of their contents.

        Takes the parse, what the encoder reads in the text, who is meant, the time expressions and the talks told of.
        The codebook's rulings: no row for a negated cue ("did not say whether"), for a bare topic of talk ("discussed
        trade"), or for what stands inside another content.
        """
        rows = self.observed_statements(doc, reading, linked, times, talks)
        for statement, names in rows:
            statement.confidence = round(probability(names, self.log_odds), 3)
        return [statement for statement, _ in rows]

    def observed_statements(
        self,
        doc: Doc,
        reading: Reading,
        linked: Resolver,
        times: Sequence[TimeExpression] = (),
        talks: Talks = _NO_TALKS,
    ) -> list[tuple[Statement, list[str]]]:
        """As `find_statements`, each row with the observations that its confidence is made of, for training."""
        layout = Layout.of(doc)
        evidence = Evidence(doc, reading)
        proposed = propose(layout, evidence, self.model.cue_words)
        cues = {c.cue for c in proposed if c.cue is not None}
        unsaid = {cue for cue in cues if _negated(doc[cue]) or _asked_or_supposed(doc[cue])}
        candidates = [c for c in proposed if c.cue not in unsaid and not self._excluded(doc, c)]
        described = [describe(layout, evidence, candidate) for candidate in candidates]
        chosen = choose(candidates, described, self.model)
        addressees = Addressees(layout, linked, talks, self.cues.addresses)
        by_cue, days = numbers_by_cue(candidates), _days_by_cue(doc, times)
        rows = []
        for choice in chosen:
            parsed = in_form_of_parse(choice, candidates, by_cue)
            statement = self._statement(layout, parsed, linked, days, addressees)
            cue = doc[parsed.candidate.cue].lemma_.lower() if parsed.candidate.cue is not None else ""
            names = observations(choice, statement, known_cue=(cue, "") in self.cues.cues)
            rows.append((statement, names))
        return rows

    def _excluded(self, doc: Doc, candidate: Candidate) -> bool:
        if _of_nothing(doc, candidate) and self.cues.asserts(doc, candidate):
            return True
        return self.cues.is_bare_topic(doc, candidate) or self._is_carrier(doc, candidate)

    def _is_carrier(self, doc: Doc, candidate: Candidate) -> bool:
        """ "According to the ministry's readout, Xi stressed …": the readout carries what Xi said."""
        if not candidate.frame.startswith("according") or candidate.source is None or candidate.cue is None:
            return False
        verb = doc[candidate.cue].head
        reports = (verb.lemma_.lower(), "") in self.cues.cues and subject_of(verb) is not None
        return reports and self.channels.kind(doc[candidate.source[1] - 1]) is not None

    def _statement(
        self, layout: Layout, choice: Choice, linked: Resolver, days: DaysByCue, addressees: Addressees
    ) -> Statement:
        doc, candidate = layout.doc, choice.candidate
        speaker = NOBODY
        if candidate.source:
            speaker = linked.resolve(antecedent(doc, candidate.source))
        elif candidate.cue is not None:
            speaker = linked.implied(doc[candidate.cue])
        act = self.cues.act(doc, candidate, lambda subject: _same_side(subject, speaker, linked))
        content = [_characters(doc, run) for run in candidate.content]
        said = _said(candidate, content, days)
        channel = find_channel(doc, candidate, self.channels, lambda outlet: linked.resolve(outlet).kind == "media")
        addressee = addressees.find(candidate, speaker, act, channel)
        return Statement(
            content_spans=content,
            quote_type=quote_type(layout, candidate),
            attribution_type=act.attribution_type,
            cue=_characters(doc, candidate.cue_range) if candidate.cue_range else None,
            cue_lemma=cue_lemma(doc, candidate),
            speaker=_characters(doc, candidate.source) if candidate.source else None,
            referent=speaker,
            addressee=_characters(doc, addressee.text) if addressee.text else None,
            addressee_referent=addressee.referent,
            addressee_basis=addressee.basis,
            channel=channel.text if channel else None,
            speech_act=act.speech_act,
            plover=act.plover,
            said_on=said.date.start if said else None,
            said_on_basis=said.date.basis if said else None,
        )


def propose(layout: Layout, evidence: Evidence, cue_words: frozenset[str]) -> list[Candidate]:
    """All candidates of parse and encoder whose cue is not out of the question, with their likely sources.

    `cue_words` are the lemmas of nouns and adjectives that may be cues.
    """
    likely = find_candidates(layout, cue_words, [probability >= _LEAST_CUE for probability in evidence.cue])
    evidence.read_links(c.cue_range for c in likely if c.cue_range is not None)
    formed = {i for c in likely if c.cue is None and c.cue_range for i in range(*c.cue_range)}
    tagged = [c for c in tagged_candidates(layout, evidence) if c.cue not in formed]
    apart = [c for c in [*likely, *tagged] if not _begins_with_listener(layout, c)]
    return [with_likely_source(layout, evidence, c) for c in apart]


def _begins_with_listener(layout: Layout, candidate: Candidate) -> bool:
    """Whether a content begins with who is told ("told parliament that troops would leave") and goes on with what."""
    if candidate.cue is None or not candidate.content:
        return False
    first, last = candidate.content[0]
    parts = list(layout.doc[candidate.cue].children)
    listeners = [part for part in parts if part.dep_ in {"dobj", "dative"} and part.left_edge.i == first]
    clauses = [part.left_edge.i for part in parts if part.dep_ == "ccomp" and part.left_edge.i < last]
    return any(part.right_edge.i + 1 in clauses for part in listeners)


def numbers_by_cue(candidates: Sequence[Candidate]) -> dict[int, list[int]]:
    """The numbers of the candidates of each cue."""
    numbers: dict[int, list[int]] = defaultdict(list)
    for n, candidate in enumerate(candidates):
        if candidate.cue is not None:
            numbers[candidate.cue].append(n)
    return numbers


def in_form_of_parse(choice: Choice, candidates: Sequence[Candidate], by_cue: Mapping[int, Sequence[int]]) -> Choice:
    """A choice that the encoder proposed, with frame and addressee of the parse's candidate that is most like it.

    What is done by saying it, and to whom, is told by how the content hangs on its cue. `by_cue` are the numbers of
    the candidates of each cue.
    """
    chosen = choice.candidate
    if not chosen.frame.startswith(TAGGED) or chosen.cue_range is None:
        return choice
    alike = [
        (_overlap(chosen, candidates[n]), -n)
        for cue in range(*chosen.cue_range)
        for n in by_cue.get(cue, ())
        if not candidates[n].frame.startswith(TAGGED)
    ]
    share, place = max(alike, default=(0.0, 0))
    if share < _ALIKE:
        return choice
    like = candidates[-place]
    return replace(choice, candidate=replace(chosen, frame=like.frame, cue=like.cue, addressee=like.addressee))


def _overlap(one: Candidate, other: Candidate) -> float:
    """Dice of two contents, in tokens."""
    first, second = ({i for run in c.content for i in range(*run)} for c in (one, other))
    return 2 * len(first & second) / (len(first) + len(second))


def describe(layout: Layout, evidence: Evidence, candidate: Candidate) -> list[str]:
    """The features of a candidate by the parse and by the encoder."""
    return features(layout, candidate) + evidence_features(layout, evidence, candidate)


def quote_type(layout: Layout, candidate: Candidate) -> str:
    """`direct` where all words are quoted, `mixed` where some are, `indirect` where none is. A turn is direct."""
    if candidate.frame == "turn":
        return "direct"
    words = layout.words(candidate.content)
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


def _negated(cue: Token) -> bool:
    return any(child.dep_ == "neg" for child in cue.children)


def _of_nothing(doc: Doc, candidate: Candidate) -> bool:
    """ "Names no date", "no sums are mentioned": what was said is none. "Expressed no doubt that …" says something."""
    if candidate.cue is None:
        return False
    for noun in doc[candidate.cue].children:
        named = noun.dep_ in {"dobj", "nsubjpass"} and any(start <= noun.i < end for start, end in candidate.content)
        if named and noun.left_edge.lower_ in {"no", "neither"}:
            return not any(part.dep_ in {"acl", "ccomp"} for part in noun.children)
    return False


def _asked_or_supposed(cue: Token) -> bool:
    """ "Did he say that …?" asks, "if he says that …" and "should he say that …" suppose: nothing was said."""
    if any(child.dep_ == "mark" and child.lower_ in _SUPPOSING for child in cue.children):
        return True
    subject = next((child for child in cue.lefts if child.dep_ in {"nsubj", "nsubjpass"}), None)
    helper = next((child for child in cue.lefts if child.dep_ == "aux"), None)
    inverted = subject is not None and helper is not None and helper.i < subject.i
    if not inverted or helper is None:
        return False
    if helper.is_title and helper.lower_ in {"should", "had"}:
        return True
    last = next((token for token in reversed(list(cue.sent)) if not (token.is_space or token.is_quote)), cue)
    return last.text == "?"


def _same_side(subject: Token, speaker: Referent, linked: Resolver) -> bool:
    """Whether a clause's subject is the speaker, or the country that the speaker speaks for."""
    if subject.pos_ == "PRON":
        return subject.lower_ in _SELF or (subject.lower_ == "it" and speaker.kind in _BODIES)
    meant = linked.resolve(subject.doc[slice(*noun_phrase(subject))])
    return bool(set(meant.leader_ids) & set(speaker.leader_ids) or set(meant.countries) & set(speaker.countries))


def _days_by_cue(doc: Doc, times: Sequence[TimeExpression]) -> DaysByCue:
    """The days that hang on a token ("said on Tuesday"), by that token, in their order."""
    days: dict[int, list[TimeExpression]] = defaultdict(list)
    for time in times:
        if time.date.start is None or time.date.precision != "day":
            continue
        span = doc.char_span(time.start, time.end, alignment_mode="contract")
        if span is None:
            continue
        head = span.root.head
        days[head.i].append(time)
        if head.pos_ == "ADP" and head.head.i != head.i:
            days[head.head.i].append(time)
    return days


def _said(candidate: Candidate, content: Sequence[CharSpan], days: DaysByCue) -> TimeExpression | None:
    """The day that hangs on the cue itself, not one inside what was said."""
    if candidate.cue is None:
        return None
    outside = (
        time
        for time in days.get(candidate.cue, ())
        if not any(start < time.end and time.start < end for start, end in content)
    )
    return next(outside, None)
