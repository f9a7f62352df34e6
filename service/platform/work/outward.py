"""Speak to a machine outside over HTTP, so that it can keep nobody waiting and lead nowhere else: a few seconds, little that is read,
no redirect, and where that is asked for nothing but public addresses.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from ipaddress import IPv4Address, IPv6Network, ip_address
from urllib.parse import urlsplit

SECONDS = 3.0  # from the first to the last byte
UNICAST = IPv6Network("2000::/3")  # IANA's global unicast: what lies outside maps to other networks, or is nobody's
_SIX_TO_FOUR = IPv6Network("2002::/16")  # an IPv4 address in another dress (RFC 3056)
_trusted = ssl.create_default_context()


class NotPublic(OSError):
    """A name leads to a machine that is not on the public internet."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What a machine answered: its status, and its body as far as it was to be read."""

    status: int
    body: bytes


def ask(url: str, headers: Mapping[str, str], body: bytes | None = None, *, public: bool, most: int) -> HttpAnswer:
    """Ask by GET, or by POST where there is a body, and read `most` bytes of the answer and one more.

    `public`: only machines on the public internet are spoken to, and it is the very address that was looked at that is called.
    Raises NotPublic, another OSError, HTTPException, or ValueError for a name that is none.
    """
    parts = urlsplit(url)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    with _connection(parts.hostname or "", port, secure=secure, public=public) as connection:
        connection.request("GET" if body is None else "POST", path, body, {**headers, "Connection": "close"})
        answer = connection.getresponse()
        return HttpAnswer(answer.status, answer.read(most + 1))


@contextmanager
def _connection(host: str, port: int, *, secure: bool, public: bool) -> Iterator[HTTPConnection]:
    """A connection that is cut off when its time is over, whatever comes in drop by drop."""
    wire = socket.create_connection((_public(host, port), port) if public else (host, port), timeout=SECONDS)
    # Of a second hold on the same connection: TLS takes the first one for its own, and what is let go of cuts nothing.
    end = wire.dup()
    cut = threading.Timer(SECONDS, end.shutdown, [socket.SHUT_RDWR])
    cut.daemon = True
    cut.start()
    connection = HTTPSConnection(host, port) if secure else HTTPConnection(host, port)
    try:
        connection.sock = _trusted.wrap_socket(wire, server_hostname=host) if secure else wire
        yield connection
    finally:
        cut.cancel()
        connection.close()
        wire.close()
        end.close()


def _public(host: str, port: int) -> str:
    """The first address of a name, all of whose addresses are public. Raises NotPublic, and OSError for a name that nobody knows."""
    found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not found or not all(is_public(each) for each in found):
        raise NotPublic(f"{host} is not on the public internet")
    return found[0]


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet's: not this machine, nor a network behind it."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv4Address):
        return ip.is_global and not ip.is_multicast
    return ip in UNICAST and ip not in _SIX_TO_FOUR and ip.is_global
