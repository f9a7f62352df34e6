"""Many volunteers at once, as plain JSON: for files that come in and go out. The rules are those of `operations`.

A volunteer told so is what `VolunteerFields` takes, with the steps of the person's life, roles, consents, and until when the newest
verification of a child certificate holds. That one is told for the rules alone: it is never written here, and stands in no file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, func, or_, select, tuple_

from service.platform.web.search import words
from service.platform.work import rows
from service.volunteer.volunteers import queries, rules
from service.volunteer.volunteers.models import (
    Volunteer,
    VolunteerConsent,
    VolunteerCourse,
    VolunteerRole,
    VolunteerStatusChange,
    VolunteerWord,
)
from service.volunteer.volunteers.queries import name_key
from service.volunteer.volunteers.rules import Known, VolunteerStatus
from tenants.calendar import day_of
from tenants.database import db, now, uuid7
from tenants.register import danish_sort_key

Json = dict[str, Any]
DAYS = ("started_on", "agreement_on", "introduced_on")
BESIDE: Mapping[str, tuple[Any, tuple[str, ...]]] = {  # the rows beside a person, in the order they are told in
    "roles": (VolunteerRole, ("valid_from", "group_id", "role", "valid_to", "children")),
    "courses": (VolunteerCourse, ("taken_on", "name")),
    "consents": (VolunteerConsent, ("given_on", "purpose", "withdrawn_on")),
}
ENDS = {"roles": "valid_to", "consents": "withdrawn_on"}
COLUMNS = ("name", "email", "phone", "languages", "home_code", "status", *DAYS, "ended_on", "heard_on")


def alike(people: Sequence[Json]) -> list[tuple[UUID, Known]]:
    """Those who share a name, an address of mail or a number with one of `people`, and what can be compared of them."""
    row = Volunteer
    names = {name_key(each.get("name", "")) for each in people}
    mails = {each["email"] for each in people if each.get("email")}
    digits = {rules.phone_digits(each["phone"]) for each in people if each.get("phone")}
    found = db.session.execute(
        select(row.id, row.email, row.phone_digits, row.name_key)
        .where(or_(row.name_key.in_(names), row.email.in_(mails), row.phone_digits.in_(digits)))
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
    query = select(Volunteer.id, *(getattr(Volunteer, name) for name in names)).where(Volunteer.id.in_(ids))
    listed = db.session.execute(query.order_by(Volunteer.id).with_for_update() if lock else query) if ids else ()
    found: dict[UUID, Json] = {
        row.id: {**{name: _plain(getattr(row, name)) for name in names}, "life": [], **{part: [] for part in BESIDE}}
        for row in listed
    }
    if not found:
        return found
    step = VolunteerStatusChange
    steps = select(step.volunteer_id, step.valid_from, step.status, step.recorded_at, step.id)
    steps = steps.where(step.volunteer_id.in_(found)).order_by(step.volunteer_id, step.valid_from)
    for key, day, status, moment, step_id in db.session.execute(steps):
        found[key]["life"].append([str(step_id), day.isoformat(), status, moment.isoformat()])
    for part, (table, columns) in BESIDE.items():
        wanted = [getattr(table, name) for name in ("id", *columns)]
        beside = select(table.volunteer_id, *wanted).where(table.volunteer_id.in_(found))
        for key, *values in db.session.execute(beside.order_by(*wanted[1:], table.id)):
            found[key][part].append(dict(zip(("id", *columns), map(_plain, values), strict=True)))
    return found


def create(people: Sequence[Json]) -> list[UUID]:
    """Enter volunteers, each in their status from the day they began."""
    today, moment = day_of(now()).isoformat(), now().isoformat()
    made = {}
    for person in people:
        started = person["started_on"] or today
        ended = today if person["status"] == VolunteerStatus.LEFT else None
        step = [str(uuid7()), started, person["status"], moment]
        made[uuid7()] = {**person, "started_on": started, "ended_on": ended, "heard_on": today, "life": [step]}
    rows.add(Volunteer, _columns(made))
    _put_words(made)
    _put_steps(made)
    _put_beside(made)
    return list(made)


def change(people: Mapping[UUID, Json]) -> None:
    """Give volunteers what is told in place of what they had; whatever is recorded of a person says that they were heard of.

    Roles, courses and consents without an id are new, and a role or consent that was open may have ended; none is taken away.
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
    _put({key: {**each, "ended_on": _plain(was[key].ended_on), "heard_on": today} for key, each in people.items()})
    _step({key: person for key, person in people.items() if person["status"] != was[key].status})
    for part, end in ENDS.items():
        _end(BESIDE[part][0], end, [each for person in people.values() for each in person[part]])
    _put_beside(people, new_alone=True)


def restore(people: Mapping[UUID, Json]) -> None:
    """Put volunteers back as they were told."""
    if people:
        for table in (VolunteerStatusChange, *(table for table, _columns in BESIDE.values())):
            db.session.execute(delete(table).where(table.volunteer_id.in_(people)))
        _put_steps(people)
        _put(people)
        _put_beside(people)


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


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


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
    db.session.execute(delete(VolunteerWord).where(VolunteerWord.volunteer_id.in_(people)))
    _put_words(people)


def _put_words(people: Mapping[UUID, Json]) -> None:
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
    rows.add(VolunteerStatusChange, found)


def _step(people: Mapping[UUID, Json]) -> None:
    """Note that a role lets them become active: from the day it began, or from the newest step where that is later."""
    if not people:
        return
    step, moment, today = VolunteerStatusChange, now().isoformat(), day_of(now())
    newest = select(step.volunteer_id, func.max(step.valid_from)).where(step.volunteer_id.in_(people))
    days: dict[UUID, dt.date] = {}
    for key, day in db.session.execute(newest.group_by(step.volunteer_id)):
        began = [_term(role) for role in people[key]["roles"] if "id" not in role]
        days[key] = max(day, min(start for start, end in began if rules.is_held(start, end, today)))
    # A step noted on that very day gives way to this one.
    db.session.execute(delete(step).where(tuple_(step.volunteer_id, step.valid_from).in_(list(days.items()))))
    _put_steps({key: {"life": [[uuid7(), days[key], person["status"], moment]]} for key, person in people.items()})


def _term(role: Json) -> tuple[dt.date, dt.date | None]:
    start, end = role["valid_from"], role["valid_to"]
    return dt.date.fromisoformat(start), dt.date.fromisoformat(end) if end else None


def _end(table: Any, end: str, told_ones: Sequence[Json]) -> None:
    """Let those that were open end as they are told to."""
    ended = {each["id"]: each[end] for each in told_ones if "id" in each and each[end]}
    still = select(table.id).where(table.id.in_(ended), getattr(table, end).is_(None))
    rows.change(table, [{"id": key, end: ended[str(key)]} for key in db.session.scalars(still)] if ended else [])


def _put_beside(people: Mapping[UUID, Json], *, new_alone: bool = False) -> None:
    for part, (table, columns) in BESIDE.items():
        found = [
            {"id": each.get("id") or uuid7(), "volunteer_id": key, **{name: each[name] for name in columns}}
            for key, person in people.items()
            for each in person[part]
            if not (new_alone and "id" in each)
        ]
        rows.add(table, found)
