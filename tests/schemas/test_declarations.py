"""The declarations say what the tables' contract asks for."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from schemas import RELEASED, STAGES, TABLES, TableSpec, spec
from schemas.dictionary import data_dictionary
from schemas.frames import conform, empty_frame, rows_frame, unsorted_frame
from schemas.rules import schema_rule

DICTIONARY = Path(__file__).resolve().parents[2] / "docs" / "data-dictionary.md"

FIXED_COLUMNS = {
    "articles": "article_id source_path title text language publisher url authors published_at published_basis licence "
    "content_sha256 story_id word_count pipeline_version",
    "leaders": "leader_id name wikidata_id country aliases first_mention last_mention",
    "leader_terms": "leader_id office office_kind country start_date end_date",
    "statements": "statement_id article_id utterance_id content content_spans quote_type attribution_type speaker_text "
    "speaker_start speaker_end speaker_kind speaker_leader_ids speaker_countries cue_text cue_start cue_end cue_lemma "
    "addressee_text addressee_leader_ids addressee_countries channel speech_act plover said_on said_on_basis "
    "confidence",
    "commitments": "commitment_id article_id pledge_id statement_id text spans committer_text committer_leader_ids "
    "committer_countries reported_by_leader_ids self_reported counterparty_leader_ids counterparty_countries action "
    "object firmness polarity condition quantity_text quantity_value quantity_unit baseline_value baseline_unit "
    "due_text due_start due_end due_precision confidence",
    "topics": "topic_id parent_id label definition",
    "statement_topics": "statement_id topic_id score",
    "commitment_topics": "commitment_id topic_id score",
    "article_topics": "article_id topic_id score",
    "events": "event_id event_type status date_start date_end date_precision date_basis place_text place_country",
    "event_participants": "event_id leader_id country role",
    "event_mentions": "event_id article_id text start end is_main",
    "mentions": "mention_id article_id start end text kind leader_id country basis confidence",
    "quarantine": "source_path stage table_name reason detail row_json content_sha256",
}
"""What other tools join on: may be added to, never taken from."""

ALL = [*RELEASED.values(), *STAGES.values()]


@pytest.mark.parametrize("table", FIXED_COLUMNS)
def test_columns_that_other_tools_rely_on_are_there(table: str) -> None:
    assert set(FIXED_COLUMNS[table].split()) <= set(TABLES[table].schema)


@pytest.mark.parametrize("table", ALL, ids=lambda table: table.name)
def test_lists_are_never_null_and_keys_neither(table: TableSpec) -> None:
    assert not [
        column.name for column in table.columns if column.nullable and (column.is_list or column.name in table.key)
    ]


@pytest.mark.parametrize("table", ALL, ids=lambda table: table.name)
def test_references_lead_to_the_key_of_a_table_that_comes_before(table: TableSpec) -> None:
    before = list(RELEASED)[: list(RELEASED).index(table.name) + 1] if table.published else list(TABLES)
    for column in table.references:
        target, _, target_column = str(column.references).partition(".")
        assert target in before, f"{table.name}.{column.name} refers to {target}, which is made later"
        assert TABLES[target].key == (target_column,)


@pytest.mark.parametrize("table", ALL, ids=lambda table: table.name)
def test_spans_name_columns_that_are_there(table: TableSpec) -> None:
    for rule in table.spans:
        assert {"article_id", rule.text, *filter(None, (rule.start, rule.end, rule.spans))} <= set(table.schema)


@pytest.mark.parametrize("table", ALL, ids=lambda table: table.name)
def test_an_empty_frame_is_valid(table: TableSpec) -> None:
    assert schema_rule(table, empty_frame(table)).passed


def test_the_data_dictionary_is_the_one_that_the_declarations_give() -> None:
    assert DICTIONARY.read_text(encoding="utf-8") == data_dictionary(RELEASED.values()), "run `make docs` and commit"


def test_the_dictionary_explains_every_column_and_code() -> None:
    text = data_dictionary(TABLES.values())
    for table in TABLES.values():
        for column in table.columns:
            assert f"| `{column.name}` |" in text
            assert all(f"- `{code}`: " in text for code in column.codes)


def test_rows_lacking_a_value_get_null_and_lacking_a_list_get_an_empty_one() -> None:
    frame = rows_frame(TABLES["leaders"], [{"leader_id": "Q1", "name": "Ann"}])
    assert frame.select("aliases", "country").row(0) == ([], None)


def test_a_row_with_a_column_that_is_not_declared_is_refused() -> None:
    with pytest.raises(ValueError, match="topics declares no column colour"):
        unsorted_frame(TABLES["topics"], [{"topic_id": "a", "colour": "red"}])


def test_times_with_a_zone_are_kept_in_utc() -> None:
    noon_in_beijing = dt.datetime(2026, 2, 5, 12, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    frame = pl.DataFrame({"leader_id": ["Q1"], "first_mention": [noon_in_beijing]})
    assert conform(TABLES["leaders"], frame).item(0, "first_mention") == dt.datetime(2026, 2, 5, 4)


def test_rows_are_sorted_by_key_whatever_their_order() -> None:
    frame = pl.DataFrame({"country": ["B", "A", "C"], "name": ["b", "a", "c"]})
    assert conform(TABLES["countries"], frame).equals(conform(TABLES["countries"], frame.reverse()))


def test_a_table_is_found_by_name_and_an_unknown_one_is_an_error() -> None:
    assert spec("raw_files") is STAGES["raw_files"]
    with pytest.raises(KeyError):
        spec("rumours")
