"""What has drifted from the agreements, counts of use, and the papers before status meetings."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_DRC = "(SELECT app.office() IN ('drc', 'clock'))"
_HERE = f"municipality_code = ANY ((SELECT app.reach())::text[]) AND {_DRC}"
OWNED = ("capability_uses", "drift_checks", "drift_findings", "drift_papers")  # DRC's alone
WALLS = tuple(
    statement
    for table, condition in (*((table, _HERE) for table in OWNED), ("use_counting", _DRC))
    for statement in (
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
        f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
        f'CREATE POLICY wall ON "{table}" FOR ALL TO "{{role}}" USING ({condition}) WITH CHECK ({condition})',
        f'GRANT SELECT, INSERT, UPDATE, DELETE ON "{table}" TO "{{role}}"',
    )
)


def _do(statements: Iterable[str]) -> None:
    role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]
    for statement in statements:
        op.execute(statement.replace("{role}", role))


def _owned(table: str, *parts: sa.Column | sa.CheckConstraint) -> None:
    op.create_table(
        table,
        *parts,
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f(f"fk_{table}_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f(f"pk_{table}")),
    )


def upgrade() -> None:
    _owned(
        "capability_uses",
        sa.Column("capability", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.CheckConstraint("times > 0", name=op.f("ck_capability_uses_times")),
    )
    op.create_index(
        "uq_capability_uses_day", "capability_uses", ["municipality_code", "capability", "day"], unique=True
    )
    op.create_table(
        "use_counting",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_use_counting_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_use_counting")),
    )
    _owned(
        "drift_findings",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('never_ran', 'stopped', 'outside', 'unused', 'behind')", name=op.f("ck_drift_findings_kind")
        ),
    )
    op.create_index("uq_drift_findings_once", "drift_findings", ["municipality_code", "kind", "subject"], unique=True)
    _owned("drift_checks", sa.Column("checked_on", sa.Date(), nullable=False))
    op.create_index("uq_drift_checks_once", "drift_checks", ["municipality_code"], unique=True)
    _owned(
        "drift_papers",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("asked_by", sa.UUID(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("work_state", sa.String(), server_default="due", nullable=False),
        sa.Column("lease_token", sa.UUID(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("due_from", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(work_state = 'done') = (content IS NOT NULL)", name=op.f("ck_drift_papers_done_has_content")
        ),
        sa.CheckConstraint("num_nonnulls(content, sha256) IN (0, 2)", name=op.f("ck_drift_papers_sha256")),
    )
    op.create_index("ix_drift_papers_list", "drift_papers", ["municipality_code", "asked_at", "id"], unique=False)
    op.create_index("uq_drift_papers_number", "drift_papers", ["municipality_code", "number"], unique=True)
    _do(WALLS)


def downgrade() -> None:
    """The counts of use and the papers are gone; what has drifted is found again."""
    for table in ("drift_papers", "drift_checks", "drift_findings", "use_counting", "capability_uses"):
        op.drop_table(table)
