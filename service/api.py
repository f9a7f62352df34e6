"""The JSON API as a whole: its collections, its description in OpenAPI, and a page that shows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Flask, current_app, jsonify, render_template
from flask.typing import ResponseReturnValue
from flask_smorest import Api

from service.api_fields import CODE, own_field
from service.partnership.partnerships import sent as scopes
from service.platform.web import api as web
from service.platform.web import api_searching
from service.platform.web.permits import Who, permit, permit_of
from service.platform.web.proof import fresh_of

VERSION = "1"
EXTENSION = "partnerskab-openapi"
METHODS = ("get", "post", "put", "patch", "delete")
ABOUT = """\
Everything that the pages show and do. A key acts for its person and sees what they may see; what is not theirs is
answered as what is not there: 404. Keys are issued on one's page.

Lists come in pages of `items`, with the path of the `next` page and the `limit` used. Times have a zone, days are
`2026-10-31`, months `2026-10`, money is integer øre in `DKK`. Errors are RFC 9457 problems, with `errors` by field, in Danish.

An unsafe call takes an `Idempotency-Key`: repeated within a day with the same key it has its effect once and its answer
again. A call that was refused is not remembered.

What can be edited has an `ETag`, in lists as `version`. A PUT or PATCH says by `If-Match` which one it changes: 412 when somebody
else has saved since, 428 without. A PUT holds every field, and what is left out of a PATCH stays as it is. A step that takes an
If-Match can do without.

A method that an address does not have is 405, and `Allow` says which it has. HEAD is answered as GET, without the body. Whatever
is sent to be changed is JSON of at most 2 MB, a file excepted; a field's name has at most 200 signs, all of which can be seen."""

# Every status that a call can be refused with, whatever the route.
PROBLEMS = {
    400: "It cannot be read: it is not JSON, or it was sent to a host that is not ours.",
    401: "There is no valid key.",
    403: "The key's purpose does not let it; or its person has to prove anew who they are, on a page: `detail` says where.",
    404: "It does not exist, or is not within the key's reach.",
    405: "The address has no such method. `Allow` says which it has.",
    409: "It is no longer, or not yet, in a state where this can be done.",
    412: "It has been changed since it was read: read it again.",
    413: "It is too much at once.",
    414: "The address is too long.",
    415: "It is not said to be JSON.",
    422: "It cannot be done, or fields are not as they should be: see `errors`.",
    428: "`If-Match` is missing.",
    429: "Too many wrong keys from this address.",
    500: "Something went wrong here. It has been noted.",
    503: "The service is briefly unavailable.",
}
ALWAYS = (400, 401, 403, 404, 414, 422, 429, 500, 503)
SENDING = (409, 413, 415)  # besides, to a call that changes something
FRESH = "The key's person must have proved anew who they are, on a page, within five minutes."
SECONDS = {"description": "In how many seconds to try again.", "schema": {"type": "integer", "minimum": 0}}
TELLING = {
    401: {"WWW-Authenticate": {"description": "How to show a key.", "schema": {"type": "string"}}},
    405: {"Allow": {"description": "The methods that there are.", "schema": {"type": "string"}}},
    429: {"Retry-After": SECONDS},
    503: {"Retry-After": SECONDS},
}

bp = Blueprint("api", __name__)


class _Documented(Api):
    """flask-smorest's description of the routes, without its answers to errors: `service.platform.web.errors` has those."""

    ERROR_SCHEMA = web.Problem

    def _register_error_handlers(self) -> None:
        pass


def init(app: Flask, resources: Sequence[web.Resource]) -> None:
    """Give the application its API: these resources, in the order in which they are described."""
    web.init(app)
    app.config.update(OPENAPI_URL_PREFIX=None)
    documented = _Documented(
        app,
        spec_kwargs={
            "title": "Partnerskab",
            "version": VERSION,
            "openapi_version": "3.1.0",
            "info": {"description": ABOUT},
        },
    )
    documented.ma_plugin.converter.add_attribute_function(own_field)
    components = documented.spec.components
    components.security_scheme("key", {"type": "http", "scheme": "bearer", "description": "A person's key."})
    components.schema("Scope", schema=scopes.ScopeSent)
    components.parameter(
        "IdempotencyKey",
        "header",
        {
            "name": "Idempotency-Key",
            "description": "A name of the caller's own for this one call, so that it can be repeated without harm.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[!-~]+$"},
        },
    )
    components.parameter(
        "IfMatch",
        "header",
        {
            "name": "If-Match",
            "description": "The `ETag` of what was read and is to be changed, or `*` for whatever there is.",
            "schema": {"type": "string", "minLength": 1},
        },
    )
    components.parameter("SearchWords", "header", api_searching.HEADER)
    for status, description in PROBLEMS.items():
        components.response(f"Problem{status}", _problem(status, description))
    with app.app_context():  # some fields say what the features have
        for resource in resources:
            documented.register_blueprint(resource)
    app.register_blueprint(bp)
    spec = documented.spec.to_dict()
    for (schema, *_options), name in documented.ma_plugin.converter.refs.items():
        spec["components"]["schemas"][name].setdefault("description", schema.__doc__ or "A page of a list.")
    app.extensions[EXTENSION] = _whole(spec, app, resources)


def _problem(status: int, description: str) -> dict[str, Any]:
    """An answer to who is refused, with what its headers tell."""
    schema = {"$ref": "#/components/schemas/Problem"}
    found = {"description": description, "content": {"application/problem+json": {"schema": schema}}}
    return {**found, "headers": TELLING[status]} if status in TELLING else found


def _whole(spec: dict[str, Any], app: Flask, resources: Sequence[web.Resource]) -> dict[str, Any]:
    """The description with what holds for every route: how one shows one's key, and how one is refused."""
    spec["security"] = [{"key": []}]
    spec["tags"] = [
        {"name": resource.name.removeprefix("api_"), "description": resource.description} for resource in resources
    ]
    endpoints = {
        (_path(rule.rule), method.lower()): rule.endpoint
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
    }
    for path, verbs in spec["paths"].items():
        for parameter in verbs.get("parameters", ()):
            if parameter.get("name") == "municipality_code":
                parameter["schema"] = CODE
        for verb in METHODS:
            if verb not in verbs:
                continue
            operation, endpoint = verbs[verb], endpoints[path, verb]
            operation["operationId"] = "_".join((verb, endpoint.removeprefix("api_").replace(".", "_")))
            operation["tags"] = [tag.removeprefix("api_") for tag in operation["tags"]]
            demanded = permit_of(app, endpoint)
            if demanded is not None and demanded.who not in (Who.SIGNED_IN, Who.MUNICIPALITY):
                operation["description"] = " ".join(
                    filter(None, (operation.get("description"), f"For {demanded.who.value.upper()} only."))
                )
            if fresh_of(endpoint, app):
                operation["description"] = " ".join(filter(None, (operation.get("description"), FRESH)))
            statuses = ALWAYS if verb == "get" else (*ALWAYS, *SENDING)
            if verb in ("put", "patch"):
                operation["parameters"].append({"$ref": "#/components/parameters/IfMatch"})
                statuses = (*statuses, 412, 428)
            elif hasattr(app.view_functions[endpoint], "says_what_was_seen"):
                operation["parameters"].append({"$ref": "#/components/parameters/IfMatch"})
                statuses = (*statuses, 412)
            operation["responses"].pop("default", None)
            _tell_query(operation)
            operation["responses"] |= {
                str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in statuses
            }
    spec["components"]["responses"] = {
        name: found for name, found in spec["components"]["responses"].items() if name.startswith("Problem")
    }
    spec["components"]["schemas"].pop("PaginationMetadata", None)
    known = {tag["name"] for tag in spec["tags"]}
    used = dict.fromkeys(
        tag for verbs in spec["paths"].values() for verb in METHODS if verb in verbs for tag in verbs[verb]["tags"]
    )
    spec["tags"] += [{"name": tag} for tag in used if tag not in known]
    spec["tags"] = [tag for tag in spec["tags"] if tag["name"] in used]
    return spec


def _tell_query(operation: dict[str, Any]) -> None:
    """What a call can be asked with in its address, and of a search what is better sent in a header."""
    asked = [each for each in operation.get("parameters", ()) if each.get("in") == "query"]
    for parameter in asked:
        _as_query(parameter)
    if "q" in {parameter["name"] for parameter in asked}:
        operation["parameters"].append({"$ref": "#/components/parameters/SearchWords"})


def _as_query(parameter: dict[str, Any]) -> None:
    """What is left out of a query, or empty there, is not there: there is no null in an address."""
    schema = parameter["schema"]
    parameter["allowEmptyValue"] = not parameter["required"]
    if isinstance(schema["type"], list):  # else it must be there
        schema["type"] = schema["type"][0]
    if "enum" in schema:
        schema["enum"] = [value for value in schema["enum"] if value is not None]
    if schema.get("default") in ("", None):
        schema.pop("default", None)


def _path(rule: str) -> str:
    return "".join(
        "{" + part.split(":")[-1].replace(">", "}") if part.endswith(">") or ">" in part else part
        for part in rule.split("<")
    )


@bp.get("/api/v1/openapi.json")
@permit.unasked
def openapi() -> ResponseReturnValue:
    """The description of the API, as OpenAPI."""
    return jsonify(current_app.extensions[EXTENSION])


@bp.get("/api/docs")
@permit.public
def docs() -> ResponseReturnValue:
    """The description of the API, as a page."""
    spec = current_app.extensions[EXTENSION]
    by_tag: dict[str, list[dict[str, Any]]] = {tag["name"]: [] for tag in spec["tags"]}
    for path, verbs in spec["paths"].items():
        shared = verbs.get("parameters", [])
        for verb in METHODS:
            if verb in verbs:
                operation = verbs[verb]
                parameters = [_resolved(spec, parameter) for parameter in (*shared, *operation.get("parameters", []))]
                by_tag[operation["tags"][0]].append(
                    {"path": path, "verb": verb.upper(), **operation, "parameters": parameters}
                )
    return render_template("api.html", spec=spec, tags=spec["tags"], by_tag=by_tag)


def _resolved(spec: dict[str, Any], item: dict[str, Any]) -> dict[str, Any]:
    name = item.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = spec["components"]["parameters"][name] if name else item
    return found
