"""Links to one's own data, with what they show, and what their holders ask for.

Whoever holds a link reads no table of volunteers: what it shows is gathered before it is mailed, and a function of the owner's hands
out that one copy to whoever shows the secret.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from service.platform.work.leases import Leased
from tenants.database import Model, uuid7
from tenants.ownership import National
from tenants.personal import Data, Holds


class OwnDataLink(National, Leased, Model):
    """A link to what is kept of a volunteer that was, or is to be, mailed. The row is itself the mail that is owed.

    Somebody at the door knows an address alone, and the same is written whether or not a volunteer has it: whose it is, the work finds out.
    """

    __tablename__ = "own_data_links"
    __holds__ = Holds(Data.OWN_DATA, token_hash=Data.SECRET, asked_by=Data.DOER)
    __most_attempts__ = 12  # as a notice
    __table_args__ = (
        Index("uq_own_data_links_token", "token_hash", unique=True),
        Index("ix_own_data_links_volunteer", "volunteer_id"),
        Index("ix_own_data_links_due", "due_from", postgresql_where=text("work_state = 'due'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    email: Mapped[str]  # where it goes; empty once it is sent
    volunteer_id: Mapped[UUID | None] = mapped_column(ForeignKey("volunteers.id"))
    asked_at: Mapped[dt.datetime]
    asked_by: Mapped[UUID | None]  # DRC's person; none where the volunteer has asked
    token_hash: Mapped[bytes | None]
    facts: Mapped[dict[str, Any]] = mapped_column(server_default="{}", default=dict)  # what the page shows
    package: Mapped[bytes | None] = mapped_column(deferred=True)  # the same as a ZIP
    sent_at: Mapped[dt.datetime | None]


class OwnDataWish(National, Model):
    """What a volunteer has asked DRC to do about their data."""

    __tablename__ = "own_data_wishes"
    __holds__ = Holds(Data.OWN_DATA, settled_by=Data.DOER)
    __table_args__ = (
        CheckConstraint("kind IN ('correct', 'stop', 'forget')", name="kind"),
        Index("ix_own_data_wishes_volunteer", "volunteer_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    volunteer_id: Mapped[UUID] = mapped_column(ForeignKey("volunteers.id"))
    kind: Mapped[str]
    words: Mapped[str]  # what is to be corrected, in the volunteer's own words
    asked_at: Mapped[dt.datetime]
    settled_at: Mapped[dt.datetime | None]
    settled_by: Mapped[UUID | None]


# Under FORCE the owner is held by the wall too, so the functions step inside with policies of their own. Whoever shows the secret of a
# link that was sent, and that is young enough, holds it, whatever office asks.
FUNCTIONS = (
    "CREATE POLICY by_secret ON own_data_links FOR ALL TO CURRENT_USER USING (true) WITH CHECK (true)",
    "CREATE POLICY by_secret ON own_data_wishes FOR ALL TO CURRENT_USER USING (true) WITH CHECK (true)",
    """CREATE FUNCTION app.ask_for_own_data(address text) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER
       SET search_path = pg_catalog AS $$
       DECLARE
         made CONSTANT uuid := gen_random_uuid();
       BEGIN
         IF app.office() IS DISTINCT FROM 'door' THEN
           RAISE insufficient_privilege USING MESSAGE = 'a volunteer asks for their own data at the door';
         END IF;
         INSERT INTO public.own_data_links (id, email, asked_at, due_from) VALUES (made, address, now(), now());
         RETURN made;
       END $$""",
    """CREATE FUNCTION app.own_data(secret bytea) RETURNS TABLE (id uuid, asked_at timestamptz, facts jsonb, package bytea)
       LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
       BEGIN
         RETURN QUERY SELECT l.id, l.asked_at, l.facts, l.package FROM public.own_data_links l
         WHERE l.token_hash = sha256(secret) AND l.sent_at IS NOT NULL AND l.asked_at > now() - interval '7 days';
       END $$""",
    # The same wish twice, while the first waits, is one.
    """CREATE FUNCTION app.wish_about_own_data(secret bytea, kind text, words text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
       SET search_path = pg_catalog AS $$
       DECLARE
         whose uuid;
       BEGIN
         SELECT l.volunteer_id INTO whose FROM public.own_data_links l JOIN app.own_data(secret) found ON found.id = l.id FOR UPDATE OF l;
         IF whose IS NULL THEN
           RETURN false;
         END IF;
         INSERT INTO public.own_data_wishes (id, volunteer_id, kind, words, asked_at)
         SELECT gen_random_uuid(), whose, $2, $3, now()
         WHERE NOT EXISTS (SELECT FROM public.own_data_wishes w WHERE w.volunteer_id = whose AND w.settled_at IS NULL
                           AND w.kind = $2 AND w.words = $3)
           AND (SELECT count(*) FROM public.own_data_wishes w WHERE w.volunteer_id = whose AND w.settled_at IS NULL) < 20;
         RETURN true;
       END $$""",
    "REVOKE ALL ON FUNCTION app.ask_for_own_data(text), app.own_data(bytea), app.wish_about_own_data(bytea, text, text) FROM PUBLIC",
)
