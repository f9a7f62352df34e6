"""Sessions counted in full, each municipality's part of them, closed months, and the monthly check-in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

RANGES = (
    "volunteers BETWEEN 0 AND 500 AND volunteer_minutes BETWEEN 0 AND 300000 AND adults BETWEEN 0 AND 5000"
    " AND children BETWEEN 0 AND 5000"
)
WITHIN = (
    "coalesce(women, 0) + coalesce(men, 0) <= adults AND women >= 0 AND men >= 0"
    " AND new_faces BETWEEN 0 AND adults + children AND active_matches BETWEEN 0 AND 5000"
    " AND new_matches BETWEEN 0 AND active_matches AND ended_matches BETWEEN 0 AND 5000 AND waiting BETWEEN 0 AND 5000"
)
NOTHING = (
    "NOT cancelled OR volunteers + volunteer_minutes + adults + children + new_faces + coalesce(women, 0) + coalesce(men, 0)"
    " + coalesce(active_matches, 0) + coalesce(new_matches, 0) + coalesce(ended_matches, 0) + coalesce(waiting, 0) = 0"
)
CHECKS = {
    "within": WITHIN,
    "cancelled_counts_nothing": NOTHING,
    "why": "cancelled_why IN ('', 'volunteers', 'participants', 'premises', 'weather', 'holiday', 'other')",
    "why_of_cancelled": "cancelled OR cancelled_why || cancelled_text = ''",
    "minutes": "minutes BETWEEN 1 AND 1440",
}
OLD_NOTHING = "NOT cancelled OR volunteers + volunteer_minutes + adults + children = 0"
COUNTED = ("women", "men", "active_matches", "new_matches", "ended_matches", "waiting")

# Every session so far served its own municipality alone. What a statement has shown is closed: its month and the twelve before.
CARRY_OVER = (
    """INSERT INTO session_parts (municipality_code, id, session_id, activity_id, activity_type, group_id, held_on, home, shared,
              cancelled, volunteers, volunteer_minutes, adults, children, new_faces)
       SELECT s.municipality_code, gen_random_uuid(), s.id, s.activity_id, a.activity_type, a.group_id, s.held_on, true, false,
              s.cancelled, s.volunteers, s.volunteer_minutes, s.adults, s.children, 0
       FROM sessions s JOIN activities a ON a.municipality_code = s.municipality_code AND a.id = s.activity_id""",
    """INSERT INTO closed_months (municipality_code, id, month, closed_at, counted)
       SELECT c.municipality_code, gen_random_uuid(), c.month, c.closed_at, coalesce((
         SELECT jsonb_agg(to_jsonb(h)) FROM (
           SELECT p.activity_type, count(*) FILTER (WHERE NOT p.cancelled) AS sessions, count(*) FILTER (WHERE p.cancelled) AS cancelled,
                  sum(p.adults + p.children) AS attendances, sum(p.volunteers) AS volunteer_attendances,
                  sum(p.volunteer_minutes) AS volunteer_minutes
           FROM session_parts p
           WHERE p.municipality_code = c.municipality_code AND p.held_on >= c.month AND p.held_on < c.month + interval '1 month'
           GROUP BY p.activity_type ORDER BY p.activity_type) h), '[]'::jsonb)
       FROM (SELECT municipality_code, m::date AS month, min(issued_at) AS closed_at
             FROM statements, generate_series(month - interval '12 months', month, interval '1 month') m
             WHERE issued_at IS NOT NULL GROUP BY municipality_code, m) c""",
)

WALLS = (
    # owned (immutable): closed_months
    'ALTER TABLE "closed_months" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "closed_months" FORCE ROW LEVEL SECURITY',
    'CREATE POLICY wall ON "closed_months" FOR ALL TO "{role}" USING (municipality_code = ANY ((SELECT app.reach())::text[])) WITH CHECK (municipality_code = ANY ((SELECT app.reach())::text[]))',
    'GRANT SELECT, INSERT ON "closed_months" TO "{role}"',
    # network: session_parts
    'ALTER TABLE "session_parts" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "session_parts" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall_read ON \"session_parts\" FOR SELECT TO \"{role}\" USING ((SELECT app.office() IN ('drc', 'clock')) OR (municipality_code = ANY ((SELECT app.reach())::text[])))",
    "CREATE POLICY wall_add ON \"session_parts\" FOR INSERT TO \"{role}\" WITH CHECK ((SELECT app.office() IN ('drc', 'clock')))",
    "CREATE POLICY wall_change ON \"session_parts\" FOR UPDATE TO \"{role}\" USING ((SELECT app.office() IN ('drc', 'clock'))) WITH CHECK ((SELECT app.office() IN ('drc', 'clock')))",
    "CREATE POLICY wall_remove ON \"session_parts\" FOR DELETE TO \"{role}\" USING ((SELECT app.office() IN ('drc', 'clock')))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "session_parts" TO "{role}"',
    # national: also_serves
    'ALTER TABLE "also_serves" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "also_serves" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall ON \"also_serves\" FOR ALL TO \"{role}\" USING ((SELECT app.office() IN ('drc', 'clock'))) WITH CHECK ((SELECT app.office() IN ('drc', 'clock')))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "also_serves" TO "{role}"',
    # owned (by link): checkins
    'ALTER TABLE "checkins" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "checkins" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall ON \"checkins\" FOR ALL TO \"{role}\" USING (municipality_code = ANY ((SELECT app.reach())::text[]) AND (SELECT app.office() IN ('drc', 'clock', 'link'))) WITH CHECK (municipality_code = ANY ((SELECT app.reach())::text[]) AND (SELECT app.office() IN ('drc', 'clock', 'link')))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "checkins" TO "{role}"',
    # owned (by link): checkin_lines
    'ALTER TABLE "checkin_lines" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "checkin_lines" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall ON \"checkin_lines\" FOR ALL TO \"{role}\" USING (municipality_code = ANY ((SELECT app.reach())::text[]) AND (SELECT app.office() IN ('drc', 'clock', 'link'))) WITH CHECK (municipality_code = ANY ((SELECT app.reach())::text[]) AND (SELECT app.office() IN ('drc', 'clock', 'link')))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "checkin_lines" TO "{role}"',
    # owned (drc only): sessions, from now on
    'DROP POLICY wall ON "sessions"',
    "CREATE POLICY wall ON \"sessions\" FOR ALL TO \"{role}\" USING (municipality_code = ANY ((SELECT app.reach())::text[]) AND (SELECT app.office() IN ('drc', 'clock'))) WITH CHECK (municipality_code = ANY ((SELECT app.reach())::text[]) AND (SELECT app.office() IN ('drc', 'clock')))",
)
OLD_WALLS = (
    'DROP POLICY wall ON "sessions"',
    'CREATE POLICY wall ON "sessions" FOR ALL TO "{role}" USING (municipality_code = ANY ((SELECT app.reach())::text[])) WITH CHECK (municipality_code = ANY ((SELECT app.reach())::text[]))',
)


def _do(statements: tuple[str, ...]) -> None:
    role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]
    for statement in statements:
        op.execute(statement.replace("{role}", role))


def upgrade() -> None:
    op.create_table(
        "also_serves",
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("activity_id", sa.UUID(), nullable=False),
        sa.Column("serves", sa.String(), nullable=False),
        sa.CheckConstraint("serves <> municipality_code", name=op.f("ck_also_serves_another")),
        sa.ForeignKeyConstraint(
            ["municipality_code", "activity_id"],
            ["activities.municipality_code", "activities.id"],
            name=op.f("fk_also_serves_municipality_code_activity_id"),
        ),
        sa.ForeignKeyConstraint(["serves"], ["municipalities.code"], name=op.f("fk_also_serves_serves")),
        sa.PrimaryKeyConstraint("municipality_code", "activity_id", "serves", name=op.f("pk_also_serves")),
    )
    op.create_table(
        "closed_months",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.CheckConstraint("extract(day FROM month) = 1", name=op.f("ck_closed_months_month")),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_closed_months_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_closed_months")),
    )
    op.create_index("uq_closed_months_one", "closed_months", ["municipality_code", "month"], unique=True)
    op.create_table(
        "session_parts",
        sa.Column("session_id", sa.UUID(), nullable=False),
        sa.Column("activity_id", sa.UUID(), nullable=True),
        sa.Column("activity_type", sa.String(), nullable=False),
        sa.Column("group_id", sa.UUID(), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("home", sa.Boolean(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("volunteers", sa.Integer(), nullable=False),
        sa.Column("volunteer_minutes", sa.Integer(), nullable=False),
        sa.Column("adults", sa.Integer(), nullable=False),
        sa.Column("children", sa.Integer(), nullable=False),
        sa.Column("new_faces", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in COUNTED),
        sa.CheckConstraint(RANGES, name=op.f("ck_session_parts_counts")),
        sa.CheckConstraint(WITHIN, name=op.f("ck_session_parts_within")),
        sa.CheckConstraint(NOTHING, name=op.f("ck_session_parts_cancelled_counts_nothing")),
        sa.CheckConstraint("home = (activity_id IS NOT NULL)", name=op.f("ck_session_parts_home")),
        sa.ForeignKeyConstraint(
            ["activity_type"], ["activity_types.code"], name=op.f("fk_session_parts_activity_type")
        ),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_session_parts_group_id")),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_session_parts_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_session_parts")),
    )
    op.create_index("uq_session_parts_one", "session_parts", ["municipality_code", "session_id"], unique=True)
    op.create_index("ix_session_parts_month", "session_parts", ["municipality_code", "held_on", "session_id"])
    op.create_index("ix_session_parts_session", "session_parts", ["session_id"])
    op.create_table(
        "checkins",
        sa.Column("group_id", sa.UUID(), nullable=False),
        sa.Column("group_name", sa.String(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("draft", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.UUID(), nullable=True),
        sa.Column("story", sa.String(), nullable=False),
        sa.Column("story_consent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("work_state", sa.String(), server_default="due", nullable=False),
        sa.Column("lease_token", sa.UUID(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("due_from", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("extract(day FROM month) = 1", name=op.f("ck_checkins_month")),
        sa.CheckConstraint("(story = '') = (story_consent_at IS NULL)", name=op.f("ck_checkins_story_consented")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_checkins_group_id")),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_checkins_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_checkins")),
    )
    op.create_index("uq_checkins_once", "checkins", ["municipality_code", "month", "group_id"], unique=True)
    op.create_index("ix_checkins_due", "checkins", ["due_from"], postgresql_where=sa.text("work_state = 'due'"))
    op.create_table(
        "checkin_lines",
        sa.Column("checkin_id", sa.UUID(), nullable=False),
        sa.Column("activity_id", sa.UUID(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("session_id", sa.UUID(), nullable=True),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.CheckConstraint("minutes BETWEEN 1 AND 1440", name=op.f("ck_checkin_lines_minutes")),
        sa.ForeignKeyConstraint(
            ["municipality_code", "activity_id"],
            ["activities.municipality_code", "activities.id"],
            name=op.f("fk_checkin_lines_municipality_code_activity_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code", "checkin_id"],
            ["checkins.municipality_code", "checkins.id"],
            name=op.f("fk_checkin_lines_municipality_code_checkin_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_checkin_lines_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_checkin_lines")),
    )
    op.create_index(
        "uq_checkin_lines_day",
        "checkin_lines",
        ["municipality_code", "checkin_id", "activity_id", "held_on"],
        unique=True,
    )
    op.add_column("activities", sa.Column("asks_women_men", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("sessions", sa.Column("cancelled_why", sa.String(), nullable=False, server_default=""))
    op.add_column("sessions", sa.Column("cancelled_text", sa.String(), nullable=False, server_default=""))
    op.add_column("sessions", sa.Column("minutes", sa.Integer(), nullable=True))
    op.add_column("sessions", sa.Column("serves", postgresql.ARRAY(sa.Text()), nullable=False, server_default="{}"))
    op.add_column("sessions", sa.Column("by_municipality", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column("sessions", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("sessions", sa.Column("new_faces", sa.Integer(), nullable=False, server_default="0"))
    for name in COUNTED:
        op.add_column("sessions", sa.Column(name, sa.Integer(), nullable=True))
    for name in ("cancelled_why", "cancelled_text", "serves", "new_faces"):
        op.alter_column("sessions", name, server_default=None)
    op.drop_constraint(op.f("ck_sessions_cancelled_counts_nothing"), "sessions")
    for name, condition in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_sessions_{name}"), "sessions", condition)
    read = ("sessions", "activities", "statements")
    for table in read:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    _do(CARRY_OVER)
    for table in read:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    _do(WALLS)


def downgrade() -> None:
    """Back to sessions of one municipality each: what was counted beyond the first four counts is gone."""
    op.drop_table("checkin_lines")
    op.drop_table("checkins")
    op.drop_table("session_parts")
    op.drop_table("closed_months")
    op.drop_table("also_serves")
    _do(OLD_WALLS)
    for name in CHECKS:
        op.drop_constraint(op.f(f"ck_sessions_{name}"), "sessions")
    for name in (
        "cancelled_why",
        "cancelled_text",
        "minutes",
        "serves",
        "by_municipality",
        "changed_at",
        "new_faces",
        *COUNTED,
    ):
        op.drop_column("sessions", name)
    op.create_check_constraint(op.f("ck_sessions_cancelled_counts_nothing"), "sessions", OLD_NOTHING)
    op.drop_column("activities", "asks_women_men")
