"""A closed month keeps the agreements that were in force in it when it was closed, with their days."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "5219b68bd83e"
down_revision = "9a08a2f99798"
branch_labels = None
depends_on = None
CONTRACTS = ("6b30acbde013", "closed_months: the shape of a new column, which the code before leaves empty")


def upgrade() -> None:
    """What was closed before has none: it is told by what is in force in it by now, as it was."""
    op.add_column("closed_months", sa.Column("agreed", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.create_check_constraint("agreed_shape", "closed_months", "jsonb_typeof(agreed) = 'array'")


def downgrade() -> None:
    op.drop_column("closed_months", "agreed")
