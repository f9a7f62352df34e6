"""With an approval, the hash of the difference that was shown (service/partnership/agreements)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "e395e3e0c6a1"
down_revision = "b6c43811c97c"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing is known of what was shown before: approvals that are there have none."""
    op.add_column("decisions", sa.Column("difference_sha256", sa.String(), nullable=True))
    op.create_check_constraint(
        op.f("ck_decisions_difference_sha256"), "decisions", "difference_sha256 ~ '^[0-9a-f]{64}$'"
    )


def downgrade() -> None:
    """What was shown is forgotten; the approvals stay."""
    op.drop_constraint(op.f("ck_decisions_difference_sha256"), "decisions", type_="check")
    op.drop_column("decisions", "difference_sha256")
