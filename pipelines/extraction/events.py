"""Events: the interactions and acts between or by governments that an article tells of, each once.

Every trigger of the text (`event_triggers`) with enough parties (`event_arguments`) is a mention; mentions of one
event are merged, by type, parties, date and place. The first event of the lead is what the article is about.
The types are the codebook's; wars and lasting conduct are topics and never events.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from spacy.tokens import Doc, Token

from pipelines.extraction.event_arguments import (
    NO_PARTIES,
    Parties,
    Place,
    actors,
    clause_parties,
    concerned,
    date_of,
    date_of_sentence,
    is_unfulfilled,
    own_parties,
    parties_around,
    parties_of,
    partners,
    party_of,
    place_of,
    status_of,
)
from pipelines.extraction.event_cast import Cast, Linked
from pipelines.extraction.event_triggers import (
    Resolver,
    Trigger,
    event_lexicon,
    find_triggers,
    of_preposition,
    phrase,
    proper_name,
)
from pipelines.extraction.layout import trim
from pipelines.records import Article, Event, ResolvedDate, Span, TimeExpression

# Types that need somebody to be with; where one side is named, the article's own participants complete them.
_BETWEEN = frozenset({"call", "meeting", "negotiation"})
# Acts, each of its own: two mentions are one event only where the same word tells of them.
_ACTS = frozenset({"other", "sanction", "signing", "speech", "military_action"})
# Acts whose parties include the countries that they are about.
_ABOUT_COUNTRIES = frozenset({"sanction", "military_action", "military_aid", "arms_sale", "other"})
# What the speakers of a transcript call "today's": it is the day on which they speak.
_OCCASIONS = frozenset({*_BETWEEN, "talks", "visit", "summit", "speech"})
_LEAD_SENTENCES = 3


@dataclass(frozen=True, slots=True)
class Told:
    """One mention of an event, with all that its sentence says of it."""

    trigger: Trigger
    event_type: str
    parties: Parties
    when: ResolvedDate | None
    place: Place | None
    status: str
    is_definite: bool
    """ "the call", "their meeting": points back to an event told before, where it brings no date or place of its own"""
    has_strangers: bool = False
    """whether it is with somebody whom nobody knows: no event of known sides"""
    summary: Token | None = None
    """where the text announced it together with others ("five calls"), if it did"""

    @property
    def position(self) -> Token:
        """Where the text first speaks of it."""
        return self.summary if self.summary is not None else self.trigger.token


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
        for mention in _mentions(trigger, article, cast, times, in_first=trigger.token.i < first_end):
            _merge(told, mention, article)
    told = _taken_apart(told)
    main = _main([mention for mention in told if mention.position.i < lead_end], article.title or "")
    main = main or [mention for mention in told if mention.event_type == "speech"][:1]
    day = _day_of_talk(doc, article, times) if any(mention.when is None for mention in main) else None
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
        and (trigger.is_noun or trigger.token.i not in light or trigger.pattern.event_type not in _OCCASIONS)
    ]


def _day_of_talk(doc: Doc, article: Article, times: Sequence[TimeExpression]) -> ResolvedDate | None:
    """The day on which those speak whom a transcript lets speak: "today we will discuss", "today's news conference"."""
    lexicon = event_lexicon()
    for time in times:
        if article.published_on is None or time.date.start != article.published_on or time.date.precision != "day":
            continue
        span = doc.char_span(time.start, time.end, alignment_mode="expand")
        if span is None or span[-1].lower_ != "today":
            continue
        word = span[-1]
        if word.dep_ == "poss" and any(p.event_type in _OCCASIONS for p in lexicon.patterns(word.head)):
            return time.date
        subjects = [child for child in word.head.children if child.dep_ == "nsubj"]
        ours = any(
            token.lower_ in ("we", "our")
            for subject in subjects
            for token in doc[subject.left_edge.i : subject.i + 1]
        )
        if ours and lexicon.has_role(word.head.lemma_, "dealing"):
            return time.date
    return None


def _mentions(
    trigger: Trigger, article: Article, linked: Cast, times: Sequence[TimeExpression], *, in_first: bool
) -> Iterator[Told]:
    """What a trigger tells of: one event, none, or several ("spoke separately with")."""
    when = date_of(trigger, trigger.token.doc, times)
    if when is None and _is_aside(trigger):
        return
    place = place_of(trigger, linked)
    if is_unfulfilled(trigger, linked):
        return
    groups = list(_parties(trigger, linked))
    for parties in groups:
        if trigger.pattern.event_type == "talks" and trigger.is_noun and len(parties.leader_ids) == 1:
            around = parties_around(trigger, linked)
            parties = parties | around if around.leader_ids else parties
        event_type = _event_type(trigger, parties, when, place)
        if event_type is None:
            continue
        is_dated = when is not None and when.start is not None
        definite = not is_dated and _points_back(trigger, event_type)
        anaphoric = definite and place is None
        if event_type in _BETWEEN and not trigger.is_noun and not parties and _is_of_all(trigger):
            parties = Parties(linked.participants.leader_ids, linked.participants.countries)
        if event_type in _BETWEEN and len(groups) == 1 and not _meets_strangers(trigger, linked):
            is_ours = (in_first and bool(parties)) or (is_dated and trigger.is_noun and not parties)
            parties = _completed(parties, event_type, linked) if is_ours else parties
        strangers = event_type in _BETWEEN and trigger.is_noun and _has_strangers(trigger, linked)
        if event_type in _BETWEEN and trigger.is_noun and parties.sides == 1 and not strangers:
            parties = _with_others(trigger, event_type, parties, linked)
        if event_type == "summit" and not parties:
            parties = parties_around(trigger, linked) or Parties(
                linked.participants.leader_ids, linked.participants.countries
            )
        if event_type == "election" and not parties:
            parties = _electorate(trigger, linked)
        if event_type in _ABOUT_COUNTRIES and (parties or _is_done_to_subject(trigger)):
            parties |= concerned(trigger, linked)
        if event_type == "visit":
            parties = _visitors(parties, place, linked) if parties else linked.guests(place.country if place else None)
        is_host = place is not None and (event_type == "visit" or (event_type == "summit" and place.is_country))
        if parties and is_host and place is not None and place.country is not None:
            also = place.other_countries if event_type == "visit" else ()
            parties |= Parties((), (place.country, *also))
        if _is_enough(trigger, parties, when, place, anaphoric, linked) and not _is_only_wished(trigger, when):
            status = status_of(trigger, when, article.published_on)
            if when is None and status == "planned":
                when = date_of_sentence(trigger, times, article.published_on)
            yield Told(trigger, event_type, parties, when, place, status, definite, strangers)


def _is_aside(trigger: Trigger) -> bool:
    """Whether an act stands in a participle only ("launching a partnership"): what another act comes to."""
    token = trigger.token
    if trigger.pattern.event_type == "appointment" and not trigger.is_noun and token.dep_ == "advcl":
        # "since we took office" says only since when.
        return True
    is_participle = not trigger.is_noun and token.tag_ == "VBG" and not any(c.dep_ == "aux" for c in token.children)
    return is_participle and trigger.pattern.event_type in _ABOUT_COUNTRIES


def _completed(parties: Parties, event_type: str, linked: Resolver) -> Parties:
    """The parties of the article's lead, and of its dated events that name nobody: those whom the article is between.

    Negotiations are held by countries, seldom by the leaders themselves.
    """
    everybody = Parties(linked.participants.leader_ids, linked.participants.countries)
    if not parties <= everybody:
        return parties
    return Parties((), everybody.countries) if event_type == "negotiation" and not parties else everybody


def _with_others(trigger: Trigger, event_type: str, parties: Parties, linked: Cast) -> Parties:
    """One side with the other: those whom the clauses around speak of, else those whom the article is between."""
    around = parties_around(trigger, linked)
    if event_type == "negotiation":
        return parties | Parties((), around.countries)
    joined = parties | around
    if joined.sides > 1:
        return joined
    everybody = Parties(linked.participants.leader_ids, linked.participants.countries)
    if everybody.sides == 2 and joined <= everybody:
        return everybody
    return joined | linked.hosts() if joined.leader_ids and of_preposition(trigger.token, "with") else joined


def _electorate(trigger: Trigger, linked: Cast) -> Parties:
    """The one country that the article is about, else the one that the sentence of an election names."""
    named = {
        country
        for ent in trigger.token.sent.ents
        if ent.label_ in ("GPE", "NORP")
        for country in linked.resolve(ent).countries
    }
    countries = next((those for those in (linked.participants.countries, sorted(named)) if len(those) == 1), ())
    return Parties((), tuple(countries))


def _is_done_to_subject(trigger: Trigger) -> bool:
    """Whether a verb is passive: whoever acts is left out, and its subject alone makes it an event of somebody."""
    return not trigger.is_noun and any(child.dep_ == "nsubjpass" for child in trigger.token.children)


def _is_of_all(trigger: Trigger) -> bool:
    """Whether those whom the article is about, all together, do what a verb says: "the pair met"."""
    return trigger.clause is not None and any(
        event_lexicon().has_role(actor.lower_, "all") for actor in actors(trigger.clause)
    )


def _has_strangers(trigger: Trigger, linked: Resolver) -> bool:
    """Whether a noun names somebody whom nobody knows as the other side: "a meeting with local business people"."""
    others = of_preposition(trigger.token, "with", "between")
    return any(not party_of(other, linked) for other in others)


def _meets_strangers(trigger: Trigger, linked: Resolver) -> bool:
    """Whether a verb names as the other side only people whom nobody knows."""
    if trigger.is_noun or trigger.clause is None:
        return False
    others = [other for partner in partners(trigger) for other in (partner, *partner.conjuncts)]
    named = [other for other in others if other.ent_type_ == "PERSON"]
    return bool(named) and not any(party_of(other, linked) for other in others)


def _visitors(parties: Parties, place: Place | None, linked: Cast) -> Parties:
    """Without the hosts: leaders of the country where it is, if others come there."""
    if place is None or place.country is None:
        return parties
    guests = tuple(leader for leader in parties.leader_ids if linked.country_of.get(leader) != place.country)
    return replace(parties, leader_ids=guests or parties.leader_ids)


def _parties(trigger: Trigger, linked: Resolver) -> Iterator[Parties]:
    """Who takes part; one group for each partner where the clause says that each was met alone."""
    clause, lexicon = trigger.clause, event_lexicon()
    if clause is not None and any(lexicon.has_role(child.lower_, "separate") for child in clause.children):
        others = [other for partner in partners(trigger) for other in (partner, *partner.conjuncts)]
        if len(others) > 1:
            subject = parties_of(actors(clause), linked)
            for other in others:
                yield subject | party_of(other, linked)
            return
    own = own_parties(trigger, linked)
    is_named = clause is None and own.sides > 1 and trigger.pattern.event_type == "summit"
    yield own if is_named else own | clause_parties(trigger, linked)


def _event_type(trigger: Trigger, parties: Parties, when: ResolvedDate | None, place: Place | None) -> str | None:
    """The type of event, once it is known who, when and where.

    Leaders' talks are a meeting, a dated treaty was signed, and a journey to a named place is a visit.
    """
    kind = trigger.pattern.event_type
    if kind == "talks" or (kind == "negotiation" and trigger.is_noun):
        return "meeting" if len(parties.leader_ids) > 1 else "negotiation"
    if kind == "agreement":
        return "signing" if when is not None and when.basis == "absolute" else None
    if kind == "journey":
        is_abroad = place is not None and place.country not in parties.countries
        return "visit" if is_abroad else None
    is_dated = when is not None and when.start is not None
    if kind == "gathering":
        return "summit" if is_dated or place is not None else None
    if kind == "assault":
        return "military_action" if when is not None else None
    if kind == "dated_act":
        return "other" if when is not None else None
    if kind == "decision":
        is_told = any(child.dep_ in ("acl", "xcomp") and child.tag_ == "VB" for child in trigger.token.children)
        return "other" if is_told else None
    if kind == "discussion":
        return "meeting" if len(parties.leader_ids) > 1 and (is_dated or place is not None) else None
    return kind


def _points_back(trigger: Trigger, event_type: str) -> bool:
    """Whether a noun speaks of an event as known ("the call", "their meeting"); a named summit needs no telling."""
    noun = trigger.token
    if not trigger.is_noun or (event_type == "summit" and proper_name(noun)):
        return False
    if any(child.dep_ == "prep" and child.lower_ in ("with", "between", "among", "of") for child in noun.children):
        return False
    owned = event_type in _BETWEEN and any(child.dep_ == "poss" for child in noun.children)
    return owned or any(child.dep_ == "det" and child.lower_ not in ("a", "an") for child in noun.children)


def _is_enough(
    trigger: Trigger,
    parties: Parties,
    when: ResolvedDate | None,
    place: Place | None,
    anaphoric: bool,
    linked: Resolver,
) -> bool:
    """Whether a mention has the parties its type needs; a noun needs two of them, or a date, a place or a clause."""
    if trigger.pattern.event_type == "letter" and trigger.clause is not None:
        # "the decision sends a message to Kenya" is no letter: somebody writes one.
        return bool(parties_of(actors(trigger.clause), linked))
    if not trigger.is_noun:
        return parties.sides >= (1 if _meets_somebody(trigger, linked) else trigger.pattern.parties)
    if parties.sides < trigger.pattern.parties:
        return False
    is_new = not anaphoric or trigger.pattern.event_type == "speech"
    is_one = trigger.clause is not None or trigger.token.tag_ in ("NN", "NNP")
    return parties.sides > 1 or when is not None or place is not None or (is_one and is_new and bool(parties))


def _meets_somebody(trigger: Trigger, linked: Resolver) -> bool:
    """Whether one known side is enough: a leader meets somebody unknown, or somebody ("I") calls a leader."""
    kind = trigger.pattern.event_type
    if kind == "call" and trigger.clause is not None:
        return bool(parties_of(partners(trigger), linked).leader_ids)
    if kind != "meeting" or trigger.clause is None:
        return False
    if any(event_lexicon().has_role(actor.lemma_.lower(), "body") for actor in actors(trigger.clause)):
        # "the Kenyan cabinet meets on Friday"
        return True
    return any(partner.head.lower_ == "with" or partner.ent_type_ == "PERSON" for partner in partners(trigger))


def _is_only_wished(trigger: Trigger, when: ResolvedDate | None) -> bool:
    """Whether somebody only asks for the event and nothing fixes it: "invited him to visit at his convenience"."""
    token = trigger.clause if trigger.clause is not None else trigger.token
    over = token.head.head if token.head.dep_ == "prep" and token.head.lower_ == "for" else token.head
    is_open = (when is None or when.start is None) and over != token
    return is_open and event_lexicon().has_role(over.lemma_, "wish")


def _merge(told: list[Told], mention: Told, article: Article) -> None:
    """Add a mention, or let it complete the event that it tells of again."""
    for number, known in reversed(list(enumerate(told))):
        if _is_same(known, mention, article):
            told[number] = _united(known, mention)
            return
    told.append(mention)


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
        and known.event_type in _BETWEEN
        and known.status == mention.status
        and known.parties.countries == mention.parties.countries
        and (mention.when is None or _dates_agree(known.when, mention.when, article))
    )


def _taken_apart(told: Sequence[Told]) -> list[Told]:
    """Without the summary ("had five separate calls with European leaders") of events told one by one after it.

    They take its date, its place and its position: it is what the article first says of them.
    """
    out = list(told)
    for summary in told:
        if summary.trigger.token.tag_ != "NNS" or summary.event_type not in _BETWEEN:
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


def _is_elsewhere(known: Told, mention: Told) -> bool:
    if known.event_type == mention.event_type == "visit" and known.place is not None and mention.place is not None:
        # A visitor sees several places of one country.
        return known.place.country is None or known.place.country != mention.place.country
    places = [told.place.text for told in (known, mention) if told.place is not None]
    return len(places) == 2 and places[0] not in places[1] and places[1] not in places[0]


def _related(known: Told, mention: Told) -> bool:
    """Whether "the talks" or "the conversation" may speak of what was told as a meeting or a call."""
    return known.event_type == mention.event_type or {known.event_type, mention.event_type} <= _BETWEEN


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
