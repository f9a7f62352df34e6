"""Which groups anyone can find, and the one way in which they are read by who is nobody here."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Model
from tenants.ownership import National
from tenants.personal import Data, Holds


class PublicGroup(National, Model):
    """What a group has agreed to show everybody. The address stays, whether it is shown just now or not."""

    __tablename__ = "public_groups"
    __holds__ = Holds(public_id=Data.NOBODY, about=Data.FREE_TEXT)
    __table_args__ = (
        CheckConstraint("NOT shown OR agreed_on IS NOT NULL", name="agreed"),
        Index("uq_public_groups_address", "public_id", unique=True),
    )

    group_id: Mapped[UUID] = mapped_column(ForeignKey("groups.id"), primary_key=True)
    public_id: Mapped[str]
    shown: Mapped[bool]
    contact: Mapped[bool]  # with the group's public contact, as it publishes it
    about: Mapped[str]
    agreed_on: Mapped[dt.date | None]  # when the group said yes
    changed_at: Mapped[dt.datetime]


# The one read model: the list, a group's page, its calendar, what machines read and the open data all come from here. It hands out
# what was agreed to be shown and nothing beside it, whoever asks: the owner steps inside by policies of its own.
FUNCTIONS = (
    "CREATE POLICY published ON public_groups FOR SELECT TO CURRENT_USER USING (true)",
    "CREATE POLICY published ON group_areas FOR SELECT TO CURRENT_USER USING (true)",
    "CREATE POLICY published ON activity_schedules FOR SELECT TO CURRENT_USER USING (true)",
    """CREATE FUNCTION app.public_activities(of uuid, places text[]) RETURNS TABLE (
         municipality_code text, public_id text, name text, activity_type text, place text, address text, target_group text, languages text,
         seats integer, children_under_15 boolean, starts_on date, ends_on date, schedules jsonb)
       LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
       SELECT a.municipality_code, a.public_id, a.name, a.activity_type, a.place, a.address, a.target_group, a.languages,
              a.seats, a.children_under_15, a.starts_on, a.ends_on,
              (SELECT coalesce(jsonb_agg(to_jsonb(turn) ORDER BY turn.valid_from), '[]') FROM (
                 SELECT s.valid_from, least(lead(s.valid_from) OVER (ORDER BY s.valid_from) - 1, a.ends_on) AS valid_to,
                        s.rule, s.anchor, s.starts, s.minutes, s.without_holidays, s.without_breaks, s.extra, s.left_out
                 FROM public.activity_schedules s
                 WHERE s.municipality_code = a.municipality_code AND s.activity_id = a.id) turn
               WHERE turn.valid_to IS NULL OR turn.valid_to >= app.today())
       FROM public.activities a
       WHERE a.group_id = $1 AND a.public AND (a.ends_on IS NULL OR a.ends_on >= app.today())
         AND ($2 IS NULL OR a.municipality_code = ANY ($2)) $$""",
    """CREATE FUNCTION app.public_groups(places text[], theme text, weekday text, language text, address text,
                                         after_key text, after_id uuid, most integer)
       RETURNS TABLE (id uuid, public_id text, name text, sort_key text, about text, themes text[], municipality_codes text[],
                      contact_name text, contact_phone text, contact_email text, activities jsonb)
       LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
       SELECT g.id, p.public_id, g.name, g.sort_key, p.about, g.themes,
              ARRAY(SELECT r.municipality_code FROM public.group_areas r WHERE r.group_id = g.id ORDER BY r.home DESC, r.municipality_code),
              coalesce(c.name, ''), coalesce(c.phone, ''), coalesce(c.email, ''),
              (SELECT coalesce(jsonb_agg(to_jsonb(f) ORDER BY f.municipality_code, f.name, f.public_id), '[]')
               FROM app.public_activities(g.id, $1) f)
       FROM public.public_groups p JOIN public.groups g ON g.id = p.group_id
       LEFT JOIN public.group_contacts c ON c.group_id = g.id AND p.contact
       WHERE p.shown AND g.status IN ('forming', 'active')
         AND ($5 IS NULL OR p.public_id = $5)
         AND ($1 IS NULL OR EXISTS (SELECT FROM public.group_areas r WHERE r.group_id = g.id AND r.municipality_code = ANY ($1)))
         AND ($2 IS NULL OR $2 = ANY (g.themes) OR EXISTS (SELECT FROM app.public_activities(g.id, $1) f WHERE f.activity_type = $2))
         AND ($3 IS NULL AND $4 IS NULL OR EXISTS (
               SELECT FROM app.public_activities(g.id, $1) f
               WHERE ($3 IS NULL OR EXISTS (SELECT FROM jsonb_array_elements(f.schedules) t
                                            WHERE t->>'rule' ~ ('BYDAY=([^;]*[,0-9])?' || $3)))
                 AND ($4 IS NULL OR strpos(lower(f.languages), lower($4)) > 0)))
         AND ($7 IS NULL OR (g.sort_key, g.id) > ($6 COLLATE "C", $7))
       ORDER BY g.sort_key, g.id LIMIT $8 $$""",
    "REVOKE ALL ON FUNCTION app.public_activities(uuid, text[]) FROM PUBLIC",
    "REVOKE ALL ON FUNCTION app.public_groups(text[], text, text, text, text, text, uuid, integer) FROM PUBLIC",
)
