from schemas.codes import MENTION_KINDS
from schemas.columns import COUNTRY, SpanRule, Table, column


class Mentions(Table):
    """One mention of a leader, country, organization or person in an article, linked or not."""

    mention_id: str = column("Identifier, made from article, offsets and kind")
    article_id: str = column("The article", references="articles.article_id")
    start: int = column("First character of the mention", unit="code points", least=0)
    end: int = column("Character after the mention", unit="code points", least=1)
    text: str = column("The mention, as written")
    kind: str = column("What is mentioned", codes=MENTION_KINDS)
    leader_id: str = column("The leader, when linked", null=True, references="leaders.leader_id")
    country: str = column(f"{COUNTRY}, when linked", null=True, references="countries.country")
    basis: str = column("How it was linked: full_name, title, surname, pronoun, metonym, …", null=True)
    confidence: float = column("How sure the link is", least=0, most=1)

    class Config:
        metadata = {
            "table": "mentions",
            "key": ("mention_id",),
            "spans": (SpanRule(text="text", start="start", end="end"),),
        }
