"""What an assertion says of somebody. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

import pytest

from service.platform.accounts.rules import RolePlace
from service.platform.identity_providers.rules import AssuranceLevel
from service.platform.saml import rules
from service.platform.saml.document import Claims
from service.platform.saml.faults import AnswerFault, NotTaken
from service.platform.saml.rules import NAMES, PERSISTENT, Attribute
from service.platform.web.identity import Role
from tests.platform.saml.conftest import known
from tests.support.saml import CVR, ISSUER, MANAGER, STAFF, attributes, group, privilege_list

NOON = dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC)
OTHER = "29189846"  # another municipality's


def claims(sent: Mapping[str, list[str]], **changed: object) -> Claims:
    """An assertion with those attributes."""
    held = {name: tuple(values) for name, values in sent.items()}
    made = Claims("_1", ISSUER, PERSISTENT, "3f1f", (), NOON, NOON, (), NOON, held)
    return replace(made, **changed)  # type: ignore[arg-type]


def roles(sent: Mapping[str, list[str]]) -> tuple[set[Role], AnswerFault | None]:
    """The roles in an assertion with those attributes, and why there is none."""
    found = rules.said(claims(sent), known(), NOON)
    assert {place.municipality_code for place in found.assertion.roles} <= {"0580"}
    return {place.role for place in found.assertion.roles}, found.without_role


def refused(sent: Mapping[str, list[str]]) -> AnswerFault:
    """Why nothing is read of an assertion with those attributes."""
    with pytest.raises(NotTaken) as found:
        rules.said(claims(sent), known(), NOON)
    return found.value.fault


def test_all_that_is_said_is_in_the_one_value_of_every_way_in() -> None:
    said = rules.said(claims(attributes()), known(), NOON).assertion
    assert (said.issuer, said.subject, said.cvr, said.level) == (ISSUER, "3f1f", CVR, AssuranceLevel.SUBSTANTIAL)
    assert (said.name, said.email, said.at) == ("Signe Prøve", "signe.prove@kommune.example", NOON)
    assert said.roles == {RolePlace(Role.STAFF, "0580")}
    assert said.second


def test_a_clock_that_is_ahead_proves_nothing_in_the_future() -> None:
    ahead = claims(attributes(), proved_at=NOON + dt.timedelta(minutes=2))
    assert rules.said(ahead, known(), NOON).assertion.at == NOON


@pytest.mark.parametrize("attribute", [Attribute.CVR, Attribute.PRIVILEGES, Attribute.NAME, Attribute.EMAIL])
def test_each_attribute_is_known_by_both_names(attribute: Attribute) -> None:
    sent = attributes()
    new, old = NAMES[attribute]
    sent[old] = sent.pop(new)
    assert rules.said(claims(sent), known(), NOON) == rules.said(claims(attributes()), known(), NOON)


@pytest.mark.parametrize(
    ("sent", "level"),
    [
        ({"nsis": "High"}, AssuranceLevel.HIGH),
        ({"nsis": "Substantial"}, AssuranceLevel.SUBSTANTIAL),
        ({"nsis": "Low"}, AssuranceLevel.LOW),
        ({"before": "4"}, AssuranceLevel.SUBSTANTIAL),
        ({"before": "3"}, AssuranceLevel.SUBSTANTIAL),
        ({"before": "2"}, AssuranceLevel.LOW),
        ({"nsis": "Low", "before": "4"}, AssuranceLevel.LOW),
        ({"nsis": "high"}, None),
        ({"nsis": "3"}, None),
        ({}, None),
    ],
)
def test_how_sure_the_provider_is(sent: dict[str, str], level: AssuranceLevel | None) -> None:
    names = dict(zip(("nsis", "before"), NAMES[Attribute.LEVEL], strict=True))
    assert rules.level(claims({names[each]: [value] for each, value in sent.items()})) is level


@pytest.mark.gate("6.8.4")
@pytest.mark.parametrize(
    ("least", "lets"), [(None, {"Substantial", "High"}), (1, {"Low", "Substantial", "High"}), (3, {"High"})]
)
def test_too_low_a_level_is_refused(least: int | None, lets: set[str]) -> None:
    provider = replace(known(), least_level=AssuranceLevel(least) if least else None)
    for level in ("Low", "Substantial", "High"):
        sent = claims(attributes(level=level))
        if level in lets:
            assert rules.said(sent, provider, NOON).assertion.second is (level != "Low")
        else:
            with pytest.raises(NotTaken, match=AnswerFault.LEVEL):
                rules.said(sent, provider, NOON)
    assert refused(attributes(level=None)) is AnswerFault.LEVEL


@pytest.mark.parametrize("cvr", [None, OTHER, "20699310", "2918985", f" {CVR[1:]}"])
def test_another_cvr_number_than_the_municipalitys_is_refused(cvr: str | None) -> None:
    """One of another municipality, DRC's, one that is none, and none."""
    assert refused(attributes(cvr=cvr)) is AnswerFault.CVR


def test_two_cvr_numbers_are_none() -> None:
    assert refused({**attributes(), NAMES[Attribute.CVR][1]: [OTHER]}) is AnswerFault.CVR
    assert refused({**attributes(), NAMES[Attribute.CVR][0]: [CVR, OTHER]}) is AnswerFault.CVR


@pytest.mark.parametrize(
    ("groups", "held", "why"),
    [
        ([group(STAFF)], {Role.STAFF}, None),
        ([group(MANAGER)], {Role.MANAGER}, None),
        ([group(STAFF, MANAGER)], {Role.STAFF, Role.MANAGER}, None),
        ([group("urn:dk:other:system"), group(STAFF)], {Role.STAFF}, None),
        ([group(MANAGER, cvr=OTHER), group(STAFF)], {Role.STAFF}, None),
        ([group(MANAGER, constraint="25.*"), group(STAFF)], {Role.STAFF}, None),
        ([group("urn:dk:other:system")], set(), AnswerFault.NO_PRIVILEGE),
        ([group(STAFF + ":1")], set(), AnswerFault.NO_PRIVILEGE),
        ([group(STAFF, cvr=OTHER)], set(), AnswerFault.SCOPE),
        ([group(STAFF).replace("cvrNumber", "seNumber")], set(), AnswerFault.SCOPE),
        ([group(STAFF, constraint="25.*")], set(), AnswerFault.CONSTRAINED),
    ],
)
def test_the_scope_of_a_privilege_says_whose_role_it_is(
    groups: list[str], held: set[Role], why: AnswerFault | None
) -> None:
    """Whoever has none is told so by the one place that decides: there their roles end."""
    assert roles(attributes(privileges=privilege_list(*groups))) == (held, why)


def test_no_privileges_are_no_role_and_broken_ones_are_nothing() -> None:
    assert roles(attributes(privileges=None)) == (set(), AnswerFault.PRIVILEGES)
    assert refused(attributes(privileges="PHg+")) is AnswerFault.PRIVILEGES
