"""Who must have a second step, what a reset does not skip, and who has lost everything."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from service.platform.accounts.models import Membership
from service.platform.factors import letters, queries
from service.platform.factors.models import FactorEvent
from service.platform.ledger.models import LedgerEntry, NationalLedgerEntry
from service.platform.people import operations as people
from service.platform.people.models import Invitation
from tenants.acting import acting_for
from tenants.database import db, transaction
from tenants.reach import Office, Reach, clock
from tests.platform.factors.conftest import OWN, SECOND, Clock, add_app, add_passkey, inside, password, send
from tests.support.passkeys import Device
from tests.support.people import CONSULTANT, MANAGER, SECRETARIAT, STAFF, Few
from tests.support.world import HERE, sign_in
from tests.walls.ways import enter

CHOSEN = "hest ketsjer lampe tag"


def browser(app: Flask, person_id: UUID) -> FlaskClient:
    """A browser with a session of a person, by the password alone."""
    client = app.test_client()
    enter(app, client, person_id)
    return client


def acts(app: Flask, code: str | None = None) -> list[tuple[str, str]]:
    """What the ledger tells."""
    model: Any = LedgerEntry if code else NationalLedgerEntry
    with app.app_context(), acting_for(clock([HERE])):
        rows = db.session.scalars(select(model).order_by(model.number)).all()
        return [(row.act, str(row.details)) for row in rows]


def mailed(app: Flask, folder: Path) -> list[tuple[str, str]]:
    """Send what waits, and read it: to whom, and the text."""
    with app.app_context(), acting_for(clock()), transaction():
        due = queries.due()
    with app.app_context():
        for key in due:
            assert letters.send(key, f"file:{folder}", "http://localhost", "localhost", 60)
            assert not letters.send(key, f"file:{folder}", "http://localhost", "localhost", 60), "once"
    found = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in folder.glob("*.eml")]
    return [(str(each["To"]), each.get_content()) for each in found]


@pytest.mark.usefixtures("production")
@pytest.mark.parametrize("address", [SECRETARIAT, CONSULTANT, MANAGER])
def test_who_decides_for_others_chooses_one_before_anything_opens(app: Flask, few: Few, address: str) -> None:
    client = sign_in(app.test_client(), address)
    for page in ("/", "/min-konto", "/vaelg", f"/kommuner/{HERE}"):
        assert client.get(page).headers["Location"] == OWN, page
    assert send(client, OWN, "/min-konto/noegler", name="x").headers["Location"] == OWN
    assert "Vælg først et andet trin" in client.get(OWN).text
    assert add_passkey(client, Device()).status_code == 200
    assert inside(client)


@pytest.mark.usefixtures("production")
def test_staff_are_offered_one(app: Flask, few: Few) -> None:
    client = sign_in(app.test_client(), STAFF)
    assert inside(client)
    assert f'href="{OWN}"' in client.get("/min-konto").text


def test_in_a_demonstration_the_password_is_enough(app: Flask, few: Few) -> None:
    assert inside(sign_in(app.test_client(), MANAGER))


@pytest.mark.usefixtures("production")
def test_who_chooses_one_can_sign_out_and_change_the_language(app: Flask, few: Few) -> None:
    client = sign_in(app.test_client(), MANAGER)
    assert send(client, OWN, "/sprog", language="en", back="/min-konto/totrin").status_code == 302
    assert "Choose a second step first" in client.get(OWN).text
    assert send(client, OWN, "/log-ud").headers["Location"] == "/log-ind"


@pytest.mark.usefixtures("production")
def test_the_last_one_is_not_removed_where_it_is_demanded(app: Flask, few: Few, watch: Clock) -> None:
    client = sign_in(app.test_client(), MANAGER)
    add_app(client, watch)
    assert "/fjern" not in client.get(OWN).text
    with app.app_context(), acting_for(Reach(Office.MUNICIPALITY, person_id=few.manager)):
        only = queries.own()[0].id
    send(client, OWN, f"{OWN}/{only}/fjern")
    assert "Du skal have mindst én" in client.get(OWN).text
    assert "Telefon" in client.get(OWN).text
    add_passkey(client, Device())
    send(client, OWN, f"{OWN}/{only}/fjern")
    assert "Telefon" not in client.get(OWN).text, "the control: another is left"


def test_what_is_done_is_in_the_ledger_and_mailed_without_what_is_in_it(
    app: Flask, few: Few, watch: Clock, tmp_path: Path
) -> None:
    client = sign_in(app.test_client(), MANAGER)
    secret, codes = add_app(client, watch)
    told = acts(app, HERE)
    assert [act for act, _details in told] == ["signed.in", "factor.added", "codes.renewed"]
    for hidden in (secret, "Telefon", *codes):
        assert hidden not in str(told)
    half = app.test_client()
    password(half, MANAGER)
    send(half, SECOND, code=codes[0])
    mails = mailed(app, tmp_path)
    assert {to for to, _text in mails} == {MANAGER}
    for words in ("Du har fået koder fra en app", "Du har fået nye nødkoder", "en af dine nødkoder"):
        assert sum(words in text for _to, text in mails) == 1, words


def test_a_new_password_by_mail_skips_no_second_step(app: Flask, few: Few, watch: Clock) -> None:
    """The control: with it whoever has the new password is let in."""
    _secret, codes = add_app(sign_in(app.test_client(), STAFF), watch)
    client = app.test_client()
    send(client, "/ny-adgangskode", email=STAFF)
    with app.app_context(), acting_for(clock()), transaction():
        key = db.session.scalars(select(Invitation.id)).one()
        link = people.seal(key).removeprefix("http://localhost")
    send(client, link, password=CHOSEN)
    answer = send(client, "/log-ind", email=STAFF, password=CHOSEN)
    assert answer.headers["Location"].startswith(SECOND)
    assert not inside(client)
    send(client, SECOND, code=codes[0])
    assert inside(client)


TAKING: dict[str, Callable[[Few], tuple[UUID, str, UUID]]] = {
    "the secretariat, a manager's": lambda few: (few.secretariat, f"/medarbejdere/{few.manager}/totrin", few.manager),
    "the secretariat, a consultant's": lambda few: (
        few.secretariat,
        f"/medarbejdere/{few.consultant}/totrin",
        few.consultant,
    ),
    "a manager, one of the staff's": lambda few: (few.manager, "member", few.staff),
}
NOT_TAKING: dict[str, Callable[[Few], tuple[UUID, str, UUID]]] = {
    "the secretariat, her own": lambda few: (
        few.secretariat,
        f"/medarbejdere/{few.secretariat}/totrin",
        few.secretariat,
    ),
    "the secretariat, one of the staff's": lambda few: (
        few.secretariat,
        f"/medarbejdere/{few.staff}/totrin",
        few.staff,
    ),
    "a manager, his own": lambda few: (few.manager, "member", few.manager),
    "a consultant": lambda few: (few.consultant, f"/medarbejdere/{few.manager}/totrin", few.manager),
    "a neighbour": lambda few: (few.manager_there, "member", few.staff),
}


def page_of(app: Flask, path: str, of: UUID) -> str:
    """The address of the page where it is taken away; for one of the staff by the role."""
    if path != "member":
        return path
    with app.app_context(), acting_for(clock()):
        key = db.session.scalars(select(Membership.id).where(Membership.person_id == of)).one()
    return f"/kommuner/{HERE}/medarbejdere/{key}/totrin"


ADDRESSES = {"secretariat": SECRETARIAT, "consultant": CONSULTANT, "manager": MANAGER, "staff": STAFF}


def address_of(few: Few, person_id: UUID) -> str:
    """Somebody's address."""
    return next(address for name, address in ADDRESSES.items() if getattr(few, name) == person_id)


@pytest.mark.parametrize("who", TAKING)
def test_who_has_lost_everything_is_helped_by_another(
    app: Flask, few: Few, watch: Clock, tmp_path: Path, who: str
) -> None:
    helper, path, of = TAKING[who](few)
    lost = sign_in(app.test_client(), address_of(few, of))
    add_app(lost, watch)
    page, client = page_of(app, path, of), browser(app, helper)
    assert send(client, page, reason="").status_code == 422
    assert inside(lost), "the control"
    assert send(client, page, reason="Telefonen er væk").status_code == 302
    assert not inside(lost)
    again = app.test_client()
    assert password(again, address_of(few, of)).headers["Location"] == "/"
    told = acts(app, HERE if of in (few.manager, few.staff) else None)
    assert [act for act, _details in told if act.startswith("factors")] == ["factors.taken"]
    assert "Telefonen" not in str(told)
    assert any(to == address_of(few, of) and "Telefonen er væk" in text for to, text in mailed(app, tmp_path))
    assert send(client, OWN, page, reason="igen").status_code == 404, "there is none any more"


@pytest.mark.parametrize("who", NOT_TAKING)
def test_nobody_else_takes_it_away(app: Flask, few: Few, watch: Clock, who: str) -> None:
    helper, path, of = NOT_TAKING[who](few)
    add_app(sign_in(app.test_client(), address_of(few, of)), watch)
    page, client = page_of(app, path, of), browser(app, helper)
    found = client.get(page)
    assert found.status_code == 404 or "Fjern det nu" not in found.text
    assert send(client, OWN, page, reason="fordi").status_code == 404
    with app.app_context(), acting_for(clock()):
        assert "taken" not in db.session.scalars(select(FactorEvent.act)).all()


def test_the_command_helps_the_last_one(app: Flask, few: Few, watch: Clock) -> None:
    add_app(sign_in(app.test_client(), SECRETARIAT), watch)
    asked = ["people", "take-second-step", "--email", SECRETARIAT, "--reason", "Telefonen er væk"]
    assert app.test_cli_runner().invoke(args=asked).exit_code == 0
    assert password(app.test_client(), SECRETARIAT).headers["Location"] == "/"
    assert "intet andet trin" in app.test_cli_runner().invoke(args=asked).output
    nobody = app.test_cli_runner().invoke(args=[*asked[:3], "ingen@example.dk", *asked[4:]])
    assert "nobody here" in nobody.output


def test_who_is_shut_out_leaves_no_second_step(app: Flask, few: Few, watch: Clock) -> None:
    """Else who comes back would need the phone of whoever had the account."""
    add_app(sign_in(app.test_client(), STAFF), watch)
    with app.app_context(), acting_for(clock([HERE])), transaction():
        people.disable(few.staff, "Rejst")
    with app.app_context(), acting_for(clock()):
        assert queries.of(few.staff) == []
