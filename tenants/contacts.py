"""Who has come after a contact whom an agreement names. The agreement stays as it was signed: by its first clause either side changes
its own.

A period keeps a successor by the scope's field: `{"drc_contact": {"name": ..., "title": ..., "phone": ..., "email": ...,
"since": "2026-11-30"}}`. Beside it stands `untold`, an id, while the other side is still to be told of the change.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SIDES = ("municipality_contact", "drc_contact")
PARTS = ("name", "title", "phone", "email")
SINCE = "since"
UNTOLD = "untold"
# What PostgreSQL holds the column to.
READABLE = f"contacts - ARRAY[{', '.join(repr(side) for side in SIDES)}] = '{{}}'::jsonb AND " + " AND ".join(
    f"(NOT contacts ? '{side}' OR coalesce(contacts -> '{side}' ?& ARRAY[{', '.join(repr(part) for part in (*PARTS, SINCE))}]"
    f" AND contacts -> '{side}' ->> 'since' ~ '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}$', false))"
    for side in SIDES
)


def with_contacts(scope: Any, contacts: Mapping[str, Any]) -> Any:
    """A stored scope with those who have come since in the place of the contacts that it names. What is no scope stays what it is."""
    if not contacts or not isinstance(scope, Mapping):
        return scope
    return {**scope, **{side: {part: contacts[side][part] for part in PARTS} for side in SIDES if side in contacts}}


def carried(before: Mapping[str, Any], contacts: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Who of those that came since stays when another agreement takes over: on a side where it names the same contact as the one before.

    It was drawn up before the change, then. Where it names somebody else, that one is what was agreed last.
    """
    return {side: kept for side, kept in contacts.items() if after.get(side) == before.get(side)}
