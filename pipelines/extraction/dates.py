"""Time expressions: where they stand in a text, and which days they mean.

A small grammar of English dates in the manner of TimeML's TIMEX3 (Pustejovsky et al. 2003): expressions that say a
date in full resolve by themselves, relative ones ("on Wednesday", "last October") against the publication date, and
vague ones ("soon") are found but stay open. The words of the calendar are data (`raw/lexicons/calendar.csv`,
`raw/lexicons/vague_times.csv`); the rules that combine them are here.

A guess is worse than a gap: a bare number, "may" the verb and "march" the noun are no dates, and a relative
expression without a publication date has no days.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from itertools import groupby
from pathlib import Path
from typing import Literal

from spacy.tokens import Doc, Token

from pipelines.extraction.lexicons import LEXICONS, read_rows
from pipelines.records import ResolvedDate, TimeExpression, text_of

Tense = Literal["past", "future"]

ABSOLUTE = "absolute"
RELATIVE = "published_at"
OPEN = "open"


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `start` to `end`, both included."""

    start: date
    end: date
    precision: str
    basis: str


def day_period(start: date, basis: str, end: date | None = None) -> Period:
    """One day, or the days up to `end`."""
    return Period(start, end or start, "day", basis)


def month_period(year: int, month: int, basis: str) -> Period:
    """A calendar month."""
    return Period(date(year, month, 1), date(year, month, monthrange(year, month)[1]), "month", basis)


def quarter_period(year: int, quarter: int, basis: str) -> Period:
    """A quarter of a calendar year."""
    last = month_period(year, quarter * 3, basis)
    return Period(date(year, quarter * 3 - 2, 1), last.end, "quarter", basis)


def season_period(year: int, first_month: int, basis: str) -> Period:
    """A meteorological season of the northern hemisphere; the winter of 2025 begins in December 2025."""
    start = date(year, first_month, 1)
    last = add_months(start, 2)
    return Period(start, month_period(last.year, last.month, basis).end, "season", basis)


def year_period(year: int, basis: str, last: int | None = None) -> Period:
    """A calendar year, or the years up to `last`."""
    return Period(date(year, 1, 1), date(last or year, 12, 31), "year", basis)


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the month's last day where it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_units(day: date, unit: str, number: int) -> date:
    """The day so many calendar units later (or earlier, where the number is negative)."""
    if unit in ("day", "week"):
        return day + timedelta(days=number * (7 if unit == "week" else 1))
    return add_months(day, number * {"month": 1, "quarter": 3, "year": 12, "decade": 120, "century": 1200}[unit])


def unit_period(day: date, unit: str, basis: str) -> Period:
    """The calendar unit that holds the day: its week (from Monday), month, quarter, year, decade or century."""
    if unit == "day":
        return day_period(day, basis)
    if unit == "week":
        monday = day - timedelta(days=day.weekday())
        return day_period(monday, basis, monday + timedelta(days=6))
    if unit == "month":
        return month_period(day.year, day.month, basis)
    if unit == "quarter":
        return quarter_period(day.year, (day.month + 2) // 3, basis)
    span = {"year": 1, "decade": 10, "century": 100}[unit]
    first = day.year - day.year % span
    return year_period(first, basis, first + span - 1)


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a relative expression resolves against: the publication date, and the tense of its clause."""

    published_on: date
    tense: Tense | None

    def nearest(self, candidates: list[Period]) -> Period:
        """The candidate that the tense allows and that lies nearest to the publication date.

        Of two as near, the later: news dates what is new.
        """
        if self.tense == "past":
            allowed = [period for period in candidates if period.start <= self.published_on]
        elif self.tense == "future":
            allowed = [period for period in candidates if period.end >= self.published_on]
        else:
            allowed = candidates
        return min(allowed or candidates, key=lambda period: (self._distance(period), -period.start.toordinal()))

    def _distance(self, period: Period) -> int:
        return max((period.start - self.published_on).days, (self.published_on - period.end).days, 0)


class Calendar:
    """The words of the calendar and the grammar over them, ready to search with."""

    def __init__(self, folder: Path) -> None:
        rows = read_rows(folder / "calendar.csv")
        self._values: dict[str, dict[str, str]] = {}
        self._words: dict[str, list[str]] = {}
        for row in rows:
            self._values.setdefault(row["kind"], {})[row["word"].lower()] = row["value"]
            self._words.setdefault(row["kind"], []).append(row["word"])
        self._vague = [row["phrase"] for row in read_rows(folder / "vague_times.csv")]

    def value(self, kind: str, word: str) -> int:
        """What a word of a kind counts for: 5 for the ordinal "fifth"."""
        return int(self._values[kind][word.lower()])

    def month(self, word: str) -> int:
        """The number of a month, written in full or short."""
        name = word.lower().rstrip(".")
        return int(self._values["month"].get(name) or self._values["short_month"][name])

    def looks_ahead(self, lemma: str) -> bool:
        """Whether what such a verb puts a date on still lies ahead ("scheduled for", "expected on")."""
        return lemma in self._values["forward_verb"]

    def counts_things(self, word: str) -> bool:
        """Whether a number before this word counts things, so that "2000 troops" is no year."""
        return word.lower() in self._values["counted"]

    def unit(self, word: str) -> str:
        """The calendar unit that a word names, in the singular."""
        return self._values["unit"][re.sub(r"s$", "", word.lower())]

    def count(self, word: str | None) -> int | None:
        """How many: "two" is 2, no word is 1, and None stands for a number left open ("several")."""
        if not word:
            return 1
        text = re.sub(r"\s+", " ", word.lower())
        if text.isdigit():
            return int(text)
        value = self._values["number"][text]
        return int(value) if value else None

    def macros(self) -> dict[str, str]:
        """The kinds of word as regular expressions: names keep their capital, other words do not mind."""

        def anycase(words: list[str]) -> str:
            longest_first = sorted(words, key=len, reverse=True)
            either = "|".join(re.escape(word).replace(r"\ ", GAP) for word in longest_first)
            return f"(?={_one_of(word[0] for word in words)})(?i:{either})"

        def named(words: list[str]) -> str:
            longest_first = sorted(words, key=len, reverse=True)
            either = "|".join(f"{w}|{w.upper()}" for w in longest_first)
            return rf"(?={_one_of(word[0] for word in words)})(?:{either})\b"

        def joined(words: str) -> str:
            return rf"(?:\s?[–—-]\s?|{GAP}(?i:{words}){GAP})"

        return {
            "MONTH": "(?:" + named(self._words["month"]) + "|" + named(self._words["short_month"]) + r"\.?)",
            "NAMED": "".join(rf"(?<!{word}\s)" for word in self._words["named_day"]),
            "FULLMONTH": named([word for word in self._words["month"] if word not in self._words["everyday_word"]]),
            "EVERYDAY": named(self._words["everyday_word"]),
            "WEEKDAY": named(self._words["weekday"]),
            "SEASON": anycase(self._words["season"]) + r"\b",
            "ORDINAL": anycase(self._words["ordinal"]) + r"\b",
            "NUMBER": r"(?:\d{1,3}|" + anycase(self._words["number"]) + r")\b",
            "UNIT": anycase(self._words["unit"]) + r"s?\b",
            "DAYWORD": anycase(self._words["day_word"]) + r"\b",
            "VAGUE": anycase(self._vague) + r"\b",
            "DAY": r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?!\w|[.,:]\d|\s?%)",
            "YEAR": r"(?:1[5-9]|20)\d\d(?!\w|[.,]\d|\s?%)",
            "TO": joined("to|and|through|until"),
            "OR": joined("to|and|or|through|until"),
            "GAP": GAP,
        }

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """All rules as one expression, so that a text is read once."""
        macros = self.macros()
        after = "|".join(_alternative(rule, macros) for rule in AFTER_PREPOSITION)
        anywhere = "|".join(_alternative(rule, macros) for rule in RULES)
        preposition = rf"(?:(?P<prep>{PREPOSITION}){GAP})?"
        rules = f"{preposition}(?:{anywhere}|(?(prep)(?:{after})|(?!)))"
        return re.compile(rf"(?<![\w$€£¥-])(?=\d|{_any_word_of(rules)}){rules}")


def _one_of(letters: Iterable[str]) -> str:
    """Any of these letters, small or capital: looked at first, it spares most words the trial of each alternative."""
    return "[" + "".join(sorted({form for letter in letters for form in (letter.lower(), letter.upper())})) + "]"


def _any_word_of(pattern: str) -> str:
    """Any word that stands in the pattern: looked at first, it spares the others the trial of each rule."""
    literal = re.sub(r"\(\?P<\w+>|\(\?\(\w+\)|\(\?[a-z]+:|\[[^\]]*\]|\\\w", " ", pattern)
    words = sorted({word.lower() for word in re.findall(r"[^\W\d_]+", literal)})
    by_letter = groupby(words, key=lambda word: word[0])
    either = "|".join(f"{_one_of(first)}(?i:{'|'.join(word[1:] for word in own)})" for first, own in by_letter)
    return rf"(?:{either})s?(?![^\W\d_])"


def _alternative(rule: Rule, macros: dict[str, str]) -> str:
    """The rule's pattern with its macros filled in and its groups named apart from the other rules'."""
    filled = re.sub(r"\{([A-Z]+)\}", lambda macro: macros[macro[1]], rule.pattern)
    named = re.sub(r"\(\?P<(\w+)>", rf"(?P<{rule.name}__\1>", filled)
    return f"(?P<{rule.name}>{named})"


@lru_cache(maxsize=1)
def calendar() -> Calendar:
    """The calendar of the repository's lexicons, read once."""
    return Calendar(LEXICONS)


# White space that stays inside a paragraph.
GAP = r"(?:[^\S\n]+\n?|\n(?!\s*\n))"

# The preposition belongs to the expression: "by 2030" and "since 2030" say different things.
PREPOSITION = (
    rf"(?i:by{GAP}the{GAP}(?:very{GAP})?end{GAP}of|at{GAP}the{GAP}(?:end|start|beginning){GAP}of|before{GAP}the{GAP}end{GAP}of"
    rf"|(?:by|at|in|since|until){GAP}the{GAP}(?:middle|beginning|start){GAP}of|in{GAP}the{GAP}course{GAP}of"
    rf"|no{GAP}later{GAP}than|as{GAP}of|starting(?:{GAP}(?:in|from|on))?|beginning(?:{GAP}(?:in|from|on))?|ahead{GAP}of"
    r"|on|in|by|until|till|before|after|since|from|during|within|over|through|throughout|for|late|early)"
)

Groups = dict[str, str]
Resolver = Callable[[Groups, Anchor | None], Period | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """One shape of time expression: its pattern, over the calendar's macros, and how it resolves."""

    name: str
    pattern: str
    resolve: Resolver


def _year_named(groups: Groups, anchor: Anchor | None) -> tuple[int, str] | None:
    """The year that the expression itself says: "2025", or "this year" against the publication date."""
    if "year" in groups:
        return int(groups["year"]), ABSOLUTE
    if "which" in groups and anchor is not None:
        return anchor.published_on.year + _shift(groups["which"]), RELATIVE
    return None


def _shift(which: str) -> int:
    """How far "last", "this" and "next" point."""
    words = set(which.lower().split())
    if words & {"last", "previous", "past"}:
        return -1
    return 1 if words & {"next", "coming", "following", "new", "upcoming"} else 0


def _month(groups: Groups, key: str = "month") -> int:
    return calendar().month(groups[key])


def _day(groups: Groups, key: str = "day") -> int:
    return int(re.sub(r"\D", "", groups[key]))


def _dated(year: int, month: int, day: int) -> date | None:
    """The day, or None where the calendar has no such day (30 February)."""
    return date(year, month, day) if 1 <= day <= monthrange(year, month)[1] else None


def _weekday_in(groups: Groups) -> int | None:
    return calendar().value("weekday", groups["weekday"]) if "weekday" in groups else None


def _days(year: int, groups: Groups, basis: str) -> Period | None:
    """The day of a month of a year, or the range that "23–25 March" and "30 March – 2 April" name."""
    start = _dated(year, _month(groups), _day(groups))
    if start is None:
        return None
    if "last_day" not in groups:
        return day_period(start, basis)
    month = _month(groups, "last_month") if "last_month" in groups else start.month
    end = _dated(year + (month < start.month), month, _day(groups, "last_day"))
    return day_period(start, basis, end) if end is not None and start <= end else None


def resolve_iso(groups: Groups, anchor: Anchor | None) -> Period | None:
    """2020-11-09."""
    month = int(groups["number"])
    day = _dated(int(groups["year"]), month, _day(groups)) if 1 <= month <= 12 else None
    return None if day is None else day_period(day, ABSOLUTE)


def resolve_day(groups: Groups, anchor: Anchor | None) -> Period | None:
    """A day of a month; without a year, the one nearest to the publication date that the tense allows."""
    said = _year_named(groups, anchor)
    if said is not None:
        return _days(said[0], groups, said[1])
    if anchor is None:
        return None
    around = [_days(anchor.published_on.year + shift, groups, RELATIVE) for shift in (-1, 0, 1)]
    periods = [period for period in around if period is not None]
    weekday = _weekday_in(groups)
    fitting = [period for period in periods if period.start.weekday() == weekday]
    return anchor.nearest(fitting or periods) if periods else None


def resolve_month(groups: Groups, anchor: Anchor | None) -> Period | None:
    """A month; "last October" is the latest one that is over, and a bare one the nearest that the tense allows."""
    month = _month(groups)
    said = _year_named(groups, anchor)
    if said is not None:
        return month_period(said[0], month, said[1])
    if anchor is None:
        return None
    today = anchor.published_on
    if "rel" in groups:
        return month_period(_year_relative(groups["rel"], today, month), month, RELATIVE)
    return anchor.nearest([month_period(today.year + shift, month, RELATIVE) for shift in (-1, 0, 1)])


def _year_relative(which: str, today: date, month: int) -> int:
    """The year of "last", "this" or "next" October, seen from a day."""
    shift = _shift(which)
    if shift < 0:
        return today.year - (month >= today.month)
    if shift > 0:
        return today.year + (month <= today.month)
    return today.year


def resolve_months(groups: Groups, anchor: Anchor | None) -> Period | None:
    """A run of months of one year: "March to May 2024"."""
    year, first, last = int(groups["year"]), _month(groups), _month(groups, "last_month")
    if last < first:
        return None
    return Period(date(year, first, 1), month_period(year, last, ABSOLUTE).end, "month", ABSOLUTE)


def resolve_month_run(groups: Groups, anchor: Anchor | None) -> Period | None:
    """Months without their year: "in November and December", "April or May"."""
    first = resolve_month(groups, anchor)
    if first is None:
        return None
    month = _month(groups, "last_month")
    last = month_period(first.start.year + (month < first.start.month), month, first.basis)
    return Period(first.start, last.end, "month", first.basis)


def resolve_quarter(groups: Groups, anchor: Anchor | None) -> Period | None:
    """A quarter, or a half, of a year that is said or is the nearest."""
    word = groups.get("ordinal") or groups["q"]
    number = calendar().value("ordinal", word) if "ordinal" in groups else int(word)
    said = _year_named(groups, anchor) or ((anchor.published_on.year, RELATIVE) if anchor else None)
    if said is None:
        return None
    year, basis = said
    if groups.get("part", "").lower() == "half":
        first, last = (1, 2) if number == 1 else (3, 4)
        return Period(quarter_period(year, first, basis).start, quarter_period(year, last, basis).end, "quarter", basis)
    return quarter_period(year, number, basis)


def resolve_season(groups: Groups, anchor: Anchor | None) -> Period | None:
    """A season of a year, or the last, this or the next one."""
    first_month = calendar().value("season", groups["season"])
    said = _year_named(groups, anchor)
    if said is not None:
        return season_period(said[0], first_month, said[1])
    if anchor is None:
        return None
    today = anchor.published_on
    around = [season_period(today.year + shift, first_month, RELATIVE) for shift in (-2, -1, 0, 1)]
    shift = _shift(groups.get("rel", ""))
    if shift < 0:
        return [period for period in around if period.end < today][-1]
    if shift > 0:
        return next(period for period in around if period.start > today)
    begun_or_ahead = [period for period in around if period.end >= today]
    if "rel" in groups and not (anchor.tense == "past" and begun_or_ahead[0].start > today):
        return begun_or_ahead[0]
    return anchor.nearest(around)


def resolve_year(groups: Groups, anchor: Anchor | None) -> Period | None:
    """A calendar year."""
    return year_period(int(groups["year"]), ABSOLUTE)


def resolve_years(groups: Groups, anchor: Anchor | None) -> Period | None:
    """A run of years: "2019–2021", "2026, 2027 and 2028"."""
    first = int(groups["year"])
    last = int(groups["last_year"]) if "last_year" in groups else first // 100 * 100 + int(groups["short_year"])
    return year_period(first, ABSOLUTE, last) if first < last else None


def resolve_decade(groups: Groups, anchor: Anchor | None) -> Period | None:
    """The 1990s."""
    first = int(groups["year"])
    return year_period(first, ABSOLUTE, first + 9)


def resolve_weekday(groups: Groups, anchor: Anchor | None) -> Period | None:
    """A weekday: the latest one (the day of publication included), or the next where the clause looks ahead."""
    if anchor is None:
        return None
    today = anchor.published_on
    weekday = calendar().value("weekday", groups["weekday"])
    which = groups.get("rel", "").lower()
    back = (today.weekday() - weekday) % 7
    ahead = (weekday - today.weekday()) % 7
    if _shift(which) > 0:
        return day_period(today + timedelta(days=ahead or 7), RELATIVE)
    if _shift(which) < 0:
        return day_period(today - timedelta(days=back or 7), RELATIVE)
    looks_ahead = anchor.tense == "future" or which == "this"
    return day_period(today + timedelta(days=ahead) if looks_ahead else today - timedelta(days=back), RELATIVE)


def resolve_weekday_run(groups: Groups, anchor: Anchor | None) -> Period | None:
    """Days of one week: "on Monday and Tuesday"."""
    first = resolve_weekday(groups, anchor)
    if first is None or anchor is None:
        return None
    start = first.start
    end = start + timedelta(days=(calendar().value("weekday", groups["last_weekday"]) - start.weekday()) % 7)
    if start <= anchor.published_on < end and anchor.tense != "future":
        start, end = start - timedelta(days=7), end - timedelta(days=7)
    return day_period(start, first.basis, end)


def resolve_day_word(groups: Groups, anchor: Anchor | None) -> Period | None:
    """Today, yesterday, this morning."""
    if anchor is None:
        return None
    word = groups.get("word")
    shift = calendar().value("day_word", re.sub(r"\s+", " ", word)) if word else 0
    return day_period(anchor.published_on + timedelta(days=shift), RELATIVE)


def resolve_unit(groups: Groups, anchor: Anchor | None) -> Period | None:
    """The last, this or the next calendar unit; "the past week" and "the coming week" are days up to and from now."""
    if anchor is None:
        return None
    today, unit, which = anchor.published_on, calendar().unit(groups["unit"]), groups["rel"].lower().split()
    number = calendar().count(groups.get("number"))
    if number is None:
        return None
    if "number" not in groups and groups["unit"].lower().endswith("s"):
        return None
    shift = _shift(groups["rel"])
    if "new" in which:
        return year_period(today.year + (today.month >= 11), RELATIVE) if unit == "year" else None
    running = "past" in which or "coming" in which or "number" in groups or which == ["the", "last"]
    if shift and running:
        return _running(today, unit, shift * number)
    return unit_period(add_units(today, unit, shift), unit, RELATIVE)


def _running(today: date, unit: str, number: int) -> Period:
    """The units just before or just after a day, not counted by the calendar's own bounds."""
    precision = unit if unit in ("month", "quarter", "year") else "year" if unit in ("decade", "century") else "day"
    if number < 0:
        return Period(add_units(today, unit, number) + timedelta(days=1), today, precision, RELATIVE)
    return Period(today + timedelta(days=1), add_units(today, unit, number), precision, RELATIVE)


def resolve_ago(groups: Groups, anchor: Anchor | None) -> Period | None:
    """Two days ago, a week ago, three years ago: the calendar unit that long before."""
    number = calendar().count(groups["number"])
    if anchor is None or number is None:
        return None
    unit = calendar().unit(groups["unit"])
    return unit_period(add_units(anchor.published_on, unit, -number), unit, RELATIVE)


def resolve_within(groups: Groups, anchor: Anchor | None) -> Period | None:
    """Within five years: from now to then. "In ten years" is that too, but only of what lies ahead."""
    number = calendar().count(groups["number"])
    if anchor is None or number is None or (groups["prep"].lower() == "in" and anchor.tense != "future"):
        return None
    return _running(anchor.published_on, calendar().unit(groups["unit"]), number)


def resolve_open(groups: Groups, anchor: Anchor | None) -> Period | None:
    """An expression that names no days."""
    return None


def resolve_the_unit(groups: Groups, anchor: Anchor | None) -> Period | None:
    """The end of the year, the start of the month: the running one."""
    if anchor is None:
        return None
    return unit_period(anchor.published_on, calendar().unit(groups["unit"]), RELATIVE)


_WHICH = r"(?P<which>(?i:this|last|next|the\s(?:current|previous|following)){GAP}(?i:year))\b"
_SAID_YEAR = r"(?:,?{GAP}(?:(?i:of){GAP})?(?P<year>{YEAR})|,?{GAP}(?:(?i:of){GAP})?" + _WHICH + ")"
_PART = r"(?:(?i:early|mid|late|the{GAP}(?:end|beginning|start|middle){GAP}of)(?:-|{GAP}))?"
_REL_WORDS = (
    *("this{GAP}past", "this{GAP}coming", "the{GAP}new"),
    *("last", "next", "this", "past", "coming", "upcoming", "following", "current", "previous"),
)
_REL = (
    rf"(?={_one_of(word[0] for word in ('the', *_REL_WORDS))})"
    r"(?P<rel>(?i:(?:the{GAP})?(?:" + "|".join(_REL_WORDS) + ")))"
)
_SOONER = r"(?:(?i:earlier|later|late|early){GAP})?"
_DAYTIME = r"(?:{GAP}(?i:morning|afternoon|evening|night))?"
_THE = r"(?:(?i:the){GAP})?"

# In order: where two rules begin at the same word, the first that fits is taken.
RULES = (
    Rule("iso", r"(?P<year>\d{4})-(?P<number>\d\d)-(?P<day>\d\d)(?![\w-])", resolve_iso),
    Rule(
        "days_of",
        r"(?:(?P<weekday>{WEEKDAY}),?{GAP})?" + _THE + r"(?P<day>{DAY})(?:{TO}" + _THE + r"(?P<last_day>{DAY}))?"
        r"{GAP}(?:(?i:of){GAP})?(?P<month>{MONTH})(?:" + _SAID_YEAR + ")?",
        resolve_day,
    ),
    Rule(
        "month_days",
        r"(?:(?P<weekday>{WEEKDAY}),?{GAP}(?:(?i:on|the){GAP})?)?(?P<month>{MONTH}){GAP}" + _THE + r"(?P<day>{DAY})"
        r"(?:{TO}(?:(?P<last_month>{MONTH}){GAP})?(?P<last_day>{DAY})(?!(?<=and\s.){GAP}[a-z]{3}|(?<=and\s..){GAP}[a-z]{3}))?"
        r"(?:" + _SAID_YEAR + ")?",
        resolve_day,
    ),
    Rule("months", r"(?P<month>{MONTH}){TO}(?P<last_month>{MONTH}){GAP}(?P<year>{YEAR})", resolve_months),
    Rule("month_run", r"(?P<month>{MONTH}){OR}(?P<last_month>{MONTH})(?!{GAP}\d)", resolve_month_run),
    Rule("month_year", _PART + r"(?P<month>{MONTH})" + _SAID_YEAR, resolve_month),
    Rule("month_relative", _REL + r"{GAP}(?P<month>{MONTH})", resolve_month),
    Rule(
        "quarter",
        r"(?:" + _THE + r"(?P<ordinal>{ORDINAL}){GAP}(?P<part>(?i:quarter|half))|Q(?P<q>[1-4]))\b"
        r"(?:" + _SAID_YEAR + ")",
        resolve_quarter,
    ),
    Rule("season_year", _PART + _THE + r"(?P<season>{SEASON})" + _SAID_YEAR, resolve_season),
    Rule("season_relative", _REL + r"{GAP}(?P<season>{SEASON})", resolve_season),
    Rule("weekday_relative", _REL + r"{GAP}(?P<weekday>{WEEKDAY})" + _DAYTIME, resolve_weekday),
    Rule(
        "weekday_run",
        r"{NAMED}(?P<weekday>{WEEKDAY})" + _DAYTIME + r"{OR}(?P<last_weekday>{WEEKDAY})(?!,?{GAP}{MONTH})" + _DAYTIME,
        resolve_weekday_run,
    ),
    Rule("weekday", r"{NAMED}(?P<weekday>{WEEKDAY})" + _DAYTIME, resolve_weekday),
    Rule(
        "dated_day_word",
        r"{DAYWORD}(?:,|{GAP}\()\s?(?:{WEEKDAY},?{GAP})?(?P<month>{MONTH}){GAP}(?P<day>{DAY})(?:" + _SAID_YEAR + ")?",
        resolve_day,
    ),
    Rule("day_word", _SOONER + r"(?P<word>{DAYWORD})", resolve_day_word),
    Rule("this_morning", _SOONER + r"(?i:this{GAP}(?:morning|afternoon|evening))\b", resolve_day_word),
    Rule(
        "ago",
        r"(?:(?i:about|some|almost|nearly|over|just){GAP})?(?P<number>{NUMBER}){GAP}(?P<unit>{UNIT}){GAP}(?i:ago)\b",
        resolve_ago,
    ),
    Rule("vague", r"{VAGUE}", resolve_open),
    Rule(
        "unit",
        _SOONER + _REL + r"{GAP}(?:(?P<number>{NUMBER}){GAP})?(?:(?i:calendar|fiscal){GAP})?(?P<unit>{UNIT})"
        r"(?:{GAP}(?i:or{GAP}so))?",
        resolve_unit,
    ),
    Rule(
        "years",
        r"(?P<year>{YEAR})(?:(?:,{GAP}{YEAR})*,?{TO}(?P<last_year>{YEAR})|[–-](?P<short_year>\d\d)\b)",
        resolve_years,
    ),
    Rule("decade", _THE + r"(?P<year>(?:19|20)\d0)s\b", resolve_decade),
    Rule("month", r"(?P<month>{FULLMONTH})", resolve_month),
    Rule("year", r"(?:the{GAP}year{GAP})?(?P<year>(?:19|20)\d\d(?!\w|[.,]\d|\s?%))", resolve_year),
)

# These need their preposition: without it, "May", "spring" and "five years" are no dates.
AFTER_PREPOSITION = (
    Rule("everyday_month", _PART + r"(?P<month>{EVERYDAY})", resolve_month),
    Rule("part_of_month", _PART + r"(?P<month>{MONTH})", resolve_month),
    Rule("bare_season", _THE + r"(?:(?i:early|late){GAP})?(?P<season>{SEASON})", resolve_season),
    Rule("within", r"(?P<number>{NUMBER}){GAP}(?P<unit>{UNIT})", resolve_within),
    Rule("the_unit", r"(?i:the){GAP}(?P<unit>(?i:week|month|quarter|year|decade|century))\b", resolve_the_unit),
)

_RESOLVERS = {rule.name: rule.resolve for rule in (*RULES, *AFTER_PREPOSITION)}


def find_times(doc: Doc, published_on: date | None) -> list[TimeExpression]:
    """All time expressions of a text, in order, none within another.

    Takes the parsed article and its publication date; without one, relative expressions stay open.
    """
    found = []
    for match in _matches(text_of(doc)):
        if not _counts_or_names(doc, match):
            start, end = match.span()
            found.append(TimeExpression(start, end, _resolved(match, published_on, _tense(doc, start, end))))
    return found


def resolve_time(text: str, published_on: date | None, tense: Tense | None = None) -> ResolvedDate:
    """What a phrase that holds a time expression means; `tense` is that of the clause it stands in, where known."""
    for match in _matches(text):
        return _resolved(match, published_on, tense)
    return ResolvedDate(text, None, None, OPEN, None)


def _matches(text: str) -> Iterator[re.Match[str]]:
    """What the grammar finds, less what only looks like a time."""
    for match in calendar().pattern.finditer(text):
        if match.lastgroup is not None and not _is_bare_duration(match):
            yield match


def _rule_of(match: re.Match[str]) -> str:
    return next(name for name in _RESOLVERS if match[name] is not None)


def _is_bare_duration(match: re.Match[str]) -> bool:
    """ "For two years" says how long, not when; "in ten years" and "within a week" say when."""
    return match["within"] is not None and match["prep"].lower() not in ("within", "in")


def _resolved(match: re.Match[str], published_on: date | None, tense: Tense | None) -> ResolvedDate:
    rule = _rule_of(match)
    prefix = f"{rule}__"
    named = match.groupdict().items()
    groups = {name.removeprefix(prefix): text for name, text in named if text and name.startswith(prefix)}
    groups["prep"] = match["prep"] or ""
    anchor = None if published_on is None else Anchor(published_on, tense)
    period = _RESOLVERS[rule](groups, anchor)
    if period is None:
        return ResolvedDate(match[0], None, None, OPEN, None)
    return ResolvedDate(match[0], period.start, period.end, period.precision, period.basis)


def _counts_or_names(doc: Doc, match: re.Match[str]) -> bool:
    """Whether four digits are an amount ("2000 troops") or part of a name ("Vision 2030"), not a year."""
    if match["year"] is None or match["prep"]:
        return False
    span = doc.char_span(match.start(), match.end(), alignment_mode="expand")
    if span is None:
        return False
    following = doc[span.end] if span.end < len(doc) else None
    previous = doc[span.start - 1] if span.start else None
    counts = following is not None and calendar().counts_things(following.text)
    return counts or (previous is not None and previous.pos_ == "PROPN" and not previous.is_sent_start)


def _tense(doc: Doc, start: int, end: int) -> Tense | None:
    """Whether the clause that the expression dates lies before or after the publication; None where it does not say.

    Only an expression that hangs on a verb takes that verb's tense: "their meeting on Friday" may be either.
    """
    span = doc.char_span(start, end, alignment_mode="expand")
    if span is None:
        return None
    verb = span.root
    while verb.pos_ not in ("VERB", "AUX"):
        if verb.head.i == verb.i or (verb.i not in range(span.start, span.end) and verb.pos_ != "ADP"):
            return None
        verb = verb.head
    return verb_tense(verb)


def verb_tense(verb: Token) -> Tense | None:
    """Whether a verb tells of what has been or of what is to come (reported "would" and the infinitive look ahead)."""
    auxiliaries = [child for child in verb.children if child.dep_ in ("aux", "auxpass")]
    if calendar().looks_ahead(verb.lemma_) and any(child.dep_ == "auxpass" for child in auxiliaries):
        return "future"
    if any(child.tag_ in ("MD", "TO") for child in auxiliaries):
        return "future"
    if verb.tag_ == "VBD" or any(child.tag_ == "VBD" or child.lemma_ == "have" for child in auxiliaries):
        return "past"
    return None
