"""How many volunteers came and left in twelve months, as far as it may be told (service/reporting/recruitment/program.py)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "ae067d599de3"
down_revision = "3175e072253d"
branch_labels = None
depends_on = None

COLUMNS = ("came_in_year_least", "came_in_year_most", "left_in_year_least", "left_in_year_most")
NONE = " AND ".join(f"{name} IS NULL" for name in COLUMNS)
ALL = "0 <= came_in_year_least AND came_in_year_least <= came_in_year_most AND 0 <= left_in_year_least AND left_in_year_least <= left_in_year_most"


def upgrade() -> None:
    """What was counted before tells nothing of its twelve months: the municipality was told what it was told."""
    for name in COLUMNS:
        op.add_column("recruitment_months", sa.Column(name, sa.Integer(), nullable=True))
    op.create_check_constraint(
        op.f("ck_recruitment_months_year"),
        "recruitment_months",
        f"({NONE}) OR (num_nulls({', '.join(COLUMNS)}) = 0 AND {ALL})",
    )


def downgrade() -> None:
    """The ranges go; the months stay."""
    op.drop_constraint(op.f("ck_recruitment_months_year"), "recruitment_months", type_="check")
    for name in COLUMNS:
        op.drop_column("recruitment_months", name)
