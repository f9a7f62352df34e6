"""When an agreement is next reminded of (service/partnership/agreements/deadlines.py)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "b6c43811c97c"
down_revision = "817044709431"
branch_labels = None
depends_on = None

CHECK = "ck_agreements_remind_on_readable"


def upgrade() -> None:
    """Nothing has been reminded of yet: the first round looks at every agreement."""
    op.add_column("agreements", sa.Column("remind_on", sa.Date(), nullable=True))
    op.create_check_constraint(op.f(CHECK), "agreements", "remind_on BETWEEN '1900-01-01' AND '2199-12-31'")


def downgrade() -> None:
    """What has been reminded of is forgotten: the mails about it stay, and nobody gets one twice."""
    op.drop_constraint(op.f(CHECK), "agreements")
    op.drop_column("agreements", "remind_on")
