"""A volunteer who was forgotten stays as a row for the figures, and as nobody's: PostgreSQL holds it to that."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "1462d3de6e0c"
down_revision = "5a6a27a29b74"
branch_labels = None
depends_on = None
EMPTY = "status = 'left' AND name || sort_key || name_key || email || phone || phone_digits = ''"


def upgrade() -> None:
    """Nobody has been forgotten yet."""
    op.add_column("volunteers", sa.Column("erased_on", sa.Date(), nullable=True))
    op.create_check_constraint(op.f("ck_volunteers_erased"), "volunteers", f"erased_on IS NULL OR {EMPTY}")
    op.create_check_constraint(
        op.f("ck_volunteers_erased_readable"), "volunteers", "erased_on BETWEEN DATE '1900-01-01' AND DATE '2199-12-31'"
    )


def downgrade() -> None:
    op.drop_column("volunteers", "erased_on")
