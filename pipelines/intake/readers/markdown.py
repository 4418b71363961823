"""Markdown, with or without YAML front matter."""

from __future__ import annotations

from collections.abc import Iterator

import regex
import yaml

from pipelines.intake.decoding import decode
from pipelines.intake.metadata import metadata_from
from pipelines.intake.records import Metadata, RawDocument, Reason, Refused
from pipelines.intake.settings import Limits

_FRONT_MATTER = regex.compile(
    r"\A\s*---[ \t]*\n(?P<yaml>.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)(?P<body>.*)\Z", regex.DOTALL
)
_LONGEST_FRONT_MATTER = 64 * 1024
_KEY = regex.compile(r"^[\w.:-]+[ \t]*:(?:\s|$)", regex.MULTILINE)


def read(data: bytes, limits: Limits) -> Iterator[RawDocument]:
    """One document. Raises `Refused` (`bad_front_matter`) where the YAML cannot be read."""
    text = decode(data)
    found = _FRONT_MATTER.match(text)
    if found is None or not _KEY.search(found["yaml"]):
        yield RawDocument(text, "markdown")
    else:
        yield RawDocument(found["body"], "markdown", _metadata(found["yaml"]))


def _metadata(front_matter: str) -> Metadata:
    if len(front_matter) > _LONGEST_FRONT_MATTER:
        fault = f"The front matter has more than {_LONGEST_FRONT_MATTER} characters."
        raise Refused(Reason.BAD_FRONT_MATTER, fault)
    if regex.search(r"(?:^|[\s\[,:-])&\w", front_matter):
        raise Refused(Reason.BAD_FRONT_MATTER, "The front matter uses YAML anchors, which are not taken.")
    try:
        # libyaml's loader would be faster, but deep nesting overflows its stack and ends the process
        values = yaml.load(front_matter, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise Refused(Reason.BAD_FRONT_MATTER, f"The front matter is no YAML: {_where(error)}.") from error
    if not isinstance(values, dict):
        raise Refused(Reason.BAD_FRONT_MATTER, "The front matter is not a list of keys and values.")
    return metadata_from(values)


def _where(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or type(error).__name__
    return f"{problem} at line {mark.line + 2}" if mark is not None else str(problem)
