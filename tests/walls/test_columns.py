"""What is recorded of a group, a volunteer, an activity or a session goes every way: in by form, API and file, out by API and file,
and back when an import is undone. A column that does not is listed here with its reason, and one that is added is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from marshmallow import Schema
from sqlalchemy import Column, MetaData, Table, Text

from service.activity.activities import bulk as sessions
from service.activity.activities.api import ActivityItem, ActivitySent
from service.activity.activities.models import Activity, ActivitySession
from service.activity.activities.rules import COUNTS
from service.activity.activities.schemas import ActivityForm, Counting, LastDayFields, NewSession
from service.activity.activities.session_items import CountingItem, SessionItem, SessionSent
from service.activity.posters.api import PublicItem
from service.activity.posters.schemas import PublicFields
from service.exchange.records.kinds.groups import Groups
from service.exchange.records.kinds.sessions import Sessions
from service.exchange.records.kinds.volunteers import Volunteers
from service.network.networks import fields as groups
from service.network.networks.api import GroupItem
from service.network.networks.models import Group
from service.network.networks.schemas import GroupFields, StatusFields
from service.volunteer.volunteers import bulk as volunteers
from service.volunteer.volunteers.api import WholeVolunteerItem
from service.volunteer.volunteers.models import Volunteer
from service.volunteer.volunteers.schemas import EnteredFields

SERVICE = Path(__file__).resolve().parents[2] / "service"
ASKED = re.compile(r"""\b(?:ui\.\w+\((?:ui, )?|number\(ui, |name=)"(\w+)"[,)]""")  # what a macro asks for, by its name

FORM, SENT, TOLD, FILE, UNDO = "form", "sent to the API", "told by the API", "files in and out", "undo"
WAYS = (FORM, SENT, TOLD, FILE, UNDO)
EVERY_WAY = WAYS
IN = (FORM, SENT, FILE)

ITS_KEY = "it is the row's own, and given by the service"
MADE = "it is worked out from what stands in others, wherever it is written"
WHEN = "the service notes when it was written"
NO_FILES = "there are no files of activities: a municipality has few, and each is agreed before it is there"
PLACED = "it is the address's, or chosen by its name: what it belongs to does not change"
STEPS = "a step in its life has a page and a resource of its own, and the first is the service's to give"


@dataclass(frozen=True, slots=True)
class Thing:
    """A table, and by what its columns go each way. `named`: columns that go by another name somewhere."""

    table: Table
    ways: Mapping[str, frozenset[str]]
    named: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    not_so: Mapping[tuple[str, tuple[str, ...]], str] = field(default_factory=dict)  # (column, ways): the reason

    def goes(self, column: str) -> frozenset[str]:
        """The ways that a column goes."""
        names = {column, *self.named.get(column, ())}
        return frozenset(way for way, found in self.ways.items() if names & found)


def _fields(*schemas: type[Schema]) -> frozenset[str]:
    """What schemas hold: the columns they are of, where these are named."""
    return frozenset(each.attribute or name for schema in schemas for name, each in schema().fields.items())


def _asked(*templates: str) -> frozenset[str]:
    """What the forms of templates ask for."""
    return frozenset(name for path in templates for name in ASKED.findall((SERVICE / path).read_text()))


def _columns(kind: Any) -> frozenset[str]:
    return frozenset(column.name for column in kind.columns)


def _table(model: Any) -> Table:
    found: Table = model.__table__
    return found


THINGS = {
    "groups": Thing(
        _table(Group),
        {
            FORM: _asked(
                "network/networks/templates/networks/group_form.html", "network/networks/templates/networks/group.html"
            )
            & _fields(GroupFields, StatusFields),
            SENT: _fields(GroupFields, StatusFields),
            TOLD: _fields(GroupItem),
            FILE: _columns(Groups),
            UNDO: frozenset(groups.KEPT),
        },
        not_so={("id", (FORM, SENT, UNDO)): ITS_KEY, ("sort_key", EVERY_WAY): MADE},
    ),
    "volunteers": Thing(
        _table(Volunteer),
        {
            FORM: _asked("volunteer/volunteers/templates/volunteers/form.html") & _fields(EnteredFields),
            SENT: _fields(EnteredFields),
            TOLD: _fields(WholeVolunteerItem),
            FILE: _columns(Volunteers),
            UNDO: frozenset(volunteers.COLUMNS),
        },
        not_so={
            ("id", (FORM, SENT, UNDO)): ITS_KEY,
            ("sort_key", EVERY_WAY): MADE,
            ("name_key", EVERY_WAY): MADE,
            ("phone_digits", EVERY_WAY): MADE,
            ("ended_on", IN): STEPS,
            ("heard_on", IN): WHEN,
            ("erased_on", EVERY_WAY): "whoever was forgotten goes no way",
            (
                "verified_until",
                (FORM, SENT, FILE, UNDO),
            ): "a child certificate is verified by two days on its own page, and never in a file",
        },
    ),
    "activities": Thing(
        _table(Activity),
        {
            FORM: _asked(
                *(f"activity/activities/templates/activities/{each}.html" for each in ("form", "_end", "counting")),
                "activity/posters/templates/posters/activity.html",
            )
            & _fields(ActivityForm, LastDayFields, Counting, PublicFields),
            SENT: _fields(ActivitySent, Counting, PublicFields),
            TOLD: _fields(ActivityItem, CountingItem, PublicItem),
        },
        named={"public_contact": ("contact",)},
        not_so={
            **{(column.name, (FILE, UNDO)): NO_FILES for column in _table(Activity).columns},
            ("id", (FORM, SENT)): ITS_KEY,
            ("municipality_code", (FORM,)): PLACED,
            (
                "public_id",
                (FORM, SENT, TOLD),
            ): "it is random, given when there is first a page, and told within the page's address",
            ("changed_at", (FORM, SENT, TOLD)): WHEN,
            ("ended_at", (FORM, SENT, TOLD)): WHEN,
        },
    ),
    "sessions": Thing(
        _table(ActivitySession),
        {
            # Its counts are asked for by a loop over all measures: tests/activity/activities/test_measures.py reads the page.
            FORM: (_asked("activity/activities/templates/activities/_session.html") | set(COUNTS))
            & _fields(NewSession),
            SENT: _fields(SessionSent),
            TOLD: _fields(SessionItem),
            FILE: _columns(Sessions),
            UNDO: frozenset(sessions.RECORDED),
        },
        named={"by_municipality": ("municipalities",), "activity_id": ("activity",), "serves": ("parts",)},
        not_so={
            ("id", (FORM, SENT, FILE, UNDO)): ITS_KEY,
            ("municipality_code", (FORM, SENT)): PLACED,
            ("activity_id", (FORM,)): PLACED,
            ("serves", IN): "it is what the activity serves when the session is recorded, and then stays",
            ("recorded_at", IN): WHEN,
            ("changed_at", IN): WHEN,
        },
    ),
}


def unreached(thing: Thing, table: Table | None = None) -> Iterator[str]:
    """The columns that do not go some way, nor say why."""
    excused = {(column, way) for column, ways in thing.not_so for way in ways}
    for column in [each.name for each in (thing.table if table is None else table).columns]:
        for way in WAYS:
            if way not in thing.goes(column) and (column, way) not in excused:
                yield f"{column}: {way}"


def needless(thing: Thing) -> Iterator[str]:
    """The reasons for what goes that way all the same, or is no column."""
    for column, ways in thing.not_so:
        if column not in thing.table.columns:
            yield column
        yield from (f"{column}: {way}" for way in ways if way in thing.goes(column))


@pytest.mark.parametrize("name", THINGS)
def test_every_column_goes_every_way_or_says_why_not(name: str) -> None:
    assert list(unreached(THINGS[name])) == []


@pytest.mark.parametrize("name", THINGS)
def test_no_reason_is_given_for_what_goes_that_way(name: str) -> None:
    assert list(needless(THINGS[name])) == []


@pytest.mark.parametrize("name", THINGS)
def test_control_a_column_that_is_added_is_told(name: str) -> None:
    thing = THINGS[name]
    more = thing.table.to_metadata(MetaData())
    more.append_column(Column("nickname", Text))
    assert list(unreached(thing, more)) == [f"nickname: {way}" for way in WAYS]


@pytest.mark.parametrize("way", [FORM, SENT, TOLD, FILE, UNDO])
def test_control_a_way_that_loses_a_column_is_told(way: str) -> None:
    thing = THINGS["groups"]
    less = Thing(thing.table, {**thing.ways, way: thing.ways[way] - {"cvr"}}, thing.named, thing.not_so)
    assert list(unreached(less)) == [f"cvr: {way}"]
