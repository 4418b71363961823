"""The intake of files: what each file holds, as parsed documents and refusals. Start reading here.

`read_file` is pure for one file (its bytes and its sidecar's decide the outcome), so that what it gives can be kept
under `InputFile.key` and made in any process. Nothing that a file holds can make it raise.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from functools import partial
from itertools import batched
from pathlib import Path

from pipelines.intake.clean import PARAGRAPH_BREAK, Block, blocks_of_text, clean, count_words, normalise
from pipelines.intake.dates import PublicationDate, find_dateline, parse_date
from pipelines.intake.language import detect_language
from pipelines.intake.markup import blocks_of_fragment, blocks_of_markdown, blocks_of_page, parse_html
from pipelines.intake.near_duplicates import signature
from pipelines.intake.readers import READERS
from pipelines.intake.records import (
    InputFile,
    Metadata,
    Outcome,
    ParsedDocument,
    RawDocument,
    Reason,
    Refusal,
    Refused,
    Rejected,
)
from pipelines.intake.settings import Limits
from pipelines.intake.sidecars import Sidecar, merged, read_sidecar

DEFAULT_LIMITS = Limits()
_FILES_A_BATCH = 32
_BATCHES_AHEAD = 4
_WEB_PAGES = {"html", "htm", "warc", "warc.gz"}


def read_file(file: InputFile, raw_dir: Path, limits: Limits = DEFAULT_LIMITS) -> list[Outcome]:
    """What `file` holds: a `ParsedDocument` for each article, a `Rejected` for each input that is none; never empty."""
    try:
        return list(_outcomes(file, raw_dir, limits))
    except Refused as refused:
        return [_rejected(file, refused.at(None))]
    except OSError as error:
        return [_rejected(file, Refusal(Reason.UNREADABLE, f"It cannot be read: {error.strerror or error}."))]
    except Exception as error:  # a library's fault with one file must not stop the others, whatever it raises
        fault = f"A reader failed with {type(error).__name__}: {str(error)[: limits.excerpt_characters]}."
        return [_rejected(file, Refusal(Reason.READER_FAILED, fault))]


def read_all(
    inputs: Iterable[InputFile],
    raw_dir: Path,
    limits: Limits = DEFAULT_LIMITS,
    workers: int = 1,
    advance: Callable[[int], object] = lambda done: None,
) -> Iterator[tuple[InputFile, list[Outcome]]]:
    """`read_file` of each input, in their order, in `workers` processes.

    `advance` is told how many files are done since it was told last. Only a few batches are under way at any time, so
    that memory does not grow with the number of files.
    """
    read = partial(_read_batch, raw_dir=raw_dir, limits=limits)
    for batch, outcomes in _batches(inputs, read, workers):
        yield from zip(batch, outcomes, strict=True)
        advance(len(batch))


def _batches(
    inputs: Iterable[InputFile], read: Callable[[tuple[InputFile, ...]], list[list[Outcome]]], workers: int
) -> Iterator[tuple[tuple[InputFile, ...], list[list[Outcome]]]]:
    if workers <= 1:
        for batch in batched(inputs, _FILES_A_BATCH):
            yield batch, read(batch)
        return
    under_way: deque[tuple[tuple[InputFile, ...], Future[list[list[Outcome]]]]] = deque()
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        for batch in batched(inputs, _FILES_A_BATCH):
            under_way.append((batch, pool.submit(read, batch)))
            if len(under_way) >= workers * _BATCHES_AHEAD:
                first, outcome = under_way.popleft()
                yield first, outcome.result()
        for first, outcome in under_way:
            yield first, outcome.result()


def _read_batch(batch: tuple[InputFile, ...], raw_dir: Path, limits: Limits) -> list[list[Outcome]]:
    return [read_file(file, raw_dir, limits) for file in batch]


def _outcomes(file: InputFile, raw_dir: Path, limits: Limits) -> Iterator[Outcome]:
    if file.refusal is not None:
        yield _rejected(file, file.refusal)
        return
    if file.size > limits.file_bytes:
        raise Refused(Reason.TOO_LARGE, f"The file has {file.size} bytes, more than {limits.file_bytes}.")
    data = (raw_dir / file.native_path).read_bytes()
    if not data.strip():
        raise Refused(Reason.EMPTY, "The file is empty.")
    sidecar = read_sidecar(raw_dir / file.sidecar) if file.sidecar else None
    found = list(READERS[file.format](data, limits))
    if not found:
        raise Refused(Reason.EMPTY, "There is no article in it.")
    if sidecar is not None:
        yield from _unknown_keys(file, sidecar)
        found = [_with_sidecar(item, sidecar.metadata, alone=len(found) == 1) for item in found]
    for item in found:
        yield _rejected(file, item) if isinstance(item, Refusal) else _parsed(file, item, limits)


def _unknown_keys(file: InputFile, sidecar: Sidecar) -> Iterator[Rejected]:
    if sidecar.unknown_keys:
        fault = f"The sidecar {file.sidecar} has keys that nobody knows: {', '.join(sidecar.unknown_keys)}."
        yield _rejected(file, Refusal(Reason.SIDECAR_UNKNOWN_KEY, fault))


def _with_sidecar(item: RawDocument | Refusal, sidecar: Metadata, alone: bool) -> RawDocument | Refusal:
    if isinstance(item, Refusal):
        return item
    if not alone and (sidecar.title or sidecar.url):
        fault = "The sidecar is wrong: the title and url of one article cannot hold for all those in this file."
        return Refusal(Reason.SIDECAR_INVALID, fault, item.number)
    return RawDocument(item.body, item.kind, merged(sidecar, item.metadata), item.number)


def _parsed(file: InputFile, document: RawDocument, limits: Limits) -> Outcome:
    try:
        return _parse(file, document, limits)
    except Refused as refused:
        if document.number is None:
            raise
        return _rejected(file, refused.at(document.number, document.body[: limits.excerpt_characters]))


def _parse(file: InputFile, document: RawDocument, limits: Limits) -> ParsedDocument:
    """Clean the body, and settle date and language. Raises `Refused` where what is left is no article."""
    if len(document.body) > limits.document_bytes:
        raise Refused(Reason.TOO_LARGE, f"The document has more than {limits.document_bytes} characters.")
    said = document.metadata
    title, paragraphs = clean(_blocks(document, file.format), said.title)
    text = PARAGRAPH_BREAK.join(paragraphs)
    words = _words(text, limits)
    published, basis = _published(said, paragraphs)
    return ParsedDocument(
        source_path=_source_path(file, document.number),
        title=title,
        text=text,
        language=detect_language(paragraphs, said.language),
        publisher=_tidy(said.publisher),
        url=_tidy(said.url),
        authors=tuple(filter(None, map(_tidy, said.authors))),
        published_at=published.at if published else None,
        published_on=published.on if published else None,
        published_basis=basis,
        licence=_tidy(said.licence),
        content_sha256=hashlib.sha256(text.encode()).hexdigest(),
        word_count=words,
        signature=signature(text),
        has_sidecar=file.sidecar is not None,
    )


def _blocks(document: RawDocument, file_format: str) -> list[Block]:
    if document.kind == "text":
        return blocks_of_text(document.body)
    if document.kind == "markdown":
        return blocks_of_markdown(document.body)
    if file_format in _WEB_PAGES:
        return blocks_of_page(parse_html(document.body))
    return blocks_of_fragment(document.body)


def _words(text: str, limits: Limits) -> int:
    """How many words the text has. Raises `Refused` where it has too many characters, or too few words."""
    if len(text) > limits.text_characters:
        raise Refused(Reason.TOO_LARGE, f"The text has {len(text)} characters, more than {limits.text_characters}.")
    words = count_words(text)
    if not words:
        raise Refused(Reason.NO_TEXT, "No text of an article was found in it.")
    if words < limits.least_words:
        raise Refused(Reason.TOO_SHORT, f"Its text has {words} words; an article has {limits.least_words} at least.")
    return words


def _published(said: Metadata, paragraphs: list[str]) -> tuple[PublicationDate | None, str | None]:
    """Sidecar, then metadata, then the dateline; the time of a capture only where there is nothing else."""
    stated = parse_date(said.published_at) if said.published_at else None
    if stated and said.published_basis != "capture":
        return stated, said.published_basis
    if dateline := find_dateline(paragraphs):
        return dateline, "dateline"
    return stated, said.published_basis if stated else None


def _tidy(value: str | None) -> str | None:
    return normalise(value) or None if value else None


def _source_path(file: InputFile, number: int | None) -> str:
    return file.source_path if number is None else f"{file.source_path}#{number}"


def _rejected(file: InputFile, refusal: Refusal) -> Rejected:
    shown = None if refusal.excerpt is None else {"excerpt": normalise(refusal.excerpt)}
    return Rejected(
        source_path=_source_path(file, refusal.number),
        reason=refusal.reason.value,
        detail=normalise(refusal.detail),
        is_record=refusal.number is not None,
        excerpt=None if shown is None else json.dumps(shown, ensure_ascii=False),
        content_sha256=file.sha256,
    )
