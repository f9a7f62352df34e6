"""What is due is told to whom it concerns, once, and without a name."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from service.platform.notices.models import Notice
from service.volunteer.certificates import operations, views
from service.volunteer.certificates.rules import renewal
from service.volunteer.volunteers import operations as volunteers
from service.volunteer.volunteers.rules import Children
from tenants.calendar import day_of
from tenants.database import db, now
from tests.support.world import HERE, THERE, World, sign_in
from tests.volunteer.volunteers.conftest import group, person

Act = Callable[[], Any]


def test_a_verification_holds_two_years_on_any_day() -> None:
    assert renewal(dt.date(2026, 11, 24)) == dt.date(2028, 11, 24)
    assert renewal(dt.date(2024, 2, 29)) == dt.date(2026, 2, 28)


def mails() -> list[tuple[str, str]]:
    rows = db.session.scalars(select(Notice).where(Notice.about.startswith("certificates:")).order_by(Notice.recipient))
    return [(row.recipient, row.subject) for row in rows]


def test_a_consultant_is_told_once_of_what_is_due(world: World, everywhere: Act) -> None:
    today = day_of(now())
    with everywhere():
        here, there = (group(f"Lektiecafé {code}", code, themes={"homework_help"}) for code in (HERE, THERE))
        keys = [person(f"Kanariegul {number}", HERE) for number in range(3)]
        keys += [person("Kanariegul over grænsen", THERE)]
        for number, key in enumerate(keys):
            seen = operations.verify(key, today)
            group_id = here if number < 3 else there
            volunteers.start_role(key, {"group_id": group_id, "role": "member", "children": Children.AS_GROUP})
            if number != 2:  # the third is valid: nobody is told of it
                operations.take_back(key, seen.id)
        operations.verify(keys[1], today, today + dt.timedelta(days=20))
        assert operations.remind() == 3
        # The consultant has the territory of HERE; of THERE, which nobody has, the secretariat is told.
        assert mails() == [
            ("konsulent@drc.example", "2 børneattester skal ses efter"),
            ("sekretariat@drc.example", "1 børneattest skal ses efter"),
        ]
    with everywhere():
        assert operations.remind() == 0, "once"
        operations.verify(keys[0], today, today + dt.timedelta(days=10))
        assert operations.remind() == 1, "another reason is told of"
        assert operations.remind() == 0
        assert len(mails()) == 3
        for row in db.session.scalars(select(Notice)):
            assert "kanariegul" not in (row.subject + row.body).lower(), "no mail names a volunteer"


def test_the_list_is_by_urgency_and_a_line_of_the_monday_list_leads_to_those_it_counts(
    app: Flask, world: World, everywhere: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = day_of(now())
    with everywhere():
        groups = {code: group(f"Lektiecafé {code}", code, themes={"homework_help"}) for code in (HERE, THERE)}
        for name, code, days in (
            ("Anna Snart", HERE, 20),
            ("Bo Udløbet", HERE, -5),
            ("Carl Længe", HERE, -300),
            ("Dorte Mangler", HERE, None),
            ("Erik Derovre", THERE, None),
            ("Frida Gyldig", HERE, 600),
        ):
            key = person(name, HERE)
            seen = operations.verify(key, today - dt.timedelta(days=400), today + dt.timedelta(days=600))
            role = {"group_id": groups[code], "role": "member", "children": Children.AS_GROUP}
            volunteers.start_role(key, role)
            operations.take_back(key, seen.id)
            if days is not None:
                operations.verify(key, today - dt.timedelta(days=400), today + dt.timedelta(days=days))
    consultant = sign_in(app.test_client(), "konsulent@drc.example")

    def listed(address: str) -> list[str]:
        page = consultant.get(address)
        assert page.status_code == 200
        found: list[str] = re.findall(r'/boerneattest">(\w+ \w+)</a>', page.text)
        following = re.search(r'href="(/frivillige/boerneattester\?[^"]*side=[^"]*)"', page.text)
        return found + (listed(following[1].replace("&amp;", "&")) if following else [])

    due = ["Dorte Mangler", "Carl Længe", "Bo Udløbet", "Anna Snart"]
    ours = [name for name in listed("/frivillige/boerneattester") if name in {*due, "Erik Derovre", "Frida Gyldig"}]
    assert ours == [due[0], "Erik Derovre", *due[1:]], "who lives here and meets children there is looked after here"
    page = consultant.get("/").text
    (address,) = set(re.findall(r'href="(/frivillige/boerneattester\?kommune=[^"]*)"', page))
    narrowed = listed(address)
    assert [name for name in narrowed if name in due] == due
    assert "Erik Derovre" not in narrowed
    counted = re.search(r"(\d+) børneattest", page)
    assert counted is not None
    assert int(counted[1]) == len(narrowed), "those that the line counts"
    assert '<td data-title="Kommune">Aabenraa</td>' in consultant.get(address).text
    monkeypatch.setattr(views, "AT_ONCE", 2)
    assert listed(address) == narrowed, "page by page"
    assert listed(f"{address}&attest=expired") == ["Carl Længe", "Bo Udløbet"]
