"""Looking through a municipality's eyes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("login_sessions", sa.Column("viewing_code", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("login_sessions", "viewing_code")
