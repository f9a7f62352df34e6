"""Look after everything that a monitor asks of, each thing for itself: what cannot be looked at is told, and the rest is looked at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from config.discretion import described
from config.settings import Settings, SettingsError
from service.desk.home import accessibility
from service.desk.watch import queries, rules
from service.platform.backups import queries as backups
from service.platform.documents import sealing
from service.platform.paper_log import keys as log_keys
from service.platform.paper_log import queries as paper_log
from service.platform.web.health import standing
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import away, now, one_moment, only_reading, transaction
from tenants.reach import clock
from tenants.register import all_codes

QUESTION_SECONDS = 10.0
Look = Callable[[], Iterable[str]]


def _backup() -> Iterable[str]:
    settings: Settings = current_app.extensions["settings"]
    limit = dt.timedelta(hours=settings.backup_hours)
    return rules.of_backup(backups.newest(), limit, settings.production, now())


def _contacts() -> Iterable[str]:
    settings: Settings = current_app.extensions["settings"]
    named = {
        "SECURITY_CONTACT": settings.security_contact,
        "ACCESSIBILITY_CONTACT": settings.accessibility_contact,
        "ACCESSIBILITY_PHONE": settings.accessibility_phone,
    }
    return rules.of_contacts(named, settings.production)


def _seal() -> Iterable[str]:
    settings: Settings = current_app.extensions["settings"]
    try:
        last = sealing.ends_at(settings)
    except SettingsError as error:
        return [f"seal: papers wait, as {error}"]
    return rules.of_seal(last, settings.production, now())


LOOKS: dict[str, Look] = {
    "statements": lambda: rules.of_statements(queries.missing(), now()),
    "work": lambda: rules.of_work(queries.work(), now()),
    "set aside": lambda: rules.of_aside(queries.aside()),
    "ledger": lambda: rules.of_ledger(queries.broken_heads(), queries.unread_chains()),
    "log of papers": lambda: rules.of_log(paper_log.unsigned(), log_keys.signer() is not None),
    "backup": _backup,
    "contacts": _contacts,
    "seal": _seal,
    "accessibility": lambda: rules.of_review(accessibility.REVIEWED, day_of(now())),
}


@contextmanager
def everywhere(seconds: float) -> Iterator[None]:
    """Read everything that unattended work may read, in all municipalities, each question within so many seconds."""
    with only_reading(), acting_for(clock()), transaction():
        queries.within(seconds)
        codes = all_codes()
    with only_reading(), acting_for(clock(codes)), transaction():
        one_moment()
        queries.within(seconds)
        yield


def wrong() -> Iterator[str]:
    """A line for each thing that is wrong; nothing where all is well. It waits for nobody for long."""
    with acting_for(clock()):
        found = standing()
    yield from rules.of_dependencies(found)
    if found["database"] != "ok" or "missing" in (found["migrations"], found["walls"]) or found["walls"] == "deaf":
        return  # there is nobody to ask, or nothing that would be answered
    for name, look in LOOKS.items():
        yield from _looked(name, look)


def _looked(name: str, look: Look) -> list[str]:
    try:
        with everywhere(QUESTION_SECONDS):
            return list(look())
    except Exception as error:  # whatever it is, it is a line, and the others are looked at
        gone = isinstance(error, SQLAlchemyError) and away(error)
        return [f"{name}: cannot be looked at, {'the database does not answer' if gone else described(error)}"]
