"""Whoever holds a mailed link reads which other municipalities the activities there serve; writing stays DRC's."""

from __future__ import annotations

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

DRC = "(SELECT app.office() IN ('drc', 'clock'))"
BY_LINK = "municipality_code = ANY ((SELECT app.reach())::text[]) AND (SELECT app.office() = 'link')"
POLICIES = (
    f'CREATE POLICY wall_read ON "also_serves" FOR SELECT TO "{{role}}" USING ({DRC} OR ({BY_LINK}))',
    f'CREATE POLICY wall_add ON "also_serves" FOR INSERT TO "{{role}}" WITH CHECK ({DRC})',
    f'CREATE POLICY wall_change ON "also_serves" FOR UPDATE TO "{{role}}" USING ({DRC}) WITH CHECK ({DRC})',
    f'CREATE POLICY wall_remove ON "also_serves" FOR DELETE TO "{{role}}" USING ({DRC})',
)
NAMES = ("wall_read", "wall_add", "wall_change", "wall_remove")


def upgrade() -> None:
    role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]
    op.execute('DROP POLICY wall ON "also_serves"')
    for statement in POLICIES:
        op.execute(statement.replace("{role}", role))


def downgrade() -> None:
    role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]
    for name in NAMES:
        op.execute(f'DROP POLICY {name} ON "also_serves"')
    op.execute(f'CREATE POLICY wall ON "also_serves" FOR ALL TO "{role}" USING ({DRC}) WITH CHECK ({DRC})')
