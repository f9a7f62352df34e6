"""The rules about volunteers, as plain values."""

from __future__ import annotations

import datetime as dt

import pytest

from service.volunteers.rules import (
    STEPS,
    Certificate,
    Children,
    Known,
    Likeness,
    Silence,
    VolunteerStatus,
    certificate,
    group_meets,
    holds,
    likeness,
    may_follow,
    phone_digits,
    silence,
    wants_certificate,
    written_language,
)

TODAY = dt.date(2026, 11, 24)


def test_every_status_has_its_steps_and_everybody_can_leave() -> None:
    assert set(STEPS) == set(VolunteerStatus)
    assert all(may_follow(status, VolunteerStatus.LEFT) for status in VolunteerStatus)
    assert not may_follow(VolunteerStatus.ACTIVE, VolunteerStatus.INTERESTED)


@pytest.mark.parametrize(
    ("phone", "digits"),
    [
        ("+45 12 34 56 78", "12345678"),
        ("004512345678", "12345678"),
        ("12 34 56 78", "12345678"),
        ("+46 70 123 45 67", "46701234567"),
        ("45 12 34 56", "45123456"),
        ("", ""),
    ],
)
def test_two_spellings_of_a_phone_number_share_their_digits(phone: str, digits: str) -> None:
    assert phone_digits(phone) == digits


def test_who_is_probably_the_same() -> None:
    one = Known("a@b.example", "12345678", "hansen jens", frozenset({"g"}), frozenset({"0580"}))
    assert likeness(one, Known(email="a@b.example")) == (Likeness.EMAIL,)
    assert likeness(one, Known(digits="12345678")) == (Likeness.PHONE,)
    assert likeness(one, Known(name_key="hansen jens", codes=frozenset({"0580"}))) == (Likeness.NAME,)
    assert likeness(one, Known(name_key="hansen jens", groups=frozenset({"g"}))) == (Likeness.NAME,)
    assert likeness(one, Known(name_key="hansen jens", codes=frozenset({"0101"}))) == (), "a common name says nothing"
    assert likeness(Known(), Known()) == (), "blanks are like nothing"


def test_which_roles_call_for_a_certificate() -> None:
    meeting = group_meets(False, {"homework_help"}, ["homework_help", "language_cafe"])
    assert meeting
    assert group_meets(True, {"homework_help"}, ["network_family"])
    assert not group_meets(False, {"homework_help"}, ["network_family"])
    assert [wants_certificate(children, True) for children in Children] == [True, True, False]
    assert [wants_certificate(children, False) for children in Children] == [False, True, False]


@pytest.mark.parametrize(
    ("days", "standing", "meets"),
    [
        (None, Certificate.MISSING, False),
        (-1, Certificate.EXPIRED, False),
        (0, Certificate.SOON, True),
        (60, Certificate.SOON, True),
        (61, Certificate.VALID, True),
    ],
)
def test_how_one_stands_with_a_certificate(days: int | None, standing: Certificate, meets: bool) -> None:
    until = None if days is None else TODAY + dt.timedelta(days=days)
    assert certificate(until, TODAY) is standing
    assert holds(until, TODAY) is meets


@pytest.mark.parametrize(
    ("status", "has_role", "days", "why"),
    [
        ("active", True, 364, None),
        ("active", True, 365, Silence.UNHEARD),
        ("active", False, 1, Silence.NO_ROLE),
        ("active", False, 0, None),  # entered today: the role comes in a moment
        ("interested", False, 89, None),
        ("interested", False, 90, Silence.WAITING),
        ("introduced", False, 90, Silence.WAITING),
        ("resting", False, 365, Silence.RESTS_LONG),
        ("left", False, 4000, None),
    ],
)
def test_who_has_been_silent_for_too_long(status: str, has_role: bool, days: int, why: Silence | None) -> None:
    assert silence(VolunteerStatus(status), has_role, TODAY - dt.timedelta(days=days), TODAY) is why


def test_the_language_to_write_in() -> None:
    assert written_language([]) == "da"
    assert written_language(["en", "ar"]) == "en"
    assert written_language(["ar"]) == "da"
    assert written_language(["da", "en"]) == "da"
