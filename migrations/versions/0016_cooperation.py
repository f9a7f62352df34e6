"""The cooperation agreements that groups hold with DRC."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

WALLS = (
    'ALTER TABLE "cooperation_agreements" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "cooperation_agreements" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall ON \"cooperation_agreements\" FOR ALL TO \"{role}\" USING ((SELECT app.office() IN ('drc', 'clock'))) WITH CHECK ((SELECT app.office() IN ('drc', 'clock')))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "cooperation_agreements" TO "{role}"',
)


def upgrade() -> None:
    op.create_table(
        "cooperation_agreements",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("group_id", sa.UUID(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by", sa.UUID(), nullable=True),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_cooperation_agreements_term")),
        sa.CheckConstraint("signed_on <= starts_on", name=op.f("ck_cooperation_agreements_signed")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_cooperation_agreements_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cooperation_agreements")),
    )
    op.create_index("uq_cooperation_agreements_start", "cooperation_agreements", ["group_id", "starts_on"], unique=True)
    op.create_index(
        "uq_cooperation_agreements_open",
        "cooperation_agreements",
        ["group_id"],
        unique=True,
        postgresql_where=sa.text("ends_on IS NULL"),
    )
    role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]
    for statement in WALLS:
        op.execute(statement.replace("{role}", role))


def downgrade() -> None:
    op.drop_table("cooperation_agreements")
