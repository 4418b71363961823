import datetime as dt

from schemas.columns import Table, Texts, Timestamp, column


class Articles(Table):
    """One distinct article text that was taken in.

    Identical content that came from several inputs is one row that lists them all in `source_paths`.
    Articles in a language that has no extractor are kept here and give no rows elsewhere.
    """

    article_id: str = column("Identifier, made from the hash of the text")
    source_path: str = column("The input it came from, relative to the raw directory; the first one by name")
    source_paths: Texts = column("All inputs that hold this text, sorted")
    title: str = column("Headline; it is not repeated in the text", null=True)
    text: str = column("The cleaned text, paragraphs parted by an empty line; all offsets point into it")
    language: str = column("ISO 639-1 code of the language", null=True)
    publisher: str = column("Who published it", null=True)
    url: str = column("Where it was published", null=True)
    authors: Texts = column("Authors, as named")
    published_at: Timestamp = column("When it was published, in UTC", null=True)
    published_on: dt.date = column("The calendar day of publication, where it was published", null=True)
    published_basis: str = column("How `published_at` is known: sidecar, metadata, dateline, …", null=True)
    licence: str = column("Licence of the text, as named", null=True)
    content_sha256: str = column("SHA-256 of the text in UTF-8, hexadecimal")
    story_id: str = column(
        "Shared by near-duplicates: one wire story in ten papers is one story; named after the earliest"
    )
    word_count: int = column("Words in the text", unit="words", least=0)
    pipeline_version: str = column("Version of the project and fingerprint of the extractor that made the rows")

    class Config:
        metadata = {"table": "articles", "key": ("article_id",)}
