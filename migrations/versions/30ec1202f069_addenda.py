"""An addendum is an agreement that changes another (service/partnership/agreements)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "30ec1202f069"
down_revision = "542fff7889ef"
branch_labels = None
depends_on = None

STEP = """CREATE OR REPLACE FUNCTION app.agreement_step() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
       BEGIN
         IF app.office() IN ('drc', 'municipality') AND (
              (NEW.number, NEW.scope, NEW.facts, NEW.starts_on, NEW.amends_id, NEW.created_by, NEW.created_at)
                IS DISTINCT FROM (OLD.number, OLD.scope, OLD.facts, OLD.starts_on, OLD.amends_id, OLD.created_by, OLD.created_at)
              OR NEW.ends_on > OLD.ends_on
              OR (NEW.ends_on < OLD.ends_on AND NEW.state NOT IN ('terminated', 'ended_early', 'ended_for_breach'))
              OR NEW.state <> OLD.state AND NEW.state = 'ended_early' AND NOT EXISTS (SELECT FROM public.agreement_ends e
                WHERE e.municipality_code = NEW.municipality_code AND e.agreement_id = NEW.id AND e.way = 'agreed' AND e.state = 'final')
              OR NEW.state <> OLD.state AND NOT CASE app.office()
                WHEN 'municipality' THEN (OLD.state, NEW.state) IN
                  (('offered', 'accepted'), ('offered', 'declined'), ('concluded', 'terminated'), ('concluded', 'ended_early'),
                   ('concluded', 'ended_for_breach'), ('terminated', 'ended_early'), ('terminated', 'ended_for_breach'))
                ELSE (OLD.state, NEW.state) IN
                  (('preparing', 'withdrawn'), ('offered', 'withdrawn'), ('accepted', 'withdrawn'),
                   ('accepted', 'concluded'), ('concluded', 'terminated'), ('concluded', 'ended_early'),
                   ('concluded', 'ended_for_breach'), ('terminated', 'ended_early'), ('terminated', 'ended_for_breach'))
              END) THEN
           RAISE insufficient_privilege USING MESSAGE = format('%s takes no such step with an agreement', app.office());
         END IF;
         RETURN NEW;
       END $$"""
BEFORE = STEP.replace("NEW.amends_id, ", "").replace("OLD.amends_id, ", "")
KEY = "fk_agreements_municipality_code_amends_id"


def upgrade() -> None:
    """No agreement that is there is an addendum."""
    op.add_column("agreements", sa.Column("amends_id", sa.Uuid(), nullable=True))
    op.execute("ALTER TABLE agreements NO FORCE ROW LEVEL SECURITY")  # a new key looks through the rows that are there
    op.create_foreign_key(
        op.f(KEY), "agreements", "agreements", ["municipality_code", "amends_id"], ["municipality_code", "id"]
    )
    op.execute("ALTER TABLE agreements FORCE ROW LEVEL SECURITY")
    op.execute(STEP)


def downgrade() -> None:
    """Addenda stay, as agreements of their own."""
    op.execute(BEFORE)
    op.drop_constraint(op.f(KEY), "agreements", type_="foreignkey")
    op.drop_column("agreements", "amends_id")
