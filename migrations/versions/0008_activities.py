"""Activities: when they meet, for whom, and what of them is public."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

WALLS = (
    # owned: activity_schedules
    'ALTER TABLE "activity_schedules" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "activity_schedules" FORCE ROW LEVEL SECURITY',
    'CREATE POLICY wall ON "activity_schedules" FOR ALL TO "{role}" USING (municipality_code = ANY ((SELECT app.reach())::text[])) WITH CHECK (municipality_code = ANY ((SELECT app.reach())::text[]))',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "activity_schedules" TO "{role}"',
    # owned: feeds
    'ALTER TABLE "feeds" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "feeds" FORCE ROW LEVEL SECURITY',
    'CREATE POLICY wall ON "feeds" FOR ALL TO "{role}" USING (municipality_code = ANY ((SELECT app.reach())::text[])) WITH CHECK (municipality_code = ANY ((SELECT app.reach())::text[]))',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "feeds" TO "{role}"',
    # national: group_feeds
    'ALTER TABLE "group_feeds" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "group_feeds" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall ON \"group_feeds\" FOR ALL TO \"{role}\" USING ((SELECT app.office() IN ('drc', 'clock'))) WITH CHECK ((SELECT app.office() IN ('drc', 'clock')))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "group_feeds" TO "{role}"',
    # owned: posters
    'ALTER TABLE "posters" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "posters" FORCE ROW LEVEL SECURITY',
    'CREATE POLICY wall ON "posters" FOR ALL TO "{role}" USING (municipality_code = ANY ((SELECT app.reach())::text[])) WITH CHECK (municipality_code = ANY ((SELECT app.reach())::text[]))',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "posters" TO "{role}"',
)
CHECKS = {"seats": "seats BETWEEN 1 AND 5000", "public_has_address": "NOT public OR public_id IS NOT NULL"}

# Addresses that are their own permit: found before anyone's reach is known.
ADDRESSES = (
    "CREATE POLICY opened ON feeds FOR ALL TO CURRENT_USER USING (true) WITH CHECK (true)",
    "CREATE POLICY opened ON group_feeds FOR ALL TO CURRENT_USER USING (true) WITH CHECK (true)",
    "CREATE POLICY opened ON activities FOR SELECT TO CURRENT_USER USING (true)",
    """CREATE FUNCTION app.open_feed(hash text) RETURNS TABLE (feed_id uuid, group_id uuid, title text, made_at timestamptz, codes text[])
       LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, app AS $$
       UPDATE public.feeds SET last_used_on = app.today()
       WHERE token_hash = $1 AND revoked_at IS NULL AND last_used_on IS DISTINCT FROM app.today();
       UPDATE public.group_feeds SET last_used_on = app.today()
       WHERE token_hash = $1 AND revoked_at IS NULL AND last_used_on IS DISTINCT FROM app.today();
       SELECT f.id, NULL::uuid, f.title, f.made_at, ARRAY[f.municipality_code] FROM public.feeds f
       WHERE f.token_hash = $1 AND f.revoked_at IS NULL
       UNION ALL
       SELECT g.id, g.group_id, g.title, g.made_at,
              ARRAY(SELECT DISTINCT a.municipality_code FROM public.activities a WHERE a.group_id = g.group_id ORDER BY 1)
       FROM public.group_feeds g WHERE g.token_hash = $1 AND g.revoked_at IS NULL $$""",
    "REVOKE ALL ON FUNCTION app.open_feed(text) FROM PUBLIC",
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
    'GRANT EXECUTE ON FUNCTION app.open_feed(text) TO "{role}"',
    'GRANT EXECUTE ON FUNCTION app.public_activity(text) TO "{role}"',
)


def _facts() -> list[sa.Column]:
    return [
        sa.Column("address", sa.String(), server_default="", nullable=False),
        sa.Column("target_group", sa.String(), server_default="", nullable=False),
        sa.Column("languages", sa.String(), server_default="", nullable=False),
        sa.Column("partners", sa.String(), server_default="", nullable=False),
        sa.Column("seats", sa.Integer(), nullable=True),
        sa.Column("children_under_15", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("public_id", sa.String(), nullable=True),
        sa.Column("public", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("public_contact", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
    ]


def _do(statements: tuple[str, ...]) -> None:
    role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]
    for statement in statements:
        op.execute(statement.replace("{role}", role))


def upgrade() -> None:
    for column in _facts():
        op.add_column("activities", column)
    for name, condition in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_activities_{name}"), "activities", condition)
    op.create_index("ix_activities_group", "activities", ["group_id"], unique=False)
    op.create_index("ix_activities_public", "activities", ["public_id"], unique=False)
    op.create_table(
        "activity_schedules",
        sa.Column("activity_id", sa.UUID(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("anchor", sa.Date(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("without_holidays", sa.Boolean(), nullable=False),
        sa.Column("without_breaks", sa.Boolean(), nullable=False),
        sa.Column("extra", postgresql.ARRAY(sa.Date()), nullable=False),
        sa.Column("left_out", postgresql.ARRAY(sa.Date()), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.CheckConstraint("minutes BETWEEN 5 AND 1440", name=op.f("ck_activity_schedules_minutes")),
        sa.CheckConstraint("length(rule) <= 200", name=op.f("ck_activity_schedules_rule")),
        sa.ForeignKeyConstraint(
            ["municipality_code", "activity_id"],
            ["activities.municipality_code", "activities.id"],
            name=op.f("fk_activity_schedules_municipality_code_activity_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_activity_schedules_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_activity_schedules")),
    )
    op.create_index(
        "uq_activity_schedules_from",
        "activity_schedules",
        ["municipality_code", "activity_id", "valid_from"],
        unique=True,
    )
    _create_feeds()
    _create_posters()
    _do(WALLS)
    # Under `row_security = off`, which migrations run with, the bodies cannot be looked through: they are when they run.
    op.execute("SET LOCAL check_function_bodies = off")
    _do(ADDRESSES)


def _create_feeds() -> None:
    common = (
        ("title", sa.String(), False),
        ("token_hash", sa.String(), False),
        ("made_by", sa.UUID(), True),
        ("made_at", sa.DateTime(timezone=True), False),
        ("revoked_at", sa.DateTime(timezone=True), True),
        ("last_used_on", sa.Date(), True),
    )
    op.create_table(
        "feeds",
        *(sa.Column(name, kind, nullable=nullable) for name, kind, nullable in common),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_feeds_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_feeds")),
    )
    op.create_index("ix_feeds_token", "feeds", ["token_hash"], unique=False)
    op.create_table(
        "group_feeds",
        *(sa.Column(name, kind, nullable=nullable) for name, kind, nullable in common),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("group_id", sa.UUID(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_group_feeds_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_feeds")),
    )
    op.create_index("ix_group_feeds_group", "group_feeds", ["group_id"], unique=False)
    op.create_index("uq_group_feeds_token", "group_feeds", ["token_hash"], unique=True)


def _create_posters() -> None:
    op.create_table(
        "posters",
        sa.Column("activity_id", sa.UUID(), nullable=False),
        sa.Column("document_id", sa.UUID(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("work_state", sa.String(), server_default="due", nullable=False),
        sa.Column("lease_token", sa.UUID(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("due_from", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(work_state = 'done') = (document_id IS NOT NULL)", name=op.f("ck_posters_done_has_paper")),
        sa.ForeignKeyConstraint(
            ["municipality_code", "activity_id"],
            ["activities.municipality_code", "activities.id"],
            name=op.f("fk_posters_municipality_code_activity_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code", "document_id"],
            ["documents.municipality_code", "documents.id"],
            name=op.f("fk_posters_municipality_code_document_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_posters_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_posters")),
    )
    op.create_index("ix_posters_activity", "posters", ["municipality_code", "activity_id", "asked_at"], unique=False)
    op.create_index(
        "uq_posters_due",
        "posters",
        ["municipality_code", "activity_id"],
        unique=True,
        postgresql_where="work_state = 'due'",
    )


def downgrade() -> None:
    op.execute("DROP FUNCTION app.public_activity(text)")
    op.execute("DROP FUNCTION app.open_feed(text)")
    for table in ("groups", "group_contacts"):
        op.execute(f"DROP POLICY published ON {table}")
    op.execute("DROP POLICY opened ON activities")
    for table in ("posters", "group_feeds", "feeds"):
        op.drop_table(table)
    op.drop_table("activity_schedules")
    op.drop_index("ix_activities_public", table_name="activities")
    op.drop_index("ix_activities_group", table_name="activities")
    for name in CHECKS:
        op.drop_constraint(op.f(f"ck_activities_{name}"), "activities")
    for column in reversed(_facts()):
        op.drop_column("activities", column.name)
