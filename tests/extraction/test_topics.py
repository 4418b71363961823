"""What a text is about, by the terms that it uses."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.extraction.lexicons import LEXICONS, REFERENCE, read_rows
from pipelines.extraction.topics import TopicTagger, plain_words

TAGGER = TopicTagger(LEXICONS / "topics.csv")


def topics(text: str, before: str = "", title: str | None = None) -> list[str]:
    """The topics of `text`, which stands behind `before` in an article."""
    start = len(before)
    return [topic for topic, _ in TAGGER.read(title, before + text).of([(start, start + len(text))])]


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Taiwan is an inalienable part of China", "sovereignty.taiwan"),
        ("they will continue to supply Kenya with air defence systems", "security.arms_sales"),
        ("the ceasefire in Gaza must hold", "conflict.middle_east"),
        ("a free-trade agreement would remove most customs duties", "trade.tariffs"),
        ("exports of soybeans and wheat", "trade.agriculture"),
        ("a second nuclear power plant", "trade.energy"),
        ("the development of nuclear weapons", "security.nuclear"),
        ("export controls on semiconductors", "trade.technology"),
        ("new sanctions against the general", "trade.sanctions"),
        ("the release of all hostages", "diplomacy.consular"),
        ("the number of asylum seekers has doubled", "society.migration"),
        ("emissions of greenhouse gases", "planet.climate"),
        ("victims of the earthquake", "planet.disaster"),
    ],
)
def test_a_term_of_the_field_names_its_topic(text: str, topic: str) -> None:
    assert topics(text)[0] == topic


def test_the_longest_term_wins_so_that_a_power_plant_is_no_weapon() -> None:
    assert "security.nuclear" not in topics("the nuclear power plant")


def test_a_span_that_says_nothing_takes_the_topics_of_what_stands_around_it() -> None:
    assert topics("that it was too early to say") == []
    before = "The soybean harvest was poor, and wheat had to be imported. On the harvest, he said "
    assert topics("that it was too early to say", before) == ["trade.agriculture"]


def test_a_visit_is_about_the_relations_of_two_countries() -> None:
    before = "The president had a phone conversation with his counterpart. He invited him "
    assert "diplomacy.bilateral" in topics("to pay a visit to the country at his convenience", before)


def test_a_child_implies_its_parent_and_only_the_child_is_given() -> None:
    assert topics("respect for sovereignty over Taiwan") == ["sovereignty.taiwan"]


def test_an_article_is_about_what_its_title_and_several_terms_say(founding_text: str) -> None:
    title = "Xi and Trump Hold First Call Since November: Focus on Taiwan, Trade, and Bilateral Ties"
    found = {topic for topic, _ in TAGGER.read(title, founding_text).topics}
    assert {"sovereignty.taiwan", "diplomacy.bilateral", "trade.agriculture", "security.arms_sales"} <= found


def test_every_topic_of_the_lexicon_is_in_the_tree() -> None:
    with (REFERENCE / "topics.csv").open(encoding="utf-8", newline="") as lines:
        tree = {row["topic_id"] for row in csv.DictReader(lines)}
    rows = read_rows(LEXICONS / "topics.csv")
    assert {row["topic_id"] for row in rows} <= tree
    assert len({(*plain_words(row["term"]), row["topic_id"]) for row in rows}) == len(rows), "a term counts twice"


def test_plural_possessive_and_hyphen_do_not_matter() -> None:
    assert plain_words("Russia’s Free-Trade Policies") == ["russia", "free", "trade", "policy"]


@given(st.text(max_size=200))
def test_scores_lie_between_0_and_1_and_do_not_change(text: str) -> None:
    found = TAGGER.read(text, text).topics
    assert found == TAGGER.read(text, text).topics
    assert all(0 < score <= 1 for _, score in found)
