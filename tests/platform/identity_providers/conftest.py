"""What the tests of providers stand on: people, and a municipality's provider."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from config.settings import PRODUCTION
from service.platform.accounts.rules import RolePlace
from service.platform.identity_providers import openid, operations
from service.platform.identity_providers.rules import Assertion, ProviderKind, ProviderSettings
from service.platform.web.identity import Role
from tenants.acting import acting_for
from tenants.database import now, transaction
from tenants.reach import clock
from tests.platform.identity_providers.speaking import Speaker, speaking
from tests.support import people
from tests.support.people import Few
from tests.support.world import HERE

ISSUER = "https://login.kommune.example"
SETTINGS = ProviderSettings(
    issuer=ISSUER,
    client_id="partnerskab",
    client_secret="hemmeligt",
    roles_claim="roles",
    manager_value="leder",
    staff_value="medarbejder",
    switched_on=True,
)


@pytest.fixture
def few(app: Flask) -> Few:
    """The people that there are."""
    with app.app_context():
        return people.few()


@dataclass
class Login:
    """HERE's provider, as it is set up, and what it says."""

    app: Flask
    id: UUID

    def keep(self, **changes: Any) -> None:
        """Set it up anew, with those changes."""
        with self.app.app_context(), acting_for(clock([HERE])), transaction():
            operations.keep(HERE, ProviderKind.OIDC, replace(SETTINGS, **changes))

    def said(self, *roles: Role, at: dt.datetime | None = None, **changes: Any) -> Assertion:
        """What it says of Anna, with those roles."""
        anna = Assertion(
            kind=ProviderKind.OIDC,
            provider_id=self.id,
            issuer=ISSUER,
            subject="anna",
            cvr=None,
            level=None,
            roles=frozenset(RolePlace(role, HERE) for role in roles),
            second=False,
            at=at or now(),
            name="Anna Andersen",
            email="Anna@kommune.example",
        )
        return replace(anna, **changes)


@pytest.fixture
def login(app: Flask, few: Few) -> Login:
    """HERE's provider, switched on."""
    with app.app_context(), acting_for(clock([HERE])), transaction():
        return Login(app, operations.keep(HERE, ProviderKind.OIDC, SETTINGS))


@pytest.fixture
def live(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let the application run for real from now on: before, a provider on loopback can be set up."""
    settings = replace(app.extensions["settings"], environment=PRODUCTION)
    return lambda: monkeypatch.setitem(app.extensions, "settings", settings)


@pytest.fixture
def speaker(login: Login) -> Iterator[Speaker]:
    """A provider of HERE's that says what it is told to."""
    openid.forget()
    with speaking() as made:
        login.keep(issuer=made.issuer)
        yield made
    openid.forget()
