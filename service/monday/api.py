"""The Monday list, for DRC."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from service.monday import queries
from service.monday.givers import BY_KIND, GIVERS
from service.monday.rules import Group, Line
from service.web.api import Code, Item, ListQuery, listed, pages_of, resource, within
from service.web.fields import Choice
from service.web.identity import me
from service.web.permits import permit
from tenants.calendar import day_of
from tenants.database import now

bp = resource("monday-lines", __name__, "What needs DRC's people, kind by kind: the Monday list.")


class MondayLineQuery(ListQuery):
    """What the Monday list is asked with."""

    kind = Choice(frozenset(BY_KIND), required=False)
    municipality_code = Code(required=False)


class MondayLineItem(Item):
    """A line: since when or by when, and what it is about. `group` is what the page shows it under."""

    id = fields.String()
    municipality_code = fields.String()
    kind = fields.String(metadata={"enum": sorted(BY_KIND)})
    group = fields.String(metadata={"enum": list(Group)})
    day = fields.Date()
    subject = fields.String(metadata={"description": "The id or name of what it is about."})
    note = fields.String()


@bp.get("/monday-lines")
@permit.drc
@bp.arguments(MondayLineQuery, location="query")
@bp.response(200, pages_of(MondayLineItem))
def lines(asked: dict[str, Any]) -> Any:
    """List the lines within reach, or those of one kind, by day."""
    code = within(asked["municipality_code"])
    givers = [BY_KIND[asked["kind"]]] if asked["kind"] else GIVERS
    page = queries.lines(givers, [code] if code else me().codes, day_of(now()), asked["cursor"], asked["limit"])
    return listed([_item(line) for line in page.items], page.cursor, asked["limit"])


def _item(line: Line) -> dict[str, Any]:
    return {
        "id": f"{line.kind}:{line.municipality_code}:{line.subject}",
        "municipality_code": line.municipality_code,
        "kind": line.kind,
        "group": BY_KIND[line.kind].group,
        "day": line.day,
        "subject": line.subject,
        "note": line.note,
    }
