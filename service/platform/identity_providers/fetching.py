"""Ask a provider something, so that it can keep nobody waiting and lead nowhere else: few at a time, a few seconds, little that is read."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

SECONDS = 3.0  # from the first to the last byte
MAX_BYTES = 256 * 1024
MAX_AT_ONCE = 4  # of a process, so that those who sign in with a password do not wait for those whose provider hangs
_room = threading.BoundedSemaphore(MAX_AT_ONCE)
_trusted = ssl.create_default_context()


class ProviderAway(Exception):
    """A provider did not answer with what it was asked for. `cause` says why in a word, and nothing of what it said."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


def fetch(url: str, form: Mapping[str, str] | None = None, authorization: str = "") -> dict[str, Any]:
    """The JSON object at an address, or what comes of a form that is sent there. No redirect is followed. Raises ProviderAway."""
    if not _room.acquire(blocking=False):
        raise ProviderAway("busy")
    try:
        answer = _answer(url, form, authorization)
    except (
        OSError,
        HTTPException,
        ValueError,
    ) as error:  # a name that is none, an address that is none, a broken answer
        raise ProviderAway(type(error).__name__) from None
    finally:
        _room.release()
    try:
        told = json.loads(answer)
    except ValueError:  # RecursionError is what a deep one is
        raise ProviderAway("not json") from None
    except RecursionError:
        raise ProviderAway("too deep") from None
    if not isinstance(told, dict):
        raise ProviderAway("no object")
    return told


def _answer(url: str, form: Mapping[str, str] | None, authorization: str) -> bytes:
    parts = urlsplit(url)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    headers = {"Accept": "application/json", "Connection": "close"}
    if authorization:
        headers["Authorization"] = authorization
    body = None
    if form is not None:
        headers["Content-Type"], body = "application/x-www-form-urlencoded", urlencode(form)
    with _connection(parts.scheme, parts.hostname or "", parts.port) as connection:
        connection.request("POST" if form is not None else "GET", path, body, headers)
        answer = connection.getresponse()
        if answer.status != 200:
            raise ProviderAway(f"status {answer.status}")
        told = answer.read(MAX_BYTES + 1)
    if len(told) > MAX_BYTES:
        raise ProviderAway("too much")
    return told


@contextmanager
def _connection(scheme: str, host: str, port: int | None) -> Iterator[HTTPConnection]:
    """A connection that is cut off when its time is over, whatever comes in drop by drop."""
    secure = scheme == "https"
    wire = socket.create_connection((host, port or (443 if secure else 80)), timeout=SECONDS)
    cut = threading.Timer(SECONDS, wire.shutdown, [socket.SHUT_RDWR])
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
