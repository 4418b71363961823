"""Fetching: each kind of source brings its articles as files that the intake reads, and nothing comes twice."""

from __future__ import annotations

import dataclasses
import gzip
import json
import os
import signal
import uuid
import warnings
from pathlib import Path

import pytest

from pipelines.fetching.files import sweep
from pipelines.intake.intake import read_file
from pipelines.intake.records import ParsedDocument
from pipelines.intake.sources import find_inputs
from tests.fetching.web import SITE, Reply, Web, page, rss

FERRY = "The minister of ports said on Monday that the ferry to the island will sail again in spring."


def articles(web: Web) -> list[ParsedDocument]:
    """What the intake makes of the raw folder: nothing that was fetched may be refused there."""
    found = [outcome for file in find_inputs(web.raw) for outcome in read_file(file, web.raw)]
    assert all(isinstance(one, ParsedDocument) for one in found), found
    return [one for one in found if isinstance(one, ParsedDocument)]


def sidecar(path: Path) -> dict[str, object]:
    stem = path.name.partition(".")[0]
    said = json.loads(path.with_name(f"{stem}.meta.json").read_text(encoding="utf-8"))
    assert isinstance(said, dict)
    return said


def test_a_feed_brings_the_pages_that_it_links_to(web: Web) -> None:
    web.routes |= {"/feed": rss("/2026/the-ferry-sails?utm_source=rss"), "/2026/the-ferry-sails": page("ports")}
    [report] = web.fetch()
    assert (report.new, report.unchanged, report.refused.total(), report.fault) == (1, 0, 0, None)
    [path] = web.files()
    assert path.parent == web.raw / "source-0"
    assert path.name.startswith("the-ferry-sails-")
    assert sidecar(path) == {
        "url": f"{SITE}/2026/the-ferry-sails",
        "title": "Ferry news /2026/the-ferry-sails?utm_source=rss",
        "publisher": "Harbour Desk",
        "published_at": "Mon, 02 Mar 2026 10:00:00 GMT",
        "language": "en",
        "licence": "CC0-1.0",
    }
    [article] = articles(web)
    assert article.text == FERRY
    assert str(article.published_on) == "2026-03-02"
    assert {headers["User-Agent"] for headers in web.headers} == {"Readout/test"}


def test_an_atom_feed_gives_the_text_of_its_entries_where_the_source_says_so(web: Web) -> None:
    web.routes["/feed"] = Reply(
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Harbour Desk</title><entry><title>Ferry</title>'
        f'<link href="{SITE}/one"/><published>2026-03-02T10:00:00Z</published><author><name>Ada Bo</name></author>'
        f'<content type="html">&lt;p&gt;{FERRY}&lt;/p&gt;&lt;p&gt;She named no date.&lt;/p&gt;</content>'
        "</entry></feed>",
        "application/atom+xml",
    )
    web.fetch({"text": "entry"})
    [article] = articles(web)
    assert article.text == f"{FERRY}\n\nShe named no date."
    assert (article.url, article.title, article.authors) == (f"{SITE}/one", "Ferry", ("Ada Bo",))
    assert f"{SITE}/one".removeprefix(SITE) not in web.asked


def test_a_sitemap_leads_to_others_that_may_be_compressed_and_match_keeps_urls_out(web: Web) -> None:
    urls = "".join(f"<url><loc>{SITE}/{name}</loc></url>" for name in ("news/one", "shop/two"))
    inner = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
    index = f"<sitemapindex><sitemap><loc>{SITE}/a.xml.gz</loc></sitemap></sitemapindex>"
    web.routes |= {
        "/map.xml": Reply(index, "application/xml"),
        "/a.xml.gz": Reply(gzip.compress(inner.encode()), "application/x-gzip"),
        "/news/one": page("ports"),
        "/shop/two": page("shops"),
    }
    [report] = web.fetch({"kind": "sitemap", "url": f"{SITE}/map.xml", "match": "/news/"})
    assert report.new == 1
    assert "/shop/two" not in web.asked


@pytest.mark.parametrize(
    ("paging", "second", "first_body"),
    [
        ({"parameter": "page", "first": 1}, "/api?page=2", {}),
        ({"next": "links.next"}, "/api/2", {"links": {"next": "/api/2"}}),
        ({"parameter": "from", "next": "go_on.mark"}, "/api?from=a+b", {"go_on": {"mark": "a b"}}),
    ],
)
def test_an_api_is_read_page_by_page(web: Web, paging: dict[str, object], second: str, first_body: object) -> None:
    def body(path: str, more: object) -> Reply:
        row = {"link": f"{SITE}{path}", "title": {"full": "Ferry"}, "when": "2026-03-02", "body": f"{FERRY} {path}"}
        return Reply(
            json.dumps({"data": {"rows": [row]}, **(more if isinstance(more, dict) else {})}), "application/json"
        )

    web.routes |= {"/api": body("/one", first_body), second: body("/two", {})}
    entry = {
        "kind": "api",
        "url": f"{SITE}/api",
        "items": "data.rows",
        "fields": {"url": "link", "title": "title.full", "published_at": "when", "text": "body"},
        "paging": paging,
    }
    [report] = web.fetch(entry)
    assert (report.new, report.fault) == (2, None)
    assert [article.text for article in articles(web)] == [f"{FERRY} /one", f"{FERRY} /two"]


def test_a_folder_is_copied_with_its_sidecars_and_a_link_that_leads_out_is_refused(web: Web, tmp_path: Path) -> None:
    share = tmp_path / "share"
    (share / "deep").mkdir(parents=True)
    (share / "deep" / "ferry.txt").write_text(FERRY)
    (share / "deep" / "ferry.meta.json").write_text('{"title": "Ferry", "publisher": "Port Office"}')
    (share / "many.jsonl").write_text(
        json.dumps({"text": f"{FERRY} One."}) + "\n" + json.dumps({"text": f"{FERRY} Two."})
    )
    (share / "many.meta.json").write_text('{"title": "Cannot hold for all"}')
    (share / "movie.mp4").write_bytes(b"\0")
    (tmp_path / "secret.txt").write_text("This is nobody's business but mine.")
    (share / "link.txt").symlink_to(tmp_path / "secret.txt")
    entry = {"kind": "folder", "url": str(share)}
    [report] = web.fetch(entry)
    assert (report.new, dict(report.refused)) == (2, {"outside_directory": 1})
    assert {(a.title, a.publisher) for a in articles(web)} == {("Ferry", "Port Office"), (None, "Harbour Desk")}
    assert web.fetch(entry)[0].new == 0

    (share / "deep" / "ferry.txt").write_text(f"{FERRY} It was said again.")
    assert web.fetch(entry)[0].new == 1


def test_a_prefix_of_an_object_store_is_a_folder(web: Web) -> None:
    import fsspec

    system = fsspec.filesystem("memory")
    system.pipe("/bucket/2026/ferry.txt", FERRY.encode())
    assert web.fetch({"kind": "folder", "url": "memory://bucket/2026"})[0].new == 1
    assert articles(web)[0].text == FERRY


def warc(*pages: tuple[str, str]) -> bytes:
    """A web archive, each record compressed on its own."""
    records = b""
    for url, text in pages:
        body = f"<html><body><p>{text}</p></body></html>".encode()
        http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(body) + body
        head = (
            f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2026-03-02T10:00:00Z\r\n"
            f"WARC-Record-ID: <urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, url)}>\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
        )
        records += gzip.compress(head.encode() + http + b"\r\n\r\n")
    return records


def test_a_list_of_web_archives_gives_the_pages_that_match_and_reads_no_local_file(web: Web, tmp_path: Path) -> None:
    secret = tmp_path / "secret.warc.gz"
    secret.write_bytes(warc((f"{SITE}/news/secret", FERRY)))
    pages = (f"{SITE}/news/one", f"{FERRY} One."), (f"{SITE}/shop/two", FERRY), (f"{SITE}/news/3", f"{FERRY} Three.")
    web.routes |= {
        "/list.txt": Reply(f"# crawl of March\na.warc.gz\nfile://{secret}\n", "text/plain"),
        "/a.warc.gz": Reply(warc(*pages), "application/octet-stream"),
    }
    entry = {"kind": "warc", "url": f"{SITE}/list.txt", "match": "/news/"}
    [report] = web.fetch(entry)
    assert (report.new, dict(report.refused)) == (2, {"bad_url": 1})
    assert {article.url for article in articles(web)} == {f"{SITE}/news/one", f"{SITE}/news/3"}

    web.asked.clear()
    assert web.fetch(entry)[0].new == 0
    assert "/a.warc.gz" not in web.asked, "an archive that was read is not brought again"


def test_a_broken_archive_gives_the_pages_before_the_break(web: Web, tmp_path: Path) -> None:
    path = tmp_path / "cut.warc.gz"
    path.write_bytes(warc((f"{SITE}/one", FERRY)) + warc((f"{SITE}/two", f"{FERRY} Two."))[:-40])
    [report] = web.fetch({"kind": "warc", "url": str(path)})
    assert report.new >= 1


def test_what_has_not_changed_is_asked_for_conditionally_and_brings_nothing(web: Web) -> None:
    feed = rss("/one")
    web.routes |= {"/feed": Reply(feed.body, feed.media_type, headers={"ETag": '"a"'}), "/one": page("ports")}
    assert web.fetch()[0].new == 1
    web.asked.clear()
    [report] = web.fetch()
    assert (report.new, report.unchanged) == (0, 1)
    assert web.asked == ["/robots.txt", "/feed"]
    assert web.headers[-1]["If-None-Match"] == '"a"'


def test_a_list_is_read_again_until_all_of_it_is_done(web: Web) -> None:
    """A feed that has not changed since still has what the last run left."""
    feed = rss("/one", "/two", "/three")
    web.routes |= {"/feed": Reply(feed.body, feed.media_type, headers={"ETag": '"a"'})}
    web.routes |= {f"/{name}": page(name) for name in ("one", "two", "three")}
    polite = {"politeness": {"seconds": 0, "articles": 2}}
    [report] = web.fetch(polite)
    assert (report.new, report.stopped) == (2, "after 2 articles")
    [report] = web.fetch(polite)
    assert (report.new, report.unchanged, report.stopped) == (1, 2, None)
    assert web.fetch(polite)[0].unchanged == 1


def test_an_index_that_has_not_changed_still_leads_to_sitemaps_that_have(web: Web) -> None:
    index = f"<sitemapindex><sitemap><loc>{SITE}/a.xml</loc></sitemap></sitemapindex>"
    web.routes |= {
        "/map.xml": Reply(index, "application/xml", headers={"ETag": '"i"'}),
        "/a.xml": Reply(f"<urlset><url><loc>{SITE}/one</loc></url></urlset>", "application/xml"),
        "/one": page("ports"),
        "/two": page("harbours"),
    }
    entry = {"kind": "sitemap", "url": f"{SITE}/map.xml"}
    web.fetch(entry)
    web.routes["/a.xml"] = Reply(f"<urlset><url><loc>{SITE}/two</loc></url></urlset>", "application/xml")
    assert web.fetch(entry)[0].new == 1


def test_nothing_comes_twice(web: Web) -> None:
    """Not by URL, by a redirect's end, by the page's own canonical link or by content; not from another source."""
    canonical = '<html><head><link rel="canonical" href="/one"></head><body><p>Short form for phones.</p></body></html>'
    web.routes |= {
        "/feed": rss("/one", "/one#top", "/one?utm_medium=x", "/moved", "/phone", "/copy"),
        "/other": rss("/one", "/new"),
        "/one": page("ports"),
        "/new": page("new"),
        "/moved": Reply(status=301, headers={"Location": "/one"}),
        "/phone": Reply(canonical),
        "/copy": page("ports"),
    }
    first, second = web.fetch({}, {"url": f"{SITE}/other"})
    assert (first.new, second.new, second.unchanged) == (1, 1, 1)
    assert len(web.files()) == 2


def test_a_canonical_link_to_the_front_page_or_another_host_is_not_believed(web: Web) -> None:
    def linked(href: str, name: str) -> Reply:
        return Reply(
            f'<html><head><link rel="canonical" href="{href}"></head><body><p>{FERRY} {name}</p></body></html>'
        )

    web.routes |= {
        "/feed": rss("/one", "/two", "/three"),
        "/one": linked("/", "one"),
        "/two": linked("/", "two"),
        "/three": linked("http://other.example/one", "three"),
    }
    assert web.fetch()[0].new == 3
    assert {article.url for article in articles(web)} == {f"{SITE}/one", f"{SITE}/two", f"{SITE}/three"}


def test_an_article_that_the_user_removed_stays_away(web: Web) -> None:
    web.routes |= {"/feed": rss("/one"), "/one": page("ports")}
    web.fetch()
    [path] = web.files()
    path.unlink()
    assert web.fetch()[0].new == 0
    assert web.files() == []


def test_what_was_refused_for_good_is_not_asked_again_until_it_is_to_be(web: Web) -> None:
    web.routes["/feed"] = rss("/gone")
    assert dict(web.fetch()[0].refused) == {"not_found": 1}
    web.routes["/gone"] = page("ports")
    assert web.fetch()[0].new == 0
    assert web.fetch(retry=True)[0].new == 1


def test_a_changed_entry_of_the_source_tries_again_what_was_refused(web: Web) -> None:
    web.routes |= {"/feed": rss("/long"), "/long": page("ports", FERRY * 20)}
    assert dict(web.fetch({"most_bytes": 1024})[0].refused) == {"too_large": 1}
    assert web.fetch({"most_bytes": 100_000})[0].new == 1


def test_what_failed_in_passing_is_tried_again(web: Web) -> None:
    feed = rss("/one")
    web.routes |= {"/feed": Reply(feed.body, feed.media_type, headers={"ETag": '"a"'}), "/one": Reply(status=500)}
    assert dict(web.fetch()[0].refused) == {"server_error": 1}
    web.routes["/one"] = page("ports")
    assert web.fetch()[0].new == 1


def killed_at(web: Web, renames: int) -> int:
    """Fetch in a process that is killed when it would rename its next file in the raw folder; how it ended."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the server's threads are not needed in the copy
        child = os.fork()
    if child == 0:
        real, left = Path.replace, [renames]

        def replace(path: Path, target: Path) -> Path:
            if path.is_relative_to(web.raw):
                if not left[0]:
                    os.kill(os.getpid(), signal.SIGKILL)
                left[0] -= 1
            return real(path, target)

        Path.replace = replace  # type: ignore[method-assign, assignment]
        web.limits = dataclasses.replace(web.limits, save_seconds=60)
        try:
            web.fetch()
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.parametrize("renames", [2, 3], ids=["between two articles", "between sidecar and article"])
def test_a_killed_fetch_leaves_nothing_half_and_the_next_goes_on(web: Web, renames: int) -> None:
    web.routes |= {"/feed": rss("/one", "/two", "/three")}
    web.routes |= {f"/{name}": page(name) for name in ("one", "two", "three")}
    assert killed_at(web, renames) == -signal.SIGKILL
    [whole] = [path for path in web.files() if not path.name.startswith(".")]
    assert sidecar(whole)["licence"] == "CC0-1.0"
    assert list(web.raw.rglob(".*.partial")), "it was killed while it wrote"

    web.asked.clear()
    [report] = web.fetch()
    assert (report.new, report.unchanged) == (2, 1)
    assert "/one" not in web.asked
    assert len(articles(web)) == 3
    assert not list(web.raw.rglob(".*"))


def test_leftovers_are_swept_and_articles_are_not(tmp_path: Path) -> None:
    for name in (".a.html.partial", "b.meta.json", "c.html", "c.meta.json", "d.txt"):
        (tmp_path / name).write_text("x")
    sweep(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c.html", "c.meta.json", "d.txt"]


def test_the_same_articles_come_as_the_same_bytes(web: Web, tmp_path: Path) -> None:
    web.routes |= {"/feed": rss("/one", "/two"), "/one": page("one"), "/two": page("two")}
    web.fetch()
    first = {path.name: path.read_bytes() for path in web.raw.rglob("*.*")}
    web.raw, web.memory = tmp_path / "again", tmp_path / "again-memory"
    web.fetch()
    assert {path.name: path.read_bytes() for path in web.raw.rglob("*.*")} == first
