"""What must stand before a route opens, beside its permit: a second step where one is demanded, and a proof that is fresh.

`@fresh` below a permit says that a route wants whoever asks to have proved who they are within five minutes. Programs have nothing to
prove it with, so the person of a key does it on a page. In a demonstration a key is enough.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import Flask, current_app, request
from sqlalchemy import func, select

from service.platform.feature import features
from service.platform.web.arrival import FRESH
from service.platform.web.identity import Identity
from tenants.database import db, now

View = TypeVar("View", bound=Callable[..., Any])


class SecondStepMissing(Exception):
    """Whoever asks is to choose a second step before anything else opens."""


class ProofNeeded(Exception):
    """Whoever asks is to prove anew who they are."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """What a route demands. Where `only` names parts of the address, it is demanded of those values alone."""

    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __call__(self, view: View) -> View:
        """Put the demand on a view."""
        view.fresh = self  # type: ignore[attr-defined]
        return view

    def of(self, **only: tuple[str, ...]) -> Fresh:
        """The demand for those values alone."""
        return Fresh(only)

    def asks(self, values: Mapping[str, Any]) -> bool:
        """Whether an address with these values is one of those."""
        return all(values.get(name) in named for name, named in self.only.items())


fresh = Fresh()


def fresh_of(endpoint: str | None, app: Flask | None = None) -> Fresh | None:
    """The demand of an endpoint of an application, or of the present one; None where there is none."""
    return getattr((app or current_app).view_functions.get(endpoint or ""), "fresh", None)


def hold_to_second_step(identity: Identity) -> None:
    """Raise SecondStepMissing for who has none and must, but on the pages where one is chosen."""
    production = current_app.extensions["settings"].production
    if (
        identity.arrival is not None
        and not identity.arrival.enough(identity.roles, production)
        and request.endpoint not in features().while_choosing
    ):
        raise SecondStepMissing


def hold_to_fresh(identity: Identity | None) -> None:
    """Raise ProofNeeded where the route wants a fresh proof, and there is none."""
    demanded = fresh_of(request.endpoint)
    if identity is not None and demanded is not None and demanded.asks(request.view_args or {}):
        demand_proof(identity)


def demand_proof(identity: Identity) -> None:
    """Raise ProofNeeded unless they have just proved who they are: for a view that wants it of some of what it is asked for."""
    if not _proved(identity):
        raise ProofNeeded


def _proved(identity: Identity) -> bool:
    """Whether they have just proved who they are: in this session, or whose key it is in any of theirs."""
    if identity.arrival is not None:
        return identity.arrival.fresh(now())
    if not current_app.extensions["settings"].production:
        return True
    proved = db.session.scalar(select(func.app.proved_at()))
    return proved is not None and now() - proved < FRESH
