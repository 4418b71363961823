"""Who is meant: names, offices, pronouns, groups, governments."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

from pipelines.linking.linker import Linker
from pipelines.records import Article, Referent
from tests.linking.reader import Read, Reader

XI, TRUMP, BIDEN, PUTIN = "Q15031", "Q22686", "Q6279", "Q7747"
Parse = Callable[[str], Doc]


# -- the founding article ----------------------------------------------------------------------------------------------


@pytest.fixture
def founding(read: Read, founding_text: str) -> Reader:
    return read(founding_text, "2026-02-05", "Xi and Trump Hold First Call Since November")


def test_founding_article_names_two_leaders(founding: Reader) -> None:
    assert {m.leader_id for m in founding.linked.mentions if m.leader_id} == {XI, TRUMP}
    assert founding.linked.participants.leader_ids == (XI, TRUMP)


@pytest.mark.parametrize(
    ("phrase", "leaders", "countries"),
    [
        ("both leaders", (XI, TRUMP), ("CHN", "USA")),
        ("President Xi", (XI,), ("CHN",)),
        ("He", (XI,), ("CHN",)),
        ("The Chinese leader", (XI,), ("CHN",)),
        ("President Trump", (TRUMP,), ("USA",)),
        ("the two leaders", (XI, TRUMP), ("CHN", "USA")),
        ("Beijing", (), ("CHN",)),
        ("Washington", (), ("USA",)),
    ],
)
def test_founding_article_speakers(
    founding: Reader, phrase: str, leaders: tuple[str, ...], countries: tuple[str, ...]
) -> None:
    found = founding.who(phrase)
    assert (found.leader_ids, found.countries) == (leaders, countries)


# -- names and offices -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "leader", "country"),
    [
        ("President George Manneh Weah of Liberia", "Q173139", "LBR"),
        ("President João Manuel Gonçalves Lourenço of Angola", "Q28650390", "AGO"),
        ("Prime Minister Tarak Velun of the Kingdom of Denmark", "local:tarak-velun", "DNK"),
    ],
)
def test_a_country_behind_a_name_is_the_offices(read: Read, name: str, leader: str, country: str) -> None:
    reader = read(f"The Secretary of State met {name} on Friday.", "2022-12-15")
    assert (reader.who(name).leader_ids, reader.who(name).countries) == ((leader,), (country,))


def test_a_foreign_head_without_a_country_is_not_the_publishers(read: Read) -> None:
    text = "President Biden met President Tarak Velun at the palace. They praised the people of Vietnam."
    reader = read(text, "2023-09-11", url="https://www.whitehouse.gov/x")
    assert reader.who("President Tarak Velun").countries == ("VNM",)
    silent = read(text.replace(" of Vietnam", ""), "2023-09-11", url="https://www.whitehouse.gov/x")
    assert silent.who("President Tarak Velun").countries == ()


def test_a_surname_follows_its_full_name(read: Read) -> None:
    reader = read(
        "British Prime Minister Boris Johnson met reporters. Johnson said that talks would go on.", "2022-01-05"
    )
    assert reader.named("Johnson", 1) == ["Boris Johnson"]


def test_an_office_without_a_name_is_resolved_by_date(read: Read) -> None:
    text = "The Prime Minister of Japan called for restraint."
    assert read(text, "2022-06-01").named("The Prime Minister of Japan") == ["Fumio Kishida"]
    assert read(text, "2008-06-01").named("The Prime Minister of Japan") == ["Yasuo Fukuda"]


def test_offices_named_together_share_what_they_name(read: Read) -> None:
    reader = read("The presidents of Russia and Azerbaijan and the prime minister of Armenia will meet.", "2021-11-24")
    assert set(reader.names.values()) == {"Vladimir Putin", "Ilham Aliyev", "Nikol Pashinyan"}


def test_two_people_of_one_surname_are_told_apart_by_office(read: Read) -> None:
    reader = read("President Bush met Governor Jeb Bush. President Bush thanked him.", "2005-03-01")
    assert reader.named("President Bush") == ["George W. Bush"]
    assert reader.who("Jeb Bush").leader_ids == ()


def test_a_former_president_is_not_the_holder(read: Read) -> None:
    reader = read("The former Chinese president spoke in Shanghai.", "2023-05-10")
    assert reader.who("The former Chinese president").leader_ids == ()


def test_somebody_with_a_senior_office_becomes_a_local_leader(read: Read) -> None:
    reader = read(
        "Norwegian fisheries minister Ola Testesen said that quotas would rise. He gave no figure.", "2023-05-10"
    )
    assert reader.who("Ola Testesen").leader_ids == ("local:ola-testesen",)
    assert reader.who("He").countries == ("NOR",)


def test_a_company_president_is_no_leader(read: Read) -> None:
    reader = read("The guests were Jon Testman, President and COO, and Ann Lee, an analyst.")
    assert not reader.linked.leaders


def test_initials_do_not_make_a_father_his_son(read: Read) -> None:
    reader = read("Former President George H. W. Bush praised the treaty.", "2005-03-01")
    assert "Q207" not in reader.names


# -- pronouns and groups -----------------------------------------------------------------------------------------------


def test_pronouns_go_to_the_subject_before(read: Read) -> None:
    reader = read("President Joe Biden spoke with President Xi Jinping. He raised concerns about trade.", "2022-11-14")
    assert reader.who("He").leader_ids == (BIDEN,)


def test_what_is_quoted_is_no_context(read: Read) -> None:
    reader = read('President Vladimir Putin smiled. "Macron is a friend," he said.', "2021-02-01")
    assert reader.who("he").leader_ids == (PUTIN,)


def test_a_woman_is_not_he(read: Read) -> None:
    reader = read("Chancellor Angela Merkel met President Vladimir Putin. He praised the talks.", "2021-02-01")
    assert reader.who("He").leader_ids == (PUTIN,)


def test_they_are_those_coupled_before(read: Read) -> None:
    reader = read("U.S. and Israeli officials met in Geneva. They see the plan as a mistake.")
    assert reader.who("They").countries == ("ISR", "USA")


def test_coordinated_leaders_are_both(read: Read) -> None:
    reader = read("President Biden and President Xi agreed to meet again.", "2022-11-14")
    assert set(reader.who("President Biden and President Xi").leader_ids) == {BIDEN, XI}


def test_the_president_is_the_publishers_own(read: Read) -> None:
    text = "Today the Vice President met President Zelenskyy of Ukraine. She said that the President would call him."
    reader = read(text, "2024-06-15", url="https://www.whitehouse.gov/briefing-room/x")
    assert reader.named("the Vice President") == ["Kamala Harris"]
    assert reader.named("the President") == ["Joe Biden"]


def test_a_counterpart_has_the_same_office(read: Read) -> None:
    text = "President Vladimir Putin called his Turkish counterpart. He thanked him."
    assert read(text, "2021-02-01").named("his Turkish counterpart") == ["Recep Tayyip Erdoğan"]


def test_european_leaders_stay_unnamed(read: Read) -> None:
    found = read("Several European leaders said that the deal was off.").who("Several European leaders")
    assert (found.leader_ids, found.countries, found.kind) == ((), ("EU",), "leader")


# -- governments, officials, authors -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phrase", "countries", "kind"),
    [
        ("The Kremlin", ("RUS",), "government"),
        ("the White House", ("USA",), "government"),
        ("US officials", ("USA",), "official"),
        ("the Iranian government", ("IRN",), "government"),
        ("Reuters", (), "media"),
        ("the European Union", ("EU",), "organization"),
    ],
)
def test_bodies_stand_for_countries(read: Read, phrase: str, countries: tuple[str, ...], kind: str) -> None:
    text = (
        "The Kremlin denied it, the White House said so, US officials told Reuters, "
        "and the Iranian government and the European Union agreed."
    )
    found = read(text).who(phrase)
    assert (found.leader_ids, found.countries, found.kind) == ((), countries, kind)


def test_a_bush_administration_is_a_government(read: Read) -> None:
    reader = read("The Bush administration rejected the report.", "2005-08-10")
    assert not reader.linked.leaders
    assert reader.who("The Bush administration").countries == ("USA",)


def test_the_author_of_a_statement_says_i(read: Read) -> None:
    reader = read("I welcome this step. We will help.", "2022-06-15", "Statement by President Joe Biden on Ukraine")
    assert reader.who("I").leader_ids == (BIDEN,)
    speaker = Referent((XI,), ("CHN",), "leader")
    assert reader.linked.resolve(reader.doc[0:1], first_person=speaker) == speaker


def test_new_mexico_is_not_mexico(read: Read) -> None:
    reader = read("Officials from New Mexico met Latin American envoys near the Niger Delta.")
    assert not [m for m in reader.linked.mentions if m.country]


# -- invariants --------------------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *(
            "President Xi",
            "He",
            "the US",
            "Beijing",
            "Angela Merkel",
            "said that",
            "and",
            "the Prime Minister",
            "of Japan",
        ),
        *(",", ".", "“", "”", "♡", "—", "1", "'s", "\n\n", "they", "Mr", "Mr.", "Kyiv’s", "Foreign Minister", "U.S."),
        *("Senator Elizabeth", "both leaders", "his Turkish counterpart", "Ministry of Foreign Affairs"),
    ]
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PIECES, max_size=25).map(" ".join))
def test_links_stand_in_the_text_and_do_not_change(linker: Linker, parsed: Parse, text: str) -> None:
    article = Article("a", text, None, date(2023, 5, 10))
    doc = parsed(text)
    first, second = linker.link(doc, article), linker.link(doc, article)
    assert first.mentions == second.mentions
    assert first.leaders == second.leaders
    known = {leader.leader_id for leader in first.leaders}
    for mention in first.mentions:
        assert 0 <= mention.start < mention.end <= len(text)
        assert text[mention.start : mention.end].strip() == text[mention.start : mention.end]
        assert mention.leader_id is None or mention.leader_id in known
    for chunk in doc.noun_chunks:
        found = first.resolve(chunk)
        assert list(found.countries) == sorted(set(found.countries))
        assert set(found.leader_ids) <= {leader.leader_id for leader in first.leaders}


def test_a_leader_may_be_called_by_the_given_name_after_the_office(read: Read) -> None:
    text = "Vice President Harris met with President Samia Suluhu Hassan. She thanked President Samia for her work."
    reader = read(text, "2023-03-30", "Readout of a Meeting with President Samia Suluhu Hassan of Tanzania")
    assert reader.named("President Samia", 1) == reader.named("President Samia Suluhu Hassan")


def test_a_president_in_a_list_of_names_is_not_the_president(read: Read) -> None:
    text = "The White House thanks its guests.\n\nAnn Lind, President, Friends\n\nEve Oda, President and CEO, Oda"
    reader = read(text, "2023-02-25", "Readout of a Meeting", url="https://www.whitehouse.gov/x")
    assert reader.linked.leaders == []


def test_an_object_is_somebody_else_than_the_subject(read: Read) -> None:
    text = "Vladimir Putin sent a message to Xi Jinping, congratulating him on the day."
    assert read(text).named("him") == ["Xi Jinping"]


def test_an_address_is_by_whom_its_title_names(read: Read) -> None:
    text = "Good evening. I believe that we will rebuild our cities."
    reader = read(text, "2022-05-30", "Our defenders hold on - address by President of Ukraine Volodymyr Zelenskyy")
    assert reader.named("I") == ["Volodymyr Zelenskyy"]
