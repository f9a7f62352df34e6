"""How far each chain of the ledger has been read, and the head that was last found whole."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "f12ad0b6627a"
down_revision = "5ac1e60a7a92"
branch_labels = None
depends_on = None

WALL = (
    # national: ledger_checks
    'ALTER TABLE "ledger_checks" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "ledger_checks" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall ON \"ledger_checks\" FOR ALL TO \"{role}\" USING ((SELECT app.office() IN ('drc', 'clock'))) WITH CHECK ((SELECT app.office() IN ('drc', 'clock')))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "ledger_checks" TO "{role}"',
)
DAYS = " AND ".join(
    f"{moment} BETWEEN TIMESTAMPTZ '1900-01-01 00:00+00' AND TIMESTAMPTZ '2199-12-31 00:00+00'"
    for moment in ("checked_at", "reread_at")
)


def upgrade() -> None:
    op.create_table(
        "ledger_checks",
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("whole_number", sa.Integer(), nullable=False),
        sa.Column("whole_hash", sa.String(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_number", sa.Integer(), nullable=False),
        sa.Column("read_hash", sa.String(), nullable=False),
        sa.Column("from_first", sa.Boolean(), nullable=False),
        sa.Column("reread_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "whole_hash ~ '^[0-9a-f]{64}$' AND read_hash ~ '^[0-9a-f]{64}$'", name=op.f("ck_ledger_checks_hashes")
        ),
        sa.CheckConstraint("chain ~ '^([0-9]{4}|drc)$'", name=op.f("ck_ledger_checks_chain")),
        sa.CheckConstraint(DAYS, name=op.f("ck_ledger_checks_days_readable")),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_ledger_checks")),
    )
    role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]
    for statement in WALL:
        op.execute(statement.replace("{role}", role))


def downgrade() -> None:
    op.drop_table("ledger_checks")
