"""How sure the extraction is that a statement's content and speaker are right: log-odds of observations, added up.

The log-odds are learned from rows of annotated articles that nothing else had learned from (`training/statements.py`)
and lie in `raw/lexicons/statement_confidence.csv`, each with the number of rows behind it.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from pathlib import Path

from pipelines.extraction.lexicons import LEXICONS, read_rows
from pipelines.extraction.scorer import Choice
from pipelines.records import Statement

_STEPS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98)
_SURE, _LIKELY = 0.9, 0.75


def load_log_odds(folder: Path = LEXICONS) -> dict[str, float]:
    """The log-odds of each observation. Raises `FileNotFoundError` or `KeyError` where the file is not as expected."""
    rows = read_rows(folder / "statement_confidence.csv")
    return {row["observation"]: float(row["log_odds"]) for row in rows}


def observations(choice: Choice, statement: Statement, *, known_cue: bool) -> list[str]:
    """What speaks for or against a row, by name. `known_cue`: whether the lexicon of cues has its verb or noun."""
    speaker = statement.referent
    linked = "sure" if speaker.confidence >= _SURE else "likely" if speaker.confidence >= _LIKELY else "doubtful"
    return [
        "bias",
        f"found={bisect_right(_STEPS, choice.probability)}",
        f"shape={bisect_right(_STEPS, choice.shape)}",
        f"type={statement.quote_type}",
        f"linked={linked}|{bool(speaker.leader_ids or speaker.countries)}",
        f"cue={'known' if known_cue else 'unknown'}",
    ]


def probability(names: Sequence[str], log_odds: Mapping[str, float]) -> float:
    """The probability that a row with these observations is right."""
    return 1 / (1 + math.exp(-sum(log_odds.get(name, 0.0) for name in names)))
