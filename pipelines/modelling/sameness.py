"""Which statements are the same utterance, and which commitments the same pledge, across articles.

Both are conservative: the same people and the same words, but for case, quotation marks and punctuation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import polars as pl

from pipelines.identity import stable_id
from schemas import TABLES
from schemas.frames import conform

_WORD = re.compile(r"\w+(?:[.,’']\w+)*")


def statements(extracted: pl.DataFrame) -> pl.DataFrame:
    """The statements with `utterance_id`: the same speakers and the same words."""
    people = ("speaker_leader_ids", "speaker_countries", "speaker_text", "content")
    same = pl.struct(people).map_elements(_utterance, return_dtype=pl.String).alias("utterance_id")
    return conform(TABLES["statements"], extracted.with_columns(same))


def commitments(extracted: pl.DataFrame) -> pl.DataFrame:
    """The commitments with `pledge_id`: the same committers, action, object, quantity and polarity."""
    parts = (
        "committer_leader_ids",
        "committer_countries",
        "committer_text",
        "action",
        "polarity",
        "object",
        "text",
        "quantity_value",
        "quantity_unit",
    )
    same = pl.struct(parts).map_elements(_pledge, return_dtype=pl.String).alias("pledge_id")
    return conform(TABLES["commitments"], extracted.with_columns(same))


def normalised(text: str | None) -> str:
    """The words of a text in small letters, without punctuation and quotation marks."""
    return " ".join(word.casefold() for word in _WORD.findall(text or ""))


def _utterance(row: Mapping[str, Any]) -> str:
    return stable_id("u", _people(row, "speaker"), normalised(row["content"]))


def _pledge(row: Mapping[str, Any]) -> str:
    what = normalised(row["object"]) or normalised(row["text"])
    amount = (row["quantity_value"], row["quantity_unit"])
    return stable_id("p", _people(row, "committer"), row["action"], row["polarity"], what, *amount)


def _people(row: Mapping[str, Any], role: str) -> str:
    """Who, by id; by the words where nobody could be named."""
    known = [*row[f"{role}_leader_ids"]] or [*row[f"{role}_countries"]]
    return " ".join(sorted(known)) or normalised(row[f"{role}_text"])
