"""Hashing takes turns, and nobody who only reads waits for one."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.platform.accounts import operations, queries
from service.platform.accounts.turns import Turns
from service.platform.web.errors import Busy
from tenants.database import db
from tests.platform.accounts.conftest import MANAGER
from tests.support.pages import token_of
from tests.support.world import PASSWORD, World


class Slow:
    """A hasher whose work ends when it is told to, and that knows how many were at it at once."""

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Semaphore(0), threading.Event()
        self.at_once = self.most = 0

    def verify(self, stored: str, password: str) -> bool:
        """Work."""
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        self.begun.release()
        assert self.go_on.wait(60)
        self.at_once -= 1
        return password == PASSWORD

    def check_needs_rehash(self, stored: str) -> bool:
        """Never."""
        return False


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    found = Slow()
    monkeypatch.setattr(operations, "_hasher", found)
    return found


def at_once(count: int, do: Callable[[], None]) -> list[threading.Thread]:
    threads = [threading.Thread(target=do) for _each in range(count)]
    for thread in threads:
        thread.start()
    return threads


def wait_for(condition: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _each in range(3000):
        if condition():
            return
        pause.wait(0.01)
    raise AssertionError("it does not come")


def test_thirty_who_sign_in_at_once_take_turns_and_who_reads_reads_on(app: Flask, world: World, slow: Slow) -> None:
    """One is at work, sixteen wait, and they hold no connection meanwhile; the others are told when to come again."""
    reader = app.test_client()
    answers = []

    def sign_in() -> None:
        browser = app.test_client()
        token = token_of(browser.get("/log-ind").text)
        email = f"{threading.get_ident()}@kommune.example"
        answers.append(browser.post("/log-ind", data={"csrf_token": token, "email": email, "password": "x"}))

    threads = at_once(30, sign_in)
    assert slow.begun.acquire(timeout=60)
    wait_for(lambda: len(answers) == 13)  # one at work and sixteen in the queue: these came too late
    with app.app_context():
        assert db.engine.pool.checkedout() == 0, "nobody holds a connection while they wait"  # type: ignore[attr-defined]
    assert reader.get("/tilgaengelighed").status_code == 200, "who reads waits for nobody"
    assert {(answer.status_code, answer.headers["Retry-After"]) for answer in answers} == {(503, "10")}
    assert "Mange vil det samme lige nu" in answers[0].text
    slow.go_on.set()
    for thread in threads:
        thread.join(60)
    assert sorted(answer.status_code for answer in answers) == [422] * 17 + [503] * 13
    assert slow.most == 1


def test_who_is_sent_away_has_not_tried(client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "_hashing", Turns(max_waiting=0, seconds=0.01))
    data = {"csrf_token": token_of(client.get("/log-ind").text), "email": MANAGER, "password": PASSWORD}
    with operations._hashing.mine():
        assert [client.post("/log-ind", data=data).status_code for _each in range(12)] == [503] * 12
    assert client.post("/log-ind", data=data).status_code == 302


def test_who_waits_too_long_is_told_so_and_the_turns_go_on() -> None:
    turns = Turns(max_waiting=1, seconds=0.01)
    with turns.mine():
        for _each in range(3):
            with pytest.raises(Busy), turns.mine():
                raise AssertionError("two at once")
    with turns.mine():
        pass


def test_a_password_that_changed_while_one_waited_opens_nothing(app: Flask, world: World, slow: Slow) -> None:
    """The old one fits what was read before the wait, and no longer what stands there."""
    from tenants.acting import acting_for
    from tenants.database import transaction
    from tenants.reach import Office, Reach

    browser = app.test_client()
    token, answers = token_of(browser.get("/log-ind").text), []
    data = {"csrf_token": token, "email": MANAGER, "password": PASSWORD}
    (thread,) = at_once(1, lambda: answers.append(browser.post("/log-ind", data=data).status_code))
    assert slow.begun.acquire(timeout=60)
    me = Reach(Office.DOOR, person_id=world.here.manager)
    with app.app_context(), acting_for(me), transaction():
        assert operations.set_password(world.here.manager, queries.own_password(), "another")
    slow.go_on.set()
    thread.join(60)
    assert answers == [422]
