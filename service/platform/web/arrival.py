"""How strong a sign-in is, decided in this one place: the value that every way in gives, and what follows. Plain values in and out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from service.platform.web.identity import Role

FRESH = dt.timedelta(minutes=5)


DEMANDED_OF = frozenset({Role.SECRETARIAT, Role.CONSULTANT, Role.MANAGER})


class How(StrEnum):
    """How somebody has proved who they are: the first step, and the second where there was one.

    A provider of a municipality's may have asked for a second step itself, which is called `own` there; else ours may have followed.
    """

    PASSWORD = "password"  # noqa: S105 - no password
    PASSKEY = "password+passkey"
    TOTP = "password+totp"
    RECOVERY = "password+recovery"
    OIDC = "oidc"
    OIDC_OWN = "oidc+own"
    OIDC_PASSKEY = "oidc+passkey"
    OIDC_TOTP = "oidc+totp"
    OIDC_RECOVERY = "oidc+recovery"
    SAML = "saml"
    SAML_OWN = "saml+own"
    SAML_PASSKEY = "saml+passkey"
    SAML_TOTP = "saml+totp"
    SAML_RECOVERY = "saml+recovery"

    @property
    def first(self) -> How:
        """The first step of it alone."""
        return How(self.partition("+")[0])

    def after(self, first: How) -> How:
        """The second step of it, after another first one."""
        return How(f"{first.first}+{self.partition('+')[2]}")


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who has proved who they are, how, and when: of a sign-in, and of whoever has proved it again since."""

    person_id: UUID
    how: How
    at: dt.datetime

    @property
    def second(self) -> bool:
        """Whether there was a second step after the first."""
        return self.how is not self.how.first

    def fresh(self, moment: dt.datetime) -> bool:
        """Whether it was just now: so that whoever finds a browser open does not bind a municipality with it."""
        return moment - self.at < FRESH

    def enough(self, roles: Iterable[Role], production: bool) -> bool:
        """Whether it opens what the roles open."""
        return self.second or not demanded(roles, production)


def demanded(roles: Iterable[Role], production: bool) -> bool:
    """Whether a second step is demanded: of DRC's people and of managers, but not in a demonstration."""
    return production and not DEMANDED_OF.isdisjoint(roles)
