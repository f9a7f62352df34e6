"""Activities and their sessions. People are counts, never rows."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, ForeignKeyConstraint, Index, Text, false
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from service.activity.activities.measures import FAMILIES, MEASURES, Measure
from service.activity.activities.rules import COUNTS, Counts
from tenants.database import Model
from tenants.ownership import National, OfNetwork, Owned
from tenants.personal import Data, Holds, nobodys


class Activity(Owned, Model):
    """Something that a group runs in a municipality."""

    __tablename__ = "activities"
    __holds__ = Holds(
        name=Data.FREE_TEXT,
        place=Data.FREE_TEXT,
        address=Data.FREE_TEXT,
        target_group=Data.FREE_TEXT,
        languages=Data.NOBODY,
        partners=Data.FREE_TEXT,
        public_id=Data.NOBODY,
    )
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="term"),
        CheckConstraint("seats BETWEEN 1 AND 5000", name="seats"),
        CheckConstraint("NOT public OR public_id IS NOT NULL", name="public_has_address"),
        Index("ix_activities_list", "municipality_code", "name", "id"),
        Index("uq_activities_type", "municipality_code", "id", "activity_type", unique=True),  # what parts refer to
        Index("ix_activities_group", "group_id"),
        # Not unique, as a unique key without the municipality would tell of a neighbour's row. It is random.
        Index("ix_activities_public", "public_id"),
    )

    activity_type: Mapped[str] = mapped_column(ForeignKey("activity_types.code"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("groups.id"))
    name: Mapped[str]
    place: Mapped[str]
    asks_women_men: Mapped[bool] = mapped_column(default=False, server_default=false())  # of the participants
    starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date | None]
    address: Mapped[str] = mapped_column(default="", server_default="")
    target_group: Mapped[str] = mapped_column(default="", server_default="")
    languages: Mapped[str] = mapped_column(default="", server_default="")
    partners: Mapped[str] = mapped_column(default="", server_default="")
    seats: Mapped[int | None]
    children_under_15: Mapped[bool] = mapped_column(default=False, server_default="false")
    public_id: Mapped[str | None]  # its address outside, given when it first becomes public: printed posters lead there
    public: Mapped[bool] = mapped_column(default=False, server_default="false")
    public_contact: Mapped[bool] = mapped_column(
        default=False, server_default="false"
    )  # the group's, as it publishes it
    changed_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]  # when its last day was decided, whatever day that is


class ActivitySchedule(Owned, Model):
    """When an activity meets from a day on, until the next row takes over: what was planned in a month that is over stays as it was."""

    __tablename__ = "activity_schedules"
    __holds__ = Holds(**nobodys("rule"))
    __table_args__ = (
        ForeignKeyConstraint(["municipality_code", "activity_id"], ["activities.municipality_code", "activities.id"]),
        Index("uq_activity_schedules_from", "municipality_code", "activity_id", "valid_from", unique=True),
        CheckConstraint("minutes BETWEEN 5 AND 1440", name="minutes"),
        CheckConstraint("length(rule) <= 200", name="rule"),
    )

    activity_id: Mapped[UUID]
    valid_from: Mapped[dt.date]
    rule: Mapped[str]  # RFC 5545 without an end, see `recurrence`; empty: on the extra days alone
    anchor: Mapped[
        dt.date
    ]  # where the counting of weeks or months began: every other week stays the same when the time changes
    starts: Mapped[dt.time | None]  # the clock on the wall in Denmark
    minutes: Mapped[int | None]
    without_holidays: Mapped[bool]
    without_breaks: Mapped[bool]
    extra: Mapped[list[dt.date]] = mapped_column(ARRAY(Date))
    left_out: Mapped[list[dt.date]] = mapped_column(ARRAY(Date))


class AlsoServes(National, Model):
    """That an activity serves another municipality than its own. Neither is told of the other; the group knows where it works."""

    __tablename__ = "also_serves"
    __holds__ = Holds()
    __by_link__ = True
    __table_args__ = (
        ForeignKeyConstraint(["municipality_code", "activity_id"], ["activities.municipality_code", "activities.id"]),
        CheckConstraint("serves <> municipality_code", name="another"),
    )

    municipality_code: Mapped[str] = mapped_column(primary_key=True)  # the activity's own
    activity_id: Mapped[UUID] = mapped_column(primary_key=True)
    serves: Mapped[str] = mapped_column(ForeignKey("municipalities.code"), primary_key=True)


def _within(measure: Measure) -> str:
    """What a measure may be, where it may be left open or counts some of others."""
    parts = FAMILIES.get(measure.part_of, ())
    whole = " + ".join(measure.part_of)
    if len(parts) < 2:
        return f"{measure.code} BETWEEN 0 AND {whole or measure.most}"
    return f"{' + '.join(map(_none_is_0, parts))} <= {whole} AND {' AND '.join(f'{each.code} >= 0' for each in parts)}"


def _none_is_0(measure: Measure) -> str:
    return f"coalesce({measure.code}, 0)" if measure.open else measure.code


RANGES = " AND ".join(
    f"{measure.code} BETWEEN 0 AND {measure.most}" for measure in MEASURES if not measure.open and not measure.part_of
)
WITHIN = " AND ".join(dict.fromkeys(_within(measure) for measure in MEASURES if measure.open or measure.part_of))
NOTHING = f"NOT cancelled OR {' + '.join(map(_none_is_0, sorted(MEASURES, key=lambda each: each.open)))} = 0"


class CountColumns:
    """The columns of what was counted, as `rules.Counts` has them."""

    cancelled: Mapped[bool] = mapped_column(default=False)
    volunteers: Mapped[int] = mapped_column(default=0)
    volunteer_minutes: Mapped[int] = mapped_column(default=0)  # the volunteers' time together
    adults: Mapped[int] = mapped_column(default=0)  # participants aged 15 and over
    children: Mapped[int] = mapped_column(default=0)
    women: Mapped[int | None]  # of the adults, where the activity asks
    men: Mapped[int | None]
    new_faces: Mapped[int] = mapped_column(default=0)  # participants who came for the first time
    active_matches: Mapped[int | None]  # of one-to-one activities, once a month
    new_matches: Mapped[int | None]
    ended_matches: Mapped[int | None]
    waiting: Mapped[int | None]

    @property
    def counts(self) -> Counts:
        """The counts as a value."""
        return Counts(**{name: getattr(self, name) for name in COUNTS})


class ActivitySession(Owned, CountColumns, Model):
    """One time an activity was held, or cancelled, whole.

    DRC's alone: from the whole and its own part a municipality could work out the others'. What it may know is in `SessionPart`.
    """

    __tablename__ = "sessions"
    __holds__ = Holds(cancelled_text=Data.FREE_TEXT, serves=Data.NOBODY, by_municipality=Data.NOBODY)
    __drc_only__ = True
    __table_args__ = (
        ForeignKeyConstraint(["municipality_code", "activity_id"], ["activities.municipality_code", "activities.id"]),
        Index("uq_sessions_day", "municipality_code", "activity_id", "held_on", unique=True),
        Index("ix_sessions_month", "municipality_code", "held_on", "id"),
        CheckConstraint(RANGES, name="counts"),
        CheckConstraint(WITHIN, name="within"),
        CheckConstraint(NOTHING, name="cancelled_counts_nothing"),
        CheckConstraint(
            "cancelled_why IN ('', 'volunteers', 'participants', 'premises', 'weather', 'holiday', 'other')", name="why"
        ),
        CheckConstraint("cancelled OR cancelled_why || cancelled_text = ''", name="why_of_cancelled"),
        CheckConstraint("minutes BETWEEN 1 AND 1440", name="minutes"),
    )

    activity_id: Mapped[UUID]
    held_on: Mapped[dt.date]
    cancelled_why: Mapped[str] = mapped_column(default="")  # empty: held, or nobody said
    cancelled_text: Mapped[str] = mapped_column(default="")
    minutes: Mapped[int | None]  # how long it lasted
    serves: Mapped[list[str]] = mapped_column(
        ARRAY(Text), default=list
    )  # the other municipalities it served, as it was then
    by_municipality: Mapped[dict[str, Any] | None]  # adults and children by municipality, where they were counted
    recorded_at: Mapped[dt.datetime]
    changed_at: Mapped[dt.datetime | None]

    @property
    def written_at(self) -> dt.datetime:
        """When it was last recorded as it is."""
        return self.changed_at or self.recorded_at


class SessionPart(OfNetwork, CountColumns, Model):
    """What a municipality has of one session: all of it, or its part where the session served several.

    Every figure comes from here. A part tells nothing of the others, not even whose they are; only the one at home, where the
    activity belongs, tells which activity it was.
    """

    __tablename__ = "session_parts"
    __holds__ = Holds(**nobodys("session_id"))
    __table_args__ = (
        # While anything is counted of an activity its type stays, also where both are written at once.
        ForeignKeyConstraint(
            ["municipality_code", "activity_id", "activity_type"],
            ["activities.municipality_code", "activities.id", "activities.activity_type"],
        ),
        Index("uq_session_parts_one", "municipality_code", "session_id", unique=True),
        Index("ix_session_parts_month", "municipality_code", "held_on", "session_id"),
        Index("ix_session_parts_session", "session_id"),
        CheckConstraint(RANGES, name="counts"),
        CheckConstraint(WITHIN, name="within"),
        CheckConstraint(NOTHING, name="cancelled_counts_nothing"),
        CheckConstraint("home = (activity_id IS NOT NULL)", name="home"),
    )

    session_id: Mapped[UUID]  # no foreign key: it would have to name the municipality that the session belongs to
    activity_id: Mapped[UUID | None]
    activity_type: Mapped[str] = mapped_column(ForeignKey("activity_types.code"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("groups.id"))
    held_on: Mapped[dt.date]
    home: Mapped[bool]  # national totals count the sessions of these parts
    shared: Mapped[bool]  # whether the session served other municipalities as well


class ClosedMonth(OfNetwork, Model):
    """What a municipality's month counted when its statement was made. It stays so; what comes later is told by `RetoldMonth`.

    Else the difference between two readings of a month would tell what a single session, or a type left out of them, counted.
    DRC's, as parts are: who changes a session must know which of the months that it counts in are closed, whoseever they are.
    """

    __tablename__ = "closed_months"
    __holds__ = Holds(**nobodys("counted", "included", "disclosed", "agreed"))
    __immutable__ = True
    __table_args__ = (
        Index("uq_closed_months_one", "municipality_code", "month", unique=True),
        CheckConstraint("extract(day FROM month) = 1", name="month"),
    )

    month: Mapped[dt.date]
    closed_at: Mapped[dt.datetime]
    counted: Mapped[list[Any]]  # rules.Held as plain values, one for each activity type
    included: Mapped[
        dict[str, Any] | None
    ]  # rules.Included as plain values; null where a version before it closed the month
    disclosed: Mapped[
        dict[str, Any] | None
    ]  # engine.Disclosed as plain values; null where a version before it closed the month
    agreed: Mapped[list[Any] | None]  # AgreedDays as plain values; null where an earlier version closed it


class RetoldMonth(OfNetwork, Model):
    """What is told of a closed month from a moment on, by `retelling`, as late entries have moved it. The newest holds."""

    __tablename__ = "retold_months"
    __holds__ = Holds(**nobodys("counted", "kept_back", "sessions"))
    __immutable__ = True
    __table_args__ = (
        Index("uq_retold_months_number", "municipality_code", "month", "number", unique=True),
        CheckConstraint("extract(day FROM month) = 1", name="month"),
        CheckConstraint("number >= 1", name="number"),
    )

    month: Mapped[dt.date]
    number: Mapped[int]  # 1, 2 ...; what the month counted when it was closed is 0
    told_at: Mapped[dt.datetime]
    entries: Mapped[int]  # late entries that its month had by then
    counted: Mapped[list[Any]]  # as of the closed month
    kept_back: Mapped[list[Any]]  # besides what the fixed rules keep back
    sessions: Mapped[list[Any] | None]  # picture.Alike as plain values; null where the month was closed without


class LateEntry(National, Model):
    """What a change made after a municipality's month was closed adds to what a type counts in it, or takes from it.

    DRC's alone: a municipality is told what `retelling` lets it be told. By whom says the office and the role, and no person.
    """

    __tablename__ = "late_entries"
    __holds__ = Holds(**nobodys("session_id", "differences"))
    __immutable__ = True
    __table_args__ = (
        Index("ix_late_entries_month", "municipality_code", "month", "id"),
        CheckConstraint("extract(day FROM month) = 1", name="month"),
        CheckConstraint("way IN ('reported', 'corrected')", name="way"),
        CheckConstraint("office IN ('drc', 'clock')", name="office"),
        CheckConstraint("role IN ('', 'secretariat', 'consultant')", name="role"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipalities.code"))
    month: Mapped[dt.date]
    activity_type: Mapped[str] = mapped_column(ForeignKey("activity_types.code"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("groups.id"))
    session_id: Mapped[UUID]  # no key: a session that was taken away has its entry too
    differences: Mapped[dict[str, Any]]  # by measure, as `lateness` has them; never 0
    way: Mapped[str]  # lateness.LateWay: through what
    office: Mapped[str]
    role: Mapped[str]  # of whoever used a page or a key; else empty
    at: Mapped[dt.datetime]
