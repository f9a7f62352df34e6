"""Late entries, months that are told again, and editions of statements (service/activity/activities, service/reporting/statements)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "112b0863fbda"
down_revision = "493a919b717e"
branch_labels = None
depends_on = None

CONTRACTS = (
    "6b30acbde013",
    "closed_months: which months are closed is told to DRC's people whoseever they are, and the code before names a municipality in each query",
)


def moment(column: str) -> str:
    """The condition for a moment that the code can read."""
    return f"{column} BETWEEN TIMESTAMPTZ '1900-01-01 00:00+00' AND TIMESTAMPTZ '2199-12-31 00:00+00'"


DAYS = "month BETWEEN DATE '1900-01-01' AND DATE '2199-12-31'"
STAFF = "(SELECT app.office() IN ('drc', 'clock'))"
REACHED = "municipality_code = ANY ((SELECT app.reach())::text[])"
OWN = "municipality_code = ANY ((SELECT app.reach_as('drc', 'clock'))::text[])"
WALL = (
    # Who changes a session knows which of the months that it counts in are closed, whoseever they are.
    "DROP POLICY wall_read ON closed_months",
    "DROP POLICY wall_add ON closed_months",
    f'CREATE POLICY wall_read ON "closed_months" FOR SELECT TO "{{role}}" USING ({STAFF} OR ({REACHED}))',
    f'CREATE POLICY wall_add ON "closed_months" FOR INSERT TO "{{role}}" WITH CHECK ({STAFF})',
    'ALTER TABLE "retold_months" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "retold_months" FORCE ROW LEVEL SECURITY',
    f'CREATE POLICY wall_read ON "retold_months" FOR SELECT TO "{{role}}" USING ({STAFF} OR ({REACHED}))',
    f'CREATE POLICY wall_add ON "retold_months" FOR INSERT TO "{{role}}" WITH CHECK ({STAFF})',
    'GRANT SELECT, INSERT ON "retold_months" TO "{role}"',
    'ALTER TABLE "late_entries" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "late_entries" FORCE ROW LEVEL SECURITY',
    f'CREATE POLICY wall ON "late_entries" FOR ALL TO "{{role}}" USING ({STAFF}) WITH CHECK ({STAFF})',
    'GRANT SELECT, INSERT ON "late_entries" TO "{role}"',
)
BEFORE = (
    "DROP POLICY wall_read ON closed_months",
    "DROP POLICY wall_add ON closed_months",
    f'CREATE POLICY wall_read ON "closed_months" FOR SELECT TO "{{role}}" USING ({REACHED})',
    f'CREATE POLICY wall_add ON "closed_months" FOR INSERT TO "{{role}}" WITH CHECK ({OWN})',
)


def upgrade() -> None:
    """What came late before has no entry. It is told with what comes next to its month."""
    op.create_table(
        "retold_months",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("counted", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("kept_back", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sessions", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.CheckConstraint("extract(day FROM month) = 1", name=op.f("ck_retold_months_month")),
        sa.CheckConstraint("jsonb_typeof(kept_back) = 'array'", name=op.f("ck_retold_months_kept_back_shape")),
        sa.CheckConstraint("jsonb_typeof(sessions) = 'array'", name=op.f("ck_retold_months_sessions_shape")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_retold_months_number")),
        sa.CheckConstraint(f"{DAYS} AND {moment('told_at')}", name=op.f("ck_retold_months_days_readable")),
        sa.CheckConstraint("jsonb_typeof(counted) = 'array'", name=op.f("ck_retold_months_counted_shape")),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_retold_months_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_retold_months")),
    )
    op.create_index("uq_retold_months_number", "retold_months", ["municipality_code", "month", "number"], unique=True)
    op.create_table(
        "late_entries",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("activity_type", sa.String(), nullable=False),
        sa.Column("group_id", sa.UUID(), nullable=True),
        sa.Column("session_id", sa.UUID(), nullable=False),
        sa.Column("differences", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("extract(day FROM month) = 1", name=op.f("ck_late_entries_month")),
        sa.CheckConstraint("way IN ('reported', 'corrected')", name=op.f("ck_late_entries_way")),
        sa.CheckConstraint("office IN ('drc', 'clock')", name=op.f("ck_late_entries_office")),
        sa.CheckConstraint("role IN ('', 'secretariat', 'consultant')", name=op.f("ck_late_entries_role")),
        sa.CheckConstraint(f"{DAYS} AND {moment('at')}", name=op.f("ck_late_entries_days_readable")),
        sa.CheckConstraint("jsonb_typeof(differences) = 'object'", name=op.f("ck_late_entries_differences_shape")),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_late_entries_municipality_code")
        ),
        sa.ForeignKeyConstraint(["activity_type"], ["activity_types.code"], name=op.f("fk_late_entries_activity_type")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_late_entries_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_late_entries")),
    )
    op.create_index("ix_late_entries_month", "late_entries", ["municipality_code", "month", "id"])
    op.add_column("statements", sa.Column("reason", sa.String(), server_default="", nullable=False))
    op.add_column("statements", sa.Column("picture", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("statements", sa.Column("weighed", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("statements", sa.Column("outdated_since", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint("outdated_readable", "statements", moment("outdated_since"))
    _raise(WALL)


def downgrade() -> None:
    """What was told again is forgotten: closed months count as when they were closed, and the papers that were issued stay."""
    op.drop_constraint(op.f("ck_statements_outdated_readable"), "statements", type_="check")
    for column in ("outdated_since", "weighed", "picture", "reason"):
        op.drop_column("statements", column)
    op.drop_table("late_entries")
    op.drop_table("retold_months")
    _raise(BEFORE)


def _raise(statements: tuple[str, ...]) -> None:
    for statement in statements:
        op.execute(statement.replace("{role}", op.get_context().config.attributes["service_role"]))  # type: ignore[union-attr]
