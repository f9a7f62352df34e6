"""What the ledger tells of one volunteer is found without reading all of it."""

from __future__ import annotations

from alembic import op

revision = "0fb8af01f63d"
down_revision = "c3884eafdc44"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Entries are found by what they are about."""
    op.create_index("ix_national_ledger_entries_subject", "national_ledger_entries", ["subject"])


def downgrade() -> None:
    op.drop_index("ix_national_ledger_entries_subject", "national_ledger_entries")
