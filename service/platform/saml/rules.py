"""Whether an answer is one that we asked for, and what it says of somebody. Plain values in and out.

After OIOSAML Web SSO Profile 3.0 of the Agency for Digital Government, and what of version 2 the common proxy of the municipalities
still sends: attributes come under two names. Whether it is signed is found before (`signatures.py`); who comes in is decided afterwards,
the same for every way in (`service.platform.identity_providers.rules`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from service.platform.accounts.rules import RolePlace
from service.platform.identity_providers.rules import Assertion, AssuranceLevel, Provider, ProviderKind
from service.platform.saml.document import Answer, Claims
from service.platform.saml.faults import AnswerFault, NotTaken
from service.platform.saml.oio_bpp import NotPrivileges, PrivilegeGroup, PrivilegeScope, ScopeKind, privileges
from service.platform.web.identity import Role

# The privileges that a municipality gives its people for this service, as they are told to its provider.
PRIVILEGES: Mapping[str, Role] = {
    "urn:dk:drc:partnerskab:leder": Role.MANAGER,
    "urn:dk:drc:partnerskab:medarbejder": Role.STAFF,
}
LEAST = AssuranceLevel.SUBSTANTIAL  # where nothing else is agreed with a municipality
SKEW = dt.timedelta(minutes=3)  # what two clocks may differ by
MAX_NAME_ID = 256  # letters, by the standard
REQUEST_LIFE = dt.timedelta(minutes=15)  # how long somebody may be away to prove who they are


SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"


class Attribute(StrEnum):
    """What a provider is to send."""

    CVR = "cvr"
    LEVEL = "level"
    PRIVILEGES = "privileges"
    NAME = "name"
    EMAIL = "email"


# The names of each, in OIOSAML 3 and before.
NAMES: Mapping[Attribute, tuple[str, str]] = {
    Attribute.CVR: (
        "https://data.gov.dk/model/core/eid/professional/cvr",
        "dk:gov:saml:attribute:CvrNumberIdentifier",
    ),
    Attribute.LEVEL: ("https://data.gov.dk/concept/core/nsis/loa", "dk:gov:saml:attribute:AssuranceLevel"),
    Attribute.PRIVILEGES: (
        "https://data.gov.dk/model/core/eid/privilegesIntermediate",
        "dk:gov:saml:attribute:Privileges_intermediate",
    ),
    Attribute.NAME: ("https://data.gov.dk/model/core/eid/fullName", "urn:oid:2.5.4.3"),
    Attribute.EMAIL: ("https://data.gov.dk/model/core/eid/email", "urn:oid:0.9.2342.19200300.100.1.3"),
}
NSIS = {"Low": AssuranceLevel.LOW, "Substantial": AssuranceLevel.SUBSTANTIAL, "High": AssuranceLevel.HIGH}
# What stood before NSIS. Its 3 and 4 asked for two factors; neither was ever held against NSIS, so neither is its highest.
BEFORE_NSIS = {
    "1": AssuranceLevel.LOW,
    "2": AssuranceLevel.LOW,
    "3": AssuranceLevel.SUBSTANTIAL,
    "4": AssuranceLevel.SUBSTANTIAL,
}


@dataclass(frozen=True, slots=True)
class ExpectedAnswer:
    """What an answer is held to: whom we asked, how, and when it came."""

    provider: Provider
    request_id: str
    address: str  # where answers come to
    entity_id: str  # whom providers know us as
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class SamlStatement:
    """What a provider said of somebody, and why there is no role in it where there is none."""

    assertion: Assertion
    without_role: AnswerFault | None


def hold_to_request(answer: Answer, expected: ExpectedAnswer) -> None:
    """Raise NotTaken where an answer is not to this request, or says that it did not go well."""
    if answer.issuer != expected.provider.issuer:
        raise NotTaken(AnswerFault.ISSUER)
    if answer.destination != expected.address:
        raise NotTaken(AnswerFault.DESTINATION)
    if answer.in_response_to != expected.request_id:
        raise NotTaken(AnswerFault.UNSOLICITED)
    if answer.status != SUCCESS:
        raise NotTaken(AnswerFault.STATUS)


def hold_to_conditions(claims: Claims, expected: ExpectedAnswer) -> None:
    """Raise NotTaken where an assertion is not by that provider, for us, in answer to this request, and now."""
    if claims.issuer != expected.provider.issuer:
        raise NotTaken(AnswerFault.ISSUER)
    if not claims.audiences or not all(expected.entity_id in audience for audience in claims.audiences):
        raise NotTaken(AnswerFault.AUDIENCE)
    bearers = [each for each in claims.confirmations if each.method == BEARER]
    if not any(each.recipient == expected.address for each in bearers):
        raise NotTaken(AnswerFault.DESTINATION)
    bearers = [each for each in bearers if each.recipient == expected.address]
    if not all(each.in_response_to == expected.request_id for each in bearers):
        raise NotTaken(AnswerFault.UNSOLICITED)
    spans = [
        (claims.not_before, claims.not_on_or_after),
        *((each.not_before, each.not_on_or_after) for each in bearers),
    ]
    if not all(_holds(begins, ends, expected.at) for begins, ends in spans):
        raise NotTaken(AnswerFault.TIME)
    if claims.proved_at is None or claims.proved_at > expected.at + SKEW:
        raise NotTaken(AnswerFault.TIME)
    if claims.name_format != PERSISTENT or not 0 < len(claims.name) <= MAX_NAME_ID:
        raise NotTaken(AnswerFault.SUBJECT)


def _holds(begins: dt.datetime | None, ends: dt.datetime | None, at: dt.datetime) -> bool:
    return ends is not None and at < ends + SKEW and (begins is None or begins - SKEW <= at)


def over(claims: Claims) -> dt.datetime:
    """From when on an assertion is taken by nobody: until then it is remembered that it was used."""
    ends = [claims.not_on_or_after, *(each.not_on_or_after for each in claims.confirmations)]
    return max(moment for moment in ends if moment is not None) + SKEW


def said(claims: Claims, provider: Provider, at: dt.datetime) -> SamlStatement:
    """What an assertion that came then says of whom it speaks of. Raises NotTaken where it says too little, or what cannot be."""
    if _one(claims, Attribute.CVR) != provider.cvr:
        raise NotTaken(AnswerFault.CVR)
    found = level(claims)
    if found is None or found < (provider.least_level or LEAST):
        raise NotTaken(AnswerFault.LEVEL)
    roles, lacking = _roles(claims, provider.cvr)
    assertion = Assertion(
        kind=ProviderKind.SAML,
        provider_id=provider.id,
        issuer=claims.issuer,
        subject=claims.name,
        cvr=provider.cvr,
        level=found,
        roles=frozenset(RolePlace(role, provider.municipality_code) for role in roles),
        second=found >= AssuranceLevel.SUBSTANTIAL,  # NSIS asks for two factors from there on
        at=min(claims.proved_at or at, at),  # its clock may be ahead of ours
        name=_one(claims, Attribute.NAME),
        email=_one(claims, Attribute.EMAIL).lower(),
        session=claims.session if len(claims.session) <= MAX_NAME_ID else "",
    )
    return SamlStatement(assertion, lacking)


def values(claims: Claims, attribute: Attribute) -> tuple[str, ...]:
    """What is sent of an attribute, under either name."""
    return tuple(value for name in NAMES[attribute] for value in claims.attributes.get(name, ()))


def _one(claims: Claims, attribute: Attribute) -> str:
    """The one value of an attribute, whichever names it came under; empty where there is none, or not one alone."""
    found = set(values(claims, attribute))
    return found.pop() if len(found) == 1 else ""


def level(claims: Claims) -> AssuranceLevel | None:
    """How sure the provider is. What NSIS says goes before what stood before it."""
    nsis, before = (claims.attributes.get(name, ()) for name in NAMES[Attribute.LEVEL])
    told, words = (nsis, NSIS) if nsis else (before, BEFORE_NSIS)
    return words.get(told[0]) if len(told) == 1 else None


def _roles(claims: Claims, cvr: str) -> tuple[frozenset[Role], AnswerFault | None]:
    """The roles that are sent for the organisation with that CVR number, or why there is none. Raises NotTaken for what cannot be read."""
    try:
        groups = [group for text in values(claims, Attribute.PRIVILEGES) for group in privileges(text)]
    except NotPrivileges as error:
        raise NotTaken(AnswerFault.PRIVILEGES) from error
    if not groups:
        return frozenset(), AnswerFault.PRIVILEGES
    ours = [group for group in groups if _ours(group)]
    here = [group for group in ours if group.scope == PrivilegeScope(ScopeKind.CVR, cvr)]
    free = [group for group in here if not group.constraints]
    fault = (
        AnswerFault.NO_PRIVILEGE
        if not ours
        else AnswerFault.SCOPE
        if not here
        else AnswerFault.CONSTRAINED
        if not free
        else None
    )
    return frozenset(role for group in free for role in _ours(group)), fault


def _ours(group: PrivilegeGroup) -> frozenset[Role]:
    return frozenset(PRIVILEGES[each] for each in group.privileges if each in PRIVILEGES)
