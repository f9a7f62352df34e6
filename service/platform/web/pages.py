"""Lists by cursor: a page says where the next begins, so that it costs the same however far down one is.

What a list is ordered by may be a person's name, and a cursor stands in an address: it is sealed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from cryptography.fernet import InvalidToken
from flask_babel import gettext as _
from sqlalchemy import Select, SQLColumnExpression, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from service.platform.web.errors import Invalid
from service.platform.web.sealing import seal_of
from tenants.database import db

Row = TypeVar("Row")
MOST = 200


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows, and the cursor of the page after them, if there is one."""

    items: Sequence[Row]
    cursor: str | None


def page_of(
    query: Select[Row],
    keys: Sequence[InstrumentedAttribute[Any]],
    after: str | None,
    limit: int,
    *,
    descending: bool = False,
) -> Page[Row]:
    """One page of `query`, ordered by `keys`, the last of which makes the order total. Raises Invalid for a cursor not ours."""
    limit = max(1, min(limit, MOST))
    rows = db.session.scalars(_ordered(query, keys, after, descending).limit(limit + 1)).all()
    return _page(rows, keys, limit)


def rows_of(query: Select[Any], keys: Sequence[SQLColumnExpression[Any]], after: str | None, limit: int) -> Page[Any]:
    """One page of a query of columns, ordered by `keys`, which are among them. Raises Invalid for a cursor not ours."""
    limit = max(1, min(limit, MOST))
    rows = db.session.execute(_ordered(query, keys, after, descending=False).limit(limit + 1)).all()
    return _page(rows, keys, limit)


def _ordered(query: Select[Any], keys: Sequence[Any], after: str | None, descending: bool) -> Select[Any]:
    order = [key.desc() if descending else key.asc() for key in keys]
    if after:
        bound = tuple_(*values_at(after, [key.type.python_type for key in keys]))
        query = query.where(tuple_(*keys) < bound if descending else tuple_(*keys) > bound)
    return query.order_by(*order)


def _page(rows: Sequence[Any], keys: Sequence[Any], limit: int) -> Page[Any]:
    if len(rows) <= limit:
        return Page(rows, None)
    return Page(rows[:limit], cursor_at([getattr(rows[limit - 1], key.key) for key in keys]))


def values_at(cursor: str, types: Sequence[type]) -> list[Any]:
    """Where a page begins: the values that the list is ordered by. Raises Invalid for a cursor not ours."""
    try:
        return _values(cursor, types)
    except (InvalidToken, ValueError, TypeError) as error:
        raise Invalid({"cursor": [_("This is not a page of the list. Begin with the first.")]}) from error


def _values(cursor: str, types: Sequence[type]) -> list[Any]:
    """The values in a cursor. Raises InvalidToken for one that is not ours, and ValueError for another list's."""
    texts = json.loads(seal_of("cursor").decrypt(cursor))
    values: list[Any] = []
    for kind, text in zip(types, texts, strict=True):
        if kind is int and not re.fullmatch(
            r"-?[0-9]{1,9}", text
        ):  # what another list counts has no room in this one's column
            raise ValueError
        values.append(kind.fromisoformat(text) if hasattr(kind, "fromisoformat") else kind(text))
    return values


def cursor_at(values: Sequence[Any]) -> str:
    """The cursor of the page after the row whose keys have these values."""
    text = json.dumps([v.isoformat() if hasattr(v, "isoformat") else str(v) for v in values], ensure_ascii=False)
    return seal_of("cursor").encrypt(text.encode()).decode()
