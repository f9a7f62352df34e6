"""Why a piece of work stands still is kept with it: a fault of ours, something away, a try that was lost."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "300fe4f18316"
down_revision = "926871c549eb"
branch_labels = None
depends_on = None

TABLES = (
    "agreements",
    "checkins",
    "declarations",
    "drift_papers",
    "exports",
    "imports",
    "notices",
    "posters",
    "statements",
)
FAULTS = "'unreadable', 'unprintable', 'refused', 'put_off', 'away', 'lost'"


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("fault", sa.String(), nullable=True))
        op.create_check_constraint(op.f(f"ck_{table}_fault"), table, f"fault IN ({FAULTS})")


def downgrade() -> None:
    for table in TABLES:
        op.drop_constraint(op.f(f"ck_{table}_fault"), table)
        op.drop_column(table, "fault")
