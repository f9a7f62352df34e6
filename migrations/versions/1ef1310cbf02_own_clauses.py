"""Scopes of the fourth format can be stored: with clauses that are left out, or said in words of their own."""

from __future__ import annotations

import logging

import sqlalchemy as sa
from alembic import op

revision = "1ef1310cbf02"
down_revision = "112b0863fbda"
branch_labels = None
depends_on = None

CONTRACTS = (
    "6b30acbde013",
    "ck_agreements_scope_format, ck_scope_drafts_scope_format, ck_scope_periods_scope_format: wider; the version before writes what they took",
)
log = logging.getLogger("alembic.runtime.migration")


def _take(formats: str) -> None:
    known = f"coalesce(scope->>'format', '') IN ({formats})"
    for table, condition in (
        ("agreements", known),
        ("scope_drafts", f"coalesce(jsonb_typeof(scope), 'null') = 'null' OR {known}"),
        ("scope_periods", known),
    ):
        name = f"ck_{table}_scope_format"
        op.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
        op.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" CHECK ({condition}) NOT VALID')
        try:
            with op.get_bind().begin_nested():
                op.execute(f'ALTER TABLE "{table}" VALIDATE CONSTRAINT "{name}"')
        except sa.exc.IntegrityError:
            log.warning("%s has scopes that break %s: mend them, then VALIDATE the CONSTRAINT", table, name)


def upgrade() -> None:
    _take("'1', '2', '3', '4'")


def downgrade() -> None:
    """Scopes of the fourth format stay, and the code before cannot read them: it says so where it meets one."""
    _take("'1', '2', '3'")
