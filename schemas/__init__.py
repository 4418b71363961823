"""The only source of columns: types, meanings, nullability, codes, units and keys of every table.

Takes nothing. Gives `TABLES` (published, in an order in which each table follows those it refers to), `RELEASED` (the
same and what only a release has) and `STAGES` (in the workshop only). Never here: how a value is found, files, Dagster.
"""

from schemas.articles import Articles
from schemas.columns import Column, SpanRule, Table, TableSpec, describe
from schemas.commitments import Commitments
from schemas.countries import Countries
from schemas.coverage import LeaderCoverage
from schemas.events import EventMentions, EventParticipants, Events, ExtractedEvents
from schemas.leaders import ExtractedLeaders, Leaders, LeaderTerms
from schemas.mentions import Mentions
from schemas.quarantine import Quarantine
from schemas.releases import Accuracy, Calibration, Sources
from schemas.stages import ExtractedArticles, LexiconFiles, ParsedDocuments, RawFiles, ReferenceFiles
from schemas.statements import Statements
from schemas.topics import ArticleTopics, CommitmentTopics, StatementTopics, Topics

__all__ = ["RELEASED", "STAGES", "TABLES", "Column", "SpanRule", "Table", "TableSpec", "describe", "spec"]


def _registry(*models: type[Table]) -> dict[str, TableSpec]:
    return {about.name: about for about in map(describe, models)}


TABLES = _registry(
    Topics,
    Countries,
    Articles,
    Quarantine,
    Leaders,
    LeaderTerms,
    LeaderCoverage,
    Mentions,
    Statements,
    Commitments,
    Events,
    EventParticipants,
    EventMentions,
    ArticleTopics,
    StatementTopics,
    CommitmentTopics,
)
RELEASED = TABLES | _registry(Sources, Accuracy, Calibration)
STAGES = _registry(
    RawFiles, ReferenceFiles, LexiconFiles, ParsedDocuments, ExtractedArticles, ExtractedLeaders, ExtractedEvents
)


def spec(name: str) -> TableSpec:
    """The table or stage of that name. Raises KeyError."""
    return TABLES.get(name) or STAGES[name]
