"""Groups as plain JSON, one or many at once: for the pages, the API, and files that come in and go out. Nobody else writes their tables.

A group told so is what `GroupFields` takes, and with it the steps of its life, so that it can be put back as it was. Whether it may be
so is asked of `rules.faults` first.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, or_, select, tuple_, update

from service.network.networks.fields import FIELDS, KEPT
from service.network.networks.models import Group, GroupArea, GroupContact, GroupPlace, GroupStatusChange, GroupWord
from service.platform.web import declared
from service.platform.web.search import words
from service.platform.work import rows
from tenants.calendar import day_of
from tenants.database import db, now, uuid7
from tenants.register import danish_sort_key

Json = dict[str, Any]
BESIDE = (GroupArea, GroupPlace, GroupContact, GroupWord)
NO_CONTACT = {"name": "", "phone": "", "email": ""}


def blank() -> Json:
    """What is of a group of which nothing has been said."""
    return {**declared.blank(FIELDS), "areas": [], "places": [], "contact": dict(NO_CONTACT)}


def alike(names: Collection[str], cvrs: Collection[str]) -> list[tuple[UUID, str, str, str | None]]:
    """The groups of those names or CVR numbers: id, folded name, CVR number, and the municipality that is their home."""
    keys = {danish_sort_key(name) for name in names}
    home = (GroupArea.group_id == Group.id) & GroupArea.home
    found = db.session.execute(
        select(Group.id, Group.sort_key, Group.cvr, GroupArea.municipality_code)
        .outerjoin(GroupArea, home)
        .where(or_(Group.sort_key.in_(keys), Group.cvr.in_([cvr for cvr in cvrs if cvr])))
        .order_by(Group.id)
    )
    return [(row[0], row[1], row[2], row[3]) for row in found]


@dataclass(frozen=True, slots=True)
class Ground:
    """What the rules for those who have roles in a group look at."""

    name: str
    codes: frozenset[str]  # the municipalities that it serves
    themes: frozenset[str]
    meets_children: bool


def named() -> list[tuple[UUID, str, str | None]]:
    """Every group in sight: id, name, and the municipality that is its home."""
    home = (GroupArea.group_id == Group.id) & GroupArea.home
    found = db.session.execute(
        select(Group.id, Group.name, GroupArea.municipality_code).outerjoin(GroupArea, home).order_by(Group.id)
    )
    return [(row[0], row[1], row[2]) for row in found]


def grounds(ids: Collection[UUID], *, lock: bool = False) -> dict[UUID, Ground]:
    """What rules look at of the groups with those ids. Locked, nobody changes it before the transaction ends."""
    if not ids:
        return {}
    query = select(Group.id, Group.name, Group.themes, Group.meets_children).where(Group.id.in_(ids)).order_by(Group.id)
    found = db.session.execute(query.with_for_update(read=True) if lock else query).all()
    codes: dict[UUID, set[str]] = defaultdict(set)
    areas = select(GroupArea.group_id, GroupArea.municipality_code).where(GroupArea.group_id.in_(ids))
    for key, code in db.session.execute(areas):
        codes[key].add(code)
    return {r.id: Ground(r.name, frozenset(codes[r.id]), frozenset(r.themes), r.meets_children) for r in found}


def told(ids: Collection[UUID], *, lock: bool = False) -> dict[UUID, Json]:
    """The groups with those ids, whole. Locked, nobody changes them before the transaction ends."""
    if not ids:
        return {}
    query = select(Group.id, *(getattr(Group, name) for name in KEPT)).where(Group.id.in_(ids))
    found: dict[UUID, Json] = {}
    for row in db.session.execute(query.order_by(Group.id).with_for_update() if lock else query):
        found[row.id] = {
            **{name: rows.plain(getattr(row, name)) for name in KEPT},
            "areas": [],
            "places": [],
            "contact": dict(NO_CONTACT),
            "life": [],
        }
    if not found:
        return found
    area, place, contact, step = GroupArea, GroupPlace, GroupContact, GroupStatusChange
    areas = select(area.group_id, area.municipality_code, area.part, area.home).where(area.group_id.in_(found))
    for key, code, part, home in db.session.execute(areas.order_by(area.home.desc(), area.municipality_code)):
        found[key]["areas"].append({"municipality_code": code, "part": part, "home": home})
    places = select(place.group_id, place.municipality_code, place.name, place.address).where(place.group_id.in_(found))
    for key, code, name, address in db.session.execute(places.order_by(place.municipality_code, place.name, place.id)):
        found[key]["places"].append({"municipality_code": code, "name": name, "address": address})
    contacts = select(contact.group_id, contact.name, contact.phone, contact.email).where(contact.group_id.in_(found))
    for key, name, phone, email in db.session.execute(contacts):
        found[key]["contact"] = {"name": name, "phone": phone, "email": email}
    steps = select(step.group_id, step.valid_from, step.status, step.recorded_at).where(step.group_id.in_(found))
    for key, day, status, moment in db.session.execute(steps.order_by(step.group_id, step.valid_from)):
        found[key]["life"].append([day.isoformat(), status, moment.isoformat()])
    return found


def create(groups: Sequence[Json]) -> list[UUID]:
    """Make new groups, in their status from today."""
    ids = [uuid7() for _each in groups]
    made = dict(zip(ids, groups, strict=True))
    rows.add(Group, _columns(made))
    _put_beside(made)
    _step_today(made)
    return ids


def change(groups: Mapping[UUID, Json]) -> None:
    """Give groups what is told in place of what they had. Another status is a step in their lives today."""
    was = db.session.execute(select(Group.id, Group.status).where(Group.id.in_(groups)))
    before = {row.id: row.status for row in was}
    _step_today({key: group for key, group in groups.items() if group["status"] != before[key]})
    _put(groups)


def step(group_id: UUID, day: dt.date, status: str) -> None:
    """Note a step in a group's life on a day; the group is in the status of its newest step."""
    _put_steps({group_id: [[day.isoformat(), status, now().isoformat()]]})
    life = select(GroupStatusChange.status).where(GroupStatusChange.group_id == group_id)
    newest = life.order_by(GroupStatusChange.valid_from.desc()).limit(1).scalar_subquery()
    stands = update(Group).where(Group.id == group_id).values(status=newest)
    db.session.execute(stands.execution_options(synchronize_session=False))


def restore(groups: Mapping[UUID, Json]) -> None:
    """Put groups back as they were told, the steps of their lives too."""
    db.session.execute(delete(GroupStatusChange).where(GroupStatusChange.group_id.in_(groups)))
    _put_steps({key: group["life"] for key, group in groups.items()})
    _put(groups)


def remove(ids: Collection[UUID]) -> None:
    """Take groups away that nothing refers to. The database refuses the others."""
    for table in (*BESIDE, GroupStatusChange):
        db.session.execute(delete(table).where(table.group_id.in_(ids)))
    db.session.execute(delete(Group).where(Group.id.in_(ids)))


def all_told(listing: Select[Any], batch: int = 500) -> Iterator[tuple[UUID, Json]]:
    """The groups of a listing (`queries.groups`), in Danish order; read some at a time."""
    query = listing.with_only_columns(Group.id, Group.sort_key).order_by(Group.sort_key, Group.id).limit(batch)
    after: tuple[str, UUID] | None = None
    while True:
        listed = db.session.execute(
            query if after is None else query.where(tuple_(Group.sort_key, Group.id) > tuple_(*after))
        ).all()
        found = told([row.id for row in listed])
        yield from ((row.id, found[row.id]) for row in listed)
        if len(listed) < batch:
            return
        after = (listed[-1].sort_key, listed[-1].id)


def _columns(groups: Mapping[UUID, Json]) -> list[Json]:
    return [
        {"id": key, "sort_key": danish_sort_key(group["name"]), **{name: group[name] for name in KEPT}}
        for key, group in groups.items()
    ]


def _put(groups: Mapping[UUID, Json]) -> None:
    if not groups:
        return
    rows.change(Group, _columns(groups))
    for table in BESIDE:
        db.session.execute(delete(table).where(table.group_id.in_(groups)))
    _put_beside(groups)


def _put_beside(groups: Mapping[UUID, Json]) -> None:
    beside: dict[type[Any], list[Json]] = defaultdict(list)
    for key, group in groups.items():
        beside[GroupArea] += [{"id": uuid7(), "group_id": key, **area} for area in group["areas"]]
        beside[GroupPlace] += [{"id": uuid7(), "group_id": key, **place} for place in group["places"]]
        beside[GroupWord] += [{"id": uuid7(), "group_id": key, "word": word} for word in words(group["name"])]
        if any(group["contact"].values()):
            beside[GroupContact].append({"id": uuid7(), "group_id": key, **group["contact"]})
    for table, values in beside.items():
        rows.add(table, values)


def _step_today(groups: Mapping[UUID, Json]) -> None:
    moment = now()
    _put_steps(
        {key: [[day_of(moment).isoformat(), each["status"], moment.isoformat()]] for key, each in groups.items()}
    )


def _put_steps(lives: Mapping[UUID, Sequence[Sequence[str]]]) -> None:
    rows.add(
        GroupStatusChange,
        [
            {"group_id": key, "valid_from": day, "status": status, "recorded_at": moment}
            for key, life in lives.items()
            for day, status, moment in life
        ],
        over=("group_id", "valid_from"),
    )
