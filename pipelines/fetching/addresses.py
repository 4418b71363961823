"""Which addresses may be connected to. The name is resolved once, and what was checked is what is connected to.

A name that answers with a public address when it is checked and a private one when it is used (DNS rebinding) gains
nothing: the connection goes to the checked address, while TLS still asks for the certificate of the name.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterable
from typing import Any

import httpcore

from pipelines.fetching.faults import Fault, Reason

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], list[str]]

_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
"""IPv4 behind a NAT64 gateway (RFC 6052)."""


def is_public(address: Address) -> bool:
    """Whether anyone on the internet may have `address`: by IANA's registries of special addresses.

    An IPv6 address that stands for an IPv4 address (mapped, 6to4, Teredo, NAT64) is what that one is.
    """
    if isinstance(address, ipaddress.IPv6Address):
        within = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if address in _TRANSLATED:
            within.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if not all(is_public(inner) for inner in within if inner is not None):
            return False
        if address.ipv4_mapped is not None:
            return True
    return address.is_global and not address.is_multicast


def resolve(host: str, port: int) -> list[str]:
    """The addresses of `host`, as the system resolves it. Raises `OSError` where it has none."""
    return list(dict.fromkeys(str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


class Deadline:
    """The moment by which an answer must be complete; the client sets it anew for each request."""

    def __init__(self) -> None:
        self._until = float("inf")

    def set(self, seconds: float) -> None:
        """From now on, `seconds` are left."""
        self._until = time.monotonic() + seconds

    def within(self, timeout: float | None) -> float:
        """The shorter of `timeout` and what is left. Raises `httpcore.ReadTimeout` where nothing is."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the time for the whole answer is over")
        return left if timeout is None else min(timeout, left)


class CheckedNetwork(httpcore.NetworkBackend):
    """Connects to public addresses only (to any, where `allow_private`), and keeps every read within the deadline."""

    def __init__(
        self,
        deadline: Deadline,
        allow_private: bool,
        resolver: Resolve = resolve,
        network: httpcore.NetworkBackend | None = None,
    ) -> None:
        """`resolver` and `network` are the system's, unless a test gives its own."""
        self._deadline, self._allow_private = deadline, allow_private
        self._resolve, self._network = resolver, network or httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of `host` that answers. Raises `Fault` (`private_address`) if one is private.

        All of them must be public: a name with one private address among them is a trap or a mistake.
        """
        try:
            addresses = self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"the host {host} has no address") from error
        if not self._allow_private:
            for address in addresses:
                if not is_public(ipaddress.ip_address(address.partition("%")[0])):
                    raise Fault(Reason.PRIVATE_ADDRESS, f"{host} is at {address}, an address of a private network.")
        failure: Exception = httpcore.ConnectError(f"the host {host} has no address")
        for address in addresses:
            try:
                within = self._deadline.within(timeout)
                stream = self._network.connect_tcp(address, port, within, local_address, socket_options)
                return _TimedStream(stream, self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure


class _TimedStream(httpcore.NetworkStream):
    """A connection on which nothing lasts beyond the deadline, not even a byte now and then."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.within(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.within(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, self._deadline.within(timeout))
        return _TimedStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
