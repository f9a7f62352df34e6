"""The rules about volunteers, as plain values."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from service.volunteer.volunteers.rules import (
    STEPS,
    AroundVolunteer,
    Certificate,
    Children,
    ConsentBar,
    Known,
    Likeness,
    RoleBar,
    Silence,
    VolunteerBar,
    VolunteerStatus,
    begins,
    certificate,
    consent_bar,
    faults,
    group_meets,
    holds,
    is_held,
    left,
    likeness,
    may_follow,
    phone_digits,
    role_bar,
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


@pytest.mark.parametrize(
    ("status", "held", "wants", "until", "begins", "bar"),
    [
        ("active", False, False, None, 0, None),
        ("left", False, False, None, 0, RoleBar.LEFT),
        ("active", True, False, None, 0, RoleBar.HELD),
        ("interested", False, True, None, 0, RoleBar.UNCERTIFIED),
        ("interested", False, True, 0, 0, None),
        ("active", False, True, -1, -400, RoleBar.UNCERTIFIED),  # it held when the role began, and does not now
        ("active", False, True, 10, 11, RoleBar.UNCERTIFIED),  # it holds now, and not when the role begins
        ("active", False, True, 10, 10, None),
    ],
)
def test_why_somebody_may_not_have_a_role(
    status: str, held: bool, wants: bool, until: int | None, begins: int, bar: RoleBar | None
) -> None:
    verified = None if until is None else TODAY + dt.timedelta(days=until)
    day = TODAY + dt.timedelta(days=begins)
    said = role_bar(status, held=held, wants=wants, verified_until=verified, valid_from=day, today=TODAY)
    assert said is bar


@pytest.mark.parametrize(("first", "last", "held"), [(0, None, True), (0, 1, True), (1, None, False), (-9, 0, False)])
def test_the_days_on_which_a_role_is_held(first: int, last: int | None, held: bool) -> None:
    end = None if last is None else TODAY + dt.timedelta(days=last)
    assert is_held(TODAY + dt.timedelta(days=first), end, TODAY) is held


@pytest.mark.parametrize(
    ("held", "given", "withdrawn", "bar"),
    [
        (False, 0, None, None),
        (False, -5, -5, None),
        (False, -5, 0, None),
        (False, 1, None, ConsentBar.AHEAD),
        (True, 0, None, ConsentBar.HELD),
        (False, -5, -6, ConsentBar.WITHDRAWN_WHEN),
        (False, -5, 1, ConsentBar.WITHDRAWN_WHEN),
    ],
)
def test_why_a_consent_cannot_be_noted_so(
    held: bool, given: int, withdrawn: int | None, bar: ConsentBar | None
) -> None:
    day, end = TODAY + dt.timedelta(days=given), None if withdrawn is None else TODAY + dt.timedelta(days=withdrawn)
    assert consent_bar(held=held, given_on=day, withdrawn_on=end, today=TODAY) is bar


AROUND = AroundVolunteer(codes={"0580"}, municipalities={"0580", "0550"}, today=TODAY)
MORROW = "2026-11-25"


def told(**more: Any) -> dict[str, Any]:
    """A volunteer of HERE with whom nothing is wrong."""
    return {
        **dict.fromkeys(("started_on", "agreement_on", "introduced_on")),
        "home_code": "0580",
        "status": "interested",
        "roles": [],
        "courses": [],
        **more,
    }


def was(**more: Any) -> dict[str, Any]:
    """The same as it was."""
    return {**told(), "belongs": ["0580"], "ended_on": None, **more}


def role(start: str, end: str | None = None, **more: Any) -> dict[str, Any]:
    """A role, new unless it has an id."""
    return {"valid_from": start, "valid_to": end, **more}


def test_nothing_is_wrong_with_what_is_right() -> None:
    today = TODAY.isoformat()
    course = {"name": "Introkursus", "taken_on": today}
    assert list(faults(told(started_on=today, courses=[course]), {}, AROUND)) == []
    assert list(faults(told(), was(), AROUND)) == []
    assert list(faults(told(home_code="0550"), was(), AROUND)) == [], "one moves to the neighbour"
    assert list(faults(told(home_code=None), {}, AROUND)) == [], "one is new, and lives who knows where"
    left = told(started_on=today, status="left")
    assert list(faults(left, was(status="left", ended_on=today), AROUND)) == [], "one came and left on a day"
    assert list(faults(told(status="active", roles=[role(today)]), was(), AROUND)) == [], "the role makes active"
    assert list(faults(told(status="active", roles=[role(today, id="x")]), was(status="active"), AROUND)) == []


@pytest.mark.parametrize(
    ("given", "before", "wrong"),
    [
        ({}, was(belongs=["0550"]), ("name", VolunteerBar.ANOTHERS)),
        ({"agreement_on": MORROW}, {}, ("agreement_on", VolunteerBar.AHEAD)),
        (
            {"courses": [{"name": "a", "taken_on": "2026-11-24"}, {"name": "b", "taken_on": MORROW}]},
            {},
            ("courses-1-taken_on", VolunteerBar.AHEAD),
        ),
        ({"roles": [role("2026-11-24")], "status": "resting"}, {}, ("status", VolunteerBar.ACTIVE_BY_ROLE)),
        ({"status": "resting"}, was(), ("status", VolunteerBar.STEP)),
        ({"started_on": "2026-02-02"}, was(ended_on="2026-02-01"), ("started_on", VolunteerBar.AFTER_END)),
        ({"home_code": "9999"}, {}, ("home_code", VolunteerBar.NO_MUNICIPALITY)),
        ({"home_code": "0550"}, {}, ("home_code", VolunteerBar.OUT_OF_REACH)),
    ],
)
def test_each_rule_says_where(given: dict[str, Any], before: dict[str, Any], wrong: tuple[str, VolunteerBar]) -> None:
    assert list(faults(told(**given), before, AROUND)) == [wrong]


@pytest.mark.parametrize(
    ("held", "so"),
    [
        ([], False),
        ([role("2026-11-24")], True),
        ([role(MORROW)], False),
        ([role("2026-11-01", "2026-11-24")], False),
        ([role("2026-11-24", id="x")], False),
    ],
)
def test_a_role_that_is_new_and_held_makes_active(held: list[dict[str, Any]], so: bool) -> None:
    assert begins(held, TODAY) is so


@pytest.mark.parametrize(
    ("before", "end"),
    [(("2026-01-01", None), "2026-11-24"), ((MORROW, None), MORROW), (("2026-01-01", "2026-02-01"), "2026-02-01")],
)
def test_who_leaves_has_no_open_role(before: tuple[str, str | None], end: str) -> None:
    assert left(role(*before, children="no"), TODAY) == role(before[0], end, children="no")
