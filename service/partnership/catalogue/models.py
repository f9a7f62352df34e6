"""The catalogue: activity types, and texts in versions."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Model
from tenants.ownership import Common, National
from tenants.personal import Data, Holds, nobodys


class ActivityType(Common, Model):
    """A kind of activity and its side of the boundary between voluntary work and public duties."""

    __tablename__ = "activity_types"
    __holds__ = Holds(
        **nobodys(
            "code",
            "da",
            "en",
            "also_da",
            "counting",
            "outcomes",
            "distinction",
            "reason",
            "reason_en",
            "note_da",
            "note_en",
            "sort_key",
        )
    )
    __table_args__ = (
        CheckConstraint("side IN ('voluntary', 'borderline', 'statutory')", name="side"),
        CheckConstraint("children_under_15 IN ('yes', 'no', 'maybe')", name="children_under_15"),
        CheckConstraint("side <> 'borderline' OR distinction <> ''", name="borderline_has_distinction"),
        CheckConstraint("side <> 'statutory' OR reason <> ''", name="statutory_has_reason"),
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    da: Mapped[str]
    en: Mapped[str]
    also_da: Mapped[str]  # other names met in practice
    side: Mapped[str]
    children_under_15: Mapped[str]  # yes, no or maybe: are children under 15 met
    counting: Mapped[str]  # what is counted: attendance, matches, assignments, ...
    outcomes: Mapped[list[Any]]  # codes of the effects it works for
    distinction: Mapped[str]  # borderline: a proposal for the written distinction
    reason: Mapped[str]  # statutory: why it cannot be agreed, and what can
    reason_en: Mapped[str]
    note_da: Mapped[str]  # why it lies on that side
    note_en: Mapped[str]
    sort_key: Mapped[str]


class TextVersion(Common, Model):
    """A version of the clauses of a kind of agreement, or of the principles. Never changed once it is there."""

    __tablename__ = "text_versions"
    __holds__ = Holds(made_by=Data.DOER, **nobodys("kind", "content"))
    __immutable__ = True

    kind: Mapped[str] = mapped_column(primary_key=True)  # partnership, cooperation or principles
    version: Mapped[int] = mapped_column(primary_key=True)
    effective_from: Mapped[dt.date]
    content: Mapped[dict[str, Any]]
    made_by: Mapped[UUID | None]  # who put it in use on the pages; None where it came with the files


class TextDraft(National, Model):
    """The version of a text that DRC's secretariat is writing: of each kind one at a time."""

    __tablename__ = "text_drafts"
    __holds__ = Holds(changed_by=Data.DOER, **nobodys("kind", "content"))
    __table_args__ = (CheckConstraint("kind IN ('partnership', 'cooperation', 'principles')", name="kind"),)

    kind: Mapped[str] = mapped_column(primary_key=True)
    based_on: Mapped[int]  # the version that it began from
    content: Mapped[dict[str, Any]]
    changed_by: Mapped[UUID]
    changed_at: Mapped[dt.datetime]
