"""OIO-BPP: what somebody may do, as the public sector's providers of identity say it. Text in, plain values out.

By the OIO Basic Privilege Profile of the Agency for Digital Government, versions 1.1 and 1.2 (the namespace alone tells them apart):
base64 of a `PrivilegeList` of groups, each with the scope in which its privileges hold, and with constraints that narrow them.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from enum import StrEnum
from xml.etree.ElementTree import Element

from service.platform.saml import safe_xml

NAMESPACES = ("http://digst.dk/oiosaml/basic_privilege_profile", "http://itst.dk/oiosaml/basic_privilege_profile")
MAX_SIGNS = 100_000  # of the base64
MAX_GROUPS = 200
MAX_IN_GROUP = 100  # privileges and constraints


class NotPrivileges(ValueError):
    """A text that is no list of privileges."""


class ScopeKind(StrEnum):
    """What a scope is a number of: the word that the profile has for it in the scope's name."""

    CVR = "cvrNumberIdentifier"
    P_NUMBER = "productionUnitIdentifier"
    SE = "seNumberIdentifier"
    CPR = "cprNumberIdentifier"
    OTHER = ""


_KINDS = "|".join(kind for kind in ScopeKind if kind)
_SCOPE = re.compile(rf"urn:dk:gov:saml:({_KINDS}):([0-9-]{{1,20}})", re.ASCII)


@dataclass(frozen=True, slots=True)
class PrivilegeScope:
    """Where privileges hold: a number of a kind, or whatever else a provider writes. A CPR number is not read."""

    kind: ScopeKind
    value: str


@dataclass(frozen=True, slots=True)
class PrivilegeGroup:
    """Privileges that hold in one scope, as far as all the constraints let them, each a name and a value."""

    scope: PrivilegeScope
    privileges: tuple[str, ...]
    constraints: tuple[tuple[str, str], ...] = ()


def privileges(text: str) -> tuple[PrivilegeGroup, ...]:
    """The groups of privileges in the value of an attribute. Raises NotPrivileges."""
    root = _parsed(text)
    own = root.tag.removeprefix("{").partition("}")[0]
    if own not in NAMESPACES or root.tag != f"{{{own}}}PrivilegeList":
        raise NotPrivileges("no PrivilegeList of the profile")
    groups = list(root)
    if not 0 < len(groups) <= MAX_GROUPS:
        raise NotPrivileges("no group, or too many")
    return tuple(_group(group, own) for group in groups)


def _parsed(text: str) -> Element:
    """The XML in a text."""
    if len(text) > MAX_SIGNS:
        raise NotPrivileges("too long")
    try:
        return safe_xml.parsed(base64.b64decode("".join(text.split()), validate=True), MAX_SIGNS)
    except (binascii.Error, safe_xml.NotSafe) as error:
        raise NotPrivileges("no XML in base64") from error


def _group(group: Element, own: str) -> PrivilegeGroup:
    """A group. Providers write what is in the list with the list's namespace or, as the profile's own examples, without one."""
    parts = list(group)
    if _name(group, own) != "PrivilegeGroup" or len(parts) > MAX_IN_GROUP:
        raise NotPrivileges("no group, or too much in it")
    found: dict[str, list[Element]] = {"Privilege": [], "Constraint": []}
    for part in parts:
        if _name(part, own) not in found or len(part):
            raise NotPrivileges("something else in a group")
        found[_name(part, own)].append(part)
    if not found["Privilege"]:
        raise NotPrivileges("a group without a privilege")
    return PrivilegeGroup(
        _scope(group.get("Scope", "")),
        tuple(_text(each) for each in found["Privilege"]),
        tuple((_given(each.get("Name")), _text(each)) for each in found["Constraint"]),
    )


def _name(element: Element, own: str) -> str:
    return element.tag.removeprefix(f"{{{own}}}")


def _scope(text: str) -> PrivilegeScope:
    known = _SCOPE.fullmatch(_given(text))
    if known is None:
        return PrivilegeScope(ScopeKind.OTHER, text.strip())
    kind = ScopeKind(known[1])
    return PrivilegeScope(kind, "" if kind is ScopeKind.CPR else known[2])


def _text(element: Element) -> str:
    return _given(element.text)


def _given(text: str | None) -> str:
    if not (text and text.strip()):
        raise NotPrivileges("something is blank")
    return text.strip()
