"""What differs between two agreements, as the API answers it."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from service.partnership.agreements.difference import AgreementDifference, ChangeKind, opens
from service.partnership.agreements.word_difference import PartKind, of_clause
from service.platform.web.api import Item


class ComparedItem(Item):
    """One of the agreements that are compared."""

    id = fields.UUID()
    number = fields.String()


class ScopeValue(fields.Raw):
    """A value of a scope, of whatever kind, in the shape that a scope has it in."""


class ScopeChangeItem(Item):
    """One thing that differs: the scope's field that it is, as `payment.amounts.ore`, and the values, null of what is not there.

    `of` holds the members of lists that it lies in, as they are in the later agreement.
    """

    path = fields.String()
    kind = fields.String(metadata={"enum": list(ChangeKind)})
    before = ScopeValue(allow_none=True)
    after = ScopeValue(allow_none=True)
    of = fields.List(ScopeValue())


class TextPartItem(Item):
    """Some words of a line, and what has become of them."""

    kind = fields.String(metadata={"enum": list(PartKind)})
    text = fields.String()


class ClauseLineItem(Item):
    """A line of a clause: its heading, a paragraph or a point."""

    kind = fields.String(metadata={"enum": ["heading", "text", "point"]})
    parts = fields.List(fields.Nested(TextPartItem))


class ClauseChangeItem(Item):
    """A clause that differs, word by word."""

    key = fields.String()
    number = fields.Integer(allow_none=True, metadata={"description": "Null of an annex."})
    title = fields.String()
    kind = fields.String(metadata={"enum": list(ChangeKind)})
    lines = fields.List(fields.Nested(ClauseLineItem))


class DifferenceItem(Item):
    """What differs between two agreements. `sha256` is what an approval says to have been shown."""

    before = fields.Nested(ComparedItem)
    after = fields.Nested(ComparedItem)
    sha256 = fields.String()
    opens = fields.List(fields.String(), metadata={"description": "The capabilities that open."})
    closes = fields.List(fields.String(), metadata={"description": "The capabilities that close."})
    changes = fields.List(fields.Nested(ScopeChangeItem))
    clauses = fields.List(fields.Nested(ClauseChangeItem))


def difference_item(found: AgreementDifference) -> dict[str, Any]:
    """A difference in the shape of `DifferenceItem`."""
    opened, closed = opens(found.before.scope, found.after.scope)
    return {
        "before": found.before,
        "after": found.after,
        "sha256": found.sha256,
        "opens": opened,
        "closes": closed,
        "changes": found.to_plain()["changes"],
        "clauses": [
            {
                "key": clause.key,
                "number": clause.number,
                "title": clause.title,
                "kind": clause.kind,
                "lines": of_clause(clause),
            }
            for clause in found.changed_clauses
        ],
    }
