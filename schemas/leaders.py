import datetime as dt

from schemas.codes import END_BASES, OVERLAPS, START_BASES
from schemas.columns import COUNTRY, Table, Texts, Timestamp, column


class Leaders(Table):
    """One person who holds or held senior political office and is mentioned at least once."""

    leader_id: str = column("Wikidata QID, else `local:<slug>` for a person the reference does not know")
    name: str = column("Name in English")
    wikidata_id: str = column("Wikidata QID", null=True)
    country: str = column(f"{COUNTRY} whose office the person holds or held", null=True, references="countries.country")
    aliases: Texts = column("Other names and spellings")
    first_mention: Timestamp = column("Publication time of the earliest dated article with a mention", null=True)
    last_mention: Timestamp = column("Publication time of the latest dated article with a mention", null=True)

    class Config:
        metadata = {"table": "leaders", "key": ("leader_id",)}


class LeaderTerms(Table):
    """One office held by one mentioned leader for one period.

    Leaders that the reference does not know have no terms.
    """

    term_id: str = column("Identifier, made from leader, office, country, start and end")
    leader_id: str = column("Who held the office", references="leaders.leader_id")
    office: str = column("The office, as the source words it")
    office_kind: str = column("Kind of office: head_of_state, head_of_government, foreign_minister, …")
    country: str = column(f"{COUNTRY} whose office it is", null=True, references="countries.country")
    start_date: dt.date = column("First day in office", null=True)
    end_date: dt.date = column("Last day in office; NULL while in office", null=True)
    start_basis: str = column("How the start is known; NULL where it is not", null=True, codes=START_BASES)
    end_basis: str = column("How the end is known", codes=END_BASES)
    overlap: str = column(
        "Why somebody else holds the same office at the time; NULL where nobody does", null=True, codes=OVERLAPS
    )
    source: str = column("Where the fact comes from")
    as_of: str = column("The day, month or year of which the source tells", null=True)

    class Config:
        metadata = {"table": "leader_terms", "key": ("term_id",)}


class ExtractedLeaders(Table):
    """One leader as one article knows them: what `leaders` is made from."""

    article_id: str = column("The article", references="articles.article_id")
    leader_id: str = column("Wikidata QID, else `local:<slug>`")
    name: str = column("Name in English")
    wikidata_id: str = column("Wikidata QID", null=True)
    country: str = column(COUNTRY, null=True)
    aliases: Texts = column("Other names and spellings")

    class Config:
        metadata = {"table": "extracted_leaders", "key": ("article_id", "leader_id"), "published": False}
