"""Posters: the row is the work that is owed, and then the poster."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped

from service.platform.work.leases import Leased
from tenants.database import Model
from tenants.ownership import Owned
from tenants.personal import Holds


class Poster(Owned, Leased, Model):
    """A poster of an activity as it was when it was asked for. What has changed since asks for another."""

    __tablename__ = "posters"
    __holds__ = Holds()
    __table_args__ = (
        ForeignKeyConstraint(["municipality_code", "activity_id"], ["activities.municipality_code", "activities.id"]),
        ForeignKeyConstraint(["municipality_code", "document_id"], ["documents.municipality_code", "documents.id"]),
        CheckConstraint("(work_state = 'done') = (document_id IS NOT NULL)", name="done_has_paper"),
        Index("ix_posters_activity", "municipality_code", "activity_id", "asked_at"),
        # One is made at a time: asking twice gives one.
        Index(
            "uq_posters_due",
            "municipality_code",
            "activity_id",
            unique=True,
            postgresql_where="work_state = 'due'",
        ),
    )

    activity_id: Mapped[UUID]
    document_id: Mapped[UUID | None]
    asked_at: Mapped[dt.datetime]

    @property
    def status(self) -> str:
        """waiting, issued or failed."""
        return {"due": "waiting", "done": "issued", "failed": "failed"}[self.work_state]


# A public page is for anyone who has its address, before anyone's reach is known. The function is the owner's; it answers only for
# an activity that DRC has made public, and of people it tells no more than the contact that the group has agreed to publish.
PUBLISHED = (
    "CREATE POLICY published ON groups FOR SELECT TO CURRENT_USER USING (true)",
    "CREATE POLICY published ON group_contacts FOR SELECT TO CURRENT_USER USING (true)",
    """CREATE FUNCTION app.public_activity(address text)
       RETURNS TABLE (municipality_code text, activity_id uuid, group_name text, contact_name text, contact_phone text, contact_email text)
       LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
       SELECT a.municipality_code, a.id, coalesce(g.name, ''), coalesce(c.name, ''), coalesce(c.phone, ''), coalesce(c.email, '')
       FROM public.activities a LEFT JOIN public.groups g ON g.id = a.group_id
       LEFT JOIN public.group_contacts c ON c.group_id = a.group_id AND a.public_contact
       WHERE a.public_id = $1 AND a.public $$""",
    "REVOKE ALL ON FUNCTION app.public_activity(text) FROM PUBLIC",
)
