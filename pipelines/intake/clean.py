"""Blocks of text to an article's text: paragraphs parted by an empty line, single spaces inside, the title apart.

Offsets of every table point into what `clean` gives, so that it must give the same for the same input, for ever.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from itertools import groupby

import regex

from pipelines.intake.dates import find_dateline
from pipelines.intake.lexicons import link_sections

PARAGRAPH_BREAK = "\n\n"

_WIDEST_WRAP = 132
_LONGEST_TITLE_WORDS = 30
_LONGEST_TITLE = 200
_LONGEST_CITATION_WORDS = 40
_FEWEST_LINES = 4
_MOST_UNFINISHED = 0.6

_SURROGATE = regex.compile(r"\p{Cs}")
_JOINER = regex.compile(
    r"(?<![[\p{L}\p{M}]--\p{Latin}]|[\p{So}\uFE0F])[\u200C\u200D]|[\u200C\u200D](?=\s|\Z)", regex.V1
)
"""Zero-width joiners outside the scripts and emoji that need them."""
_INVISIBLE = regex.compile(r"[\p{Cf}--[\u200C\u200D]]", regex.V1)
"""Zero-width spaces, byte order marks, soft hyphens, marks of direction."""
_SPACES = regex.compile(r"[\s\p{Z}\p{Cc}\p{Co}]+")
_WORD = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]|[\p{L}\p{N}]+(?:\.?['’.,\-][\p{L}\p{N}]+)*", regex.V1)
_MEANING = regex.compile(r"[\p{L}\p{N}]")
_NOT_LETTERS = regex.compile(r"[^\p{L}\p{N}]+")
_ENDS_SENTENCE = regex.compile(r"[.!?…。！？:;,][\"'”’»)\]]*$")
_CITATION = regex.compile(r"https?://|www\.|\b(?:1[89]|20)\d\d\b|[—–|]")
_SOURCE_ITEM = regex.compile(
    r"[\"“„«][^\n]+[\"”“»]\s*[—–-]+\s*[^\"“”]{2,80},\s*(?:\p{L}+\.?\s\d{1,2}|\d{1,2}\.?\s\p{L}+),?\s\d{4}\b.{0,40}"
)
"""Author. "Title" — Publisher, March 26, 2008: an item of a list of sources, wherever it stands."""
_BLANK_LINE = regex.compile(r"\n[^\S\n]*\n")
_INDENTED = regex.compile(r"(?:\t|[\s]{2,})\S")


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a page. `level` is a heading's (1 to 6), 0 for any other; `is_link` where a link is all it holds."""

    text: str
    level: int = 0
    is_link: bool = False


def clean(blocks: list[Block], title: str | None) -> tuple[str | None, list[str]]:
    """The title and the paragraphs of an article.

    Dropped: sections that list links and sources, blocks without a letter or digit (`###`, `* * *`), and the title
    where it is repeated at the head. Where there is no title yet, a level-one heading or a first line that looks like
    a headline becomes it.
    """
    tidy = [Block(normalise(block.text), block.level, block.is_link) for block in blocks]
    tidy = [block for block in tidy if _MEANING.search(block.text)]
    kept = _without_trailing_links(_without_link_lists(_without_link_sections(tidy)))
    named = normalise(title) if title else ""
    if not named:
        named = _title_of(kept)
    while kept and named and _same(kept[0].text, named):
        kept = kept[1:]
    return named or None, [block.text for block in kept]


def normalise(text: str) -> str:
    """One paragraph, with every run of white space and control characters one space, and nothing invisible in it.

    No-break spaces become spaces; zero-width and direction marks go, joiners stay where the script needs them. The
    form is NFC. Quotes, dashes, ligatures and widths stay as they came. Doing it twice changes nothing.
    """
    visible = _SURROGATE.sub("\ufffd", text)
    visible = _INVISIBLE.sub("", visible)
    visible = _SPACES.sub(" ", visible)
    visible = unicodedata.normalize("NFC", visible)
    return _SPACES.sub(" ", _JOINER.sub("", visible)).strip()


def blocks_of_text(text: str) -> list[Block]:
    """The paragraphs of plain text.

    Between blank lines, a line break is a wrap (and joined) where the next line's first word would not have fitted
    into the width that the text is wrapped to; else it parts two paragraphs. In text without blank lines each line is
    a paragraph, unless most lines stop in the middle of a sentence.
    """
    lines = [line.rstrip() for line in text.expandtabs(4).split("\n")]
    full = [line for line in lines if line]
    width = max(map(len, full), default=0)
    if width > _WIDEST_WRAP or (not _has_blank_lines(text) and not _mostly_unfinished(full)):
        return [Block(line) for line in full]
    return [Block(" ".join(run)) for part in _parts(lines) for run in _unwrapped(part, width)]


def broken_lines(text: str) -> list[str]:
    """`text` at its hard line breaks, where they part sentences: a line that goes on in small letters is one line."""
    parts: list[str] = []
    for line in text.split("\n"):
        tidy = line.strip()
        if parts and tidy and parts[-1] and tidy[0].islower() and not _ENDS_SENTENCE.search(parts[-1]):
            parts[-1] += f" {tidy}"
        elif tidy:
            parts.append(tidy)
    return parts


def count_words(text: str) -> int:
    """Words in `text`: runs of letters and digits; in scripts without spaces each character."""
    return sum(1 for _ in _WORD.finditer(text))


def _without_link_sections(blocks: list[Block]) -> list[Block]:
    """Without the sections whose heading says that they list links, up to the next heading of the same rank."""
    kept: list[Block] = []
    dropped_level = 0
    for block in blocks:
        if block.level and (not dropped_level or block.level <= dropped_level):
            dropped_level = block.level if _heads_links(block.text) else 0
        if not dropped_level:
            kept.append(block)
    return kept


def _without_link_lists(blocks: list[Block]) -> list[Block]:
    """Without lists of other articles' headlines: two or more blocks in a row that are nothing but links."""
    return [
        block
        for _, run in groupby(blocks, key=lambda block: block.is_link and not block.level)
        for members in [list(run)]
        for block in members
        if not (members[0].is_link and not members[0].level and len(members) > 1)
    ]


def _without_trailing_links(blocks: list[Block]) -> list[Block]:
    """Without a list of sources or links at the end, announced by a line "Sources" or not, and headings of nothing."""
    for place in range(len(blocks) - 1, 0, -1):
        block = blocks[place]
        if not block.level and _heads_links(block.text) and all(map(_is_citation, blocks[place + 1 :])):
            blocks = blocks[:place]
            break
        if not _is_citation(block) and not block.level:
            break
    while blocks and (blocks[-1].level or blocks[-1].is_link or _is_source(blocks[-1])):
        blocks = blocks[:-1]
    return blocks


def _is_source(block: Block) -> bool:
    found = _SOURCE_ITEM.search(block.text)
    return found is not None and found.end() == len(block.text) and count_words(block.text) <= _LONGEST_CITATION_WORDS


def _heads_links(text: str) -> bool:
    return text.strip(" :.*=[]-–—").casefold() in link_sections()


def _is_citation(block: Block) -> bool:
    return block.is_link or (count_words(block.text) <= _LONGEST_CITATION_WORDS and bool(_CITATION.search(block.text)))


def _title_of(blocks: list[Block]) -> str:
    if not blocks:
        return ""
    first = blocks[0]
    if first.level == 1:
        return first.text
    if len(blocks) < 2 or first.is_link:
        return ""
    repeated = _same(first.text, blocks[1].text)
    return first.text if repeated or _is_headline(first.text, blocks[1].text) else ""


def _is_headline(line: str, following: str) -> bool:
    return (
        len(line) <= _LONGEST_TITLE
        and 1 < count_words(line) <= _LONGEST_TITLE_WORDS
        and len(following) > len(line)
        and not _ENDS_SENTENCE.search(line)
        and find_dateline([line]) is None
    )


def _same(one: str, other: str) -> bool:
    return _bare(one) == _bare(other)


def _bare(text: str) -> str:
    return _NOT_LETTERS.sub(" ", text.casefold()).strip()


def _has_blank_lines(text: str) -> bool:
    return bool(_BLANK_LINE.search(text.strip()))


def _mostly_unfinished(lines: list[str]) -> bool:
    inner = lines[:-1]
    unfinished = sum(1 for line in inner if not _ENDS_SENTENCE.search(line))
    return len(inner) >= _FEWEST_LINES and unfinished > _MOST_UNFINISHED * len(inner)


def _parts(lines: list[str]) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            parts[-1].append(line)
        elif parts[-1]:
            parts.append([])
    return parts


def _unwrapped(lines: list[str], width: int) -> list[list[str]]:
    runs: list[list[str]] = []
    for line in lines:
        if runs and not _INDENTED.match(line) and _is_full(runs[-1][-1], line, width):
            runs[-1].append(line.strip())
        else:
            runs.append([line])
    return runs


def _is_full(line: str, following: str, width: int) -> bool:
    return len(line) + 1 + len(following.split(maxsplit=1)[0]) > width
