"""What every column holds of people: a class of personal data, or nobody.

A model says it in one line, `__holds__`, and what it inherits says it for its own columns. A column that by its type can tell of nobody
(a number, a day, a reference to what is no person, a code that PostgreSQL holds to a list) need not be named where the table is
nobody's. Any other column that is not named has no class, which a test finds. What is kept of each class, why and for how
long the features declare (`service.platform.keeping`), and the pages that tell people of it are made from both.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import ARRAY, CheckConstraint, Column
from sqlalchemy.types import TypeEngine


class Data(StrEnum):
    """The classes of personal data."""

    NOBODY = "nobody"  # no personal data
    ACCOUNT = "account"  # who can sign in, and their roles
    SIGN_IN = "sign_in"  # when somebody signed in, and with what
    SECRET = "secret"  # noqa: S105 - what is kept of a password, key or address: a hash
    INVITATION = "invitation"
    DOER = "doer"  # who did what a row tells of
    LEDGER = "ledger"  # who did, saw and exported what
    MAIL = "mail"
    ANSWER = "answer"  # answers of the API that can be given once more
    CONTACT = "contact"  # whom an agreement names
    APPROVAL = "approval"  # who agreed to what: proof
    PAPER = "paper"  # papers as they were issued, and the facts behind them
    VOLUNTEER = "volunteer"
    VOLUNTEER_CONSENT = "volunteer_consent"
    CERTIFICATE = "certificate"  # that a child certificate was seen
    MERGED = "merged"  # what two volunteers were who are one
    OWN_DATA = "own_data"  # a volunteer's copy of what is kept, and what they ask for
    INTEREST = "interest"  # who would like to join, as they have told
    GROUP_CONTACT = "group_contact"  # as the group publishes it
    GROUP_CONSENT = "group_consent"  # who consented on a group's behalf
    GROUP_AGREEMENT = "group_agreement"  # whom a group's agreement with DRC names, and who agreed to it
    FILE_IN = "file_in"
    FILE_OUT = "file_out"
    FREE_TEXT = "free_text"  # what somebody has written: it should hold nobody, and may


SOMEBODY = frozenset({Data.ACCOUNT, Data.VOLUNTEER})  # a row of these is a person: so what refers to it tells of them
_TELL_OF_NOBODY = (bool, int, float, dt.date, dt.time)


class Holds:
    """The class of each column: of those that are named their own, of the rest one."""

    def __init__(self, rest: Data = Data.NOBODY, /, **named: Data) -> None:
        self.rest = rest
        self.named: Mapping[str, Data] = named


def nobodys(*columns: str) -> dict[str, Data]:
    """Columns that hold nobody, though their type would let them."""
    return dict.fromkeys(columns, Data.NOBODY)


def classes_of(model: Any) -> dict[str, Data | None]:
    """The class of each column of a model's table, by its name there. None: it does not say, and could hold somebody.

    Raises KeyError for a name that no column has.
    """
    columns: Iterable[Column[Any]] = model.__table__.columns
    own: Holds | None = model.__dict__.get("__holds__")
    named = dict(_named(model))
    if unknown := named.keys() - {column.name for column in columns}:
        raise KeyError(f"{model.__tablename__} has no column {', '.join(sorted(unknown))}")
    return {column.name: named.get(column.name) or _unnamed(model, own, column) for column in columns}


def _named(model: Any) -> Iterator[tuple[str, Data]]:
    for each in reversed(model.__mro__):
        if "__holds__" in each.__dict__:
            yield from each.__holds__.named.items()


def _unnamed(model: Any, own: Holds | None, column: Column[Any]) -> Data | None:
    if own is None or (own.rest is Data.NOBODY and not _tells_of_nobody(model, column)):
        return None
    return own.rest


def _tells_of_nobody(model: Any, column: Column[Any]) -> bool:
    if column.foreign_keys:
        referred = {key.column.table for key in column.foreign_keys}
        return not any(
            mapper.local_table in referred and getattr(mapper.class_, "__holds__", Holds()).rest in SOMEBODY
            for mapper in model.registry.mappers
        )
    codes = (str(check.sqltext) for check in model.__table__.constraints if isinstance(check, CheckConstraint))
    by_type = issubclass(_python_type(column.type), _TELL_OF_NOBODY)
    return by_type or column.name == "id" or any(check.startswith(f"{column.name} IN (") for check in codes)


def _python_type(kind: TypeEngine[Any]) -> type:
    return _python_type(kind.item_type) if isinstance(kind, ARRAY) else kind.python_type
