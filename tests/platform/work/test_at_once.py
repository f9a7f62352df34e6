"""Two timetables, or two workers, do the same thing in the same moment: each thing is there once, and neither meets an error.

The first is held just before its commit until the second waits for it or is done: that is the worst moment there is.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import delete, insert, text, update
from sqlalchemy.exc import IntegrityError

from service.activity.activities.models import Activity
from service.activity.checkins import operations as checkins
from service.partnership.agreements import letters
from service.partnership.duties import operations as duties
from service.partnership.duties.models import DutyList, OwedDuty
from service.platform.notices.models import Notice
from service.platform.web.usage import Uses
from service.reporting.declarations import operations as declarations
from service.reporting.declarations.models import Declaration
from service.reporting.drift import operations as drift
from service.reporting.drift.models import DriftCheck, DriftFinding
from service.reporting.recruitment import operations as recruitment
from service.reporting.statements import operations as statements
from service.reporting.statements import releasing
from service.reporting.statements.models import Statement
from service.volunteer.certificates import operations as certificates
from tenants.acting import acting_for
from tenants.calendar import day_of, first_of, month_before
from tenants.database import db, now, transaction, uuid7
from tenants.reach import clock
from tenants.scope import Capability
from tests.support.world import HERE, THERE, World

CODES = (HERE, THERE)
Do = Callable[[], object]


def in_one_moment(app: Flask, do: Do, again: Do) -> tuple[list[object], list[BaseException]]:
    """Do one, and before it is committed the other. Returns what each came to, the first first, and what errors they met with."""
    done: dict[str, object] = {}  # by thread: either may be the first to say that it is done
    errors: list[BaseException] = []
    begun, may_end = threading.Event(), threading.Event()

    def one(work: Do, last: Callable[[], object]) -> None:
        try:
            with app.app_context(), acting_for(clock(CODES)), transaction():
                found = work()
                last()
            done[threading.current_thread().name] = found
        except BaseException as error:
            errors.append(error)
        finally:
            begun.set()

    def hold() -> None:
        begun.set()
        may_end.wait(30)

    first = threading.Thread(target=one, args=(do, hold), name="1")
    first.start()
    begun.wait(30)
    second = threading.Thread(target=one, args=(again, lambda: None), name="2")
    second.start()
    _until_it_waits(app, second)
    may_end.set()
    for thread in (first, second):
        thread.join(60)
        assert not thread.is_alive()
    return [done[name] for name in sorted(done)], errors


def _until_it_waits(app: Flask, second: threading.Thread) -> None:
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    end = time.monotonic() + 30
    with app.app_context(), acting_for(clock()):
        while second.is_alive() and time.monotonic() < end:
            with transaction():
                if db.session.scalar(waiting):
                    return
            time.sleep(0.02)


def last_month() -> dt.date:
    return month_before(first_of(day_of(now())))


def uses() -> list[Uses]:
    return [Uses(code, Capability.NEEDS, day_of(now()) - dt.timedelta(days=9), 1) for code in CODES]


def check() -> int:
    return sum(drift.check(code, day_of(now())) for code in CODES)


def bring_up() -> int:
    return sum(duties.bring_up(code, day_of(now())) for code in CODES)


OPERATIONS: dict[str, tuple[Do, Do]] = {
    "statements": (lambda: len(statements.ask(last_month())),) * 2,
    "checkins": (lambda: checkins.ask(first_of(day_of(now()))),) * 2,
    "declarations": (lambda: declarations.ask(day_of(now()).year - 1),) * 2,
    "invitations": (declarations.invite, declarations.invite),
    "recruitment": (lambda: recruitment.count(CODES, month_before(last_month())),) * 2,
    "certificates": (certificates.remind, certificates.remind),
    "duties": (bring_up, bring_up),
    "drift": (check, check),
    "uses": (
        lambda: drift.keep_uses(uses(), day_of(now())),
        lambda: drift.keep_uses(reversed(uses()), day_of(now())),
    ),
}
COUNTED = ("statements", "checkins", "recruitment", "duties", "drift")  # of these the world has something to do


@pytest.fixture
def nothing_done(app: Flask, world: World) -> World:
    """The world before the clock has come by."""
    with app.app_context(), acting_for(clock(CODES)), transaction():
        db.session.execute(update(Activity).values(group_id=world.shared_group))
        for model in (Statement, OwedDuty, DutyList, DriftFinding, DriftCheck, Declaration):
            db.session.execute(delete(model))
    return world


@pytest.mark.parametrize("name", OPERATIONS)
def test_two_at_once_meet_no_error_and_do_it_once(app: Flask, nothing_done: World, name: str) -> None:
    first, second = OPERATIONS[name]
    done, errors = in_one_moment(app, first, second)
    assert not errors, f"{name}: {errors}"
    if name in COUNTED:
        assert done[0], f"{name}: the first did something"
    if name in ("statements", "checkins", "recruitment", "duties"):
        assert done[1] == 0, f"{name}: and the second found nothing left to do"


def test_two_who_release_at_once_release_it_once(app: Flask, nothing_done: World) -> None:
    with app.app_context(), acting_for(clock(CODES)), transaction():
        for code in CODES:
            releasing.put(code, last_month(), 1, now() + dt.timedelta(hours=1))
    done, errors = in_one_moment(app, *(lambda: releasing.release(last_month()),) * 2)
    assert not errors
    assert done == [sorted(CODES), []]


def test_control_without_a_way_out_of_the_conflict_the_second_meets_an_error(app: Flask, nothing_done: World) -> None:
    def ask() -> None:
        values = {"municipality_code": HERE, "id": uuid7(), "month": last_month(), "revision": 1}
        db.session.execute(insert(Statement).values(**values, asked_at=now(), due_from=now()))

    done, errors = in_one_moment(app, ask, ask)
    assert len(done) == 1
    assert [type(error) for error in errors] == [IntegrityError]


def test_an_agreement_is_told_of_once_however_many_workers_wake(app: Flask, world: World) -> None:
    from service.partnership.agreements import queries

    with app.app_context():
        with acting_for(clock(CODES)), transaction():
            waiting = queries.untold()
        assert waiting
        code, key = waiting[0]
        threads = [threading.Thread(target=_tell, args=(app, code, key)) for _each in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        with acting_for(clock(CODES)), transaction():
            assert (code, key) not in queries.untold(), "and nobody wakes for it again"
            mails = db.session.query(Notice).where(Notice.about.startswith(f"agreement:{key}")).count()
            people = db.session.query(Notice.recipient).where(Notice.about.startswith(f"agreement:{key}")).distinct()
            assert mails >= people.count() > 0


def _tell(app: Flask, code: str, key: object) -> None:
    with app.app_context():
        letters.tell(code, key)  # type: ignore[arg-type]
