"""What a run costs where many articles are there already: `python -m benchmarks.many [--articles 3300 33000]`.

For each number, a warehouse that knows so many articles is made without reading or extracting any: pieces of 450 words
of the White House's documents in ../shared/corpora, each with about as many rows as a bundled article has. Their spans
are true sentences and words of the text; who speaks, promises and meets is drawn, some often and most seldom. Then,
each as a program of its own: a run that makes all tables, one with nothing new, one with ten articles more, which the
extractor reads. Prints seconds and peak memory of each run and of its steps; lines go to benchmarks/results/many.jsonl.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import re
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import batched, islice
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.processes import keep, python
from benchmarks.throughput import CORPUS
from pipelines.extracting import BATCH, TABLE_OF, extraction_keys
from pipelines.extracting import SCHEMAS as EXTRACTION_SCHEMAS
from pipelines.identity import stable_id
from pipelines.intake.clean import count_words
from pipelines.intake.near_duplicates import signature
from pipelines.modelling import reference
from pipelines.reading import SCHEMAS as DOCUMENT_SCHEMAS
from pipelines.reading import count_parsed, find_files, make_articles
from pipelines.settings import REFERENCE, Settings
from pipelines.store import KEY, Store, keyed_frame
from pipelines.versions import extractor_version, intake_version, pipeline_version
from schemas import spec
from schemas.codes import EVENT_TYPES, FIRMNESS, SPEECH_ACTS

ARTICLES = (3_300, 33_000)
ADDED = 10
_WORDS = 450
_FILES_A_PART = 1024
_FIRST_DAY = date(2000, 1, 1)
_DAYS = 9_000
_LEADERS, _MENTIONS, _STATEMENTS, _COMMITMENTS, _EVENTS, _TOPICS = 3, 25, 9, 3, 2, 5
"""Rows an article: those of the bundled articles, on the average."""
_KNOWN = 400
"""Leaders whom the rows are about."""
_SENTENCE = re.compile(r"[^\s.]+ [^.\n]{30,300}\.")
_WORD = re.compile(r"[A-Z][a-z]+")
_SECONDS_BETWEEN_LOOKS = 0.1
_STEPS = """
SELECT step_key, min(timestamp), max(timestamp) FROM event_logs
WHERE step_key IS NOT NULL AND dagster_event_type IN ('STEP_START', 'STEP_SUCCESS') GROUP BY step_key
ORDER BY min(timestamp)
"""

Row = dict[str, Any]


def main() -> int:
    """Measure, print, keep; return 0."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--articles", type=int, nargs="+", default=ARTICLES)
    parser.add_argument("--folder", type=Path, help="keep what is made here, and go on from it")
    parser.add_argument(
        "--steps", type=float, default=1.0, help="tell of steps that take so many seconds of the processors"
    )
    options = parser.parse_args()
    if not CORPUS.exists():
        print(f"skipped: there is no {CORPUS}")
        return 0
    for count in options.articles:
        with tempfile.TemporaryDirectory(prefix="readout-many-") as scratch:
            home = (options.folder or Path(scratch)) / str(count)
            _measure(home, count, options.steps)
    return 0


def _measure(home: Path, count: int, steps: float) -> None:
    settings = Settings(raw=home / "raw", warehouse=home / "warehouse")
    if not (home / "filled").exists():
        began = time.monotonic()
        fill(settings, count)
        (home / "filled").touch()
        print(f"{count:,} articles made up in {time.monotonic() - began:.0f} s", flush=True)
    figures: dict[str, Any] = {"articles": count}
    for name in ("first", "again", "added"):
        if name == "added":
            _add(settings.raw)
        took = _run(settings, home / "dagster")
        print(
            f"{count:,} articles, {name}: {took.seconds:.1f} s by clock, {took.processor:.1f} s of the processors, "
            f"peak {took.peak:,.0f} MiB",
            flush=True,
        )
        for step in took.steps:
            if step.processor >= steps:
                print(
                    f"    {step.name:40} {step.seconds:7.1f} s {step.processor:7.1f} s {step.peak:7,.0f} MiB",
                    flush=True,
                )
        figures |= {
            f"{name}_clock": round(took.seconds, 1),
            f"{name}_processor": round(took.processor, 1),
            f"{name}_peak_mib": round(took.peak),
        }
    keep("many", figures)


def _add(raw: Path) -> None:
    """Add articles that no run has seen, in a folder that was used before as well."""
    for _ in range(ADDED):
        ships = time.time_ns()
        text = f"Ann Lee said on Monday that Norland will buy {ships} ships from Sudland.\n\n" * 8
        (raw / f"added-{ships}.txt").write_text(f"Norland buys {ships} ships\n\n{text}", encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Look:
    """A process at one time: seconds of the processors that it has used, mebibytes that it has in memory."""

    at: float
    processor: float
    memory: float


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a run: seconds by the clock and of the processors, and the most memory that it had, in mebibytes."""

    name: str
    seconds: float
    processor: float
    peak: float


@dataclass(frozen=True, slots=True)
class Took:
    """A run as a whole program, and its steps."""

    seconds: float
    processor: float
    peak: float
    steps: list[Step]


def _run(settings: Settings, dagster: Path) -> Took:
    """Run the job; raises `RuntimeError` with what it printed where it fails."""
    folders = {"READOUT_RAW": settings.raw, "READOUT_WAREHOUSE": settings.warehouse, "DAGSTER_HOME": dagster}
    began = time.monotonic()
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            python("-m", "pipelines", "materialize"),
            env={**os.environ, **{name: str(folder) for name, folder in folders.items()}},
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        looks: list[Look] = []
        while process.poll() is None:
            looks += _look(process.pid)
            time.sleep(_SECONDS_BETWEEN_LOOKS)
        seconds = time.monotonic() - began
        if process.returncode:
            said.seek(0)
            raise RuntimeError(f"the run failed:\n{said.read()[-3000:]}")
    return Took(seconds, looks[-1].processor, max(look.memory for look in looks), [*_steps(dagster, looks)])


def _steps(dagster: Path, looks: Sequence[Look]) -> Iterator[Step]:
    """The steps of the newest run, by Dagster's own log."""
    logs = [path for path in dagster.glob("history/runs/*.db") if path.stem != "index"]
    with closing(sqlite3.connect(max(logs, key=lambda path: path.stat().st_mtime))) as log:
        for name, began, ended in log.execute(_STEPS):
            first, last = (datetime.fromisoformat(f"{when}+00:00").timestamp() for when in (began, ended))
            seen = [look for look in looks if first <= look.at <= last] or [Look(first, 0.0, 0.0)]
            processor = seen[-1].processor - seen[0].processor
            yield Step(name, last - first, processor, max(look.memory for look in seen))


def _look(pid: int) -> Iterator[Look]:
    """What a process has used so far; nothing where it has just ended."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
        ticks = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[11:13]
    except (OSError, IndexError):
        return
    used = sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
    yield Look(time.time(), used, pages * os.sysconf("SC_PAGE_SIZE") / 2**20)


def fill(settings: Settings, count: int) -> None:
    """Make a raw folder of `count` articles, and stores that hold what reading and extraction would give of them."""
    settings.raw.mkdir(parents=True)
    for number, text in enumerate(islice(pieces(CORPUS), count)):
        (settings.raw / f"piece-{number:06}.txt").write_text(text, encoding="utf-8")
    files = find_files(settings.raw)
    if files.height < count:
        raise ValueError(f"{CORPUS} has {files.height} pieces of {_WORDS} words only")
    documents = Store(settings.store / "documents", intake_version(), DOCUMENT_SCHEMAS)
    for part in files.iter_slices(_FILES_A_PART):
        rows = [_document(settings.raw, *pair) for pair in part.select("source_path", "document_key").iter_rows()]
        documents.append(
            part.get_column("document_key"),
            {
                table: pl.DataFrame(rows if table == "documents" else [], {KEY: pl.String(), **schema})
                for table, schema in DOCUMENT_SCHEMAS.items()
            },
        )
    articles = make_articles(documents, count_parsed(documents, files), pipeline_version())
    keys = extraction_keys(articles)
    extractions = Store(settings.store / "extractions", extractor_version(), EXTRACTION_SCHEMAS)
    rows_of = MadeUp()
    for batch in batched(articles.sort("article_id").iter_rows(named=True), BATCH):
        tables: dict[str, list[tuple[str, Row]]] = {table: [] for table in EXTRACTION_SCHEMAS}
        for article in batch:
            for name, made in rows_of(article).items():
                tables[TABLE_OF[name]] += [(keys[article["article_id"]], row) for row in made]
        frames = {table: keyed_frame(spec(table), pairs) for table, pairs in tables.items()}
        extractions.append((keys[article["article_id"]] for article in batch), frames)


def pieces(archive: Path) -> Iterator[str]:
    """The documents of `archive` without their front matter, in pieces of so many words, ends of lines kept."""
    with tarfile.open(archive) as tar:
        for member in tar:
            file = tar.extractfile(member) if member.name.endswith(".md") else None
            if file is None:
                continue
            body = file.read().decode("utf-8", "replace").split("---\n", 2)[-1]
            paragraphs: list[str] = []
            words = 0
            for paragraph in filter(None, (" ".join(line.split()) for line in body.split("\n"))):
                paragraphs.append(paragraph)
                words += paragraph.count(" ") + 1
                if words >= _WORDS:
                    yield "\n\n".join(paragraphs)
                    paragraphs, words = [], 0


def _document(raw: Path, source_path: str, key: str) -> Row:
    text = (raw / source_path).read_text(encoding="utf-8")
    digest = hashlib.sha256(text.encode()).hexdigest()
    day = _FIRST_DAY + timedelta(days=int(digest[:8], 16) % _DAYS)
    return {
        KEY: key,
        "source_path": source_path,
        "title": text[:60],
        "text": text,
        "language": "en",
        "publisher": f"Paper {int(digest[8:10], 16) % 20}",
        "authors": [],
        "published_at": datetime(day.year, day.month, day.day),
        "published_on": day,
        "published_basis": "sidecar",
        "content_sha256": digest,
        "word_count": count_words(text),
        "signature": signature(text),
        "has_sidecar": False,
    }


class MadeUp:
    """Rows as extraction gives them, made up for a text: true spans, and leaders of the reference."""

    def __init__(self) -> None:
        leaders = reference.leaders(REFERENCE).drop_nulls("country").head(_KNOWN)
        self._leaders: list[Row] = leaders.to_dicts()
        self._often = [1 / (rank + 1) for rank in range(len(self._leaders))]
        self._topics: list[str] = reference.topics(REFERENCE).get_column("topic_id").to_list()

    def __call__(self, article: Row) -> dict[str, list[Row]]:
        """The rows of one article: a list a table, by the names that extraction has for them."""
        chance = random.Random(article["article_id"])
        text, self._id = article["text"], article["article_id"]
        sentences = list(_SENTENCE.finditer(text))
        words = list(_WORD.finditer(text))
        said = {row["leader_id"]: row for row in self._draw(chance, _LEADERS)}
        mentions = [self._mention(word, chance.choice(list(said.values()))) for word in words[:_MENTIONS]]
        told = chance.sample(sentences, min(len(sentences), _STATEMENTS))
        statements = [self._statement(sentence, chance) for sentence in told]
        committed = [*zip(told, statements, strict=True)][:_COMMITMENTS]
        commitments = [self._commitment(sentence, statement, chance) for sentence, statement in committed]
        return {
            "mentions": mentions,
            "leaders": [{"article_id": self._id, **row} for row in said.values()],
            "statements": statements,
            "commitments": commitments,
            "events": [self._event(sentence, article["published_on"], chance) for sentence in told[:_EVENTS]],
            "article_topics": self._about("article_id", self._id, _TOPICS, chance),
            "statement_topics": self._topics_of("statement_id", statements, chance),
            "commitment_topics": self._topics_of("commitment_id", commitments, chance),
        }

    def _draw(self, chance: random.Random, count: int) -> list[Row]:
        return chance.choices(self._leaders, self._often, k=count)

    def _mention(self, word: re.Match[str], who: Row) -> Row:
        return {
            "mention_id": stable_id("m", self._id, word.start()),
            "article_id": self._id,
            "start": word.start(),
            "end": word.end(),
            "text": word[0],
            "kind": "leader",
            "leader_id": who["leader_id"],
            "country": who["country"],
            "basis": "surname",
            "confidence": 0.9,
        }

    def _statement(self, sentence: re.Match[str], chance: random.Random) -> Row:
        [who] = self._draw(chance, 1)
        cut = sentence[0].index(" ") + 1
        return {
            "statement_id": stable_id("s", self._id, sentence.start()),
            "article_id": self._id,
            "utterance_id": "",
            "content": sentence[0][cut:],
            "content_spans": [{"start": sentence.start() + cut, "end": sentence.end()}],
            "quote_type": "indirect",
            "attribution_type": "assertion",
            "speaker_text": sentence[0][: cut - 1],
            "speaker_start": sentence.start(),
            "speaker_end": sentence.start() + cut - 1,
            "speaker_kind": "leader",
            "speaker_leader_ids": [who["leader_id"]],
            "speaker_countries": [who["country"]],
            "speaker_basis": "surname",
            "speech_act": chance.choice(list(SPEECH_ACTS)),
            "confidence": round(chance.random(), 4),
        }

    def _commitment(self, sentence: re.Match[str], statement: Row, chance: random.Random) -> Row:
        words = statement["content"].split()
        at = chance.randrange(len(words))
        return {
            "commitment_id": stable_id("c", self._id, sentence.start()),
            "article_id": self._id,
            "pledge_id": "",
            "statement_id": statement["statement_id"],
            "text": statement["content"],
            "spans": statement["content_spans"],
            "committer_text": statement["speaker_text"],
            "committer_leader_ids": statement["speaker_leader_ids"],
            "committer_countries": statement["speaker_countries"],
            "committer_basis": "surname",
            "action": words[at].lower(),
            "object": " ".join(words[at + 1 : at + 5]) or None,
            "firmness": chance.choice(list(FIRMNESS)),
            "polarity": "do",
            "confidence": round(chance.random(), 4),
        }

    def _event(self, sentence: re.Match[str], day: date, chance: random.Random) -> Row:
        who = self._draw(chance, 2)
        return {
            "article_id": self._id,
            "start": sentence.start(),
            "end": sentence.end(),
            "text": sentence[0],
            "is_main": chance.random() < 0.5,
            "event_type": chance.choice(list(EVENT_TYPES)),
            "status": "occurred",
            "leader_ids": sorted({row["leader_id"] for row in who}),
            "countries": sorted({row["country"] for row in who}),
            "date_start": day,
            "date_end": day,
            "date_precision": "day",
            "date_basis": "published_at",
        }

    def _topics_of(self, key: str, rows: Iterable[Row], chance: random.Random) -> list[Row]:
        return [topic for row in rows for topic in self._about(key, row[key], 1, chance)]

    def _about(self, key: str, value: str, count: int, chance: random.Random) -> list[Row]:
        return [{key: value, "topic_id": topic, "score": 0.5} for topic in chance.sample(self._topics, count)]


if __name__ == "__main__":
    sys.exit(main())
