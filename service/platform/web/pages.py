"""Lists by cursor: a page says where the next begins, so that it costs the same however far down one is."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask_babel import gettext as _
from sqlalchemy import Select, SQLColumnExpression, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from service.platform.web.errors import Invalid
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
        try:
            bound = tuple_(*_values(after, [key.type.python_type for key in keys]))
        except (ValueError, TypeError, binascii.Error, RecursionError) as error:
            raise Invalid({"cursor": [_("This is not a page of the list. Begin with the first.")]}) from error
        query = query.where(tuple_(*keys) < bound if descending else tuple_(*keys) > bound)
    return query.order_by(*order)


def _page(rows: Sequence[Any], keys: Sequence[Any], limit: int) -> Page[Any]:
    if len(rows) <= limit:
        return Page(rows, None)
    return Page(rows[:limit], cursor_at([getattr(rows[limit - 1], key.key) for key in keys]))


def _values(cursor: str, types: Sequence[type]) -> list[Any]:
    """The values in a cursor. Raises ValueError and the like for a cursor that is not ours and for what no column can hold."""
    texts = json.loads(base64.urlsafe_b64decode(cursor.encode() + b"=="))
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise ValueError
    values: list[Any] = []
    for kind, text in zip(types, texts, strict=True):
        text.encode()  # half a surrogate pair is refused here
        if "\x00" in text or (kind is int and not re.fullmatch(r"-?[0-9]{1,9}", text)):
            raise ValueError
        values.append(kind.fromisoformat(text) if hasattr(kind, "fromisoformat") else kind(text))
    return values


def cursor_at(values: Sequence[Any]) -> str:
    """The cursor of the page after the row whose keys have these values."""
    text = json.dumps([v.isoformat() if hasattr(v, "isoformat") else str(v) for v in values])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
