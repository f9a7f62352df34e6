"""The backups that were made, and an index of the mails that were given up: both are asked for again and again by whoever watches."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "a4bf3193c925"
down_revision = "6b30acbde013"
branch_labels = None
depends_on = None

WALLS = (
    # national: backups
    'ALTER TABLE "backups" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "backups" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall ON \"backups\" FOR ALL TO \"{role}\" USING ((SELECT app.office() IN ('drc', 'clock'))) WITH CHECK ((SELECT app.office() IN ('drc', 'clock')))",
    'GRANT SELECT, INSERT ON "backups" TO "{role}"',
)


def upgrade() -> None:
    op.create_table(
        "backups",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("encrypted", sa.Boolean(), nullable=False),
        sa.CheckConstraint("made_at BETWEEN '1900-01-01' AND '2199-12-31'", name=op.f("ck_backups_days_readable")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backups")),
    )
    op.create_index("ix_notices_failed", "notices", ["due_from"], postgresql_where=sa.text("work_state = 'failed'"))
    role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]
    for statement in WALLS:
        op.execute(statement.replace("{role}", role))


def downgrade() -> None:
    """The backups lie where they lie."""
    op.drop_index("ix_notices_failed", "notices")
    op.drop_table("backups")
