"""Ask a provider something, so that it can keep nobody waiting and lead nowhere else: few at a time, a few seconds, little that is read."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any
from urllib.parse import urlencode

from service.platform.work import outward

MAX_BYTES = 256 * 1024
MAX_AT_ONCE = 4  # of a process, so that those who sign in with a password do not wait for those whose provider hangs
_room = threading.BoundedSemaphore(MAX_AT_ONCE)


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
    headers = {"Accept": "application/json"}
    if authorization:
        headers["Authorization"] = authorization
    body = None
    if form is not None:
        headers["Content-Type"], body = "application/x-www-form-urlencoded", urlencode(form).encode()
    # Not public alone: DRC's secretariat names the issuer, and a municipality's may stand beside the service.
    answer = outward.ask(url, headers, body, public=False, most=MAX_BYTES)
    if answer.status != 200:
        raise ProviderAway(f"status {answer.status}")
    if len(answer.body) > MAX_BYTES:
        raise ProviderAway("too much")
    return answer.body
