"""The version of what can be edited as HTTP has it: told as `ETag`, and sent again as `If-Match` by whoever changes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response, request

from service.platform.web.identity import me
from service.platform.web.versions import WHATEVER, Seen, State, seen_nothing, version_of

ETAG = {"description": "Its version, for the `If-Match` of a change.", "schema": {"type": "string"}}
View = TypeVar("View", bound=Callable[..., Any])


def seen() -> Seen:
    """What the caller says to have seen of what is to be changed: the versions of `If-Match`, or that there is nothing yet."""
    if request.if_none_match.star_tag:
        return seen_nothing()
    if request.if_match.star_tag:
        return Seen(None, there=True)
    versions = frozenset(request.if_match.as_set())  # the strong ones alone
    return Seen(versions) if "If-Match" in request.headers else seen_nothing(told=False)


def seen_if_told() -> Seen:
    """The same of a step: whoever says nothing takes it whatever there is."""
    return seen() if "If-Match" in request.headers else WHATEVER


def step(view: View) -> View:
    """Tell in the description that a call can say by `If-Match` what it has seen. It stands above `once`."""
    view.says_what_was_seen = True  # type: ignore[attr-defined]
    return view


def version_for_drc(state: State) -> str | None:
    """The version of what DRC alone edits: a municipality's key is not told it."""
    return version_of(state) if me().drc else None


def tagged(response: Response) -> Response:
    """What can be edited says which version it is. An answer that is given again says which one it was."""
    body = response.get_json(silent=True)
    if isinstance(body, dict) and body.get("version"):
        response.set_etag(body["version"])
    return response
