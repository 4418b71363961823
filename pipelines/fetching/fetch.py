"""Fetching, source by source and article by article. Start reading here.

A fault of one article is logged and stops no other; a fault of a list stops its source alone. The state is saved every
few seconds and at the end; an article that lies in the raw folder counts as fetched whatever the state says.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pipelines.fetching.archives import archives, folder
from pipelines.fetching.client import ROBOT, Client, Network, Pace
from pipelines.fetching.faults import Fault, Reason
from pipelines.fetching.files import store_article, stored_article, sweep
from pipelines.fetching.limits import Limits
from pipelines.fetching.listings import walk
from pipelines.fetching.records import Document, Item, Listing
from pipelines.fetching.sources import Source, Sources
from pipelines.fetching.state import STORED, State, append_line, only_one, read_state, state_path, write_state

LOG = "refused.jsonl"


@dataclass(slots=True)
class Report:
    """What one source gave in one run."""

    source: str
    new: int = 0
    unchanged: int = 0
    """Articles that were there before, and lists that have not changed."""
    refused: Counter[str] = field(default_factory=Counter)
    """By reason; remembered ones are not counted again."""
    fault: str | None = None
    """Why the source could not be read to its end, with the remedy."""
    stopped: str | None = None
    """Which limit of a run was reached, so that the rest comes next time."""


@dataclass(frozen=True, slots=True)
class Tools:
    """Limits, pauses and the way to the outside; a test gives its own."""

    limits: Limits = field(default_factory=Limits)
    pace: Pace = field(default_factory=Pace)
    network: Network = field(default_factory=Network)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)


def fetch(
    sources: Sources,
    names: Iterable[str],
    raw: Path,
    memory: Path,
    version: str,
    retry: bool = False,
    tools: Tools | None = None,
    tell: Callable[[Report], object] = lambda report: None,
) -> list[Report]:
    """Bring what is new in the sources called `names` into `raw`, and keep what is known of them in `memory`.

    `retry` tries again what was refused for good; `tell` hears of each source when it is done. Raises `OSError` where
    files cannot be written, or where another fetch is at work.
    """
    wanted = set(names)
    chosen = [source for source in sources.sources if source.name in wanted]
    agent = f"{ROBOT}/{version}" + (f" (+{sources.contact})" if sources.contact else "")
    reports = []
    with only_one(memory):
        known = _known(sources, memory)
        for source in chosen:
            report = _Fetching(source, raw, memory, tools or Tools(), known).run(agent, retry)
            tell(report)
            reports.append(report)
    return reports


@dataclass(slots=True)
class _Known:
    """What all sources together gave before: no article comes twice because two feeds list it."""

    urls: set[str] = field(default_factory=set)
    contents: dict[str, str] = field(default_factory=dict)


def _known(sources: Sources, memory: Path) -> _Known:
    known = _Known()
    for source in sources.sources:
        try:
            state = read_state(state_path(memory, source.name))
        except Fault:
            continue  # the source itself says so when it is its turn
        known.urls.update(url for url, outcome in state.urls.items() if outcome == STORED)
        known.contents |= state.contents
    return known


class _Fetching:
    """One source in one run."""

    def __init__(self, source: Source, raw: Path, memory: Path, tools: Tools, known: _Known) -> None:
        self._source, self._folder, self._memory, self._tools = source, raw / source.name, memory, tools
        self._known = known
        self._report = Report(source.name)
        self._state = State()
        self._clock = tools.pace.clock
        self._saved = self._began = self._clock()
        self._failed = False
        self._tried = 0

    def run(self, agent: str, retry: bool) -> Report:
        tools = self._tools
        try:
            self._state = read_state(state_path(self._memory, self._source.name))
        except Fault as fault:
            self._give_up(fault)
            return self._report
        self._state.renew(self._source, retry)
        sweep(self._folder)
        try:
            with Client(self._source, tools.limits, tools.pace, agent, tools.network) as client:
                self._read(client)
        except Fault as fault:
            self._give_up(fault)
        finally:
            self._save()
        return self._report

    def _read(self, client: Client) -> None:
        with closing(self._lists(client)) as lists:
            for listing in _guarded(lists):
                self._failed = False
                if self._is_late() or not all(self._take(item) for item in _guarded(iter(listing.items))):
                    return
                self._report.unchanged += listing.unchanged
                if not self._failed:
                    self._state.listings[listing.key] = dict(listing.record)

    def _lists(self, client: Client) -> Generator[Listing, None, None]:
        source, known, limits = self._source, self._state.listings, self._tools.limits
        match source.kind:
            case "folder":
                return folder(source, self._refuse)
            case "warc":
                return archives(source, client, known, limits, self._refuse)
            case _:
                return walk(source, client, known, limits, self._refuse)

    def _is_late(self) -> bool:
        if self._clock() - self._began > self._tools.limits.source_seconds:
            self._report.stopped = f"after {self._tools.limits.source_seconds:g} s"
        return self._report.stopped is not None

    def _take(self, item: Item) -> bool:
        """Fetch one article, unless it is known; whether the source can go on."""
        if item.key in self._known.urls:
            self._report.unchanged += 1
            return True
        if item.key in self._state.urls:
            return True
        if there := stored_article(self._folder, item.key):
            self._remember((item.key,), hashlib.sha256(there.read_bytes()).hexdigest())
            self._report.unchanged += 1
            return True
        if self._tried >= self._source.articles:
            self._report.stopped = f"after {self._source.articles} articles"
        if self._is_late():
            return False
        self._tried += 1
        try:
            document = _loaded(item)
        except Fault as fault:
            return self._bear(item, fault)
        self._keep(item, document)
        return True

    def _bear(self, item: Item, fault: Fault) -> bool:
        self._refuse(item.key, fault)
        if not fault.passing:
            self._state.urls[item.key] = fault.reason.value
        if (fault.retry_after or 0) > self._tools.limits.most_retry_after_seconds:
            self._report.stopped = f"the server asks for {fault.retry_after:g} s of rest"
        return self._report.stopped is None

    def _keep(self, item: Item, document: Document) -> None:
        digest = hashlib.sha256(document.body).hexdigest()
        if digest in self._known.contents or not self._known.urls.isdisjoint(document.identities):
            self._report.unchanged += 1
        else:
            store_article(self._folder, self._source, item, document)
            self._report.new += 1
        self._remember((item.key, *document.identities), digest)

    def _remember(self, urls: tuple[str, ...], digest: str) -> None:
        self._known.urls.update(urls)
        self._known.contents.setdefault(digest, urls[0])
        self._state.urls |= dict.fromkeys(urls, STORED)
        self._state.contents.setdefault(digest, urls[0])
        if self._clock() - self._saved >= self._tools.limits.save_seconds:
            self._save()

    def _refuse(self, url: str, fault: Fault) -> None:
        self._report.refused[fault.reason.value] += 1
        self._failed = self._failed or fault.passing
        self._log(url, fault)

    def _give_up(self, fault: Fault) -> None:
        self._report.fault = fault.advice
        self._log(self._source.url, fault)

    def _log(self, url: str, fault: Fault) -> None:
        line = {
            "at": self._tools.now().isoformat(timespec="seconds"),
            "source": self._source.name,
            "url": url,
            "reason": fault.reason.value,
            "detail": fault.advice,
        }
        append_line(self._memory / LOG, line)

    def _save(self) -> None:
        write_state(state_path(self._memory, self._source.name), self._state)
        self._saved = self._clock()


def _loaded(item: Item) -> Document:
    try:
        return item.load()
    except Fault:
        raise
    except Exception as error:  # a library's fault with one article must not stop the others, whatever it raises
        raise Fault(Reason.FAILED, f"It could not be read: {type(error).__name__}: {str(error)[:200]}.") from error


def _guarded[T](found: Iterator[T]) -> Iterator[T]:
    """`found`, with what a library raises over a list told as a fault of that list."""
    while True:
        try:
            one = next(found)
        except StopIteration:
            return
        except Fault:
            raise
        except Exception as error:
            raise Fault(
                Reason.FAILED, f"The list could not be read: {type(error).__name__}: {str(error)[:200]}."
            ) from error
        yield one
