"""Commitments: who promised, offered, planned, ordered or refused what, to whom, how firmly, how much, by when.

Follows the codebook's commitments. Where a sentence commits somebody is found over the parse by
`commitment_candidates`, whose commitment it is by `commitment_people`; here each candidate is given its object, amount,
date and condition, and the confidence that it is right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from spacy.tokens import Doc, Span, Token

from pipelines.extraction.commitment_candidates import Candidate, find_candidates
from pipelines.extraction.commitment_cues import CommitmentLexicon, load_lexicon
from pipelines.extraction.commitment_parse import CONDITIONAL_MARKS, child, phrase, to_spans
from pipelines.extraction.commitment_people import Linked, Roles, is_known
from pipelines.extraction.confidence import probability
from pipelines.records import (
    Article,
    Commitment,
    Quantity,
    Referent,
    ResolvedDate,
    Statement,
    TimeExpression,
)

_HISTORY = timedelta(days=180)
"""An act dated longer ago than this is history, not a commitment whose carrying-out lies ahead."""
_SPOKEN = frozenset({"willing", "pledged", "agreed"})
"""Commitments that are made by saying so; plans and acts may be known from elsewhere."""
_SPEAKERS = frozenset({"i", "we"})
_FIRST_PERSON = frozenset({"i", "we", "my", "our"})
_PAST_WORDS = frozenset({"last", "past", "previous", "recent", "recently", "lately", "ago", "yesterday"})
_OFFICIAL = frozenset({"leader", "official", "government"})
_SHORT = 6
"""Tokens below which a clause says little about what is promised."""
_LONG, _LONG_SENTENCE = 35, 60
"""Tokens beyond which parses err more."""
_SURE, _LIKELY = 0.85, 0.6
"""Confidence of linking and of attribution."""
_TELLING_BASES = frozenset({"country_name", "demonym", "group", "pronoun"})
"""Ways of linking that are common enough to say how often they err."""
_AMOUNT_LABELS = frozenset({"nummod", "quantmod", "compound", "amod", "nmod", "npadvmod"})


def find_commitments(
    doc: Doc,
    article: Article,
    linked: Linked,
    statements: Sequence[Statement],
    times: Sequence[TimeExpression],
    quantities: Sequence[Quantity],
    lexicon: CommitmentLexicon | None = None,
) -> list[Commitment]:
    """The commitments of one article, in the order of their cues, with spans into `article.text`.

    Takes the article's parse and what linking, attribution, dates and quantities found in it; `lexicon` defaults to the
    one that ships with Readout.
    """
    found = observed_commitments(doc, article, linked, statements, times, quantities, lexicon)
    return [row for row, _ in found]


def observed_commitments(
    doc: Doc,
    article: Article,
    linked: Linked,
    statements: Sequence[Statement],
    times: Sequence[TimeExpression],
    quantities: Sequence[Quantity],
    lexicon: CommitmentLexicon | None = None,
) -> list[tuple[Commitment, list[str]]]:
    """As `find_commitments`, each row with the observations that its confidence is made of, for training."""
    lexicon = lexicon or load_lexicon()
    roles = Roles(doc, linked, statements, lexicon, article.title or "")
    figures = _Figures(doc, article.published_on, times, quantities)
    found = ((candidate, _row(candidate, roles, figures)) for candidate in find_candidates(doc, lexicon))
    rows = [(candidate, row) for candidate, row in found if row is not None]
    _share_counterparties(rows)
    observed = [(row, observations(candidate, row, figures)) for candidate, row in rows]
    for row, names in observed:
        row.confidence = round(probability(names, lexicon.log_odds), 3)
    return observed


def _share_counterparties(rows: Sequence[tuple[Candidate, Commitment]]) -> None:
    """Deeds of one cue, or of one side in one sentence that carries on, are done to the same other side unless they
    name one: "ordered the renewal of ties with Georgia and an end to visas"."""
    for candidate, row in rows:
        if is_known(row.counterparty):
            continue
        for other, known in rows:
            same = other.trigger == candidate.trigger or (
                "added" in candidate.marks and other.trigger.sent == candidate.trigger.sent
            )
            if same and is_known(known.counterparty) and known.committer_referent == row.committer_referent:
                row.counterparty = known.counterparty
                break


@dataclass(frozen=True, slots=True)
class _Figures:
    """The times and amounts of an article, and when it was published."""

    doc: Doc
    published_on: date | None
    times: Sequence[TimeExpression]
    quantities: Sequence[Quantity]


def _row(candidate: Candidate, roles: Roles, figures: _Figures) -> Commitment | None:
    spans = to_spans(figures.doc, candidate.tokens)
    if not spans or (candidate.firmness == "enacted" and _is_long_past(spans, figures)):
        return None
    committer = roles.committer(candidate)
    statement = roles.statement_at(spans)
    if "instrument" in candidate.marks and not (roles.is_own_account and is_known(committer)):
        return None
    if _binds_nobody(candidate, committer, statement) or _manages_talk(candidate, roles.lexicon):
        return None
    reporter = roles.reporter(candidate, statement)
    self_reported = _is_self_reported(candidate, committer, reporter)
    if "perhaps" in candidate.marks and not (self_reported and reporter.kind in _OFFICIAL and is_known(committer)):
        return None
    quantity, baseline = _quantities(candidate, spans, figures)
    return Commitment(
        spans=spans,
        statement=statement,
        committer=_agent_span(candidate),
        committer_referent=committer,
        reported_by=_reported_by(candidate, committer, reporter, statement),
        self_reported=self_reported,
        counterparty=roles.counterparty(candidate, committer, statement),
        action=candidate.act,
        object=_object(candidate, figures),
        firmness=candidate.firmness,
        polarity=candidate.polarity,
        condition=_condition(candidate),
        quantity=quantity,
        baseline=baseline,
        due=_due(candidate, spans, figures, statement),
    )


def _binds_nobody(candidate: Candidate, committer: Referent, statement: Statement | None) -> bool:
    """ "It will …", or a narrator's "… will be sorted" where nothing says by whom.

    What "it" is that will do something is a thing or a summary more often than somebody.
    """
    if candidate.kind == "modal" and candidate.agent is not None and candidate.agent.lower_ == "it":
        return True
    if is_known(committer):
        return False
    return statement is None if candidate.agent is None else candidate.agent.lower_ == "it"


def _manages_talk(candidate: Candidate, lexicon: CommitmentLexicon) -> bool:
    """ "I will recall that …" only says what is said next."""
    speaks = candidate.agent is not None and candidate.agent.lower_ in _SPEAKERS
    return speaks and lexicon.manages_talk(candidate.action.lemma_)


def _agent_span(candidate: Candidate) -> tuple[int, int] | None:
    if candidate.agent is None:
        return None
    span = phrase(candidate.agent)
    return span.start_char, span.end_char


def _reported_by(
    candidate: Candidate, committer: Referent, reporter: Referent, statement: Statement | None
) -> tuple[str, ...]:
    """The leaders who tell of the commitment; who makes it by the very words ("They agreed to …") tells of nothing.

    Who announces aid tells what the state will give.
    """
    if candidate.trigger.lemma_ == "announce":
        return committer.leader_ids
    told = statement is not None and candidate.kind != "noun" and not _is_cue_of(candidate.trigger, statement)
    return reporter.leader_ids if told or reporter.leader_ids != committer.leader_ids else ()


def _is_cue_of(token: Token, statement: Statement) -> bool:
    return statement.cue is not None and statement.cue[0] <= token.idx < statement.cue[1]


def _is_self_reported(candidate: Candidate, committer: Referent, reporter: Referent) -> bool:
    """Whether the committer itself (or who speaks for it) says so, rather than somebody else or the narrator."""
    if is_known(reporter):
        same_people = set(reporter.leader_ids) & set(committer.leader_ids)
        return bool(same_people or set(reporter.countries) & set(committer.countries))
    agent = candidate.agent
    return candidate.firmness in _SPOKEN or (agent is not None and agent.lower_ in _FIRST_PERSON)


# -- what -------------------------------------------------------------------------------------------------------------


def _object(candidate: Candidate, figures: _Figures) -> str | None:
    """The noun phrase that the deed is done to, as written; a time ("in the new year") is none."""
    action = candidate.action
    head: Token | None = action
    if action.pos_ in {"VERB", "AUX"}:
        # "The promise that it will help Cuba": the parser takes "that" for an object, too.
        things = [part for part in action.children if part.dep_ in {"dobj", "nsubjpass", "attr"}]
        head = next((part for part in things if part.tag_ not in {"IN", "WDT"}), None)
        if head is None and (prep := child(action, "prep")) is not None:
            head = child(prep, "pobj")
            if head is not None and any(time.start <= head.idx < time.end for time in figures.times):
                return None
    return _text_of(head, candidate) if head is not None else None


def _condition(candidate: Candidate) -> str | None:
    """The if-clause of the promise."""
    for i in sorted(candidate.tokens):
        token = candidate.trigger.doc[i]
        if token.lower_ in CONDITIONAL_MARKS - {"whether"} and token.dep_ in {"mark", "prep", "advmod"}:
            return _text_of(token.head, candidate)
    return None


def _text_of(head: Token, candidate: Candidate) -> str | None:
    spans = to_spans(head.doc, (t.i for t in head.subtree if t.i in candidate.tokens))
    first = head.doc.char_span(*spans[0]) if spans else None
    return first.text if first is not None else None


def _quantities(
    candidate: Candidate, spans: Sequence[tuple[int, int]], figures: _Figures
) -> tuple[Quantity | None, Quantity | None]:
    """The amount promised, and what it is up or down from."""
    amount = baseline = None
    for quantity in figures.quantities:
        span = figures.doc.char_span(quantity.start, quantity.end, alignment_mode="expand")
        if span is None or not _holds(spans, quantity.start, quantity.end):
            continue
        if _is_from(span):
            baseline = baseline or quantity
        elif amount is None and _measures_the_deed(span.root, candidate):
            amount = quantity
    return amount, baseline if amount is not None else None


def _is_from(span: Span) -> bool:
    token = span.root
    while token.dep_ in _AMOUNT_LABELS and token.head != token:
        token = token.head
    return token.dep_ == "pobj" and token.head.lower_ == "from"


def _measures_the_deed(token: Token, candidate: Candidate) -> bool:
    """Whether an amount hangs from the deed and not from a relative clause inside it."""
    while token not in (candidate.action, candidate.trigger):
        if token.dep_ == "relcl" or token.head == token or token.head.i not in candidate.tokens:
            return False
        token = token.head
    return True


def _holds(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    return any(s <= start and end <= e for s, e in spans)


# -- when -------------------------------------------------------------------------------------------------------------


def _due(
    candidate: Candidate, spans: Sequence[tuple[int, int]], figures: _Figures, statement: Statement | None
) -> ResolvedDate | None:
    """The first time expression of the clause that does not lie in the past; else the day, month or year to come that
    the sentence names before the clause ("both face an agenda in 2026 … and China will host …")."""
    published = figures.published_on
    opening = candidate.trigger.sent.start_char
    near = [t for t in figures.times if _holds(spans, t.start, t.end) or (opening <= t.start and t.end <= spans[0][0])]
    ahead = [t for t in near if not _is_behind(t.date, published) and not _dates_who_acts(t, candidate, figures.doc)]
    within = [t for t in ahead if _holds(spans, t.start, t.end)]
    within = [t for t in within if not _dates_a_thing(t, candidate, figures.doc)] or within
    if within:
        return _deadline(next((t for t in within if not _is_part_of_a_name(t, figures.doc)), within[0]).date)
    if (until := _until(candidate)) is not None:
        return ResolvedDate(until, None, None, "open", None)
    before = [
        t
        for t in ahead
        if t.date.end is not None
        and not _is_when_it_was_said(t, statement)
        and not _dates_report(t, candidate, figures.doc)
    ]
    return before[-1].date if before and published is not None else None


def _dates_a_thing(time: TimeExpression, candidate: Candidate, doc: Doc) -> bool:
    """Whether a time stands in a relative clause ("the aid that was announced today will arrive in May")."""
    span = doc.char_span(time.start, time.end, alignment_mode="expand")
    token = span.root if span is not None else candidate.trigger
    while token not in (candidate.action, candidate.trigger) and token.head != token:
        if token.dep_ == "relcl":
            return True
        token = token.head
    return False


def _dates_who_acts(time: TimeExpression, candidate: Candidate, doc: Doc) -> bool:
    """Whether a time stands in a relative clause before the deed ("Germany, which votes in May, will send tanks")."""
    span = doc.char_span(time.start, time.end, alignment_mode="expand")
    above = [] if span is None else [span.root, *span.root.ancestors]
    clause = next((token for token in above if token.dep_ == "relcl"), None)
    deed = {candidate.action, candidate.trigger}
    return clause is not None and clause.i < candidate.action.i and not deed.intersection((clause, *clause.subtree))


def _until(candidate: Candidate) -> str | None:
    """ "until they are all home": the clause up to whose coming true somebody will act."""
    for part in candidate.trigger.children:
        mark = part.left_edge
        if part.dep_ == "advcl" and mark.lower_ == "until" and part.i in candidate.tokens:
            return _text_of(part, candidate)
    return None


def _dates_report(time: TimeExpression, candidate: Candidate, doc: Doc) -> bool:
    """ "Warned in a call on Tuesday that it would answer": Tuesday hangs from the warning."""
    span = doc.char_span(time.start, time.end, alignment_mode="expand")
    return (
        span is not None
        and candidate.governor is not None
        and candidate.governor in span.root.ancestors
        and (candidate.action not in span.root.ancestors)
    )


def _is_when_it_was_said(time: TimeExpression, statement: Statement | None) -> bool:
    """ "Said on Monday that Canada will pay": Monday belongs to the saying."""
    return statement is not None and not _holds(statement.content_spans, time.start, time.end)


def _deadline(when: ResolvedDate) -> ResolvedDate:
    """ "Before 2030" ends the day before 2030 begins."""
    if when.start is None or not when.text.lower().startswith("before "):
        return when
    return replace(when, start=None, end=when.start - timedelta(days=1))


def _is_behind(when: ResolvedDate, published: date | None) -> bool:
    """Whether a time is over at publication, by its days or, where it has none, by its words ("recently")."""
    if when.end is not None:
        return published is not None and when.end < published
    return not _PAST_WORDS.isdisjoint(when.text.lower().split())


def _is_part_of_a_name(time: TimeExpression, doc: Doc) -> bool:
    """ "the 2028 Games": the year is a name's."""
    span = doc.char_span(time.start, time.end, alignment_mode="expand")
    return (
        span is not None and span.root.dep_ in {"nummod", "compound", "nmod", "amod"} and span.root.head.pos_ == "PROPN"
    )


def _is_long_past(spans: Sequence[tuple[int, int]], figures: _Figures) -> bool:
    """Whether the clause dates its act so long before publication that it is history."""
    ends = [t.date.end for t in figures.times if t.date.end is not None and _holds(spans, t.start, t.end)]
    return figures.published_on is not None and bool(ends) and max(ends) < figures.published_on - _HISTORY


# -- how sure ---------------------------------------------------------------------------------------------------------


def observations(candidate: Candidate, row: Commitment, figures: _Figures) -> list[str]:
    """What speaks for or against a row, as feature names of the confidence model."""
    committer, statement = row.committer_referent, row.statement
    size = len(candidate.tokens)
    names = [
        "bias",
        f"firmness={candidate.firmness}",
        f"agent={_agent_class(candidate.agent)}",
        f"committer={_committer_class(committer)}",
        f"linked={_level(committer.confidence)}",
        f"told={statement.quote_type if statement is not None else 'narrated'}",
        f"told={_level(statement.confidence) if statement is not None else 'narrated'}",
        f"size={'short' if size < _SHORT else 'long' if size > _LONG else 'middle'}",
        *(f"mark={mark}" for mark in sorted(candidate.marks)),
    ]
    others = {
        f"basis={committer.basis}": committer.basis in _TELLING_BASES,
        "self_reported": row.self_reported,
        "counterparty": is_known(row.counterparty),
        "undated": figures.published_on is None,
        "first": candidate.trigger.dep_ == "ROOT",
        "long_sentence": len(candidate.trigger.sent) > _LONG_SENTENCE,
    }
    return names + [name for name, holds in others.items() if holds]


def _level(confidence: float) -> str:
    return "sure" if confidence >= _SURE else "likely" if confidence >= _LIKELY else "doubtful"


def _agent_class(agent: Token | None) -> str:
    if agent is None:
        return "nobody"
    if agent.lower_ in _FIRST_PERSON:
        return "first_person"
    if agent.pos_ == "PRON":
        return "it" if agent.lower_ in {"it", "its"} else "pronoun"
    return "name" if agent.pos_ == "PROPN" else "noun"


def _committer_class(committer: Referent) -> str:
    if len(committer.leader_ids) > 1 or len(committer.countries) > 1:
        return "several"
    if committer.leader_ids:
        return "leader"
    return "country" if committer.countries else "nobody"
