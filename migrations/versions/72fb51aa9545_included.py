"""A closed month keeps what its figures count, so that what is agreed later changes none of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "72fb51aa9545"
down_revision = "0017"
branch_labels = None
depends_on = None

# Months that are closed already count from now on what they count today.
FILL = """
UPDATE closed_months c SET included = jsonb_build_object(
  'types', coalesce((
    SELECT jsonb_agg(DISTINCT a -> 'activity_type') FROM scope_periods p, jsonb_array_elements(p.scope -> 'activities') a
    WHERE p.municipality_code = c.municipality_code AND p.valid_from < c.month + interval '1 month' AND p.valid_to > c.month
  ), '[]'::jsonb),
  'everything', {all_groups}, 'waiting', {capacity})
"""
OPENS = """EXISTS (
    SELECT FROM scope_periods p
    WHERE p.municipality_code = c.municipality_code AND p.valid_from < c.month + interval '1 month' AND p.valid_to > c.month
      AND jsonb_exists(p.scope -> 'capabilities', '{}'))"""


def upgrade() -> None:
    op.add_column("closed_months", sa.Column("included", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    # Rows are read and filled as the owner, whom FORCE holds too: it is lifted for the moment.
    for table in ("closed_months", "scope_periods"):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(FILL.format(all_groups=OPENS.format("all_groups"), capacity=OPENS.format("capacity")))
    for table in ("closed_months", "scope_periods"):
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    op.drop_column("closed_months", "included")
