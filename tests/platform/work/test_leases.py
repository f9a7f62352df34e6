"""Leases and wakeups: one holds a piece of work at a time, and a wakeup is heard after the commit or not at all."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import update

from service.platform.notices import operations
from service.platform.notices.models import Notice
from service.platform.work import leases, waking
from service.platform.work.waking import Wakeup
from tenants.acting import acting_for
from tenants.database import db, now, transaction, uuid7
from tenants.reach import clock

CODE = "0101"


@pytest.fixture(autouse=True)
def inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def work(inside: None) -> UUID:
    """A piece of work that is due."""
    key = uuid7()
    with acting_for(clock([CODE])), transaction():
        owed = {"about": "prøve", "recipient": "a@b.example", "subject": "S", "body": "B", "due_from": now()}
        db.session.add(Notice(municipality_code=CODE, id=key, **owed))
    return key


def claim(key: UUID, seconds: int = 60) -> UUID | None:
    with acting_for(clock([CODE])), transaction():
        return leases.claim(Notice, Notice.id == key, seconds)


def held(key: UUID, token: UUID) -> bool:
    with acting_for(clock([CODE])), transaction():
        return leases.still_held(Notice, Notice.id == key, token) is not None


def run_out(key: UUID) -> None:
    with acting_for(clock([CODE])), transaction():
        db.session.execute(update(Notice).where(Notice.id == key).values(lease_until=now() - dt.timedelta(seconds=1)))


def test_one_holds_it_at_a_time(work: UUID) -> None:
    token = claim(work)
    assert token
    assert claim(work) is None
    assert held(work, token)


def test_of_twenty_at_once_one_gets_it(app: Flask, work: UUID) -> None:
    start, got = threading.Barrier(20), []

    def one() -> None:
        with app.app_context():
            start.wait()
            got.append(claim(work))

    threads = [threading.Thread(target=one) for _each in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(got) == 20
    assert sum(token is not None for token in got) == 1


def test_a_lease_that_ran_out_goes_to_the_next_and_the_first_writes_nothing(work: UUID) -> None:
    first = claim(work)
    assert first
    run_out(work)
    assert held(work, first), "late, but nobody else has begun"
    second = claim(work)
    assert second
    assert not held(work, first)
    assert held(work, second)


@pytest.mark.parametrize(("ahead", "free"), [(dt.timedelta(minutes=59), False), (dt.timedelta(days=9000), True)])
def test_a_lease_of_a_clock_that_ran_ahead_holds_nothing(work: UUID, ahead: dt.timedelta, free: bool) -> None:
    first = claim(work)
    assert first
    with acting_for(clock([CODE])), transaction():
        db.session.execute(update(Notice).where(Notice.id == work).values(lease_until=now() + ahead))
    assert (claim(work) is not None) is free
    assert held(work, first) is not free


def test_a_host_whose_clock_is_wrong_neither_holds_for_long_nor_takes_over(
    work: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL's clock is the one."""
    monkeypatch.setattr(leases, "now", lambda: now() + dt.timedelta(days=9000))
    assert claim(work)
    with acting_for(clock([CODE])), transaction():
        until = db.session.get_one(Notice, (CODE, work)).lease_until
        assert until is not None
        assert until < now() + leases.MAX_LEASE
    assert claim(work) is None


def test_what_is_done_is_never_claimed_again(work: UUID) -> None:
    token = claim(work)
    assert token
    with acting_for(clock([CODE])), transaction():
        leases.done(leases.still_held(Notice, Notice.id == work, token))
    run_out(work)
    assert claim(work) is None
    assert not held(work, token)


def test_work_that_ends_its_workers_is_given_up_and_can_be_asked_for_again(work: UUID) -> None:
    for _try in range(Notice.__most_attempts__):
        assert claim(work)
        run_out(work)
    assert claim(work) is None
    with acting_for(clock([CODE])), transaction():
        row = db.session.get_one(Notice, (CODE, work))
        assert (row.work_state, row.fault) == ("failed", "lost")
        leases.again(row)
    assert claim(work)


# Wakeups


def test_a_bell_is_heard_when_the_transaction_commits() -> None:
    with acting_for(clock([CODE])), transaction():
        waking.wake("service.notices.jobs.send", CODE, "1")
        assert waking.queue().count == 0, "not before: the worker would find nothing"
    assert waking.queue().count == 1


def test_a_bell_of_a_transaction_that_is_undone_is_never_heard() -> None:
    with acting_for(clock([CODE])):
        waking.wake("service.notices.jobs.send", CODE, "1")
        operations.owed(frozenset({CODE}))
        db.session.rollback()
        with transaction():
            operations.owed(frozenset({CODE}))
    with acting_for(clock([CODE])), transaction():
        operations.owed(frozenset({CODE}))
    assert waking.queue().count == 0


def test_a_part_that_is_kept_or_taken_back_neither_rings_nor_silences_the_whole() -> None:
    with acting_for(clock([CODE])), transaction():
        waking.wake("service.notices.jobs.send", CODE, "1")
        with pytest.raises(ZeroDivisionError), db.session.begin_nested():
            raise ZeroDivisionError
        with db.session.begin_nested():
            waking.wake("service.notices.jobs.send", CODE, "2")
        assert waking.queue().count == 0
    assert waking.queue().count == 2


def test_the_same_bell_twice_is_one() -> None:
    with acting_for(clock([CODE])), transaction():
        for _twice in range(2):
            waking.wake("service.notices.jobs.send", CODE, "1")
    assert waking.queue().count == 1


def test_a_bell_that_waits_is_not_hung_up_twice_and_one_that_was_taken_is() -> None:
    for _round in range(3):
        with acting_for(clock([CODE])), transaction():
            waking.wake("service.notices.jobs.send", CODE, "1")
    assert waking.queue().count == 1
    assert waking.queue().pop_job_id()
    assert waking.wake_each([Wakeup("service.notices.jobs.send", (CODE, "1"))]) == 1, "its worker is at it: once more"
    assert waking.wake_each([Wakeup("service.notices.jobs.send", (CODE, "1"))] * 2) == 0


def test_mail_has_a_queue_of_its_own() -> None:
    with acting_for(clock([CODE])), transaction():
        operations.owe(CODE, "prøve", "a@b.example", "S", "B")
    assert (waking.queue(waking.MAIL).count, waking.queue().count) == (1, 0)


def test_a_bell_that_nobody_hears_undoes_nothing_and_nobody_waits(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    present = app.extensions["redis"]
    tried: list[int] = []
    waking.init(app, "redis://127.0.0.1:1/0")  # nobody there
    away = app.extensions["redis"]
    ask = away.eval

    def asked(*arguments: object) -> object:
        tried.append(len(arguments))
        return ask(*arguments)

    monkeypatch.setattr(away, "eval", asked)
    try:
        with acting_for(clock([CODE])), transaction():
            for number in range(50):
                operations.owe(CODE, f"prøve:{number}", "a@b.example", "S", "B")
    finally:
        app.extensions["redis"] = present
    assert len(tried) == 1, "the first silence is answer enough"
    with acting_for(clock([CODE])), transaction():
        assert len(operations.owed(frozenset({CODE}))) == 50


def test_the_doors_beside_the_web_log_as_the_web_does(monkeypatch: pytest.MonkeyPatch, app: Flask) -> None:
    """Masked and without local variables: a traceback with people in it must not end in a file."""
    from service import timetable, worker

    class Begun(Exception):
        pass

    def begin(*_arguments: object) -> None:
        raise Begun

    for door in (worker, timetable):
        told: list[tuple[str, bool]] = []
        monkeypatch.setattr(door, "load_settings", lambda: app.extensions["settings"])
        monkeypatch.setattr(door, "configure", lambda level, production, told=told: told.append((level, production)))
        monkeypatch.setattr(door, "create_app", begin)
        with pytest.raises(Begun):
            door.main()
        assert told == [("INFO", False)]
