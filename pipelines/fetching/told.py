"""A fetch from the shell: which sources, and what is told when they are done."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from pathlib import Path

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipelines.fetching.fetch import LOG, Report, Tools, fetch
from pipelines.fetching.sources import Source, Sources, SourcesError, read_sources
from pipelines.settings import Settings
from pipelines.versions import project_version


def fetch_enabled(
    settings: Settings,
    feeds: Path,
    tools: Tools | None = None,
    tell: Callable[[Report], object] = lambda report: None,
) -> list[Report]:
    """Fetch every source that the file `feeds` has on. Raises `SourcesError` and `OSError`."""
    sources = read_sources(feeds)
    names = [source.name for source in sources.sources if source.enabled]
    return fetch(sources, names, settings.raw, settings.fetched, project_version(), tools=tools, tell=tell)


def fetch_and_tell(
    settings: Settings, names: Iterable[str], retry: bool, console: Console, tools: Tools | None = None
) -> bool:
    """Fetch the sources called `names`, or those that are on; print what came; whether all could be read.

    Raises `SourcesError` where the file is wrong or has no such source, `OSError` where files cannot be written.
    """
    sources = read_sources(settings.sources)
    chosen = _chosen(sources, list(names), settings.sources)
    if not chosen:
        console.print(
            f"no source is on: say enabled: true in {escape(str(settings.sources))}, or name one: "
            "[cyan]python -m pipelines fetch NAME[/]",
            soft_wrap=True,
        )
        return True
    console.print(f"into {escape(str(settings.raw))}", soft_wrap=True)
    reports = fetch(
        sources,
        [source.name for source in chosen],
        settings.raw,
        settings.fetched,
        project_version(),
        retry=retry,
        tools=tools,
        tell=lambda report: console.print(f"{report.source}: {report.new:,} new", soft_wrap=True),
    )
    console.print(report_table(reports))
    if any(report.refused for report in reports) or any(report.fault for report in reports):
        console.print(f"URLs, reasons and remedies: {escape(str(settings.fetched / LOG))}", soft_wrap=True)
    return not any(report.fault for report in reports)


def report_table(reports: Iterable[Report]) -> Table:
    """What each source gave."""
    table = Table("source", box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for count in ("new", "unchanged", "refused"):
        table.add_column(count, justify="right")
    table.add_column("why, and what to do")
    for report in reports:
        reasons = ", ".join(f"{reason} {count:,}" for reason, count in sorted(report.refused.items()))
        stopped = f"stopped {report.stopped}: the rest comes with the next fetch" if report.stopped else ""
        told = "; ".join(filter(None, (reasons, stopped, report.fault)))
        counts = (report.new, report.unchanged, report.refused.total())
        table.add_row(report.source, *(f"{count:,}" for count in counts), escape(told))
    return table


def _chosen(sources: Sources, names: list[str], path: Path) -> list[Source]:
    if not names:
        return [source for source in sources.sources if source.enabled]
    known = {source.name: source for source in sources.sources}
    for name in names:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"it has {', '.join(known) or 'none'}"
            raise SourcesError(f"{path} has no source {name!r}; {hint}")
    return [known[name] for name in dict.fromkeys(names)]
