"""What every route of the JSON API shares: how it is read, listed, answered and repeated."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import http
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from flask import Flask, Response, g, jsonify, make_response, request
from flask_babel import gettext as _
from flask_smorest import Blueprint
from limits import parse as rate
from marshmallow import Schema, ValidationError, fields
from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from webargs.core import missing
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import TooManyRequests

from service.platform.web import names, tries
from service.platform.web.errors import Conflict, Invalid, NotFound, Refusal, flatten, problem, wants_json
from service.platform.web.fields import Number, Strict, Text
from service.platform.web.identity import address, me
from service.platform.web.models import IdempotentAnswer
from service.platform.web.pages import MOST, Page
from service.platform.web.reading import sending
from service.platform.web.security import csrf, takes_files
from service.platform.web.versions import WHATEVER, Seen, State, seen_nothing, version_of
from tenants.calendar import month_name
from tenants.database import db, now

PREFIX = "/api/v1"
KEPT = dt.timedelta(days=1)  # how long the answer to a repeated call is remembered
WRONG_KEYS = rate("100 per 15 minutes")
View = TypeVar("View", bound=Callable[..., Any])


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
                return _tagged(answering(*args, **kwargs))

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


ETAG = {"description": "Its version, for the `If-Match` of a change.", "schema": {"type": "string"}}


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

    cursor = Text(600, required=False, metadata={"description": "Where the page begins; taken from `next`."})
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


def once(view: View) -> View:
    """Let a call that is repeated with the same `Idempotency-Key` have its effect once and its answer again.

    The key is claimed and the answer kept in the call's own transaction, so that a call which was refused or broke off
    leaves nothing behind, and one that comes while the first is under way waits for it. Raises Invalid for a malformed
    key and Refusal for a key that was used for another call.
    """
    return once_without()(view)


def once_without(*secrets: str) -> Callable[[View], View]:
    """As `once`, but for the named parts of the answer: they are told the first time and kept nowhere, so that a repeated call
    is answered with null in their place.
    """

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def wrapper(*args: Any, **kwargs: Any) -> Response:
            key = request.headers.get("Idempotency-Key")
            if key is None:
                return _answered(make_response(view(*args, **kwargs)))
            if not re.fullmatch(r"[!-~]{1,100}", key):
                raise Invalid({"Idempotency-Key": [_("The key is from 1 to 100 visible signs of ASCII.")]})
            kept = _claim(key)
            if kept is not None:
                response = jsonify(kept.body) if kept.status != http.HTTPStatus.NO_CONTENT else Response()
                response.status_code = kept.status
                response.headers["Idempotent-Replayed"] = "true"
                return _answered(response)
            response = make_response(view(*args, **kwargs))
            body = (response.get_json(silent=True) or {}) | dict.fromkeys(secrets)
            mine = (IdempotentAnswer.person_id == me().person_id) & (IdempotentAnswer.key == key)
            db.session.execute(update(IdempotentAnswer).where(mine).values(status=response.status_code, body=body))
            return _answered(response)

        _document_key(wrapper)
        return wrapper  # type: ignore[return-value]

    return wrap


def _claim(key: str) -> IdempotentAnswer | None:
    """Claim a key for this call: None when it is now claimed, else the answer it was given before."""
    identity = me()
    sent = (
        "\n".join((request.method, request.full_path, ",".join(sorted(identity.codes)))).encode()
        + b"\n"
        + request.get_data(cache=True)
    )
    mark = hashlib.sha256(sent).hexdigest()
    table = IdempotentAnswer
    db.session.execute(delete(table).where(table.person_id == identity.person_id, table.created_at < now() - KEPT))
    claimed = db.session.execute(
        insert(table)
        .values(person_id=identity.person_id, key=key, request_hash=mark, status=0, body={}, created_at=now())
        .on_conflict_do_nothing()
        .returning(table.key)
    ).scalar()
    if claimed is not None:
        return None
    kept = db.session.get(table, (identity.person_id, key))
    if kept is None:
        raise Conflict(_("A call with this key was under way and has been undone. Send it again."))
    if kept.request_hash != mark:
        raise Refusal(
            _("This key has been used for another call. A new call needs a new key."),
            {"Idempotency-Key": [_("This key has been used for another call.")]},
        )
    return kept


def _answered(response: Response) -> Response:
    """What was created says where it is."""
    body = response.get_json(silent=True) if response.status_code == http.HTTPStatus.CREATED else None
    if body:
        response.headers["Location"] = f"{request.path}/{body['id']}"
    return _tagged(response)


def _tagged(response: Response) -> Response:
    """What can be edited says which version it is. An answer that is given again says which one it was."""
    body = response.get_json(silent=True)
    if isinstance(body, dict) and body.get("version"):
        response.set_etag(body["version"])
    return response


def _document_key(view: Any) -> None:
    documented = dict(getattr(view, "_apidoc", {}))
    documented["manual_doc"] = {**documented.get("manual_doc", {}), "parameters": ["IdempotencyKey"]}
    view._apidoc = documented  # noqa: SLF001 - where flask-smorest keeps what is said of a view


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
