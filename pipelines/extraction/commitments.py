"""Commitments: who promised, offered, planned, ordered or refused what, to whom, how firmly, how much, by when.

Follows the codebook's commitments. Where a sentence commits somebody is found over the parse by
`commitment_candidates`; here each candidate is given its people, its quantity, its date, its condition and the statement
that holds it, and a confidence: a sum of weights over what was observed, read from `raw/lexicons/`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Protocol

from spacy.tokens import Doc, Span, Token

from pipelines.extraction.commitment_candidates import Candidate, find_candidates
from pipelines.extraction.commitment_cues import CommitmentLexicon, load_lexicon
from pipelines.extraction.commitment_parse import CONDITIONAL_MARKS, child, phrase, subject_of, to_spans
from pipelines.extraction.records import (
    NOBODY,
    Article,
    Commitment,
    Quantity,
    Referent,
    ResolvedDate,
    Statement,
    TimeExpression,
)

FIRST_PERSON = frozenset({"i", "we", "my", "our", "us", "ours"})
SINGULAR_FIRST = frozenset({"i", "my", "me"})
COUNTERPARTY_PREPOSITIONS = frozenset({"with", "to", "for", "against", "on", "from"})
_HISTORY = timedelta(days=180)


class Linked(Protocol):
    """What this module asks of a linked article."""

    @property
    def participants(self) -> Referent: ...

    def resolve(self, span: Span) -> Referent: ...


def find_commitments(
    doc: Doc,
    article: Article,
    linked: Linked,
    statements: Sequence[Statement],
    times: Sequence[TimeExpression],
    quantities: Sequence[Quantity],
    lexicon: CommitmentLexicon | None = None,
) -> list[Commitment]:
    """The commitments of one article, in the order of the text, each with spans into `article.text`."""
    lexicon = lexicon or load_lexicon()
    facts = _Facts(doc, article, linked, statements, times, quantities)
    rows = (_row(candidate, facts) for candidate in find_candidates(doc, lexicon))
    return [row for row in rows if row is not None]


class _Facts:
    """What the other rooms found in the article, ready to be asked by position."""

    def __init__(
        self,
        doc: Doc,
        article: Article,
        linked: Linked,
        statements: Sequence[Statement],
        times: Sequence[TimeExpression],
        quantities: Sequence[Quantity],
    ) -> None:
        self.doc = doc
        self.article = article
        self.linked = linked
        self.statements = statements
        self.times = sorted(times, key=lambda t: t.start)
        self.quantities = sorted(quantities, key=lambda q: q.start)

    def statement_at(self, spans: Sequence[tuple[int, int]]) -> Statement | None:
        """The smallest statement whose content holds most of these spans."""
        size = sum(end - start for start, end in spans)
        best: tuple[int, int, Statement] | None = None
        for n, statement in enumerate(self.statements):
            shared = sum(_overlap(span, run) for span in spans for run in statement.content_spans)
            if shared * 2 > size:
                length = sum(end - start for start, end in statement.content_spans)
                if best is None or (length, n) < best[:2]:
                    best = (length, n, statement)
        return best[2] if best else None

    def statement_around(self, token: Token) -> Statement | None:
        """The statement whose content holds a token."""
        return self.statement_at([(token.idx, token.idx + len(token))])

    def resolve(self, token: Token) -> Referent:
        """Whom the phrase headed by this token stands for, coordination included."""
        heads = [token] if token.dep_ == "poss" else [token, *token.conjuncts]
        return unite(self._resolve_one(head) for head in heads if head.i >= token.i)

    def _resolve_one(self, head: Token) -> Referent:
        if head.lower_ in FIRST_PERSON:
            return self._first_person(head)
        referent = self.linked.resolve(phrase(head))
        if not (referent.leader_ids or referent.countries) and (other := child(head, "appos")) is not None:
            named = self.linked.resolve(phrase(other))
            return named if named.leader_ids or named.countries else referent
        return referent

    def _first_person(self, pronoun: Token) -> Referent:
        """I and we: the speaker of the statement around; in reported speech "we" is the speaker's country."""
        statement = self.statement_around(pronoun)
        if statement is None or not (statement.referent.leader_ids or statement.referent.countries):
            return self.linked.resolve(self.doc[pronoun.i : pronoun.i + 1])
        speaker = statement.referent
        if statement.quote_type == "indirect" and pronoun.lower_ not in SINGULAR_FIRST and speaker.countries:
            return Referent((), speaker.countries, "government", "pronoun", speaker.confidence)
        return speaker


def _overlap(a: tuple[int, int], b: tuple[int, int]) -> int:
    return max(0, min(a[1], b[1]) - max(a[0], b[0]))


def _holds(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    return any(s <= start and end <= e for s, e in spans)


def unite(referents: Iterable[Referent]) -> Referent:
    """Several referents as one: "the United States and Mexico"."""
    known = list(referents)
    if len(known) == 1:
        return known[0]
    named = [r for r in known if r.leader_ids or r.countries]
    if not named:
        return known[0] if known else NOBODY
    return Referent(
        tuple(sorted({i for r in named for i in r.leader_ids})),
        tuple(sorted({c for r in named for c in r.countries})),
        named[0].kind,
        named[0].basis,
        min(r.confidence for r in named),
    )


def _row(candidate: Candidate, facts: _Facts) -> Commitment | None:
    spans = to_spans(facts.doc, candidate.tokens)
    if not spans or (candidate.firmness == "enacted" and _is_long_past(spans, facts)):
        return None
    statement = facts.statement_at(spans)
    committer = _committer(candidate, facts)
    if candidate.agent is not None and candidate.agent.lower_ == "it" and committer == NOBODY:
        return None
    reporter = _reporter(candidate, statement, facts)
    quantity, baseline = _quantities(candidate, spans, facts)
    return Commitment(
        spans=spans,
        statement=statement,
        committer=_agent_span(candidate),
        committer_referent=committer,
        reported_by=_reported_by(committer, reporter),
        self_reported=_self_reported(candidate, committer, reporter),
        counterparty=_counterparty(candidate, committer, facts),
        action=candidate.act,
        object=_object(candidate),
        firmness=candidate.firmness,
        polarity=candidate.polarity,
        condition=_condition(candidate),
        quantity=quantity,
        baseline=baseline,
        due=_due(candidate, spans, facts),
        confidence=_confidence(candidate, committer, facts),
    )


# -- who --------------------------------------------------------------------------------------------------------------


def _committer(candidate: Candidate, facts: _Facts) -> Referent:
    agent = candidate.agent
    if agent is None:
        return facts.linked.participants
    stand_in = _affirmer(candidate)
    if agent.tag_ == "PRP$" and stand_in is not None:
        subject = facts.resolve(stand_in)
        if agent.lower_ in FIRST_PERSON - SINGULAR_FIRST and stand_in.lower_ not in FIRST_PERSON:
            return Referent((), subject.countries, "government", "pronoun", subject.confidence)
        if subject.leader_ids or subject.countries:
            return subject
    return facts.resolve(agent)


def _affirmer(candidate: Candidate) -> Token | None:
    """The subject of the verb under which a nominal commitment stands ("They reaffirmed their commitment")."""
    if candidate.kind != "noun" or candidate.governor is None:
        return None
    subject = subject_of(candidate.governor)
    return subject if subject is not None and candidate.trigger.i > candidate.governor.i else None


def _reporter(candidate: Candidate, statement: Statement | None, facts: _Facts) -> Referent:
    if statement is not None and (statement.referent.leader_ids or statement.referent.countries):
        return statement.referent
    affirmer = _affirmer(candidate)
    return facts.resolve(affirmer) if affirmer is not None else NOBODY


def _reported_by(committer: Referent, reporter: Referent) -> tuple[str, ...]:
    return () if reporter.leader_ids == committer.leader_ids else reporter.leader_ids


def _self_reported(candidate: Candidate, committer: Referent, reporter: Referent) -> bool:
    """Whether the committer itself (or who speaks for it) says so, rather than somebody else or the narrator."""
    if reporter.leader_ids or reporter.countries:
        shared = set(reporter.leader_ids) & set(committer.leader_ids) or set(reporter.countries) & set(
            committer.countries
        )
        return bool(shared)
    agent = candidate.agent
    return candidate.kind != "modal" or (agent is not None and agent.lower_ in FIRST_PERSON)


def _agent_span(candidate: Candidate) -> tuple[int, int] | None:
    if candidate.agent is None:
        return None
    span = phrase(candidate.agent)
    return span.start_char, span.end_char


def _counterparty(candidate: Candidate, committer: Referent, facts: _Facts) -> Referent:
    """The first other side that the clause names, as a complement or in its object."""
    action = candidate.action
    places = [action, *(c for c in action.children if c.dep_ in {"dobj", "dative", "pobj", "attr"})]
    mine = set(committer.countries)
    for place in places:
        for token in place.subtree:
            if token.i not in candidate.tokens or token.i < place.left_edge.i or not _names_a_side(token):
                continue
            other = facts.linked.resolve(phrase(token))
            countries = set(other.countries) - mine
            leaders = set(other.leader_ids) - set(committer.leader_ids)
            if leaders or countries:
                return Referent(
                    tuple(sorted(leaders)), tuple(sorted(countries)), other.kind, other.basis, other.confidence
                )
    if any(facts.doc[i].lower_ in {"together", "mutual", "bilateral", "with"} for i in candidate.tokens):
        both = facts.linked.participants
        return (
            Referent(
                tuple(sorted(set(both.leader_ids) - set(committer.leader_ids))),
                tuple(sorted(set(both.countries) - mine)),
                both.kind,
                "participants",
                both.confidence,
            )
            if set(both.countries) - mine and mine & set(both.countries)
            else NOBODY
        )
    return NOBODY


def _names_a_side(token: Token) -> bool:
    return token.ent_type_ in {"GPE", "PERSON", "NORP"} and token.dep_ in {
        "pobj",
        "dobj",
        "poss",
        "amod",
        "conj",
        "dative",
        "compound",
        "nmod",
        "attr",
    }


# -- what -------------------------------------------------------------------------------------------------------------


def _object(candidate: Candidate) -> str | None:
    action = candidate.action
    head = action if action.pos_ not in {"VERB", "AUX"} else child(action, "dobj", "nsubjpass", "attr")
    if head is None:
        prep = next((c for c in action.children if c.dep_ == "prep"), None)
        head = child(prep, "pobj") if prep is not None else None
    if head is None:
        return None
    tokens = [t for t in head.subtree if t.i in candidate.tokens]
    spans = to_spans(head.doc, (t.i for t in tokens))
    return head.doc.text[spans[0][0] : spans[0][1]] if spans else None


def _condition(candidate: Candidate) -> str | None:
    for i in sorted(candidate.tokens):
        token = candidate.trigger.doc[i]
        if token.lower_ in CONDITIONAL_MARKS - {"whether"} and token.dep_ in {"mark", "prep", "advmod"}:
            spans = to_spans(token.doc, (t.i for t in token.head.subtree if t.i in candidate.tokens))
            return token.doc.text[spans[0][0] : spans[0][1]] if spans else None
    return None


def _quantities(
    candidate: Candidate, spans: Sequence[tuple[int, int]], facts: _Facts
) -> tuple[Quantity | None, Quantity | None]:
    """The amount promised, and what it is up or down from."""
    amount = baseline = None
    for quantity in facts.quantities:
        if not _holds(spans, quantity.start, quantity.end):
            continue
        span = facts.doc.char_span(quantity.start, quantity.end, alignment_mode="expand")
        if span is None:
            continue
        if _is_from(span):
            baseline = baseline or quantity
        elif amount is None and _measures_the_deed(span.root, candidate):
            amount = quantity
    return amount, baseline if amount is not None else None


def _is_from(span: Span) -> bool:
    token = span.root
    while token.dep_ in {"nummod", "quantmod", "compound", "amod", "nmod", "npadvmod"} and token.head != token:
        token = token.head
    return token.dep_ == "pobj" and token.head.lower_ == "from"


def _measures_the_deed(token: Token, candidate: Candidate) -> bool:
    while token != candidate.action and token != candidate.trigger:
        if token.dep_ == "relcl" or token.head == token or token.head.i not in candidate.tokens:
            return False
        token = token.head
    return True


# -- when -------------------------------------------------------------------------------------------------------------


def _due(candidate: Candidate, spans: Sequence[tuple[int, int]], facts: _Facts) -> ResolvedDate | None:
    """The first time expression of the clause that does not lie in the past; else the day, month or year to come that
    the sentence names before the clause ("both face an agenda in 2026 … and China will host …")."""
    published = facts.article.published_on
    ahead = [t for t in facts.times if published is None or t.date.end is None or t.date.end >= published]
    for time in ahead:
        if _holds(spans, time.start, time.end):
            return time.date
    opening = candidate.trigger.sent.start_char
    before = [t for t in ahead if t.date.end is not None and opening <= t.start and t.end <= spans[0][0]]
    return before[-1].date if before and published is not None else None


def _is_long_past(spans: Sequence[tuple[int, int]], facts: _Facts) -> bool:
    """Whether the clause dates its act so long before publication that it is history."""
    published = facts.article.published_on
    ends = [t.date.end for t in facts.times if t.date.end is not None and _holds(spans, t.start, t.end)]
    return published is not None and bool(ends) and max(ends) < published - _HISTORY


# -- how sure ---------------------------------------------------------------------------------------------------------


def _confidence(candidate: Candidate, committer: Referent, facts: _Facts) -> float:
    return 0.7
