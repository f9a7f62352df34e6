"""What a provider says of somebody who arrives, and what follows from it. Plain values in and out.

Every protocol ends in one value, `Assertion`, once it has found that the provider really said it. Who that is, what they may and whether
they come in is decided here, the same for all.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from uuid import UUID

from service.platform.accounts.rules import RolePlace
from service.platform.web.arrival import How
from service.platform.web.identity import Role

# Why a role was given, and why it ended, as it is kept beside one that a person gave.
GIVEN = "Kommunens login sender rollen"
ENDED = "Kommunens login sender ikke længere rollen"
RELEASED_FOR = dt.timedelta(days=7)  # as PostgreSQL has it, too
MUNICIPAL = frozenset({Role.MANAGER, Role.STAFF})  # what a municipality's provider gives, and nothing else


class ProviderKind(StrEnum):
    """By which protocol a provider speaks."""

    OIDC = "oidc"
    SAML = "saml"


class AssuranceLevel(IntEnum):
    """How sure a provider is of who somebody is, by the Danish standard NSIS."""

    LOW = 1
    SUBSTANTIAL = 2
    HIGH = 3


@dataclass(frozen=True, slots=True)
class Assertion:
    """What a provider has said of somebody: checked for whether it said so, to us and just now, and for nothing else."""

    kind: ProviderKind
    provider_id: UUID
    issuer: str
    subject: str
    cvr: str | None  # None: it says none, as OpenID Connect does
    level: AssuranceLevel | None  # None: it says none
    roles: frozenset[RolePlace]
    second: bool  # whether it says that it has asked for a second step
    at: dt.datetime  # when the person proved to it who they are
    name: str
    email: str
    session: str = ""  # what the provider calls the session there; "" where it says nothing


@dataclass(frozen=True, slots=True)
class Provider:
    """What is decided by of a provider."""

    id: UUID
    kind: ProviderKind
    issuer: str
    municipality_code: str
    cvr: str
    least_level: AssuranceLevel | None
    asks_second: bool  # DRC has agreed with the municipality that it asks everybody for a second step


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """What DRC keeps of a municipality's provider."""

    issuer: str
    client_id: str = ""
    client_secret: str = field(default="", repr=False)  # empty: the one that is kept
    tenant: str = ""
    metadata_xml: str = ""
    roles_claim: str = ""
    manager_value: str = ""
    staff_value: str = ""
    least_level: AssuranceLevel | None = None
    asks_second: bool = False
    demanded: bool = False
    switched_on: bool = False


@dataclass(frozen=True, slots=True)
class KnownSubject:
    """Whom a provider's subject is known as."""

    person_id: UUID
    disabled: bool
    roles: frozenset[RolePlace]  # that hold today or are to come
    released: bool = False  # by a name that was let go: another is to be tied in its place


class ArrivalRefused(StrEnum):
    """Why somebody does not come in by a provider."""

    OTHER_PROVIDER = "other_provider"  # what was said is another provider's
    OTHER_MUNICIPALITY = "other_municipality"  # it is said for another municipality's CVR number
    FOREIGN_ROLE = "foreign_role"  # a role of DRC's or of another municipality is sent
    LEVEL = "level"  # the provider is not sure enough
    SHUT_OUT = "shut_out"  # DRC has shut the person out
    ELSEWHERE = "elsewhere"  # the person belongs to DRC or to another municipality as well
    NO_ROLE = "no_role"  # the provider sends none
    NOT_TOLD = "not_told"  # it sends no name or address of somebody who is new
    ADDRESS_TAKEN = "address_taken"  # somebody has that address, and nobody is known by their address


@dataclass(frozen=True, slots=True)
class ArrivalDecision:
    """What is to be done: who comes in as what, or why not. Where nothing is sent any more, roles end and nobody comes in."""

    refused: ArrivalRefused | None
    gives: frozenset[Role] = frozenset()
    ends: frozenset[Role] = frozenset()


def decide(said: Assertion, provider: Provider, known: KnownSubject | None, address_taken: bool) -> ArrivalDecision:
    """What follows from what a provider said: `known` is whom its issuer and subject are known as.

    `address_taken` is whether an account has the address that was sent. It is asked of who is new alone: it makes nobody anybody.
    """
    here = provider.municipality_code
    refused = _not_theirs(said, provider) or _not_let_in(known, here)
    if refused:
        return ArrivalDecision(refused)
    sent = frozenset(place.role for place in said.roles)
    held = frozenset(place.role for place in known.roles) if known else frozenset()
    if not sent:
        return ArrivalDecision(ArrivalRefused.NO_ROLE, ends=held)
    if known is None and not (said.name and said.email):
        return ArrivalDecision(ArrivalRefused.NOT_TOLD)
    if known is None and address_taken:
        return ArrivalDecision(ArrivalRefused.ADDRESS_TAKEN)
    return ArrivalDecision(None, gives=sent - held, ends=held - sent)


def _not_theirs(said: Assertion, provider: Provider) -> ArrivalRefused | None:
    """Why a provider cannot say that."""
    if (said.provider_id, said.kind, said.issuer) != (provider.id, provider.kind, provider.issuer):
        return ArrivalRefused.OTHER_PROVIDER
    if said.cvr is not None and said.cvr != provider.cvr:
        return ArrivalRefused.OTHER_MUNICIPALITY
    if any(
        place.role not in MUNICIPAL or place.municipality_code != provider.municipality_code for place in said.roles
    ):
        return ArrivalRefused.FOREIGN_ROLE
    if provider.least_level is not None and (said.level or 0) < provider.least_level:
        return ArrivalRefused.LEVEL
    return None


def _not_let_in(known: KnownSubject | None, here: str) -> ArrivalRefused | None:
    """Why somebody who is known does not come by that municipality's provider, whatever it says."""
    if known is None:
        return None
    if known.disabled:
        return ArrivalRefused.SHUT_OUT
    return ArrivalRefused.ELSEWHERE if any(place.municipality_code != here for place in known.roles) else None


def how(said: Assertion, provider: Provider) -> How:
    """How the person has proved who they are: with a second step where the provider asks everybody for one, or says it of this one."""
    first = How(said.kind.value)
    return How(f"{first}+own") if said.second or provider.asks_second else first
