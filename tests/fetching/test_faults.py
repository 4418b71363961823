"""Everything that goes wrong on the web: it is told with its reason and remedy, and costs nothing else."""

from __future__ import annotations

import gzip
import json
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler

import pytest

from pipelines.fetching.faults import REMEDIES, Reason
from pipelines.intake.intake import read_file
from pipelines.intake.records import ParsedDocument
from pipelines.intake.sources import find_inputs
from tests.fetching.web import PUBLIC, SITE, Reply, Web, answer, page, pieces, rss

MEBIBYTE = 1024 * 1024
BOMB = Reply(gzip.compress(b"\0" * 50 * MEBIBYTE, compresslevel=1), headers={"Content-Encoding": "gzip"})


def hang(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(0.5)
    handler.close_connection = True


def trickle(handler: BaseHTTPRequestHandler) -> None:
    def slowly() -> Iterator[bytes]:
        for _ in range(30):
            time.sleep(0.1)
            yield b"x"

    pieces(handler, slowly())


def huge(handler: BaseHTTPRequestHandler) -> None:
    pieces(handler, (b"x" * MEBIBYTE for _ in range(50)))


def cut_gzip(handler: BaseHTTPRequestHandler) -> None:
    body = gzip.compress(str(page("ports").body).encode() * 50)[:-20]
    answer(handler, Reply(body, headers={"Content-Encoding": "gzip"}))


FAULTS: dict[str, tuple[Reply | Callable[[BaseHTTPRequestHandler], None], Reason]] = {
    "silence": (hang, Reason.TIMEOUT),
    "a byte now and then": (trickle, Reason.TIMEOUT),
    "a server's error": (Reply(status=502), Reason.SERVER_ERROR),
    "not found": (Reply(status=410), Reason.NOT_FOUND),
    "a login": (Reply(status=401), Reason.HTTP_STATUS),
    "a body that breaks off": (Reply("<p>half", length=500), Reason.TRUNCATED),
    "gzip that ends early": (cut_gzip, Reason.TRUNCATED),
    "gzip that is none": (Reply("plain", headers={"Content-Encoding": "gzip"}), Reason.BAD_ENCODING),
    "a compression nobody asked for": (Reply("?", headers={"Content-Encoding": "br"}), Reason.BAD_ENCODING),
    "50 MB": (huge, Reason.TOO_LARGE),
    "a length beyond the limit": (Reply("x", length=10**12), Reason.TOO_LARGE),
    "a gzip bomb": (BOMB, Reason.TOO_LARGE),
    "a film": (Reply(b"\1\2", "video/mp4"), Reason.WRONG_TYPE),
    "a PDF that says it is a page": (Reply(b"%PDF-1.7"), Reason.WRONG_TYPE),
    "bytes that say they are a page": (Reply(b"\0\1\2\3" * 50), Reason.WRONG_TYPE),
    "nothing": (Reply(b" \n"), Reason.EMPTY),
    "a redirect to itself": (Reply(status=302, headers={"Location": "/bad"}), Reason.REDIRECT_LOOP),
    "a loop of two": (Reply(status=302, headers={"Location": "/back"}), Reason.REDIRECT_LOOP),
    "redirects without end": (Reply(status=302, headers={"Location": "/on/0"}), Reason.REDIRECTS),
    "a redirect to a file": (Reply(status=302, headers={"Location": "file:///etc/passwd"}), Reason.BAD_URL),
    "a redirect into a private network": (
        Reply(status=302, headers={"Location": "http://inside.example/admin"}),
        Reason.PRIVATE_ADDRESS,
    ),
    "a redirect to the machine itself": (
        Reply(status=302, headers={"Location": "http://[::ffff:127.0.0.1]/"}),
        Reason.PRIVATE_ADDRESS,
    ),
    "a redirect to a host without address": (
        Reply(status=302, headers={"Location": "http://nowhere.example/"}),
        Reason.UNREACHABLE,
    ),
    "a header that is none": (lambda handler: handler.wfile.write(b"\0\0\0\r\n\r\n") and None, Reason.TRUNCATED),
}


@pytest.mark.parametrize(("route", "reason"), FAULTS.values(), ids=FAULTS)
def test_a_fault_of_one_article_is_logged_with_its_remedy_and_stops_no_other(
    web: Web, route: Reply, reason: Reason
) -> None:
    web.names |= {"[::ffff:127.0.0.1]": ["::ffff:127.0.0.1"], "::ffff:127.0.0.1": ["::ffff:127.0.0.1"]}
    web.routes |= {
        "/feed": rss("/bad", "/good"),
        "/bad": route,
        "/good": page("ports"),
        "/back": Reply(status=302, headers={"Location": "/bad"}),
        **{f"/on/{n}": Reply(status=302, headers={"Location": f"/on/{n + 1}"}) for n in range(9)},
    }
    [report] = web.fetch({"most_bytes": MEBIBYTE})
    assert (report.new, dict(report.refused), report.fault) == (1, {reason.value: 1}, None)
    [line] = web.log().splitlines()
    logged = json.loads(line)
    assert (logged["source"], logged["url"], logged["reason"]) == ("source-0", f"{SITE}/bad", reason.value)
    assert logged["detail"].endswith(REMEDIES[reason])
    assert [path.name.partition("-")[0] for path in web.files()] == ["good"]
    assert not list(web.raw.rglob(".*"))
    assert "/admin" not in web.asked


def test_every_reason_has_a_remedy() -> None:
    assert set(REMEDIES) == set(Reason)


def test_a_long_body_is_cut_off_at_the_limit_and_never_held(web: Web) -> None:
    web.routes |= {"/feed": rss("/huge"), "/huge": huge}
    web.fetch({"url": f"{SITE}/none"})  # what is imported late does not count
    tracemalloc.start()
    [report] = web.fetch({"most_bytes": MEBIBYTE})
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert dict(report.refused) == {"too_large": 1}
    assert peak < 8 * MEBIBYTE


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_asks_for_a_pause_gets_it_and_is_asked_again(web: Web, status: int) -> None:
    replies = [Reply(status=status, headers={"Retry-After": "7"}), page("ports")]
    web.routes |= {"/feed": rss("/one"), "/one": lambda handler: answer(handler, replies.pop(0))}
    [report] = web.fetch()
    assert report.new == 1
    assert [pause for pause in web.pauses if pause >= 7] == [7]


def test_a_pause_may_be_a_date(web: Web) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    replies = [Reply(status=429, headers={"Retry-After": later}), page("ports")]
    web.routes |= {"/feed": rss("/one"), "/one": lambda handler: answer(handler, replies.pop(0))}
    assert web.fetch()[0].new == 1
    assert 25 < max(web.pauses) <= 30


def test_a_server_that_asks_for_more_than_is_waited_for_is_left_alone_until_the_next_run(web: Web) -> None:
    web.routes |= {"/feed": rss("/one", "/two"), "/one": Reply(status=429, headers={"Retry-After": "86400"})}
    [report] = web.fetch()
    assert report.stopped == "the server asks for 86400 s of rest"
    assert web.asked.count("/one") == 1
    assert "/two" not in web.asked
    assert max(web.pauses, default=0) < 60


def test_a_passing_error_is_tried_again_with_growing_pauses(web: Web) -> None:
    web.limits = replace(web.limits, backoff_seconds=1)
    replies = [Reply(status=500), Reply(status=500), page("ports")]
    web.routes |= {"/feed": rss("/one"), "/one": lambda handler: answer(handler, replies.pop(0))}
    assert web.fetch()[0].new == 1
    first, second = (pause for pause in web.pauses if pause >= 1)
    assert 1 <= first <= 2 <= second <= 3


def test_robots_txt_is_obeyed_for_the_feed_for_articles_and_behind_redirects(web: Web) -> None:
    web.routes |= {
        "/robots.txt": Reply(
            "User-agent: *\nDisallow: /private/\n\nUser-agent: readout\nDisallow: /no/\n", "text/plain"
        ),
        "/feed": rss("/no/one", "/to", "/private/two"),
        "/to": Reply(status=302, headers={"Location": "/no/three"}),
        "/private/two": page("ports"),
        "/no/feed": rss("/private/two"),
    }
    [report] = web.fetch()
    assert (report.new, dict(report.refused)) == (1, {"robots_disallow": 2})
    assert not [path for path in web.asked if path.startswith("/no/")]
    [report] = web.fetch({"url": f"{SITE}/no/feed"})
    assert report.fault is not None
    assert "robots.txt does not allow" in report.fault
    [report] = web.fetch({"url": f"{SITE}/no/feed", "robots": "articles"})
    assert report.fault is None


def test_a_robots_txt_that_cannot_be_had_forbids_all_and_is_asked_for_once(web: Web) -> None:
    web.routes |= {"/robots.txt": Reply(status=500), "/feed": rss("/one", "/two")}
    [report] = web.fetch({"robots": "articles"})
    assert dict(report.refused) == {"server_error": 2}
    assert web.asked.count("/robots.txt") == web.limits.attempts


def test_requests_to_a_host_keep_their_distance_and_its_crawl_delay(web: Web) -> None:
    web.routes |= {"/feed": rss("/one"), "/one": page("ports")}
    web.fetch({"politeness": {"seconds": 5}})
    assert [round(pause) for pause in web.pauses] == [5, 5]
    web.pauses.clear()
    web.routes["/robots.txt"] = Reply("User-agent: *\nCrawl-delay: 9\n", "text/plain")
    web.fetch({"politeness": {"seconds": 5}})
    assert [round(pause) for pause in web.pauses] == [9]


def test_a_source_stops_when_its_time_is_over(web: Web) -> None:
    web.limits = replace(web.limits, source_seconds=-1)
    web.routes |= {"/feed": rss("/one"), "/one": page("ports")}
    [report] = web.fetch()
    assert (report.new, report.stopped) == (0, "after -1 s")


@pytest.mark.parametrize("url", ["http://10.0.0.5/feed", "http://inside.example/feed", "http://localhost/feed"])
def test_a_private_address_is_asked_only_where_the_source_allows_it(web: Web, url: str) -> None:
    web.names |= {"localhost": ["::1", "127.0.0.1"], "10.0.0.5": ["10.0.0.5"]}
    web.routes |= {"/feed": rss(url.replace("/feed", "/one")), "/one": page("ports")}
    [report] = web.fetch({"url": url})
    assert report.fault is not None
    assert "allow_private: true" in report.fault
    assert web.asked == []
    assert web.fetch({"url": url, "allow_private": True})[0].new == 1


def test_a_name_that_changes_its_address_behind_the_check_gains_nothing(web: Web) -> None:
    """DNS rebinding: the connection goes to the address that was checked."""
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    web.resolve = lambda host, port: next(answers)  # type: ignore[method-assign]
    web.routes |= {"/feed": rss()}
    web.fetch()
    assert set(web.backend.dialled) == {PUBLIC}


def test_a_name_with_one_private_address_among_public_ones_is_not_asked(web: Web) -> None:
    web.names["news.example"] = [PUBLIC, "192.168.1.1"]
    [report] = web.fetch()
    assert report.fault is not None
    assert web.backend.dialled == []


BAD_LISTS: dict[str, tuple[str, bytes | str, str]] = {
    "a feed that is none": ("feed", "<html><p>Welcome</p></html>", "is no RSS or Atom feed"),
    "a feed with entities": ("feed", '<!DOCTYPE r [<!ENTITY a "b">]><rss version="2.0"></rss>', "XML entities"),
    "an empty feed": ("feed", "", "gave nothing"),
    "a sitemap cut short": ("sitemap", "<urlset><url><loc>http://news.ex", "nor well-formed"),
    "a sitemap with a bomb": ("sitemap", '<!DOCTYPE r [<!ENTITY a "b">]><urlset>&a;</urlset>', "XML entities"),
    "a page that is no sitemap": ("sitemap", "<html></html>", "is no sitemap"),
    "an API that gives a page": ("api", "<html></html>", "gave no JSON"),
    "an API without its list": ("api", '{"error": "key"}', "has no list under 'rows'"),
    "JSON without end": ("api", "[" * 100_000, "gave no JSON"),
}


@pytest.mark.parametrize(("kind", "body", "fault"), BAD_LISTS.values(), ids=BAD_LISTS)
def test_a_list_that_cannot_be_read_stops_its_source_alone(web: Web, kind: str, body: str, fault: str) -> None:
    web.routes |= {"/bad": Reply(body, "text/xml"), "/feed": rss("/one"), "/one": page("ports")}
    more = {"items": "rows", "fields": {"url": "link"}} if kind == "api" else {}
    bad, good = web.fetch({"kind": kind, "url": f"{SITE}/bad", **more}, {})
    assert bad.fault is not None
    assert fault in bad.fault
    assert good.new == 1
    assert fault in web.log()


def test_a_malformed_feed_gives_the_entries_that_can_be_read(web: Web) -> None:
    body = str(rss("/one", "/two").body)
    web.routes |= {"/feed": Reply(body[: body.index("/two</link>") + 11] + "& <b", "text/xml"), "/one": page("ports")}
    [report] = web.fetch()
    assert report.new == 1
    assert report.refused["bad_xml"] == 1
    assert "is not well-formed; 2 of its entries could be read" in web.log()


def test_entries_without_a_usable_link_are_refused_and_stop_no_other(web: Web) -> None:
    web.routes |= {"/feed": rss("javascript:alert(1)", "http://user:word@news.example/", "/one"), "/one": page("ports")}
    [report] = web.fetch()
    assert (report.new, dict(report.refused)) == (1, {"bad_url": 2})


@pytest.mark.parametrize(
    "path",
    ["/../../../etc/passwd", "/a/..%2f..%2f..%2fetc%2fpasswd", "/%00.html", "/con.html", "/.hidden", "/" + "n" * 500],
)
def test_no_url_writes_outside_the_folder_of_its_source(web: Web, path: str) -> None:
    web.routes |= {"/feed": rss(path), path: page("ports"), "/etc/passwd": page("ports")}
    assert web.fetch()[0].new == 1
    [file] = web.files()
    assert file.parent == web.raw / "source-0"
    assert not file.name.startswith(".")
    assert len(file.name) < 120
    assert len(list(web.raw.iterdir())) == 1


@pytest.mark.parametrize(
    ("body", "stated"),
    [
        (b"<p>{}</p>", "text/html; charset=iso-8859-1"),
        ("<p>{}</p>", "text/html; charset=windows-1251"),
        ('<meta charset="windows-1251"><p>{}</p>', "text/html; charset=utf-8"),
        (b"<p>{}</p>", "text/html; charset=no-such-thing"),
    ],
    ids=["UTF-8 that says Latin-1", "only the header knows", "the header lies, the page knows", "an unknown name"],
)
def test_text_is_read_rightly_whatever_the_header_says_of_its_encoding(
    web: Web, body: str | bytes, stated: str
) -> None:
    text = "Министр портов сказал в понедельник, что паром на остров весной снова выйдет в море. " * 6
    sent = body.replace(b"{}", text.encode()) if isinstance(body, bytes) else body.replace("{}", text).encode("cp1251")
    web.routes |= {"/feed": rss("/one"), "/one": Reply(sent, stated)}
    assert web.fetch({"language": "ru"})[0].new == 1
    [file] = find_inputs(web.raw)
    [article] = read_file(file, web.raw)
    assert isinstance(article, ParsedDocument)
    assert article.text == text.strip()


def test_a_state_that_was_damaged_is_told_with_the_remedy(web: Web) -> None:
    web.memory.mkdir()
    (web.memory / "source-0.json").write_text("{half")
    [report] = web.fetch()
    assert report.fault is not None
    assert "source-0.json" in report.fault
    assert "Delete the file" in report.fault
    assert (web.memory / "source-0.json").read_text() == "{half"


def test_two_fetches_at_a_time_are_not_let(web: Web) -> None:
    from pipelines.fetching.state import only_one

    with only_one(web.memory), pytest.raises(BlockingIOError, match="another fetch is at work"):
        web.fetch()


def test_a_line_of_the_log_that_a_kill_cut_short_spoils_no_other(web: Web) -> None:
    web.memory.mkdir()
    (web.memory / "refused.jsonl").write_text('{"half')
    web.routes["/feed"] = rss("/gone")
    web.fetch()
    assert json.loads(web.log().splitlines()[1])["reason"] == "not_found"
