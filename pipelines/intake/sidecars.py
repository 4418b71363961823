"""Sidecars: `NAME.meta.json` beside an article says what the file itself lacks, and wins over what the file says."""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass, fields
from pathlib import Path

from pipelines.intake.dates import parse_date
from pipelines.intake.language import language_code
from pipelines.intake.records import Metadata, Reason, Refused

_MOST_BYTES = 1024 * 1024
_TEXTS = ("url", "title", "publisher", "published_at", "language", "licence")
KEYS = (*_TEXTS, "authors")


@dataclass(frozen=True, slots=True)
class Sidecar:
    """What a sidecar says, and the faults that do not keep the article out (keys that nobody knows)."""

    metadata: Metadata
    unknown_keys: tuple[str, ...] = ()


def read_sidecar(path: Path) -> Sidecar:
    """The sidecar at `path`. Raises `Refused` (`sidecar_invalid`), naming the JSON, type, date or language at fault."""
    values = _object(path)
    unknown = tuple(f"{key!r}{_suggestion(key)}" for key in sorted(values) if key not in KEYS)
    known = {key: _text(values, key) for key in _TEXTS}
    published, language = known["published_at"], known["language"]
    if published and parse_date(published) is None:
        raise _invalid(f"published_at {published!r} is no date such as 2026-02-05 or 2026-02-05T17:30:00Z.")
    if language and language_code(language) is None:
        raise _invalid(f"language {language!r} is no code of ISO 639-1 such as en.")
    metadata = Metadata(**known, authors=_authors(values), published_basis="sidecar")
    return Sidecar(metadata, unknown)


def merged(sidecar: Metadata, found: Metadata) -> Metadata:
    """`sidecar` where it says something, else `found`; the date keeps the basis of whoever gave it."""
    values = {field.name: getattr(sidecar, field.name) or getattr(found, field.name) for field in fields(Metadata)}
    values["published_basis"] = (sidecar if sidecar.published_at else found).published_basis
    return Metadata(**values)


def _object(path: Path) -> dict[str, object]:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise _invalid(f"it has more than {_MOST_BYTES} bytes.")
        values = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise _invalid(f"it cannot be read: {error.strerror}.") from error
    except json.JSONDecodeError as error:
        raise _invalid(f"it is no JSON: {error.msg} at line {error.lineno}, column {error.colno}.") from error
    except (ValueError, RecursionError) as error:
        raise _invalid("it is no JSON in UTF-8.") from error
    if not isinstance(values, dict):
        raise _invalid("it is no JSON object.")
    return values


def _text(values: dict[str, object], key: str) -> str | None:
    value = values.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise _invalid(f"{key} is not a text: {json.dumps(value)[:60]}.")
    return " ".join(value.split()) or None


def _authors(values: dict[str, object]) -> tuple[str, ...]:
    value = values.get("authors")
    names = [value] if isinstance(value, str) else value or []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise _invalid(f"authors is not a list of names: {json.dumps(value)[:60]}.")
    return tuple(tidy for name in names if (tidy := " ".join(name.split())))


def _suggestion(key: str) -> str:
    close = difflib.get_close_matches(key, KEYS, n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""


def _invalid(fault: str) -> Refused:
    return Refused(Reason.SIDECAR_INVALID, f"The sidecar is wrong: {fault}")
