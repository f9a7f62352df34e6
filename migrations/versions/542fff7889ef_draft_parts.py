"""A draft is written part by part: what was begun and looked at, and what a part was before it was last saved."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "542fff7889ef"
down_revision = "d2368980372e"
branch_labels = None
depends_on = None

CONTRACTS = (
    "6b30acbde013",
    "scope_drafts: what JSON can be read is said of a new column too, which the code before leaves alone",
)
READABLE = "ck_scope_drafts_json_readable"


def _readable(*columns: str) -> None:
    op.execute(f"ALTER TABLE scope_drafts DROP CONSTRAINT {READABLE}")
    known = " AND ".join(f"jsonb_typeof({column}) IN ('object', 'null')" for column in columns)
    op.execute(f"ALTER TABLE scope_drafts ADD CONSTRAINT {READABLE} CHECK ({known})")


def upgrade() -> None:
    op.add_column("scope_drafts", sa.Column("parts", postgresql.JSONB(), server_default="{}", nullable=False))
    _readable("form", "scope", "parts")


def downgrade() -> None:
    _readable("form", "scope")
    op.drop_column("scope_drafts", "parts")
