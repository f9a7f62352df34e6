"""The names of what is sent: of fields, of parts of an address's query, of files, of what stands in JSON.

A name that nobody could have given a field is refused on every route and before anything is done, whatever the route makes of
fields that it does not know: PostgreSQL stores no NUL, a page shows no direction sign, a log keeps to its lines.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

from flask import Flask, request
from flask_babel import gettext as _

from service.platform.web.errors import NotFound, Refusal
from service.platform.web.reading import wants_json

MAX_NAME = 200
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})  # Unicode's kinds of signs that are not shown


def is_malformed(name: str) -> bool:
    """Whether no field can be called so."""
    return len(name) > MAX_NAME or any(unicodedata.category(sign) in UNSEEN for sign in name)


def check(names: Iterable[str]) -> None:
    """Raise Refusal where one of the names is malformed. It is not repeated in the answer."""
    if any(map(is_malformed, names)):
        message = _(
            "The name of a field is too long or holds a sign that cannot be shown. Load the page again and try once more."
        )
        raise Refusal(message, {"_schema": [message]})


def _sent() -> Iterator[str]:
    yield from request.args
    if wants_json():
        return
    yield from request.form
    for name, file in request.files.items(multi=True):
        yield name
        yield (file.filename or "")[:MAX_NAME]  # how long a file's name may be is its system's business


def init(app: Flask) -> None:
    """Look at the names of every request that reaches a route. Those in JSON are looked at where that is read (`web.sent_json`)."""

    @app.before_request
    def names() -> None:
        if request.endpoint is None or request.endpoint == "static":
            return
        check(_sent())
        if any("\x00" in str(part) for part in (request.view_args or {}).values()):
            raise NotFound
        if any("\x00" in value for value in request.args.values()):  # no search, no page and no choice holds one
            raise Refusal(_("The text holds a sign that cannot be shown. Remove it, or write the text again by hand."))
