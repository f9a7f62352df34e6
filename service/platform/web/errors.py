"""Errors that a person can act on: the same refusals as a page and as problem+json."""

from __future__ import annotations

import http
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import structlog
from flask import Flask, Response, flash, g, jsonify, make_response, redirect, render_template, request
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError, InternalError
from werkzeug.exceptions import HTTPException, InternalServerError

from service.platform.web import again
from service.platform.web.reading import comes_back, reading, wants_json
from tenants.database import AWAY, NOT_WRITTEN_TO, away, db
from tenants.stored import Unreadable

log = structlog.get_logger()

type_of = "about:blank"
UNIQUE_VIOLATION = "23505"  # PostgreSQL's code
RETRY_AFTER = {429: 15 * 60, 503: 10}  # seconds


class Refusal(Exception):
    """What was asked for cannot be done, and why. `errors` says it field by field, where it is about fields."""

    status = http.HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, message: str, errors: Mapping[str, Sequence[str]] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.errors = {field: list(messages) for field, messages in (errors or {}).items()}


class Invalid(Refusal):
    """Fields that are not as they should be."""

    def __init__(self, errors: Mapping[str, Sequence[str]]) -> None:
        super().__init__(_("Some fields need another look."), errors)


class Conflict(Refusal):
    """Somebody or something was there first: the thing is no longer in the state it was shown in."""

    status = http.HTTPStatus.CONFLICT


class NotFound(Exception):
    """It does not exist, or is not the asker's to know of. The two look the same."""


class Forbidden(Refusal):
    """The asker may know of it, and may not do this with it."""

    status = http.HTTPStatus.FORBIDDEN


class TooFast(Refusal):
    """It has been asked for too often of late. `again`: in how many seconds it can be asked for again."""

    status = http.HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, message: str, again: int) -> None:
        super().__init__(message)
        self.again = again


class Busy(Exception):
    """Too many want the same at once: it can be done in a moment."""


def problem(
    status: int, title: str, detail: str, errors: Mapping[str, Sequence[str]] | None = None, kind: str = type_of
) -> Response:
    """An RFC 9457 answer."""
    body: dict[str, Any] = {
        "type": kind,
        "title": title,
        "status": status,
        "detail": detail,
        "errors": dict(errors or {}),
    }
    response = jsonify(body)
    response.status_code = status
    response.mimetype = "application/problem+json"
    response.headers.update(when_again(status))
    return response


def when_again(status: int) -> dict[str, str]:
    """What the headers say of when to come again."""
    return {"Retry-After": str(RETRY_AFTER[status])} if status in RETRY_AFTER else {}


ADVICE = {
    400: (_l("We could not read the request"), _l("Go back, load the page again and try once more.")),
    401: (_l("Sign in first"), _l("Your session has ended or you are not signed in.")),
    403: (_l("That is not yours to do"), _l("Ask whoever gave you access.")),
    404: (
        _l("The page is not here"),
        _l("It may have moved, or you may not have access to it. Check the address or go to the start page."),
    ),
    405: (_l("That is not possible here"), _l("Go back and use the buttons on the page.")),
    409: (_l("Something has changed in the meantime"), _l("Load the page again to see how it looks now.")),
    412: (_l("Something has changed in the meantime"), _l("Load the page again to see how it looks now.")),
    410: (_l("The link cannot be opened"), _l("Write or call your consultant at DRC to get a new one.")),
    413: (_l("That is too much at once"), _l("Shorten the text or choose a smaller file.")),
    414: (_l("The address is too long"), _l("Go back and use the links and buttons on the page.")),
    415: (_l("We read JSON only"), _l("Send JSON, with the header Content-Type: application/json.")),
    422: (_l("That cannot be done"), _l("Go back and look at what you entered.")),
    428: (_l("Say what you have seen"), _l("Send the ETag of what you have read, in the header If-Match.")),
    429: (
        _l("Too many attempts"),
        _l("Wait fifteen minutes and try again. Call your consultant at DRC if it is urgent."),
    ),
    503: (
        _l("The service is briefly unavailable"),
        _l("Try again in a few minutes. Nothing you have saved is lost."),
    ),
}
OTHERWISE = (
    _l("Something went wrong with us"),
    _l("It has been noted. Try again shortly. Nothing you have saved is lost."),
)


def _advice(status: int) -> tuple[str, str]:
    """Title and advice for a status, for a page."""
    title, advice = ADVICE.get(status, OTHERWISE)
    return str(title), str(advice)


def answer(
    status: int,
    detail: str | None = None,
    errors: Mapping[str, Sequence[str]] | None = None,
    call: tuple[str, str] | None = None,
    *,
    home: bool = True,
) -> ResponseReturnValue:
    """The error as a page or as problem+json. `call` is whom to call, name and phone, where that is known.

    `home`: whether the start page is a place to go to: it is none for who has a link and no account.
    """
    db.session.rollback()
    g.in_trouble = status >= 500
    title, advice = _advice(status)
    if wants_json():
        return problem(status, title, detail or advice, errors)
    headers = when_again(status)
    if request_ctx.url_adapter is None:  # sent to a host that is not ours: not even our own addresses can be told
        return Response(title, status, headers, content_type="text/plain; charset=utf-8")
    said = {"status": status, "title": title, "detail": detail, "advice": advice, "call": call, "home": home}
    return render_template("error.html", **said), status, headers


def _page_above(path: str) -> str:
    """The nearest page above an address that forms alone send to, which is opened by who loads the answer to such a form anew."""
    known = request_ctx.url_adapter
    while known is not None and (path := path.rpartition("/")[0]):
        with suppress(HTTPException):
            known.match(path, "GET")
            return path
    return "/"


def init(app: Flask) -> None:
    """Let every error of the application end in an answer that a person or a program can act on."""

    @app.errorhandler(Refusal)
    def refused(error: Refusal) -> ResponseReturnValue:
        return answer(error.status, error.message, error.errors)

    @app.errorhandler(TooFast)
    def too_fast(error: TooFast) -> ResponseReturnValue:
        response = make_response(answer(error.status, error.message))
        response.headers["Retry-After"] = str(error.again)
        return response

    @app.errorhandler(NotFound)
    def not_found(error: NotFound) -> ResponseReturnValue:
        return answer(404)

    @app.errorhandler(Busy)
    def busy(error: Busy) -> ResponseReturnValue:
        return answer(503, _("Many people want the same right now. Try again in a moment."))

    @app.errorhandler(HTTPException)
    def other(error: HTTPException) -> ResponseReturnValue:
        if isinstance(error, InternalServerError) and isinstance(error.original_exception, Exception):
            return _unexpected(error.original_exception)  # what broke after the view: the commit
        status = error.code or 500
        if status < 400 and error.response is not None:
            return error.response  # a redirect
        if status == 405 and reading() and not wants_json():
            return redirect(_page_above(request.path))
        if wants_json() and status == 422 and getattr(error, "data", None):
            return answer(422, None, flatten(error.data["messages"]))  # type: ignore[attr-defined]
        response = make_response(answer(status))
        response.headers.extend([(name, value) for name, value in error.get_headers() if name == "Allow"])
        return response

    app.register_error_handler(Exception, _unexpected)


def _unexpected(error: Exception) -> ResponseReturnValue:
    """What nobody meant to raise."""
    if isinstance(error, IntegrityError) and getattr(error.orig, "sqlstate", "") == UNIQUE_VIOLATION:
        log.warning("somebody_was_first", path=request.path)  # two acted at once: the one who came second is told
        return answer(409)
    if (once_more := again.asked(error)) is not None:
        return once_more
    if away(error):  # no fault of ours, and one that many meet at once: a line is enough
        log.warning("database_away", path=request.path, error=type(getattr(error, "orig", error)).__name__)
        return answer(
            503, _("Look whether it has been saved before you send it again.") if g.get("committing") else None
        )
    if comes_back() and isinstance(error, InternalError) and getattr(error.orig, "sqlstate", "") == NOT_WRITTEN_TO:
        return _press_again()
    log.exception("unexpected_error", path=request.path)  # noqa: LOG004 - called by an error handler
    if isinstance(error, Unreadable):
        return answer(500, _("Something that is stored here cannot be read: tell operations."))
    return answer(503 if isinstance(error, AWAY) else 500)


def _press_again() -> ResponseReturnValue:
    """What came back is no form to look at but an act: it is done by whoever presses its button again."""
    db.session.rollback()
    flash(_("It has not been done yet. Press the button here again."), "warning")
    return redirect(_page_above(request.path))


def flatten(messages: Any, prefix: str = "") -> dict[str, list[str]]:
    """Marshmallow's nested messages as `{"activities-0-place": [...]}`."""
    if isinstance(messages, list):
        return {prefix or "_schema": [str(m) for m in messages]}
    if not isinstance(messages, Mapping):
        return {prefix or "_schema": [str(messages)]}
    flat: dict[str, list[str]] = {}
    for key, value in messages.items():
        if not prefix and key in ("json", "query", "form", "path"):
            flat.update(flatten(value))
        elif key == "_schema":
            flat.update(flatten(value, prefix))
        else:
            flat.update(flatten(value, f"{prefix}-{key}" if prefix else str(key)))
    return flat
