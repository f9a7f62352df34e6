"""Statements are held for a look before they are issued (service/reporting/statements), and which papers were opened is found quickly."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "06501c04f4a8"
down_revision = "6939f95f4782"
branch_labels = None
depends_on = None

CONTRACTS = (
    "6b30acbde013",
    "statements: the days that can be read are those of a new column too, which the code before leaves alone",
)
BEFORE = ("month", "asked_at", "issued_at", "lease_until", "due_from")
RANGES = {
    "month": "DATE '1900-01-01' AND DATE '2199-12-31'",
    **dict.fromkeys(
        ("asked_at", "released_at", "issued_at", "lease_until", "due_from"),
        "TIMESTAMPTZ '1900-01-01 00:00+00' AND TIMESTAMPTZ '2199-12-31 00:00+00'",
    ),
}


def upgrade() -> None:
    """What was asked for before was released as it was asked for: nobody held it. The version before releases what it asks for as well."""
    op.add_column("statements", sa.Column("released_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("statements", sa.Column("released_by", sa.UUID(), nullable=True))
    op.add_column("statements", sa.Column("wait_reason", sa.String(), nullable=True))
    op.execute("ALTER TABLE statements NO FORCE ROW LEVEL SECURITY")
    op.execute("UPDATE statements SET released_at = asked_at")
    op.execute("ALTER TABLE statements FORCE ROW LEVEL SECURITY")
    op.create_check_constraint(
        op.f("ck_statements_wait_reason"), "statements", "wait_reason IN ('group', 'figure', 'agreement', 'other')"
    )
    _days_readable(tuple(RANGES))
    op.create_index(
        "ix_ledger_entries_read",
        "ledger_entries",
        ["municipality_code", "subject"],
        postgresql_where=sa.text("act = 'document.read'"),
    )


def downgrade() -> None:
    """What is held is due at the moment at which it would have gone out by itself, which the version before abides by."""
    op.drop_index("ix_ledger_entries_read", "ledger_entries")
    _days_readable(BEFORE)
    for column in ("wait_reason", "released_by", "released_at"):
        op.drop_column("statements", column)


def _days_readable(columns: tuple[str, ...]) -> None:
    op.drop_constraint(op.f("ck_statements_days_readable"), "statements")
    readable = " AND ".join(f"{column} BETWEEN {RANGES[column]}" for column in columns)
    op.create_check_constraint(op.f("ck_statements_days_readable"), "statements", readable)
