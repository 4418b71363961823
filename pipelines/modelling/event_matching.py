"""When two accounts are of one event: type, participants, day and place, whatever each article calls it.

A telling is what one or more accounts say alike; `match` gives the evidence that two tellings are of one event.
Evidence has ranks (`schemas.codes.MERGE_BASES`, in order): all that stronger evidence ties together is tied before
weaker evidence is asked, and a telling that evidence of one rank ties to several events is tied to none of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain, combinations, product

from pipelines.grouping import Groups
from pipelines.modelling.words import content_words, names, overlap, word_list
from schemas.codes import MERGE_BASES

_DAY = timedelta(days=1)
_RECENT = 2
"""Days after an event on which articles on something else recall it without saying when it was."""
_SISTERS = (frozenset({"meeting", "negotiation"}), frozenset({"meeting", "summit"}))
"""Types that one interaction goes by: leaders' talks are a meeting here and a negotiation there."""
_FROM_AFAR = (frozenset({"call", "meeting"}), frozenset({"call", "negotiation"}))
"""Types that one interaction goes by where the words say that it was held from afar."""
_ACTS = frozenset({"other", "sanction", "signing", "speech", "military_action", "military_aid", "arms_sale", "letter"})
"""Types of which one side may do several on a day: the words must be alike too."""
_FEW = 3
"""Up to so many participants each of them counts: a call of two is not the call of three."""
_SHARED = 0.5
"""Of more participants than a few, more than so much of all that are named must be common to both."""
_ALIKE = 0.5
"""The least overlap (Dice) of the content words of mentions whose participants do not tell them apart."""
_GATHERED = 3
"""Countries that make a gathering, of which an account may name only its own."""
_MANY = 6
"""Countries whose meeting may be called a summit."""
_SURE_DATES = frozenset({"same_day", "news_of_day", "recalled"})
"""Evidence by which an account that names part of a gathering's participants is of that gathering."""
_SHORT = 7
"""Days of a date that tells one event from another even where no place does."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What accounts say alike of one event: of one exact day, of a vaguer date, or as undated news."""

    event_type: str
    leaders: frozenset[str]
    countries: frozenset[str]
    start: date | None
    end: date | None
    news_of: date | None
    """the day on which undated news of it was published"""
    recalled_on: date | None
    """the day on which an article on something else, published then, recalls it without a date"""
    occurred: bool
    sources: frozenset[str]
    articles: frozenset[str]
    text: str
    places: frozenset[str] = frozenset()
    place_countries: frozenset[str] = frozenset()

    @property
    def day(self) -> date | None:
        """The day, where it is told exactly."""
        return self.start if self.start == self.end else None

    @property
    def is_short(self) -> bool:
        """Whether its date spans a week at most."""
        return self.start is not None and self.end is not None and (self.end - self.start).days < _SHORT

    @property
    def is_strong(self) -> bool:
        """Whether its participants tell it from other events of the day: two people, more countries than a few, or a
        guest and two countries."""
        if self.event_type == "visit" and self.leaders and len(self.countries) > 1:
            return True
        return self.event_type not in _ACTS and (len(self.leaders) > 1 or len(self.countries) > _FEW)

    @property
    def name(self) -> frozenset[str]:
        """What a gathering is called, where it has a name: accounts of it name other participants each."""
        return names(self.text) - word_list("gathering") if self.event_type == "summit" else frozenset()


@dataclass(frozen=True, slots=True)
class Match:
    """By what evidence two tellings are of one event, in words for people."""

    basis: str
    explanation: str


def links_between(tellings: Sequence[Telling], only: Set[int] | None = None) -> dict[str, list[tuple[int, int, Match]]]:
    """By basis, the pairs for which there is evidence; where `only` is given, those with one of these numbers."""
    links: dict[str, list[tuple[int, int, Match]]] = {}
    for one, other in sorted(_candidates(tellings)):
        if only is not None and one not in only and other not in only:
            continue
        found = match(tellings[one], tellings[other])
        if found is not None:
            links.setdefault(found.basis, []).append((one, other, found))
    return links


def tie(tellings: Sequence[Telling], links: Mapping[str, Sequence[tuple[int, int, Match]]]) -> Groups[Match]:
    """The tellings of each event together, strongest evidence first."""

    def may_be_one(ours: Sequence[int], theirs: Sequence[int]) -> bool:
        return not any(contradict(tellings[one], tellings[other]) for one in ours for other in theirs)

    groups: Groups[Match] = Groups(len(tellings))
    for basis in MERGE_BASES:
        groups.tie(links.get(basis, ()), may_be_one)
    return groups


def days_of(telling: Telling) -> tuple[date, date] | None:
    """The first and the last day of the months in which something could be of its event; None where nothing could."""
    days = [*_days(telling), *(date.fromisoformat(f"{month}-01") for month in _months(telling))]
    return (min(days).replace(day=1), max(days)) if days else None


def match(one: Telling, other: Telling) -> Match | None:
    """The evidence that two tellings are of one event; None where there is none, or something speaks against it."""
    if contradict(one, other) or (one.articles & other.articles and not one.day):
        return None
    kind, people, dates = _types(one, other), _participants(one, other), _dates(one, other)
    if kind is None or people is None or dates is None:
        return None
    basis, when = dates
    if _are_of_gathering(one, other):
        same_day = all(
            ours.recalled_on in (None, theirs.news_of, theirs.day) for ours, theirs in ((one, other), (other, one))
        )
        sure = same_day and basis in _SURE_DATES
        return Match(basis, f"{kind}; {people}; {when}") if sure else None
    if one.event_type != other.event_type and "summit" in (one.event_type, other.event_type) and basis != "same_day":
        return None
    are_named = bool(one.name and other.name)
    if are_named or (one.is_strong and other.is_strong):
        return Match(basis, f"{kind}; {people}; {when}")
    if _words_tell(one, other, is_weak_date=basis not in ("same_day", "news_of_day")):
        return Match(basis, f"{kind}; {people}; {when}; the words fit")
    return None


def contradict(one: Telling, other: Telling) -> bool:
    """Whether two tellings cannot be of one event, whatever else ties them together."""
    same_day = one.day is not None and one.day == other.day
    if one.articles & other.articles and not same_day:
        return True
    if one.event_type != other.event_type and not _are_sisters(one, other):
        return True
    if not same_day and len(one.place_countries | other.place_countries) > 1:
        return True
    return _participants(one, other) is None or not _dates_agree(one, other)


def _dates(one: Telling, other: Telling) -> tuple[str, str] | None:
    """What the dates prove: the basis and its words."""
    if one.recalled_on is not None or other.recalled_on is not None:
        known, recalled = (one, other) if one.recalled_on is None else (other, one)
        first, last = (known.start, known.end) if known.is_short else (known.news_of, known.news_of)
        if first is None or last is None or recalled.recalled_on is None:
            return None
        if not first <= recalled.recalled_on <= last + _RECENT * _DAY:
            return None
        return "recalled", f"recalled on {recalled.recalled_on} without a date, soon after {last}"
    if one.news_of is not None and other.news_of is not None:
        apart = abs((one.news_of - other.news_of).days)
        types = frozenset({one.event_type, other.event_type})
        if (len(types) == 1 or types in _SISTERS) and (apart == 0 or (apart == 1 and not one.sources & other.sources)):
            return "same_news", f"undated news of {one.news_of} and {other.news_of}"
        return None
    if one.news_of is not None or other.news_of is not None:
        known, news = (one, other) if one.news_of is None else (other, one)
        if not known.is_short or known.start is None or known.end is None or news.news_of is None:
            return None
        if known.start <= news.news_of <= known.end:
            return "news_of_day", f"undated news of that day, {news.news_of}"
        if news.news_of == known.end + _DAY:
            return "news_of_next_day", f"{known.end}, and undated news of the day after"
        return None
    return _spans(one, other)


def _spans(one: Telling, other: Telling) -> tuple[str, str] | None:
    """What two told dates prove."""
    if one.start is None or one.end is None or other.start is None or other.end is None:
        return None
    if (one.start, one.end) == (other.start, other.end) and one.is_short:
        return "same_day", f"the same day, {one.start}" if one.day else f"the same days, {one.start} to {one.end}"
    if one.day is not None and other.day is not None:
        return "next_day", f"{one.day} and {other.day}, by the clock of each source"
    inner, outer = (one, other) if one.end - one.start <= other.end - other.start else (other, one)
    if not inner.is_short:
        return None
    if outer.is_short or any(overlap(content_words(a), content_words(b)) for a in one.places for b in other.places):
        return "vague_date", f"{inner.start} lies in {outer.start} to {outer.end}"
    return None


def _dates_agree(one: Telling, other: Telling) -> bool:
    """Whether both can be of one day, as far as they say when it was; "next day" only of strong ones of two sources."""
    if one.recalled_on is not None or other.recalled_on is not None:
        return True
    if one.news_of is not None and other.news_of is not None:
        return abs((one.news_of - other.news_of).days) <= 1
    ours, theirs = _span(one), _span(other)
    if ours is None or theirs is None:
        return True
    if one.news_of is None and other.news_of is None and not (ours[0] <= theirs[1] and theirs[0] <= ours[1]):
        are_days = one.day is not None and other.day is not None and abs((one.day - other.day).days) == 1
        told_alike = one.is_strong and other.is_strong and one.occurred == other.occurred
        return are_days and told_alike and not one.sources & other.sources
    return ours[0] <= theirs[1] + 2 * _DAY and theirs[0] <= ours[1] + 2 * _DAY


def _span(telling: Telling) -> tuple[date, date] | None:
    """The days that it may have been."""
    if telling.start is not None and telling.end is not None:
        return telling.start, telling.end
    return None if telling.news_of is None else (telling.news_of - _DAY, telling.news_of)


def _types(one: Telling, other: Telling) -> str | None:
    types = {one.event_type, other.event_type}
    if len(types) == 1:
        return f"both a {one.event_type}"
    afar = any(word_list("remote") & content_words(t.text) for t in (one, other) if t.event_type != "call")
    if "call" in types and not afar:
        return None
    return f"a {one.event_type} and a {other.event_type}"


def _are_sisters(one: Telling, other: Telling) -> bool:
    types = frozenset({one.event_type, other.event_type})
    return types in _SISTERS or types in _FROM_AFAR


def _participants(one: Telling, other: Telling) -> str | None:
    """In how far both name the same participants; None where they do not."""
    same_countries = one.countries == other.countries
    within = one.leaders <= other.leaders or other.leaders <= one.leaders
    people = min(len(one.leaders), len(other.leaders))
    if one.name and other.name:
        return "the same name" if one.name <= other.name or other.name <= one.name else None
    if _are_of_gathering(one, other):
        return "those whom one names are among those of the other"
    if one.leaders == other.leaders and (people > 1 or same_countries):
        return "the same people"
    if within and same_countries and len(one.countries) > 1:
        return "the same countries, and nobody who is in the way of the other's people"
    if people > _FEW and _share(one.leaders, other.leaders) > _SHARED:
        return "most people the same"
    many = min(len(one.countries), len(other.countries)) > _FEW
    if many and people < 2 and _share(one.countries, other.countries) > _SHARED:
        return "most countries the same"
    return None


def _are_of_gathering(one: Telling, other: Telling) -> bool:
    """Whether one account tells of a summit and names few, all of whom gather by the other, a summit too or a meeting
    of many: unless both have names, or the summit has one that the meeting lacks."""
    part, whole = sorted((one, other), key=lambda telling: (len(telling.countries), len(telling.leaders)))
    types = {one.event_type, other.event_type}
    if types == {"summit"}:
        fits = not (one.name and other.name) and len(whole.countries) >= _GATHERED
    else:
        fits = part.event_type == "summit" and whole.event_type == "meeting" and not part.name
        fits = fits and len(whole.countries) >= _MANY
    return fits and bool(part.countries) and part.countries < whole.countries and len(part.countries) < _GATHERED


def _share(ours: frozenset[str], theirs: frozenset[str]) -> float:
    return len(ours & theirs) / len(ours | theirs)


def _words_tell(one: Telling, other: Telling, *, is_weak_date: bool) -> bool:
    """Whether the words make up for participants that do not tell events apart.

    Neither may name what the other lacks (of acts, both must name the same). Of talks of two countries that is enough
    where the day is sure or a person is common to both; else they must be alike, with a name or two words in common.
    """
    ours, theirs = names(one.text), names(other.text)
    is_act = one.event_type in _ACTS
    if ours != theirs and (is_act or not (ours <= theirs or theirs <= ours)):
        return False
    if not is_weak_date and not is_act and len(one.countries & other.countries) > 1:
        return True
    if not is_act and one.leaders & other.leaders and len(one.countries & other.countries) > 1:
        return True
    common = content_words(one.text) & content_words(other.text)
    if overlap(content_words(one.text), content_words(other.text)) < _ALIKE:
        return False
    return bool(ours & theirs) or (not is_weak_date and len(common) > 1)


def _candidates(tellings: Sequence[Telling]) -> set[tuple[int, int]]:
    """Pairs that share participants and a day that either may have been: all that can match, and few others."""
    near, recalled, exact, vague = (defaultdict[tuple[str, ...], list[int]](list) for _ in range(4))
    for number, telling in enumerate(tellings):
        block_names = list(_block_names(telling))
        for name, day in product(block_names, _days(telling)):
            (near if telling.recalled_on is None else recalled)[(*name, str(day))].append(number)
        for name, month in product(block_names, _months(telling)):
            (exact if telling.is_short else vague)[(*name, month)].append(number)
    close = (pair for block in near.values() for pair in combinations(block, 2))
    across = (product(ours[name], theirs[name])
              for ours, theirs in ((vague, exact), (recalled, near))
              for name in ours.keys() & theirs.keys())  # fmt: skip
    return {(min(pair), max(pair)) for pair in chain(close, *across)}


def _block_names(telling: Telling) -> Iterator[tuple[str, ...]]:
    """Two matching tellings have one of these in common: of a few participants all, of many each; of weak ones a
    word too."""
    for who in (telling.leaders, telling.countries):
        each = [(name,) for name in who] if len(who) > _FEW else [tuple(sorted(who))] if who else []
        if telling.event_type == "summit" or (
            telling.event_type not in _ACTS and (telling.is_strong or len(telling.countries) > 1)
        ):
            yield from each
        if len(telling.countries) >= _GATHERED and who is telling.countries:
            yield from ((name,) for name in who)
        for word in content_words(telling.text):
            yield from ((*name, word) for name in each)
    yield from ((name,) for name in telling.name)


def _days(telling: Telling) -> list[date]:
    """The days that a telling has in common with all that are told of its days, or of those next to them."""
    if telling.recalled_on is not None:
        return [telling.recalled_on - _DAY, telling.recalled_on]
    span = (telling.start, telling.end) if telling.is_short else (telling.news_of, telling.news_of)
    if span[0] is None or span[1] is None:
        return []
    return [span[0] + step * _DAY for step in range((span[1] - span[0]).days + 2)]


def _months(telling: Telling) -> list[str]:
    """The months that the dates of a telling lie in."""
    if telling.start is None or telling.end is None:
        return []
    months = range(telling.start.year * 12 + telling.start.month - 1, telling.end.year * 12 + telling.end.month)
    return [f"{month // 12:04}-{month % 12 + 1:02}" for month in months]
