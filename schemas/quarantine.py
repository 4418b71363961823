from schemas.codes import STAGES
from schemas.columns import Table, column


class Quarantine(Table):
    """One input or row that was refused, with the reason, the remedy and where it came from."""

    quarantine_id: str = column("Identifier, made from the input, the stage and the reason")
    source_path: str = column(
        "The input, relative to the raw directory; or the file of own rows, relative to its folder"
    )
    stage: str = column("Where it was refused", codes=STAGES)
    table_name: str = column("The table that a refused row was meant for; NULL for a whole input", null=True)
    reason: str = column("Why, as a short code")
    detail: str = column("Why, in words, and what to do about it")
    row_json: str = column("The refused row as JSON; NULL for a whole input", null=True)
    content_sha256: str = column("SHA-256 of the input's bytes, or of the article's text", null=True)

    class Config:
        metadata = {"table": "quarantine", "key": ("quarantine_id",)}
