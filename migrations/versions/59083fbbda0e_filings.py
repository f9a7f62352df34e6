"""Where the municipalities file, and the papers that were sent there (service/exchange/filing)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "59083fbbda0e"
down_revision = "30ec1202f069"
branch_labels = None
depends_on = None

WALL = (
    # owned: filing_addresses
    'ALTER TABLE "filing_addresses" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "filing_addresses" FORCE ROW LEVEL SECURITY',
    'CREATE POLICY wall_read ON "filing_addresses" FOR SELECT TO "{role}" USING (municipality_code = ANY ((SELECT app.reach())::text[]))',
    "CREATE POLICY wall_add ON \"filing_addresses\" FOR INSERT TO \"{role}\" WITH CHECK (municipality_code = ANY ((SELECT app.reach_as('drc', 'clock', 'municipality'))::text[]))",
    "CREATE POLICY wall_change ON \"filing_addresses\" FOR UPDATE TO \"{role}\" USING (municipality_code = ANY ((SELECT app.reach_as('drc', 'clock', 'municipality'))::text[])) WITH CHECK (municipality_code = ANY ((SELECT app.reach_as('drc', 'clock', 'municipality'))::text[]))",
    "CREATE POLICY wall_remove ON \"filing_addresses\" FOR DELETE TO \"{role}\" USING (municipality_code = ANY ((SELECT app.reach_as('drc', 'clock', 'municipality'))::text[]))",
    "CREATE TRIGGER columns_of_municipality BEFORE UPDATE ON \"filing_addresses\" FOR EACH ROW EXECUTE FUNCTION app.held_to_columns('municipality', 'email', 'set_by')",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "filing_addresses" TO "{role}"',
    # owned: filings
    'ALTER TABLE "filings" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "filings" FORCE ROW LEVEL SECURITY',
    'CREATE POLICY wall_read ON "filings" FOR SELECT TO "{role}" USING (municipality_code = ANY ((SELECT app.reach())::text[]))',
    "CREATE POLICY wall_add ON \"filings\" FOR INSERT TO \"{role}\" WITH CHECK (municipality_code = ANY ((SELECT app.reach_as('drc', 'clock'))::text[]))",
    "CREATE POLICY wall_change ON \"filings\" FOR UPDATE TO \"{role}\" USING (municipality_code = ANY ((SELECT app.reach_as('drc', 'clock'))::text[])) WITH CHECK (municipality_code = ANY ((SELECT app.reach_as('drc', 'clock'))::text[]))",
    "CREATE POLICY wall_remove ON \"filings\" FOR DELETE TO \"{role}\" USING (municipality_code = ANY ((SELECT app.reach_as('drc', 'clock'))::text[]))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "filings" TO "{role}"',
)


def _moment(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _readable(table: str, *moments: str) -> sa.CheckConstraint:
    bounds = (
        f"{moment} BETWEEN TIMESTAMPTZ '1900-01-01 00:00+00' AND TIMESTAMPTZ '2199-12-31 00:00+00'"
        for moment in moments
    )
    return sa.CheckConstraint(" AND ".join(bounds), name=op.f(f"ck_{table}_days_readable"))


def upgrade() -> None:
    """Nothing is sent before somebody says where to."""
    op.create_table(
        "filing_addresses",
        sa.Column("email", sa.String(), nullable=False),
        _moment("since"),
        sa.Column("set_by", sa.UUID(), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        _readable("filing_addresses", "since"),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_filing_addresses_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_filing_addresses")),
    )
    op.create_index("uq_filing_addresses_one", "filing_addresses", ["municipality_code"], unique=True)
    op.create_table(
        "filings",
        sa.Column("document_id", sa.UUID(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        _moment("owed_at"),
        _moment("sent_at", nullable=True),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("work_state", sa.String(), server_default="due", nullable=False),
        sa.Column("lease_token", sa.UUID(), nullable=True),
        _moment("lease_until", nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("fault", sa.String(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        _moment("due_from"),
        sa.CheckConstraint(
            "fault IN ('unreadable', 'unprintable', 'refused', 'put_off', 'away', 'lost')",
            name=op.f("ck_filings_fault"),
        ),
        sa.CheckConstraint("work_state IN ('due', 'done', 'failed')", name=op.f("ck_filings_work_state_known")),
        sa.CheckConstraint("(work_state = 'done') = (sent_at IS NOT NULL)", name=op.f("ck_filings_done_is_sent")),
        _readable("filings", "owed_at", "sent_at", "lease_until", "due_from"),
        sa.ForeignKeyConstraint(
            ["municipality_code", "document_id"],
            ["documents.municipality_code", "documents.id"],
            name=op.f("fk_filings_municipality_code_document_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_filings_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_filings")),
    )
    op.create_index("uq_filings_once", "filings", ["municipality_code", "document_id"], unique=True)
    for state in ("due", "failed"):
        op.create_index(
            f"ix_filings_{state}", "filings", ["due_from"], postgresql_where=sa.text(f"work_state = '{state}'")
        )
    op.create_index("ix_documents_list", "documents", ["municipality_code", "created_at", "id"])
    role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]
    for statement in WALL:
        op.execute(statement.replace("{role}", role))


def downgrade() -> None:
    """Where the municipalities file is lost, and which papers were sent there."""
    op.drop_index("ix_documents_list", "documents")
    op.drop_table("filings")
    op.drop_table("filing_addresses")
