"""Groups that anyone can find, and the one read model of what is shown to everybody (service/activity/finder)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "177dbde98eb9"
down_revision = "5219b68bd83e"
branch_labels = None
depends_on = None

WALL = (
    'ALTER TABLE "public_groups" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "public_groups" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall ON \"public_groups\" FOR ALL TO \"{role}\" USING ((SELECT app.office() IN ('drc', 'clock'))) WITH CHECK ((SELECT app.office() IN ('drc', 'clock')))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "public_groups" TO "{role}"',
)
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
CALLED = (
    "app.public_activities(uuid, text[])",
    "app.public_groups(text[], text, text, text, text, text, uuid, integer)",
)


def upgrade() -> None:
    """Nobody has been asked yet."""
    op.create_table(
        "public_groups",
        sa.Column("group_id", sa.UUID(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("contact", sa.Boolean(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("NOT shown OR agreed_on IS NOT NULL", name=op.f("ck_public_groups_agreed")),
        sa.CheckConstraint(
            "agreed_on BETWEEN DATE '1900-01-01' AND DATE '2199-12-31' AND "
            "changed_at BETWEEN TIMESTAMPTZ '1900-01-01 00:00+00' AND TIMESTAMPTZ '2199-12-31 00:00+00'",
            name=op.f("ck_public_groups_days_readable"),
        ),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_public_groups_group_id")),
        sa.PrimaryKeyConstraint("group_id", name=op.f("pk_public_groups")),
    )
    op.create_index("uq_public_groups_address", "public_groups", ["public_id"], unique=True)
    # Under `row_security = off`, which migrations run with, a body of SQL cannot be looked through: it is when it runs.
    op.execute("SET LOCAL check_function_bodies = off")
    role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]
    for statement in (*WALL, *FUNCTIONS, f'GRANT EXECUTE ON FUNCTION {", ".join(CALLED)} TO "{role}"'):
        op.execute(statement.replace("{role}", role))


def downgrade() -> None:
    for function in reversed(CALLED):
        op.execute(f"DROP FUNCTION {function}")
    op.execute("DROP POLICY published ON activity_schedules")
    op.execute("DROP POLICY published ON group_areas")
    op.drop_table("public_groups")
