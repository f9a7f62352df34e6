"""DRC's national year as a paper (service/desk/national)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "588c7b364161"
down_revision = "b182dfc218c6"
branch_labels = None
depends_on = None

WALL = (
    'ALTER TABLE "national_years" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "national_years" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall ON \"national_years\" FOR ALL TO \"{role}\" USING ((SELECT app.office() IN ('drc', 'clock'))) WITH CHECK ((SELECT app.office() IN ('drc', 'clock')))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "national_years" TO "{role}"',
)
READABLE = " AND ".join(
    f"{moment} BETWEEN TIMESTAMPTZ '1900-01-01 00:00+00' AND TIMESTAMPTZ '2199-12-31 00:00+00'"
    for moment in ("asked_at", "lease_until", "due_from")
)


def upgrade() -> None:
    """The timetable asks for the year before."""
    op.create_table(
        "national_years",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.UUID(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("facts", postgresql.JSONB(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("work_state", sa.String(), server_default="due", nullable=False),
        sa.Column("lease_token", sa.UUID(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("fault", sa.String(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("due_from", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(work_state = 'done') = (content IS NOT NULL)", name=op.f("ck_national_years_done_has_content")
        ),
        sa.CheckConstraint(
            "num_nonnulls(facts, content, sha256, issued_on) IN (0, 4)", name=op.f("ck_national_years_whole")
        ),
        sa.CheckConstraint(
            "fault IN ('unreadable', 'unprintable', 'refused', 'put_off', 'away', 'lost')",
            name=op.f("ck_national_years_fault"),
        ),
        sa.CheckConstraint("work_state IN ('due', 'done', 'failed')", name=op.f("ck_national_years_work_state_known")),
        sa.CheckConstraint("jsonb_typeof(facts) = 'object'", name=op.f("ck_national_years_json_readable")),
        sa.CheckConstraint(
            f"issued_on BETWEEN DATE '1900-01-01' AND DATE '2199-12-31' AND {READABLE}",
            name=op.f("ck_national_years_days_readable"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_national_years")),
    )
    op.create_index("uq_national_years_once", "national_years", ["year", "revision"], unique=True)
    for statement in WALL:
        op.execute(statement.replace("{role}", op.get_context().config.attributes["service_role"]))  # type: ignore[union-attr]


def downgrade() -> None:
    op.drop_table("national_years")
