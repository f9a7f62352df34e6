"""Papers of a year: the row is what is owed, then the work of making it, and then the paper, an edition of it."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from service.platform.work.leases import Leased
from service.reporting.years.kinds import YearKind
from tenants.database import Model
from tenants.ownership import May, Owned
from tenants.personal import Data, Holds, nobodys
from tenants.reach import Office


class YearPaper(Owned, Leased, Model):
    """One paper of a municipality, of a year or a term. One that waits for its last month to be closed is owed and not ready.

    `about` is the number of the agreement where the paper is of one, and else empty. A municipality's people add the one that they ask for.
    """

    __tablename__ = "year_papers"
    __holds__ = Holds(asked_by=Data.DOER, **nobodys("kind", "about"))
    __others_may__: ClassVar = {Office.MUNICIPALITY: May(add=True)}
    __table_args__ = (
        Index("uq_year_papers_once", "municipality_code", "kind", "year", "about", "revision", unique=True),
        Index("ix_year_papers_year", "year", "municipality_code"),
        ForeignKeyConstraint(["municipality_code", "document_id"], ["documents.municipality_code", "documents.id"]),
        CheckConstraint(f"kind IN ({', '.join(repr(each.value) for each in YearKind)})", name="kind"),
        CheckConstraint("extract(day FROM first_month) = 1 AND extract(day FROM last_month) = 1", name="month"),
        CheckConstraint("about ~ '^([0-9]{4}-[0-9]{4}-[0-9]{4,6})?$'", name="about"),
        CheckConstraint("first_month <= last_month AND extract(year FROM last_month) = year", name="span"),
        CheckConstraint("(work_state = 'done') = (document_id IS NOT NULL)", name="done_has_paper"),
        CheckConstraint("document_id IS NULL OR ready_at IS NOT NULL", name="ready_before_paper"),
    )

    kind: Mapped[str]
    year: Mapped[int]  # that of its last month
    about: Mapped[str] = mapped_column(default="", server_default="")
    revision: Mapped[int]
    first_month: Mapped[dt.date]
    last_month: Mapped[dt.date]
    due_on: Mapped[dt.date]
    asked_at: Mapped[dt.datetime]
    asked_by: Mapped[UUID | None]  # null where the clock did
    ready_at: Mapped[dt.datetime | None]  # since when its last month is closed
    document_id: Mapped[UUID | None]
    issued_at: Mapped[dt.datetime | None]

    @property
    def status(self) -> str:
        """Awaited (its last month is not closed), waiting, issued or failed."""
        return (
            "awaited"
            if self.ready_at is None
            else {"due": "waiting", "done": "issued", "failed": "failed"}[self.work_state]
        )


# A municipality's people ask for a case, in their own name, and for nothing else.
STEPS = (
    """CREATE FUNCTION app.year_paper_step() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
       BEGIN
         IF app.office() = 'municipality' AND (NEW.kind <> 'case' OR NEW.document_id IS NOT NULL
              OR NEW.asked_by IS DISTINCT FROM app.person()) THEN
           RAISE insufficient_privilege USING MESSAGE = 'a municipality asks for a case, in its own person''s name';
         END IF;
         RETURN NEW;
       END $$""",
    "CREATE TRIGGER step BEFORE INSERT ON year_papers FOR EACH ROW EXECUTE FUNCTION app.year_paper_step()",
)
