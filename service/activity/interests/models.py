"""What people who would like to join have told. Until they have confirmed it by the mailed link it is nobody's yet, and soon forgotten."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from service.platform.work.leases import Leased
from tenants.database import Model, uuid7
from tenants.ownership import National
from tenants.personal import Data, Holds, nobodys


class Interest(National, Leased, Model):
    """That somebody would like to join. The row is itself the mail that is owed: the one with the link that confirms it."""

    __tablename__ = "interests"
    __holds__ = Holds(
        Data.INTEREST,
        token_hash=Data.SECRET,
        answered_by=Data.DOER,
        volunteer_id=Data.VOLUNTEER,
        **nobodys("themes", "weekdays", "language", "consent"),
    )
    __most_attempts__ = 12  # as a notice
    __table_args__ = (
        CheckConstraint("language IN ('da', 'en')", name="language"),
        CheckConstraint(
            "confirmed_at IS NOT NULL OR volunteer_id IS NULL AND answered_at IS NULL", name="confirmed_first"
        ),
        Index("uq_interests_token", "token_hash", unique=True),
        Index("ix_interests_municipality", "municipality_code", "asked_at", "id"),
        Index("ix_interests_volunteer", "volunteer_id"),
        Index("ix_interests_due", "due_from", postgresql_where=text("work_state = 'due'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipalities.code"))  # where one would like to help
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("groups.id"))  # which one asked for, where one did
    name: Mapped[str]
    email: Mapped[str]
    phone: Mapped[str]
    themes: Mapped[list[str]] = mapped_column(ARRAY(Text))  # what one would like to do: codes of activity types
    weekdays: Mapped[list[str]] = mapped_column(ARRAY(Text))  # when one can: MO, TU ...
    language: Mapped[str]  # that the form was in, and that one is written to in
    consent: Mapped[str]  # the words that were said yes to
    asked_at: Mapped[dt.datetime]
    token_hash: Mapped[bytes | None]
    sent_at: Mapped[dt.datetime | None]
    confirmed_at: Mapped[dt.datetime | None]
    volunteer_id: Mapped[UUID | None] = mapped_column(ForeignKey("volunteers.id"))
    taken_in_at: Mapped[dt.datetime | None]  # when a volunteer came of it
    answered_at: Mapped[dt.datetime | None]
    answered_by: Mapped[UUID | None]
    withdrawn_at: Mapped[dt.datetime | None]
    let_go_at: Mapped[dt.datetime | None]  # when that was noted of the volunteer


# A stranger adds a row and reads none; whoever shows the secret of a link that was mailed reads that one, confirms it or takes it back.
FUNCTIONS = (
    "CREATE POLICY by_secret ON interests FOR ALL TO CURRENT_USER USING (true) WITH CHECK (true)",
    """CREATE FUNCTION app.note_interest(told jsonb) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
       DECLARE
         made CONSTANT uuid := gen_random_uuid();
       BEGIN
         IF app.office() IS DISTINCT FROM 'door' THEN
           RAISE insufficient_privilege USING MESSAGE = 'who would like to join says so at the door';
         END IF;
         IF (SELECT count(*) FROM public.interests i WHERE i.email = told->>'email' AND i.confirmed_at IS NULL) >= 5 THEN
           RETURN NULL;
         END IF;
         INSERT INTO public.interests (id, municipality_code, group_id, name, email, phone, themes, weekdays, language, consent,
                                       asked_at, due_from)
         SELECT made, told->>'municipality_code', p.group_id, told->>'name', told->>'email', told->>'phone',
                ARRAY(SELECT jsonb_array_elements_text(told->'themes')), ARRAY(SELECT jsonb_array_elements_text(told->'weekdays')),
                told->>'language', told->>'consent', now(), now()
         FROM (SELECT 1) one LEFT JOIN (
           public.public_groups p JOIN public.groups g ON g.id = p.group_id AND g.status IN ('forming', 'active')
         ) ON p.public_id = told->>'group' AND p.shown;
         RETURN made;
       END $$""",
    """CREATE FUNCTION app.interest(secret bytea) RETURNS TABLE (id uuid, municipality_code text, group_name text, name text, email text,
         phone text, themes text[], weekdays text[], consent text, confirmed boolean, answered boolean, withdrawn boolean)
       LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
       SELECT i.id, i.municipality_code, coalesce(g.name, ''), i.name, i.email, i.phone, i.themes, i.weekdays, i.consent,
              i.confirmed_at IS NOT NULL, i.answered_at IS NOT NULL, i.withdrawn_at IS NOT NULL
       FROM public.interests i LEFT JOIN public.groups g ON g.id = i.group_id
       WHERE i.token_hash = sha256($1) AND i.sent_at IS NOT NULL
         AND CASE WHEN i.confirmed_at IS NULL THEN i.sent_at > now() - interval '2 days'
                  ELSE i.asked_at > now() - interval '365 days' END $$""",
    """CREATE FUNCTION app.settle_interest(secret bytea, deed text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
       SET search_path = pg_catalog AS $$
       BEGIN
         UPDATE public.interests i
         SET confirmed_at = coalesce(i.confirmed_at, CASE WHEN deed = 'confirm' THEN now() END),
             withdrawn_at = CASE WHEN deed = 'withdraw' THEN coalesce(i.withdrawn_at, now()) END,
             -- who would like to after all waits for an answer as one who is new
             answered_at = CASE WHEN i.withdrawn_at IS NULL OR deed = 'withdraw' THEN i.answered_at END,
             answered_by = CASE WHEN i.withdrawn_at IS NULL OR deed = 'withdraw' THEN i.answered_by END,
             taken_in_at = CASE WHEN i.withdrawn_at IS NULL OR deed = 'withdraw' THEN i.taken_in_at END,
             let_go_at = CASE WHEN deed = 'withdraw' THEN i.let_go_at END
         WHERE deed IN ('confirm', 'withdraw') AND i.id = (SELECT found.id FROM app.interest(secret) found);
         RETURN FOUND;
       END $$""",
    "REVOKE ALL ON FUNCTION app.note_interest(jsonb) FROM PUBLIC",
    "REVOKE ALL ON FUNCTION app.interest(bytea) FROM PUBLIC",
    "REVOKE ALL ON FUNCTION app.settle_interest(bytea, text) FROM PUBLIC",
)
