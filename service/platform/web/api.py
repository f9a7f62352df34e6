"""What every route of the JSON API shares: its address, the shapes of what is asked and answered, lists, and who comes without a key."""

from __future__ import annotations

import functools
import http
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from flask import Flask, Response, request
from flask_babel import gettext as _
from flask_smorest import Blueprint
from limits import parse as rate
from marshmallow import Schema, ValidationError, fields
from werkzeug.exceptions import TooManyRequests

from service.platform.web import tries
from service.platform.web.errors import NotFound, problem
from service.platform.web.etags import ETAG, tagged
from service.platform.web.fields import Number, Strict, Text
from service.platform.web.identity import address, me
from service.platform.web.pages import MOST, Page
from service.platform.web.reading import sending, wants_json
from service.platform.web.security import csrf, takes_files
from service.platform.web.sent_json import Parser, sent_json
from tenants.calendar import month_name

PREFIX = "/api/v1"
WRONG_KEYS = rate("100 per 15 minutes")
View = TypeVar("View", bound=Callable[..., Any])


class Resource(Blueprint):
    """The routes of one collection."""

    ARGUMENTS_PARSER = Parser()

    def response(self, status_code: Any, schema: Any = None, **options: Any) -> Callable[[View], View]:
        """As the library's; the answer to what can be edited bears its version as `ETag`."""
        if not (isinstance(schema, type) and issubclass(schema, Editable)):
            return super().response(status_code, schema, **options)
        answered = super().response(status_code, schema, headers={"ETag": ETAG}, **options)

        def wrap(view: View) -> View:
            answering = answered(view)

            @functools.wraps(answering)
            def wrapper(*args: Any, **kwargs: Any) -> Response:
                return tagged(answering(*args, **kwargs))

            return wrapper  # type: ignore[return-value]

        return wrap


def resource(name: str, module: str, description: str) -> Resource:
    """The blueprint of a collection: under /api/v1, without the pages' token against forgery, as it takes no cookie."""
    blueprint = Resource(f"api_{name}", module, url_prefix=PREFIX, description=description)
    csrf.exempt(blueprint)
    return blueprint


class Item(Schema):
    """The shape of an answer. Only what is named in it leaves the house."""

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Every field is always there, so that a reader can rely on it."""
        field_obj.required = True


class Editable(Item):
    """The shape of what can be edited."""

    version = fields.String(
        allow_none=True, metadata={"description": "What `ETag` holds; null where the asker cannot edit it."}
    )


class MonthName(fields.String):
    """A month as `2026-10`."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return month_name(value) if value else None


class Problem(Item):
    """An error, by RFC 9457. `errors` says what is wrong, by field."""

    type = fields.String()
    title = fields.String()
    status = fields.Integer()
    detail = fields.String()
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))


def pages_of(item: type[Item]) -> type[Schema]:
    """The shape of a page of a list."""
    name = item.__name__.removesuffix("Item") + "Page"
    return Item.from_dict(
        {
            "items": fields.List(fields.Nested(item)),
            "next": fields.String(
                allow_none=True, metadata={"description": "The path of the next page; null on the last."}
            ),
            "limit": fields.Integer(metadata={"maximum": MOST}),
        },
        name=name,
    )


class Code(Text):
    """A municipality's code: four digits, as text."""

    blank = None

    def __init__(self, **options: Any) -> None:
        super().__init__(4, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}", value.strip(), re.ASCII):
            raise ValidationError(_("Write the municipality's code, for example 0580."))
        return value.strip()


class Id(Text):
    """The id of something, loaded as a UUID."""

    blank = None

    def __init__(self, **options: Any) -> None:
        super().__init__(36, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        try:
            return UUID(value)
        except (ValueError, TypeError, AttributeError) as error:
            raise ValidationError(_("This is not an id.")) from error


class ListQuery(Strict):
    """What a list is asked with."""

    cursor = Text(1200, required=False, metadata={"description": "Where the page begins; taken from `next`."})
    limit = Number(1, MOST, required=False, load_default=50)


class MunicipalQuery(ListQuery):
    """What a list of municipalities' things is asked with."""

    municipality_code = Code(required=False)


def within(code: str | None) -> str | None:
    """The code, when its municipality is within reach or none was asked for. Raises NotFound."""
    if code is not None and code not in me().codes:
        raise NotFound
    return code


def listed(items: Sequence[Any], cursor: str | None, limit: int) -> dict[str, Any]:
    """A page of a list, with the way to the next."""
    asked = {name: value for name, value in request.args.items() if name != "cursor"}
    following = f"{request.path}?{urlencode(asked | {'cursor': cursor})}" if cursor else None
    return {"items": items, "next": following, "limit": limit}


def listed_page(page: Page[Any], limit: int, as_item: Callable[[Any], Any] = lambda row: row) -> dict[str, Any]:
    """A page of rows as a page of a list."""
    return listed([as_item(row) for row in page.items], page.cursor, limit)


def merged(before: Mapping[str, Any], sent: Mapping[str, Any]) -> dict[str, Any]:
    """What a PATCH makes of what was: what is sent takes its place, inside objects too; a list is sent whole."""
    inside = {
        name: merged(before[name], value)
        for name, value in sent.items()
        if isinstance(value, Mapping) and isinstance(before.get(name), Mapping)
    }
    return {**before, **sent, **inside}


def under(prefix: str, errors: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Errors by field, for fields that were sent inside another."""
    return {f"{prefix}-{field}": list(messages) for field, messages in errors.items()}


def init(app: Flask) -> None:
    """Read what a program sends, whether the route asks for it or not; tell one without a valid key how to send one, and one
    that tries many to wait.
    """

    @app.before_request
    def read() -> None:
        view = app.view_functions.get(request.endpoint or "")
        if wants_json() and view is not None and sending() and not takes_files(view):
            sent_json()

    @app.after_request
    def unauthorised(response: Response) -> Response:
        if response.status_code != http.HTTPStatus.UNAUTHORIZED or not wants_json():
            return response
        challenge = 'Bearer realm="Partnerskab"'
        detail = _("Send a valid key in the header Authorization: Bearer KEY.")
        if request.headers.get("Authorization"):
            challenge += ', error="invalid_token"'
            try:
                tries.begin(WRONG_KEYS, "key from", address())  # calls with a right key from there go on unhindered
            except TooManyRequests:
                return problem(429, _("Too many attempts"), _("Wait fifteen minutes and try again."))
        refused = problem(401, _("Sign in first"), detail)
        refused.headers["WWW-Authenticate"] = challenge
        return refused
