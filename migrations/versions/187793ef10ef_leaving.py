"""Which municipality's login a session began at, and what it is called there: so that one leaves where one came in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "187793ef10ef"
down_revision = "8038046888b0"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("login_sessions", sa.Column("provider_id", sa.Uuid(), nullable=True))
    op.add_column("login_sessions", sa.Column("provider_session", sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("login_sessions", "provider_session")
    op.drop_column("login_sessions", "provider_id")
