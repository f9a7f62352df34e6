"""Check-ins: a group's month in a municipality, and a line for each session that it tells of.

A municipality's own people see none of it: a line counts a single session, whole. Whoever holds the mailed link does, and writes
here and nowhere else; unattended work then records the sessions as anybody would.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from service.platform.work.leases import Leased
from tenants.database import Model
from tenants.ownership import May, Owned
from tenants.personal import Data, Holds, nobodys
from tenants.reach import Office


class CheckIn(Owned, Leased, Model):
    """What a group is asked to tell of a month in a municipality. The work is to record what was sent; until then there is none."""

    __tablename__ = "checkins"
    __holds__ = Holds(
        group_name=Data.FREE_TEXT,
        draft=Data.FREE_TEXT,
        answered_by=Data.DOER,
        story=Data.FREE_TEXT,
        **nobodys("story_print_words"),
    )
    __others_may__: ClassVar = {
        Office.LINK: May(
            change=(
                *("draft", "saved_at", "answered_at", "answered_by", "story", "story_consent_at"),
                *("story_print_at", "story_print_words"),
                *(
                    "work_state",
                    "attempts",
                    "due_from",
                    "lease_token",
                    "lease_until",
                    "fault",
                ),  # its recording is due again
            )
        )
    }
    __by_link__ = True
    __table_args__ = (
        Index("uq_checkins_once", "municipality_code", "month", "group_id", unique=True),
        Index("ix_checkins_due", "due_from", postgresql_where=text("work_state = 'due'")),
        CheckConstraint("extract(day FROM month) = 1", name="month"),
        CheckConstraint("(story = '') = (story_consent_at IS NULL)", name="story_consented"),
    )

    group_id: Mapped[UUID] = mapped_column(ForeignKey("groups.id"))
    group_name: Mapped[str]  # as it was: whoever holds the link sees no group by itself
    month: Mapped[dt.date]
    asked_at: Mapped[dt.datetime]
    reminders: Mapped[int] = mapped_column(default=0)  # how many have been mailed
    draft: Mapped[dict[str, Any]] = mapped_column(default=dict)  # what is typed and not sent, by the form's names
    saved_at: Mapped[dt.datetime | None]
    answered_at: Mapped[dt.datetime | None]  # sent, the last time
    answered_by: Mapped[UUID | None]  # DRC's person who filled it in by phone
    story: Mapped[str] = mapped_column(default="")
    story_consent_at: Mapped[dt.datetime | None]  # to this text: a new one is consented to anew
    # That it may be printed as well counts where it was said of the same text: at the same moment. The version before this knows nothing
    # of it, and takes it away with each answer. The words are those that were ticked.
    story_print_at: Mapped[dt.datetime | None]
    story_print_words: Mapped[str] = mapped_column(default="", server_default="")


class CheckInLine(Owned, Model):
    """One session that the group is asked about, or has added: what was sent of it, and the session that was recorded by it."""

    __tablename__ = "checkin_lines"
    __holds__ = Holds(before=Data.NOBODY, answer=Data.FREE_TEXT, session_id=Data.NOBODY)
    __others_may__: ClassVar = {Office.LINK: May(add=True, change=("answer",))}
    __by_link__ = True
    __table_args__ = (
        ForeignKeyConstraint(["municipality_code", "checkin_id"], ["checkins.municipality_code", "checkins.id"]),
        ForeignKeyConstraint(["municipality_code", "activity_id"], ["activities.municipality_code", "activities.id"]),
        Index("uq_checkin_lines_day", "municipality_code", "checkin_id", "activity_id", "held_on", unique=True),
        CheckConstraint("minutes BETWEEN 1 AND 1440", name="minutes"),
    )

    checkin_id: Mapped[UUID]
    activity_id: Mapped[UUID]
    held_on: Mapped[dt.date]
    minutes: Mapped[int | None]  # how long it is planned to last
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)  # the numbers of the month before, to be taken over
    answer: Mapped[dict[str, Any]] = mapped_column(
        default=dict
    )  # what was sent, as `schemas.LineFields` loads it, blanks left out
    session_id: Mapped[UUID | None]
