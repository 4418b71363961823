"""Ids do not depend on the order of rows or articles, and outlive articles that are added, removed or corrected.

What they may depend on is told in `docs/ids.md`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.intake.near_duplicates import signature, story_groups
from pipelines.modelling import events, sameness
from pipelines.modelling.regrouping import Known
from schemas import STAGES, TABLES, spec
from schemas.frames import rows_frame, unsorted_frame
from tests.samples import ROWS

Rows = list[dict[str, Any]]

MONDAY = dt.date(2026, 2, 2)
PUBLISHED = {f"a_{n}": MONDAY + dt.timedelta(days=n // 2) for n in range(8)}
"""Eight articles, two a day and of one hour, of three publishers."""
LATER = "a_9"
LEADERS = rows_frame(TABLES["leaders"], [{"leader_id": f"Q{n}", "name": f"Leader {n}"} for n in range(1, 5)])
CASES = settings(max_examples=25, deadline=None)


def articles(order: Iterable[str] = (*PUBLISHED, LATER)) -> pl.DataFrame:
    published = PUBLISHED | {LATER: MONDAY + dt.timedelta(days=6)}
    rows = [
        {**ROWS["articles"][0], "article_id": key, "publisher": f"paper {int(key[2]) % 3}",
         "published_on": published[key[:3]], "published_at": dt.datetime.combine(published[key[:3]], dt.time(9))}
        for key in order
    ]  # fmt: skip
    return rows_frame(TABLES["articles"], rows)


DAYS = st.sampled_from([None, *(MONDAY + dt.timedelta(days=n) for n in range(4))])
IN = st.sampled_from(sorted(PUBLISHED))
PLACES = st.integers(0, 40)


@st.composite
def accounts(draw: st.DrawFn, leaders: str = "123", article: st.SearchStrategy[str] = IN) -> dict[str, Any]:
    """An account of a call, a meeting or a deed of two or three leaders, on some day or none."""
    who = draw(st.sets(st.sampled_from(leaders), min_size=1))
    day, start = draw(DAYS), draw(PLACES)
    return {
        "article_id": draw(article),
        "start": start,
        "end": start + 4,
        "text": draw(st.sampled_from(["call", "video talks", "the Harbour Act", "the North Summit"])),
        "is_main": draw(st.booleans()),
        "event_type": draw(st.sampled_from(["call", "meeting", "signing", "summit"])),
        "status": draw(st.sampled_from(["occurred", "planned"])),
        "leader_ids": sorted(f"Q{n}" for n in who),
        "countries": sorted(f"C{n}" for n in who),
        "date_start": day,
        "date_end": day,
    }


SAYINGS = (
    "the northern railway will open in May and carry two million travellers across the strait a year",
    "the northern railway will open in May and carry two million travellers across the strait every year",
    "carry two million travellers across the strait",
    "we will not open the harbour this year",
    "we will open the harbour this year",
)
PROMISES = (
    ("buy", "20 ships of the northern yards", "Norland will buy 20 ships of the northern yards", 20.0),
    ("purchase", "ships of the northern yards", "Norland promised to purchase ships of the northern yards", None),
    ("increase", "purchases of northern ships", "Norland may increase its purchases of northern ships", None),
    ("open", "the harbour", "Norland will open the harbour", None),
)


@st.composite
def statements(draw: st.DrawFn, article: st.SearchStrategy[str] = IN) -> dict[str, Any]:
    key, start = draw(article), draw(PLACES)
    return {
        **ROWS["statements"][0],
        "article_id": key,
        "content": draw(st.sampled_from(SAYINGS)),
        "content_spans": [{"start": start, "end": start + 9}],
        "speaker_leader_ids": [draw(st.sampled_from(["Q1", "Q2"]))],
        "said_on": draw(st.sampled_from([None, MONDAY])),
        "statement_id": f"s_{key}_{start}",
    }


@st.composite
def commitments(draw: st.DrawFn, article: st.SearchStrategy[str] = IN) -> dict[str, Any]:
    key, start = draw(article), draw(PLACES)
    action, thing, text, amount = draw(st.sampled_from(PROMISES))
    return {
        **ROWS["commitments"][0],
        "article_id": key,
        "statement_id": None,
        "action": action,
        "object": thing,
        "text": text,
        "spans": [{"start": start, "end": start + 9}],
        "quantity_value": amount,
        "quantity_unit": "ships" if amount else None,
        "quantity_text": "20" if amount else None,
        "firmness": draw(st.sampled_from(["considering", "agreed", "enacted"])),
        "commitment_id": f"c_{key}_{start}",
    }


def distinct(rows: st.SearchStrategy[dict[str, Any]], *key: str) -> st.SearchStrategy[Rows]:
    """Lists of rows of which no two have the same key."""
    return st.lists(rows, min_size=1, max_size=12, unique_by=lambda row: tuple(row[name] for name in key))


ACCOUNTS = distinct(accounts(), "article_id", "start")
STATEMENTS = distinct(statements(), "statement_id")
COMMITMENTS = distinct(commitments(), "commitment_id")


def model(rows: Rows, order: Iterable[str] = (*PUBLISHED, LATER)) -> events.EventTables:
    """The event tables, from rows in the order given."""
    return events.model_events(unsorted_frame(STAGES["extracted_events"], rows), articles(order), LEADERS)


def utterances(rows: Rows, order: Iterable[str] = (*PUBLISHED, LATER)) -> dict[str, str]:
    found = sameness.statements(unsorted_frame(TABLES["statements"], rows), articles(order)).table
    return dict(found.select("statement_id", "utterance_id").iter_rows())


def pledges(rows: Rows, order: Iterable[str] = (*PUBLISHED, LATER)) -> dict[str, str]:
    found = sameness.commitments(unsorted_frame(TABLES["commitments"], rows), articles(order)).table
    return dict(found.select("commitment_id", "pledge_id").iter_rows())


def event_of(found: events.EventTables) -> dict[tuple[str, int], str]:
    """The event of each account, by article and place."""
    return {(a, start): e for a, start, e in found.mentions.select("article_id", "start", "event_id").iter_rows()}


@CASES
@given(ACCOUNTS, STATEMENTS, COMMITMENTS, st.randoms(use_true_random=False))
def test_neither_the_order_of_rows_nor_of_articles_matters(told: Rows, said: Rows, promised: Rows, random: Any) -> None:
    order = [*PUBLISHED, LATER]
    before = model(told), utterances(said), pledges(promised)
    for rows in (told, said, promised, order):
        random.shuffle(rows)
    after = model(told, order), utterances(said, order), pledges(promised, order)
    assert before[0].events.equals(after[0].events)
    assert before[0].participants.equals(after[0].participants)
    assert before[0].mentions.equals(after[0].mentions)
    assert before[1:] == after[1:]


@CASES
@given(ACCOUNTS, accounts(article=st.just(LATER)))
def test_an_event_keeps_its_id_when_a_later_article_tells_of_it(told: Rows, later: dict[str, Any]) -> None:
    before, after = event_of(model(told)), event_of(model([*told, later]))
    assert firsts(before, told).items() >= kept(before, after, told).items()


def firsts(event: Mapping[tuple[str, int], str], told: Rows) -> dict[tuple[str, int], str]:
    """For each account that is told on the first day of its event, the event."""
    first: dict[str, dt.date] = {}
    for row in told:
        key = event[row["article_id"], row["start"]]
        first[key] = min(first.get(key, dt.date.max), PUBLISHED[row["article_id"]])
    return {at: key for at, key in event.items() if at[0] in PUBLISHED and PUBLISHED[at[0]] == first[key]}


def kept(
    before: Mapping[tuple[str, int], str], after: Mapping[tuple[str, int], str], told: Rows
) -> dict[tuple[str, int], str]:
    """The events after, by the accounts that belong to the same accounts of old as before."""

    def together(event: Mapping[tuple[str, int], str], at: tuple[str, int]) -> set[tuple[str, int]]:
        return {other for other, key in event.items() if key == event[at] and other[0] in PUBLISHED}

    return {at: after[at] for at in firsts(before, told) if together(before, at) == together(after, at)}


@CASES
@given(ACCOUNTS, accounts(leaders="4", article=st.just(LATER)))
def test_an_article_on_other_people_changes_no_row_of_an_event(told: Rows, other: dict[str, Any]) -> None:
    told = [row for row in told if row["event_type"] != "summit"]
    before, after = model(told), model([*told, other])
    for old, new in ((before.events, after.events), (before.participants, after.participants),
                     (before.mentions, after.mentions)):  # fmt: skip
        assert set(map(str, old.rows())) <= set(map(str, new.rows()))


@CASES
@given(ACCOUNTS, st.sampled_from(sorted(PUBLISHED)))
def test_an_article_that_is_removed_takes_only_its_own_accounts_along(told: Rows, gone: str) -> None:
    left = [row for row in told if row["article_id"] != gone]
    before, after = model(told), model(left)
    assert set(event_of(after)) == {at for at in event_of(before) if at[0] != gone}
    people = {leader for row in told if row["article_id"] == gone for leader in row["leader_ids"]}
    untouched = [row for row in left if people.isdisjoint(row["leader_ids"]) and row["event_type"] != "summit"]
    for row in untouched:
        at = row["article_id"], row["start"]
        assert event_of(before)[at] == event_of(after)[at]


def corrected(rows: Rows, article: str) -> Rows:
    """The rows after a correction at the beginning of an article: its id is another, all that follows has moved."""
    moved = []
    for row in rows:
        if row["article_id"] == article:
            row = row | {"article_id": f"{article}_corrected"}
            row |= {name: row[name] + 50 for name in ("start", "end") if name in row}
        moved.append(row)
    return moved


@CASES
@given(ACCOUNTS, STATEMENTS, COMMITMENTS, st.sampled_from(sorted(PUBLISHED)))
def test_a_correction_elsewhere_in_an_article_changes_no_utterance_pledge_or_dated_event(
    told: Rows, said: Rows, promised: Rows, article: str
) -> None:
    order = [*(f"{key}_corrected" if key == article else key for key in PUBLISHED), LATER]
    assert utterances(said) == utterances(corrected(said, article), order)
    assert pledges(promised) == pledges(corrected(promised, article), order)
    dated = [row for row in told if row["date_start"] is not None]
    before, after = model(dated), model(corrected(dated, article), order)
    assert set(before.events.get_column("event_id")) == set(after.events.get_column("event_id"))


@CASES
@given(STATEMENTS, COMMITMENTS, st.data())
def test_a_copy_in_a_later_article_changes_no_utterance_and_no_pledge(
    said: Rows, promised: Rows, data: st.DataObject
) -> None:
    again = data.draw(st.sampled_from(said)) | {"article_id": LATER, "statement_id": "s_later", "said_on": MONDAY}
    assert utterances([*said, again]).items() >= unmoved(utterances(said), utterances([*said, again]))
    repeated = data.draw(st.sampled_from(promised)) | {"article_id": LATER, "commitment_id": "c_later"}
    assert pledges([*promised, repeated]).items() >= unmoved(pledges(promised), pledges([*promised, repeated]))


def unmoved(before: Mapping[str, str], after: Mapping[str, str]) -> set[tuple[str, str]]:
    """The ids of old, where the same rows are still together."""

    def together(ids: Mapping[str, str], row: str) -> set[str]:
        return {other for other, key in ids.items() if key == ids[row] and other in before}

    return {(row, key) for row, key in before.items() if together(before, row) == together(after, row)}


@CASES
@given(
    ACCOUNTS, STATEMENTS, COMMITMENTS, st.sets(IN, max_size=3), st.sets(IN, max_size=3), st.sets(st.sampled_from("123"))
)
def test_what_is_made_anew_where_articles_changed_is_what_all_at_once_gives(
    told: Rows, said: Rows, promised: Rows, came: set[str], went: set[str], moved: set[str]
) -> None:
    """Articles come, others go, and leaders stand for another country than before: only these are given again."""
    changed = frozenset(came | went)

    def frame(table: str, rows: Rows, without: set[str], only: Iterable[str] | None = None) -> pl.DataFrame:
        left = [row for row in rows if row["article_id"] not in without]
        some = left if only is None else [row for row in left if row["article_id"] in only]
        return unsorted_frame(spec(table), some)

    for table, rows, tie in (
        ("statements", said, sameness.statements),
        ("commitments", promised, sameness.commitments),
    ):
        before = tie(frame(table, rows, came), articles())
        known = Known([before.table], before.memory, changed)
        after, at_once = (
            tie(frame(table, rows, went, changed), articles(), known),
            tie(frame(table, rows, went), articles()),
        )
        assert after.table.equals(at_once.table)
        assert regrouped(after.memory) == regrouped(at_once.memory)

    then = LEADERS.with_columns(country=pl.when(pl.col("leader_id").is_in([f"Q{n}" for n in moved])).then(pl.lit("C1")))
    first = events.model_events(frame("extracted_events", told, came), articles(), then)
    again = Known([first.events, first.participants, first.mentions], first.memory, changed)
    after = events.model_events(frame("extracted_events", told, went, changed), articles(), LEADERS, again)
    at_once = events.model_events(frame("extracted_events", told, went), articles(), LEADERS)
    for table in ("events", "participants", "mentions"):
        assert getattr(after, table).equals(getattr(at_once, table))
    assert regrouped(after.memory) == regrouped(at_once.memory)


def regrouped(memory: pl.DataFrame) -> dict[str, tuple[Any, ...]]:
    """What is remembered of each row, whatever its unit is called: who is in it."""
    units = memory.group_by("unit").agg(pl.col("row_id").sort().alias("members"))
    about = memory.join(units, on="unit").select("row_id", pl.exclude("row_id", "unit", "members"), "members")
    return {row[0]: (*row[1:-1], tuple(row[-1])) for row in about.iter_rows()}


def stories(rows: Iterable[tuple[str, str, dt.date]]) -> dict[str, str]:
    ids, texts, days = map(list, zip(*rows, strict=True))
    return story_groups(ids, texts.__getitem__, days, [*map(signature, texts)])


@CASES
@given(st.lists(st.sampled_from(SAYINGS), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_a_story_keeps_its_id_when_a_later_copy_comes_in_any_order(texts: list[str], random: Any) -> None:
    ids, days = [f"a_{n}" for n in range(len(texts))], [MONDAY + dt.timedelta(days=n) for n in range(len(texts))]
    before = stories(zip(ids, texts, days, strict=True))
    rows = [*zip(ids, texts, days, strict=True), ("a_0later", texts[0], MONDAY + dt.timedelta(days=9))]
    random.shuffle(rows)
    after = stories(rows)
    assert after.items() >= before.items()
    assert after["a_0later"] == before["a_0"]
