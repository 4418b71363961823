"""Every rule holds on the sample dataset, and fails on a row broken in the way that the rule is there for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import TABLES, SpanRule, TableSpec
from schemas.frames import rows_frame
from schemas.rules import Verdict, intake_rule, key_rule, reference_rule, schema_rule, span_rule
from tests.samples import ROWS, sample


def verdict(rule: str, table: TableSpec, frame: pl.DataFrame) -> Verdict:
    if rule == "schema":
        return schema_rule(table, frame)
    if rule == "primary_key":
        return key_rule(table, frame)
    if rule == "foreign_keys":
        return reference_rule(table, frame, sample)
    return span_rule(table, frame, sample("articles"))


def broken(table: str, **changes: Any) -> pl.DataFrame:
    """The sample rows, the last one changed."""
    *others, last = ROWS[table]
    return rows_frame(TABLES[table], [*others, {**last, **changes}])


@pytest.mark.parametrize("rule", ["schema", "primary_key", "foreign_keys", "spans"])
@pytest.mark.parametrize("table", TABLES)
def test_the_sample_keeps_every_rule(table: str, rule: str) -> None:
    found = verdict(rule, TABLES[table], sample(table))
    assert found.passed, found.failing


@pytest.mark.parametrize("table", TABLES)
def test_a_row_without_its_key_fails(table: str) -> None:
    key = TABLES[table].key[0]
    assert not verdict("primary_key", TABLES[table], broken(table, **{key: None})).passed
    assert not verdict("schema", TABLES[table], broken(table, **{key: None})).passed


@pytest.mark.parametrize("table", TABLES)
def test_two_rows_with_one_key_fail(table: str) -> None:
    twice = pl.concat([sample(table), sample(table)])
    found = verdict("primary_key", TABLES[table], twice)
    assert found.failures == twice.height


CODED = [(table.name, column.name) for table in TABLES.values() for column in table.columns if column.codes]


@pytest.mark.parametrize(("table", "column"), CODED)
def test_a_code_outside_the_vocabulary_fails(table: str, column: str) -> None:
    found = verdict("schema", TABLES[table], broken(table, **{column: "no such code"}))
    assert found.failures == 1
    assert any(column in what for what in found.failing)


REQUIRED = [
    (table.name, column.name)
    for table in TABLES.values()
    for column in table.columns
    if not column.nullable and not column.is_list
]


@pytest.mark.parametrize(("table", "column"), REQUIRED)
def test_a_missing_value_fails(table: str, column: str) -> None:
    assert not verdict("schema", TABLES[table], broken(table, **{column: None})).passed


REFERRING = [(table.name, column.name) for table in TABLES.values() for column in table.references]


@pytest.mark.parametrize(("table", "column"), REFERRING)
def test_an_id_that_leads_nowhere_fails(table: str, column: str) -> None:
    is_list = next(c for c in TABLES[table].columns if c.name == column).is_list
    found = verdict("foreign_keys", TABLES[table], broken(table, **{column: ["nowhere"] if is_list else "nowhere"}))
    assert found.failures == 1
    assert any(what.startswith(f"{column} →") for what in found.failing)


@pytest.mark.parametrize(
    ("table", "changes"),
    [
        ("mentions", {"text": "Ann Le"}),
        ("mentions", {"end": 8}),
        ("mentions", {"start": 7, "end": 7, "text": ""}),
        ("mentions", {"end": 10_000}),
        ("mentions", {"article_id": "a_2"}),
        ("statements", {"content": "that Norland"}),
        ("statements", {"content_spans": []}),
        ("statements", {"content_spans": [{"start": 0, "end": 7}]}),
        ("statements", {"cue_text": None}),
        ("statements", {"speaker_start": 1}),
        ("commitments", {"spans": [{"start": 0, "end": 3}]}),
        ("event_mentions", {"start": 0}),
    ],
)
def test_a_text_that_is_not_where_it_says_fails(table: str, changes: dict[str, Any]) -> None:
    found = verdict("spans", TABLES[table], broken(table, **changes))
    assert found.failures == 1
    assert found.failing


def test_several_spans_are_joined_by_one_space() -> None:
    spans = [{"start": 0, "end": 3}, {"start": 8, "end": 12}]
    assert verdict("spans", TABLES["commitments"], broken("commitments", text="Ann said", spans=spans)).passed


@given(
    text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=9),
    start=st.integers(-2, 10),
    end=st.integers(-2, 10),
    stored=st.text("ab🙂é", max_size=3),
    is_copied=st.booleans(),
)
def test_spans_count_code_points_as_python_does(text: str, start: int, end: int, stored: str, is_copied: bool) -> None:
    stored = text[max(start, 0) : max(end, 0)] if is_copied else stored
    is_in_place = 0 <= start < end <= len(text) and text[start:end] == stored
    articles = sample("articles").with_columns(text=pl.lit(text))
    mention = rows_frame(TABLES["mentions"], [{**ROWS["mentions"][-1], "text": stored, "start": start, "end": end}])
    assert span_rule(TABLES["mentions"], mention, articles).passed == is_in_place
    spans = [{"start": start, "end": end}, {"start": 0, "end": 1}]
    about = replace(TABLES["commitments"], spans=(SpanRule(text="text", spans="spans"),))
    promise = rows_frame(about, [{**ROWS["commitments"][-1], "text": f"{stored} {text[0]}", "spans": spans}])
    assert span_rule(about, promise, articles).passed == is_in_place


@pytest.mark.parametrize(("column", "value"), [("confidence", 1.5), ("confidence", -0.1), ("start", -1)])
def test_a_number_out_of_bounds_fails(column: str, value: float) -> None:
    assert not verdict("schema", TABLES["mentions"], broken("mentions", **{column: value})).passed


def test_a_null_inside_a_list_fails() -> None:
    assert not verdict("schema", TABLES["leaders"], broken("leaders", aliases=["A", None])).passed


def test_a_column_of_another_type_fails() -> None:
    frame = sample("mentions").with_columns(pl.col("start").cast(pl.String))
    assert not verdict("schema", TABLES["mentions"], frame).passed


def test_a_failure_names_keys_and_no_text() -> None:
    found = verdict("spans", TABLES["mentions"], broken("mentions", text="Secret words"))
    assert found.failing == {"text": ["m_1"]}
    assert "Secret" not in found.found + found.expected


def test_an_input_that_is_nowhere_is_found_out() -> None:
    inputs = pl.DataFrame({"source_path": ["call.txt", "broken.html", "lost.md"]})
    found = intake_rule(inputs, sample("articles"), sample("quarantine"))
    assert found.failures == 1
    assert found.failing == {"source_path": ["lost.md"]}


def test_a_file_of_many_is_accounted_for_by_its_records() -> None:
    inputs = pl.DataFrame({"source_path": ["many.jsonl"]})
    articles = rows_frame(TABLES["articles"], [{**ROWS["articles"][0], "source_paths": ["many.jsonl#3"]}])
    assert intake_rule(inputs, articles, sample("quarantine")).passed
