"""Which side's contact somebody changes, and whether a contact is the one who leaves. Plain values in and out."""

from __future__ import annotations

from enum import StrEnum

from service.platform.web.identity import Role
from tenants.reach import Office


class ContactSide(StrEnum):
    """Whose contact it is, by the scope's field."""

    MUNICIPALITY = "municipality_contact"
    DRC = "drc_contact"

    @property
    def word(self) -> str:
        """How an address names it."""
        return "drc" if self is ContactSide.DRC else "kommunen"


def sides_to_change(office: Office, roles: frozenset[Role]) -> tuple[ContactSide, ...]:
    """The sides whose contact somebody changes: DRC's people both, a municipality's own people the municipality's.

    PostgreSQL holds to the same (`writers.py`).
    """
    if office in (Office.DRC, Office.CLOCK):
        return tuple(ContactSide)
    if office is Office.MUNICIPALITY and roles & {Role.MANAGER, Role.STAFF}:
        return (ContactSide.MUNICIPALITY,)
    return ()
