"""Who speaks: phrases that stand for whoever the article has introduced, and cues without a source."""

from __future__ import annotations

import pytest

from tests.linking.reader import Read

WHITE_HOUSE = "https://www.whitehouse.gov/briefing-room/statements-releases/x"
KREMLIN = "http://en.kremlin.ru/events/president/news/1"
CALL = "President Joe Biden spoke by phone with President Emmanuel Macron of France on Monday. "


def test_the_two_officials_are_those_who_met(read: Read) -> None:
    text = (
        "National Security Advisor Jake Sullivan met with Andriy Yermak of Ukraine. The two officials agreed to talk."
    )
    assert len(read(text, url=WHITE_HOUSE).named("The two officials")) == 2


@pytest.mark.parametrize("group", ["Party officials", "Those officials", "The officials from the bank"])
def test_officials_of_something_else_are_not_those_who_met(read: Read, group: str) -> None:
    assert read(CALL + f"{group} welcomed the talks.", url=WHITE_HOUSE).named(group) == []


def test_the_sides_of_a_joint_statement_are_the_countries_of_its_title(read: Read) -> None:
    text = "The Energy Council met on Monday, convened by Ursula von der Leyen. The sides discussed gas."
    found = read(text, title="Joint Statement on the U.S.-EU Energy Council", url=WHITE_HOUSE).who("The sides")
    assert (found.leader_ids, found.countries) == ((), ("EU", "USA"))


def test_they_are_not_those_who_met_where_unnamed_people_are_the_subject(read: Read) -> None:
    reader = read(CALL + "Workers in Lyon said on Tuesday that they would strike.", url=WHITE_HOUSE)
    assert reader.named("they") == []


def test_they_are_the_antecedent_of_that(read: Read) -> None:
    reader = read(CALL + "He spoke to countries that hesitate because they fear a war.", url=WHITE_HOUSE)
    assert reader.named("they") == []


def test_a_rank_is_no_part_of_the_name(read: Read) -> None:
    text = "Commodore Frank Bainimarama took over in Fiji. Commodore Bainimarama promised elections."
    assert read(text, "2006-12-06").named("Commodore Bainimarama") == ["Frank Bainimarama"]


def test_a_role_with_the_is_who_was_introduced_with_it(read: Read) -> None:
    text = "Vladimir Putin met with Governor of the Tula Region Ivan Petrenko. The Governor reported on new roads."
    reader = read(text, url=KREMLIN)
    assert reader.who("The Governor").countries == ("RUS",)
    assert reader.named("The Governor") == ["Ivan Petrenko"]


def test_a_body_is_of_the_countries_it_was_named_with(read: Read) -> None:
    reader = read("The U.S.-India Working Group met in Delhi. It rained. The Working Group affirmed its plans.")
    assert reader.who("The Working Group", 0).countries == ("IND", "USA")


def test_the_message_is_of_who_sent_it(read: Read) -> None:
    text = "Vladimir Putin sent greetings to the guests of the festival. The message reads: “Welcome to Kazan.”"
    assert read(text, url=KREMLIN).named("The message") == ["Vladimir Putin"]


def test_a_label_may_follow_a_heading_run_into_it(read: Read) -> None:
    text = (
        "Vladimir Putin met with Recep Tayyip Erdogan.*** Beginning of the meeting President of Russia Vladimir Putin: "
        "I am glad to see you here."
    )
    assert read(text, url=KREMLIN).named("I") == ["Vladimir Putin"]


def test_my_counterpart_is_not_me(read: Read) -> None:
    text = "President of Russia Vladimir Putin: Last week, I received my French counterpart here."
    assert read(text, url=KREMLIN).named("my French counterpart") == ["Emmanuel Macron"]


def test_a_chancellors_french_counterpart_is_the_president(read: Read) -> None:
    assert read("Olaf Scholz called his French counterpart on Monday.").named("his French counterpart") == [
        "Emmanuel Macron"
    ]


@pytest.mark.parametrize(
    ("text", "phrase", "country"),
    [
        ("Hamid Karzai was in Kabul. A spokesman for Karzai denied it.", "A spokesman for Karzai", "AFG"),
        ("In Japan, Foreign Ministry spokeswoman Ann Lindqvist denied it.", "spokeswoman Ann Lindqvist", "JPN"),
        ("Boris Johnson was abroad. Johnson's office denied it.", "Johnson's office", "GBR"),
    ],
)
def test_spokespeople_and_offices_speak_for_a_country(read: Read, text: str, phrase: str, country: str) -> None:
    assert read(text, "2010-05-10" if "Karzai" in text else "2021-05-10").who(phrase).countries == (country,)


def test_a_korean_name_may_lose_its_hyphen(read: Read) -> None:
    reader = read("President Moon Jaein of South Korea spoke in Geneva.", "2019-05-10")
    assert reader.named("Moon Jaein") == ["Moon Jae-in"]


def test_an_official_met_by_a_leader_in_a_readout_counts_as_a_leader(read: Read) -> None:
    text = (
        "Jake Sullivan spoke with the Adviser to the President of Estonia Maarja Lindqvist on Monday. "
        "Ms Lindqvist thanked him."
    )
    reader = read(text, url=WHITE_HOUSE)
    assert reader.named("Ms Lindqvist") == ["Maarja Lindqvist"]
    assert reader.who("Ms Lindqvist").countries == ("EST",)


@pytest.mark.parametrize(
    ("sentence", "cue", "is_both"),
    [
        ("It was agreed to meet again.", "agreed", True),
        ("Mutual interest in trade was confirmed.", "confirmed", True),
        ("Concern about the famine was expressed.", "expressed", False),
    ],
)
def test_what_is_agreed_or_mutual_is_said_by_both(read: Read, sentence: str, cue: str, is_both: bool) -> None:
    reader = read("Vladimir Putin spoke by phone with Emmanuel Macron. " + sentence, url=KREMLIN)
    token = next(t for t in reader.doc if t.text == cue)
    assert (len(reader.linked.implied(token).leader_ids) == 2) is is_both


def test_two_names_are_two_people_though_the_second_has_a_long_title(read: Read) -> None:
    text = "Zelenskyy and European Commission President Ursula von der Leyen agreed on a program."
    assert set(read(text).named("Zelenskyy and European Commission President Ursula von der Leyen")) == {
        "Volodymyr Zelenskyy",
        "Ursula von der Leyen",
    }


def test_the_head_of_a_bank_of_all_countries_is_not_of_the_publishers(read: Read) -> None:
    reader = read("World Bank President David Malpass confirmed the aid.", "2022-02-20", url=KREMLIN)
    assert reader.who("World Bank President David Malpass").countries == ()


def test_the_presidency_of_a_country_is_its_government(read: Read) -> None:
    found = read("The Ukrainian presidency said on Sunday that the talks will go on.").who("The Ukrainian presidency")
    assert (found.kind, found.countries) == ("government", ("UKR",))
