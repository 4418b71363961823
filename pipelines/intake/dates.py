"""When an article was published: dates that someone stated as such, never one met in the body's prose.

Only absolute dates count. Nothing here asks the clock or the file system.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import regex
from dateutil import parser as dateutil_parser

_FIRST_YEAR = 1800
_HEAD_PARAGRAPHS = 4
_SYMBOLS = regex.compile(r"[\p{So}*]+")
"""Marks of bold type that a converter left."""
_LETTERED_MONTH = regex.compile(r"\p{L}{3,}")
_LONGEST_HEAD = 200
_LONGEST_DATE = 80
_GAPS = (datetime(2000, 1, 1), datetime(2001, 2, 2))
_HOUR = 3600
_RFC822_ZONES = {
    name: hours * _HOUR
    for hours, names in {0: "UT UTC GMT Z", -4: "EDT", -5: "EST CDT", -6: "CST MDT", -7: "MST PDT", -8: "PST"}.items()
    for name in names.split()
}

_MONTH = (
    r"(?:jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?|apr(?:il|\.)?|may|june?\.?|july?\.?|aug(?:ust|\.)?"
    r"|sept?(?:ember|\.)?|oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)"
)
_DATE = rf"(?P<date>{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}|\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH},?\s+\d{{4}})"
_WEEKDAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+)?"
_PLACE_WORD = r"\p{Lu}[\p{L}.'’/-]*"
_PLACE_NAME = rf"{_PLACE_WORD}(?:\s{_PLACE_WORD}){{0,3}}"
_PLACE = rf"(?-i:{_PLACE_NAME}(?:,\s*{_PLACE_NAME}){{0,2}})"
_FLAGS = regex.IGNORECASE | regex.VERSION1

_AGENCY = r"(?:\s*(?:\([^()]{1,40}\)|/[^/]{1,40}/))"
_PLACE_AND_AGENCY = rf"(?:{_PLACE}{_AGENCY}?,|(?-i:[\p{{Lu}} .'’-]{{3,40}}){_AGENCY}?)"
_DATELINE = regex.compile(
    rf"{_PLACE_AND_AGENCY}\s*(?:[-–—]\s*)?{_WEEKDAY}{_DATE}{_AGENCY}?\s*(?:--?|[–—:])",
    _FLAGS,
)
"""BEIJING, Feb. 5, 2026 (Xinhua) —"""
_RELEASE = regex.compile(rf"for\s+immediate\s+release\s*[:\-–—,]?\s*{_WEEKDAY}{_DATE}", _FLAGS)
"""For Immediate Release: March 3, 2024"""
_DATE_LINE = regex.compile(rf"(?:{_PLACE},\s*)?[(\[]?{_WEEKDAY}{_DATE}[)\]]?\.?", _FLAGS)
"""A paragraph at the head that is nothing but a date, with or without the place."""


@dataclass(frozen=True, slots=True)
class PublicationDate:
    """`at` in UTC (midnight where only the day is known), and the calendar day where it was published."""

    at: datetime
    on: date


def parse_date(written: str) -> PublicationDate | None:
    """The date that `written` stands for: ISO 8601, RFC 5322, or a day with its month in letters.

    None where day, month or year is missing, or where digits alone leave open which is the month (03/04/2024).
    """
    text = written.strip()
    moment = _iso(text) or _lettered(text)
    if moment is None or moment.year < _FIRST_YEAR:
        return None
    try:
        at = moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    except OverflowError:
        return None
    return PublicationDate(at, moment.date())


def find_dateline(paragraphs: list[str]) -> PublicationDate | None:
    """The date that the head of an article gives as its own: a dateline, a release line or a line that is a date."""
    for paragraph in paragraphs[:_HEAD_PARAGRAPHS]:
        bare = _SYMBOLS.sub("", paragraph[:_LONGEST_HEAD]).strip()
        found = _DATELINE.match(bare) or _RELEASE.match(bare) or _DATE_LINE.fullmatch(bare)
        if found:
            return parse_date(found["date"])
    return None


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _lettered(text: str) -> datetime | None:
    """What dateutil reads, where it reads the same whatever it is told to fill gaps with."""
    if len(text) > _LONGEST_DATE or not _LETTERED_MONTH.search(text):
        return None
    try:
        one, other = (dateutil_parser.parse(text, default=gap, tzinfos=_zone) for gap in _GAPS)
    except (ValueError, OverflowError, TypeError):
        return None
    return one if one == other else None


def _zone(name: str | None, offset: int | None) -> int | None:
    """Seconds east of UTC; None for zones whose names mean different things in different countries."""
    return offset if offset is not None else _RFC822_ZONES.get(name or "")
