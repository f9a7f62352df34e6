"""Which issuer a municipality may have, and where its endpoints may lie. Plain values in and out."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

# Where Entra ID speaks for whoever has an account with Microsoft, and not for one organisation.
_EVERYBODYS = frozenset({"common", "organizations", "consumers", "9188040d-6c67-4c5b-b112-36a304b66dad"})
_MICROSOFT = ("login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net")
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class IssuerFault(StrEnum):
    """What is wrong with an issuer."""

    NO_ADDRESS = "no_address"
    NOT_HTTPS = "not_https"
    EVERYBODYS = "everybodys"  # it speaks for others than the municipality's own people
    NO_TENANT = "no_tenant"  # of Entra ID: `tid` is to be checked, and to be the one of the issuer


def fault_of(issuer: str, tenant: str, *, production: bool) -> IssuerFault | None:
    """What is wrong with an issuer, whose people bear that `tid`; None where nothing is. On loopback a test needs no TLS."""
    try:
        parts = urlsplit(issuer)
        whole = bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return IssuerFault.NO_ADDRESS
    if not whole or parts.username is not None or parts.query or parts.fragment or "#" in issuer or "?" in issuer:
        return IssuerFault.NO_ADDRESS
    if parts.scheme != "https" and not (parts.scheme == "http" and not production and _loopback(parts)):
        return IssuerFault.NOT_HTTPS
    steps = [step.lower() for step in parts.path.split("/") if step]
    host = (parts.hostname or "").rstrip(".")
    if host in _MICROSOFT or host.endswith(tuple(f".{each}" for each in _MICROSOFT)):
        if _EVERYBODYS.intersection(steps) or not steps:
            return IssuerFault.EVERYBODYS
        if tenant.lower() != steps[0]:
            return IssuerFault.NO_TENANT
    return None


def _loopback(parts: SplitResult) -> bool:
    try:
        return ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


def lie_with(issuer: str, told: Mapping[str, Any]) -> bool:
    """Whether what a provider tells of itself is that issuer's, and all that is asked there lies where the issuer does.

    Else whoever runs a provider could have the service ask machines that only it can reach.
    """
    if told.get("issuer") != issuer:
        return False
    return all(lies_with(issuer, told.get(name)) for name in ENDPOINTS)


def lies_with(issuer: str, place: object) -> bool:
    """Whether a place lies where the issuer does."""
    return isinstance(place, str) and _origin(place) == _origin(issuer)


def _origin(url: str) -> tuple[str, str | None, int | None] | None:
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    except ValueError:
        return None
