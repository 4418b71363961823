"""How many of the meetings that the US record knows, and White House documents tell of, are in `events`.

    python -m benchmarks.visits [--cache FOLDER] [--missed FILE] [--write docs/visits.md]

Reads the record of foreign leaders' visits and of the President's travels (HistoryAtState, CC0) and the White House
documents from `../shared`; says so and stops where that folder is absent. Documents and parses are kept in the cache
folder, so that another run after a change of rules takes a minute.

A meeting is in `events` where one row has the type of an encounter, the leader and the United States among its
participants, and a day that lies in the days of the record. Which documents tell of a meeting is decided without the
pipeline (`benchmarks.visit_records`); only these are read, and of those with more than `LONG` words (press briefings)
only the shortest, for meetings that no shorter document tells of.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import sys
import tarfile
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
from spacy.language import Language
from spacy.tokens import Doc, DocBin

from benchmarks import visit_records
from benchmarks.score import SHARED
from benchmarks.visit_records import Meeting, Teller, read_meetings, sentences
from pipelines.extraction import parse as parsing
from pipelines.extraction.dates import find_times
from pipelines.extraction.events import find_events
from pipelines.extraction.extractor import event_row, leader_row
from pipelines.intake.articles import take_in
from pipelines.intake.intake import read_all
from pipelines.intake.sources import find_inputs
from pipelines.linking.linker import Linker
from pipelines.linking.names import fold, words
from pipelines.linking.reference import load_reference
from pipelines.modelling.events import EventTables, model_events
from pipelines.records import Article
from pipelines.settings import REFERENCE
from schemas import spec
from schemas.frames import rows_frame

ENCOUNTERS = ("meeting", "visit", "summit", "negotiation")
HOME = "USA"
LONG = 4000
"""Words from which on a document is read only where no shorter one tells of the meeting."""
LONG_READ = 2
"""Long documents that are read for such a meeting."""
LONGEST_EVENT = timedelta(days=7)
"""An event that is dated by a longer time has no day."""
_INTRODUCTION = """\
Made by `python -m benchmarks.visits --write docs/visits.md`; what was judged by reading lies in
`benchmarks/visit_judgements.csv`. The US record of foreign leaders' visits and of the President's travels
(2021–2024) is held against the events that extraction finds in White House documents of these years. An event is right
that is a meeting, visit, summit or negotiation, has the leader's id and the United States among its participants, and
a day within the days of the record; where the reference lacks the leader, the name counts. Which documents tell of a
meeting is decided by words alone (`benchmarks/visit_records.py`): 40 pairs of record and document, drawn at random,
were read when the filter was almost as it is, and 35 were right. Of the meetings that count as found 30 were drawn and
read, and all 30 were right."""
JUDGEMENTS = Path(__file__).with_name("visit_judgements.csv")

_FIRST, _LAST = "2021-01-01", "2024-12-31"
_PARSE = ["ORTH", "TAG", "HEAD", "DEP", "ENT_IOB", "ENT_TYPE", "LEMMA", "SENT_START", "POS", "MORPH", "NORM", "SPACY"]

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one recorded meeting that documents tell of."""

    meeting: Meeting
    articles: tuple[str, ...]
    """ids of the documents that tell of it"""
    reason: str
    """empty where it is in `events`, else why not"""
    statuses: frozenset[str] = frozenset()
    """of the events that are it: planned only, where only announcements were understood"""

    @property
    def is_found(self) -> bool:
        """Whether it is in `events`."""
        return not self.reason


def main() -> int:
    """Print recall by kind of record; return 1 where there is nothing to measure against."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument(
        "--cache",
        type=Path,
        default=Path(tempfile.gettempdir()) / "readout-visits",
        help="where documents and parses are kept",
    )
    parser.add_argument("--missed", type=Path, help="write the missed meetings, with what was found of them, here")
    parser.add_argument("--write", type=Path, help="write the figures and the kinds of misses as a page")
    arguments = parser.parse_args()
    corpus, record = SHARED / "corpora" / "whitehouse.tar.xz", SHARED / "eval" / "visits"
    if not corpus.is_file() or not record.is_dir():
        print(f"There is no {corpus} or no {record}: they are not part of the project. Nothing was measured.")
        return 1
    reference = load_reference(REFERENCE)
    meetings = read_meetings(record, reference)
    articles = white_house_articles(corpus, arguments.cache)
    told = kept_telling_articles(meetings, articles, arguments.cache)
    chosen = chosen_articles(told, articles)
    tables, leaders, mentioned = extract(articles.filter(pl.col("article_id").is_in(chosen)), arguments.cache)
    verdicts = judge(meetings, told, chosen, tables, leaders, mentioned)
    lines = list(report(verdicts, meetings, len(chosen)))
    print("\n".join(lines))
    if arguments.missed:
        arguments.missed.write_text("\n".join(missed(verdicts, articles, tables, leaders)) + "\n", encoding="utf-8")
    if arguments.write:
        arguments.write.write_text(
            "\n".join(page(verdicts, lines, read_judgements(JUDGEMENTS))) + "\n", encoding="utf-8"
        )
    return 0


def white_house_articles(corpus: Path, cache: Path) -> pl.DataFrame:
    """The `articles` frame of the White House documents of 2021–2024, read once and kept."""
    kept = cache / "articles.parquet"
    if kept.is_file():
        return pl.read_parquet(kept)
    raw = cache / "documents"
    with tarfile.open(corpus) as archive:
        wanted = (m for m in archive if m.isfile() and _FIRST <= Path(m.name).name[: len(_FIRST)] <= _LAST)
        for member in wanted:
            archive.extract(member, raw, filter="data")
    outcomes = [outcome for _, found in read_all(find_inputs(raw), raw, workers=1) for outcome in found]
    articles, _ = take_in(outcomes, "benchmark")
    articles.write_parquet(kept)
    return articles


def kept_telling_articles(meetings: Sequence[Meeting], articles: pl.DataFrame, cache: Path) -> dict[Meeting, list[str]]:
    """`telling_articles`, found once for the same meetings, documents and rule."""
    rule = Path(visit_records.__file__).read_bytes()
    texts = "".join(articles.get_column("article_id"))
    key = hashlib.sha256(b"".join([rule, repr(meetings).encode(), texts.encode()])).hexdigest()[:24]
    kept = cache / f"told-{key}.json"
    if not kept.is_file():
        told = telling_articles(meetings, articles)
        kept.write_text(json.dumps([told.get(meeting, []) for meeting in meetings]), encoding="utf-8")
    found = json.loads(kept.read_text(encoding="utf-8"))
    return {meeting: tellers for meeting, tellers in zip(meetings, found, strict=True) if tellers}


def telling_articles(meetings: Sequence[Meeting], articles: pl.DataFrame) -> dict[Meeting, list[str]]:
    """For each meeting that some document tells of, the ids of these documents."""
    told: dict[Meeting, list[str]] = {}
    folded: dict[str, list[str]] = {}
    for meeting in meetings:
        teller = Teller(meeting)
        near = articles.filter(pl.col("published_on").is_between(*teller.days)).sort("source_path")
        for identifier, title, text, day in near.select("article_id", "title", "text", "published_on").iter_rows():
            if identifier not in folded:
                folded[identifier] = [fold(sentence) for sentence in sentences(title, text)]
            if teller.told(day, folded[identifier]):
                told.setdefault(meeting, []).append(identifier)
    return told


def chosen_articles(told: Mapping[Meeting, Sequence[str]], articles: pl.DataFrame) -> set[str]:
    """The documents that are read: all but long ones, and long ones for what only they tell of."""
    length: dict[str, int] = dict(articles.select("article_id", "word_count").iter_rows())
    chosen: set[str] = set()
    for tellers in told.values():
        short = [identifier for identifier in tellers if length[identifier] <= LONG]
        chosen.update(short or sorted(tellers, key=lambda i: (length[i], i))[:LONG_READ])
    return chosen


def extract(articles: pl.DataFrame, cache: Path) -> tuple[EventTables, pl.DataFrame, dict[str, set[str]]]:
    """The tables of events, the leaders by article, and the ids of the leaders that each article mentions."""
    linker = Linker(load_reference(REFERENCE))
    events: list[Row] = []
    leaders: list[Row] = []
    mentioned: dict[str, set[str]] = defaultdict(set)
    for article, doc in parses(articles, cache / "parses"):
        linked = linker.link(doc, article)
        found = find_events(doc, article, linked, find_times(doc, article.published_on))
        events += [event_row(article, event) for event in found]
        leaders += [leader_row(article, leader) for leader in linked.leaders]
        mentioned[article.article_id] |= {m.leader_id for m in linked.mentions if m.leader_id}
    said = rows_frame(spec("extracted_leaders"), leaders)
    people = said.select("leader_id", "country", "name", "aliases").unique(
        "leader_id", keep="first", maintain_order=True
    )
    told = rows_frame(spec("extracted_events"), events)
    return model_events(told, articles, people), people, mentioned


def parses(articles: pl.DataFrame, folder: Path) -> Iterator[tuple[Article, Doc]]:
    """Each article with its parse, which is kept by text, parser and model."""
    folder.mkdir(parents=True, exist_ok=True)
    nlp = parsing.load_model()
    version = hashlib.sha256(Path(parsing.__file__).read_bytes()).hexdigest()
    todo = []
    for row in articles.sort("article_id").iter_rows(named=True):
        article = Article(**{name: row[name] for name in Article.__slots__})
        key = hashlib.sha256((version + article.text).encode()).hexdigest()[:24]
        todo.append((article, folder / f"{key}.spacy"))
    _parse_missing(nlp, [(article, file) for article, file in todo if not file.is_file()])
    for article, file in todo:
        yield article, next(DocBin().from_bytes(file.read_bytes()).get_docs(nlp.vocab))


def _parse_missing(nlp: Language, missing: Sequence[tuple[Article, Path]]) -> None:
    files = {article.article_id: file for article, file in missing}
    for article, doc in parsing.parse(nlp, [article for article, _ in missing], batch_size=8):
        part = files[article.article_id].with_suffix(".part")
        part.write_bytes(DocBin(attrs=_PARSE, store_user_data=False, docs=[doc]).to_bytes())
        part.replace(files[article.article_id])


def judge(
    meetings: Iterable[Meeting],
    told: Mapping[Meeting, Sequence[str]],
    chosen: set[str],
    tables: EventTables,
    leaders: pl.DataFrame,
    mentioned: Mapping[str, set[str]],
) -> list[Verdict]:
    """For each meeting that documents tell of, whether it is in `events`, else why not."""
    people = leaders.rows(named=True)
    events = {row["event_id"]: row for row in tables.events.iter_rows(named=True)}
    home = {row["leader_id"] for row in people if row["country"] == HOME}
    sides: dict[str, set[str]] = defaultdict(set)
    for row in tables.participants.iter_rows(named=True):
        sides[row["event_id"]].update(side for side in (row["leader_id"], row["country"]) if side)
    is_home = {event for event, found in sides.items() if HOME in found or found & home}
    told_in: dict[str, set[str]] = defaultdict(set)
    for row in tables.mentions.iter_rows(named=True):
        told_in[row["article_id"]].add(row["event_id"])
    verdicts = []
    for meeting in meetings:
        articles = tuple(i for i in told.get(meeting, ()) if i in chosen)
        if not articles:
            continue
        known = leader_ids(meeting, people)
        near = [events[event] for article in articles for event in sorted(told_in[article])]
        near = [event for event in near if event["event_type"] in ENCOUNTERS]
        theirs = [event for event in near if sides[event["event_id"]] & known]
        both = [event for event in theirs if event["event_id"] in is_home]
        right = [event for event in both if is_on_day(event, meeting.start, meeting.end)]
        if right:
            reason = ""
        elif not any(mentioned[article] & known for article in articles):
            reason = "the leader is not linked"
        elif not near:
            reason = "no encounter is found"
        elif not theirs:
            reason = "the leader takes part in no encounter"
        elif not both:
            reason = "the United States take no part"
        elif not any(event["date_start"] for event in both):
            reason = "the event has no date"
        else:
            reason = "the event has another date"
        verdicts.append(Verdict(meeting, articles, reason, frozenset(event["status"] for event in right)))
    return verdicts


def leader_ids(meeting: Meeting, people: Iterable[Row]) -> set[str]:
    """The id of a meeting's leader; where the reference lacks them, the ids of local leaders who bear the name."""
    if meeting.leader_id is not None:
        return {meeting.leader_id}
    wanted = set(meeting.names)
    least = min(2, len(wanted))
    return {
        row["leader_id"]
        for row in people
        if any(
            len(wanted & set(words(name))) >= least and (not meeting.given or meeting.given in words(name))
            for name in (row["name"], *row["aliases"])
        )
    }


def is_on_day(event: Row, start: date, end: date) -> bool:
    """Whether an event has a day, or a few, and shares one with the record."""
    first, last = event["date_start"], event["date_end"]
    if first is None or last is None or event["date_precision"] != "day" or last - first > LONGEST_EVENT:
        return False
    return bool(first <= end and start <= last)


def report(verdicts: Sequence[Verdict], meetings: Sequence[Meeting], read: int) -> Iterator[str]:
    """Recall by kind of record, and the reasons of the misses by kind."""
    recorded = Counter(meeting.kind for meeting in meetings)
    kinds = [*sorted(recorded), "all"]
    yield f"{len(meetings)} recorded meetings, {len(verdicts)} of them told of in {read} documents that were read"
    yield ""
    yield "| record | recorded | told of | in events | recall | of these only as planned |"
    yield "|---|---|---|---|---|---|"
    for kind in kinds:
        of_kind = [v for v in verdicts if kind in (v.meeting.kind, "all")]
        found = [v for v in of_kind if v.is_found]
        planned = sum(v.statuses == {"planned"} for v in found)
        total = sum(n for k, n in recorded.items() if kind in (k, "all"))
        recall = f"{len(found) / len(of_kind):.3f}" if of_kind else ""
        yield f"| {kind} | {total} | {len(of_kind)} | {len(found)} | {recall} | {planned} |"
    yield ""
    yield "| why it is missing | meetings |"
    yield "|---|---|"
    for reason, number in Counter(v.reason for v in verdicts if v.reason).most_common():
        yield f"| {reason} | {number} |"


def missed(
    verdicts: Iterable[Verdict], articles: pl.DataFrame, tables: EventTables, leaders: pl.DataFrame
) -> Iterator[str]:
    """Each missed meeting with its documents and the encounters that were found in them: to be read by eye."""
    paths: dict[str, str] = dict(articles.select("article_id", "source_path").iter_rows())
    names: dict[str, str] = dict(leaders.select("leader_id", "name").iter_rows())
    events = {row["event_id"]: row for row in tables.events.iter_rows(named=True)}
    sides: dict[str, list[str]] = defaultdict(list)
    for row in tables.participants.iter_rows(named=True):
        sides[row["event_id"]].append(names.get(row["leader_id"], row["leader_id"]) or row["country"])
    for verdict in verdicts:
        meeting = verdict.meeting
        if verdict.is_found:
            continue
        who = f"{meeting.leader_text} ({meeting.leader_id})"
        yield " | ".join([meeting.record_id, meeting.kind, who, f"{meeting.start}–{meeting.end}", verdict.reason])
        for article in verdict.articles:
            yield f"    {paths[article]}"
            for row in tables.mentions.filter(pl.col("article_id") == article).sort("start").iter_rows(named=True):
                event = events[row["event_id"]]
                if event["event_type"] in ENCOUNTERS:
                    who = ", ".join(sides[row["event_id"]])
                    what = f"{event['event_type']} {event['status']} {event['date_start']}"
                    yield f"        {what}: {who}: {row['text'][:120]!r}"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What reading the documents of a missed meeting showed."""

    verdict: str
    """missed; not told, where the filter was wrong; record differs, where the record has another day"""
    note: str


def read_judgements(path: Path) -> dict[tuple[str, str], Judgement]:
    """The judgements by record and leader."""
    with path.open(encoding="utf-8", newline="") as lines:
        return {
            (row["record_id"], row["leader"]): Judgement(row["verdict"], row["note"]) for row in csv.DictReader(lines)
        }


def page(
    verdicts: Sequence[Verdict], lines: Sequence[str], judged: Mapping[tuple[str, str], Judgement]
) -> Iterator[str]:
    """The page `docs/visits.md`: figures, and the misses with what reading them showed."""
    unknown = Judgement("not judged", "")
    missing = [(v, judged.get((v.meeting.record_id, v.meeting.leader_text), unknown)) for v in verdicts if v.reason]
    real = [(v, j) for v, j in missing if j.verdict in ("missed", "not judged")]
    told = len(verdicts) - len(missing) + len(real)
    yield "# Recorded meetings that are in `events`"
    yield ""
    yield _INTRODUCTION
    yield ""
    yield from lines
    yield ""
    yield "## What is missing"
    yield f"The documents of every missed meeting were read: of {len(missing)},"
    yield f"{len(missing) - len(real)} are none to be found, for"
    yield "no document tells of them, or all give another day than the record. Without these"
    yield f"**{told - len(real)} of {told}** are in `events`: recall **{(told - len(real)) / told:.3f}**."
    yield ""
    yield "| record | kind | leader | days | found | read | because |"
    yield "|---|---|---|---|---|---|---|"
    for verdict, judgement in sorted(missing, key=lambda pair: (pair[1].verdict, pair[0].meeting.record_id)):
        meeting = verdict.meeting
        days = str(meeting.start) if meeting.start == meeting.end else f"{meeting.start} – {meeting.end}"
        yield (
            f"| {meeting.record_id} | {meeting.kind} | {meeting.leader_text} | {days} | {verdict.reason} "
            f"| {judgement.verdict} | {judgement.note} |"
        )


if __name__ == "__main__":
    sys.exit(main())
