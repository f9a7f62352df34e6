"""The Monday list in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from service.partnership.catalogue.rules import CatalogueType
from service.partnership.catalogue.texts import CAPABILITIES
from service.platform.lines import LineGroup
from tenants.scope import Capability

GROUPS = {
    LineGroup.FAILED: _l("Failed"),
    LineGroup.WAITS: _l("Waits for an answer"),
    LineGroup.MISSING: _l("Is missing"),
    LineGroup.DUE: _l("Is due"),
    LineGroup.ENDS: _l("Ends soon"),
    LineGroup.LAGS: _l("Lags"),
}


@dataclass(frozen=True, slots=True)
class MondayWords:
    """What the sentences of lines are put together with."""

    kinds: Mapping[str, CatalogueType]
    measures: Mapping[str, Mapping[str, str]]
    language: str

    def activity(self, code: str) -> str:
        """An activity type's name."""
        return self.kinds[code].name(self.language) if code in self.kinds else code

    def measure(self, code: str) -> str:
        """A measure's name."""
        return self.measures[code]["en" if self.language == "en" else "da"] if code in self.measures else code

    def capability(self, capability: Capability) -> Any:
        """What a capability is called."""
        return CAPABILITIES[capability]
