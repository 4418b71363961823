"""The founding article's commitments, through linking, attribution, dates and quantities as they ship."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from spacy.language import Language

from pipelines.extraction.attribution import Attribution
from pipelines.extraction.commitments import find_commitments
from pipelines.extraction.dates import find_times
from pipelines.extraction.encoder import Encoder
from pipelines.extraction.quantities import find_quantities
from pipelines.linking.linker import Linker
from pipelines.records import Article, Commitment

REFERENCE = Path(__file__).resolve().parents[2] / "raw" / "reference"
XI, TRUMP = "Q15031", "Q22686"


@pytest.fixture(scope="module")
def rows(nlp: Language, encoder: Encoder, linker: Linker, founding_text: str) -> list[Commitment]:
    article = Article("a", founding_text, "Xi and Trump Hold First Call Since November", date(2026, 2, 5))
    doc = nlp(founding_text)
    linked = linker.link(doc, article)
    times = find_times(doc, article.published_on)
    (reading,) = encoder.read([founding_text])
    statements = Attribution.load().find_statements(doc, reading, linked, times)
    return find_commitments(doc, article, linked, statements, times, find_quantities(doc))


def one(text: str, rows: list[Commitment], words: str) -> Commitment:
    (row,) = [r for r in rows if words in " ".join(text[start:end] for start, end in r.spans)]
    return row


def test_each_promised_action_is_one_row(rows: list[Commitment]) -> None:
    assert [row.action for row in rows] == ["safeguard", "work", "host", "chair", "increase", "commit", "approve"]


def test_the_buyer_commits_and_the_president_reports_it(founding_text: str, rows: list[Commitment]) -> None:
    row = one(founding_text, rows, "China is considering")
    assert row.committer_referent.countries == ("CHN",)
    assert row.reported_by == (TRUMP,)
    assert not row.self_reported
    assert row.firmness == "considering"
    assert row.counterparty.countries == ("USA",)
    assert row.quantity is not None and (row.quantity.value, row.quantity.unit) == (2.0e7, "t")
    assert row.baseline is not None and row.baseline.value == 1.2e7


def test_a_second_amount_for_a_second_season_is_a_second_commitment(founding_text: str, rows: list[Commitment]) -> None:
    row = one(founding_text, rows, "a further commitment")
    assert row.committer_referent.countries == ("CHN",)
    assert row.firmness == "pledged"
    assert row.quantity is not None and row.quantity.value == 2.5e7
    assert row.due is not None and row.due.text == "next season"


def test_willingness_is_its_speakers(founding_text: str, rows: list[Commitment]) -> None:
    row = one(founding_text, rows, "willingness")
    assert row.committer_referent.leader_ids == (XI,)
    assert row.firmness == "willing"
    assert row.due is not None and row.due.start == date(2026, 1, 1)


def test_an_approved_package_is_enacted_and_has_its_value(founding_text: str, rows: list[Commitment]) -> None:
    row = one(founding_text, rows, "arms sales package")
    assert row.committer_referent.countries == ("USA",)
    assert row.counterparty.countries == ("TWN",)
    assert row.firmness == "enacted"
    assert row.quantity is not None and (row.quantity.value, row.quantity.unit) == (1.11e10, "USD")


def test_the_year_named_before_the_clauses_is_when_they_are_due(founding_text: str, rows: list[Commitment]) -> None:
    for words in ("China will host", "the U.S. will chair"):
        row = one(founding_text, rows, words)
        assert row.due is not None and (row.due.start, row.due.precision) == (date(2026, 1, 1), "year")
        assert row.reported_by == (XI,)
