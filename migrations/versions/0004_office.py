"""Policies ask for the office in one truth, so that the planner expects rows where there are some (see tenants/walls.py)."""

from __future__ import annotations

import re
from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# As PostgreSQL tells a policy: (SELECT app.office()) IN (...), and (SELECT app.office() IN (...)).
OUTSIDE = re.compile(r"\(?\( SELECT app\.office\(\) AS office\)( = ANY \(ARRAY\[[^\]]*\]\)| IS NOT NULL)\)?", re.ASCII)
INSIDE = re.compile(r"\( SELECT \(app\.office\(\)( = ANY \(ARRAY\[[^\]]*\]\)| IS NOT NULL)\)(?: AS \S+?)?\)", re.ASCII)


def _rewrite(change: Callable[[str], str]) -> None:
    connection = op.get_bind()
    found = connection.execute(
        sa.text("SELECT tablename, policyname, qual, with_check FROM pg_policies WHERE schemaname = 'public'")
    ).all()
    for table, policy, using, check in found:
        parts = [
            f"{word} ({change(condition)})"
            for word, condition in (("USING", using), ("WITH CHECK", check))
            if condition
        ]
        if parts and any(change(condition) != condition for condition in (using, check) if condition):
            op.execute(f'ALTER POLICY {policy} ON "{table}" {" ".join(parts)}')


def upgrade() -> None:
    _rewrite(lambda condition: OUTSIDE.sub(r"(SELECT app.office()\1)", condition))


def downgrade() -> None:
    _rewrite(lambda condition: INSIDE.sub(r"((SELECT app.office())\1)", condition))
