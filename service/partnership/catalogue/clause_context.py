"""What the clauses of a partnership agreement are filled from, out of what it settles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.partnership.catalogue.rules import CatalogueType
from service.partnership.catalogue.texts import CAPABILITIES_DA, LEVELS_DA, duty_da
from tenants.scope import Capability, Scope

DRC_CVR = "20699310"


def context_of(scope: Scope, *, official_name: str, cvr: str, kinds: Mapping[str, CatalogueType]) -> dict[str, Any]:
    """A scope as `ClauseContext` says, with the municipality as a party."""
    level_name, level_text = LEVELS_DA[scope.level]
    return {
        **scope.to_plain(),
        "municipality": {"official_name": official_name, "cvr": cvr},
        "drc_cvr": DRC_CVR,
        "level": {"code": scope.level.value, "da": level_name, "text": level_text},
        "capabilities": [CAPABILITIES_DA[c] for c in Capability if c in scope.capabilities],
        "distinctions": [
            {"name": name, "text": text}
            # One line where several activities of a type say the same.
            for name, text in dict.fromkeys(
                (kinds[a.activity_type].da, a.distinction) for a in scope.activities if a.distinction
            )
        ],
        "children": any(a.children_under_15 for a in scope.activities),
        "municipality_duties": [duty_da(duty) for duty in scope.municipality_duties],
        "drc_duties": [duty_da(duty) for duty in scope.drc_duties],
        "further_parties": [{"official_name": party.name, "cvr": party.cvr} for party in scope.further_parties],
    }
