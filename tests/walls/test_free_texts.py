"""Every column of free text is written through a field that warns, or it is said here why not; and every form with one warns."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from marshmallow import Schema

import service
from service.features import FEATURES
from service.platform.web.fields import Part, Rows, Strict, Text
from service.platform.web.personal import FreeText, Looked, free_texts
from tenants.database import Base
from tenants.personal import Data, classes_of

SERVICE = Path(service.__file__).parent
LOOKED_AT = re.compile(r"""(?:looked_again\(\w+, |free_texts\()"(\w+)"\)""")

COPIED = "it is copied from what was warned of where it was written"
MADE = "it is made of what was warned of where it was written"
DRAFT = "it is typed and not sent yet: the browser warns, and what is sent is warned of"
NAMED = "it is the name of a group or what it is shared by, put together by the service"

# What each free text is written by: the schema and its field. Or why it is not.
WRITTEN: dict[str, tuple[str, str] | str] = {
    "activities.name": ("ActivityForm", "name"),
    "activities.place": ("ActivityForm", "place"),
    "activities.address": ("ActivityForm", "address"),
    "activities.target_group": ("ActivityForm", "target_group"),
    "activities.partners": ("ActivityForm", "partners"),
    "capacity_moves.remark": ("NeedAnswerFields", "remark"),
    "capacity_moves.answer_remark": ("RemarkFields", "remark"),
    "capacity_moves.given_back_remark": ("RemarkFields", "remark"),
    "checkin_lines.answer": "a check-in asks for numbers and choices of a line, and for no words",
    "checkins.draft": DRAFT,
    "checkins.group_name": COPIED,
    "checkins.story": ("StoryFields", "story"),
    "declarations.group_name": COPIED,
    "duties.remark": ("DoneFields", "remark"),
    "duties.title": COPIED,
    "factor_events.reason": ("WhyTaken", "reason"),
    "feeds.title": NAMED,
    "follow_ups.name": COPIED,
    "follow_ups.words": ("ToldSent", "words"),
    "group_areas.part": ("GroupFields", "areas-*-part"),
    "group_feeds.title": NAMED,
    "group_places.address": ("GroupFields", "places-*-address"),
    "group_places.name": ("GroupFields", "places-*-name"),
    "group_words.word": MADE,
    "groups.name": ("GroupFields", "name"),
    "groups.sort_key": MADE,
    "invitations.reason": ("InvitedFields", "reason"),
    "ledger_samples.remark": ("SignedFields", "remark"),
    "memberships.ended_reason": ("WhyItEnds", "reason"),
    "memberships.reason": ("InvitedFields", "reason"),
    "need_answers.given_back_remark": COPIED,
    "need_answers.remark": COPIED,
    "need_events.remark": ("RemarkFields", "remark"),
    "needs.remark": ("NeedFields", "remark"),
    "networks.about": ("NetworkFields", "about"),
    "public_groups.about": ("PublicGroupFields", "about"),
    "networks.name": ("NetworkFields", "name"),
    "networks.sort_key": MADE,
    "persons.disabled_reason": ("WhyItEnds", "reason"),
    "sessions.cancelled_text": ("NewSession", "cancelled_text"),
    "shares.title": COPIED,
    "statements.reason": ("EditionFields", "reason"),
    "territory_municipalities.reason": ("MovedFields", "reason"),
}


# What is not looked at.
_ROW_BY_ROW = "a file is looked through row by row before it is imported, and has nobody at each field"
FILES = dict.fromkeys(("GroupRow", "SessionRow"), _ROW_BY_ROW)


def every_free_text() -> set[str]:
    models: list[Any] = [mapper.class_ for mapper in Base.registry.mappers]
    return {
        f"{model.__tablename__}.{column}"
        for model in models
        for column, data in classes_of(model).items()
        if data is Data.FREE_TEXT
    }


def schemas() -> list[type[Schema]]:
    """Every schema of what is sent."""
    assert FEATURES
    for found in pkgutil.walk_packages([str(SERVICE)], "service."):
        if found.name.endswith("schemas"):
            importlib.import_module(found.name)
    return list(_below(Strict))


def _below(schema: type[Schema]) -> Iterator[type[Schema]]:
    for each in schema.__subclasses__():
        yield each
        yield from _below(each)


def unlooked(every: list[type[Schema]]) -> set[str]:
    """Schemas with a free text that nobody looks at: neither they, nor what it stands in, nor what they are a part of."""
    inside = {part for each in every for part in _parts(each)}
    return {each.__name__ for each in every if _holds(each) and each not in inside}


def _holds(schema: type[Schema]) -> bool:
    if issubclass(schema, Looked):
        return False
    own = any(isinstance(field, FreeText) for field in schema().fields.values())
    return own or any(map(_holds, _parts(schema)))


def _parts(schema: type[Schema]) -> Iterator[type[Schema]]:
    for field in schema().fields.values():
        each = field.inner if isinstance(field, Rows) else field
        if isinstance(each, Part):
            yield type(each.schema)


def test_every_free_text_is_warned_of_where_it_is_written_or_says_why_not() -> None:
    assert WRITTEN.keys() == every_free_text()
    assert schemas()
    for column, by in WRITTEN.items():
        if isinstance(by, tuple):
            assert by[1] in free_texts(Looked.by_name[by[0]]()), column


def test_whatever_holds_a_free_text_is_looked_at() -> None:
    assert unlooked(schemas()) == FILES.keys()


def test_the_control_a_free_text_that_nobody_looks_at_is_found() -> None:
    class Unlooked(Strict):
        remark = FreeText()

    class Harmless(Strict):
        name = Text()

    assert unlooked([Unlooked, Harmless]) == {"Unlooked"}


def test_every_form_with_a_free_text_warns_in_the_browser_too() -> None:
    loaded = {
        name for file in SERVICE.rglob("*views.py") for name in re.findall(r"\bload\((\w+)\(\)", file.read_text())
    }
    shown = {name for file in SERVICE.rglob("*.html") for name in LOOKED_AT.findall(file.read_text())}
    assert schemas()
    warned_of = [free_texts(Looked.by_name[name]()) for name in shown]
    assert {
        name for name in loaded & Looked.by_name.keys() if free_texts(Looked.by_name[name]()) not in warned_of
    } == set()


@pytest.fixture
def words(migrated: Flask) -> Iterator[None]:
    """A request, for the words of what is refused."""
    with migrated.test_request_context():
        yield


SENT: dict[str, Any] = {"kind": "mentor", "number": 2, "remark": "Familien Prøve på Nørregade 14"}


def refused(schema: str, sent: Mapping[str, Any]) -> dict[str, Any]:
    return Looked.by_name[schema]().validate(sent)


@pytest.mark.usefixtures("words")
def test_what_was_found_is_told_where_it_stands_and_who_looks_again_is_let_through() -> None:
    found = refused("NeedFields", SENT)
    assert found.keys() == {"remark", "text_checked"}
    assert "“Familien Prøve”" in found["remark"][0]
    assert "“Nørregade 14”" in found["remark"][0]
    assert refused("NeedFields", {**SENT, "text_checked": True}) == {}
    loaded = Looked.by_name["NeedFields"]().load({**SENT, "text_checked": "1"})
    assert loaded["remark"] == SENT["remark"]
    assert "text_checked" not in loaded, "whoever goes on with it need not know"


@pytest.mark.usefixtures("words")
def test_in_a_row_too_and_with_what_else_is_wrong() -> None:
    place = {"municipality_code": "0580", "name": "Hos familien Prøve", "address": "Nørregade 14"}
    found = refused("GroupFields", {"name": "", "kind": "loose", "areas": [], "places": [place]})
    assert found["places"] == {0: {"name": found["places"][0]["name"]}}, "of a place the street is asked for"
    assert found.keys() == {"name", "places", "text_checked"}
