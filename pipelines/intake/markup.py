"""Markup to blocks of text: HTML and Markdown, without what is not shown and what is not the article."""

from __future__ import annotations

from collections.abc import Iterator

import regex
import trafilatura
from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from pipelines.intake.clean import PARAGRAPH_BREAK, Block, broken_lines
from pipelines.intake.records import Reason, Refused

_STYLE = "translate(@style, ' ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')"
_NOT_SHOWN = " | ".join(
    [
        *("//comment()", "//processing-instruction()", "//*[@hidden]", "//*[@aria-hidden='true']", "//button"),
        *("//script", "//style", "//noscript", "//template", "//svg", "//iframe", "//object", "//figcaption"),
        *(f"//*[contains({_STYLE}, 'display:none')]", f"//*[contains({_STYLE}, 'visibility:hidden')]"),
    ]
)
_NOT_HEADING = "//*[self::h1 or self::h2 or self::h3 or self::h4]//*[contains(@class, 'edit')]"
"""Links such as "[edit]", which stand in a heading and are no part of it."""
_NOT_ARTICLE = "//nav | //aside | //footer | //form"

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_PARAGRAPHS = {"p", "li", "item", "quote", "pre", "td", "th", "cell", "dt", "dd", "caption", *_HEADINGS, "head"}
_CONTAINERS = {
    *(
        "html",
        "body",
        "main",
        "article",
        "section",
        "div",
        "header",
        "footer",
        "center",
        "address",
        "blockquote",
        "figure",
    ),
    *(
        "ul",
        "ol",
        "dl",
        "list",
        "table",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "row",
        "hr",
        "doc",
        "details",
        "summary",
        "fieldset",
    ),
}
_ROWS = {"tr", "row"}
_CELLS = {"td", "th", "cell"}
_BREAKS = {"br", "lb"}
_LINKS = {"a", "ref"}
_BLANK_LINE = regex.compile(r"\n[^\S\n]*\n\s*")
_MARK = "\ue000"
"""Stands for a paragraph's end while trafilatura works, which would take a blank line for a space."""
_PARAGRAPH_END = regex.compile(rf"\n[^\S\n]*\n\s*|\s*{_MARK}\s*")
_SPACES = regex.compile(r"\s+")
_DUMP_BULLET = regex.compile(r"^[ \t]*BULLET::::-?[ \t]*(.*)$", regex.MULTILINE)
"""How the dumps of wikiextractor write a list item."""
_CELL_BREAK = " | "


_REFERENCE = regex.compile(r"&#(?:[xX](?P<hex>[0-9a-fA-F]{1,8})|(?P<decimal>[0-9]{1,10}));?")
_NO_XML = regex.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\p{Cs}]")
"""Characters that libxml2 lets in from HTML and lxml will not write again when it moves text about."""


def _reference_to_text(found: regex.Match[str]) -> str:
    value = int(found["hex"], 16) if found["hex"] else int(found["decimal"])
    return " " if value > 0x10FFFF or value == 0 or _NO_XML.match(chr(value)) else found[0]


def _drop_stray_markers(state: StateInline) -> None:
    """Drop `**` that CommonMark pairs with nothing (`**Bold **text`): converters write it, and it is never meant."""
    stars = [token.type == "text" and token.content == "*" for token in state.tokens]
    stray = [
        star and (stars[place - 1 : place] == [True] or stars[place + 1 : place + 2] == [True])
        for place, star in enumerate(stars)
    ]
    state.tokens[:] = [token for token, is_stray in zip(state.tokens, stray, strict=True) if not is_stray]


_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).disable("code")
"""CommonMark, but a paragraph indented by four spaces is a paragraph: press offices indent prose and print no code."""
_MARKDOWN.inline.ruler2.before("fragments_join", "stray_markers", _drop_stray_markers)
_ORDERED_YEAR = regex.compile(r"^(\s*)(\d{3,})([.)])(?=\s)", regex.MULTILINE)


def parse_html(text: str) -> HtmlElement:
    """The tree of a page or a fragment.

    Raises `Refused`: `no_text` where nothing is in it, `too_deep` where elements are nested beyond libxml2's limit of
    256, past which it would drop text without a word.
    """
    parser = HTMLParser(encoding="utf-8", remove_comments=False)
    shown = _REFERENCE.sub(_reference_to_text, _NO_XML.sub(" ", text.replace("\0", "")))
    markup = _DUMP_BULLET.sub(r"<li>\1</li>", shown).encode("utf-8", errors="replace")
    try:
        tree = document_fromstring(markup, parser=parser)
    except etree.ParserError as error:
        raise Refused(Reason.NO_TEXT, "The page is empty.") from error
    if any("depth" in entry.message for entry in parser.error_log):
        raise Refused(Reason.TOO_DEEP, "Its elements are nested more than 256 deep.")
    return tree


def blocks_of_page(tree: HtmlElement) -> list[Block]:
    """The article in a web page, found by trafilatura; navigation, comments and what is hidden are left out.

    A page that is one `<article>` and nothing around it is taken as it is: there is nothing to tell it from. Where
    trafilatura finds nothing, the page's own `<article>` or `<main>`, else its body.
    """
    _drop(tree, _NOT_SHOWN)
    _drop(tree, _NOT_HEADING)
    alone = tree.xpath("/html/body[count(*) = 1 and not(text()[normalize-space()])]/article")
    if alone:
        return list(_blocks(alone[0]))
    _mark_paragraphs(tree)
    found = trafilatura.bare_extraction(tree, include_comments=False, include_tables=True, favor_recall=True)
    body = getattr(found, "body", None)
    blocks = list(_blocks(body)) if body is not None else []
    if any(not block.level for block in blocks):
        return blocks
    _drop(tree, _NOT_ARTICLE)
    main = tree.xpath("//article | //*[@itemprop='articleBody'] | //main | //*[@role='main']")
    return list(_blocks(main[0] if main else tree))


def blocks_of_fragment(text: str) -> list[Block]:
    """All that is shown of HTML that is the article and nothing else: a feed's entry, a message, rendered Markdown."""
    if not text.strip():
        return []
    tree = parse_html(text)
    _drop(tree, _NOT_SHOWN)
    return list(_blocks(tree))


def blocks_of_markdown(text: str) -> list[Block]:
    """What a reader sees of Markdown: no markers, links' targets or raw HTML; wrapped lines joined, an item a block."""
    escaped = _ORDERED_YEAR.sub(r"\1\2\\\3", text)
    return blocks_of_fragment(_MARKDOWN.render(escaped))


def _drop(tree: HtmlElement, path: str) -> None:
    for element in tree.xpath(path):
        if element.getparent() is not None:
            element.drop_tree()


def _mark_paragraphs(tree: HtmlElement) -> None:
    """Mark the blank lines in text that lies in no paragraph element: some programs part paragraphs by them alone."""
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        if element.text and _BLANK_LINE.search(element.text) and not _in_paragraph(element):
            element.text = _BLANK_LINE.sub(f" {_MARK} ", element.text)
        parent = element.getparent()
        if element.tail and parent is not None and _BLANK_LINE.search(element.tail) and not _in_paragraph(parent):
            element.tail = _BLANK_LINE.sub(f" {_MARK} ", element.tail)


def _in_paragraph(element: HtmlElement) -> bool:
    return element.tag in _PARAGRAPHS or any(parent.tag in _PARAGRAPHS for parent in element.iterancestors())


def _blocks(root: etree._Element) -> Iterator[Block]:
    """The blocks under `root` in the order of the page, whatever vocabulary it is in: HTML's or trafilatura's."""
    runs = _Runs()
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if not isinstance(element.tag, str):
            continue
        if event == "start":
            yield from runs.open(element)
        else:
            yield from runs.close(element, is_root=element is root)
    yield from runs.finish()


class _Runs:
    """Collects the text of a page until a block ends."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._linked = 0
        self._paragraphs = 0
        self._rows = 0
        self._links = 0
        self._level = 0

    def open(self, element: etree._Element) -> Iterator[Block]:
        """What ends where `element` starts."""
        tag = element.tag
        if tag in _BREAKS:
            self._text.append("\n")
        elif tag in _CELLS and self._rows:
            self._paragraphs += 1
            if self._text:
                self._text.append(_CELL_BREAK)
        elif tag in _PARAGRAPHS or tag in _CONTAINERS:
            yield from self._part()
            self._paragraphs += tag in _PARAGRAPHS
            self._rows += tag in _ROWS
            self._level = _level(element) or self._level
        self._links += tag in _LINKS
        self._add(element.text)

    def close(self, element: etree._Element, is_root: bool) -> Iterator[Block]:
        """What ends where `element` ends."""
        tag = element.tag
        self._links -= tag in _LINKS
        if tag in _CELLS and self._rows:
            self._paragraphs -= 1
        elif tag in _PARAGRAPHS or tag in _CONTAINERS:
            self._rows -= tag in _ROWS
            yield from self._part()
            self._paragraphs -= tag in _PARAGRAPHS
            if _level(element):
                self._level = 0
        if not is_root:
            self._add(element.tail)

    def finish(self) -> Iterator[Block]:
        """What is left."""
        yield from self._end()

    def _part(self) -> Iterator[Block]:
        if not self._rows:
            yield from self._end()
        elif self._text:
            self._text.append(" ")

    def _add(self, text: str | None) -> None:
        if not text:
            return
        self._text.append(_SPACES.sub(" ", text) if self._paragraphs else _loose(text))
        if self._links:
            self._linked += len("".join(text.split()))

    def _end(self) -> Iterator[Block]:
        whole, linked = "".join(self._text), self._linked
        self._text, self._linked = [], 0
        letters = len("".join(whole.split()))
        if not letters:
            return
        parts = [line for part in _PARAGRAPH_END.split(whole) for line in broken_lines(part)]
        for part in parts:
            yield Block(part, self._level, is_link=linked >= letters)


def _loose(text: str) -> str:
    """Text in no paragraph element: some programs part its paragraphs with blank lines; other line ends are spaces."""
    return PARAGRAPH_BREAK.join(_SPACES.sub(" ", part) for part in _BLANK_LINE.split(text))


def _level(element: etree._Element) -> int:
    rank = element.get("rend") if element.tag == "head" else element.tag
    return _HEADINGS.get(rank or "", 2 if element.tag == "head" else 0)
