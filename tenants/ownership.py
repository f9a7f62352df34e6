"""Whose each table is. Every table is of exactly one kind, and its row-level security follows from it (`tenants.walls`).

| kind     | whose rows                                          | who sees them                                              |
|----------|-----------------------------------------------------|------------------------------------------------------------|
| owned    | one municipality's: `municipality_code` in the key  | whoever has that municipality within reach                 |
| shared   | DRC's network                                       | DRC; a municipality through a dated share                  |
| network  | DRC's network, about one municipality               | DRC; that municipality, where a share asks for one         |
| national | DRC's own                                           | DRC and unattended work; a link, where the table says so   |
| common   | reference data                                      | everyone known reads; unattended work writes               |
| personal | one person's: accounts, sessions, keys              | that person, DRC, unattended work and the sign-in          |

DRC and unattended work write what they see of the first four. A municipality's own people and whoever holds a link write what a
table says that they may (`May`), and nothing else. Of a person, that person and unattended work write, where the table lets them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from tenants.database import uuid7
from tenants.reach import Office


class Ownership(StrEnum):
    """The kinds of ownership."""

    OWNED = "owned"
    SHARED = "shared"
    NETWORK = "network"
    NATIONAL = "national"
    COMMON = "common"
    PERSONAL = "personal"


@dataclass(frozen=True, slots=True)
class May:
    """What an office writes of a table, of the rows that it sees: whether it adds and removes them, and which columns it changes."""

    add: bool = False
    change: tuple[str, ...] = ()
    remove: bool = False


class Owned:
    """A row of one municipality. The municipality is the first part of the key and of every foreign key to it."""

    __ownership__: ClassVar = Ownership.OWNED
    __drc_only__: ClassVar = False  # True: the municipality's own people do not see these rows either (drafts, mail)
    __by_link__: ClassVar = False  # True: as DRC's only, and whoever holds a mailed link that reaches the municipality
    __withheld__: ClassVar = (
        ""  # the condition, in SQL, of rows that its own people do not see among those that they do
    )
    __immutable__: ClassVar = False  # True: the service may add rows and read them, never change or remove one
    __by_function__: ClassVar = False  # True: the service reads; what is written, a function of the owner's writes
    __others_may__: ClassVar[Mapping[Office, May]] = {}  # what others than DRC and unattended work write

    @declared_attr
    def municipality_code(cls) -> Mapped[str]:  # noqa: N805 - a declared attribute is given the class
        """Whose row it is."""
        return mapped_column(ForeignKey("municipalities.code"), primary_key=True)

    @declared_attr
    def id(cls) -> Mapped[UUID]:  # noqa: N805
        """The row's own random id."""
        return mapped_column(primary_key=True, default=uuid7)


class Shared:
    """A row of DRC's network, seen by a municipality through a share.

    `__shared_by__` is the SQL that lists what is seen, and `__shared_column__` the column that is looked for there.
    """

    __ownership__: ClassVar = Ownership.SHARED
    __immutable__: ClassVar = False
    __shared_by__: ClassVar[str]
    __shared_column__: ClassVar[str] = "id"

    @declared_attr
    def id(cls) -> Mapped[UUID]:  # noqa: N805
        """The row's own random id."""
        return mapped_column(primary_key=True, default=uuid7)


class OfNetwork:
    """A row of DRC's network that is about one municipality, such as the part of it that a group serves.

    DRC keeps it, whatever the territory. The municipality sees its own rows, and of those, where `__shared_by__` says so, only
    the ones whose `__shared_column__` is shared with it.
    """

    __ownership__: ClassVar = Ownership.NETWORK
    __immutable__: ClassVar = False
    __shared_by__: ClassVar[str] = ""
    __shared_column__: ClassVar[str] = "group_id"

    @declared_attr
    def municipality_code(cls) -> Mapped[str]:  # noqa: N805
        """The municipality that the row is about."""
        return mapped_column(ForeignKey("municipalities.code"), primary_key=True)

    @declared_attr
    def id(cls) -> Mapped[UUID]:  # noqa: N805
        """The row's own random id."""
        return mapped_column(primary_key=True, default=uuid7)


class National:
    """A row of DRC's own."""

    __ownership__: ClassVar = Ownership.NATIONAL
    __by_link__: ClassVar = (
        False  # True: about one municipality, and whoever holds a mailed link that reaches it reads the row
    )
    __immutable__: ClassVar = False
    __by_function__: ClassVar = False  # as of what is owned


class Common:
    """Reference data. Its key is for the table to say."""

    __ownership__: ClassVar = Ownership.COMMON
    __immutable__: ClassVar = False


class Personal:
    """A row of one person. `person_id` says whose; the table of persons itself answers by its `id`."""

    __ownership__: ClassVar = Ownership.PERSONAL
    __immutable__: ClassVar = False
    __own_to_change__: ClassVar = True  # False: who one is and what one may do, which only unattended work writes
    __sealed__: ClassVar = False  # True: the service's role has no way to the rows but functions of the owner's
    __person_column__: ClassVar = "person_id"
