"""What a trial of a provider of OpenID Connect comes to: how far it came, and what of it is missing. Plain values in and out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from service.platform.identity_providers import id_tokens, rules
from service.platform.identity_providers.rules import ArrivalRefused, Assertion, Provider
from service.platform.web.identity import Role

MAX_SHOWN, MAX_LETTERS = 20, 60


class TrialStep(StrEnum):
    """The steps of a sign-in, in their order."""

    FOUND = "found"  # the provider tells of itself at its issuer
    CAME_BACK = "came_back"  # it let somebody come back with a code
    EXCHANGED = "exchanged"  # it gave us a token for it, as it knows us by client id and secret
    TRUSTED = "trusted"  # the token is its own, for us, and in answer to what was asked
    LET_IN = "let_in"  # what it says of the person would let them in


class TriedClaim(StrEnum):
    """What a token is looked through for."""

    NAME = "name"
    EMAIL = "email"
    ROLES = "roles"
    PROVED_AT = "auth_time"
    SECOND = "amr"


@dataclass(frozen=True, slots=True)
class TrialResult:
    """How far a trial came: the step that failed and why, in a word of the standard's; and of the token, what was in it."""

    failed: TrialStep | None
    cause: str = ""
    refused: ArrivalRefused | None = None
    found: frozenset[TriedClaim] = frozenset()
    roles: frozenset[Role] = frozenset()
    values: tuple[str, ...] = ()  # that stood in the claim with roles
    claims: tuple[str, ...] = ()  # the names of all that was sent

    def state(self, step: TrialStep) -> bool | None:
        """Whether a step went well; None where it was not come to."""
        steps = list(TrialStep)
        if self.failed is None or steps.index(step) < steps.index(self.failed):
            return True
        return False if step is self.failed else None


def told_by(claims: Mapping[str, Any], said: Assertion, provider: Provider, roles_claim: str) -> TrialResult:
    """What a token that is trusted says of its person, as if they were new."""
    refused = rules.decide(said, provider, None, address_taken=False).refused
    sent = claims.get(roles_claim)
    values = sent if isinstance(sent, list) else [] if sent is None else [sent]
    there = {
        TriedClaim.NAME: bool(said.name),
        TriedClaim.EMAIL: bool(said.email),
        TriedClaim.ROLES: bool(said.roles),
        TriedClaim.PROVED_AT: id_tokens.says_when(claims),
        TriedClaim.SECOND: said.second,
    }
    return TrialResult(
        failed=TrialStep.LET_IN if refused else None,
        refused=refused,
        found=frozenset(claim for claim, found in there.items() if found),
        roles=frozenset(place.role for place in said.roles),
        values=tuple(shown(value) for value in values[:MAX_SHOWN]),
        claims=tuple(sorted(shown(name) for name in claims)[:MAX_SHOWN]),
    )


def shown(value: Any) -> str:
    """What a provider has sent, to be shown to whoever it was sent of."""
    return "".join(sign for sign in str(value)[:MAX_LETTERS] if sign.isprintable())
