"""JSON as it is sent: read once, without what JSON has not, and nothing that a schema does not know gets past."""

from __future__ import annotations

import http
import json
from typing import Any, NoReturn

from flask import g, request
from flask_babel import gettext as _
from marshmallow import Schema, ValidationError
from webargs.core import missing
from webargs.flaskparser import FlaskParser

from service.platform.web import names
from service.platform.web.errors import Invalid, Refusal, flatten


class MalformedJson(Refusal):
    """What was sent is not JSON."""

    status = http.HTTPStatus.BAD_REQUEST


class NotJson(Refusal):
    """What was sent does not say that it is JSON."""

    status = http.HTTPStatus.UNSUPPORTED_MEDIA_TYPE


class Parser(FlaskParser):
    """Reads what is sent. Nothing that a schema does not know gets past, in the query either."""

    DEFAULT_UNKNOWN_BY_LOCATION = {  # noqa: RUF012 - as the library declares it
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": None,
        "querystring": None,
    }

    def load_json(self, req: Any, schema: Schema) -> Any:
        """The body as JSON. Raises NotJson or MalformedJson; no body at all is an empty object."""
        return sent_json()

    def handle_error(self, error: ValidationError, req: Any, schema: Schema, **_kwargs: Any) -> NoReturn:
        """Refuse, field by field."""
        raise Invalid(flatten(error.messages)) from error


def sent_json() -> Any:
    """The body as JSON, read once. Raises NotJson or MalformedJson, and Refusal for a malformed name; no body at all is `missing`."""
    if "sent_json" not in g:
        g.sent_json = _read_json()
    return g.sent_json


def _read_json() -> Any:
    body = request.get_data(cache=True)
    if not body:
        return missing
    if not request.is_json:
        raise NotJson(_("Send JSON, with the header Content-Type: application/json."))
    given: list[str] = []

    def part(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        given.extend(name for name, _value in pairs)
        return dict(pairs)

    try:
        found = json.loads(body, parse_constant=_no_constant, object_pairs_hook=part)
    except (ValueError, RecursionError) as error:
        raise MalformedJson(_("What was sent is not JSON that can be read.")) from error
    names.check(given)
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
