import datetime as dt

from schemas.codes import FIRMNESS, POLARITY, PRECISION
from schemas.columns import COUNTRY, SpanRule, Spans, Table, Texts, column


class Commitments(Table):
    """One promised or refused future action by one committer (several when joint), in one article.

    One row per distinct action or per distinct pair of quantity and period.
    The same promise told by several articles is several rows, tied by `pledge_id`.
    """

    commitment_id: str = column("Identifier, made from article, offsets, action and quantity")
    article_id: str = column("The article", references="articles.article_id")
    pledge_id: str = column(
        "Shared by rows of the same promise, however firm and in whatever words; made from what is said first"
    )
    statement_id: str = column(
        "The statement it was made in; NULL when the narrator tells it", null=True, references="statements.statement_id"
    )
    text: str = column("The clause that commits: the texts of `spans` joined by one space")
    spans: Spans = column("Where the text stands, in reading order", unit="code points")
    committer_text: str = column("Who would act, as written", null=True)
    committer_leader_ids: Texts = column("The leaders who would act", references="leaders.leader_id")
    committer_countries: Texts = column(f"{COUNTRY}: the countries that would act", references="countries.country")
    committer_basis: str = column("How the committer was resolved: full_name, pronoun, metonym, …", null=True)
    reported_by_leader_ids: Texts = column(
        "The leaders who tell of it, as speakers of the statement", references="leaders.leader_id"
    )
    self_reported: bool = column("Whether the committer is the one who tells of it", null=True)
    counterparty_leader_ids: Texts = column("The leaders to whom or with whom", references="leaders.leader_id")
    counterparty_countries: Texts = column(f"{COUNTRY}: the countries to or with which", references="countries.country")
    action: str = column("Lemma of the verb that would be done")
    object: str = column("What it would be done to, as written", null=True)
    firmness: str = column("How firmly: considering < willing < intended < pledged < agreed < enacted", codes=FIRMNESS)
    polarity: str = column("Whether to act or not to", codes=POLARITY)
    condition: str = column("The condition it hangs on, as written", null=True)
    quantity_text: str = column("The amount, as written", null=True)
    quantity_value: float = column("The amount, normalised", null=True)
    quantity_unit: str = column("Unit of the amount: t, USD, percent, people, …", null=True)
    baseline_value: float = column("The amount it is compared with (up from …)", null=True)
    baseline_unit: str = column("Unit of the baseline", null=True)
    due_text: str = column("When, as written", null=True)
    due_start: dt.date = column("First day it may be due", null=True)
    due_end: dt.date = column("Last day it may be due", null=True)
    due_precision: str = column("How exact the due date is", null=True, codes=PRECISION)
    due_basis: str = column("How the due date is known: absolute, published_at, …", null=True)
    confidence: float = column("How sure the extractor is of the row", least=0, most=1)

    class Config:
        metadata = {
            "table": "commitments",
            "key": ("commitment_id",),
            "spans": (SpanRule(text="text", spans="spans"),),
        }
