"""Ids: hashes of stable content and offsets, never of row order or time.

The same text at the same place gives the same id on every machine and in every run.
"""

from __future__ import annotations

import hashlib

_SEPARATOR = "\x1f"


def stable_id(prefix: str, *parts: object) -> str:
    """`prefix_` and 16 hex digits of BLAKE2b over `parts`; `None` and "" are told apart."""
    text = _SEPARATOR.join("\x00" if part is None else str(part) for part in parts)
    return f"{prefix}_{hashlib.blake2b(text.encode('utf-8'), digest_size=8).hexdigest()}"
