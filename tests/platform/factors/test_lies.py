"""What somebody shows who is not the person, or not for this: of the kind by which a passkey of anybody's made a sign-in fresh again
in Flask-Security (GHSA-f66q-9rf6-8795, August 2026). Each is tried at sign-in and where it is asked for anew, and each has its control.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.platform.factors.conftest import OWN, SECOND, Clock, add_passkey, inside, password, send
from tests.support.pages import token_of
from tests.support.passkeys import PRESENT, Device, question_on
from tests.support.people import MANAGER, STAFF, Few
from tests.support.world import PASSWORD, sign_in

Asking = Callable[[], FlaskClient]
Lie = Callable[[dict[str, Any]], str]
CONFIRM = "/bekraeft"


@pytest.fixture
def device() -> Device:
    """What the person has."""
    return Device()


@pytest.fixture
def others() -> Device:
    """What somebody else has."""
    return Device()


@pytest.fixture
def staff(app: Flask, few: Few, device: Device, others: Device) -> FlaskClient:
    """The person's browser. Somebody else has chosen a passkey as well."""
    add_passkey(sign_in(app.test_client(), MANAGER), others)
    client = sign_in(app.test_client(), STAFF)
    add_passkey(client, device)
    return client


def waits(app: Flask, email: str = STAFF) -> FlaskClient:
    """A browser whose second step is to come."""
    client = app.test_client()
    password(client, email)
    return client


@pytest.fixture(params=[SECOND, CONFIRM])
def asked(request: pytest.FixtureRequest, app: Flask, staff: FlaskClient) -> tuple[str, FlaskClient]:
    """Where the passkey is asked for, and the browser that is asked."""
    return request.param, staff if request.param == CONFIRM else waits(app)


def tried(where: str, client: FlaskClient, answer: str) -> bool:
    """Whether it is believed."""
    more = {"password": PASSWORD} if where == CONFIRM else {}
    return send(client, where, passkey=answer, **more).status_code == 302


def question(client: FlaskClient, where: str) -> dict[str, Any]:
    """What the page asks."""
    return question_on(client.get(where).text)


def test_the_control_what_is_true_is_believed(asked: tuple[str, FlaskClient], device: Device) -> None:
    where, client = asked
    assert tried(where, client, device.show(question(client, where)))


def test_the_passkey_of_another_proves_nothing(asked: tuple[str, FlaskClient], others: Device, device: Device) -> None:
    """Of somebody whose it really is; nor one that nobody has; nor one's own name with another's signature."""
    where, client = asked
    assert not tried(where, client, others.show(question(client, where)))
    assert not tried(where, client, Device().show(question(client, where)))
    assert not tried(where, client, Device(credential_id=device.credential_id).show(question(client, where)))


@pytest.mark.gate("6.5.1")
def test_what_was_shown_once_proves_nothing_again(app: Flask, asked: tuple[str, FlaskClient], device: Device) -> None:
    """Not in the session that took its place, and not in another of the same person's."""
    where, client = asked
    device.steps = 0  # so that its counter alone would not tell
    answer = device.show(question(client, where))
    assert tried(where, client, answer), "the control"
    assert not tried(CONFIRM, client, answer)
    assert not tried(SECOND, waits(app), answer)


def test_what_was_shown_somewhere_else_proves_nothing(
    app: Flask, asked: tuple[str, FlaskClient], device: Device
) -> None:
    """A challenge of another session, of another person's, of another purpose; and one that nobody has made."""
    where, client = asked
    another = waits(app)
    of_manager = question(waits(app, MANAGER), SECOND)["challenge"]
    for challenge in (question(another, SECOND)["challenge"], of_manager, "AAAA", "A" * 75):
        assert not tried(where, client, device.show(question(client, where), challenge)), challenge


def test_one_that_is_to_be_made_is_no_proof(staff: FlaskClient, device: Device) -> None:
    """What was asked of the device that is to be added, shown where one's own is asked for; and the answer to it as it is."""
    to_make = question_on(staff.get(f"{OWN}/noegle").text)
    assert not tried(CONFIRM, staff, device.show(question(staff, CONFIRM), to_make["challenge"]))
    assert not tried(CONFIRM, staff, Device().make(to_make))
    assert not tried(CONFIRM, staff, device.show(question(staff, CONFIRM), kind="webauthn.create"))
    asks = question(staff, CONFIRM)
    page = staff.get(f"{OWN}/noegle").text
    made = Device().make({**question_on(page), "challenge": asks["challenge"]})
    sent = {"csrf_token": token_of(page), "name": "Ny", "passkey": made}
    assert staff.post(f"{OWN}/noegle", data=sent).status_code == 422, "nor is one made by what was asked for a proof"


def test_it_is_shown_within_five_minutes(asked: tuple[str, FlaskClient], device: Device, watch: Clock) -> None:
    where, client = asked
    asks = question(client, where)
    watch.move(minutes=5)
    assert not tried(where, client, device.show(asks))


@pytest.mark.parametrize("origin", ["http://evil.example", "https://localhost", "http://localhost:8000", ""])
def test_it_is_shown_on_our_page(asked: tuple[str, FlaskClient], device: Device, origin: str) -> None:
    where, client = asked
    device.origin = origin
    assert not tried(where, client, device.show(question(client, where)))


def test_it_is_shown_for_our_host(asked: tuple[str, FlaskClient], device: Device) -> None:
    where, client = asked
    assert not tried(where, client, device.show({**question(client, where), "rpId": "evil.example"}))


@pytest.mark.parametrize("flags", [0, PRESENT])
def test_its_person_was_there_and_known(asked: tuple[str, FlaskClient], device: Device, flags: int) -> None:
    where, client = asked
    device.flags = flags
    assert not tried(where, client, device.show(question(client, where)))


@pytest.mark.parametrize("steps", [0, -1])
def test_a_copy_that_counts_behind_is_refused(asked: tuple[str, FlaskClient], device: Device, steps: int) -> None:
    where, client = asked
    assert tried(where, client, device.show(question(client, where))), "the control, which counts on"
    again, device.steps = device.counter, steps
    device.counter = again
    assert not tried(CONFIRM, client, device.show(question(client, CONFIRM)))


@pytest.mark.parametrize("flags", [0, PRESENT])
def test_none_is_made_without_its_person(staff: FlaskClient, flags: int) -> None:
    assert add_passkey(staff, Device(flags=flags)).status_code == 422
    assert add_passkey(staff, Device(origin="http://evil.example")).status_code == 422
    assert add_passkey(staff, Device()).status_code == 302, "the control"


def test_who_proves_anew_has_the_password_too(staff: FlaskClient, device: Device) -> None:
    """Whoever finds a browser open and has its key. The control stands above."""
    answer = send(staff, CONFIRM, passkey=device.show(question(staff, CONFIRM)), password="another one")
    assert answer.status_code == 422
    assert send(staff, CONFIRM, password=PASSWORD).status_code == 422, "nor is the password enough"


@pytest.mark.gate("7.2.4")
def test_a_proof_gives_the_session_another_token(staff: FlaskClient, device: Device, app: Flask) -> None:
    """So that one that was seen is worth nothing."""
    with staff.session_transaction() as kept:
        before = kept["_user_id"]
    assert tried(CONFIRM, staff, device.show(question(staff, CONFIRM)))
    thief = app.test_client()
    with thief.session_transaction() as kept:
        kept["_user_id"] = before
    assert not inside(thief)
    assert inside(staff)


@pytest.mark.parametrize("answer", ["x", "{}", '{"rawId": "AA"}', "[" * 5000])
def test_what_is_no_answer_is_refused_in_words(asked: tuple[str, FlaskClient], answer: str) -> None:
    where, client = asked
    assert not tried(where, client, answer)
