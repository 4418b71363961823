"""Real-world events from what single articles tell of them: one row an event, however many articles tell of it.

Which accounts are of one event is decided in `event_matching`; here their facts are brought together. Where accounts
differ:

- the type is the one that most articles give, and of those as many give that of the first account;
- the status is `occurred` where any account says so, else `cancelled`, else `planned`;
- the date is the shortest span of days that is told; of spans as short, the one that most articles give, then that of
  the first account;
- the place is that of the first account that names one, accounts of what the article is about before others;
- who takes part is everybody whom at least a third of the articles name. Accounts that name fewer than two leaders
  have no say on leaders.

The first account is the earliest by publication, undated ones last. It gives the event its id: see `docs/ids.md`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import polars as pl

from pipelines.grouping import Groups
from pipelines.identity import stable_id
from pipelines.modelling.blocking import UNDATED, day_number
from pipelines.modelling.collection import without_collection
from pipelines.modelling.dating import publication
from pipelines.modelling.event_matching import Match, Telling, days_of, links_between, tie
from pipelines.modelling.regrouping import MEMORY, Before, Grouped, Known, Links, group_id, grouped
from pipelines.modelling.regrouping import Telling as Told
from pipelines.modelling.words import content_words, forgotten_after
from schemas import STAGES, TABLES
from schemas.frames import conform, rows_frame

Row = Mapping[str, Any]

_STATUS_RANK = ("occurred", "cancelled", "planned")
_NAMED_BY = 1 / 3
"""The share of articles that must name a participant."""
_SAME_FACTS = "the same type, participants and day"


Accounts = Sequence[Row]
"""Rows of `extracted_events` with when and by whom the article was published, the first account first."""


@dataclass(frozen=True, slots=True)
class EventTables:
    """The three tables that tell of events, and what to remember of them: `regrouping.MEMORY` and all accounts."""

    events: pl.DataFrame
    participants: pl.DataFrame
    mentions: pl.DataFrame
    memory: pl.DataFrame


@forgotten_after
@without_collection
def model_events(
    extracted: pl.DataFrame, articles: pl.DataFrame, leaders: pl.DataFrame, known: Known | None = None
) -> EventTables:
    """Merge the accounts of each event, and name its participants.

    Takes the accounts of single articles (`extracted_events`; where the three tables are known, in the order of
    `EventTables`, those of the articles that changed), the articles and the leaders. Neither the order of rows nor the
    day of the run changes what comes out.
    """
    country_of: dict[str, str | None] = dict(leaders.select("leader_id", "country").iter_rows())
    accounts = extracted.join(publication(articles), on="article_id", how="left").with_columns(_ACCOUNT_ID)
    if known is None:
        found = grouped(Events(), accounts)
        return _remembering(_tables(found, country_of), accounts, leaders)
    before = known.memory
    told = before.select(accounts.columns)
    moved = _moved(before, leaders) - known.changed
    accounts = pl.concat([accounts, told.filter(pl.col("article_id").is_in(list(moved)))])
    changed = known.changed | moved

    def rows_of(ids: pl.Series) -> pl.DataFrame:
        return told.filter(pl.col("account_id").is_in(ids.implode()))

    found = grouped(Events(), accounts, Before(before.select(*MEMORY), changed, rows_of))
    anew = _tables(found, country_of)
    stays = ~pl.col("event_id").is_in(list(found.undone))
    events, participants, mentions = (table.filter(stays) for table in known.tables)
    tables = EventTables(
        conform(TABLES["events"], pl.concat([events, anew.events])),
        conform(TABLES["event_participants"], pl.concat([participants, anew.participants])),
        conform(TABLES["event_mentions"], pl.concat([mentions, anew.mentions])),
        found.memory,
    )
    kept_accounts = told.filter(~pl.col("article_id").is_in(list(changed)))
    return _remembering(tables, pl.concat([kept_accounts, accounts]), leaders)


_KEY = STAGES["extracted_events"].key
_ACCOUNT_ID = pl.concat_str(*_KEY, pl.int_range(pl.len()).over(_KEY), separator=" ").alias("account_id")


def _remembering(tables: EventTables, accounts: pl.DataFrame, leaders: pl.DataFrame) -> EventTables:
    """The tables, their memory with all that is known of each account."""
    told = accounts.drop("article_id")
    about = tables.memory.join(told, left_on="row_id", right_on="account_id", how="left", coalesce=False)
    return replace(tables, memory=about.with_columns(_stood_for(leaders)))


def _moved(memory: pl.DataFrame, leaders: pl.DataFrame) -> set[str]:
    """The articles with an account of a leader who stands for another country than was known then."""
    return set(memory.filter(pl.col("stood_for") != _stood_for(leaders)).get_column("article_id"))


def _stood_for(leaders: pl.DataFrame) -> pl.Expr:
    """The countries of the leaders of each account, in the order of the leaders."""
    known = leaders.drop_nulls("country")
    country = pl.element().replace_strict(
        known.get_column("leader_id"), known.get_column("country"), default="", return_dtype=pl.String
    )
    return pl.col("leader_ids").list.eval(country).list.join(" ").alias("stood_for")


def _tables(found: Grouped[Telling], country_of: Mapping[str, str | None]) -> EventTables:
    """The rows of the events that were grouped."""
    events: list[Row] = []
    participants: list[Row] = []
    mentions: dict[tuple[Any, ...], Row] = {}
    for tellings in _merged(found):
        key = tellings[0].event_id
        accounts = sorted((row for telling in tellings for row in telling.accounts), key=_order)
        events.append(_event(key, accounts))
        participants += _participants(key, accounts, country_of)
        for row in (mention for telling in tellings for mention in _mentions(key, telling)):
            mentions.setdefault(tuple(row[name] for name in TABLES["event_mentions"].key), row)
    return EventTables(
        rows_frame(TABLES["events"], events),
        rows_frame(TABLES["event_participants"], participants),
        rows_frame(TABLES["event_mentions"], mentions.values()),
        found.memory,
    )


class Events:
    """How events are told: by `extracted_events` with the day of publication and an `account_id`.

    The first account gives the id: see `docs/ids.md`.
    """

    prefix = "e"
    row_id = "account_id"
    width = 32

    def tellings(self, rows: pl.DataFrame) -> Sequence[Told[Telling]]:
        """Accounts with the same facts, the first account of each first, by these facts."""
        by_facts: dict[tuple[Any, ...], list[Row]] = {}
        for row in sorted(rows.iter_rows(named=True), key=_order):
            by_facts.setdefault(facts(row), []).append(row)
        return [_told(key, by_facts[key]) for key in sorted(by_facts)]

    def links(self, items: Sequence[Telling], only: Set[int] | None) -> Links:
        """Tellings for which there is evidence that they are of one event."""
        return links_between(items, only)

    def tie(self, items: Sequence[Telling], links: Links) -> Groups[Match]:
        """The tellings of each event."""
        return tie(items, links)

    def first(self, members: Sequence[Told[Telling]]) -> Told[Telling]:
        """That of the first account."""
        return min(members, key=lambda telling: (*_order(telling.rows[0])[:2], telling.key))


def _told(key: tuple[Any, ...], rows: Accounts) -> Told[Telling]:
    telling = _telling(rows)
    days = days_of(telling)
    first, last = (UNDATED, UNDATED) if days is None else map(day_number, days)
    return Told(rows, key, telling, "\0".join(key), None if days is None else "", first, last)


@dataclass(frozen=True, slots=True)
class _Joined:
    """Accounts that say the same of an event, and how they came to it: None of the telling that gives it its id."""

    event_id: str
    accounts: Accounts
    match: Match | None
    other_article: str | None


def facts(row: Row) -> tuple[Any, ...]:
    """What an account says that tells its event from all others: accounts with the same facts are of one event.

    Type, participants and day, or the day of undated news; and the words, where one side may do several such things
    on a day. An account that has neither date nor news value stands for itself.
    """
    telling = _telling([row])
    who = (row["event_type"], *sorted(row["leader_ids"]), *sorted(row["countries"]))
    words = () if telling.is_strong else ("in words", *sorted(content_words(row["text"])))
    if telling.is_short:
        return (*who, "on", str(row["date_start"]), str(row["date_end"]), *words)
    if telling.news_of is not None and (row["leader_ids"] or row["countries"]):
        return (*who, "news of", str(telling.news_of), *words)
    return (row["event_type"], row["article_id"], str(row["start"]), str(row["end"]))


def _order(row: Row) -> tuple[Any, ...]:
    """The first account is the earliest by publication (undated last); of those as early, the first by its words, so
    that a correction elsewhere in its article changes nothing."""
    when = row["published_at"]
    words = row["text"], row["event_type"], *sorted(row["leader_ids"]), *sorted(row["countries"])
    return (when is None, when or datetime.min, words, row["article_id"], row["start"], row["end"])


def _merged(found: Grouped[Telling]) -> Iterator[list[_Joined]]:
    """The tellings of each event, that of its first account first: it gives the event its id."""
    kind, tellings, groups = Events(), found.tellings, found.groups
    number_of = {telling.key: number for number, telling in enumerate(tellings)}
    for members in groups:
        first = kind.first([tellings[member] for member in members])
        identifier = group_id(kind, first)
        joined = [_Joined(identifier, first.rows, None, None)]
        for number, other, match in groups.paths(number_of[first.key]):
            joined.append(_Joined(identifier, tellings[number].rows, match, tellings[other].rows[0]["article_id"]))
        yield joined


def _telling(rows: Accounts) -> Telling:
    first = rows[0]
    is_undated = first["status"] == "occurred" and first["date_start"] is None
    return Telling(
        event_type=first["event_type"],
        leaders=frozenset(first["leader_ids"]),
        countries=frozenset(first["countries"]),
        start=first["date_start"],
        end=first["date_end"],
        news_of=first["published_on"] if is_undated and first["is_main"] else None,
        recalled_on=first["published_on"] if is_undated and not first["is_main"] else None,
        occurred=any(row["status"] == "occurred" for row in rows),
        sources=frozenset(row["source"] or row["article_id"] for row in rows),
        articles=frozenset(row["article_id"] for row in rows),
        text=first["text"],
        places=frozenset(row["place_text"] for row in rows if row["place_text"]),
        place_countries=frozenset(row["place_country"] for row in rows if row["place_country"]),
    )


def _event(key: str, accounts: Accounts) -> Row:
    spans = [row for row in accounts if row["date_start"] is not None and row["date_end"] is not None]
    shortest = min(((row["date_end"] - row["date_start"]).days for row in spans), default=0)
    spans = [row for row in spans if (row["date_end"] - row["date_start"]).days == shortest]
    dated = _commonest(spans, lambda row: (row["date_start"], row["date_end"])) if spans else accounts[0]
    placed = sorted(
        (row for row in accounts if row["place_text"] is not None), key=lambda row: (not row["is_main"], *_order(row))
    )
    place = placed[0] if placed else accounts[0]
    return {
        "event_id": key,
        "event_type": _commonest(accounts, lambda row: row["event_type"])["event_type"],
        "status": min((row["status"] for row in accounts), key=_STATUS_RANK.index),
        "date_start": dated["date_start"],
        "date_end": dated["date_end"],
        "date_precision": dated["date_precision"],
        "date_basis": dated["date_basis"],
        "place_text": place["place_text"],
        "place_country": place["place_country"],
    }


def _commonest(accounts: Accounts, fact: Callable[[Row], Hashable]) -> Row:
    """The first account of those whose fact most articles give; of facts that as many give, the one told first."""
    told_by: dict[Hashable, set[str]] = {}
    for row in accounts:
        told_by.setdefault(fact(row), set()).add(row["article_id"])
    most = max(told_by, key=lambda value: len(told_by[value]))
    return next(row for row in accounts if fact(row) == most)


def _participants(key: str, accounts: Accounts, country_of: Mapping[str, str | None]) -> list[Row]:
    """A row a leader, with the country they stand for where it takes part; and a row a country nobody stands for."""
    countries = _named(accounts, "countries")
    pairs: list[tuple[str | None, str | None]] = []
    for leader in _named(accounts, "leader_ids"):
        country = country_of.get(leader)
        pairs.append((leader, country if country in countries else None))
    stood_for = {country for _, country in pairs}
    pairs += [(None, country) for country in countries if country not in stood_for]
    return [
        {
            "participant_id": stable_id("ep", key, leader, country),
            "event_id": key,
            "leader_id": leader,
            "country": country,
            "role": "participant",
        }
        for leader, country in pairs
    ]


def _named(accounts: Accounts, column: str) -> list[str]:
    """Whom at least a third of the articles name that name two or more; where none does, whomever any names."""
    by_article: dict[str, set[str]] = {}
    for row in accounts:
        by_article.setdefault(row["article_id"], set()).update(row[column])
    voters = [names for names in by_article.values() if len(names) > 1] or list(by_article.values())
    votes = Counter(name for names in voters for name in names)
    return sorted(name for name, count in votes.items() if count >= _NAMED_BY * len(voters))


def _mentions(key: str, telling: _Joined) -> Iterator[Row]:
    """A row an account, with what it says itself and why it was merged."""
    first = telling.accounts[0]["article_id"]
    for number, row in enumerate(telling.accounts):
        basis, with_article, why = None, None, None
        if telling.match is not None:
            basis, with_article, why = telling.match.basis, telling.other_article, telling.match.explanation
        elif number:
            basis, with_article, why = "same_facts", first, _SAME_FACTS
        yield {
            "event_id": key,
            "article_id": row["article_id"],
            "text": row["text"],
            "start": row["start"],
            "end": row["end"],
            "is_main": row["is_main"],
            "told_type": row["event_type"],
            "told_status": row["status"],
            "told_date_start": row["date_start"],
            "told_date_end": row["date_end"],
            "told_place": row["place_text"],
            "merge_basis": basis,
            "merged_with_article_id": with_article,
            "merge_explanation": why,
        }
