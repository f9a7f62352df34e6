"""Who comes in by a provider: what it says, against what it may say and whom it speaks of."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from service.platform.accounts.rules import RolePlace
from service.platform.identity_providers.rules import (
    ArrivalDecision,
    ArrivalRefused,
    Assertion,
    AssuranceLevel,
    KnownSubject,
    Provider,
    ProviderKind,
    decide,
    how,
)
from service.platform.web.arrival import Arrival, How
from service.platform.web.identity import Role

AT = dt.datetime(2026, 11, 30, 12, 0, 0, tzinfo=dt.UTC)
HERE, THERE, CVR, ISSUER = "0580", "0550", "29189854", "https://login.kommune.example"
MANAGER, STAFF = RolePlace(Role.MANAGER, HERE), RolePlace(Role.STAFF, HERE)
PROVIDER = Provider(UUID(int=1), ProviderKind.OIDC, ISSUER, HERE, CVR, least_level=None, asks_second=False)
SAID = Assertion(
    kind=ProviderKind.OIDC,
    provider_id=PROVIDER.id,
    issuer=ISSUER,
    subject="abc",
    cvr=None,
    level=None,
    roles=frozenset({STAFF}),
    second=False,
    at=AT,
    name="Anna",
    email="anna@kommune.example",
)
ANNA = KnownSubject(UUID(int=2), disabled=False, roles=frozenset({STAFF}))
IN = ArrivalDecision(None)


def test_who_is_new_is_given_what_is_sent() -> None:
    assert decide(SAID, PROVIDER, None, address_taken=False) == replace(IN, gives=frozenset({Role.STAFF}))


def test_who_is_known_has_what_is_sent_and_no_more() -> None:
    assert decide(SAID, PROVIDER, ANNA, address_taken=True) == IN, "her own address is no reason to keep her out"
    both = replace(SAID, roles=frozenset({MANAGER, STAFF}))
    assert decide(both, PROVIDER, ANNA, address_taken=True).gives == {Role.MANAGER}
    was_both = replace(ANNA, roles=frozenset({MANAGER, STAFF}))
    assert decide(SAID, PROVIDER, was_both, address_taken=True) == replace(IN, ends=frozenset({Role.MANAGER}))


def test_who_is_sent_nothing_loses_everything_and_stays_out() -> None:
    nothing = replace(SAID, roles=frozenset())
    assert decide(nothing, PROVIDER, ANNA, address_taken=True) == ArrivalDecision(
        ArrivalRefused.NO_ROLE, ends=frozenset({Role.STAFF})
    )
    assert decide(nothing, PROVIDER, None, address_taken=False) == ArrivalDecision(ArrivalRefused.NO_ROLE)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"provider_id": UUID(int=9)}, ArrivalRefused.OTHER_PROVIDER),
        ({"issuer": "https://login.kommune.example/"}, ArrivalRefused.OTHER_PROVIDER),
        ({"kind": ProviderKind.SAML}, ArrivalRefused.OTHER_PROVIDER),
        ({"cvr": "12345678"}, ArrivalRefused.OTHER_MUNICIPALITY),
        ({"roles": frozenset({STAFF, RolePlace(Role.STAFF, THERE)})}, ArrivalRefused.FOREIGN_ROLE),
        ({"roles": frozenset({STAFF, RolePlace(Role.SECRETARIAT)})}, ArrivalRefused.FOREIGN_ROLE),
        ({"roles": frozenset({RolePlace(Role.SECRETARIAT, HERE)})}, ArrivalRefused.FOREIGN_ROLE),
        ({"roles": frozenset({RolePlace(Role.CONSULTANT, None, "Prøveland")})}, ArrivalRefused.FOREIGN_ROLE),
    ],
)
def test_what_a_provider_cannot_say_is_refused_whoever_it_speaks_of(said: dict[str, Any], why: ArrivalRefused) -> None:
    """Nothing ends by it either."""
    for known in (None, ANNA):
        assert decide(replace(SAID, **said), PROVIDER, known, address_taken=False) == ArrivalDecision(why)


@pytest.mark.gate("6.8.4")
@pytest.mark.parametrize("level", [None, AssuranceLevel.LOW])
def test_a_level_that_is_too_low_is_refused(level: AssuranceLevel | None) -> None:
    careful = replace(PROVIDER, least_level=AssuranceLevel.SUBSTANTIAL)
    assert decide(replace(SAID, level=level), careful, ANNA, address_taken=True) == ArrivalDecision(
        ArrivalRefused.LEVEL
    )
    for enough in (AssuranceLevel.SUBSTANTIAL, AssuranceLevel.HIGH):
        assert decide(replace(SAID, level=enough), careful, ANNA, address_taken=True) == IN


@pytest.mark.parametrize(
    ("known", "why"),
    [
        (replace(ANNA, disabled=True), ArrivalRefused.SHUT_OUT),
        (replace(ANNA, roles=frozenset({STAFF, RolePlace(Role.STAFF, THERE)})), ArrivalRefused.ELSEWHERE),
        (replace(ANNA, roles=frozenset({RolePlace(Role.SECRETARIAT)})), ArrivalRefused.ELSEWHERE),
        (replace(ANNA, roles=frozenset({RolePlace(Role.CONSULTANT, None, "Prøveland")})), ArrivalRefused.ELSEWHERE),
    ],
)
def test_who_is_shut_out_or_belongs_elsewhere_does_not_come_in(known: KnownSubject, why: ArrivalRefused) -> None:
    assert decide(SAID, PROVIDER, known, address_taken=True) == ArrivalDecision(why)
    nothing = replace(SAID, roles=frozenset())
    assert decide(nothing, PROVIDER, known, address_taken=True) == ArrivalDecision(why), "and loses nothing by it"


@pytest.mark.gate("6.8.1")
def test_nobody_is_known_by_an_address() -> None:
    assert decide(SAID, PROVIDER, None, address_taken=True) == ArrivalDecision(ArrivalRefused.ADDRESS_TAKEN)


@pytest.mark.parametrize("missing", [{"name": ""}, {"email": ""}])
def test_who_is_new_must_be_told_of(missing: dict[str, Any]) -> None:
    said = replace(SAID, **missing)
    assert decide(said, PROVIDER, None, address_taken=False) == ArrivalDecision(ArrivalRefused.NOT_TOLD)
    assert decide(said, PROVIDER, ANNA, address_taken=True) == IN


@pytest.mark.parametrize("kind", ProviderKind)
@pytest.mark.parametrize(("said", "agreed"), [(False, False), (True, False), (False, True)])
def test_a_second_step_is_the_providers_where_it_says_so_or_drc_has_agreed_it(
    kind: ProviderKind, said: bool, agreed: bool
) -> None:
    came = how(replace(SAID, kind=kind, second=said), replace(PROVIDER, asks_second=agreed))
    arrival = Arrival(ANNA.person_id, came, AT)
    assert came.first == How(kind.value)
    assert arrival.second is (said or agreed)
    assert arrival.enough({Role.MANAGER}, production=True) is (said or agreed)
    assert arrival.enough({Role.STAFF}, production=True)


def test_how_says_both_steps() -> None:
    assert How.TOTP.after(How.OIDC) is How.OIDC_TOTP
    assert How.RECOVERY.after(How.PASSKEY) is How.RECOVERY
    firsts = {each.first for each in How}
    seconds = (How.PASSKEY, How.TOTP, How.RECOVERY)
    assert {second.after(first) for first in firsts for second in seconds} < set(How)
