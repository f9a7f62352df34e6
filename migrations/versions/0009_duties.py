"""Duties of both sides, with their dates."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

WALLS = (
    # owned: duties
    'ALTER TABLE "duties" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "duties" FORCE ROW LEVEL SECURITY',
    'CREATE POLICY wall ON "duties" FOR ALL TO "{role}" USING (municipality_code = ANY ((SELECT app.reach())::text[])) WITH CHECK (municipality_code = ANY ((SELECT app.reach())::text[]))',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "duties" TO "{role}"',
    # owned: duty_lists
    'ALTER TABLE "duty_lists" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "duty_lists" FORCE ROW LEVEL SECURITY',
    'CREATE POLICY wall ON "duty_lists" FOR ALL TO "{role}" USING (municipality_code = ANY ((SELECT app.reach())::text[])) WITH CHECK (municipality_code = ANY ((SELECT app.reach())::text[]))',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "duty_lists" TO "{role}"',
)


def _do(statements: Iterable[str]) -> None:
    role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]
    for statement in statements:
        op.execute(statement.replace("{role}", role))


def upgrade() -> None:
    op.create_table(
        "duties",
        sa.Column("agreement_id", sa.UUID(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_party", sa.String(), nullable=True),
        sa.Column("done_by", sa.UUID(), nullable=True),
        sa.Column("remark", sa.String(), server_default="", nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.CheckConstraint("side IN ('municipality', 'drc', 'both')", name=op.f("ck_duties_side")),
        sa.CheckConstraint("kind IN ('written', 'meeting', 'evaluation')", name=op.f("ck_duties_kind")),
        sa.CheckConstraint("done_party IN ('municipality', 'drc')", name=op.f("ck_duties_done_party")),
        sa.CheckConstraint("num_nonnulls(done_on, done_party, done_by) IN (0, 3)", name=op.f("ck_duties_done")),
        sa.CheckConstraint("done_on IS NOT NULL OR remark = ''", name=op.f("ck_duties_remark")),
        sa.ForeignKeyConstraint(
            ["municipality_code", "agreement_id"],
            ["agreements.municipality_code", "agreements.id"],
            name=op.f("fk_duties_municipality_code_agreement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_duties_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_duties")),
    )
    op.create_index(
        "uq_duties_once", "duties", ["municipality_code", "agreement_id", "side", "title", "due_on"], unique=True
    )
    op.create_index("ix_duties_list", "duties", ["municipality_code", "due_on", "id"], unique=False)
    op.create_table(
        "duty_lists",
        sa.Column("agreement_id", sa.UUID(), nullable=False),
        sa.Column("made_to", sa.Date(), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_code", "agreement_id"],
            ["agreements.municipality_code", "agreements.id"],
            name=op.f("fk_duty_lists_municipality_code_agreement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_duty_lists_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_duty_lists")),
    )
    op.create_index("uq_duty_lists_once", "duty_lists", ["municipality_code", "agreement_id"], unique=True)
    _do(WALLS)


def downgrade() -> None:
    """What was marked as done is gone; the duties themselves stand in the agreements."""
    op.drop_table("duty_lists")
    op.drop_table("duties")
