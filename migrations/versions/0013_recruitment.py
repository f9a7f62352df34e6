"""How volunteers come and go, counted by month."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

WALLS = (
    # owned, and never changed: recruitment_months
    'ALTER TABLE "recruitment_months" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "recruitment_months" FORCE ROW LEVEL SECURITY',
    'CREATE POLICY wall ON "recruitment_months" FOR ALL TO "{role}" USING (municipality_code = ANY ((SELECT app.reach())::text[])) WITH CHECK (municipality_code = ANY ((SELECT app.reach())::text[]))',
    'GRANT SELECT, INSERT ON "recruitment_months" TO "{role}"',
)


def upgrade() -> None:
    op.create_table(
        "recruitment_months",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("volunteers", sa.Integer(), nullable=True),
        sa.Column("came", sa.Integer(), nullable=True),
        sa.Column("left", sa.Integer(), nullable=True),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.CheckConstraint("volunteers = 0 OR volunteers >= 5", name=op.f("ck_recruitment_months_volunteers")),
        sa.CheckConstraint("came = 0 OR came >= 5", name=op.f("ck_recruitment_months_came")),
        sa.CheckConstraint('"left" = 0 OR "left" >= 5', name=op.f("ck_recruitment_months_left")),
        sa.CheckConstraint('(came IS NULL) = ("left" IS NULL)', name=op.f("ck_recruitment_months_movements")),
        sa.CheckConstraint("came IS NULL OR volunteers IS NOT NULL", name=op.f("ck_recruitment_months_ends")),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_recruitment_months_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_recruitment_months")),
    )
    op.create_index("uq_recruitment_months_once", "recruitment_months", ["municipality_code", "month"], unique=True)
    role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]
    for statement in WALLS:
        op.execute(statement.replace("{role}", role))


def downgrade() -> None:
    """The counts are gone; the months that are over are counted anew, as they are recorded then."""
    op.drop_table("recruitment_months")
