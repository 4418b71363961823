"""When an event is: which of the text's time expressions dates it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from spacy.tokens import Doc, Span, Token

from pipelines.extraction.event_clauses import actors, framed_verb, holding_verbs
from pipelines.extraction.event_triggers import OCCASIONS, Trigger, event_lexicon
from pipelines.records import Article, ResolvedDate, TimeExpression

# What happens over such a time is no single event's date: "over the past year", "since May".
_SPREAD = ("over", "throughout", "since", "for", "until", "till", "by", "within", "as of")
# A time so near behind a noun, over names and prepositions alone, dates it: "their meeting in Sochi on 26 November".
_REACH = 12


def date_of(trigger: Trigger, doc: Doc, times: Sequence[TimeExpression]) -> ResolvedDate | None:
    """The time expression that dates the trigger: one that hangs on it or on its clause, or stands right behind it."""
    frame = trigger.clause if trigger.clause is not None else framed_verb(trigger.token)
    anchors = {trigger.token.i} | ({frame.i} if frame is not None else set())
    anchors |= {verb.i for verb in holding_verbs(trigger)}
    openings = _openings(frame) if frame is not None else set()
    sentence = trigger.token.sent
    ranked: list[tuple[int, int, ResolvedDate]] = []
    for time in times:
        if not sentence.start_char <= time.start < sentence.end_char:
            continue
        span = doc.char_span(time.start, time.end, alignment_mode="expand")
        if span is None or (time.date.text.lower().startswith(_SPREAD) and not _is_set_for(span)):
            continue
        # "in the course of today's meeting": the day belongs to the meeting.
        root = span[-1] if span[-1].dep_ == "poss" else span.root
        hangs = _reaches(root, anchors) or span.end in openings
        if hangs or _is_right_behind(trigger.token, span.start):
            ranked.append((not hangs, abs(span.start - trigger.token.i), time.date))
    return min(ranked, key=lambda found: found[:2])[2] if ranked else None


def _openings(verb: Token) -> set[int]:
    """Where a time must end to open the clause of a verb: "… : Today, the President signed"."""
    starts = {actor.left_edge.i for actor in actors(verb) if actor.i < verb.i}
    return starts | {start - 1 for start in starts if start and verb.doc[start - 1].text == ","}


def date_of_sentence(
    trigger: Trigger, times: Sequence[TimeExpression], published_on: date | None
) -> ResolvedDate | None:
    """The one period, not over yet, that a sentence is set in: "in 2026 … China will host the summit"."""
    sentence = trigger.token.sent
    inside = [time for time in times if sentence.start_char <= time.start < sentence.end_char]
    if len(inside) != 1 or inside[0].start > trigger.token.idx or inside[0].date.precision in ("day", "open"):
        return None
    found = inside[0].date
    is_over = published_on is not None and found.end is not None and found.end < published_on
    return None if is_over or found.text.lower().startswith(_SPREAD) else found


def day_of_talk(doc: Doc, article: Article, times: Sequence[TimeExpression]) -> ResolvedDate | None:
    """The day on which those speak whom a transcript lets speak: "today we will discuss", "today's news conference"."""
    lexicon = event_lexicon()
    for time in times:
        if article.published_on is None or time.date.start != article.published_on or time.date.precision != "day":
            continue
        span = doc.char_span(time.start, time.end, alignment_mode="expand")
        if span is None or span[-1].lower_ != "today":
            continue
        word = span[-1]
        if word.dep_ == "poss" and any(p.event_type in OCCASIONS for p in lexicon.patterns(word.head)):
            return time.date
        subjects = [child for child in word.head.children if child.dep_ == "nsubj"]
        ours = any(
            token.lower_ in ("we", "our") for subject in subjects for token in doc[subject.left_edge.i : subject.i + 1]
        )
        if ours and lexicon.has_role(word.head.lemma_, "dealing"):
            return time.date
    return None


def _is_set_for(time: Span) -> bool:
    """Whether "for" gives a day and no duration: "scheduled for December 15"."""
    return time[0].lower_ == "for" and event_lexicon().has_role(time.root.head.lemma_, "planned")


def _is_right_behind(token: Token, start: int) -> bool:
    """Whether only names, prepositions and adjectives stand between a trigger and a time."""
    between = token.doc[token.i + 1 : start]
    return 0 <= start - token.i <= _REACH and not any(
        word.pos_ in ("VERB", "AUX", "SCONJ", "PRON")
        or word.text in ";:.—"
        or (word.pos_ == "CCONJ" and "PROPN" not in (word.nbor(-1).pos_, word.nbor(1).pos_))
        for word in between
    )


def _reaches(token: Token, anchors: set[int]) -> bool:
    """Whether a time hangs on one of the anchors, over nothing but prepositions and names of places."""
    while token.i not in anchors:
        over = token.head
        if over == token:
            return False
        if (
            over.i not in anchors
            and over.pos_ not in ("ADP", "PROPN", "NUM", "PART")
            and over.ent_type_ not in ("DATE", "TIME")
        ):
            return False
        token = over
    return True
