"""Volunteers as plain JSON, one or many at once: for the pages, the API, and files that come in and go out. Nobody else writes their
tables, but for the merge of two, which moves rows as they lie, and forgetting, which empties them.

A volunteer told so is what `VolunteerFields` takes, with the steps of the person's life, roles, consents, where the person belongs, and
until when the newest verification of a child certificate holds. That one is told for the rules alone: it is never written here, and
stands in no file. Whether somebody may be so is asked of `rules.faults` first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, func, or_, select, tuple_, update

from service.platform.web import declared
from service.platform.web.search import words
from service.platform.work import rows
from service.volunteer.volunteers import queries, rules
from service.volunteer.volunteers.fields import FIELDS, KEPT
from service.volunteer.volunteers.likeness import name_key
from service.volunteer.volunteers.models import (
    Volunteer,
    VolunteerConsent,
    VolunteerCourse,
    VolunteerRole,
    VolunteerStatusChange,
    VolunteerWord,
)
from service.volunteer.volunteers.rules import Known, VolunteerStatus
from tenants.calendar import day_of
from tenants.database import db, now, uuid7
from tenants.register import danish_sort_key

Json = dict[str, Any]
BESIDE: Mapping[str, tuple[Any, tuple[str, ...]]] = {  # the rows beside a person, in the order they are told in
    "roles": (VolunteerRole, ("valid_from", "group_id", "role", "valid_to", "children")),
    "courses": (VolunteerCourse, ("taken_on", "name")),
    "consents": (VolunteerConsent, ("given_on", "purpose", "withdrawn_on")),
}
ENDS = {"roles": "valid_to", "consents": "withdrawn_on"}
COLUMNS = (*KEPT, "ended_on", "heard_on")  # the last two the service notes itself


def blank() -> Json:
    """What is of a volunteer of whom nothing has been said."""
    return {**declared.blank(FIELDS), **{part: [] for part in BESIDE}}


def alike(people: Sequence[Json]) -> list[tuple[UUID, Known]]:
    """Those who share a name, an address of mail or a number with one of `people`, and what can be compared of them."""
    row = Volunteer
    names = {name_key(each.get("name", "")) for each in people}
    mails = {each["email"] for each in people if each.get("email")}
    digits = {rules.phone_digits(each["phone"]) for each in people if each.get("phone")}
    found = db.session.execute(
        select(row.id, row.email, row.phone_digits, row.name_key)
        .where(
            or_(row.name_key.in_(names), row.email.in_(mails), row.phone_digits.in_(digits)), row.erased_on.is_(None)
        )
        .order_by(row.id)
    ).all()
    codes = queries.codes_of([each.id for each in found], day_of(now()))
    return [(each.id, Known(each.email, each.phone_digits, each.name_key, codes=codes[each.id])) for each in found]


def known(person: Json) -> Known:
    """What can be compared of somebody who is to be entered."""
    digits = rules.phone_digits(person.get("phone") or "")
    codes = frozenset(filter(None, [person.get("home_code")]))
    return Known(person.get("email") or "", digits, name_key(person.get("name", "")), codes=codes)


def told(ids: Collection[UUID], *, lock: bool = False) -> dict[UUID, Json]:
    """The volunteers with those ids, whole. Locked, nobody changes them before the transaction ends."""
    names = (*COLUMNS, "verified_until")
    query = select(Volunteer.id, *(getattr(Volunteer, name) for name in names)).where(
        Volunteer.id.in_(ids), Volunteer.erased_on.is_(None)
    )
    listed = db.session.execute(query.order_by(Volunteer.id).with_for_update() if lock else query) if ids else ()
    found: dict[UUID, Json] = {
        row.id: {**{name: rows.plain(getattr(row, name)) for name in names}, "life": []} for row in listed
    }
    if not found:
        return found
    step = VolunteerStatusChange
    steps = select(step.volunteer_id, step.valid_from, step.status, step.recorded_at, step.id)
    steps = steps.where(step.volunteer_id.in_(found)).order_by(step.volunteer_id, step.valid_from)
    for key, day, status, moment, step_id in db.session.execute(steps):
        found[key]["life"].append([str(step_id), day.isoformat(), status, moment.isoformat()])
    belongs = queries.codes_of(list(found), day_of(now()))
    for key, beside in _beside(list(found)).items():
        found[key] |= beside | {"belongs": sorted(belongs[key])}
    return found


def _beside(ids: Collection[UUID]) -> dict[UUID, Json]:
    """The rows beside volunteers, by part."""
    found: dict[UUID, Json] = {key: {part: [] for part in BESIDE} for key in ids}
    for part, (table, columns) in BESIDE.items():
        wanted = [getattr(table, name) for name in ("id", *columns)]
        beside = select(table.volunteer_id, *wanted).where(table.volunteer_id.in_(found))
        for key, *values in db.session.execute(beside.order_by(*wanted[1:], table.id)):
            found[key][part].append(dict(zip(("id", *columns), map(rows.plain, values), strict=True)))
    return found


def create(people: Sequence[Json]) -> list[UUID]:
    """Enter volunteers, each in their status from the day they began; who has left has done so on that day."""
    today, moment = day_of(now()).isoformat(), now().isoformat()
    made = {}
    for person in people:
        started = person["started_on"] or today
        ended = started if person["status"] == VolunteerStatus.LEFT else None
        step = [str(uuid7()), started, person["status"], moment]
        made[uuid7()] = {**person, "started_on": started, "ended_on": ended, "heard_on": today, "life": [step]}
    rows.add(Volunteer, _columns(made))
    put_words(made)
    _put_steps(made)
    _add_beside(made)
    return list(made)


def change(people: Mapping[UUID, Json]) -> None:
    """Give volunteers what is told in place of what they had; whatever is recorded of a person says that they were heard of.

    Roles, courses and consents without an id are new, and one that is not told any more is taken away.
    """
    if not people:
        return
    today = day_of(now()).isoformat()
    was = {
        row.id: row
        for row in db.session.execute(
            select(Volunteer.id, Volunteer.ended_on, Volunteer.status).where(Volunteer.id.in_(people))
        )
    }
    _put({key: {**each, "ended_on": rows.plain(was[key].ended_on), "heard_on": today} for key, each in people.items()})
    _step({key: person for key, person in people.items() if person["status"] != was[key].status})
    _change_beside(people)


def step(volunteer_id: UUID, day: dt.date, status: str) -> None:
    """Note the newest step in a volunteer's life, on a day."""
    _put_steps({volunteer_id: {"life": [[uuid7(), day.isoformat(), status, now().isoformat()]]}})
    ended = func.greatest(day, Volunteer.started_on) if status == VolunteerStatus.LEFT else None
    _set(volunteer_id, status=status, ended_on=ended)


def heard(volunteer_id: UUID) -> None:
    """Note that somebody was heard of: whatever is recorded of a person says so."""
    _set(volunteer_id, heard_on=func.greatest(day_of(now()), Volunteer.heard_on))


def restore(people: Mapping[UUID, Json]) -> None:
    """Put volunteers back as they were told."""
    if people:
        for table in (VolunteerStatusChange, *(table for table, _columns in BESIDE.values())):
            db.session.execute(delete(table).where(table.volunteer_id.in_(people)))
        _put_steps(people)
        _put(people)
        _add_beside(people)


def remove(ids: Collection[UUID]) -> None:
    """Take volunteers away that nothing refers to but what stands beside them. The database refuses the others."""
    for table in (VolunteerWord, VolunteerStatusChange, *(table for table, _columns in BESIDE.values())):
        db.session.execute(delete(table).where(table.volunteer_id.in_(ids)))
    db.session.execute(delete(Volunteer).where(Volunteer.id.in_(ids)))


def all_told(listing: Select[Any], batch: int = 500) -> Iterator[tuple[UUID, Json]]:
    """The volunteers of a listing (`queries.volunteers`), in Danish order; read some at a time."""
    keys = Volunteer.sort_key, Volunteer.id
    query = listing.with_only_columns(*keys).order_by(*keys).limit(batch)
    after: tuple[str, UUID] | None = None
    while True:
        beyond = query if after is None else query.where(tuple_(Volunteer.sort_key, Volunteer.id) > tuple_(*after))
        listed = db.session.execute(beyond).all()
        found = told([row.id for row in listed])
        yield from ((row.id, found[row.id]) for row in listed)
        if len(listed) < batch:
            return
        after = (listed[-1].sort_key, listed[-1].id)


def _columns(people: Mapping[UUID, Json]) -> list[Json]:
    return [
        {
            "id": key,
            "sort_key": danish_sort_key(person["name"]),
            "name_key": name_key(person["name"]),
            "phone_digits": rules.phone_digits(person["phone"]),
            **{name: person[name] for name in COLUMNS},
        }
        for key, person in people.items()
    ]


def _put(people: Mapping[UUID, Json]) -> None:
    rows.change(Volunteer, _columns(people))
    put_words(people)


def _set(volunteer_id: UUID, **values: Any) -> None:
    """Set what the service itself notes of a person."""
    one = update(Volunteer).where(Volunteer.id == volunteer_id).values(values)
    db.session.execute(one.execution_options(synchronize_session=False))


def put_words(people: Mapping[UUID, Json]) -> None:
    """Let volunteers be found by the words of their names and addresses."""
    db.session.execute(delete(VolunteerWord).where(VolunteerWord.volunteer_id.in_(people)))
    found = [
        {"id": uuid7(), "volunteer_id": key, "word": word}
        for key, person in people.items()
        for word in words(person["name"], person["email"])
    ]
    rows.add(VolunteerWord, found)


def _put_steps(people: Mapping[UUID, Json]) -> None:
    found = [
        {"id": step_id, "volunteer_id": key, "valid_from": day, "status": status, "recorded_at": moment}
        for key, person in people.items()
        for step_id, day, status, moment in person["life"]
    ]
    rows.add(VolunteerStatusChange, found, over=("volunteer_id", "valid_from"))


def _step(people: Mapping[UUID, Json]) -> None:
    """Note that a role lets them become active: from the day it began, or from the newest step where that is later."""
    if not people:
        return
    change, moment, today = VolunteerStatusChange, now().isoformat(), day_of(now())
    newest = select(change.volunteer_id, func.max(change.valid_from)).where(change.volunteer_id.in_(people))
    days: dict[UUID, dt.date] = {}
    for key, day in db.session.execute(newest.group_by(change.volunteer_id)):
        began = [rules.term(role) for role in people[key]["roles"] if "id" not in role]
        days[key] = max(day, min(start for start, end in began if rules.is_held(start, end, today)))
    _put_steps({key: {"life": [[uuid7(), days[key], person["status"], moment]]} for key, person in people.items()})


def _add_beside(people: Mapping[UUID, Json]) -> None:
    for part, (table, _columns) in BESIDE.items():
        rows.add(table, [_row(part, key, each) for key, person in people.items() for each in person[part]])


def _change_beside(people: Mapping[UUID, Json]) -> None:
    was = _beside(people)
    for part, (table, _columns) in BESIDE.items():
        old = {each["id"]: each for beside in was.values() for each in beside[part]}
        said = [(key, each) for key, person in people.items() for each in person[part]]
        if gone := old.keys() - {each.get("id") for _key, each in said}:
            db.session.execute(delete(table).where(table.id.in_(map(UUID, gone))))
        other = [(key, each) for key, each in said if "id" in each and each != old[each["id"]]]
        rows.change(table, [_row(part, key, each) for key, each in other])
        rows.add(table, [_row(part, key, each) for key, each in said if "id" not in each])


def _row(part: str, key: UUID, told_one: Json) -> Json:
    """What stands beside a person as a row; one without an id is given one."""
    _table, columns = BESIDE[part]
    return {"id": told_one.get("id") or uuid7(), "volunteer_id": key, **{name: told_one[name] for name in columns}}
