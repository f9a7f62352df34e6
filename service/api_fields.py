"""How the API's description says what a field of our own takes."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Any

from marshmallow import fields as plain

from service.partnership.agreements import schemas as agreements
from service.partnership.agreements.difference_items import ScopeValue
from service.partnership.partnerships import sent as scopes
from service.partnership.partnerships.rows import TextLines
from service.platform.web import api as web
from service.platform.web import contact_fields, date_fields, fields

MONTH = "^[0-9]{4}-[0-9]{2}$"
CODE = {"type": "string", "pattern": "^[0-9]{4}$", "description": "A municipality's code."}


def own_field(_converter: Any, field: Any, ret: dict[str, Any] | None = None, **_options: Any) -> dict[str, Any]:
    """What a field of our own takes, in JSON Schema. marshmallow's own fields are described by the library."""
    kind = next((kind for kind in OWN_FIELDS if isinstance(field, kind)), None)
    if kind is None:
        return {}
    found = OWN_FIELDS[kind](field)
    if kind in WHOLE or (field.required and not getattr(field, "may_be_blank", False)):
        return found
    found["type"] = [found["type"], "null"]
    if "enum" in found:
        found["enum"] = [*found["enum"], None]
    if isinstance(default := field.load_default, (enum.Enum, tuple)):
        found["default"] = default.value if isinstance(default, enum.Enum) else list(default)
    return found


def _scope(field: Any) -> dict[str, Any]:
    whole = {"$ref": "#/components/schemas/Scope"}
    return {"anyOf": [whole, {"type": "null"}]} if field.allow_none else whole


def _scope_part(_field: Any) -> dict[str, Any]:
    parts = {name: {"$ref": f"#/components/schemas/Scope/properties/{name}"} for name in scopes.ScopeSent().fields}
    return {"type": "object", "properties": parts, "additionalProperties": False}


def _ticks(field: Any) -> dict[str, Any]:
    items = (
        {"type": "string", "pattern": f"^{fields.CODE_OF_OPTION}$"}
        if field.of is None
        else {"type": "string", "enum": sorted(field.of)}
    )
    return {"type": "array", "items": items, "maxItems": fields.MOST_TICKS, "default": []}


def _lines(field: Any) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "string", "maxLength": field.most}, "maxItems": field.most_lines}


# The first that a field is one of describes it, so a kind stands before those it is made from.
OWN_FIELDS: dict[type, Callable[[Any], dict[str, Any]]] = {
    scopes.ScopeShown: _scope,
    agreements.ScopePart: _scope_part,
    ScopeValue: lambda _: {"type": ["string", "integer", "boolean", "object", "array", "null"]},
    TextLines: _lines,
    fields.Ticks: _ticks,
    web.Id: lambda _: {"type": "string", "format": "uuid"},
    web.Code: lambda _: dict(CODE),
    date_fields.Days: lambda field: {
        "type": "array",
        "items": {"type": "string", "format": "date"},
        "maxItems": field.most,
    },
    date_fields.Time: lambda _: {"type": "string", "pattern": "^([01]?[0-9]|2[0-3])[.:][0-5][0-9]$"},
    contact_fields.Email: lambda field: {"type": "string", "format": "email", "maxLength": field.most},
    fields.Text: lambda field: {"type": "string", "maxLength": field.most},
    fields.Number: lambda field: {"type": "integer", "minimum": field.low, "maximum": field.high},
    date_fields.Day: lambda _: {"type": "string", "format": "date"},
    date_fields.Month: lambda _: {"type": "string", "pattern": MONTH},
    fields.YesNo: lambda _: {"type": "boolean"},
    fields.Choice: lambda field: {"type": "string", "enum": sorted(field.of)},
    fields.Rows: lambda field: {"maxItems": field.most},
    web.MonthName: lambda _: {"pattern": MONTH},
    plain.AwareDateTime: lambda _: {"format": "date-time"},
}
WHOLE = (
    scopes.ScopeShown,
    agreements.ScopePart,
    ScopeValue,
    fields.Ticks,
    fields.Rows,
    web.MonthName,
    plain.AwareDateTime,
)  # these say themselves whether null is among them
