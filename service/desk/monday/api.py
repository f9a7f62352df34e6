"""The Monday list, for DRC."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from marshmallow import fields

from service.desk.monday import queries
from service.platform.feature import features
from service.platform.lines import Line, LineGroup
from service.platform.web.api import Code, Item, ListQuery, listed, pages_of, resource, within
from service.platform.web.fields import Choice
from service.platform.web.identity import me
from service.platform.web.permits import permit
from tenants.calendar import day_of
from tenants.database import now

bp = resource("monday-lines", __name__, "What needs DRC's people, kind by kind: the Monday list.")


class _Kinds(Collection[str]):
    """The kinds of lines that the features give, looked up when they are asked for."""

    def __contains__(self, kind: object) -> bool:
        return kind in features().lines

    def __iter__(self) -> Iterator[str]:
        return iter(features().lines)

    def __len__(self) -> int:
        return len(features().lines)


class MondayLineQuery(ListQuery):
    """What the Monday list is asked with."""

    kind = Choice(_Kinds(), required=False)
    municipality_code = Code(required=False)


class MondayLineItem(Item):
    """A line: since when or by when, and what it is about. `group` is what the page shows it under."""

    id = fields.String()
    municipality_code = fields.String()
    kind = Choice(_Kinds())
    group = fields.String(metadata={"enum": list(LineGroup)})
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
    every = features().lines
    sources = [every[asked["kind"]]] if asked["kind"] else every.values()
    page = queries.lines(sources, [code] if code else me().codes, day_of(now()), asked["cursor"], asked["limit"])
    return listed([_item(line) for line in page.items], page.cursor, asked["limit"])


def _item(line: Line) -> dict[str, Any]:
    return {
        "id": f"{line.kind}:{line.municipality_code}:{line.subject}",
        "municipality_code": line.municipality_code,
        "kind": line.kind,
        "group": features().lines[line.kind].group,
        "day": line.day,
        "subject": line.subject,
        "note": line.note,
    }
