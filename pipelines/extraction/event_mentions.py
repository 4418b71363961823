"""What one trigger tells of: an event with its type, parties, date, place and status; none, or several."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Token

from pipelines.extraction.event_cast import Cast
from pipelines.extraction.event_clauses import actors, hosts, partners
from pipelines.extraction.event_parties import (
    Parties,
    clause_parties,
    concerned,
    own_parties,
    parties_around,
    parties_of,
    party_of,
)
from pipelines.extraction.event_places import Place, place_of
from pipelines.extraction.event_sides import (
    completed,
    electorate,
    has_strangers,
    is_of_all,
    meets_strangers,
    visitors,
    with_others,
)
from pipelines.extraction.event_status import is_only_wished, is_unfulfilled, status_of
from pipelines.extraction.event_times import date_of, date_of_sentence
from pipelines.extraction.event_triggers import BETWEEN, Resolver, Trigger, event_lexicon, proper_name
from pipelines.records import Article, ResolvedDate, TimeExpression

# Acts whose parties include the countries that they are about.
_ABOUT_COUNTRIES = frozenset({"sanction", "military_action", "military_aid", "arms_sale", "other"})


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


def mentions_of(
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
    for group in groups:
        event_type = _event_type(trigger, group, when, place)
        if event_type is None:
            continue
        is_dated = when is not None and when.start is not None
        definite = not is_dated and _points_back(trigger, event_type)
        strangers = event_type in BETWEEN and trigger.is_noun and has_strangers(trigger, linked)
        parties = group
        if event_type in BETWEEN:
            is_ours = len(groups) == 1 and (in_first if parties else is_dated and trigger.is_noun)
            parties = _between(trigger, event_type, parties, linked, is_ours=is_ours, has_strangers=strangers)
        status = status_of(trigger, when, article.published_on)
        parties = _with_unnamed(trigger, event_type, parties, place, status, linked)
        anaphoric = definite and place is None
        if _is_enough(trigger, parties, when, place, anaphoric, linked) and not is_only_wished(trigger, when):
            if when is None and status == "planned":
                when = date_of_sentence(trigger, times, article.published_on)
            yield Told(trigger, event_type, parties, when, place, status, definite, strangers)


def _between(
    trigger: Trigger, event_type: str, parties: Parties, linked: Cast, *, is_ours: bool, has_strangers: bool
) -> Parties:
    """The sides of a call, a meeting or a negotiation: those that the text leaves out are those of the article."""
    if not trigger.is_noun and not parties and is_of_all(trigger):
        parties = linked.everybody
    if is_ours and not meets_strangers(trigger, linked):
        parties = completed(parties, event_type, linked)
    if trigger.is_noun and parties.sides == 1 and not has_strangers:
        parties = with_others(trigger, event_type, parties, linked)
    return parties


def _with_unnamed(
    trigger: Trigger, event_type: str, parties: Parties, place: Place | None, status: str, linked: Cast
) -> Parties:
    """With those who belong to an event by its type: whoever is at a summit, the hosts, the country an act is about."""
    if event_type == "summit" and not parties:
        around = parties_around(trigger, linked) or linked.everybody
        # Who will be at a summit to come is not known from those who speak of it; their countries will.
        parties = Parties((), around.countries) if status == "planned" else around
    if event_type == "election" and not parties:
        parties = electorate(trigger, linked)
    is_order = event_type == "signing" and not trigger.is_noun and parties.sides == 1
    if is_order or (event_type in _ABOUT_COUNTRIES and (parties or _is_done_to_subject(trigger))):
        parties |= concerned(trigger, linked)
    if event_type == "visit":
        parties = visitors(parties, place, linked) if parties else linked.guests(place.country if place else None)
        parties |= parties_of(hosts(trigger.token), linked)
    if not parties or place is None or place.country is None:
        return parties
    if event_type == "visit":
        return parties | Parties((), (place.country, *place.other_countries))
    return parties | Parties((), (place.country,)) if event_type == "summit" and place.is_country else parties


def _is_aside(trigger: Trigger) -> bool:
    """Whether an act stands in a participle only ("launching a partnership"): what another act comes to."""
    token = trigger.token
    if trigger.pattern.event_type == "appointment" and not trigger.is_noun and token.dep_ == "advcl":
        # "since we took office" says only since when.
        return True
    is_participle = not trigger.is_noun and token.tag_ == "VBG" and not any(c.dep_ == "aux" for c in token.children)
    return is_participle and trigger.pattern.event_type in _ABOUT_COUNTRIES


def _is_done_to_subject(trigger: Trigger) -> bool:
    """Whether a verb is passive: whoever acts is left out, and its subject alone makes it an event of somebody."""
    return not trigger.is_noun and any(child.dep_ == "nsubjpass" for child in trigger.token.children)


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
    parties = own if is_named else own | clause_parties(trigger, linked)
    if trigger.pattern.event_type == "talks" and trigger.is_noun and len(parties.leader_ids) == 1:
        around = parties_around(trigger, linked)
        parties = parties | around if around.leader_ids else parties
    yield parties


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
    if kind == "call" and len(parties.leader_ids) > 1 and _is_at_gathering(trigger):
        return "meeting"
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


def _is_at_gathering(trigger: Trigger) -> bool:
    """Whether people who "spoke" did so where they gathered: "following the summit", "on the margins of the forum"."""
    if trigger.is_noun or trigger.pattern.beside != ("with",):
        return False
    lexicon = event_lexicon()
    around = [noun for child in trigger.token.children if child.dep_ in ("prep", "advcl") for noun in child.subtree]
    kinds = {pattern.event_type for noun in around if noun.pos_ != "VERB" for pattern in lexicon.patterns(noun)}
    return bool(kinds & {"summit", "gathering"}) and "call" not in kinds


def _points_back(trigger: Trigger, event_type: str) -> bool:
    """Whether a noun speaks of an event as known ("the call", "their meeting"); a named summit needs no telling."""
    noun = trigger.token
    if not trigger.is_noun or (event_type == "summit" and proper_name(noun)):
        return False
    if any(child.dep_ == "prep" and child.lower_ in ("with", "between", "among", "of") for child in noun.children):
        return False
    owned = event_type in BETWEEN and any(child.dep_ == "poss" for child in noun.children)
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
