"""What the address of the present request names: the municipality, and the scope in force there today."""

from __future__ import annotations

from flask import g, request
from sqlalchemy import select

from service.platform.web.finding import find
from tenants import periods
from tenants.calendar import day_of
from tenants.database import now
from tenants.models import Municipality
from tenants.scope import Capability, Scope


def municipality_here() -> Municipality:
    """The municipality of the address. Raises NotFound where the register has none."""
    if "municipality" not in g:
        code = (request.view_args or {}).get("municipality_code", "")
        g.municipality = find(select(Municipality).where(Municipality.code == code))
    municipality: Municipality = g.municipality
    return municipality


def scope_here() -> Scope | None:
    """The scope in force today in the municipality of the address, or None."""
    if "scope" not in g:
        period = periods.in_force(municipality_here().code, day_of(now()))
        g.scope = period.scope if period else None
    scope: Scope | None = g.scope
    return scope


def opens(capability: Capability) -> bool:
    """Whether the scope in force opens `capability` in the municipality of the address."""
    scope = scope_here()
    return scope is not None and scope.allows(capability)
