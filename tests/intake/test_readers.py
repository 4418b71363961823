"""Each format: where the text, the title, the date and the rest come from, and what of it is refused."""

from __future__ import annotations

import gzip
import json
import random
import zlib
from collections.abc import Callable, Sequence
from datetime import date

import pytest

from pipelines.intake.records import ParsedDocument, Rejected
from tests.intake.conftest import Put, Read
from tests.intake.texts import LEAD, SECOND, THIRD

BROTLI_BOMB = bytes.fromhex("cbffff3ff82700e2b14020f7fe8fffff7ff04f00c4611180eefd5ffeb3c4e09f0088c302005d9218")
"""20 million zeros in 40 bytes."""
UNFOLDED = b"\0" * 5_000_000 + random.Random(7).randbytes(300_000)
"""What a bomb holds: what is beyond the limit would be read as the next record, were it left lying there."""
Article = Callable[[str, str | bytes], ParsedDocument]
Refusal = Callable[[str, str | bytes], Rejected]


def accounted(outcomes: Sequence[object]) -> list[tuple[str, str]]:
    return [
        (item.source_path, item.reason if isinstance(item, Rejected) else "article")
        for item in outcomes
        if isinstance(item, Rejected | ParsedDocument)
    ]


class TestText:
    def test_the_first_line_is_the_title_and_each_line_a_paragraph(self, article: Article) -> None:
        found = article("call.txt", f"Presidents speak by telephone\n{LEAD}\n{SECOND}\n")
        assert found.title == "Presidents speak by telephone"
        assert found.text == f"{LEAD}\n\n{SECOND}"

    def test_a_dateline_dates_it(self, article: Article) -> None:
        found = article("call.txt", f"Presidents speak by telephone\nBEIJING, Feb. 5, 2026 (Xinhua) — {LEAD}\n{SECOND}")
        assert (found.published_on, found.published_basis) == (date(2026, 2, 5), "dateline")

    def test_without_a_stated_date_there_is_none(self, article: Article) -> None:
        found = article("call.txt", f"{LEAD}\nThey last met on February 5, 2026, in Geneva.\n")
        assert (found.published_at, found.published_on, found.published_basis) == (None, None, None)


class TestMarkdown:
    def test_front_matter_is_metadata_and_markers_go(self, article: Article) -> None:
        found = article(
            "call.md",
            "---\ntitle: Presidents speak\nsource_url: https://example.org/call\n"
            "published_time: 2024-03-03 22:00:00-05:00\n---\n \n"
            "The two presidents **spoke** by\n[telephone](https://example.org/t) on *Monday* and\n"
            "agreed to meet again.\n\n"
            "## What was said\n\n-   First, the\n    harvest.\n-   Second, the border.\n    -   Nested.\n\n1.  One.\n\n"
            "     An indented paragraph is prose.  \n     It has a hard break.\n\n> Quoted “words”.\n\n\\###\n",
        )
        assert found.title == "Presidents speak"
        assert found.url == "https://example.org/call"
        assert (found.published_on, found.published_basis) == (date(2024, 3, 3), "metadata")
        assert found.text.split("\n\n") == [
            "The two presidents spoke by telephone on Monday and agreed to meet again.",
            "What was said",
            "First, the harvest.",
            "Second, the border.",
            "Nested.",
            "One.",
            "An indented paragraph is prose.",
            "It has a hard break.",
            "Quoted “words”.",
        ]

    def test_without_front_matter_the_first_heading_is_the_title(self, article: Article) -> None:
        found = article("call.md", f"# Presidents speak\n\n{LEAD}\n\n---\n\n{SECOND}\n")
        assert found.title == "Presidents speak"
        assert found.text == f"{LEAD}\n\n{SECOND}"

    def test_markers_that_pair_with_nothing_go_and_escaped_ones_stay(self, article: Article) -> None:
        found = article("call.md", f"{LEAD}\n\n**The president: **“We agreed,” he said\\*\\* to 5 * 3 reporters.")
        assert found.text.endswith("The president: “We agreed,” he said** to 5 * 3 reporters.")

    def test_a_year_at_the_start_of_a_paragraph_is_no_list_marker(self, article: Article) -> None:
        assert (
            "2026. So the declaration begins" in article("call.md", f"{LEAD}\n\n2026. So the declaration begins.").text
        )

    @pytest.mark.parametrize(
        "yaml", ["title: [unclosed", "- just\n- a: list", "a: &x [1]\nb: *x", "title: !!python/object:os.system x"]
    )
    def test_broken_front_matter_is_refused(self, refusal: Refusal, yaml: str) -> None:
        assert refusal("call.md", f"---\n{yaml}\nkey: value\n---\n{LEAD}").reason == "bad_front_matter"


class TestHtml:
    PAGE = f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Presidents speak | The Daily</title>
        <meta property="og:site_name" content="The Daily">
        <meta property="article:published_time" content="2026-02-05T09:00:00Z">
        <link rel="canonical" href="https://example.org/call"></head><body>
        <nav><ul><li><a href="/">Home</a></li><li><a href="/world">World news of today</a></li></ul></nav>
        <article><h1>Presidents speak</h1><p>{LEAD}</p><p>{SECOND}<span style="display: none">Hidden words.</span></p>
        <script>var x = "script words";</script><!-- a comment --><blockquote><p>{THIRD}</p></blockquote>
        <h2>Related stories</h2><ul><li><a href="/a">An older story about trade</a></li></ul></article>
        <footer><p>Copyright The Daily. All rights reserved.</p></footer></body></html>"""

    def test_the_article_is_kept_and_the_page_around_it_is_not(self, article: Article) -> None:
        found = article("call.html", self.PAGE)
        assert found.text.split("\n\n") == [LEAD, SECOND, THIRD]
        assert (found.title, found.publisher, found.url) == (
            "Presidents speak",
            "The Daily",
            "https://example.org/call",
        )
        assert (found.published_on, found.published_basis) == (date(2026, 2, 5), "metadata")

    def test_linked_data_gives_date_and_authors(self, article: Article) -> None:
        data = {
            "@graph": [
                {"@type": "WebSite", "name": "The Daily"},
                {
                    "@type": ["NewsArticle"],
                    "headline": "Presidents speak",
                    "datePublished": "2026-02-05T22:00:00-05:00",
                    "author": [{"@type": "Person", "name": "A. Writer"}],
                    "publisher": {"name": "The Daily"},
                },
            ]
        }
        page = f'<html><head><script type="application/ld+json">{json.dumps(data)}</script></head>'
        found = article("call.htm", f"{page}<body><article><p>{LEAD}</p><p>{SECOND}</p></article></body></html>")
        assert (found.title, found.authors, found.publisher) == ("Presidents speak", ("A. Writer",), "The Daily")
        assert found.published_on == date(2026, 2, 5)

    def test_a_page_whose_paragraphs_are_parted_by_blank_lines(self, article: Article) -> None:
        found = article(
            "call.html",
            f"<html><body><article>\n<h1>Presidents speak</h1>\n\n{LEAD}\n\n"
            f'They <a href="x">discussed</a> the harvest,\nofficials said.\n\n'
            "<ul>\nBULLET::::- They will meet.\nBULLET::::- They will talk.\n</ul>\n"
            "<h2>Sources</h2>\n<ul>\n"
            'BULLET::::- "<a href="y">Presidents speak</a>" — <i>The Daily</i>, March 3, 2024\n'
            "</ul></article></body></html>",
        )
        assert found.text.split("\n\n") == [
            LEAD,
            "They discussed the harvest, officials said.",
            "They will meet.",
            "They will talk.",
        ]

    def test_a_date_in_the_prose_of_a_page_is_not_its_date(self, article: Article) -> None:
        page = f"<article><p>{LEAD}</p><p>They last met on February 5, 2026, in Geneva.</p></article>"
        assert article("call.html", page).published_at is None

    def test_a_legacy_charset_is_read_as_the_page_declares_it(self, article: Article) -> None:
        head = '<head><meta http-equiv="Content-Type" content="text/html; charset=windows-1251"></head>'
        page = f"<html>{head}<body><p>{LEAD}</p><p>Москва и Киев.</p></body></html>"
        assert "Москва и Киев." in article("call.html", page.encode("cp1251")).text

    def test_a_page_without_text_is_refused(self, refusal: Refusal) -> None:
        assert refusal("call.html", "<html><body><script>render()</script></body></html>").reason == "no_text"


class TestJson:
    def test_an_object_is_an_article(self, article: Article) -> None:
        found = article(
            "call.json",
            json.dumps(
                {
                    "headline": "Presidents speak",
                    "articleBody": f"{LEAD}\n\n{SECOND}",
                    "datePublished": "2026-02-05",
                    "author": {"name": "A. Writer"},
                    "inLanguage": "en-US",
                }
            ),
        )
        assert (found.title, found.text, found.language) == ("Presidents speak", f"{LEAD}\n\n{SECOND}", "en")
        assert found.authors == ("A. Writer",)
        assert found.published_on == date(2026, 2, 5)

    def test_html_in_json_is_cleaned(self, article: Article) -> None:
        assert (
            article("call.json", json.dumps({"text": f"<p>{LEAD}</p><p>Salt &amp; grain.</p>"})).text
            == f"{LEAD}\n\nSalt & grain."
        )

    def test_each_article_of_a_list_is_numbered(self, put: Put, read: Read) -> None:
        put("calls.json", json.dumps([{"text": LEAD}, {"title": "no text"}, "a string", {"text": SECOND}]))
        assert accounted(read()) == [
            ("calls.json#1", "article"),
            ("calls.json#2", "bad_json"),
            ("calls.json#3", "bad_json"),
            ("calls.json#4", "article"),
        ]

    @pytest.mark.parametrize("content", ["{", "null", "3", '"text"', "[" * 100_000, '{"text": 1e400}', "1" * 10_000])
    def test_what_is_no_article_is_refused(self, refusal: Refusal, content: str) -> None:
        assert refusal("call.json", content).reason == "bad_json"

    def test_one_bad_line_never_stops_the_others(self, put: Put, read: Read) -> None:
        lines = [
            json.dumps({"text": LEAD}),
            "{broken",
            "",
            "\x00\x01\x02\x03",
            json.dumps({"text": SECOND, "title": "\ud800"}),
        ]
        put("calls.jsonl", "\n".join(lines))
        outcomes = read()
        assert accounted(outcomes) == [
            ("calls.jsonl#1", "article"),
            ("calls.jsonl#2", "bad_json"),
            ("calls.jsonl#4", "binary"),
            ("calls.jsonl#5", "article"),
        ]
        assert isinstance(outcomes[1], Rejected)
        assert "Line 2" in outcomes[1].detail
        assert json.loads(outcomes[1].excerpt or "") == {"excerpt": "{broken"}

    def test_a_line_beyond_the_limit_is_passed_over(self, put: Put, read: Read) -> None:
        long = json.dumps({"text": "word " * 2_000_000})
        put("calls.jsonl", f"{json.dumps({'text': LEAD})}\n{long}\n{json.dumps({'text': SECOND})}\n")
        assert [kind for _, kind in accounted(read(document_bytes=1_000_000))] == ["article", "too_large", "article"]

    def test_a_compressed_file_that_ends_early_gives_what_came_before(self, put: Put, read: Read) -> None:
        lines = "".join(json.dumps({"text": f"{LEAD} {number}"}) + "\n" for number in range(300))
        put("calls.jsonl.gz", gzip.compress(lines.encode())[:-60])
        outcomes = accounted(read())
        assert outcomes[0] == ("calls.jsonl.gz#1", "article")
        assert outcomes[-1][1] == "bad_gzip"

    def test_a_bomb_is_not_unfolded(self, put: Put, read: Read) -> None:
        put("bomb.jsonl.gz", gzip.compress(b" " * 50_000_000))
        put("lines.jsonl.gz", gzip.compress((json.dumps({"text": LEAD}) + "\n").encode() * 300))
        kinds = accounted(read(decompressed_bytes=20_000, document_bytes=10_000))
        assert kinds[0] == ("bomb.jsonl.gz#1", "too_large")
        assert kinds[-1][1] == "too_large"

    @pytest.mark.parametrize(
        ("name", "content"),
        [("none.json", b"[]"), ("none.jsonl.gz", gzip.compress(b"")), ("blank.jsonl.gz", gzip.compress(b"\n \n"))],
        ids=["list", "archive", "blank lines"],
    )
    def test_a_list_of_nothing_is_refused_and_not_lost(self, refusal: Refusal, name: str, content: bytes) -> None:
        assert refusal(name, content).reason == "empty"

    def test_what_is_no_gzip_is_refused(self, refusal: Refusal) -> None:
        assert refusal("calls.jsonl.gz", "plain text").reason == "bad_gzip"


class TestMail:
    def test_a_message_gives_subject_sender_date_and_body(self, article: Article) -> None:
        message = (
            "From: Press Office <press@example.org>\nTo: list@example.org\nSubject: =?utf-8?q?Presidents_speak?=\n"
            "Date: Thu, 05 Feb 2026 22:10:00 -0500\nContent-Type: text/plain; charset=iso-8859-1\n"
            f"Content-Transfer-Encoding: quoted-printable\n\n{LEAD}\n\nCaf=E9 talks followed in the afternoon.\n"
        )
        found = article("call.eml", message)
        assert (found.title, found.authors) == ("Presidents speak", ("Press Office",))
        assert found.text == f"{LEAD}\n\nCafé talks followed in the afternoon."
        assert (found.published_on, found.published_basis) == (date(2026, 2, 5), "metadata")

    def test_the_html_is_read_where_there_is_no_plain_part(self, article: Article) -> None:
        found = article(
            "call.eml", f"Subject: Presidents speak\nContent-Type: text/html\n\n<p>{LEAD}</p><p>{SECOND}</p>"
        )
        assert found.text == f"{LEAD}\n\n{SECOND}"

    @pytest.mark.parametrize(
        "message",
        [
            "no headers here",
            "Subject: x\nContent-Type: image/png\n\nxx",
            "Subject: x\nContent-Type: multipart/mixed\n\n",
        ],
    )
    def test_a_message_without_text_is_refused(self, refusal: Refusal, message: str) -> None:
        assert refusal("call.eml", message).reason in {"no_text", "not_an_article"}


class TestFeed:
    def test_each_entry_with_full_text_is_an_article(self, put: Put, read: Read) -> None:
        put(
            "feed.xml",
            f"""<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
            <title>The Daily</title><language>en</language>
            <item><title>Presidents speak</title><link>https://example.org/1</link>
            <pubDate>Thu, 05 Feb 2026 09:00:00 GMT</pubDate>
            <description>Short.</description><content:encoded><![CDATA[<p>{LEAD}</p><p>{SECOND}</p>]]></content:encoded></item>
            <item><title>Nothing in it</title></item></channel></rss>""",
        )
        first, second = read()
        assert isinstance(first, ParsedDocument)
        assert first.text == f"{LEAD}\n\n{SECOND}"
        assert (first.title, first.publisher, first.url) == ("Presidents speak", "The Daily", "https://example.org/1")
        assert first.published_on == date(2026, 2, 5)
        assert accounted([second]) == [("feed.xml#2", "summary_only")]

    def test_an_atom_summary_is_no_article(self, put: Put, read: Read) -> None:
        put(
            "feed.atom",
            f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>The Daily</title>
            <entry><title>One</title><published>2026-02-05T09:00:00Z</published>
            <content type="html">&lt;p&gt;{LEAD}&lt;/p&gt;</content></entry>
            <entry><title>Two</title><summary>{SECOND}</summary></entry></feed>""",
        )
        assert accounted(read()) == [("feed.atom#1", "article"), ("feed.atom#2", "summary_only")]

    def test_declared_entities_are_refused(self, refusal: Refusal) -> None:
        laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
        feed = '<rss version="2.0"><channel><title>&l9;</title></channel></rss>'
        bomb = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY l0 "ha">{laughs}]>{feed}'
        found = refusal("feed.rss", bomb)
        assert found.reason == "bad_xml"
        assert "entities" in found.detail

    @pytest.mark.parametrize(
        "declared",
        [
            f'<!DOCTYPE r [<!ENTITY x "{"ha" * 5_000}">]>',
            '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
            '<!DOCTYPE r [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x.dtd">%x;]>',
            "<!DOCTYPE r [<!ENTITY x 'ha'>]><broken",
        ],
        ids=["much of one", "a file", "an address", "not well-formed"],
    )
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
    def test_entities_are_refused_however_they_are_written(
        self, refusal: Refusal, declared: str, encoding: str
    ) -> None:
        feed = (
            f'{declared}<rss version="2.0"><channel><item><description>{"&x;" * 5_000}</description></item></channel>'
        )
        found = refusal("feed.atom", f'<?xml version="1.0" encoding="{encoding}"?>{feed}</rss>'.encode(encoding))
        assert found.reason == "bad_xml"
        assert "root:" not in found.detail

    @pytest.mark.parametrize("content", ["<a/>", "not xml at all", "<rss version='2.0'><channel/></rss>"])
    def test_what_is_no_feed_is_refused(self, refusal: Refusal, content: str) -> None:
        assert refusal("feed.xml", content).reason in {"bad_xml", "empty"}


class TestWarc:
    @staticmethod
    def record(body: bytes, content_type: str = "text/html; charset=utf-8", status: int = 200) -> bytes:
        http = (
            f"HTTP/1.1 {status} X\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        head = (
            "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000001>\r\n"
            "WARC-Target-URI: https://example.org/call\r\nWARC-Date: 2026-02-07T10:00:00Z\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
        )
        return head.encode() + http + b"\r\n\r\n"

    def test_each_page_is_an_article_dated_by_its_capture_at_last(self, put: Put, read: Read) -> None:
        page = f"<article><h1>Presidents speak</h1><p>{LEAD}</p><p>{SECOND}</p></article>".encode()
        records = [self.record(page), self.record(b"gone", status=404), self.record(b"\x89PNG", "image/png")]
        put("crawl.warc.gz", b"".join(map(gzip.compress, records)))
        outcomes = read()
        assert accounted(outcomes) == [
            ("crawl.warc.gz#1", "article"),
            ("crawl.warc.gz#2", "not_an_article"),
            ("crawl.warc.gz#3", "not_an_article"),
        ]
        first = outcomes[0]
        assert isinstance(first, ParsedDocument)
        assert first.text == f"{LEAD}\n\n{SECOND}"
        assert (first.url, first.published_basis) == ("https://example.org/call", "capture")

    def test_an_uncompressed_archive_is_read_too(self, put: Put, read: Read) -> None:
        put("crawl.warc", self.record(f"<p>{LEAD}</p><p>{SECOND}</p>".encode()))
        assert accounted(read()) == [("crawl.warc#1", "article")]

    def test_an_encoded_body_is_unfolded_to_the_limit_only(self, put: Put, read: Read) -> None:
        body = gzip.compress(b"<p>" + b"word " * 4_000_000)
        put("crawl.warc", self.record(body, "text/html\r\nContent-Encoding: gzip"))
        assert accounted(read(document_bytes=1_000_000)) == [("crawl.warc#1", "too_large")]

    @pytest.mark.parametrize(
        ("encoding", "body", "kind"),
        [
            ("gzip", gzip.compress(UNFOLDED), "too_large"),
            ("gzip, gzip", gzip.compress(gzip.compress(UNFOLDED)), "too_large"),
            ("deflate", zlib.compress(UNFOLDED), "too_large"),
            ("br", BROTLI_BOMB, "too_large"),
            ("identity", b"word " * 2_000_000, "too_large"),
            ("gzip", b"this is no gzip", "bad_warc"),
            ("br", b"nor is this brotli", "bad_warc"),
        ],
        ids=["gzip", "gzip twice", "deflate", "brotli", "plain", "no gzip", "no brotli"],
    )
    def test_a_page_that_is_a_bomb_or_broken_costs_no_other_page(
        self, put: Put, read: Read, encoding: str, body: bytes, kind: str
    ) -> None:
        after = self.record(f"<p>{LEAD}</p>".encode())
        put("crawl.warc", self.record(body, f"text/html\r\nContent-Encoding: {encoding}") + after)
        assert accounted(read(document_bytes=1_000_000)) == [("crawl.warc#1", kind), ("crawl.warc#2", "article")]

    @pytest.mark.parametrize("content", [b"no archive", b"\x1f\x8b\x08broken", b"WARC/1.0\r\n\r\n"])
    def test_what_is_no_archive_is_refused(self, put: Put, read: Read, content: bytes) -> None:
        put("crawl.warc.gz", content)
        assert [kind for _, kind in accounted(read())] == ["bad_warc"]
