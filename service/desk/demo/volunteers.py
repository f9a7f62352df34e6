"""Plainly invented volunteers for the demonstration's groups, and last year's declarations. The same each time it is loaded."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import select

from service.desk.demo import files, plan
from service.desk.demo.plan import PlannedGroup
from service.reporting.declarations import operations as declarations
from service.reporting.declarations import queries as declaration_queries
from service.reporting.declarations.models import Declaration
from service.volunteer.certificates import operations as certificates
from service.volunteer.volunteers import operations as volunteers
from service.volunteer.volunteers.rules import Children, Purpose, RoleKind, VolunteerStatus
from tenants.calendar import first_of
from tenants.database import db

SPEAK = ({"da"}, {"da", "en"}, {"da", "ar"}, {"en", "ar"}, {"da", "uk"}, {"da", "ti", "en"}, {"da", "fa"})
SEEN = dt.timedelta(days=400)  # a verification that held at the end of last year too
CONFIRMED = ("sprogbro", "skole", "klubhus")  # the groups whose contacts have confirmed; the others' mails wait


def numbers() -> dict[str, range]:
    """The numbers of each group's volunteers, by its key in the plan. The last of them only waits for an answer."""
    found, first = {}, 1
    for place, planned in enumerate(files.groups()):
        found[planned.key] = range(first, first := first + 5 + place * 5 % 6)
    return found


def put_in(planned: PlannedGroup, group_id: UUID, today: dt.date) -> None:
    """Give a group a contact and some volunteers; with all groups, in every state that there is."""
    since, home = plan.first_day(planned.since, first_of(today)), planned.municipalities[0]
    *members, waiting = numbers()[planned.key]
    for member, number in enumerate(members):
        kind = RoleKind.CONTACT if member == 0 else RoleKind.LEADER if member == 1 else RoleKind.MEMBER
        days = 45 + number * 53 % 600 if kind is RoleKind.MEMBER else 700  # members have come one by one
        _in_group(number, group_id, kind, home, max(since, today - dt.timedelta(days=days)), today)
    _waiting(waiting, home, today)


def put_in_a_double() -> None:
    """Enter the second volunteer twice: to be merged."""
    number = max(max(each) for each in numbers().values()) + 1
    fields = _fields(number, files.groups()[0].municipalities[0])
    volunteers.create(fields | {"email": f"frivillig.{2:03d}@frivillig.example"}, anyway=True)


def declare(today: dt.date) -> None:
    """Ask for last year's declarations, and confirm some: whoever works makes their papers."""
    year = today.year - 1
    declarations.ask(year)
    known = {planned.key: planned.name for planned in files.groups()}
    wanted = [known[key] for key in CONFIRMED]
    asks = db.session.scalars(
        select(Declaration.ask_id).where(Declaration.year == year, Declaration.group_name.in_(wanted)).distinct()
    ).all()
    for ask_id in sorted(asks):
        declarations.confirm(ask_id, declarations.mark(declaration_queries.asked(ask_id)))


def _fields(number: int, code: str, **changes: object) -> dict[str, object]:
    return {
        "name": f"Frivillig {number} (demo)",
        "email": f"frivillig.{number:03d}@frivillig.example",
        "phone": f"00 50 {number // 100:02d} {number % 100:02d}",
        "languages": SPEAK[number % len(SPEAK)],
        "home_code": code,
        "courses": [],
        **changes,
    }


def _in_group(number: int, group_id: UUID, kind: RoleKind, code: str, since: dt.date, today: dt.date) -> None:
    """A volunteer in a group: one in eight has moved on in life, and the certificates are in every state."""
    given = _fields(number, code, started_on=since, introduced_on=since, status=VolunteerStatus.ACTIVE)
    given["agreement_on"] = since if number % 9 else None
    given["courses"] = [{"name": "Introduktionskursus", "taken_on": since}] if number % 3 else []
    row = volunteers.create(given, anyway=True)
    seen = certificates.verify(row.id, today - SEEN)
    apart = kind is RoleKind.LEADER and number % 4 == 0
    children = Children.NO if apart else Children.AS_GROUP
    volunteers.start_role(row.id, {"group_id": group_id, "role": kind, "children": children, "valid_from": since})
    if number % 5 == 0:
        volunteers.give_consent(row.id, Purpose.NEWS)
    match number % 12:
        case 5:  # nobody has seen it
            certificates.take_back(row.id, seen.id)
        case 7:  # it expires in a month
            certificates.take_back(row.id, seen.id)
            certificates.verify(row.id, today - dt.timedelta(days=701), today + dt.timedelta(days=30))
        case 9:  # it has expired
            certificates.take_back(row.id, seen.id)
            certificates.verify(row.id, today - dt.timedelta(days=745), today - dt.timedelta(days=14))
    if kind is RoleKind.MEMBER and number % 8 == 3:
        status = VolunteerStatus.RESTING if number % 16 == 3 else VolunteerStatus.LEFT
        volunteers.set_status(row.id, status, today - dt.timedelta(days=60))
    elif number % 11 == 4:
        row.heard_on = today - dt.timedelta(days=390)  # nobody has noted anything for a year


def _waiting(number: int, code: str, today: dt.date) -> None:
    """Somebody who has written that they would like to help; some have waited for long."""
    since = today - dt.timedelta(days=20 + number * 7 % 120)
    row = volunteers.create(_fields(number, code, started_on=since), anyway=True)
    row.heard_on = since
