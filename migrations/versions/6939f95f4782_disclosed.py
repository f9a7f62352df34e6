"""A closed month keeps what was kept back of it besides, and what that was decided by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "6939f95f4782"
down_revision = "1ef1310cbf02"
branch_labels = None
depends_on = None
CONTRACTS = ("6b30acbde013", "closed_months: the shape of a new column, which the code before leaves empty")


def upgrade() -> None:
    """What was closed before has none: it is shown as it was."""
    op.add_column("closed_months", sa.Column("disclosed", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.create_check_constraint("disclosed_shape", "closed_months", "jsonb_typeof(disclosed) = 'object'")


def downgrade() -> None:
    op.drop_column("closed_months", "disclosed")
