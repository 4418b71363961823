import datetime as dt

from schemas.codes import EVENT_STATUS, EVENT_TYPES, MERGE_BASES, PARTICIPANT_ROLES, PRECISION
from schemas.columns import COUNTRY, SpanRule, Table, Texts, column


class Events(Table):
    """One real-world interaction between or by leaders or governments, however many articles tell of it.

    Accounts are matched by type, participants, day and place; why each was merged is in `event_mentions`. Where they
    differ, the commonest type and the shortest date count, and that it occurred before that it was planned.
    """

    event_id: str = column("Identifier, made from type, participants and day as first told, else from where it is told")
    event_type: str = column("What kind of interaction, as most articles have it", codes=EVENT_TYPES)
    status: str = column("Whether it happened: that it did counts before that it was planned", codes=EVENT_STATUS)
    date_start: dt.date = column("First day", null=True)
    date_end: dt.date = column("Last day", null=True)
    date_precision: str = column("How exact the date is", null=True, codes=PRECISION)
    date_basis: str = column("How the date is known: absolute, published_at, …", null=True)
    place_text: str = column("Where, as written", null=True)
    place_country: str = column(f"{COUNTRY} of the place", null=True, references="countries.country")

    class Config:
        metadata = {"table": "events", "key": ("event_id",)}


class EventParticipants(Table):
    """One participant of one event: a leader, or a country that no leader in it stands for."""

    participant_id: str = column("Identifier, made from event, leader and country")
    event_id: str = column("The event", references="events.event_id")
    leader_id: str = column(
        "The leader; NULL when a country takes part as such", null=True, references="leaders.leader_id"
    )
    country: str = column(
        f"{COUNTRY} that takes part, or that the leader stands for", null=True, references="countries.country"
    )
    role: str = column("What part they have in it", codes=PARTICIPANT_ROLES)

    class Config:
        metadata = {"table": "event_participants", "key": ("participant_id",)}


class EventMentions(Table):
    """One mention of an event in an article."""

    event_id: str = column("The event", references="events.event_id")
    article_id: str = column("The article", references="articles.article_id")
    text: str = column("The words that tell of it")
    start: int = column("First character of the mention", unit="code points", least=0)
    end: int = column("Character after the mention", unit="code points", least=1)
    is_main: bool = column("Whether it is what the article is about")
    told_type: str = column("What kind of interaction, by this account", codes=EVENT_TYPES)
    told_status: str = column("Whether it happened, by this account", codes=EVENT_STATUS)
    told_date_start: dt.date = column("First day, by this account", null=True)
    told_date_end: dt.date = column("Last day, by this account", null=True)
    told_place: str = column("Where, by this account, as written", null=True)
    merge_basis: str = column(
        "Why it is taken for an account of this event; NULL of the account that gives the event its id",
        null=True,
        codes=MERGE_BASES,
    )
    merged_with_article_id: str = column(
        "The article whose account it was matched with", null=True, references="articles.article_id"
    )
    merge_explanation: str = column("What the two accounts have in common, in words", null=True)

    class Config:
        metadata = {
            "table": "event_mentions",
            "key": ("event_id", "article_id", "start", "end"),
            "spans": (SpanRule(text="text", start="start", end="end"),),
        }


class ExtractedEvents(Table):
    """One event as one article tells of it: what `events` and its two companions are made from."""

    article_id: str = column("The article", references="articles.article_id")
    start: int = column("First character of the mention", unit="code points", least=0)
    end: int = column("Character after the mention", unit="code points", least=1)
    text: str = column("The words that tell of it")
    is_main: bool = column("Whether it is what the article is about")
    event_type: str = column("What kind of interaction", codes=EVENT_TYPES)
    status: str = column("Whether it happened", codes=EVENT_STATUS)
    leader_ids: Texts = column("The leaders who take part")
    countries: Texts = column("The countries that take part, those of the leaders among them")
    date_start: dt.date = column("First day", null=True)
    date_end: dt.date = column("Last day", null=True)
    date_precision: str = column("How exact the date is", null=True, codes=PRECISION)
    date_basis: str = column("How the date is known", null=True)
    place_text: str = column("Where, as written", null=True)
    place_country: str = column(f"{COUNTRY} of the place", null=True)

    class Config:
        metadata = {
            "table": "extracted_events",
            "key": ("article_id", "event_type", "start", "end"),
            "spans": (SpanRule(text="text", start="start", end="end"),),
            "published": False,
        }
