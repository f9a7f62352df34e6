"""Files out are made by a worker: exports, and the pieces of their files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

WALLS = tuple(
    statement
    for table in ("exports", "export_pieces")
    for statement in (
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
        f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
        f"CREATE POLICY wall ON \"{table}\" FOR ALL TO \"{{role}}\" USING ((SELECT app.office() IN ('drc', 'clock'))) WITH CHECK ((SELECT app.office() IN ('drc', 'clock')))",
        f'GRANT SELECT, INSERT, UPDATE, DELETE ON "{table}" TO "{{role}}"',
    )
)


def upgrade() -> None:
    op.create_table(
        "exports",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("file_format", sa.String(), nullable=False),
        sa.Column("limits", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("work_state", sa.String(), server_default="due", nullable=False),
        sa.Column("lease_token", sa.UUID(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("due_from", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(made_at IS NULL) = (size IS NULL)", name=op.f("ck_exports_made")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_exports_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exports")),
    )
    op.create_index("ix_exports_person", "exports", ["person_id", "created_at", "id"], unique=False)
    op.create_table(
        "export_pieces",
        sa.Column("export_id", sa.UUID(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["export_id"], ["exports.id"], name=op.f("fk_export_pieces_export_id")),
        sa.PrimaryKeyConstraint("export_id", "number", name=op.f("pk_export_pieces")),
    )
    role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]
    for statement in WALLS:
        op.execute(statement.replace("{role}", role))


def downgrade() -> None:
    op.drop_table("export_pieces")
    op.drop_table("exports")
