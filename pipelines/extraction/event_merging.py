"""Which mentions of an article are of one event, and what they tell of it together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipelines.extraction.event_mentions import Told
from pipelines.extraction.event_triggers import BETWEEN, proper_name
from pipelines.records import Article, ResolvedDate

# Acts, each of its own: two mentions are one event only where the same word tells of them.
_ACTS = frozenset({"other", "sanction", "signing", "speech", "military_action"})


def merge(told: list[Told], mention: Told, article: Article) -> None:
    """Add a mention, or let it complete the event that it tells of again."""
    for number, known in reversed(list(enumerate(told))):
        if _is_same(known, mention, article):
            told[number] = _united(known, mention)
            return
    told.append(mention)


def taken_apart(told: Sequence[Told]) -> list[Told]:
    """Without the summary ("had five separate calls with European leaders") of events told one by one after it.

    They take its date, its place and its position: it is what the article first says of them.
    """
    out = list(told)
    for summary in told:
        if summary.trigger.token.tag_ != "NNS" or summary.event_type not in BETWEEN:
            continue
        parts = [
            part
            for part in told
            if part.event_type == summary.event_type
            and part.trigger.token.i > summary.trigger.token.i
            and set(summary.parties.leader_ids) < set(part.parties.leader_ids)
        ]
        if len(parts) > 1 and len({part.trigger.token for part in parts}) == 1:
            out.remove(summary)
            for part in parts:
                number = out.index(part)
                when, place = part.when or summary.when, part.place or summary.place
                out[number] = replace(part, when=when, place=place, summary=summary.trigger.token)
    return out


def _is_same(known: Told, mention: Told, article: Article) -> bool:
    hangs = mention.trigger.token.tag_ == "VBN" and mention.trigger.token.dep_ in ("acl", "advcl")
    if hangs and known.event_type == mention.event_type and mention.trigger.token.head == known.trigger.token:
        # "met for the third time, convened by Kenya": the participle says more of what was told.
        return True
    if _is_elsewhere(known, mention):
        return False
    if mention.has_strangers and known.parties.sides > 1:
        return False
    if mention.is_definite and _related(known, mention) and {known.status, mention.status} != {"occurred", "planned"}:
        fits = mention.parties <= known.parties or known.parties <= mention.parties
        return fits or known.parties.sides > 1 or known.event_type == "summit"
    if _is_renamed(known, mention, article):
        return True
    if known.event_type != mention.event_type or known.status != mention.status:
        return False
    if mention.event_type in _ACTS and known.trigger.token.lemma_ != mention.trigger.token.lemma_:
        return False
    names = proper_name(known.trigger.token), proper_name(mention.trigger.token)
    if mention.event_type == "summit" and all(names) and names[0].isdisjoint(names[1]):
        return False
    if not (mention.parties <= known.parties or known.parties <= mention.parties):
        return False
    is_awaited = known.status == "planned" and known.when is None and mention.parties == known.parties
    return is_awaited or _dates_agree(known.when, mention.when, article)


def _is_renamed(known: Told, mention: Told, article: Article) -> bool:
    """Whether talks of countries, told without a date, are the talks of their leaders that were told before."""
    return (
        mention.event_type == "negotiation"
        and mention.trigger.pattern.event_type == "talks"
        and known.event_type in BETWEEN
        and known.status == mention.status
        and known.parties.countries == mention.parties.countries
        and (mention.when is None or _dates_agree(known.when, mention.when, article))
    )


def _is_elsewhere(known: Told, mention: Told) -> bool:
    if known.event_type == mention.event_type == "visit" and known.place is not None and mention.place is not None:
        # A visitor sees several places of one country.
        return known.place.country is None or known.place.country != mention.place.country
    places = [told.place.text for told in (known, mention) if told.place is not None]
    return len(places) == 2 and places[0] not in places[1] and places[1] not in places[0]


def _related(known: Told, mention: Told) -> bool:
    """Whether "the talks" or "the conversation" may speak of what was told as a meeting or a call."""
    return known.event_type == mention.event_type or {known.event_type, mention.event_type} <= BETWEEN


def _dates_agree(known: ResolvedDate | None, new: ResolvedDate | None, article: Article) -> bool:
    """Whether two mentions can be of one day: a new date says "another time", unless it is the day of the news."""
    if new is None or new.start is None or new.end is None:
        return True
    if known is None or known.start is None or known.end is None:
        return article.published_on is not None and new.start <= article.published_on <= new.end
    return known.start <= new.end and new.start <= known.end


def _united(known: Told, mention: Told) -> Told:
    keeps = mention.is_definite and known.parties.sides > 1 and known.event_type != "summit"
    parties = known.parties if keeps else known.parties | mention.parties
    return replace(known, parties=parties, when=known.when or mention.when, place=known.place or mention.place)
