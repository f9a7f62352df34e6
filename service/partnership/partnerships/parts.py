"""The parts of a draft: which field belongs to which, and how the form is taken apart and put together. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from service.partnership.partnerships import schemas
from service.platform.web.personal import Looked
from tenants.scope import PRESETS, Level


class DraftPart(StrEnum):
    """A part of a draft, by the word in its address, in the order of the task list."""

    PARTIES = "parter"
    LEVEL = "niveau"
    ACTIVITIES = "aktiviteter"
    CAPABILITIES = "adgang"
    TARGETS = "maal"
    MONEY = "oekonomi"
    TERM = "periode"
    WORDS = "tekst"
    CLAUSES = "punkter"


SCHEMAS: Mapping[DraftPart, type[Looked]] = {
    DraftPart.PARTIES: schemas.PartiesFields,
    DraftPart.LEVEL: schemas.LevelFields,
    DraftPart.ACTIVITIES: schemas.ActivitiesFields,
    DraftPart.CAPABILITIES: schemas.CapabilitiesFields,
    DraftPart.TARGETS: schemas.TargetsFields,
    DraftPart.MONEY: schemas.MoneyFields,
    DraftPart.TERM: schemas.TermFields,
    DraftPart.WORDS: schemas.WordsFields,
    DraftPart.CLAUSES: schemas.ClausesFields,
}
PART_OF = {name: part for part, schema in SCHEMAS.items() for name in schema().fields if name not in schema.__beside__}


def part_of(name: str) -> DraftPart | None:
    """The part that a field of the form is in, None for what is no field: `activities-0-place` is in the activities."""
    return PART_OF.get(name.partition("-")[0])


def held(form: Mapping[str, Any], part: DraftPart) -> dict[str, Any] | None:
    """What a form holds of a part; None where that is nothing."""
    return {name: value for name, value in form.items() if part_of(name) is part} or None


def put(form: Mapping[str, Any], part: DraftPart, values: Mapping[str, Any] | None) -> dict[str, Any]:
    """A form with one part of it replaced, and all others as they were."""
    others = {name: value for name, value in form.items() if part_of(name) is not part}
    return others | {name: value for name, value in (values or {}).items() if part_of(name) is part}


def preset(level: Any) -> dict[str, str]:
    """What the level opens, as boxes that are ticked. Nothing for what is no level."""
    opens = PRESETS[Level(level)] if level in set(Level) else ()
    return {f"capabilities-{capability}": "1" for capability in sorted(opens)}


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft as it is typed. `parts` says of each whether it was begun, its texts looked at again, and what it was before.

    Without any, the draft was written whole: every part is begun, and looked at where `whole` says that a scope came of it.
    """

    form: Mapping[str, Any]
    parts: Mapping[str, Any] = field(default_factory=dict)
    whole: bool = False

    def begun(self, part: DraftPart) -> bool:
        """Whether somebody has saved the part, or it came with what the draft was made from."""
        return bool(self.parts.get(part, {}).get("begun")) if self.parts else bool(self.form)

    def looked(self, part: DraftPart) -> bool:
        """Whether its writer has said that its texts tell of no person."""
        return bool(self.parts.get(part, {}).get("looked")) if self.parts else self.whole

    def before(self, part: DraftPart) -> Mapping[str, Any] | None:
        """What the part was before it was last saved; None where it was not."""
        found: Mapping[str, Any] | None = self.parts.get(part, {}).get("before")
        return found

    def told(self, part: DraftPart) -> dict[str, Any]:
        """What a part is now, to be put back."""
        return {"form": held(self.form, part), "begun": self.begun(part), "looked": self.looked(part)}

    def with_part(self, part: DraftPart, now: Mapping[str, Any]) -> Drafted:
        """The draft with the part as `told` tells one, and what it was kept beside it."""
        kept = dict(self.parts) or {
            each.value: {"begun": self.begun(each), "looked": self.looked(each)} for each in DraftPart
        }
        entry = {"begun": now["begun"], "looked": now["looked"], "before": self.told(part)}
        return Drafted(put(self.form, part, now["form"]), {**kept, part.value: entry})

    def meant(self) -> dict[str, Any]:
        """The form with what follows: until somebody says otherwise, the level's own preset is opened."""
        if self.begun(DraftPart.CAPABILITIES):
            return dict(self.form)
        return put(self.form, DraftPart.CAPABILITIES, preset(self.form.get("level")))
