"""Try a provider of OpenID Connect: how far a sign-in comes. Nobody is let in, and nothing of it is kept."""

from __future__ import annotations

from collections.abc import Mapping

from service.platform.identity_providers import openid
from service.platform.identity_providers.fetching import ProviderAway
from service.platform.identity_providers.id_tokens import Untrue
from service.platform.identity_providers.models import IdentityProvider
from service.platform.identity_providers.openid import SentAway
from service.platform.identity_providers.rules import Provider
from service.platform.identity_providers.trial import TrialResult, TrialStep, shown, told_by


def try_out(
    row: IdentityProvider, provider: Provider, asked: SentAway, answer: Mapping[str, str], back: str
) -> TrialResult:
    """How far somebody comes who has come back with that answer."""
    if answer.get("iss", row.issuer) != row.issuer:
        return TrialResult(TrialStep.CAME_BACK, "iss")
    if answer.get("error") or not answer.get("code"):
        return TrialResult(TrialStep.CAME_BACK, shown(answer.get("error", "code")))
    step = TrialStep.EXCHANGED
    try:
        token, access_token = openid.exchange(row, asked, answer["code"], back)
        step = TrialStep.TRUSTED
        claims = openid.claims_in(row, asked, token, access_token, anew=False)
    except (ProviderAway, Untrue) as error:
        return TrialResult(step, error.cause)
    return told_by(claims, openid.said(row, claims), provider, row.roles_claim)
