"""Sessions in files: what was held before it was recorded here."""

from __future__ import annotations

import datetime as dt
import difflib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any, ClassVar
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Select

from service.activity.activities import bulk, faults, queries
from service.activity.activities.fields import CAME_FROM, FIELDS, KEPT, OF_A_CANCELLATION
from service.activity.activities.measures import MEASURES, Divided, Measure
from service.activity.activities.models import Activity
from service.activity.activities.rules import COUNTS, from_each, whole
from service.activity.activities.schemas import AllCounts
from service.activity.activities.texts import WHY_DA
from service.exchange.records.columns import Choices, Options
from service.exchange.records.kinds.base import Bulk, Found, Json, Judged, Limits, RecordKind
from service.platform.web.declared import Column, Shape, Way, columns, fields_of
from service.platform.web.fields import Strict
from service.platform.web.search import fold
from tenants import register
from tenants.reach import present

WHYS = Choices(WHY_DA)


class SessionRow(AllCounts, Strict):
    """A session as a row of a file."""

    locals().update(fields_of(FIELDS, Way.FILE))
    by_municipality = CAME_FROM.reads


def _column(measure: Measure) -> Column:
    """The column of a measure."""
    told = measure.column
    shape = Shape.HOURS if told.as_hours else Shape.NUMBER
    return Column(measure.code, told.heading, shape, also=told.also, hint=told.hint, example=told.example)


class Sessions(RecordKind):
    """Sessions. A row is about the session of its activity on its day."""

    code = "sessions"
    bulk: ClassVar[Bulk] = bulk
    schema = SessionRow
    titles = ("activity", "held_on")
    limits = frozenset({"municipality_code", "first", "last"})
    columns: ClassVar[tuple[Column, ...]] = (
        *columns(FIELDS),
        *(_column(each) for each in MEASURES if each.divided is not Divided.AS_PEOPLE),
        CAME_FROM.column,
        *(_column(each) for each in MEASURES if each.divided is Divided.AS_PEOPLE),
    )
    told: ClassVar[tuple[Column, ...]] = (
        Column("serves", "Delt med", Shape.CHOICES, options="municipalities"),
        Column("own_participants", "Egen del: fremmøder", Shape.NUMBER),
        Column("own_volunteers", "Egen del: frivilliges fremmøder", Shape.NUMBER),
        Column("own_volunteer_minutes", "Egen del: frivilligtimer", Shape.HOURS),
    )

    def options(self) -> Options:
        """Municipalities by name, and why a session was cancelled."""
        return {
            "municipalities": Choices({row.code: row.name for row in register.municipalities()}),
            "whys": WHYS,
        }

    def judge(self, rows: Sequence[Judged], options: Options) -> None:
        """First which activity each row is of; the rest as for every kind."""
        readable = [row for row in rows if not row.problems]
        for row in readable:
            for name in ("municipality_code", "activity", "held_on"):
                if name not in row.values:
                    row.refuse(name, _("The file has no such column, and a new one needs it."))
        readable = [row for row in readable if not row.problems]
        known: dict[str, dict[str, list[Activity]]] = defaultdict(lambda: defaultdict(list))
        for each in bulk.activities({row.values["municipality_code"] for row in readable}):
            known[each.municipality_code][fold(each.name)].append(each)
        for row in readable:
            code = row.values["municipality_code"]
            if code not in present().codes:
                row.refuse("municipality_code", _("The municipality is not in your territory."))
                continue
            fits = _fitting(known[code].get(fold(row.values["activity"]), []), row.values.get("place", ""))
            if len(fits) != 1:
                row.refuse(*_no_activity(fits, known[code].values(), row.values["activity"]))
                continue
            row.values["activity_id"] = str(fits[0].id)
        super().judge(rows, options)

    def find(self, values: Sequence[Json]) -> list[Found | None]:
        """The session of the activity on the day."""
        days = [(UUID(row["activity_id"]), dt.date.fromisoformat(row["held_on"])) for row in values]
        found = bulk.of_days(days)
        return [Found(found[day]) if day in found else None for day in days]

    def merged(self, values: Json, before: Json, options: Options) -> Json:
        """The session whole: what the row says over what was."""
        given = {name: before.get(name) for name in COUNTS} | {name: values[name] for name in COUNTS if name in values}
        counted = values.get("by_municipality")
        from_file = {} if counted is None else from_each(counted)
        minutes = values.get("minutes", before.get("minutes"))
        cancelled = values.get("cancelled", before.get("cancelled", False))
        return {
            **asdict(whole(given, minutes, from_file)),
            **{name: values[name] for name in ("municipality_code", "activity_id", "held_on")},
            "minutes": minutes,
            "cancelled": cancelled,
            # Where a session was not cancelled after all, what was said of that goes with it.
            **{name: values.get(name, before.get(name) if cancelled else "") or "" for name in OF_A_CANCELLATION},
            "serves": before.get("serves", []),
            "by_municipality": before.get("by_municipality") if counted is None else from_file or None,
        }

    def comparable(self, before: Json) -> Json:
        """A session without the moments it was recorded and changed at."""
        return {name: value for name, value in before.items() if name not in ("recorded_at", "changed_at")}

    def around(self, rows: Sequence[tuple[Json, Json]], *, lock: bool = False) -> Any:
        """Whom the activities serve besides, and they themselves by id."""
        activities = bulk.activities({given["municipality_code"] for given, _was in rows})
        return queries.all_serve(activities), {str(row.id): row for row in activities}

    def faults(self, given: Json, before: Json, around: Any) -> Iterator[tuple[str, str]]:
        """What is wrong with a session, by the rules that hold whoever tells it."""
        served, activities = around
        serves = before["serves"] if before else served[UUID(given["activity_id"])]
        for name, messages in faults.of_session(given, activities[given["activity_id"]], serves).items():
            yield name, messages[0]

    def key(self, given: Json, target_id: UUID | None) -> str:
        """Activity and day."""
        return f"{given['activity_id']}:{given['held_on']}"

    def listing(self, asked: Limits) -> Select[Any]:
        """The sessions within reach."""
        return bulk.listing(asked.municipality_code, asked.first, asked.last)

    def exported(self, listing: Select[Any]) -> Iterator[Json]:
        """The sessions with the names of their activities."""
        for _key, row in bulk.all_told(listing):
            yield {**row, "activity": row["name"]}

    def by_column(self, state: Json) -> Json:
        """A session by columns, without its activity's name."""
        return {
            name: state[name]
            for name in (
                *("municipality_code", *KEPT, *COUNTS),
                CAME_FROM.name,
            )
        }

    def note(self, made: Sequence[Json]) -> dict[str, int]:
        """Sessions are the municipalities' own: each one's ledger tells how many came."""
        return dict(Counter(row["municipality_code"] for row in made))


def _fitting(named: Sequence[Activity], place: str) -> Sequence[Activity]:
    """Of the activities of a name, where a place is told and fits, the ones there."""
    there = [each for each in named if fold(each.place) == fold(place)]
    return there if place and there else named


def _no_activity(fits: Sequence[Activity], known: Iterable[Sequence[Activity]], name: str) -> tuple[str, str]:
    """Why a row's activity is not found, with what may have been meant."""
    if fits:
        return "place", _("Several activities have this name. Write the place as well.")
    near = difflib.get_close_matches(name, [each.name for same in known for each in same], 1, 0.6)
    if near:
        return "activity", _("The municipality has no activity of this name. Is it “%(name)s”?", name=near[0])
    return "activity", _("The municipality has no activity of this name. Create it first.")
