"""Samples of the ledger: what was drawn at random, and who has looked it through."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "b8a6489797ab"
down_revision = "dcf34890d439"
branch_labels = None
depends_on = None

WALL = (
    # national: ledger_samples
    'ALTER TABLE "ledger_samples" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "ledger_samples" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall ON \"ledger_samples\" FOR ALL TO \"{role}\" USING ((SELECT app.office() IN ('drc', 'clock'))) WITH CHECK ((SELECT app.office() IN ('drc', 'clock')))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "ledger_samples" TO "{role}"',
)
DAYS = " AND ".join(
    [f"{day} BETWEEN DATE '1900-01-01' AND DATE '2199-12-31'" for day in ("first_day", "last_day")]
    + [
        f"{moment} BETWEEN TIMESTAMPTZ '1900-01-01 00:00+00' AND TIMESTAMPTZ '2199-12-31 00:00+00'"
        for moment in ("drawn_at", "signed_at")
    ]
)


def upgrade() -> None:
    op.create_table(
        "ledger_samples",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("entries", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drawn_by", sa.UUID(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_by", sa.UUID(), nullable=True),
        sa.Column("remark", sa.String(), server_default="", nullable=False),
        sa.CheckConstraint("(signed_at IS NULL) = (signed_by IS NULL)", name=op.f("ck_ledger_samples_signed")),
        sa.CheckConstraint(DAYS, name=op.f("ck_ledger_samples_days_readable")),
        sa.CheckConstraint("jsonb_typeof(entries) IN ('array', 'null')", name=op.f("ck_ledger_samples_json_readable")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_samples")),
    )
    op.create_index("ix_ledger_samples_drawn", "ledger_samples", ["drawn_at", "id"])
    role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]
    for statement in WALL:
        op.execute(statement.replace("{role}", role))


def downgrade() -> None:
    op.drop_table("ledger_samples")
