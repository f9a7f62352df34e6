"""What follows from a field that is declared once."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import pytest
from marshmallow import Schema, ValidationError, fields

from service.platform.web.date_fields import Day
from service.platform.web.declared import (
    EVERY_WAY,
    FILE_ALONE,
    Column,
    Field,
    Shape,
    Way,
    blank,
    columns,
    fields_of,
    names,
    over,
)
from service.platform.web.fields import Choice, Rows, Strict, Text, Ticks, YesNo


class Size(StrEnum):
    """Two sizes."""

    SMALL = "small"
    LARGE = "large"


FIELDS = (
    Field("name", Text(20), "Navn", also=("Kaldes",), hint="Hvad det hedder.", example="Stol"),
    Field("size", Choice(Size), "Størrelse", options="sizes", blank="small", ways=EVERY_WAY - {Way.SENT}),
    Field("tags", Ticks(("red", "blue")), "Mærker", about="Colours.", blank=[]),
    Field("where", Rows(Text(5), 3), "Steder", shape=Shape.PLACES, ways=FILE_ALONE),
    Field("seen_on", Day(required=False), "Set", blank=None),
    Field("made_on", Day(required=False), blank=None, never_null=True, ways=frozenset({Way.TOLD})),
    Field("sold", YesNo(required=False), "Solgt", blank=False),
)


class Sent(Strict):
    """A thing as it is sent."""

    locals().update(fields_of(FIELDS, Way.SENT))
    more = Text(20, required=False)


def test_a_schema_asks_for_what_is_sent_in_the_order_of_the_declaration() -> None:
    assert list(Sent().fields) == ["name", "tags", "seen_on", "sold", "more"]
    assert Sent().load({"name": "Stol", "tags": ["red"]})["tags"] == {"red"}
    for wrong in ({"name": "Stol", "size": "small"}, {"name": "x" * 21}, {"name": "Stol", "tags": ["green"]}):
        with pytest.raises(ValidationError):
            Sent().load(wrong)


def test_the_api_tells_each_as_it_is_read() -> None:
    told: dict[str, Any] = fields_of(FIELDS, Way.TOLD)
    assert {name: type(field) for name, field in told.items()} == {
        "name": fields.String,
        "size": fields.String,
        "tags": fields.List,
        "seen_on": fields.Date,
        "made_on": fields.Date,
        "sold": fields.Boolean,
    }
    assert told["size"].metadata == {"enum": ["small", "large"]}
    assert (told["tags"].metadata, told["tags"].inner.metadata) == (
        {"description": "Colours."},
        {"enum": ["red", "blue"]},
    )
    assert [name for name, field in told.items() if field.allow_none] == ["seen_on"]
    assert Schema.from_dict(told)().dump({"name": "Stol", "sold": True}) == {"name": "Stol", "sold": True}


def test_a_column_has_the_shape_of_what_it_reads() -> None:
    found = columns(FIELDS)
    assert found[0] == Column(
        "name", "Navn", Shape.TEXT, ("Kaldes",), required=True, hint="Hvad det hedder.", example="Stol"
    )
    assert [(column.name, column.shape) for column in found] == [
        ("name", Shape.TEXT),
        ("size", Shape.CHOICE),
        ("tags", Shape.CHOICES),
        ("where", Shape.PLACES),
        ("seen_on", Shape.DAY),
        ("sold", Shape.YES_NO),
    ]


def test_what_is_kept_is_blank_at_first_and_what_a_file_says_stands_over_it() -> None:
    assert names(FIELDS, Way.KEPT) == ("name", "size", "tags", "seen_on", "sold")
    first = blank(FIELDS)
    assert first == {"name": "", "size": "small", "tags": [], "seen_on": None, "sold": False}
    first["tags"].append("red")
    assert blank(FIELDS)["tags"] == [], "each its own"
    assert over(FIELDS, {"name": "Bord", "where": ["x"]}, first) == {**first, "name": "Bord"}
