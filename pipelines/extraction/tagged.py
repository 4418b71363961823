"""Candidates that the encoder sees: for each cue it tags, the likeliest contents and the source.

They stand beside those that the parse makes possible (`candidates`, `verb_frames`); which of all is right is for the
scorer to say. A frame `tagged` is the likeliest content of its cue, `tagged2` and so on the next ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pipelines.extraction.candidates import QUESTIONS, owner_of
from pipelines.extraction.contents import TAGGED, Candidate
from pipelines.extraction.encoder import Evidence, Link
from pipelines.extraction.layout import Layout, TokenRange, trim
from pipelines.extraction.syntax import source_of, subject_of
from pipelines.extraction.verb_frames import source_of_verb

LEAST_CUE = 0.15
"""A token that is a cue with less than this probability opens no candidate of the encoder's own."""
_SOURCE = 0.4
_SURE_SOURCE, _UNLIKELY_SOURCE = 0.6, 0.2
"""The encoder's source replaces the parse's where it is this sure of its own, and less than that of the parse's."""
_CONTENTS = 4
_LEAST_PAIR = 0.02
_INSIDE = 0.5
_SAME_RUN = 0.6
"""A cue goes on over a token that is at least this share as likely a cue as the likeliest of the run."""


def cue_runs(layout: Layout, evidence: Evidence) -> list[TokenRange]:
    """The runs of tokens that are a cue, in order."""
    runs: list[TokenRange] = []
    start: int | None = None
    for i, probability in enumerate([*evidence.cue, 0.0]):
        inside = probability >= LEAST_CUE and i < len(layout.doc) and not layout.doc[i].is_space
        if inside and start is None:
            start = i
        elif not inside and start is not None:
            runs.append(_core(evidence, start, i))
            start = None
    return runs


def _core(evidence: Evidence, start: int, end: int) -> TokenRange:
    """The run without edges that are much less likely a cue than its middle."""
    least = min(0.5, _SAME_RUN * max(evidence.cue[start:end]))
    while evidence.cue[start] < least:
        start += 1
    while evidence.cue[end - 1] < least:
        end -= 1
    return start, end


def tagged_candidates(layout: Layout, evidence: Evidence) -> Iterator[Candidate]:
    """The candidates of every cue that the encoder tags."""
    cues = cue_runs(layout, evidence)
    evidence.read_links(cues)
    for cue in cues:
        link = evidence.link(cue)
        asked = cue[0] > 0 and layout.doc[cue[0] - 1].lower_ in QUESTIONS
        if link is None or asked:
            continue
        head = head_of(layout, cue)
        source = _of_parse(layout, head) or source_of_cue(layout, link, cue)
        seen: set[tuple[TokenRange, ...]] = set()
        for first, last in _bounds(link):
            content = _content(layout, link, (first, last), cue, source)
            if content and content not in seen:
                seen.add(content)
                name = TAGGED if len(seen) == 1 else f"{TAGGED}{len(seen)}"
                yield Candidate(name, head, cue, source, content)


def head_of(layout: Layout, cue: TokenRange) -> int:
    """The token that stands for a cue of several words: its syntactic head."""
    return layout.root(cue).i


def with_likely_source(layout: Layout, evidence: Evidence, candidate: Candidate) -> Candidate:
    """The candidate with the encoder's source where the parse has none, or one that the encoder finds unlikely."""
    link = evidence.link(candidate.cue_range) if candidate.cue is not None and candidate.cue_range else None
    if link is None or candidate.cue_range is None:
        return candidate
    own = candidate.source
    if own is not None:
        here = slice(max(0, own[0] - link.offset), max(0, own[1] - link.offset))
        likely = max(link.source[here], default=0.0)
        if likely >= _UNLIKELY_SOURCE or link.likeliest_source < _SURE_SOURCE:
            return candidate
    found = source_of_cue(layout, link, candidate.cue_range)
    held = found is not None and any(found[0] < end and start < found[1] for start, end in candidate.content)
    return candidate if found is None or held else replace(candidate, source=found)


def _of_parse(layout: Layout, head: int) -> TokenRange | None:
    token = layout.doc[head]
    if token.pos_ == "VERB":
        return source_of_verb(token)
    return source_of(owner_of(token) if token.pos_ in {"NOUN", "PROPN"} else subject_of(token))


def source_of_cue(layout: Layout, link: Link, cue: TokenRange) -> TokenRange | None:
    """The run of tokens that the cue takes for its source; None where no token is likely enough."""
    if link.likeliest_source < _SOURCE:
        return None
    start = end = link.source_place
    while start > 0 and link.source[start - 1] >= _SOURCE:
        start -= 1
    while end + 1 < len(link.source) and link.source[end + 1] >= _SOURCE:
        end += 1
    first, last = start + link.offset, end + 1 + link.offset
    if first < cue[1] and cue[0] < last:
        first, last = (first, cue[0]) if first < cue[0] else (cue[1], last)
    first, last = trim(layout.doc, first, last)
    return (first, last) if first < last else None


def _bounds(link: Link) -> list[tuple[int, int]]:
    """The likeliest pairs of first and last token, likeliest first."""
    pairs = [
        (link.first[i] * link.last[j], i, j)
        for i in link.first_places
        for j in link.last_places
        if i <= j and link.first[i] * link.last[j] >= _LEAST_PAIR
    ]
    pairs.sort(key=lambda pair: (-pair[0], pair[1], pair[2]))
    return [(first + link.offset, last + link.offset) for _, first, last in pairs[:_CONTENTS]]


def _content(
    layout: Layout, link: Link, bounds: TokenRange, cue: TokenRange, source: TokenRange | None
) -> tuple[TokenRange, ...]:
    """The tokens from first to last without the reporting clause inside them ("…," he said on Monday, "…")."""
    first, last = bounds[0], bounds[1] + 1
    if not first <= cue[0] < last:
        runs = [(first, last)]
        if source is not None and first < source[1] and source[0] < last:
            runs = [(first, source[0]), (source[1], last)]
    else:
        start, end = cue
        if source is not None and first <= source[0] and source[1] <= last:
            start, end = min(start, source[0]), max(end, source[1])
        while start > first and link.content[start - 1 - link.offset] < _INSIDE:
            start -= 1
        while end < last and link.content[end - link.offset] < _INSIDE:
            end += 1
        runs = [(first, start), (end, last)]
    whole = (_in_paragraph(layout, run, cue) for run in runs if run[1] > run[0])
    trimmed = (trim(layout.doc, *run) for run in whole)
    return tuple(run for run in (layout.behind_dateline(run) for run in trimmed) if run[1] > run[0])


def _in_paragraph(layout: Layout, run: TokenRange, cue: TokenRange) -> TokenRange:
    """The part of a run in the paragraph nearest to its cue; only a quotation goes on over paragraphs."""
    start, end = run
    breaks = [
        i
        for i in range(start + 1, end)
        if layout.paragraph[i] != layout.paragraph[i - 1] and not (layout.quoted(i) and layout.quoted(start))
    ]
    if not breaks:
        return run
    return (start, breaks[0]) if start >= cue[1] else (breaks[-1], end)
