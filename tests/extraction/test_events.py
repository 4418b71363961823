"""Which events an article tells of: type, parties, date, place, status, and each one once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from spacy.tokens import Doc

from pipelines.extraction.dates import find_times
from pipelines.extraction.event_triggers import event_lexicon
from pipelines.extraction.events import find_events
from pipelines.extraction.lexicons import LEXICONS, read_rows
from pipelines.linking.linker import Linker
from pipelines.records import Article, Event

PUBLISHED = date(2022, 5, 12)
KISHIDA, SCHOLZ, XI, TRUMP = "Q359480", "Q61053", "Q15031", "Q22686"
TYPES = {
    "call", "meeting", "visit", "summit", "negotiation", "signing", "letter", "speech", "sanction", "military_aid",
    "arms_sale", "military_action", "election", "appointment", "other",
}  # fmt: skip

Find = Callable[..., list[Event]]


@pytest.fixture
def find(parsed: Callable[[str], Doc], linker: Linker) -> Find:
    """The events of a text published on a day."""

    def events(text: str, title: str = "", published_on: date | None = PUBLISHED) -> list[Event]:
        doc = parsed(text)
        article = Article("a", text, title, published_on)
        return find_events(doc, article, linker.link(doc, article), find_times(doc, published_on))

    return events


@pytest.mark.parametrize(
    ("text", "event_type", "countries"),
    [
        (
            "Japanese Prime Minister Fumio Kishida had a telephone conversation with Olaf Scholz.",
            "call",
            ("DEU", "JPN"),
        ),
        ("The German Chancellor, Olaf Scholz, met with Fumio Kishida in Berlin.", "meeting", ("DEU", "JPN")),
        ("Olaf Scholz will visit Japan.", "visit", ("DEU", "JPN")),
        ("Talks between Kenya and Norway collapsed in Oslo.", "negotiation", ("KEN", "NOR")),
        ("Kenya signed a fisheries treaty with Norway.", "signing", ("KEN", "NOR")),
        ("Japan imposed sanctions on Belarus.", "sanction", ("BLR", "JPN")),
        ("Olaf Scholz gave a speech in Hamburg.", "speech", ("DEU",)),
        ("Chad broke off diplomatic relations with Sudan.", "other", ("SDN", "TCD")),
    ],
)
def test_a_trigger_with_its_parties_is_an_event(
    find: Find, text: str, event_type: str, countries: tuple[str, ...]
) -> None:
    (event,) = find(text)
    assert (event.event_type, event.countries) == (event_type, countries)


@pytest.mark.parametrize(
    "text",
    [
        "Olaf Scholz did not meet with Fumio Kishida.",
        "If Olaf Scholz visits Japan, he will be welcome.",
        "The war in Sudan goes on.",
        "Fumio Kishida invited Olaf Scholz to visit Tokyo at his convenience.",
        "Every visit is a chance.",
    ],
)
def test_what_is_denied_supposed_lasting_or_only_wished_for_is_none(find: Find, text: str) -> None:
    assert find(text) == []


def test_an_event_has_the_date_that_hangs_on_it(find: Find) -> None:
    past, ahead = find("Olaf Scholz met with Fumio Kishida on May 9. Olaf Scholz will visit Japan in June.")
    assert past.date is not None
    assert (past.date.start, past.date.end, past.status) == (date(2022, 5, 9), date(2022, 5, 9), "occurred")
    assert ahead.date is not None
    assert (ahead.date.start, ahead.date.precision, ahead.status) == (date(2022, 6, 1), "month", "planned")


def test_whoever_invites_to_a_visit_takes_part_in_it(find: Find) -> None:
    (event,) = find("Fumio Kishida invited Olaf Scholz to visit Tokyo on May 20.")
    assert (event.event_type, event.countries, len(event.leader_ids)) == ("visit", ("DEU", "JPN"), 2)


def test_an_event_without_a_date_word_stays_open(find: Find) -> None:
    (event,) = find("Olaf Scholz met with Fumio Kishida.")
    assert event.date is None


def test_what_was_called_off_is_cancelled(find: Find) -> None:
    (event,) = find("Olaf Scholz cancelled his visit to Japan.")
    assert (event.event_type, event.status) == ("visit", "cancelled")


def test_a_city_tells_the_country_that_is_visited(find: Find) -> None:
    (event,) = find("Olaf Scholz arrived in Osaka.")
    assert (event.place_text, event.place_country, event.countries) == ("Osaka", "JPN", ("DEU", "JPN"))


def test_an_event_told_twice_is_one(find: Find) -> None:
    (event,) = find(
        "Fumio Kishida had a telephone conversation with Olaf Scholz.\n\nDuring the call, the leaders discussed energy."
    )
    assert event.leader_ids == (KISHIDA, SCHOLZ)
    assert event.is_main


def test_another_day_is_another_meeting(find: Find) -> None:
    first, second = find("Olaf Scholz met with Fumio Kishida on May 9. They also met on April 2.")
    assert (first.is_main, second.is_main) == (True, False)


def test_each_of_several_partners_met_alone_is_an_event(find: Find) -> None:
    first, second = find("Olaf Scholz met separately with Fumio Kishida and Justin Trudeau.")
    assert (first.countries, second.countries) == (("DEU", "JPN"), ("CAN", "DEU"))


def test_the_title_says_which_event_of_the_lead_is_the_main_one(find: Find) -> None:
    text = "On his visit to Japan, Olaf Scholz gave a speech in Osaka."
    main = {
        title: [e.event_type for e in find(text, title) if e.is_main] for title in ("Scholz visits Japan", "A speech")
    }
    assert main == {"Scholz visits Japan": ["visit"], "A speech": ["speech"]}


@pytest.mark.parametrize(
    ("text", "event_type", "countries"),
    [
        ("Japan recalled its ambassador to Kenya.", "other", ("JPN", "KEN")),
        ("Olaf Scholz spoke of the talks with Norway.", "negotiation", ("DEU", "NOR")),
        ("Olaf Scholz attended a summit in Kenya.", "summit", ("DEU", "KEN")),
        ("Under the mediation of Olaf Scholz, Kenya signed a treaty with Norway.", "signing", ("DEU", "KEN", "NOR")),
    ],
)
def test_countries_that_an_event_is_about_or_held_by_take_part(
    find: Find, text: str, event_type: str, countries: tuple[str, ...]
) -> None:
    (event,) = find(text)
    assert (event.event_type, event.countries) == (event_type, countries)


def test_the_next_summit_is_not_the_one_that_has_been(find: Find) -> None:
    first, second = find(
        "Olaf Scholz attended a summit with Fumio Kishida. The next summit with Japan will be in Oslo."
    )
    assert (first.status, second.status) == ("occurred", "planned")


def test_the_founding_article(find: Find, founding_text: str) -> None:
    title = "Xi and Trump Hold First Call Since November: Focus on Taiwan, Trade, and Bilateral Ties"
    events = find(founding_text, title, date(2026, 2, 5))
    told = [(e.event_type, e.leader_ids, e.countries, str(e.date.start) if e.date else None, e.status) for e in events]
    assert told == [
        ("call", (XI, TRUMP), ("CHN", "USA"), "2026-02-04", "occurred"),
        ("meeting", (XI, TRUMP), ("CHN", "USA"), "2025-10-01", "occurred"),
        ("summit", (), ("CHN",), "2026-01-01", "planned"),
        ("summit", (), ("USA",), "2026-01-01", "planned"),
        ("arms_sale", (), ("TWN", "USA"), "2025-12-01", "occurred"),
    ]
    assert [e.is_main for e in events] == [True, False, False, False, False]
    for event in events:
        start, end = event.span
        assert 0 <= start < end <= len(founding_text)


def test_the_lexicon_knows_only_the_codebook_s_types() -> None:
    resolved_later = {
        "talks", "agreement", "journey", "gathering", "assault", "dated_act", "decision", "discussion",
    }  # fmt: skip
    assert {row["event_type"] for row in read_rows(LEXICONS / "event_types.csv")} <= TYPES | resolved_later
    assert event_lexicon().types_named("Readout of a Call") == {"call"}


def only(events: list[Event], event_type: str) -> Event:
    (found,) = [event for event in events if event.event_type == event_type]
    return found


def test_i_and_you_in_a_quotation_are_whoever_is_quoted_and_the_other_side(find: Find) -> None:
    events = find(
        'Olaf Scholz called Fumio Kishida. "I will visit Kenya in June," Scholz said. '
        '"We had a useful meeting with you in Lima," he told him.'
    )
    assert only(events, "visit").leader_ids == (SCHOLZ,)
    assert only(events, "meeting").leader_ids == (KISHIDA, SCHOLZ)


def test_who_says_something_at_a_press_conference_gives_it(find: Find) -> None:
    event = only(find("This was stated by Olaf Scholz during an online press conference."), "speech")
    assert event.leader_ids == (SCHOLZ,)
    event = only(find("Fumio Kishida told a news conference that exports had fallen."), "speech")
    assert event.leader_ids == (KISHIDA,)


def test_talks_with_one_named_side_take_the_other_from_the_clause_around(find: Find) -> None:
    event = only(find("Olaf Scholz answered questions following talks with Fumio Kishida in Berlin."), "meeting")
    assert event.leader_ids == (KISHIDA, SCHOLZ)


def test_a_meeting_with_strangers_is_not_the_meeting_told_before(find: Find) -> None:
    events = find("Olaf Scholz met with Fumio Kishida. Kishida praised Scholz's meeting with farmers in Tokyo.")
    assert sorted(event.leader_ids for event in events if event.event_type == "meeting") == [
        (KISHIDA, SCHOLZ),
        (SCHOLZ,),
    ]


def test_the_day_of_a_transcript_dates_its_talks(find: Find) -> None:
    event = find("Olaf Scholz met with Fumio Kishida. I think that in the course of today's meeting we will agree.")[0]
    assert event.date is not None and event.date.start == PUBLISHED


def test_a_sum_of_assistance_that_is_announced_is_military_aid(find: Find) -> None:
    event = only(find("Olaf Scholz announced $20 million in security assistance for Kenya."), "military_aid")
    assert event.countries == ("DEU", "KEN")


def test_countries_that_joined_are_read_off_the_noun_before_the_relative_clause(find: Find) -> None:
    event = only(find("They like Croatia and Malta, which joined the EU in 2013."), "other")
    assert event.countries == ("EU", "HRV", "MLT")


@pytest.mark.parametrize(
    "text", ["Japan could impose sanctions on Belarus.", "Kenya fears that Chad will attack Sudan.",
             "Olaf Scholz spoke of the possibility of holding a summit."]
)  # fmt: skip
def test_what_is_only_possible_or_feared_is_no_event(find: Find, text: str) -> None:
    assert [event for event in find(text) if event.event_type != "speech"] == []


def test_a_short_compound_names_both_countries(find: Find) -> None:
    event = only(find("Leaders agreed at the U.S.-EU summit on 3 May 2021."), "summit")
    assert event.countries == ("EU", "USA")


def test_speaking_to_a_leader_is_a_call_and_to_a_parliament_is_none(find: Find) -> None:
    event = only(find("Olaf Scholz spoke to Fumio Kishida this afternoon."), "call")
    assert event.leader_ids == (KISHIDA, SCHOLZ)
    assert not [e for e in find("Olaf Scholz spoke to the Irish parliament.") if e.event_type == "call"]


def test_since_somebody_took_office_is_no_event(find: Find) -> None:
    assert find("Exports have doubled since Olaf Scholz took office.") == []


@pytest.mark.parametrize(
    ("text", "event_type", "countries"),
    [
        ("The sanctions law, which was passed by Kenya, is short.", "other", ("KEN",)),
        ("Kenya will go on with plans to withdraw its troops from Chad.", "other", ("KEN", "TCD")),
        ("A fisheries treaty is expected to be signed by Norway on June 3.", "signing", ("NOR",)),
        ("The Kenyan cabinet meets on Friday.", "meeting", ("KEN",)),
        ("Olaf Scholz met with ambassadors from Kenya and Norway.", "meeting", ("DEU", "KEN", "NOR")),
        ("Olaf Scholz was pleased with his first US visit.", "visit", ("DEU", "USA")),
        ("Olaf Scholz will travel to Kenya and Chad in June.", "visit", ("DEU", "KEN", "TCD")),
        ("Fumio Kishida dismissed the ban on Kenyan tea, a ban on Norway too.", "sanction", ("NOR",)),
    ],
)
def test_whoever_a_clause_leaves_to_be_understood_takes_part(
    find: Find, text: str, event_type: str, countries: tuple[str, ...]
) -> None:
    assert countries in [event.countries for event in find(text) if event.event_type == event_type]


@pytest.mark.parametrize(
    "text",
    [
        "Kenya should stop the war and order a retreat.",
        "Kenya spoke of efforts to sign a treaty with Norway.",
        "Workers demanded that Olaf Scholz resign.",
        "Olaf Scholz called on Fumio Kishida to act.",
        "The court's ruling sends a message to Kenya.",
    ],
)
def test_what_somebody_ought_to_do_tries_or_demands_is_no_event(find: Find, text: str) -> None:
    assert [event for event in find(text) if event.event_type != "speech"] == []


def test_whoever_is_congratulated_on_an_election_won_it(find: Find) -> None:
    event = only(find("Olaf Scholz spoke with Fumio Kishida to congratulate him on his election."), "election")
    assert (event.leader_ids, event.countries) == ((KISHIDA,), ("JPN",))


def test_a_clause_says_when_a_noun_s_event_is_held(find: Find) -> None:
    event = only(find("Olaf Scholz praised the meeting with Fumio Kishida scheduled for May 20."), "meeting")
    assert event.date is not None
    assert (event.date.start, event.status) == (date(2022, 5, 20), "planned")


def test_what_was_agreed_during_a_visit_says_that_it_has_been(find: Find) -> None:
    event = only(find("During Olaf Scholz's visit to Japan this week, both sides agreed to build a port."), "visit")
    assert event.status == "occurred"


def test_only_the_guest_of_a_meeting_abroad_is_the_visitor_s_partner(find: Find) -> None:
    events = find("During a visit to Kenya, Olaf Scholz met with Fumio Kishida.")
    assert only(events, "visit").countries == ("DEU", "KEN")
    assert only(events, "meeting").leader_ids == (KISHIDA, SCHOLZ)


def test_a_verb_and_its_object_tell_of_one_event(find: Find) -> None:
    assert [e.event_type for e in find("Olaf Scholz addressed a news conference in Berlin.")] == ["speech"]
    assert [e.event_type for e in find("Olaf Scholz convened a call with Fumio Kishida.")] == ["call"]


def test_talking_to_the_press_is_a_speech(find: Find) -> None:
    event = only(find("Olaf Scholz said so during a meeting with journalists."), "speech")
    assert event.leader_ids == (SCHOLZ,)


def test_an_upcoming_call_in_the_title_is_the_main_event(find: Find) -> None:
    text = "Olaf Scholz will call Fumio Kishida on May 20. Olaf Scholz has called Justin Trudeau."
    (main,) = [event for event in find(text, "On the Chancellor's Upcoming Call with Japan") if event.is_main]
    assert main.status == "planned"


def test_who_speaks_of_a_coming_summit_need_not_be_there_but_the_country_will(find: Find) -> None:
    event = only(find("Olaf Scholz spoke of the next NATO summit in June."), "summit")
    assert (event.leader_ids, event.countries, event.status) == ((), ("DEU",), "planned")
