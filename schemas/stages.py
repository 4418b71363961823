from schemas.columns import Table, column


class RawFiles(Table):
    """One input file that was found in the raw directory, before anything is read out of it."""

    source_path: str = column("The file, relative to the raw directory")
    document_key: str = column("Hash of the file's bytes, its sidecar's bytes and the version of the reader")
    bytes: int = column("Size of the file", unit="bytes", least=0)
    has_sidecar: bool = column("Whether NAME.meta.json lies beside it")

    class Config:
        metadata = {"table": "raw_files", "key": ("source_path",), "published": False}


class ReferenceFiles(Table):
    """One file of reference data: facts on leaders, countries and topics that the linking looks up."""

    name: str = column("The file")
    rows: int = column("Rows in it", least=0)
    sha256: str = column("SHA-256 of its bytes")

    class Config:
        metadata = {"table": "reference_files", "key": ("name",), "published": False}


class LexiconFiles(Table):
    """One lexicon: words that the extraction goes by, as data."""

    name: str = column("The file")
    rows: int = column("Rows in it", least=0)
    sha256: str = column("SHA-256 of its bytes")

    class Config:
        metadata = {"table": "lexicon_files", "key": ("name",), "published": False}


class ParsedDocuments(Table):
    """One input file with what was read out of it."""

    source_path: str = column("The file, relative to the raw directory")
    document_key: str = column("Where its documents lie in the store of parsed documents")
    documents: int = column("Articles it holds", least=0)
    refusals: int = column("Inputs in it that were refused", least=0)

    class Config:
        metadata = {"table": "parsed_documents", "key": ("source_path",), "published": False}


class ExtractedArticles(Table):
    """One article that an extractor has read."""

    article_id: str = column("The article", references="articles.article_id")
    extraction_key: str = column("Where its rows lie in the store of extracted rows")

    class Config:
        metadata = {"table": "extracted_articles", "key": ("article_id",), "published": False}
