from schemas.columns import Table, column


class Topics(Table):
    """One node of the topic tree. A child implies its parent."""

    topic_id: str = column("Identifier; a child's starts with its parent's and a full stop")
    parent_id: str = column("The parent; NULL for the first level", null=True, references="topics.topic_id")
    label: str = column("Name, for people")
    definition: str = column("What belongs to it")

    class Config:
        metadata = {"table": "topics", "key": ("topic_id",)}


class ArticleTopics(Table):
    """One topic of one article, with its score."""

    article_id: str = column("The article", references="articles.article_id")
    topic_id: str = column("The topic", references="topics.topic_id")
    score: float = column("How strongly the article is about it", least=0, most=1)

    class Config:
        metadata = {"table": "article_topics", "key": ("article_id", "topic_id")}


class StatementTopics(Table):
    """One topic of one statement, with its score."""

    statement_id: str = column("The statement", references="statements.statement_id")
    topic_id: str = column("The topic", references="topics.topic_id")
    score: float = column("How strongly the statement is about it", least=0, most=1)

    class Config:
        metadata = {"table": "statement_topics", "key": ("statement_id", "topic_id")}


class CommitmentTopics(Table):
    """One topic of one commitment, with its score."""

    commitment_id: str = column("The commitment", references="commitments.commitment_id")
    topic_id: str = column("The topic", references="topics.topic_id")
    score: float = column("How strongly the commitment is about it", least=0, most=1)

    class Config:
        metadata = {"table": "commitment_topics", "key": ("commitment_id", "topic_id")}
