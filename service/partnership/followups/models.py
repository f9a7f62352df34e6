"""What DRC has told of earmarks and targets: each time a row, and the newest of the same holds."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Model
from tenants.ownership import Owned
from tenants.personal import Data, Holds


class FollowUp(Owned, Model):
    """One number that DRC has told of an earmark or a target. A mistake is mended by telling anew."""

    __tablename__ = "follow_ups"
    __holds__ = Holds(name=Data.FREE_TEXT, words=Data.FREE_TEXT, told_by=Data.DOER)
    __table_args__ = (
        CheckConstraint("kind IN ('earmark', 'target')", name="kind"),
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint("kind = 'earmark' OR amount = 0 OR amount >= 5", name="few"),
        Index("ix_follow_ups_newest", "municipality_code", "kind", "name", "year", "told_at", "id"),
    )

    kind: Mapped[str]
    name: Mapped[str]  # an earmark's purpose as the agreement has it, or a target's measure
    year: Mapped[int]
    amount: Mapped[int] = mapped_column(BigInteger)  # øre used by the day, or the number reached
    as_of: Mapped[dt.date]
    words: Mapped[str]  # where the number is from
    told_by: Mapped[UUID]
    told_at: Mapped[dt.datetime]


# What was told stays as it was told: only its words can be taken out, where they tell of somebody.
STEPS = (
    """CREATE FUNCTION app.follow_up_step() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
       BEGIN
         IF app.office() IN ('drc', 'municipality') AND (TG_OP = 'DELETE' OR
              (NEW.municipality_code, NEW.id, NEW.kind, NEW.name, NEW.year, NEW.amount, NEW.as_of, NEW.told_by, NEW.told_at)
              IS DISTINCT FROM
              (OLD.municipality_code, OLD.id, OLD.kind, OLD.name, OLD.year, OLD.amount, OLD.as_of, OLD.told_by, OLD.told_at)) THEN
           RAISE insufficient_privilege USING MESSAGE = 'what was told is mended by telling anew';
         END IF;
         RETURN COALESCE(NEW, OLD);
       END $$""",
    "CREATE TRIGGER step BEFORE UPDATE OR DELETE ON follow_ups FOR EACH ROW EXECUTE FUNCTION app.follow_up_step()",
)
