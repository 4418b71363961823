from schemas.codes import MEASURED_ON, STATISTICS
from schemas.columns import Table, column


class Sources(Table):
    """One article with its publisher, its licence, and whether the release passes its text on.

    Where it does not, `articles.text` and every passage of it in the other tables are left out: NULL, or empty where a
    column is never NULL. Offsets, hashes and everything that was found out about the text stay.
    """

    article_id: str = column("The article", references="articles.article_id")
    url: str = column("Where it was published", null=True)
    publisher: str = column("Who published it", null=True)
    licence: str = column("Licence of the text, as its source names it", null=True)
    licence_id: str = column("SPDX identifier of that licence, where it has one", null=True)
    licence_url: str = column("Where the licence can be read", null=True)
    is_redistributed: bool = column("Whether the release holds the text")
    redistributed_basis: str = column("What allows it, or why the text is left out")

    class Config:
        metadata = {"table": "sources", "key": ("article_id",)}


class Accuracy(Table):
    """One measured figure of the extractor that made the rows, on one set of annotated articles.

    The interval holds 95 of 100 values that the same measure takes when the articles are drawn anew from the same set,
    with replacement (percentile bootstrap, 2,000 draws, a fixed seed). No row means: unmeasured.
    """

    extractor_version: str = column("Fingerprint of the extractor: what follows `+` in `articles.pipeline_version`")
    measured_on: str = column("The annotated articles", codes=MEASURED_ON)
    measure: str = column("What is compared, as table.part: statements.found, commitments.firmness, …")
    statistic: str = column("How it is counted", codes=STATISTICS)
    value: float = column("The figure", least=0, most=1)
    low: float = column("Lower end of the interval", least=0, most=1)
    high: float = column("Upper end of the interval", least=0, most=1)
    articles: int = column("Annotated articles", unit="articles", least=1)
    annotated_rows: int = column("Rows that the annotation holds", unit="rows", least=0)
    found_rows: int = column("Rows that the extractor gave", unit="rows", least=0)
    right_rows: int = column("Rows that are right", unit="rows", least=0)
    is_held_out: bool = column("Whether no weights were learned from these articles")

    class Config:
        metadata = {"table": "accuracy", "key": ("extractor_version", "measured_on", "measure", "statistic")}


class Calibration(Table):
    """One tenth of the measured rows by confidence, the least sure first: how sure the extractor was, and how right."""

    extractor_version: str = column("Fingerprint of the extractor: what follows `+` in `articles.pipeline_version`")
    measured_on: str = column("The annotated articles", codes=MEASURED_ON)
    table_name: str = column("The table whose rows are counted")
    decile: int = column("Which tenth", least=1, most=10)
    least_confidence: float = column("Least confidence among them", least=0, most=1)
    most_confidence: float = column("Highest confidence among them", least=0, most=1)
    mean_confidence: float = column("Their mean confidence", least=0, most=1)
    rows: int = column("How many they are", unit="rows", least=1)
    right_share: float = column("Share of them that is right", least=0, most=1)
    low: float = column("Lower end of the interval of that share, as in `accuracy`", least=0, most=1)
    high: float = column("Upper end of that interval", least=0, most=1)

    class Config:
        metadata = {"table": "calibration", "key": ("extractor_version", "measured_on", "table_name", "decile")}
