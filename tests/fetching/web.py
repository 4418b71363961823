"""A small web for the tests: one server on the loopback address that stands for every host of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpcore
import yaml

from pipelines.fetching.client import Network, Pace
from pipelines.fetching.fetch import Report, Tools, fetch
from pipelines.fetching.limits import Limits
from pipelines.fetching.sources import read_sources

PUBLIC = "93.184.216.34"
SITE = "http://news.example"
QUICK = Limits(
    connect_seconds=1,
    read_seconds=0.3,
    request_seconds=0.6,
    download_seconds=5,
    backoff_seconds=0.01,
    attempts=3,
    most_retry_after_seconds=60,
    robots_bytes=4096,
    save_seconds=0,
)


@dataclass(frozen=True)
class Reply:
    """What the server answers."""

    body: bytes | str = b""
    media_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None
    """A Content-Length that is not the body's own."""


Route = Reply | Callable[[BaseHTTPRequestHandler], None]


def page(title: str, words: str = "") -> Reply:
    text = words or f"The minister of {title} said on Monday that the ferry to the island will sail again in spring."
    return Reply(f"<!doctype html><html><head><title>{title}</title></head><body><p>{text}</p></body></html>")


def rss(*paths: str, extra: str = "") -> Reply:
    items = "".join(
        f"<item><title>Ferry news {path}</title><link>{path if ':' in path else SITE + path}</link>"
        f"<pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate>{extra}</item>"
        for path in paths
    )
    body = (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><title>Harbour Desk</title>{items}</channel></rss>"
    )
    return Reply(body, "application/rss+xml")


class Dialling(httpcore.NetworkBackend):
    """Connects to the test's server, whatever address is asked for, and notes which."""

    def __init__(self, port: int) -> None:
        self._port, self._network = port, httpcore.SyncBackend()
        self.dialled: list[str] = []

    def connect_tcp(self, host: str, port: int, *rest: Any, **named: Any) -> httpcore.NetworkStream:
        self.dialled.append(host)
        return self._network.connect_tcp("127.0.0.1", self._port, *rest, **named)


class Web:
    """The server's pages by path, what it was asked, and a fetch that reaches nothing else."""

    def __init__(self, port: int, folder: Path) -> None:
        self.routes: dict[str, Route] = {}
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.port, self.raw, self.memory = port, folder / "raw", folder / "memory"
        self.backend = Dialling(port)
        self.names = {"news.example": [PUBLIC], "other.example": ["93.184.216.35"], "inside.example": ["10.0.0.5"]}
        self.pauses: list[float] = []
        self.limits = QUICK

    def resolve(self, host: str, _: int) -> list[str]:
        if host not in self.names:
            raise OSError("no such name")
        return self.names[host]

    def tools(self) -> Tools:
        return Tools(
            self.limits,
            Pace(sleep=self.pauses.append),
            Network(self.resolve, self.backend),
            lambda: datetime(2026, 3, 2, tzinfo=UTC),
        )

    def fetch(self, *entries: dict[str, Any], retry: bool = False) -> list[Report]:
        """Fetch sources of these entries, one after the other."""
        path = self.raw.with_name("sources.yaml")
        usual = {"kind": "feed", "url": f"{SITE}/feed", "publisher": "Harbour Desk", "licence": "CC0-1.0"}
        usual |= {"language": "en", "politeness": {"seconds": 0}}
        found = [{"name": f"source-{number}", **usual, **entry} for number, entry in enumerate(entries or ({},))]
        path.write_text(yaml.safe_dump({"sources": found}), encoding="utf-8")
        names = [str(entry["name"]) for entry in found]
        return fetch(read_sources(path), names, self.raw, self.memory, "test", retry, self.tools())

    def files(self) -> list[Path]:
        """The articles that lie in the raw folder, without sidecars."""
        every = sorted(path for path in self.raw.rglob("*") if path.is_file())
        return [path for path in every if not path.name.endswith(".meta.json")]

    def log(self) -> str:
        path = self.memory / "refused.jsonl"
        return path.read_text(encoding="utf-8") if path.exists() else ""


@contextmanager
def serving(folder: Path) -> Iterator[Web]:
    """A server in a thread, on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            web.asked.append(self.path)
            web.headers.append(dict(self.headers))
            route = web.routes.get(self.path, Reply("gone", status=404))
            if callable(route):
                route(self)
                return
            etag = route.headers.get("ETag")
            if etag and self.headers.get("If-None-Match") == etag:
                answer(self, Reply(status=304, headers={"ETag": etag}))
            else:
                answer(self, route)

        def log_message(self, *_: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            pass  # a client that hangs up is what some tests are about

    server = Quiet(("127.0.0.1", 0), Handler)
    web = Web(server.server_address[1], folder)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()


def answer(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
    body = reply.body.encode() if isinstance(reply.body, str) else reply.body
    handler.send_response(reply.status)
    if reply.media_type:
        handler.send_header("Content-Type", reply.media_type)
    for name, value in reply.headers.items():
        handler.send_header(name, value)
    if reply.status != 304:
        handler.send_header("Content-Length", str(len(body) if reply.length is None else reply.length))
    handler.end_headers()
    if reply.status != 304:
        handler.wfile.write(body)
    if reply.length is not None:
        handler.close_connection = True


def pieces(handler: BaseHTTPRequestHandler, parts: Iterable[bytes]) -> None:
    """Answer with a body whose length is not told, a piece at a time."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.send_header("Connection", "close")
    handler.end_headers()
    handler.close_connection = True
    for part in parts:
        handler.wfile.write(part)
        handler.wfile.flush()
