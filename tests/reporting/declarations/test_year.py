"""A year's declaration, the whole way: asked for, mailed, confirmed by the link alone, printed, and found by the municipality."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from service.network.shares import operations as shares
from service.network.shares import queries as share_queries
from service.platform.documents.queries import document
from service.platform.notices.models import Notice
from service.platform.web import links
from service.platform.web.errors import Refusal
from service.reporting.declarations import operations, queries
from service.reporting.declarations.models import Declaration
from service.reporting.recruitment import queries as recruitment
from service.volunteer.certificates import operations as certificates
from service.volunteer.certificates import queries as certificate_queries
from service.volunteer.volunteers import operations as volunteers
from service.volunteer.volunteers.rules import Children
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import db, now, transaction
from tenants.reach import clock
from tests.support.pages import pdf_text, token_of
from tests.support.verapdf import assert_conforms
from tests.support.world import HERE, THERE, World, sign_in
from tests.volunteer.volunteers.conftest import group, person

Act = Callable[[], Any]
YEAR = day_of(now()).year - 1
LAST = dt.date(YEAR, 12, 31)
SEEN = dt.date(YEAR, 6, 1)


def volunteers_in(group_id: UUID, count: int, *, contact: bool = True) -> list[UUID]:
    """Volunteers who met children in a group at the end of last year, their certificates seen."""
    keys = []
    for number in range(count):
        key = person(f"Kanariegul {number}", email=f"kanariegul{number}@frivillig.example")
        certificates.verify(key, SEEN)
        kind = "contact" if contact and number == 0 else "member"
        role = {"group_id": group_id, "role": kind, "children": Children.YES, "valid_from": SEEN}
        volunteers.start_role(key, role)
        keys.append(key)
    return keys


def ours() -> list[Declaration]:
    """The declarations of the year."""
    return list(db.session.scalars(queries.declarations(year=YEAR).order_by(Declaration.municipality_code)))


def link_in(mail: Notice) -> str:
    found = re.search(r"http://localhost(/erklaering/\S+)", mail.body)
    assert found is not None
    return found[1]


def mails() -> list[Notice]:
    rows = db.session.scalars(select(Notice).where(Notice.about.startswith("declaration:")).order_by(Notice.created_at))
    return list(rows)


def asked(everywhere: Act, world: World, count: int = 6) -> str:
    """The link that the contact of the shared group has been mailed."""
    with everywhere():
        volunteers_in(world.shared_group, count)
        assert operations.ask(YEAR) == 2, "one for each municipality that sees the group"
        assert operations.ask(YEAR) == 0
        assert operations.invite() == 1
        operations.invite()
        (mail,) = mails()
        assert mail.recipient == "kanariegul0@frivillig.example"
        assert "kanariegul" not in (mail.subject + mail.body).lower()
        return link_in(mail)


def confirm(client: FlaskClient, address: str) -> Any:
    page = client.get(address)
    assert page.status_code == 200, page.text
    shown = re.search(r'name="shown" value="(\w+)"', page.text)
    assert shown is not None
    return client.post(address, data={"csrf_token": token_of(page.text), "shown": shown[1]})


def test_the_overview_says_of_nobody_what_the_group_has_not_confirmed(
    world: World, everywhere: Act, app: Flask, client: FlaskClient
) -> None:
    def said() -> list[str]:
        page = sign_in(app.test_client(), "sekretariat@drc.example").get("/erklaeringer").text
        cells = re.findall(r'<td data-title="Har gyldig attest">(.*?)</td>', page, re.DOTALL)
        return sorted(" ".join(re.sub(r"<[^>]*>", " ", cell).split()) for cell in cells)

    address = asked(everywhere, world)
    assert said() == ["alle"] * 2 + ["– ikke bekræftet endnu"] * 2, "two of the world's are confirmed"
    confirm(client, address)
    assert said() == ["alle"] * 4


def test_the_whole_year(world: World, everywhere: Act, app: Flask, client: FlaskClient) -> None:
    address = asked(everywhere, world)
    page = client.get(address).text
    assert "Alle 6 frivillige" in page
    assert "Kanariegul" not in page
    answer = confirm(client, address)
    assert answer.status_code == 200
    assert "Tak" in answer.text
    assert "Tak" in client.get(address).text, "opened again, it says that it has been done"
    with everywhere():
        due = queries.due()
        assert sorted(code for code, _key in due) == sorted((HERE, THERE))
    with app.app_context():
        assert [operations.make(code, key, 60) for code, key in due] == [True, True]
        assert [operations.make(code, key, 60) for code, key in due] == [False, False], "once"
        with acting_for(clock([HERE])):
            row = db.session.scalars(queries.declarations(HERE, YEAR)).one()
            assert row.document_id is not None
            paper = document(row.document_id, content=True)
            content = paper.content
            readers = {mail.recipient for mail in mails() if mail.about == f"declaration:{row.id}"}
    assert paper.kind == "declaration"
    text = pdf_text(content)
    assert "Alle 6 frivillige" in text
    assert "kanariegul" not in text.lower()
    assert_conforms(content)
    assert readers == {f"leder.{HERE}@kommune.example", f"medarbejder.{HERE}@kommune.example"}
    sign_in(client, f"medarbejder.{HERE}@kommune.example")
    found = client.get(f"/kommuner/{HERE}/erklaeringer").text
    assert str(row.document_id) in found
    assert client.get(f"/kommuner/{THERE}/erklaeringer").status_code == 404


def test_a_small_group_says_all_and_no_number(world: World, everywhere: Act, client: FlaskClient) -> None:
    page = client.get(asked(everywhere, world, 3)).text
    assert "Alle frivillige" in page
    assert "Ældste" in page
    assert not re.search(r"\b3\b", re.sub(r"<[^>]+>|31\. december", "", page.split("<main")[1].split("</main")[0]))
    with everywhere():
        states = [row.states for row in ours()]
        assert [state["holders"] for state in states] == [None, None], "nor does the row that the municipality can read"


@pytest.mark.parametrize(("others", "number"), [(2, None), (5, 6), (0, 6)])
def test_a_group_gives_no_number_that_lies_near_the_municipalitys_volunteers_of_the_same_day(
    world: World, everywhere: Act, client: FlaskClient, others: int, number: int | None
) -> None:
    """Two others beside six who meet children would follow from both."""
    with everywhere():
        cafe = group("Caféen", HERE)
        for each in range(others):
            key = person(f"Kanariegul uden {each}")
            volunteers.start_role(key, {"group_id": cafe, "role": "member", "valid_from": SEEN})
    said = client.get(asked(everywhere, world)).text
    assert ("Alle 6 frivillige" if number else "Alle frivillige") in said
    with everywhere():
        (month,) = recruitment.months(HERE, LAST.replace(day=1), LAST)
        assert month.volunteers == 6 + others, "this is what the municipality reads beside it"
        assert [row.states["holders"] for row in ours() if row.group_name == "Fællesgruppen"] == [number, number]


def test_a_number_is_not_given_where_nobody_can_see_what_the_home_reads(
    world: World, everywhere: Act, app: Flask
) -> None:
    with everywhere():
        volunteers_in(world.shared_group, 6)
    with app.app_context(), acting_for(clock([THERE])), transaction():
        assert operations.ask(YEAR) == 1
        assert [row.states["holders"] for row in ours() if row.group_name == "Fællesgruppen"] == [None]


def test_another_altered_or_expired_link_opens_nothing_and_says_what_to_do(
    world: World, everywhere: Act, app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = asked(everywhere, world)
    with app.app_context():
        stranger = links.token(links.Link(operations.PURPOSE, (HERE,), UUID(int=7)))
        purpose = links.token(links.Link("check-in", (HERE,), UUID(int=7)))
    assert client.get(f"/erklaering/{stranger}").status_code == 404
    for broken in (
        f"/erklaering/{purpose}",
        address[:-3],
        f"{address[:-9]}{'A' if address[-9] != 'A' else 'B'}{address[-8:]}",
    ):
        answer = client.get(broken)
        assert answer.status_code == 410, broken
        assert "konsulent" in answer.text or "mailen" in answer.text
    import time

    later = time.time() + 61 * 86400
    monkeypatch.setattr(time, "time", lambda: later)
    answer = client.get(address)
    assert answer.status_code == 410
    assert "udløbet" in answer.text
    monkeypatch.undo()
    assert client.get(address).status_code == 200, "the control: it was the time"


def test_what_was_corrected_since_it_was_shown_is_not_confirmed(
    world: World, everywhere: Act, client: FlaskClient
) -> None:
    address = asked(everywhere, world)
    page = client.get(address).text
    shown = re.search(r'name="shown" value="(\w+)"', page)
    assert shown is not None
    with everywhere():
        volunteers_in(world.shared_group, 5, contact=False)
        operations.ask(YEAR)
    late = client.post(address, data={"csrf_token": token_of(page), "shown": shown[1]})
    assert late.status_code == 409
    assert "Alle 11 frivillige" in late.text
    with everywhere():
        assert all(row.confirmed_at is None for row in ours())
    assert confirm(client, address).status_code == 200
    with everywhere():
        volunteers_in(world.shared_group, 1, contact=False)
        assert operations.ask(YEAR) == 0
        assert {row.states["holders"] for row in ours()} == {11}, "confirmed is confirmed"


def test_only_who_sees_the_group_is_declared_to(world: World, everywhere: Act) -> None:
    with everywhere():
        found = db.session.scalars(share_queries.shares(THERE)).all()
        shares.end(next(row.id for row in found if row.group_id == world.shared_group), code=THERE)
        volunteers_in(world.shared_group, 6)
        operations.ask(YEAR)
        assert [row.municipality_code for row in ours()] == [HERE]


def test_a_year_that_is_not_over_is_not_declared(everywhere: Act) -> None:
    with everywhere(), pytest.raises(Refusal, match="ikke slut"):
        operations.ask(YEAR + 1)


def test_a_certificate_seen_after_the_year_does_not_count_for_it(world: World, everywhere: Act) -> None:
    with everywhere():
        (key,) = volunteers_in(world.shared_group, 1)
        for seen in certificate_queries.certificates(key):
            certificates.take_back(key, seen.id)
        certificates.verify(key, day_of(now()))
        operations.ask(YEAR)
        assert {row.states["all"] for row in ours()} == {False}
