"""Whose rows the present work may see.

Every request, job and command says so once, with `with acting_for(reach):` (`tenants.acting`). Nothing set means nothing seen: a
query outside a reach raises `NoReach` here, and PostgreSQL, which is told the reach when each transaction begins, answers with no
rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Office(StrEnum):
    """In what capacity the present work is done."""

    DOOR = "door"  # nobody is known yet: only what signing in needs
    MUNICIPALITY = "municipality"  # a municipality's own people
    DRC = "drc"  # DRC's people, within their territory
    CLOCK = "clock"  # unattended work and commands
    LINK = "link"  # whoever holds a link that was mailed: one thing in the municipalities that the link names


class NoReach(RuntimeError):
    """A query was made before anyone said whose rows it may see."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The municipalities (by code), the capacity and, where somebody is known, the person."""

    office: Office
    codes: frozenset[str] = frozenset()
    person_id: UUID | None = None

    def __post_init__(self) -> None:
        for code in self.codes:
            if len(code) != 4 or not (code.isascii() and code.isdigit()):
                raise ValueError(f"{code!r} is not a municipality code: four digits, as text")

    def settings(self) -> dict[str, str]:
        """What PostgreSQL is told: the value of each setting that the policies read."""
        return {
            "app.reach": "{" + ",".join(sorted(self.codes)) + "}",
            "app.office": self.office.value,
            "app.person": str(self.person_id) if self.person_id else "",
        }

    def has(self, code: str) -> bool:
        """Whether the municipality with that code is within reach."""
        return code in self.codes


def door() -> Reach:
    """The reach of someone who is not known yet."""
    return Reach(Office.DOOR)


def clock(codes: Iterable[str] = ()) -> Reach:
    """The reach of unattended work for those municipalities."""
    return Reach(Office.CLOCK, frozenset(codes))


_present: ContextVar[Reach | None] = ContextVar("reach", default=None)


def present() -> Reach:
    """The reach in force. Raises NoReach where none is."""
    reach = _present.get()
    if reach is None:
        raise NoReach("say whose rows this work may see: with acting_for(...)")
    return reach


def reached() -> bool:
    """Whether anyone has said whose rows the present work may see."""
    return _present.get() is not None


@contextmanager
def within(reach: Reach) -> Iterator[None]:
    """Let `reach` be the one in force inside. Only `tenants.acting` says so, which sees that no session lives on into it."""
    token = _present.set(reach)
    try:
        yield
    finally:
        _present.reset(token)
