"""The HTTP client of one source: polite, bounded, and never led into a private network.

Every request, redirects too, passes the same gates: the URL's scheme, robots.txt, the pause between requests, the
check of the address. An answer is read up to a limit and no further, and unfolded piece by piece.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx
from protego import Protego
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_exponential, wait_random

from pipelines.fetching.addresses import CheckedNetwork, Deadline, Resolve, resolve
from pipelines.fetching.faults import Fault, Reason
from pipelines.fetching.limits import Limits
from pipelines.fetching.sources import Source
from pipelines.fetching.urls import canonical, shown

ROBOT = "Readout"
"""The name by which robots.txt may address this program."""
_REDIRECTS = {301, 302, 303, 307, 308}
_GZIP = 16 + zlib.MAX_WBITS
_CHUNK = 64 * 1024
_NO_ROBOTS = {Reason.NOT_FOUND, Reason.HTTP_STATUS, Reason.REDIRECTS, Reason.REDIRECT_LOOP}
"""A host that answers so has no robots.txt; one that fails to answer may have one that forbids all."""
_RETRIED = {Reason.TIMEOUT, Reason.UNREACHABLE, Reason.SERVER_ERROR, Reason.TOO_MANY_REQUESTS, Reason.TRUNCATED}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server gave for a URL, after redirects; `body` is empty where nothing changed (304)."""

    url: str
    status: int
    headers: httpx.Headers
    body: bytes = b""

    @property
    def changed(self) -> bool:
        """Whether there is something new."""
        return self.status != 304

    @property
    def media_type(self) -> str:
        """Such as `text/html`; empty where the server does not say."""
        return str(self.headers.get("content-type", "")).partition(";")[0].strip().lower()

    @property
    def charset(self) -> str | None:
        """The encoding that the server states."""
        message = Message()
        message["content-type"] = self.headers.get("content-type", "")
        return message.get_content_charset()

    @property
    def validators(self) -> dict[str, str]:
        """What the next request for the same URL can be conditional on (RFC 9110, section 8.8)."""
        found = {"etag": self.headers.get("etag"), "last_modified": self.headers.get("last-modified")}
        return {name: value for name, value in found.items() if value}


@dataclass(slots=True)
class Pace:
    """When each host was asked last, whichever source asked."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _last: dict[str, float] = field(default_factory=dict)

    def wait(self, host: str, seconds: float) -> None:
        """Sleep until `seconds` have passed since `host` was asked last."""
        if host in self._last:
            pause = self._last[host] + seconds - self.clock()
            if pause > 0:
                self.sleep(pause)
        self._last[host] = self.clock()


@dataclass(frozen=True, slots=True)
class Network:
    """How the outside is reached: the system's ways, unless a test gives its own."""

    resolver: Resolve = resolve
    backend: httpcore.NetworkBackend | None = None


class Client:
    """Asks for URLs on behalf of one source; use it as a context manager."""

    def __init__(
        self, source: Source, limits: Limits, pace: Pace, user_agent: str, network: Network = Network()
    ) -> None:
        self._source, self._limits, self._pace, self._agent = source, limits, pace, user_agent
        self._deadline = Deadline()
        checked = CheckedNetwork(self._deadline, source.allow_private, network.resolver, network.backend)
        self._http = httpx.Client(
            transport=_CheckedTransport(checked),
            timeout=httpx.Timeout(limits.read_seconds, connect=limits.connect_seconds),
            follow_redirects=False,
            trust_env=False,  # through a proxy of the environment, the address could not be checked
        )
        self._robots: dict[str, Protego | Fault | None] = {}

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def get(
        self,
        url: str,
        most_bytes: int,
        validators: Mapping[str, str] | None = None,
        accept: str = "*/*",
        is_list: bool = False,
    ) -> Answer:
        """The whole answer for `url`, or that it has not changed since `validators`.

        `is_list` tells robots.txt of the source's own list from that of articles. Raises `Fault`.
        """
        body = bytearray()
        headers = {"Accept": accept, **_conditions(validators)}
        robots = self._source.robots == "all" or not is_list

        def take(answer: httpx.Response) -> None:
            body.clear()
            for piece in _unfolded(answer, most_bytes):
                body.extend(piece)

        answer = self._retried(lambda: self._follow(url, headers, robots, take, self._limits.request_seconds))
        return Answer(str(answer.url), answer.status_code, answer.headers, bytes(body))

    def download(self, url: str, path: Path, most_bytes: int) -> None:
        """Write what `url` gives to `path`, as it comes. Raises `Fault`; what is at `path` then is to be removed."""

        def take(answer: httpx.Response) -> None:
            with path.open("wb") as file:
                _copy(_bounded(answer.iter_raw(_CHUNK), most_bytes), file)

        self._retried(lambda: self._follow(url, {}, True, take, self._limits.download_seconds))

    def _retried(self, ask: Callable[[], httpx.Response]) -> httpx.Response:
        limits = self._limits
        backoff = wait_exponential(multiplier=limits.backoff_seconds, max=limits.most_backoff_seconds) + wait_random(
            0, limits.backoff_seconds
        )

        def pause(state: RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            asked = error.retry_after if isinstance(error, Fault) else None
            return max(asked or 0, backoff(state))

        def again(error: BaseException) -> bool:
            if not isinstance(error, Fault) or error.reason not in _RETRIED:
                return False
            return (error.retry_after or 0) <= limits.most_retry_after_seconds

        retrying = Retrying(
            stop=stop_after_attempt(limits.attempts),
            retry=retry_if_exception(again),
            wait=pause,
            sleep=self._pace.sleep,
            reraise=True,
        )
        return retrying(ask)

    def _follow(
        self,
        url: str,
        headers: Mapping[str, str],
        robots: bool,
        take: Callable[[httpx.Response], None],
        seconds: float,
    ) -> httpx.Response:
        """Follow redirects to an answer, and let `take` read its body."""
        here, been = canonical(url), set[str]()
        for _ in range(self._limits.redirects + 1):
            if here in been:
                raise Fault(Reason.REDIRECT_LOOP, f"{shown(url)} leads back to {shown(here)}.")
            been.add(here)
            if robots:
                self._check_robots(here)
            with self._ask(here, headers, seconds) as answer:
                target = answer.headers.get("location") if answer.status_code in _REDIRECTS else None
                if target is None:
                    _check_status(answer, here)
                    if answer.status_code != httpx.codes.NOT_MODIFIED:
                        take(answer)
                    return answer
            here = canonical(target, here)
        raise Fault(Reason.REDIRECTS, f"{shown(url)} is redirected more than {self._limits.redirects} times.")

    @contextmanager
    def _ask(self, url: str, headers: Mapping[str, str], seconds: float) -> Iterator[httpx.Response]:
        """One request, its errors told as faults, the server's pause kept."""
        host = urlsplit(url).netloc
        self._pace.wait(host, max(self._source.seconds, self._crawl_delay(url)))
        self._deadline.set(seconds)
        about = {"User-Agent": self._agent, "Accept-Encoding": "gzip", **headers}
        try:
            with self._http.stream("GET", url, headers=about) as answer:
                yield answer
        except httpx.TimeoutException as error:
            raise Fault(Reason.TIMEOUT, f"{host} did not answer in time.") from error
        except httpx.RemoteProtocolError as error:
            raise Fault(Reason.TRUNCATED, f"The answer of {host} broke off ({error}).") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Fault(Reason.UNREACHABLE, f"{host} cannot be reached ({error}).") from error

    def _check_robots(self, url: str) -> None:
        rules = self._rules(url)
        if isinstance(rules, Fault):
            raise rules
        if rules is not None and not rules.can_fetch(url, ROBOT):
            raise Fault(Reason.ROBOTS, f"{urlsplit(url).netloc}/robots.txt does not allow {shown(url)}.")

    def _crawl_delay(self, url: str) -> float:
        rules = self._robots.get(_origin(url))
        return float(rules.crawl_delay(ROBOT) or 0) if isinstance(rules, Protego) else 0.0

    def _rules(self, url: str) -> Protego | Fault | None:
        """The robots.txt of the host (RFC 9309): none where there is none; why, where it cannot be had in this run."""
        origin = _origin(url)
        if origin not in self._robots:
            text = bytearray()

            def take(answer: httpx.Response) -> None:
                text.clear()
                for piece in _unfolded(answer, self._limits.robots_bytes, cut=True):
                    text.extend(piece)

            try:
                self._retried(lambda: self._follow(urljoin(origin, "/robots.txt"), {}, False, take, 60))
                self._robots[origin] = Protego.parse(text.decode("utf-8", errors="replace"))
            except Fault as fault:
                self._robots[origin] = None if fault.reason in _NO_ROBOTS else fault
        return self._robots[origin]


class _CheckedTransport(httpx.BaseTransport):
    """httpx over an httpcore pool whose connections are checked."""

    def __init__(self, network: httpcore.NetworkBackend) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(), network_backend=network, max_connections=2, keepalive_expiry=10
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        with _told_as_httpx():
            answer = self._pool.handle_request(
                httpcore.Request(
                    request.method,
                    httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                    headers=request.headers.raw,
                    extensions=request.extensions,
                )
            )
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Stream(answer), extensions=answer.extensions
        )

    def close(self) -> None:
        self._pool.close()


class _Stream(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        with _told_as_httpx():
            yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


@contextmanager
def _told_as_httpx() -> Iterator[None]:
    try:
        yield
    except httpcore.TimeoutException as error:
        raise httpx.ReadTimeout(str(error)) from error
    except httpcore.RemoteProtocolError as error:
        raise httpx.RemoteProtocolError(str(error)) from error
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
        raise httpx.NetworkError(str(error)) from error


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _conditions(validators: Mapping[str, str] | None) -> dict[str, str]:
    known = validators or {}
    names = {"etag": "If-None-Match", "last_modified": "If-Modified-Since"}
    return {header: known[name] for name, header in names.items() if name in known}


def _check_status(answer: httpx.Response, url: str) -> None:
    status = answer.status_code
    if status in (httpx.codes.OK, httpx.codes.NOT_MODIFIED):
        return
    said = f"The server answered {status} for {shown(url)}."
    if status in (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE):
        raise Fault(Reason.TOO_MANY_REQUESTS, said, _retry_after(answer.headers.get("retry-after")))
    if status >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise Fault(Reason.SERVER_ERROR, said)
    gone = status in (httpx.codes.NOT_FOUND, httpx.codes.GONE)
    raise Fault(Reason.NOT_FOUND if gone else Reason.HTTP_STATUS, said)


def _retry_after(written: str | None) -> float | None:
    """Seconds, or the time until a date (RFC 9110, section 10.2.3); None where it is neither."""
    if written is None:
        return None
    if written.strip().isdigit():
        return float(written.strip()[:9])
    try:
        moment = parsedate_to_datetime(written)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _unfolded(answer: httpx.Response, most_bytes: int, cut: bool = False) -> Iterator[bytes]:
    """The body without its compression. Raises `Fault` beyond `most_bytes`, unless the rest is to be `cut` off."""
    coding = answer.headers.get("content-encoding", "identity").strip().lower()
    if coding in ("", "identity"):
        pieces = answer.iter_raw(_CHUNK)
    elif coding in ("gzip", "x-gzip"):
        pieces = gunzipped(answer.iter_raw(_CHUNK))
    else:
        raise Fault(Reason.BAD_ENCODING, f"The answer is compressed with {coding[:40]!r}, which was not asked for.")
    declared = answer.headers.get("content-length", "")
    if not cut and declared.isdigit() and int(declared[:15]) > most_bytes:
        raise Fault(Reason.TOO_LARGE, f"It has {declared[:15]} bytes, more than {most_bytes}.")
    yield from _bounded(pieces, most_bytes, cut)


def _bounded(pieces: Iterator[bytes], most_bytes: int, cut: bool = False) -> Iterator[bytes]:
    read = 0
    for piece in pieces:
        read += len(piece)
        if read > most_bytes:
            if cut:
                return
            raise Fault(Reason.TOO_LARGE, f"It has more than {most_bytes} bytes; it was read no further.")
        yield piece


def gunzipped(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """What gzip data unfolds to, never more than a chunk at a time. Raises `Fault` where it is broken or ends early."""
    unfolding = zlib.decompressobj(_GZIP)
    begun = False
    for piece in pieces:
        while piece:
            begun = True
            try:
                yield unfolding.decompress(piece, _CHUNK)
            except zlib.error as error:
                raise Fault(Reason.BAD_ENCODING, f"Its gzip data is broken ({error}).") from error
            piece = unfolding.unconsumed_tail
            if unfolding.eof:
                piece, unfolding = unfolding.unused_data, zlib.decompressobj(_GZIP)
                begun = bool(piece)
    while begun and (rest := unfolding.decompress(b"", _CHUNK)):
        yield rest
    if begun and not unfolding.eof:
        raise Fault(Reason.TRUNCATED, "Its gzip data ends too early.")


def _copy(pieces: Iterator[bytes], file: BinaryIO) -> None:
    for piece in pieces:
        file.write(piece)
