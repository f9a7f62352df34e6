"""How people come: by the command, a mail, and a page where nobody has to sign in."""

from __future__ import annotations

import email
import email.policy
import re
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from service.platform.accounts.models import LoginSession, Membership, Person
from service.platform.ledger.models import LedgerEntry, NationalLedgerEntry
from service.platform.people import operations, queries
from service.platform.people.models import Invitation
from tenants.acting import acting_for
from tenants.database import db, now, transaction
from tenants.reach import clock
from tests.support.pages import token_of
from tests.support.people import MANAGER, MANAGER_THERE, SECRETARIAT, STAFF, Few
from tests.support.world import HERE, PASSWORD, sign_in

CHOSEN = "hest ketsjer lampe tag"
NEW = "ny.leder@kommune.example"


def command(app: Flask, *given: str) -> Result:
    """A command's outcome."""
    return app.test_cli_runner().invoke(args=["people", *given])


def invite(app: Flask, role: str = "manager", address: str = NEW, **more: str) -> str:
    """Invite by the command: the path of the link that it prints last."""
    where = {
        "manager": ["--municipality", HERE],
        "staff": ["--municipality", HERE],
        "consultant": ["--territory", "Prøveland"],
    }
    done = command(app, "invite", "--email", address, "--name", "Ny Leder", "--role", role, *where.get(role, []))
    assert done.exit_code == 0, done.output
    return done.output.splitlines()[-1].removeprefix("http://localhost")


def mailed(app: Flask, folder: Path) -> list[EmailMessage]:
    """Send what waits, and read it."""
    with app.app_context(), acting_for(clock()), transaction():
        due = queries.due()
    with app.app_context():
        for key in due:
            operations.send(key, f"file:{folder}", "localhost", 60)
    found = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in folder.glob("*.eml")]
    return [each for each in found if isinstance(each, EmailMessage)]


def link_in(mail: EmailMessage) -> str:
    """The path of the link in a mail."""
    body = mail.get_body()
    found = body and re.search(r"http://localhost(/invitation/\S+)", body.get_content())
    assert found
    return found[1]


def take_up(client: FlaskClient, link: str, password: str = CHOSEN) -> Any:
    """Open the link and say yes."""
    page = client.get(link)
    assert page.status_code == 200, page.text
    return client.post(link, data={"csrf_token": token_of(page.text), "password": password})


def signs_in(client: FlaskClient, address: str, password: str) -> bool:
    page = client.get("/log-ind")
    answer = client.post("/log-ind", data={"csrf_token": token_of(page.text), "email": address, "password": password})
    return answer.status_code == 302


def rows(app: Flask, query: Any) -> list[Any]:
    """What is there, as unattended work sees it."""
    with app.app_context(), acting_for(clock([HERE])), transaction():
        return list(db.session.scalars(query).all())


def test_the_first_person_comes_in_by_the_command_and_the_mail(app: Flask, client: FlaskClient, tmp_path: Path) -> None:
    """On a database without anybody: the mail and what is printed hold the same link, and the row holds its hash alone."""
    link = invite(app, "secretariat", "foerste@drc.example")
    [mail] = mailed(app, tmp_path)
    assert mail["To"] == "foerste@drc.example"
    assert link_in(mail) == link
    [row] = rows(app, select(Invitation))
    assert link.rpartition("/")[2] not in repr({c.key: getattr(row, c.key) for c in Invitation.__table__.columns})
    assert mailed(app, tmp_path) == [mail] or len(list(tmp_path.glob("*.eml"))) == 1, "sent once"
    assert take_up(client, link).headers["Location"] == "/log-ind"
    assert client.get_cookie("device") is not None, "and strangers' wrong passwords keep nobody out who opened it here"
    assert signs_in(client, "foerste@drc.example", CHOSEN)
    assert client.get("/").status_code == 200
    acts = rows(app, select(NationalLedgerEntry).order_by(NationalLedgerEntry.number))
    assert [(each.act, each.office) for each in acts if each.act.startswith(("person", "role"))] == [
        ("person.invited", "clock"),
        ("role.taken_up", "drc"),
    ]
    assert acts[-1].person_id == row.person_id


def test_what_is_taken_up_is_a_role_from_today_with_its_reason(app: Flask, client: FlaskClient, few: Few) -> None:
    link = invite(app, "staff")
    assert (
        rows(app, select(Membership).join(Person, Person.id == Membership.person_id).where(Person.email == NEW)) == []
    )
    take_up(client, link)
    [role] = rows(app, select(Membership).join(Person, Person.id == Membership.person_id).where(Person.email == NEW))
    assert (role.role, role.municipality_code, role.valid_to) == ("staff", HERE, None)
    entry = rows(app, select(LedgerEntry).order_by(LedgerEntry.number.desc()).limit(1))[0]
    assert (entry.act, entry.office, entry.details) == ("role.taken_up", "municipality", {"role": "staff"})


def over(app: Flask, **values: Any) -> None:
    """Change the invitations that are there."""
    with app.app_context(), acting_for(clock()), transaction():
        db.session.execute(update(Invitation).values(**values))


@pytest.mark.parametrize("meanwhile", [{"used_at": now()}, {"expires_at": now()}, {"withdrawn_at": now()}])
def test_a_link_that_is_over_says_what_to_do(
    app: Flask, client: FlaskClient, few: Few, meanwhile: dict[str, Any]
) -> None:
    """Read and sent: 410, and nothing is given. The control: before that it opens."""
    link = invite(app)
    page = client.get(link)
    assert page.status_code == 200
    over(app, **meanwhile)
    assert client.get(link).status_code == 410
    answer = client.post(link, data={"csrf_token": token_of(page.text), "password": CHOSEN})
    assert answer.status_code == 410
    assert (
        rows(app, select(Membership).join(Person, Person.id == Membership.person_id).where(Person.email == NEW)) == []
    )


@pytest.mark.gate("6.5.1")
def test_a_link_opens_once_and_an_altered_one_never(app: Flask, client: FlaskClient, few: Few) -> None:
    link = invite(app)
    other = link[:-2] + ("aa" if not link.endswith("aa") else "bb")
    assert [client.get(each).status_code for each in (link[:-1], other, link + "x", "/invitation/x")] == [410] * 4
    assert take_up(client, link).status_code == 302
    assert client.get(link).status_code == 410


def test_whoever_is_invited_again_has_a_new_link_and_the_one_before_is_dead(
    app: Flask, client: FlaskClient, few: Few
) -> None:
    first, second = invite(app), invite(app)
    assert client.get(first).status_code == 410
    assert client.get(second).status_code == 200


@pytest.mark.gate("6.2.1")
def test_a_weak_password_is_refused_and_the_link_still_opens(app: Flask, client: FlaskClient, few: Few) -> None:
    link = invite(app)
    for weak in ("kort", "password1234", "ny.leder-2026!", "Partnerskab2026"):
        answer = take_up(client, link, weak)
        assert (answer.status_code, weak in answer.text) == (422, False)
    assert take_up(client, link).status_code == 302


def test_who_has_an_account_says_yes_and_keeps_the_password(app: Flask, client: FlaskClient, few: Few) -> None:
    """The page asks for none, and what is sent all the same changes none."""
    address = MANAGER_THERE
    link = invite(app, "staff", address)
    page = client.get(link)
    assert 'type="password"' not in page.text
    assert take_up(client, link).status_code == 302
    assert signs_in(client, address, PASSWORD)
    assert not signs_in(app.test_client(), address, CHOSEN)


def asks(client: FlaskClient, address: str) -> tuple[int, str, str]:
    """Ask for a new password: the answer, whole."""
    page = client.get("/ny-adgangskode")
    answer = client.post("/ny-adgangskode", data={"csrf_token": token_of(page.text), "email": address})
    after = client.get(answer.headers["Location"]).text
    return answer.status_code, answer.headers["Location"], re.sub(r'(value|nonce)="[^"]*"', "", after)


@pytest.mark.gate("6.3.8")
def test_a_new_password_by_mail_for_those_who_are_here_and_the_same_answer_for_all(
    app: Flask, few: Few, tmp_path: Path
) -> None:
    """Known, unknown, shut out and never come in: the same answer and as many rows. One of them has a mail."""
    known = MANAGER
    assert command(app, "disable", "--email", STAFF).exit_code == 0
    invite(app)
    mailed(app, tmp_path / "before")
    addresses = (known, "ingen@kommune.example", STAFF, NEW)
    assert len({asks(app.test_client(), address) for address in addresses}) == 1
    assert len(rows(app, select(Invitation).where(Invitation.purpose == "password"))) == len(addresses)
    [mail] = mailed(app, tmp_path / "after")
    assert mail["To"] == known
    assert len(rows(app, select(Invitation).where(Invitation.purpose == "password"))) == 1, "nobody's are forgotten"
    elsewhere = sign_in(app.test_client(), known)
    assert elsewhere.get("/min-konto").status_code == 200
    client = app.test_client()
    assert take_up(client, link_in(mail)).headers["Location"] == "/log-ind"
    assert elsewhere.get("/min-konto").status_code == 302, "its session has ended"
    assert not signs_in(app.test_client(), known, PASSWORD)
    assert signs_in(app.test_client(), known, CHOSEN)
    assert client.get(link_in(mail)).status_code == 410


@pytest.mark.gate("2.4.1")
def test_a_stranger_cannot_have_mails_sent_without_end(app: Flask, few: Few) -> None:
    """The sixth within an hour, for one address, is refused: known or not."""
    for address in (MANAGER, "ingen@kommune.example"):
        client = app.test_client()
        form = {"csrf_token": token_of(client.get("/ny-adgangskode").text), "email": address}
        answers = [client.post("/ny-adgangskode", data=form).status_code for _ in range(6)]
        assert answers == [302] * 5 + [429]


def test_the_command_says_what_cannot_be(app: Flask, few: Few) -> None:
    for given in (
        ["invite", "--email", "a@b.dk", "--name", "A", "--role", "manager"],
        ["invite", "--email", "a@b.dk", "--name", "A", "--role", "secretariat", "--municipality", HERE],
        ["invite", "--email", "a@b.dk", "--name", "A", "--role", "staff", "--municipality", "9999"],
        ["invite", "--email", "ingen adresse", "--name", "A", "--role", "secretariat"],
        [
            "invite",
            "--email",
            MANAGER,
            "--name",
            "A",
            "--role",
            "manager",
            "--municipality",
            HERE,
        ],
        ["disable", "--email", "ingen@b.dk"],
        ["disable", "--email", SECRETARIAT],  # the last
        ["disable", "--email", MANAGER],  # the last, with an agreement in force
    ):
        done = command(app, *given)
        assert done.exit_code != 0, given
        assert "Traceback" not in done.output
    listed = {line.split("\t")[0]: line for line in command(app, "list").output.splitlines()}
    assert listed[MANAGER].endswith(f"\tmanager {HERE}")
    assert "a@b.dk" not in listed


@pytest.mark.gate("7.4.2")
def test_who_is_shut_out_is_out_at_once(app: Flask, few: Few) -> None:
    """A session, a key and a feed's address; a successor lets the last manager go."""
    from service.activity.calendars import operations as calendars
    from service.platform.accounts import own_account
    from tenants.reach import Office, Reach

    address = MANAGER
    client = sign_in(app.test_client(), address)
    reach = Reach(Office.MUNICIPALITY, frozenset({HERE}), few.manager)
    with app.app_context(), acting_for(reach), transaction():
        key = own_account.issue_key(few.manager, "prøve")[1]
        feed = calendars.address(calendars.make(HERE)[1]).removeprefix("http://localhost")
    bearer = {"Authorization": f"Bearer {key}"}
    program = app.test_client()
    assert [program.get("/api/v1/me", headers=bearer).status_code, program.get(feed).status_code] == [200, 200]
    take_up(app.test_client(), invite(app))
    assert command(app, "disable", "--email", address, "--reason", "Har fået nyt arbejde").exit_code == 0
    assert client.get("/min-konto").status_code == 302
    assert [program.get("/api/v1/me", headers=bearer).status_code, program.get(feed).status_code] == [401, 404]
    assert not signs_in(app.test_client(), address, PASSWORD)
    [ended] = rows(app, select(Membership).where(Membership.person_id == few.manager))
    assert ended.ended_reason == "Har fået nyt arbejde"
    assert (
        rows(
            app,
            select(LoginSession).where(LoginSession.person_id == few.manager, LoginSession.ended_at.is_(None)),
        )
        == []
    )
    assert command(app, "disable", "--email", address).exit_code == 1, "twice"
    assert f"{address}\t" in command(app, "list").output
