"""Load the demonstration data, by the same operations that people use.

It is loaded in parts, each in a transaction of its own with an entry in DRC's ledger that says so: nobody who is at work meanwhile
waits for more than a part, and a load that was cut short goes on with what is missing. The agreements tell themselves how far
they are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from itertools import groupby
from uuid import UUID

from sqlalchemy import select, text

from config import running
from config.settings import Settings
from service.desk.demo import activities, agreements, checkins, files, interests, needs, network, people, volunteers
from service.desk.demo.plan import PlannedAgreement, PlannedGroup
from service.network.networks.models import Group
from service.platform.ledger.models import NationalLedgerEntry
from service.platform.ledger.operations import record
from service.reporting.declarations import operations as declarations
from service.reporting.declarations import queries as declaration_queries
from service.reporting.drift import operations as drift
from service.reporting.recruitment import operations as recruitment
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import db, now, transaction
from tenants.reach import clock
from tenants.register import municipalities

BEGUN, LOADED, WHOLE = "demonstration.begun", "demonstration.loaded", "all"
ONE_AT_A_TIME = 0x64656D6F  # the key of a lock in PostgreSQL
Part = tuple[str, Callable[[], object]]


def begin(settings: Settings) -> bool:
    """Put in the people, who can sign in at once, and have the pages say that the rest is being made. Returns whether it is missing.

    Raises RuntimeError when the register has not been loaded.
    """
    with acting_for(clock()), transaction():
        if not people.are_there():
            people.put_in(_names())
        missing = not _whole()
        if missing and not _recorded(BEGUN):
            record(BEGUN)
    if not missing:
        running.write_progress(settings.var, None)
    elif running.progress(settings.var) is None:
        running.write_progress(settings.var, 0)
    return missing


def load(settings: Settings, say: Callable[[str], None]) -> str:
    """Load what is missing and return a sentence on how it went. Harmless to repeat; `say` is told how far it is.

    Raises RuntimeError when the register has not been loaded, a paper cannot be made, or another loads it.
    """
    with _alone():
        if not begin(settings):
            return "The demonstration data is in place already."
        say("People and territories are in place.")
        today = day_of(now())
        with acting_for(clock()), transaction():
            names = _names()
        plans = [list(found) for _, found in groupby(files.agreements(), key=lambda plan: plan.code)]
        parts = _parts(today)
        for first, *_ in plans:
            agreements.offer(first, 0, today)  # of all at once, so that workers can make the papers side by side
        for number, found in enumerate(plans, 1):
            _settle(found, names, today, settings.lease_seconds)
            say(f"Agreements of {names[found[0].code]} ({number} of {len(plans)}).")
            running.write_progress(settings.var, 100 * number // (len(plans) + len(parts)))
        for number, part in enumerate(parts, len(plans) + 1):
            _load_part(*part, names)
            running.write_progress(settings.var, 100 * number // (len(plans) + len(parts)))
        _look_after(names, today, settings.lease_seconds)
        running.write_progress(settings.var, None)
    return f"The demonstration data is in place: {len(plans)} municipalities. The password is {people.PASSWORD}."


@contextmanager
def _alone() -> Iterator[None]:
    """Two loads at once would both put in what both find missing."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": ONE_AT_A_TIME}):
            raise RuntimeError("the demonstration data is being loaded already, by another process")
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": ONE_AT_A_TIME})


def _names() -> dict[str, str]:
    names = {row.code: row.name for row in municipalities()}
    if not names:
        raise RuntimeError("load the register of municipalities first: flask --app wsgi register load")
    return names


def _recorded(act: str) -> set[str]:
    """What the ledger says that an act was done to."""
    return set(db.session.scalars(select(NationalLedgerEntry.subject).where(NationalLedgerEntry.act == act)))


def _whole() -> bool:
    """Whether nothing is missing. Before there were parts all came with the groups."""
    if _recorded(BEGUN):
        return WHOLE in _recorded(LOADED)
    return db.session.scalar(select(Group.id).limit(1)) is not None


def _settle(plans: list[PlannedAgreement], names: Mapping[str, str], today: dt.date, lease_seconds: int) -> None:
    """Bring the agreements of one municipality as far as the plan says."""
    for order, plan in enumerate(plans):
        agreement_id = agreements.offer(plan, order, today)
        if agreement_id is not None:
            agreements.settle(plan, agreement_id, names[plan.code], today, lease_seconds)


def _parts(today: dt.date) -> list[Part]:
    """What is loaded beside the agreements, each standing on those before it."""
    return [
        *((f"duties:{code}", partial(agreements.do_duties, code, today)) for code in _codes()),
        *((f"earmarks:{code}", partial(agreements.tell_of_earmarks, code, today)) for code in _earmarked()),
        ("groups", partial(network.put_in_groups, today)),
        ("networks", lambda: network.lay(network.group_ids(), today)),
        *((f"volunteers:{planned.key}", partial(_volunteers, planned, today)) for planned in files.groups()),
        ("double", volunteers.put_in_a_double),
        ("interests", lambda: interests.load(network.group_ids())),
        ("recruitment", partial(recruitment.count_owed, today)),
        ("needs", lambda: needs.load(network.group_ids(), _consultant_id, today)),
        *((f"activities:{plan.key}", partial(_activities, plan, today)) for plan in activities.in_force(today)),
        ("checkins", partial(checkins.load, today)),
        ("declarations", partial(volunteers.declare, today)),
        (WHOLE, lambda: None),
    ]


def _load_part(name: str, do: Callable[[], object], names: Mapping[str, str]) -> None:
    """Load one part, unless it is there."""
    with acting_for(clock(names)), transaction():
        if name not in _recorded(LOADED):
            do()
            record(LOADED, name)


def _volunteers(planned: PlannedGroup, today: dt.date) -> None:
    volunteers.put_in(planned, network.group_ids()[planned.key], today)


def _activities(plan: PlannedAgreement, today: dt.date) -> None:
    activities.load(plan, network.group_ids(), today)


def _consultant_id(code: str) -> UUID:
    return people.person(people.consultant_of(code)).id


def _codes() -> list[str]:
    return list(dict.fromkeys(plan.code for plan in files.agreements()))


def _earmarked() -> list[str]:
    return sorted({each.agreement[:4] for each in files.earmarks()})


def _look_after(names: Mapping[str, str], today: dt.date, lease_seconds: int) -> None:
    """Do at once what the timetable would find: papers of what was confirmed, and whether agreement and reality drift apart."""
    with acting_for(clock(names)), transaction():
        confirmed = declaration_queries.due()
    for code, declaration_id in confirmed:
        declarations.make(code, declaration_id, lease_seconds)
    for code in _codes():
        with acting_for(clock([code])), transaction():
            drift.check(code, today)
