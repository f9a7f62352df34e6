"""The work of telling closed months anew, with the answers (service/activity/activities/telling.py)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "3175e072253d"
down_revision = "588c7b364161"
branch_labels = None
depends_on = None

SEEN = "municipality_code = ANY ((SELECT app.reach_as('drc', 'clock'))::text[])"
WALL = (
    'ALTER TABLE "month_tellings" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "month_tellings" FORCE ROW LEVEL SECURITY',
    f'CREATE POLICY wall_read ON "month_tellings" FOR SELECT TO "{{role}}" USING ({SEEN})',
    f'CREATE POLICY wall_add ON "month_tellings" FOR INSERT TO "{{role}}" WITH CHECK ({SEEN})',
    f'CREATE POLICY wall_change ON "month_tellings" FOR UPDATE TO "{{role}}" USING ({SEEN}) WITH CHECK ({SEEN})',
    f'CREATE POLICY wall_remove ON "month_tellings" FOR DELETE TO "{{role}}" USING ({SEEN})',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "month_tellings" TO "{role}"',
)


def _readable(*moments: str) -> str:
    return " AND ".join(
        f"{moment} BETWEEN TIMESTAMPTZ '1900-01-01 00:00+00' AND TIMESTAMPTZ '2199-12-31 00:00+00'"
        for moment in moments
    )


def upgrade() -> None:
    """What came late before is asked about once more: the same question has the same answer."""
    op.create_table(
        "month_tellings",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("moved", sa.Boolean(), nullable=True),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("work_state", sa.String(), server_default="due", nullable=False),
        sa.Column("lease_token", sa.UUID(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("fault", sa.String(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("due_from", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("extract(day FROM month) = 1", name=op.f("ck_month_tellings_month")),
        sa.CheckConstraint("entries >= 0", name=op.f("ck_month_tellings_entries")),
        sa.CheckConstraint(
            "fault IN ('unreadable', 'unprintable', 'refused', 'put_off', 'away', 'lost')",
            name=op.f("ck_month_tellings_fault"),
        ),
        sa.CheckConstraint("work_state IN ('due', 'done', 'failed')", name=op.f("ck_month_tellings_work_state_known")),
        sa.CheckConstraint(
            "month BETWEEN DATE '1900-01-01' AND DATE '2199-12-31' AND "
            + _readable("asked_at", "answered_at", "lease_until", "due_from"),
            name=op.f("ck_month_tellings_days_readable"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_month_tellings_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_month_tellings")),
    )
    op.create_index("uq_month_tellings_one", "month_tellings", ["municipality_code", "month"], unique=True)
    for statement in WALL:
        op.execute(statement.replace("{role}", op.get_context().config.attributes["service_role"]))  # type: ignore[union-attr]


def downgrade() -> None:
    """The version before looks again at what has come in a day."""
    op.drop_table("month_tellings")
