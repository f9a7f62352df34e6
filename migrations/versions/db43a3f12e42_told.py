"""Of which state of an agreement people have been told by mail, so that it is work that is done once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "db43a3f12e42"
down_revision = "300fe4f18316"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("agreements", sa.Column("told_state", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("agreements", "told_state")
