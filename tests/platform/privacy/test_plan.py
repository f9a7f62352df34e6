"""What is over its time is counted by the condition by which it is removed, where anything removes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, insert, select, update

from service.activity.interests import keeping as interests
from service.exchange.exports import keeping as exports
from service.exchange.exports.models import Export
from service.exchange.imports import keeping as imports
from service.features import FEATURES
from service.platform.accounts import keeping as accounts
from service.platform.accounts.models import Membership, Person
from service.platform.keeping import Retention
from service.platform.people import keeping as people
from service.platform.privacy import queries
from service.platform.web import keeping as web
from service.volunteer.merging import keeping as merging
from service.volunteer.own_data import keeping as own_data
from service.volunteer.volunteers import keeping as volunteers
from service.volunteer.volunteers.models import Volunteer
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import db, now, transaction, uuid7
from tenants.reach import clock
from tests.support.people import SECRETARIAT, Few, few
from tests.support.world import HERE, THERE, sign_in

HOUR = dt.timedelta(hours=1)
Made = Callable[[Few, dt.datetime], dict[str, Any]]


@pytest.fixture
def there(app: Flask) -> Iterator[Few]:
    with app.app_context():
        found = few()
        with acting_for(clock([HERE, THERE])):
            yield found


def imported(state: str, content: bytes | None, applied: bool = False) -> Made:
    def made(there: Few, moment: dt.datetime) -> dict[str, Any]:
        none: dict[str, Any] = {name: [] for name in ("faults", "headings", "columns")}
        return none | {
            "id": uuid7(),
            "kind": "groups",
            "person_id": there.secretariat,
            "file_name": "fil.csv",
            "content": content,
            "state": state,
            "problem": "",
            "total": 0,
            "progress": 0,
            "leave_out": False,
            "outcome": {},
            "created_at": moment,
            "work_state": "done",
            "due_from": moment,
            "applied_at": moment if applied else None,
        }

    return made


def exported(there: Few, moment: dt.datetime) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "kind": "groups",
        "person_id": there.secretariat,
        "file_format": "csv",
        "limits": {},
        "total": 0,
        "progress": 0,
        "size": 0,
        "created_at": moment,
        "made_at": moment,
        "due_from": moment,
    }


def merged(_there: Few, moment: dt.datetime) -> dict[str, Any]:
    return {"id": uuid7(), "kept_id": uuid4(), "lost_id": uuid4(), "merged_at": moment, "before": {}}


def reset(there: Few, moment: dt.datetime) -> dict[str, Any]:
    made = {"id": uuid7(), "purpose": "password", "person_id": there.staff, "made_as": "door"}
    return made | {"made_at": moment, "expires_at": moment + HOUR, "due_from": moment}


def another_address(there: Few, moment: dt.datetime) -> dict[str, Any]:
    made = {"id": uuid7(), "person_id": there.staff, "email": "ny@kommune.example"}
    return made | {"made_at": moment, "expires_at": moment + HOUR, "due_from": moment}


def link_to_own_data(_there: Few, moment: dt.datetime) -> dict[str, Any]:
    return {"id": uuid7(), "email": "", "asked_at": moment, "due_from": moment}


def settled_wish(_there: Few, moment: dt.datetime) -> dict[str, Any]:
    day = day_of(moment)
    blank = dict.fromkeys(("name", "sort_key", "name_key", "email", "phone", "phone_digits"), "")
    person = {"id": uuid7(), "status": "active", "languages": [], "started_on": day, "heard_on": day, **blank}
    db.session.execute(insert(Volunteer).values(person))
    return {
        "id": uuid7(),
        "volunteer_id": person["id"],
        "kind": "stop",
        "words": "",
        "asked_at": moment,
        "settled_at": moment,
    }


def interest(_there: Few, moment: dt.datetime) -> dict[str, Any]:
    told = {"municipality_code": THERE, "name": "Kim", "email": "kim@frivillig.example", "phone": "", "consent": "Ja."}
    return {
        "id": uuid7(),
        **told,
        "themes": [],
        "weekdays": [],
        "language": "da",
        "asked_at": moment,
        "due_from": moment,
    }


RUN_BY_THEMSELVES: list[tuple[Retention, Made]] = [
    (imports.ROWS, imported("ready", None)),
    (imports.ROWS, imported("applied", None, applied=True)),
    (imports.UNREAD, imported("columns", b"a;b")),
    (exports.FILES, exported),
    (merging.BEFORE, merged),
    (people.RESETS, reset),
    (people.CHANGES, another_address),
    (own_data.LINKS, link_to_own_data),
    (own_data.WISHES, settled_wish),
    (interests.UNCONFIRMED, lambda there, moment: interest(there, moment) | {"sent_at": moment}),
    (interests.UNSENT, interest),
    (interests.CONFIRMED, lambda there, moment: interest(there, moment) | {"confirmed_at": moment}),
    (
        interests.WITHDRAWN,
        lambda there, moment: (
            interest(there, moment) | dict.fromkeys(("confirmed_at", "withdrawn_at", "let_go_at"), moment)
        ),
    ),
]


def test_each_that_runs_by_itself_is_tried() -> None:
    assert {id(each) for each, _made in RUN_BY_THEMSELVES} == {id(each) for each in FEATURES.retentions if each.step}


@pytest.mark.parametrize(("retention", "made"), RUN_BY_THEMSELVES)
def test_what_is_counted_is_what_the_step_takes_and_no_more(there: Few, retention: Retention, made: Made) -> None:
    long_ago = now() - retention.time
    with transaction():
        for moment in (long_ago - HOUR, long_ago - HOUR, long_ago + HOUR):
            db.session.execute(insert(retention.model).values(made(there, moment)))
        assert queries.over([retention], now()) == [2]
        [step] = [step for step in FEATURES.steps if step.name == retention.step]
        step.do()
        assert queries.over([retention], now()) == [0]
        assert queries.over([retention], now() + 2 * HOUR) == [1], "what is within its time is still there"


def test_an_account_is_over_its_time_when_its_last_role_is(there: Few) -> None:
    [accounts_left, *_others] = accounts.RETENTIONS
    with transaction():
        assert queries.over([accounts_left], now()) == [0]
        ended = day_of(now() - accounts_left.time) - dt.timedelta(days=1)
        roles = update(Membership).where(Membership.person_id == there.staff)
        db.session.execute(roles.values(valid_from=ended, valid_to=ended))
        assert queries.over([accounts_left], now()) == [1]
        again = {"person_id": there.staff, "role": "staff", "municipality_code": THERE}
        db.session.execute(insert(Membership).values(id=uuid7(), **again))
        assert queries.over([accounts_left], now()) == [0], "who has begun again is not"
        never = {"email": "aldrig@drc.example", "name": "Aldrig", "created_at": now() - accounts_left.time * 2}
        db.session.execute(insert(Person).values(id=uuid7(), **never))
        assert queries.over([accounts_left], now()) == [1], "who never had a role is, by the day of the account"


def test_of_volunteers_those_who_have_left_are(there: Few) -> None:
    [left, *_others] = volunteers.RETENTIONS
    day = day_of(now() - left.time) - dt.timedelta(days=1)
    person = {"name": "Kim", "sort_key": "kim", "name_key": "kim", "languages": [], "started_on": day, "heard_on": day}
    blank = dict.fromkeys(("email", "phone", "phone_digits"), "")
    with transaction():
        for status, ended in (("left", day), ("left", day + dt.timedelta(days=2)), ("active", None)):
            values = {"id": uuid7(), "status": status, "ended_on": ended, **person, **blank}
            db.session.execute(insert(Volunteer).values(values))
        assert queries.over([left], now()) == [1]
        assert db.session.scalar(select(func.count()).select_from(Volunteer)) == 3, "nobody is removed"


def test_all_is_counted_at_once_and_shown_to_the_secretariat(app: Flask, there: Few) -> None:
    with transaction():
        assert queries.over([each for each in FEATURES.retentions if each is not web.ANSWERS], now()) == [0] * 24
        db.session.execute(insert(Export).values(exported(there, now() - 2 * exports.FILES.time)))
    page = sign_in(app.test_client(), SECRETARIAT).get("/fortegnelse/frister").text
    assert page.count("<tr><td") + page.count('<th scope="row"') == len(FEATURES.retentions)
    shown = page[page.index("Filer, der er hentet ud") :]
    shown = shown[: shown.index("</tr>")]
    assert "1 dag efter at filen blev lavet" in shown
    assert "Af sig selv" in shown
    assert shown.rstrip().endswith(">1</td>")
