"""Which passwords are taken."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from marshmallow import ValidationError
from sqlalchemy import DateTime

from service.platform.accounts.models import PasswordHash
from service.platform.accounts.passwords import MIN_LETTERS, Weakness, common, weakness
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


def test_the_kept_list_is_of_what_can_be_chosen() -> None:
    assert len(common()) > 200
    assert {each for each in common() if len(each) < MIN_LETTERS or each != each.casefold()} == set()


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
