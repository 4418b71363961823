"""Alerts: what people are told when a run fails or an input is refused, posted as JSON to an address of theirs.

Takes facts of a run; gives messages, and posts them. Never here: when that happens (`assets/automation.py`). What
posts is imported when something is posted: every run knows this module, and most have nothing to tell.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

WEBHOOK = "READOUT_WEBHOOK"
"""The variable that names the address."""

SHOWN = 50
"""How many rows one message holds."""

_TRIES = 4
_TIMEOUT_S = 10


def webhook(environment: Mapping[str, str] = os.environ) -> str | None:
    """The address to post to, if there is one. Raises ValueError where it is none that can be posted to."""
    given = environment.get(WEBHOOK, "").strip()
    if not given:
        return None
    import httpx

    url = httpx.URL(given)
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError(f"{WEBHOOK} must be an address that begins with https:// (or http://), or not be set")
    return given


def failure_message(
    run_id: str, job: str, failed: Sequence[Mapping[str, Any]], checks: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """What is told of a run that failed: the steps with their errors, the checks with what they expected and found."""
    named = [f"{check['asset']}.{check['check']}" for check in checks] or [str(step["step"]) for step in failed]
    text = f"Readout: the run {run_id} of {job} failed" + (f" at {', '.join(named)}" if named else "")
    return {
        "event": "run_failed",
        "text": f"{text}. Nothing was published by it.",
        "run_id": run_id,
        "job": job,
        "failed": list(failed),
        "checks": list(checks),
    }


def quarantine_message(run_id: str, rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What is told of inputs that were refused: each with its reason and what to do about it."""
    refused = [
        {
            "input": row["source_path"],
            "stage": row["stage"],
            "reason": row["reason"],
            "remedy": row["detail"],
        }
        for row in rows
    ]
    count = f"{len(refused)} input was" if len(refused) == 1 else f"{len(refused)} inputs were"
    return {
        "event": "quarantined",
        "text": f"Readout: {count} refused in the run {run_id}: "
        + ", ".join(f"{row['input']} ({row['reason']})" for row in refused[:3])
        + (", …" if len(refused) > 3 else ""),
        "run_id": run_id,
        "count": len(refused),
        "rows": refused[:SHOWN],
    }


def post(url: str, message: Mapping[str, Any], wait: Any = None) -> None:
    """Post the message, again where the other side is away or busy. Redirects are not followed.

    Raises `httpx.HTTPError` where it was not taken in the end. `wait` is tenacity's, for tests.
    """
    import tenacity

    retrying = tenacity.Retrying(
        stop=tenacity.stop_after_attempt(_TRIES),
        wait=wait or tenacity.wait_exponential_jitter(initial=1, max=8),
        retry=tenacity.retry_if_exception(_may_pass),
        reraise=True,
    )
    retrying(_post, url, message)


def _post(url: str, message: Mapping[str, Any]) -> None:
    import httpx

    answer = httpx.post(url, json=message, timeout=_TIMEOUT_S, follow_redirects=False)
    if not answer.is_success:
        raise httpx.HTTPStatusError(
            f"{WEBHOOK} answered {answer.status_code} {answer.reason_phrase}", request=answer.request, response=answer
        )


def _may_pass(error: BaseException) -> bool:
    import httpx

    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code in (408, 425, 429) or error.response.is_server_error
    return isinstance(error, httpx.TransportError)
