"""A mail message: its readable part is the article."""

from __future__ import annotations

from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

from pipelines.intake.decoding import decode
from pipelines.intake.records import BodyKind, Metadata, RawDocument, Reason, Refused
from pipelines.intake.settings import Limits


def read(data: bytes, limits: Limits) -> Iterator[RawDocument]:
    """One document: the plain part, else the HTML. Raises `Refused` (`no_text`, `not_an_article`)."""
    message = BytesParser(policy=policy.default).parsebytes(data)
    if not message.keys():
        raise Refused(Reason.NOT_AN_ARTICLE, "It is no mail message: it has no header lines.")
    part = _readable_part(message)
    payload = part.get_payload(decode=True)
    body = decode(payload, part.get_content_charset()) if isinstance(payload, bytes) else ""
    if not body.strip():
        raise Refused(Reason.NO_TEXT, "The message has no text.")
    kind: BodyKind = "html" if part.get_content_subtype() == "html" else "text"
    yield RawDocument(body, kind, _metadata(message))


def _readable_part(message: EmailMessage) -> EmailMessage:
    try:
        part = message.get_body(preferencelist=("plain", "html"))
    except (AttributeError, KeyError, ValueError) as error:
        raise Refused(Reason.NO_TEXT, "The parts of the message cannot be told apart.") from error
    if not isinstance(part, EmailMessage):
        raise Refused(Reason.NO_TEXT, "The message has attachments, but no text.")
    return part


def _metadata(message: EmailMessage) -> Metadata:
    sender = message.get("From")
    names = tuple(address.display_name or address.addr_spec for address in getattr(sender, "addresses", ()))
    return Metadata(
        title=_header(message, "Subject"),
        url=_header(message, "Archived-At"),
        authors=tuple(name for name in names if name),
        published_at=_header(message, "Date"),
        language=_header(message, "Content-Language"),
    )


def _header(message: EmailMessage, name: str) -> str | None:
    value = message.get(name)
    return " ".join(str(value).split()).strip("<>") or None if value else None
