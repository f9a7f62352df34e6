"""Looking through a municipality's eyes ends by itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "5ac1e60a7a92"
down_revision = "cd7d97400309"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Whoever is looking through another's eyes is themselves again."""
    op.add_column("login_sessions", sa.Column("viewing_until", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        op.f("ck_login_sessions_looking_readable"),
        "login_sessions",
        "viewing_until BETWEEN TIMESTAMPTZ '1900-01-01 00:00+00' AND TIMESTAMPTZ '2199-12-31 00:00+00'",
    )


def downgrade() -> None:
    op.drop_column("login_sessions", "viewing_until")
