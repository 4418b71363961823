"""Events: the interactions and acts between or by governments that an article tells of, each once.

Every trigger of the text (`event_triggers`) with enough parties is a mention (`event_mentions`); mentions of one event
are merged, by type, parties, date and place (`event_merging`). What the article is about is the event of the lead that
the title names, else the lead's first. The types are the codebook's; wars and lasting conduct are topics, not events.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from spacy.tokens import Doc

from pipelines.extraction.event_cast import Cast, Linked
from pipelines.extraction.event_mentions import Told, mentions_of
from pipelines.extraction.event_merging import merge, taken_apart
from pipelines.extraction.event_times import day_of_talk
from pipelines.extraction.event_triggers import OCCASIONS, Trigger, event_lexicon, find_triggers, phrase
from pipelines.extraction.layout import trim
from pipelines.records import Article, Event, Span, TimeExpression

_LEAD_SENTENCES = 3


def find_events(doc: Doc, article: Article, linked: Linked, times: Sequence[TimeExpression]) -> list[Event]:
    """The events of an article, in the order in which it first tells of them.

    Takes the parse, the article, its links and its time expressions. An event's `date` is None where the text has none.
    """
    told: list[Told] = []
    cast = Cast(doc, linked)
    sentences = list(islice((sentence for sentence in doc.sents if sentence.text.strip()), _LEAD_SENTENCES))
    lead_end = sentences[-1].end if sentences else 0
    first_end = sentences[0].end if sentences else 0
    for trigger in _without_objects(list(find_triggers(doc, cast))):
        for mention in mentions_of(trigger, article, cast, times, in_first=trigger.token.i < first_end):
            merge(told, mention, article)
    told = taken_apart(told)
    main = _main([mention for mention in told if mention.position.i < lead_end], article.title or "")
    main = main or [mention for mention in told if mention.event_type == "speech"][:1]
    day = day_of_talk(doc, article, times) if any(mention.when is None for mention in main) else None
    return [
        _event(replace(mention, when=mention.when or day) if mention in main else mention, mention in main)
        for mention in told
    ]


def _without_objects(triggers: Sequence[Trigger]) -> list[Trigger]:
    """One trigger for a verb and its object: "addressed a news conference" is a speech, "convened a call" a call."""
    told = {(trigger.token.i, trigger.pattern.event_type) for trigger in triggers if not trigger.is_noun}
    light = {trigger.clause.i for trigger in triggers if trigger.is_noun and trigger.clause is not None}
    return [
        trigger
        for trigger in triggers
        if (
            trigger.token.dep_ not in ("dobj", "nsubjpass")
            or (trigger.token.head.i, trigger.pattern.event_type) not in told
        )
        and (trigger.is_noun or trigger.token.i not in light or trigger.pattern.event_type not in OCCASIONS)
    ]


def _main(lead: Sequence[Told], title: str) -> list[Told]:
    """What the article is about: of the lead's events, the first that the title names by word or type, else the first.

    Several where one sentence tells of several at once.
    """
    if not lead:
        return []
    words, types = title.lower().split(), event_lexicon().types_named(title)
    occurred = [mention for mention in lead if mention.status == "occurred"]
    ordered = [*occurred, *(mention for mention in lead if mention.status != "occurred")]
    if any(event_lexicon().has_role(word, "planned_modifier") for word in words):
        ordered = list(lead)
    named = [mention for mention in ordered if mention.event_type in types or mention.trigger.token.lower_ in words]
    first = next(iter(named or ordered))
    return [mention for mention in lead if mention.position == first.position]


def _event(mention: Told, is_main: bool) -> Event:
    return Event(
        span=_span(mention.trigger),
        event_type=mention.event_type,
        status=mention.status,
        leader_ids=mention.parties.leader_ids,
        countries=mention.parties.countries,
        date=mention.when,
        place_text=mention.place.text if mention.place else None,
        place_country=mention.place.country if mention.place else None,
        is_main=is_main,
    )


def _span(trigger: Trigger) -> Span:
    """The words that tell of the event: the noun phrase, or the verb to the end of its objects."""
    if trigger.is_noun and trigger.clause is None:
        span = phrase(trigger.token)
        return span.start_char, span.end_char
    verb = trigger.clause or trigger.token
    tail = [child for child in verb.rights if child.dep_ in ("dobj", "prep", "npadvmod", "oprd", "attr")]
    end = max(token.right_edge.i for token in (trigger.token, *tail)) if trigger.is_noun or tail else verb.i
    coordinated = [child.i for child in trigger.token.rights if child.dep_ == "cc"] if trigger.is_noun else []
    start, stop = trim(verb.doc, min(verb.i, trigger.token.i), min([end + 1, *coordinated]))
    tokens = verb.doc[start:stop]
    return tokens.start_char, tokens.end_char
