"""How whoever approves had proved who they are, and when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "1ea8faad0f57"
down_revision = "f12ad0b6627a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("decisions", sa.Column("arrived_how", sa.String(), nullable=True))
    op.add_column("decisions", sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        op.f("ck_decisions_arrived"), "decisions", "(arrived_how IS NULL) = (arrived_at IS NULL)"
    )
    op.create_check_constraint(
        op.f("ck_decisions_arrived_readable"),
        "decisions",
        "arrived_at BETWEEN TIMESTAMPTZ '1900-01-01 00:00+00' AND TIMESTAMPTZ '2199-12-31 00:00+00'",
    )


def downgrade() -> None:
    op.drop_column("decisions", "arrived_how")
    op.drop_column("decisions", "arrived_at")
