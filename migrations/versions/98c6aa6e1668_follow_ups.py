"""What DRC tells of earmarks and of targets that nothing counts (service/partnership/followups)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "98c6aa6e1668"
down_revision = "06501c04f4a8"
branch_labels = None
depends_on = None

READABLE = (
    "as_of BETWEEN DATE '1900-01-01' AND DATE '2199-12-31' AND "
    "told_at BETWEEN TIMESTAMPTZ '1900-01-01 00:00+00' AND TIMESTAMPTZ '2199-12-31 00:00+00'"
)
WALL = (
    'ALTER TABLE "follow_ups" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "follow_ups" FORCE ROW LEVEL SECURITY',
    'CREATE POLICY wall_read ON "follow_ups" FOR SELECT TO "{role}" USING (municipality_code = ANY ((SELECT app.reach())::text[]))',
    "CREATE POLICY wall_add ON \"follow_ups\" FOR INSERT TO \"{role}\" WITH CHECK (municipality_code = ANY ((SELECT app.reach_as('drc', 'clock'))::text[]))",
    "CREATE POLICY wall_change ON \"follow_ups\" FOR UPDATE TO \"{role}\" USING (municipality_code = ANY ((SELECT app.reach_as('drc', 'clock'))::text[])) WITH CHECK (municipality_code = ANY ((SELECT app.reach_as('drc', 'clock'))::text[]))",
    "CREATE POLICY wall_remove ON \"follow_ups\" FOR DELETE TO \"{role}\" USING (municipality_code = ANY ((SELECT app.reach_as('drc', 'clock'))::text[]))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "follow_ups" TO "{role}"',
)
STEPS = (
    """CREATE FUNCTION app.follow_up_step() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
       BEGIN
         IF app.office() IN ('drc', 'municipality') AND (TG_OP = 'DELETE' OR
              (NEW.municipality_code, NEW.id, NEW.kind, NEW.name, NEW.year, NEW.amount, NEW.as_of, NEW.told_by, NEW.told_at)
              IS DISTINCT FROM
              (OLD.municipality_code, OLD.id, OLD.kind, OLD.name, OLD.year, OLD.amount, OLD.as_of, OLD.told_by, OLD.told_at)) THEN
           RAISE insufficient_privilege USING MESSAGE = 'what was told is mended by telling anew';
         END IF;
         RETURN COALESCE(NEW, OLD);
       END $$""",
    "CREATE TRIGGER step BEFORE UPDATE OR DELETE ON follow_ups FOR EACH ROW EXECUTE FUNCTION app.follow_up_step()",
)


def upgrade() -> None:
    """Nothing was told before."""
    op.create_table(
        "follow_ups",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("told_by", sa.UUID(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.CheckConstraint("kind IN ('earmark', 'target')", name=op.f("ck_follow_ups_kind")),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_follow_ups_amount")),
        sa.CheckConstraint("kind = 'earmark' OR amount = 0 OR amount >= 5", name=op.f("ck_follow_ups_few")),
        sa.CheckConstraint(READABLE, name=op.f("ck_follow_ups_days_readable")),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_follow_ups_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_follow_ups")),
    )
    op.create_index(
        "ix_follow_ups_newest", "follow_ups", ["municipality_code", "kind", "name", "year", "told_at", "id"]
    )
    for statement in (*WALL, *STEPS):
        op.execute(statement.replace("{role}", op.get_context().config.attributes["service_role"]))  # type: ignore[union-attr]


def downgrade() -> None:
    """What was told is gone."""
    op.drop_table("follow_ups")
    op.execute("DROP FUNCTION app.follow_up_step()")
