"""The specification of identity: for each way in which a text points at somebody, who is meant."""

from __future__ import annotations

import csv

import pytest

from pipelines.settings import REFERENCE
from tests.linking.reader import Read

WHITE_HOUSE = "https://www.whitehouse.gov/briefing-room/statements-releases/x"

# -- pronouns ----------------------------------------------------------------------------------------------------------


def test_he_is_the_subject_of_the_sentence_before(read: Read) -> None:
    reader = read("President Emmanuel Macron received Olaf Scholz in Paris. He promised to send more tanks.")
    assert reader.named("He") == ["Emmanuel Macron"]


def test_he_after_he_is_the_same(read: Read) -> None:
    text = "Emmanuel Macron met Olaf Scholz. He spoke of tanks. He also spoke of gas, and the talks went on. He left."
    reader = read(text)
    assert [reader.named("He", n) for n in range(3)] == [["Emmanuel Macron"]] * 3


def test_he_is_not_a_woman_and_she_no_man(read: Read) -> None:
    text = "Chancellor Angela Merkel received Vladimir Putin. He praised the talks. She did not."
    reader = read(text, "2021-02-01")
    assert reader.named("He") == ["Vladimir Putin"]
    assert reader.named("She") == ["Angela Merkel"]


def test_he_is_a_person_without_a_name_where_one_is_the_subject(read: Read) -> None:
    text = "President Emmanuel Macron visited Lyon. A baker told reporters that he had lost his shop in the riots."
    reader = read(text)
    assert reader.who("he").leader_ids == reader.who("his").leader_ids == ()
    assert reader.mention("his") is None


def test_he_is_the_spokesman_where_he_is_the_subject(read: Read) -> None:
    text = "Vladimir Putin met Xi Jinping. An Iranian spokesman said that he had no details."
    found = read(text).who("he")
    assert (found.leader_ids, found.countries, found.kind) == ((), ("IRN",), "official")


def test_his_or_her_is_anybody(read: Read) -> None:
    reader = read("Volodymyr Zelenskyy thanked the soldiers. Everyone fights in his or her own place.")
    assert reader.mention("his") is None
    assert reader.mention("her") is None


def test_him_is_not_the_subject_of_its_own_clause(read: Read) -> None:
    reader = read("Emmanuel Macron and Olaf Scholz called Joe Biden, asking him to send ammunition.")
    assert reader.named("him") == ["Joe Biden"]


def test_his_is_another_whom_the_subject_thanks(read: Read) -> None:
    reader = read("Volodymyr Zelenskyy thanked Olaf Scholz for his support.")
    assert reader.named("his") == ["Olaf Scholz"]


def test_his_at_the_head_of_a_sentence_is_the_subject_to_come(read: Read) -> None:
    reader = read("Xi Jinping arrived in Moscow. During his speech, Vladimir Putin praised the pipeline.")
    assert reader.named("his") == ["Vladimir Putin"]


def test_who_stands_for_its_antecedent(read: Read) -> None:
    reader = read("The summit was opened by Emmanuel Macron, who said that he hoped for an accord.")
    assert reader.named("he") == ["Emmanuel Macron"]


def test_a_speaker_does_not_call_himself_he(read: Read) -> None:
    text = 'Emmanuel Macron greeted Olaf Scholz. "He is a friend of France," Macron said.'
    assert read(text).named("He") == ["Olaf Scholz"]


def test_the_author_of_a_statement_does_not_call_himself_he(read: Read) -> None:
    text = "I spoke with President Zelenskyy today. He told me that the harvest had begun."
    reader = read(text, "2023-07-10", "Statement by President Joe Biden", WHITE_HOUSE)
    assert reader.named("He") == ["Volodymyr Zelenskyy"]


def test_i_in_a_transcript_is_whose_turn_it_is(read: Read) -> None:
    text = (
        "PRESIDENT BIDEN: I am glad that you came.\n\n"
        "PRESIDENT MACRON: (As interpreted.) I thank you for it.\n\n"
        "Q    Do I get a question?"
    )
    reader = read(text, "2022-12-01", "Remarks by President Biden and President Macron of France", WHITE_HOUSE)
    assert reader.named("PRESIDENT MACRON") == ["Emmanuel Macron"]
    assert [reader.named("I", n) for n in range(3)] == [["Joe Biden"], ["Emmanuel Macron"], []]


# -- groups ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("phrase", ["The two leaders", "both presidents"])
def test_a_pair_is_the_two_of_the_main_event(read: Read, phrase: str) -> None:
    text = (
        "President Xi Jinping met President Joko Widodo in Chengdu. The two leaders spoke of nickel, "
        "and both presidents signed an accord."
    )
    assert sorted(read(text, "2023-07-28").named(phrase)) == ["Joko Widodo", "Xi Jinping"]


@pytest.mark.parametrize("phrase", ["Both countries", "Both sides", "The two nations"])
def test_both_sides_are_the_countries_of_the_two(read: Read, phrase: str) -> None:
    found = read(f"President Xi Jinping met President Joko Widodo. {phrase} need nickel.").who(phrase)
    assert (found.leader_ids, found.countries) == ((), ("CHN", "IDN"))


def test_many_leaders_are_nobody_in_particular(read: Read) -> None:
    reader = read("Xi Jinping met Vladimir Putin. Several leaders stayed away.")
    assert reader.who("Several leaders").leader_ids == ()


# -- offices without a name --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phrase", "day", "name"),
    [
        ("The Prime Minister of Japan", "2022-03-01", "Fumio Kishida"),
        ("The British prime minister", "2019-05-01", "Theresa May"),
        ("The British prime minister", "2019-09-01", "Boris Johnson"),
        ("The British prime minister", "2022-09-20", "Liz Truss"),
        ("The French president", "2015-11-14", "François Hollande"),
        ("The US secretary of state", "2011-06-01", "Hillary Clinton"),
        ("Australia's Prime Minister", "2022-08-01", "Anthony Albanese"),
    ],
)
def test_an_office_is_its_holder_at_the_date(read: Read, phrase: str, day: str, name: str) -> None:
    assert read(f"{phrase} spoke of restraint.", day).named(phrase) == [name]


def test_the_chinese_leader_is_who_leads_china(read: Read) -> None:
    reader = read("Joe Biden called Xi Jinping. The Chinese leader spoke of Taiwan.", "2022-07-28")
    assert reader.named("The Chinese leader") == ["Xi Jinping"]


def test_the_president_is_whom_the_article_calls_so(read: Read) -> None:
    text = "The Howard government is gone. Prime Minister Kevin Rudd met John Howard. The Prime Minister then left."
    assert read(text, "2007-11-30").named("The Prime Minister") == ["Kevin Rudd"]


def test_the_president_in_a_governments_own_paper_is_its_own(read: Read) -> None:
    text = "President Zelenskyy arrived. The President welcomed him to the White House."
    assert read(text, "2023-12-12", url=WHITE_HOUSE).named("The President") == ["Joe Biden"]


def test_the_vice_president_is_not_the_president(read: Read) -> None:
    text = "The Vice President met President Macron. Vice President Harris then spoke with the President."
    reader = read(text, "2022-11-30", url=WHITE_HOUSE)
    assert reader.named("The Vice President") == reader.named("Vice President Harris") == ["Kamala Harris"]
    assert reader.named("the President") == ["Joe Biden"]


def test_his_counterpart_holds_the_same_office(read: Read) -> None:
    reader = read("President Vladimir Putin called his Turkish counterpart.", "2021-02-01")
    assert reader.named("his Turkish counterpart") == ["Recep Tayyip Erdoğan"]
    reader = read("Foreign Minister Sergey Lavrov met his Chinese counterpart.", "2019-05-13")
    assert reader.named("his Chinese counterpart") == ["Wang Yi"]


def test_the_next_president_is_open(read: Read) -> None:
    reader = read("President George W. Bush signed the bill. The next president will have to pay for it.", "2008-06-30")
    assert reader.named("The next president") == []


# -- titles and surnames -----------------------------------------------------------------------------------------------


def test_a_secretary_is_known_by_surname(read: Read) -> None:
    reader = read("Secretary Blinken spoke with Foreign Minister Qin Gang.", "2023-06-18", url=WHITE_HOUSE)
    assert reader.named("Secretary Blinken") == ["Antony Blinken"]


def test_a_king_is_called_by_his_own_name(read: Read) -> None:
    assert read("King Salman received the envoy in Riyadh.", "2019-10-02").named("King Salman") == [
        "Salman of Saudi Arabia"
    ]
    found = read("King Charles III opened the talks in London.", "2023-06-02").who("King Charles III")
    assert found.countries == ("GBR",)


def test_a_rank_before_a_full_name_does_not_hide_it(read: Read) -> None:
    reader = read("Treasurer Wayne Swan and Ayatollah Ali Khamenei gave interviews.", "2009-03-01")
    assert reader.named("Wayne Swan") == ["Wayne Swan"]
    assert len(reader.who("Ali Khamenei").leader_ids) == 1


def test_two_of_one_surname_are_told_apart(read: Read) -> None:
    text = (
        "Bill Clinton flew to Pyongyang. Secretary of State Hillary Clinton thanked him. Mrs. Clinton gave no details."
    )
    reader = read(text, "2009-08-05")
    assert reader.named("Bill Clinton") == ["Bill Clinton"]
    assert reader.named("Mrs. Clinton") == ["Hillary Clinton"]


def test_a_spouse_is_not_the_leader(read: Read) -> None:
    text = "First Lady Jill Biden visited a school in Kyiv. Mrs. Biden stayed for two hours. President Biden called."
    reader = read(text, "2022-05-08", url=WHITE_HOUSE)
    assert reader.named("Jill Biden") == reader.named("Mrs. Biden") == []
    assert reader.named("President Biden") == ["Joe Biden"]


def test_a_surname_alone_is_the_leader_and_not_the_spouse(read: Read) -> None:
    text = "Brigitte Macron, the wife of President Emmanuel Macron, wore blue. Macron spoke for an hour."
    assert read(text).named("Macron", 2) == ["Emmanuel Macron"]


def test_a_spouse_alone_does_not_bring_in_the_leader(read: Read) -> None:
    reader = read("First Lady Melania Trump spoke at the United Nations. Mrs. Trump wore white.", "2018-09-26")
    assert reader.linked.leaders == []


# -- those who have left office ----------------------------------------------------------------------------------------


def test_a_former_president_keeps_his_name_and_leaves_the_office(read: Read) -> None:
    text = "Former President Obama praised the law. The President signed it."
    reader = read(text, "2022-04-05", url=WHITE_HOUSE)
    assert reader.named("Former President Obama") == ["Barack Obama"]
    assert reader.named("The President") == ["Joe Biden"]


def test_then_secretary_is_who_held_the_office_then(read: Read) -> None:
    reader = read("The memo was sent to then-Secretary of State Hillary Clinton.", "2019-01-10")
    assert reader.named("Hillary Clinton") == ["Hillary Clinton"]


def test_the_former_holder_without_a_name_stays_open(read: Read) -> None:
    assert read("The former British prime minister spoke in Oslo.").named("The former British prime minister") == []


def test_the_office_goes_to_the_successor_whom_the_article_names(read: Read) -> None:
    text = "Former Prime Minister Tony Blair congratulated Prime Minister Gordon Brown. The Prime Minister thanked him."
    reader = read(text, None)
    assert reader.named("The Prime Minister") == ["Gordon Brown"]
    assert reader.named("him") == ["Tony Blair"]


# -- countries by their capitals and palaces ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phrase", "country"),
    [
        ("Beijing", "CHN"),
        ("The Kremlin", "RUS"),
        ("Downing Street", "GBR"),
        ("Pyongyang", "PRK"),
        ("The White House", "USA"),
        ("Washington", "USA"),
        ("Brussels", "EU"),
        ("The Élysée", "FRA"),
    ],
)
def test_a_metonym_is_a_country_and_not_its_leader(read: Read, phrase: str, country: str) -> None:
    found = read(f"{phrase} denied the report and said that talks would go on.").who(phrase)
    assert (found.leader_ids, found.countries) == ((), (country,))


def test_a_capital_that_is_only_a_place_is_no_government(read: Read) -> None:
    reader = read("The minister spoke at a school in Washington, flew to Brussels and visited Beijing.")
    assert not [m for m in reader.linked.mentions if m.country]


def test_capitals_between_which_there_is_a_quarrel_are_governments(read: Read) -> None:
    reader = read("The quarrel between Washington and Pyongyang goes on.")
    assert [m.country for m in reader.linked.mentions] == ["USA", "PRK"]


def test_a_leaders_administration_is_the_country(read: Read) -> None:
    reader = read("The Obama administration rejected the claim.", "2014-03-01")
    assert reader.linked.leaders == []
    assert reader.who("The Obama administration").countries == ("USA",)


# -- how sure a link is ------------------------------------------------------------------------------------------------


def test_a_name_is_surer_than_an_office_and_an_office_than_a_pronoun(read: Read) -> None:
    reader = read("President Emmanuel Macron spoke. The president was calm. He smiled.")
    sure = [m.confidence for p in ("Emmanuel Macron", "The president", "He") if (m := reader.mention(p))]
    assert len(sure) == 3
    assert sure == sorted(sure, reverse=True)


def test_confidence_is_the_share_of_links_judged_right() -> None:
    with (REFERENCE / "link_confidence.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            right, judged, sure = int(row["right"]), int(row["judged"]), float(row["confidence"])
            assert 0 <= right <= judged
            assert sure <= (right + 1) / (judged + 2) + 0.005, row
