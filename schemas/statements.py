import datetime as dt

from schemas.codes import ADDRESSEE_BASES, ATTRIBUTION_TYPES, PLOVER, QUOTE_TYPES, SPEAKER_KINDS, SPEECH_ACTS
from schemas.columns import COUNTRY, SpanRule, Spans, Table, Texts, column


class Statements(Table):
    """One attribution: a speaker, a cue and a content span, in one article.

    The same utterance told by several articles is several rows, tied by `utterance_id`.
    """

    statement_id: str = column("Identifier, made from article and offsets")
    article_id: str = column("The article", references="articles.article_id")
    utterance_id: str = column(
        "Shared by statements of near-same words by the same speakers within days; made from what is said first"
    )
    content: str = column(
        "What is attributed: the smallest span that holds it all, cue and speaker left out; "
        "the texts of `content_spans` joined by one space"
    )
    content_spans: Spans = column("Where the content stands, in reading order", unit="code points")
    quote_type: str = column("Whether the content is quoted words", codes=QUOTE_TYPES)
    attribution_type: str = column("What is attributed (PARC3)", codes=ATTRIBUTION_TYPES)
    speaker_text: str = column("The speaker, as written; may be a pronoun", null=True)
    speaker_start: int = column("First character of the speaker", null=True, unit="code points", least=0)
    speaker_end: int = column("Character after the speaker", null=True, unit="code points", least=1)
    speaker_kind: str = column("Kind of speaker", codes=SPEAKER_KINDS)
    speaker_leader_ids: Texts = column(
        "The leaders who speak; several when they speak jointly", references="leaders.leader_id"
    )
    speaker_countries: Texts = column(f"{COUNTRY}: for whom the speakers speak", references="countries.country")
    speaker_basis: str = column("How the speaker was resolved: full_name, title, pronoun, metonym, …", null=True)
    cue_text: str = column("The words that signal the attribution, as written", null=True)
    cue_start: int = column("First character of the cue", null=True, unit="code points", least=0)
    cue_end: int = column("Character after the cue", null=True, unit="code points", least=1)
    cue_lemma: str = column("Lemma of the cue", null=True)
    addressee_text: str = column("Whom it was said to or asked of, as written; empty where only inferred", null=True)
    addressee_leader_ids: Texts = column("The leaders addressed", references="leaders.leader_id")
    addressee_countries: Texts = column(f"{COUNTRY}: the countries addressed", references="countries.country")
    addressee_basis: str = column("How the addressee is known", null=True, codes=ADDRESSEE_BASES)
    channel: str = column("How it reached the article, when named: Xinhua readout, Truth Social", null=True)
    speech_act: str = column("The act performed (Searle)", codes=SPEECH_ACTS)
    plover: str = column("PLOVER event type, to join with POLECAT-style event data", null=True, codes=PLOVER)
    said_on: dt.date = column("The day it was said", null=True)
    said_on_basis: str = column("How `said_on` is known", null=True)
    confidence: float = column(
        "Probability that the content is attributed here and the speaker is right", least=0, most=1
    )

    class Config:
        metadata = {
            "table": "statements",
            "key": ("statement_id",),
            "spans": (
                SpanRule(text="content", spans="content_spans"),
                SpanRule(text="speaker_text", start="speaker_start", end="speaker_end"),
                SpanRule(text="cue_text", start="cue_start", end="cue_end"),
            ),
        }
