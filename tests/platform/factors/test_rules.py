"""How strong a sign-in is, codes that work once, and challenges that are good for one thing."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from uuid import UUID

import pyotp
import pytest

from service.platform.factors import rules
from service.platform.factors.passkeys import NotProved, Place, place_of, read
from service.platform.factors.rules import PasskeyAsked, PasskeyPurpose
from service.platform.factors.sealing import key_of, opened, seal
from service.platform.web.arrival import Arrival, How, demanded
from service.platform.web.identity import Role

AT = dt.datetime(2026, 11, 30, 12, 0, 0, tzinfo=dt.UTC)
ME, OTHER = UUID(int=1), UUID(int=2)
ASKED = PasskeyAsked(PasskeyPurpose.CONFIRM, "token", ME)
KEY, CHANCE = b"k" * 32, b"c" * rules.CHANCE
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
MADE = rules.challenge(ASKED, KEY, AT, CHANCE)


def test_a_challenge_holds_for_what_it_was_made_for() -> None:
    assert rules.holds(MADE, ASKED, KEY, AT)
    assert rules.CHANCE == 16, "128 bits"
    assert len(MADE) == 16 + 8 + 32


@pytest.mark.parametrize(
    "asked",
    [
        replace(ASKED, purpose=PasskeyPurpose.SIGN_IN),
        replace(ASKED, purpose=PasskeyPurpose.REGISTER),
        replace(ASKED, token="another"),
        replace(ASKED, person_id=OTHER),
    ],
)
def test_a_challenge_holds_for_nothing_else(asked: PasskeyAsked) -> None:
    assert not rules.holds(MADE, asked, KEY, AT)


@pytest.mark.parametrize(("seconds", "holds"), [(-1, False), (0, True), (299, True), (300, False)])
def test_a_challenge_holds_for_five_minutes(seconds: int, holds: bool) -> None:
    assert rules.holds(MADE, ASKED, KEY, AT + dt.timedelta(seconds=seconds)) is holds


@pytest.mark.parametrize("signed", [b"", MADE[:-1], MADE + b"x", b"\0" + MADE[1:], MADE[:16] + b"\xff" + MADE[17:]])
def test_a_challenge_that_was_changed_is_none_of_ours(signed: bytes) -> None:
    assert not rules.holds(signed, ASKED, KEY, AT)
    assert not rules.holds(MADE, ASKED, b"x" * 32, AT)


@pytest.mark.parametrize(
    ("typed", "is_one"),
    [("123456", True), (" 123 456 ", True), ("12345", False), ("1234567", False), ("abcdef", False), ("", False)],
)
def test_a_code_of_an_app_has_six_digits(typed: str, is_one: bool) -> None:
    assert rules.is_from_app(typed) is is_one


def test_a_recovery_code_is_one_however_it_is_typed() -> None:
    assert rules.in_groups("ABCDEFGHJKLMNPQR") == "ABCD-EFGH-JKLM-NPQR"
    assert rules.in_groups("ABCDEFG", " ") == "ABCD EFG"
    assert rules.tidy(" abcd-efgh jklm\tNPQR ") == "ABCDEFGHJKLMNPQR"


@pytest.mark.parametrize(("seconds", "found"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_code_is_taken_half_a_minute_before_and_after(seconds: int, found: bool) -> None:
    code = pyotp.TOTP(SECRET).at(AT)
    step = rules.step_of(SECRET, f"{code[:3]} {code[3:]}", AT + dt.timedelta(seconds=seconds))
    assert step == (pyotp.TOTP(SECRET).timecode(AT) if found else None)


def test_what_an_app_reads_names_the_service_and_the_account() -> None:
    address = rules.address_of(SECRET, "a@b.example")
    assert address == f"otpauth://totp/Partnerskab:a%40b.example?secret={SECRET}&issuer=Partnerskab"


@pytest.mark.parametrize(
    ("held", "is_demanded", "may"), [(1, True, False), (2, True, True), (1, False, True), (2, False, True)]
)
def test_the_last_one_stays_where_one_is_demanded(held: int, is_demanded: bool, may: bool) -> None:
    assert rules.may_remove(held, is_demanded) is may


@pytest.mark.parametrize("role", Role)
def test_a_second_step_is_demanded_by_role_where_it_is_for_real(role: Role) -> None:
    assert demanded({role}, production=True) is (role is not Role.STAFF)
    assert demanded({role, Role.STAFF}, production=True) is (role is not Role.STAFF)
    assert not demanded({role}, production=False)


@pytest.mark.parametrize("how", How)
def test_what_is_enough(how: How) -> None:
    arrival = Arrival(ME, how, AT)
    assert arrival.second is (how not in (How.PASSWORD, How.OIDC, How.SAML))
    assert arrival.enough({Role.MANAGER}, production=True) is arrival.second
    assert arrival.enough({Role.STAFF}, production=True)
    assert arrival.enough({Role.MANAGER}, production=False)


@pytest.mark.parametrize(("seconds", "fresh"), [(0, True), (299, True), (300, False)])
def test_what_is_fresh(seconds: int, fresh: bool) -> None:
    assert Arrival(ME, How.PASSKEY, AT).fresh(AT + dt.timedelta(seconds=seconds)) is fresh


def test_a_secret_is_opened_for_its_person_with_its_key_alone() -> None:
    key = key_of("s" * 40, "app")
    sealed = seal("JBSWY3DP", ME, key)
    assert b"JBSWY3DP" not in sealed
    assert opened(sealed, ME, key) == "JBSWY3DP", "the control"
    assert opened(sealed, OTHER, key) is None
    assert opened(sealed, ME, key_of("s" * 40, "challenge")) is None
    assert opened(sealed[:-1] + bytes([sealed[-1] ^ 1]), ME, key) is None
    assert opened(b"", ME, key) is None


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://partnerskab.example", Place("partnerskab.example", "https://partnerskab.example")),
        ("https://Partnerskab.example:443", Place("partnerskab.example", "https://partnerskab.example")),
        ("https://partnerskab.example:8443", Place("partnerskab.example", "https://partnerskab.example:8443")),
        ("http://localhost:8000", Place("localhost", "http://localhost:8000")),
        ("http://127.0.0.1:8000", None),
        ("http://[::1]:8000", None),
    ],
)
def test_passkeys_are_good_where_the_service_has_a_name(url: str, place: Place | None) -> None:
    assert place_of(url) == place


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "{",
        "[]",
        "1",
        "{}",
        '{"rawId": "AA", "response": {"clientDataJSON": 1}}',
        '{"rawId": 1, "response": {}}',
        "[" * 9000,
    ],
)
def test_what_is_no_answer_of_a_browser_proves_nothing(answer: str) -> None:
    with pytest.raises(NotProved):
        read(answer)
