"""Duties with their dates. What holds throughout the term has none and is read from the scope."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Model
from tenants.ownership import May, Owned
from tenants.personal import Data, Holds
from tenants.reach import Office


class OwedDuty(Owned, Model):
    """One time that something which the agreement promises is due, and that it was done."""

    __tablename__ = "duties"
    __holds__ = Holds(title=Data.FREE_TEXT, done_by=Data.DOER, remark=Data.FREE_TEXT)
    __others_may__: ClassVar = {Office.MUNICIPALITY: May(change=("done_on", "done_party", "done_by", "remark"))}
    __table_args__ = (
        ForeignKeyConstraint(["municipality_code", "agreement_id"], ["agreements.municipality_code", "agreements.id"]),
        # However often the list is brought up to date, nothing stands in it twice.
        Index("uq_duties_once", "municipality_code", "agreement_id", "side", "title", "due_on", unique=True),
        Index("ix_duties_list", "municipality_code", "due_on", "id"),
        CheckConstraint("side IN ('municipality', 'drc', 'both')", name="side"),
        CheckConstraint("kind IN ('written', 'meeting', 'evaluation')", name="kind"),
        CheckConstraint("done_party IN ('municipality', 'drc')", name="done_party"),
        CheckConstraint("num_nonnulls(done_on, done_party, done_by) IN (0, 3)", name="done"),
        CheckConstraint("done_on IS NOT NULL OR remark = ''", name="remark"),
    )

    agreement_id: Mapped[UUID]
    side: Mapped[str]
    kind: Mapped[str]
    title: Mapped[str]  # as the agreement has it, in Danish
    due_on: Mapped[dt.date]
    done_on: Mapped[dt.date | None]  # as said by the one who marked it
    done_party: Mapped[str | None]
    done_by: Mapped[UUID | None]
    remark: Mapped[str] = mapped_column(server_default="")


class DutyList(Owned, Model):
    """How far ahead an agreement's duties have been put in the list."""

    __tablename__ = "duty_lists"
    __holds__ = Holds()
    __table_args__ = (
        ForeignKeyConstraint(["municipality_code", "agreement_id"], ["agreements.municipality_code", "agreements.id"]),
        Index("uq_duty_lists_once", "municipality_code", "agreement_id", unique=True),
    )

    agreement_id: Mapped[UUID]
    made_to: Mapped[dt.date]  # the first day that the list does not reach


# A municipality's people mark what is theirs to do, in their own name: what DRC has marked they neither make nor take back.
STEPS = (
    """CREATE FUNCTION app.duty_step() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
       BEGIN
         IF app.office() = 'municipality' AND NEW IS DISTINCT FROM OLD AND (OLD.side = 'drc' OR OLD.done_party = 'drc'
              OR NEW.done_party = 'drc' OR NEW.done_by <> app.person()) THEN
           RAISE insufficient_privilege USING MESSAGE = 'a municipality marks its own duties, in its own name';
         END IF;
         RETURN NEW;
       END $$""",
    "CREATE TRIGGER step BEFORE UPDATE ON duties FOR EACH ROW EXECUTE FUNCTION app.duty_step()",
)
