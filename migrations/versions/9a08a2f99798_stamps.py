"""Checkpoints of the log of papers are seen by a time stamp authority (service/platform/paper_log/stamping.py)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "9a08a2f99798"
down_revision = "587aec3c64bb"
branch_labels = None
depends_on = None

WALL = (
    'ALTER TABLE "paper_checkpoint_stamps" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "paper_checkpoint_stamps" FORCE ROW LEVEL SECURITY',
    'CREATE POLICY wall_read ON "paper_checkpoint_stamps" FOR SELECT TO "{role}" USING ((SELECT app.office() IS NOT NULL))',
    'CREATE POLICY wall_add ON "paper_checkpoint_stamps" FOR INSERT TO "{role}" WITH CHECK ((SELECT app.office() = \'clock\'))',
    "CREATE POLICY wall_change ON \"paper_checkpoint_stamps\" FOR UPDATE TO \"{role}\" USING ((SELECT app.office() = 'clock')) WITH CHECK ((SELECT app.office() = 'clock'))",
    'CREATE POLICY wall_remove ON "paper_checkpoint_stamps" FOR DELETE TO "{role}" USING ((SELECT app.office() = \'clock\'))',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "paper_checkpoint_stamps" TO "{role}"',
)


def upgrade() -> None:
    """Checkpoints that were signed before have no stamp: that of the next one shows that they were there."""
    moments = ("asked_at", "stamped_at", "lease_until", "due_from")
    readable = " AND ".join(
        f"{moment} BETWEEN TIMESTAMPTZ '1900-01-01 00:00+00' AND TIMESTAMPTZ '2199-12-31 00:00+00'"
        for moment in moments
    )
    op.create_table(
        "paper_checkpoint_stamps",
        sa.Column("size", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("stamped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("work_state", sa.String(), server_default="due", nullable=False),
        sa.Column("lease_token", sa.UUID(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("fault", sa.String(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("due_from", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(work_state = 'done') = (answer IS NOT NULL) AND (answer IS NULL) = (stamped_at IS NULL)",
            name=op.f("ck_paper_checkpoint_stamps_answer"),
        ),
        sa.CheckConstraint(
            "fault IN ('unreadable', 'unprintable', 'refused', 'put_off', 'away', 'lost')",
            name=op.f("ck_paper_checkpoint_stamps_fault"),
        ),
        sa.CheckConstraint(
            "work_state IN ('due', 'done', 'failed')", name=op.f("ck_paper_checkpoint_stamps_work_state_known")
        ),
        sa.CheckConstraint(readable, name=op.f("ck_paper_checkpoint_stamps_days_readable")),
        sa.ForeignKeyConstraint(["size"], ["paper_checkpoints.size"], name=op.f("fk_paper_checkpoint_stamps_size")),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_paper_checkpoint_stamps")),
    )
    for statement in WALL:
        op.execute(statement.replace("{role}", op.get_context().config.attributes["service_role"]))  # type: ignore[union-attr]


def downgrade() -> None:
    """The stamps are gone: whoever fetched one has it."""
    op.drop_table("paper_checkpoint_stamps")
