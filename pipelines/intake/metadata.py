"""What a front matter, a JSON object or a page's head says of an article, whatever names it uses for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from pipelines.intake.lexicons import metadata_names
from pipelines.intake.records import Metadata


def metadata_from(values: Mapping[str, object], basis: str = "metadata") -> Metadata:
    """The metadata among `values`, looked up under the names in `raw/lexicons/metadata_names.csv`.

    Objects with a `name` (schema.org, JSON Feed) stand for their name; what is no text is passed over.
    """
    known = lowered(values)
    return Metadata(
        title=first_text(known, "title"),
        url=_web_address(known),
        publisher=first_text(known, "publisher"),
        authors=_authors(known),
        published_at=first_text(known, "published_at"),
        published_basis=basis,
        language=first_text(known, "language"),
        licence=first_text(known, "licence"),
    )


def lowered(values: Mapping[str, object]) -> dict[str, object]:
    """`values` under their names in small letters; the first of two that differ in case alone."""
    known: dict[str, object] = {}
    for name, value in values.items():
        known.setdefault(str(name).lower(), value)
    return known


def first_text(known: Mapping[str, object], field: str) -> str | None:
    """The value of the most trusted name of `field` that has one, as text."""
    for name in metadata_names()[field]:
        texts = as_texts(known.get(name))
        if texts:
            return texts[0]
    return None


def as_texts(value: object) -> tuple[str, ...]:
    """`value` as texts: itself, its name, its date in ISO 8601, or those of its items; empty ones left out."""
    if isinstance(value, str):
        return (text,) if (text := " ".join(value.split())) else ()
    if isinstance(value, datetime | date):
        return (value.isoformat(),)
    if isinstance(value, Mapping):
        return as_texts(value.get("name") or value.get("@value"))
    if isinstance(value, Iterable) and not isinstance(value, bytes):
        return tuple(text for item in value for text in as_texts(item))
    return ()


def _authors(known: Mapping[str, object]) -> tuple[str, ...]:
    for name in metadata_names()["authors"]:
        names = as_texts(known.get(name))
        if names:
            return tuple(dict.fromkeys(name for name in names if not name.startswith(("http://", "https://"))))
    return ()


def _web_address(known: Mapping[str, object]) -> str | None:
    for name in metadata_names()["url"]:
        for text in as_texts(known.get(name)):
            if text.startswith(("http://", "https://")):
                return text
    return None
