"""What counts as a commitment, how firm it is, whose it is, how much and by when (the codebook and its rulings)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc, Span

from pipelines.extraction.commitment_cues import FIRMNESS, POLARITY, load_lexicon
from pipelines.extraction.commitments import find_commitments
from pipelines.records import (
    NOBODY,
    Article,
    Commitment,
    Quantity,
    Referent,
    ResolvedDate,
    Statement,
    TimeExpression,
)

KENYA = Referent((), ("KEN",), "government", "name", 0.9)
NORWAY = Referent((), ("NOR",), "government", "name", 0.9)
RUTO = Referent(("Q1",), ("KEN",), "leader", "name", 0.9)
STOERE = Referent(("Q2",), ("NOR",), "leader", "name", 0.9)
BOTH = Referent(("Q1", "Q2"), ("KEN", "NOR"), "leader", "group", 0.8)


@dataclass
class Names:
    """A linker that knows a handful of names."""

    known: dict[str, Referent] = field(
        default_factory=lambda: {
            "Kenya": KENYA,
            "Nairobi": KENYA,
            "Norway": NORWAY,
            "President Ruto": RUTO,
            "Ruto": RUTO,
            "Prime Minister Store": STOERE,
            "The two leaders": BOTH,
            "Both leaders": BOTH,
            "They": BOTH,
        }
    )
    participants: Referent = BOTH
    author: Referent = NOBODY
    home: Referent = NOBODY

    def resolve(self, span: Span) -> Referent:
        return self.known.get(span.text, NOBODY)


Find = Callable[..., list[Commitment]]


@pytest.fixture(scope="module")
def find(nlp: Language) -> Find:
    def run(
        text: str,
        statements: Sequence[Statement] = (),
        times: Sequence[TimeExpression] = (),
        quantities: Sequence[Quantity] = (),
        published_on: date | None = None,
        title: str | None = None,
    ) -> list[Commitment]:
        article = Article("a", text, title, published_on)
        return find_commitments(nlp(text), article, Names(), statements, times, quantities)

    return run


def words(text: str, commitment: Commitment) -> str:
    return " … ".join(text[start:end] for start, end in commitment.spans)


@pytest.mark.parametrize(
    ("sentence", "firmness", "polarity", "action"),
    [
        ("Kenya is considering joining the mission.", "considering", "do", "join"),
        ("Kenya remains open to talks.", "considering", "do", "open"),
        ("Ruto said that Kenya may send a delegation.", "considering", "do", "send"),
        ("I would like to invite both teams to Nairobi.", "willing", "do", "invite"),
        ("Norway will be sending doctors.", "intended", "do", "send"),
        ("The ministers meet on Friday.", "intended", "do", "meet"),
        ("Kenya will refuse to join the pact.", "intended", "refrain", "refuse"),
        ("Kenya did not rule out leaving the union.", "considering", "do", "leave"),
        ("The army was ordered to leave the region.", "enacted", "do", "leave"),
        ("President Ruto ordered the renewal of ties with Norway.", "enacted", "do", "renew"),
        ("Kenya is considering the export of tea to Norway.", "considering", "do", "export"),
        ("Norway is providing another $5 million in aid.", "enacted", "do", "provide"),
        ("Ruto expressed willingness to reopen the border.", "willing", "do", "reopen"),
        ("Norway is ready to send a delegation.", "willing", "do", "send"),
        ("Norway offered to host the talks.", "willing", "do", "host"),
        ("Kenya will host the summit.", "intended", "do", "host"),
        ("Ruto said that Kenya would host the summit.", "intended", "do", "host"),
        ("Ruto is to visit Norway.", "intended", "do", "visit"),
        ("Ruto looks forward to hosting the ministers in June.", "intended", "do", "host"),
        ("Both leaders look forward to speaking again.", "intended", "do", "speak"),
        ("We want to lower our tariffs.", "willing", "do", "lower"),
        ("Kenya does not want to leave the union.", "intended", "refrain", "leave"),
        ("Norway decided against joining the pact.", "intended", "refrain", "join"),
        ("Kenya is considering whether to close the camp.", "considering", "do", "close"),
        ("Kenya announced $3 million in aid for the islands.", "intended", "do", "provide"),
        ("Ruto is scheduled to meet the ministers on Friday.", "intended", "do", "meet"),
        ("Norway is not going to change its policy.", "intended", "refrain", "change"),
        ("Norway plans to build a port.", "intended", "do", "build"),
        ("Norway plans to take steps to lift the ban.", "intended", "do", "lift"),
        ("Kenya's decision to close the camp drew protest.", "intended", "do", "close"),
        ("Kenya threatened to leave the union.", "intended", "do", "leave"),
        ("Kenya refused to release the prisoners.", "intended", "refrain", "release"),
        ("Norway ruled out sending troops.", "intended", "refrain", "send"),
        ("Kenya has no plans to leave the treaty.", "intended", "refrain", "leave"),
        ("Norway will not recognise the vote.", "intended", "refrain", "recognise"),
        ("Norway pledged to double its aid.", "pledged", "do", "double"),
        ("Kenya is committed to protecting the forest.", "pledged", "do", "protect"),
        ("Ruto reaffirmed his commitment to protect the forest.", "pledged", "do", "protect"),
        ("Ruto reiterated Kenya's support for the mission.", "pledged", "do", "support"),
        ("Norway pledged that it will continue to share data.", "pledged", "do", "share"),
        ("The two leaders agreed to stay in touch.", "agreed", "do", "stay"),
        ("It was agreed to maintain contact.", "agreed", "do", "maintain"),
        ("Kenya and Norway agreed on a ceasefire.", "agreed", "do", "agree"),
        ("President Ruto ordered the army to leave the region.", "enacted", "do", "leave"),
        ("Norway approved a large aid package.", "enacted", "do", "approve"),
        ("President Ruto signed a trade agreement on Monday.", "enacted", "do", "sign"),
    ],
)
def test_cues_bind_as_firmly_as_the_codebook_says(
    find: Find, sentence: str, firmness: str, polarity: str, action: str
) -> None:
    (row,) = find(sentence)
    assert (row.firmness, row.polarity, row.action) == (firmness, polarity, action)


@pytest.mark.parametrize(
    "sentence",
    [
        "Ruto hopes that Norway will join the mission.",  # a hope
        "Analysts expect that Kenya will win the vote.",  # a prediction
        "The harvest will be poor.",  # nobody's will
        "The agreement will strengthen both economies.",  # what a thing does
        "The storm will reach Kenya on Friday.",
        "Ruto urged Norway to send aid.",  # a request
        "Will Kenya host the summit?",  # a question
        "If Kenya will not pay, the bank must act.",  # a bare condition
        "Ruto did not say whether Kenya will host the summit.",
        "Norway did not agree to the plan.",
        "Kenya must protect the forest.",  # an obligation
        "A government will fall when it loses trust.",  # nobody in particular
        "Ruto thanked Norway for its commitment to peace.",  # thanks
        "The minister declined to comment.",
        "The leaders discussed trade and security.",
        "Ruto denied that Kenya is considering a ceasefire.",
        "Analysts say that Kenya may leave the union.",  # what others think possible
        "If he were president, he would leave the union.",  # against the facts
        "Kenya is going to be poor.",
        "I would like to thank the ministers.",
        "It was important to hold the vote.",
        "Kenya held talks with Norway on Monday.",
        "Norway wants to lower the tariffs of others.",  # a wish told of somebody else
        "I will recall that the bridge was built last year.",
    ],
)
def test_what_is_no_commitment(find: Find, sentence: str) -> None:
    assert find(sentence) == []


def test_coordinated_actions_are_rows_of_their_own_each_with_its_beginning(find: Find) -> None:
    text = "Kenya will maintain the ceasefire and expand the mission."
    assert [words(text, row) for row in find(text)] == [
        "Kenya will maintain the ceasefire",
        "Kenya will … expand the mission",
    ]


def test_verbs_that_share_their_object_are_one_action(find: Find) -> None:
    (row,) = find("The two leaders agreed to interact and maintain contacts.")
    assert row.firmness == "agreed"


def test_a_relative_clause_about_a_measure_is_part_of_the_promise_not_a_promise(find: Find) -> None:
    (row,) = find("Norway will create a fund that will finance schools.")
    assert row.object == "a fund that will finance schools"


def test_side_remarks_are_cut_off(find: Find) -> None:
    text = "Norway approved an aid package, prompting protests in parliament."
    (row,) = find(text)
    assert words(text, row) == "Norway approved an aid package"


def test_the_subject_commits_and_the_object_or_company_is_the_counterparty(find: Find) -> None:
    (row,) = find("Norway will sign a treaty with Kenya.")
    assert row.committer_referent == NORWAY
    assert row.counterparty.countries == ("KEN",)


def test_joint_subjects_commit_together(find: Find) -> None:
    (row,) = find("Kenya and Norway will open their markets.")
    assert row.committer_referent.countries == ("KEN", "NOR")


def test_a_possessive_takes_the_one_who_affirms(find: Find) -> None:
    (row,) = find("President Ruto underscored his commitment to protecting the forest.")
    assert row.committer_referent == RUTO
    assert row.reported_by == ()
    assert row.self_reported


def test_our_in_a_readout_is_the_country_of_the_one_who_affirms_it(find: Find) -> None:
    (row,) = find("President Ruto reaffirmed our commitment to protecting the forest.")
    assert row.committer_referent.leader_ids == ()
    assert row.committer_referent.countries == ("KEN",)
    assert row.reported_by == ("Q1",)


def said(text: str, content: str, speaker: Referent, quote_type: str = "indirect") -> Statement:
    start = text.index(content)
    return Statement([(start, start + len(content))], quote_type, "assertion", None, "say", None, speaker)


def test_what_one_says_of_another_is_reported_not_self_reported(find: Find) -> None:
    text = "President Ruto announced that Norway is considering buying more tea."
    statement = said(text, "that Norway is considering buying more tea", RUTO)
    (row,) = find(text, [statement])
    assert row.statement is statement
    assert row.committer_referent == NORWAY
    assert row.reported_by == ("Q1",)
    assert not row.self_reported


def test_we_in_a_quotation_is_the_speaker_and_in_reported_speech_the_country(find: Find) -> None:
    quoted = '"We will open the port," President Ruto said.'
    (row,) = find(quoted, [said(quoted, '"We will open the port,"', RUTO, "direct")])
    assert row.committer_referent.leader_ids == ("Q1",)
    told = "President Ruto said that we will open the port."
    (row,) = find(told, [said(told, "that we will open the port", RUTO)])
    assert row.committer_referent.leader_ids == ()
    assert row.committer_referent.countries == ("KEN",)


def test_an_infinitive_of_purpose_after_an_agreed_topic_is_no_promise(find: Find) -> None:
    assert not find("The two leaders agreed on the importance of open talks, to manage their rivalry.")


def test_infinitives_between_semicolons_are_actions_of_their_own(find: Find) -> None:
    rows = find("Kenya commits to lower its port fees; to open the land border; and to publish all tenders.")
    assert [row.action for row in rows] == ["lower", "open", "publish"]


def test_it_is_the_institution_that_announces(find: Find) -> None:
    (row,) = find("Norway announced that it will close two embassies.")
    assert row.committer_referent == NORWAY


def test_both_sides_are_the_two_countries_that_the_article_names_most(nlp: Language) -> None:
    text = "Kenya met Norway. Norway thanked Kenya. The talks showed both sides' commitment to free trade."
    names = Names(participants=RUTO)
    (row,) = find_commitments(nlp(text), Article("a", text), names, (), (), ())
    assert row.committer_referent.countries == ("KEN", "NOR")


@pytest.mark.parametrize(("title", "rows"), [("Kenya and Norway sign trade deal", 1), ("Market report", 0)])
def test_what_an_agreement_will_do_binds_its_parties_where_the_article_is_about_it(
    nlp: Language, title: str, rows: int
) -> None:
    names = Names(author=BOTH)
    text = "The agreement will remove all duties on fish."
    found = find_commitments(nlp(text), Article("a", text, title), names, (), (), ())
    assert [row.committer_referent.countries for row in found] == [("KEN", "NOR")] * rows


def test_in_an_agreement_the_other_party_is_the_counterparty(find: Find) -> None:
    (row,) = find("Kenya will remove all duties on fish.", title="Kenya and Norway reach trade agreement")
    assert row.counterparty.countries == ("NOR",)


def test_a_counterparty_holds_for_all_deeds_of_its_cue(find: Find) -> None:
    first, second = find("President Ruto ordered the renewal of ties with Norway and an end to the visa fees.")
    assert first.counterparty == NORWAY
    assert second.counterparty == NORWAY


def test_in_whose_presence_something_is_signed_is_no_counterparty(find: Find) -> None:
    (row,) = find("Kenya signed a ceasefire agreement in the presence of Prime Minister Store.")
    assert not row.counterparty.leader_ids


def test_we_in_what_a_government_publishes_is_its_state_where_nobody_signs(nlp: Language) -> None:
    text = "We will continue to target the smugglers."
    names = Names(participants=NOBODY, home=NORWAY)
    (row,) = find_commitments(nlp(text), Article("a", text, "FACT SHEET: Border security"), names, (), (), ())
    assert row.committer_referent == NORWAY


def test_we_who_will_discuss_something_at_a_meeting_are_both_who_meet(find: Find) -> None:
    quoted = '"We will discuss the port together," President Ruto said.'
    (row,) = find(quoted, [said(quoted, '"We will discuss the port together,"', RUTO, "direct")])
    assert row.committer_referent == BOTH


def test_we_in_a_transcript_is_whom_the_last_label_names(nlp: Language) -> None:
    text = "President William Ruto: Good morning. We will build the dam."
    names = Names(known={"William Ruto": RUTO, "President William Ruto": RUTO})
    (row,) = find_commitments(nlp(text), Article("a", text), names, (), (), ())
    assert row.committer_referent == RUTO


def test_a_task_force_of_two_states_that_write_together_is_both(nlp: Language) -> None:
    text = "The Task Force will continue to monitor the market."
    both = Referent((), ("KEN", "NOR"), "government", "author", 0.8)
    names = Names(participants=RUTO, author=both, home=KENYA)
    (row,) = find_commitments(nlp(text), Article("a", text, "Joint Statement"), names, (), (), ())
    assert row.committer_referent.countries == ("KEN", "NOR")


def test_an_office_without_a_name_in_a_fact_sheet_is_the_publishing_state(nlp: Language) -> None:
    text = "The Secretary will monitor the port."
    names = Names(participants=NOBODY, home=NORWAY)
    (row,) = find_commitments(nlp(text), Article("a", text, "Fact Sheet: Ports"), names, (), (), ())
    assert row.committer_referent == NORWAY


def test_what_is_done_to_a_subject_is_two_deeds_without_objects(find: Find) -> None:
    rows = find("President Ruto said the ship will not be moved or sold by Kenya.")
    assert [row.action for row in rows] == ["move", "sell"]


def test_a_time_in_a_relative_clause_is_not_the_deadline(find: Find) -> None:
    text = "The aid that Norway will announce tonight will be sent by Norway in May."
    tonight = when(text, "tonight", date(2026, 2, 10), date(2026, 2, 10))
    may = when(text, "in May", date(2026, 5, 1), date(2026, 5, 31))
    rows = find(text, times=[tonight, may], published_on=date(2026, 2, 10))
    assert next(row for row in rows if row.action == "send").due == may.date


def test_a_time_that_is_told_of_who_acts_is_no_deadline(find: Find) -> None:
    text = "Norway, which will hold elections in September, pledged to deliver ten tanks."
    september = when(text, "in September", date(2026, 9, 1), date(2026, 9, 30))
    rows = find(text, times=[september], published_on=date(2026, 2, 10))
    assert [row.due for row in rows if row.action == "deliver"] == [None]


def test_the_word_that_opens_a_promise_is_not_its_object(find: Find) -> None:
    rows = find("The minister repeated the assurance that Norway will continue to assist Ukraine.")
    assert [row.object for row in rows if row.action == "assist"] == ["Ukraine"]


def test_an_until_clause_is_an_open_deadline(find: Find) -> None:
    (row,) = find("Norway will not rest until the sailors are home.")
    assert row.due is not None and (row.due.text, row.due.precision) == ("until the sailors are home", "open")


@pytest.mark.parametrize(
    ("sentence", "polarity"),
    [
        ("Ruto promised not to raise tariffs.", "refrain"),
        ("Ruto pledged never to close the port.", "refrain"),
        ("Ruto promised that Kenya will not leave the union.", "refrain"),
        ("Ruto promised to lower tariffs.", "do"),
    ],
)
def test_a_negated_deed_is_a_promise_to_refrain(find: Find, sentence: str, polarity: str) -> None:
    assert [row.polarity for row in find(sentence)] == [polarity]


def test_a_condition_is_kept_with_its_promise(find: Find) -> None:
    (row,) = find("If Norway agrees, Kenya will open the port.")
    assert row.condition == "If Norway agrees"


def amount(text: str, words: str, value: float, unit: str) -> Quantity:
    start = text.index(words)
    return Quantity(start, start + len(words), words, value, unit)


def test_the_amount_is_what_is_promised_and_the_baseline_what_it_is_up_from(find: Find) -> None:
    text = "Kenya will raise purchases to 20 tons a year, up from 12 tons."
    twenty, twelve = amount(text, "20 tons", 20, "t"), amount(text, "12 tons", 12, "t")
    (row,) = find(text, quantities=[twenty, twelve])
    assert row.quantity == twenty
    assert row.baseline == twelve


def when(text: str, words: str, start: date, end: date) -> TimeExpression:
    at = text.index(words)
    return TimeExpression(at, at + len(words), ResolvedDate(words, start, end, "day", "published_at"))


def test_before_a_year_ends_before_it_begins(find: Find) -> None:
    text = "Ruto pledged to finish the dam before 2030."
    year = when(text, "before 2030", date(2030, 1, 1), date(2030, 12, 31))
    (row,) = find(text, times=[year], published_on=date(2026, 2, 10))
    assert row.due is not None and (row.due.start, row.due.end) == (None, date(2029, 12, 31))


def test_due_is_the_time_of_the_clause_that_lies_ahead(find: Find) -> None:
    text = "Norway will send the aid that it promised last week by 1 March."
    past = when(text, "last week", date(2026, 2, 2), date(2026, 2, 8))
    ahead = when(text, "by 1 March", date(2026, 3, 1), date(2026, 3, 1))
    (row,) = find(text, times=[past, ahead], published_on=date(2026, 2, 10))
    assert row.due == ahead.date


def test_the_day_of_a_warning_is_no_deadline(find: Find) -> None:
    text = "Prime Minister Store warned President Ruto in a call on Tuesday that Norway will answer an attack."
    tuesday = when(text, "on Tuesday", date(2026, 2, 10), date(2026, 2, 10))
    (row,) = find(text, times=[tuesday], published_on=date(2026, 2, 10))
    assert row.due is None


@pytest.mark.parametrize(
    "text",
    [
        "President Ruto suggested that the ministers meet in Nairobi in January.",
        "Norway proposed that the leaders approve a roadmap next year.",
    ],
)
def test_a_proposal_to_others_commits_nobody(find: Find, text: str) -> None:
    assert [row.action for row in find(text) if row.action in {"meet", "approve"}] == []


def test_the_end_of_what_was_promised_is_no_promise_of_its_own(find: Find) -> None:
    promise = "Kenya will keep standing with its allies for democracy, the rule of law, human rights and free seas"
    text = f"{promise}, he promised."
    (row,) = find(text)
    assert row.action == "stand"


def test_a_name_that_is_a_word_too_is_somebody_who_can_promise(find: Find) -> None:
    text = "President Donald Trump met Ruto on Friday.\n\nTrump will welcome Ruto to Washington this fall."
    assert [row.action for row in find(text)] == ["welcome"]


def test_an_act_signed_long_ago_is_no_commitment_of_today(find: Find) -> None:
    text = "In March 2024, President Ruto signed a trade agreement."
    past = when(text, "In March 2024", date(2024, 3, 1), date(2024, 3, 31))
    assert find(text, times=[past], published_on=date(2026, 2, 10)) == []


def test_confidence_is_higher_for_a_plain_pledge_than_for_a_passive_of_nobody(find: Find) -> None:
    (pledge,) = find("Norway pledged to double its aid.")
    (passive,) = find("The road will be repaired.")
    assert pledge.confidence > passive.confidence


WORDS = [
    *("Kenya", "Norway", "they", "we", "it", "will", "would", "not", "agreed", "to", "commit", "pledged", "sign"),
    *("host", "the", "treaty", "summit", "on", "with", "and", "if", ".", ",", '"', "plans", "its", "commitment"),
]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=25))
def test_every_row_has_spans_of_the_text_and_codes_of_the_codebook(nlp: Language, tokens: list[str]) -> None:
    text = " ".join(tokens)
    for row in find_commitments(nlp(text), Article("a", text), Names(), [], [], []):
        assert row.spans == sorted(row.spans)
        assert all(
            0 <= start < end <= len(text) and text[start:end].strip() == text[start:end] for start, end in row.spans
        )
        assert row.firmness in FIRMNESS
        assert row.polarity in POLARITY
        assert 0 <= row.confidence <= 1
        assert row.action


def test_the_lexicon_holds_only_codes_of_the_codebook() -> None:
    lexicon = load_lexicon()
    assert {cue.firmness for cues in lexicon.cues.values() for cue in cues} == set(FIRMNESS)


def test_an_empty_text_has_no_commitments(nlp: Language) -> None:
    assert find_commitments(Doc(nlp.vocab), Article("a", ""), Names(), [], [], []) == []
