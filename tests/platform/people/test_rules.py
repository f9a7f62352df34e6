"""Who gives which role where, when a link holds, and who cannot go before another has come."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.platform.people.rules import (
    Invited,
    LinkState,
    has_its_place,
    leaves_nobody,
    read,
    roles_to_give,
    secret_of,
    state_of,
    written,
)
from service.platform.web.identity import Role
from tenants.reach import Office

NOON = dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC)
S, C, M, T = Role.SECRETARIAT, Role.CONSULTANT, Role.MANAGER, Role.STAFF


@pytest.mark.parametrize(
    ("office", "roles", "gives"),
    [
        (Office.DRC, {S}, (S, C, M)),
        (Office.DRC, {S, C}, (S, C, M)),
        (Office.DRC, {C}, ()),
        (Office.MUNICIPALITY, {M}, (M, T)),
        (Office.MUNICIPALITY, {T}, ()),
        (Office.MUNICIPALITY, {S}, ()),  # through a municipality's eyes
        (Office.DOOR, {S}, ()),
        (Office.LINK, {M}, ()),
        (Office.CLOCK, set(), (S, C, M, T)),
    ],
)
def test_who_gives_which_roles(office: Office, roles: set[Role], gives: tuple[Role, ...]) -> None:
    assert roles_to_give(office, frozenset(roles)) == gives


@pytest.mark.parametrize(
    ("role", "code", "territory", "well"),
    [
        (S, None, None, True),
        (S, "0580", None, False),
        (C, None, "Syddanmark", True),
        (C, None, None, False),
        (C, "0580", "Syddanmark", False),
        (M, "0580", None, True),
        (M, None, None, False),
        (T, "0580", None, True),
        (T, "0580", "Syddanmark", False),
    ],
)
def test_each_role_has_its_place(role: Role, code: str | None, territory: str | None, well: bool) -> None:
    assert has_its_place(Invited("a@b.dk", "A", role, code, territory)) is well


@pytest.mark.parametrize(
    ("used", "withdrawn", "hours", "stands", "state"),
    [
        (False, False, 1, True, LinkState.OPEN),
        (True, False, 1, True, LinkState.USED),
        (True, True, -1, False, LinkState.USED),
        (False, True, 1, True, LinkState.WITHDRAWN),
        (False, False, 1, False, LinkState.WITHDRAWN),
        (False, False, 0, True, LinkState.EXPIRED),
        (False, False, -1, False, LinkState.EXPIRED),
    ],
)
def test_how_a_link_stands(used: bool, withdrawn: bool, hours: int, stands: bool, state: LinkState) -> None:
    assert state_of(used, withdrawn, NOON + dt.timedelta(hours=hours), NOON, stands) is state


@pytest.mark.parametrize(
    ("role", "others", "agreement", "nobody"),
    [
        (S, 0, False, True),
        (S, 1, False, False),
        (M, 0, True, True),
        (M, 1, True, False),
        (M, 0, False, False),
        (T, 0, True, False),
        (C, 0, False, False),
    ],
)
def test_who_cannot_go(role: Role, others: int, agreement: bool, nobody: bool) -> None:
    assert leaves_nobody(role, others, agreement) is nobody


@given(st.binary(min_size=32, max_size=32))
def test_a_secret_is_read_as_it_was_written(secret: bytes) -> None:
    assert read(written(secret)) == secret
    assert len(written(secret)) == 43


@pytest.mark.parametrize(
    "token", ["", "x", "A" * 42, "A" * 44, "A" * 42 + "B", "æ" * 43, "A" * 42 + "=", "../" + "A" * 40]
)
def test_what_is_no_secret_is_none(token: str) -> None:
    """Cut off, run on, or with other bits in the end that a decoder would overlook."""
    assert read(token) is None


def test_each_invitation_has_a_secret_of_its_own() -> None:
    ids = [UUID(int=number) for number in range(3)]
    assert len({secret_of(key, each) for key in ("a", "b") for each in ids}) == 6


def test_a_link_that_was_mailed_opens_after_an_upgrade_too() -> None:
    secret = secret_of("k" * 40, UUID(int=1))
    assert written(secret) == "WrsrArC01XizExlzPlfdXcUhNKREoQ28_fUlqzGDR8A"
