"""The certificate of an agreement's approvals (service/partnership/agreements)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "67946f13b68c"
down_revision = "08c844db0d27"
branch_labels = None
depends_on = None

READABLE = " AND ".join(
    f"{moment} BETWEEN TIMESTAMPTZ '1900-01-01 00:00+00' AND TIMESTAMPTZ '2199-12-31 00:00+00'"
    for moment in ("owed_at", "lease_until", "due_from")
)
WALL = (
    'ALTER TABLE "approval_certificates" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "approval_certificates" FORCE ROW LEVEL SECURITY',
    'CREATE POLICY wall_read ON "approval_certificates" FOR SELECT TO "{role}" USING (municipality_code = ANY ((SELECT app.reach())::text[]))',
    "CREATE POLICY wall_add ON \"approval_certificates\" FOR INSERT TO \"{role}\" WITH CHECK (municipality_code = ANY ((SELECT app.reach_as('drc', 'clock'))::text[]))",
    "CREATE POLICY wall_change ON \"approval_certificates\" FOR UPDATE TO \"{role}\" USING (municipality_code = ANY ((SELECT app.reach_as('drc', 'clock'))::text[])) WITH CHECK (municipality_code = ANY ((SELECT app.reach_as('drc', 'clock'))::text[]))",
    "CREATE POLICY wall_remove ON \"approval_certificates\" FOR DELETE TO \"{role}\" USING (municipality_code = ANY ((SELECT app.reach_as('drc', 'clock'))::text[]))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "approval_certificates" TO "{role}"',
)


def upgrade() -> None:
    """What was concluded before has none: its paper does not speak of one, and its approvals stand where they stood."""
    op.create_table(
        "approval_certificates",
        sa.Column("agreement_id", sa.UUID(), nullable=False),
        sa.Column("owed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("document_id", sa.UUID(), nullable=True),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("work_state", sa.String(), server_default="due", nullable=False),
        sa.Column("lease_token", sa.UUID(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("fault", sa.String(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("due_from", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "fault IN ('unreadable', 'unprintable', 'refused', 'put_off', 'away', 'lost')",
            name=op.f("ck_approval_certificates_fault"),
        ),
        sa.CheckConstraint(
            "work_state IN ('due', 'done', 'failed')", name=op.f("ck_approval_certificates_work_state_known")
        ),
        sa.CheckConstraint(
            "(work_state = 'done') = (document_id IS NOT NULL)", name=op.f("ck_approval_certificates_done_is_made")
        ),
        sa.CheckConstraint(READABLE, name=op.f("ck_approval_certificates_days_readable")),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_approval_certificates_municipality_code")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code", "agreement_id"],
            ["agreements.municipality_code", "agreements.id"],
            name=op.f("fk_approval_certificates_municipality_code_agreement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code", "document_id"],
            ["documents.municipality_code", "documents.id"],
            name=op.f("fk_approval_certificates_municipality_code_document_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_approval_certificates")),
    )
    op.create_index(
        "uq_approval_certificates_once", "approval_certificates", ["municipality_code", "agreement_id"], unique=True
    )
    for statement in WALL:
        op.execute(statement.replace("{role}", op.get_context().config.attributes["service_role"]))  # type: ignore[union-attr]


def downgrade() -> None:
    """The papers that were issued stay."""
    op.drop_table("approval_certificates")
