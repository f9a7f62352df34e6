"""A municipality answers a share and ends it, and ends a scope in force: PostgreSQL lets its people do no more to either."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

STEPS = (
    """CREATE FUNCTION app.share_step() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, app AS $$
       BEGIN
         IF app.office() IN ('drc', 'clock') OR pg_get_userbyid((SELECT relowner FROM pg_class WHERE oid = TG_RELID)) = current_user THEN
           IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
           RETURN NEW;
         END IF;
         IF TG_OP = 'UPDATE' AND (
              (OLD.state = 'offered' AND NEW.state IN ('accepted', 'declined') AND NEW.valid_to IS NOT DISTINCT FROM OLD.valid_to)
              OR (OLD.state = 'accepted' AND NEW.state IN ('accepted', 'ended')
                  AND coalesce(NEW.valid_to, 'infinity') <= coalesce(OLD.valid_to, 'infinity')))
            AND (NEW.municipality_code, NEW.id, NEW.group_id, NEW.network_id, NEW.title, NEW.shows, NEW.valid_from, NEW.offered_at)
            IS NOT DISTINCT FROM
            (OLD.municipality_code, OLD.id, OLD.group_id, OLD.network_id, OLD.title, OLD.shows, OLD.valid_from, OLD.offered_at) THEN
           RETURN NEW;
         END IF;
         RAISE insufficient_privilege USING MESSAGE = 'a municipality answers a share and ends it, no more';
       END $$""",
    "CREATE TRIGGER step BEFORE INSERT OR UPDATE OR DELETE ON shares FOR EACH ROW EXECUTE FUNCTION app.share_step()",
    """CREATE FUNCTION app.scope_step() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, app AS $$
       BEGIN
         IF app.office() IN ('drc', 'clock') OR pg_get_userbyid((SELECT relowner FROM pg_class WHERE oid = TG_RELID)) = current_user THEN
           IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
           RETURN NEW;
         END IF;
         IF TG_OP = 'UPDATE' AND NEW.valid_to <= OLD.valid_to
            AND (NEW.municipality_code, NEW.id, NEW.partnership_id, NEW.agreement_id, NEW.valid_from, NEW.scope)
            IS NOT DISTINCT FROM (OLD.municipality_code, OLD.id, OLD.partnership_id, OLD.agreement_id, OLD.valid_from, OLD.scope) THEN
           RETURN NEW;
         END IF;
         RAISE insufficient_privilege USING MESSAGE = 'a municipality ends a scope in force, no more';
       END $$""",
    "CREATE TRIGGER step BEFORE INSERT OR UPDATE OR DELETE ON scope_periods FOR EACH ROW EXECUTE FUNCTION app.scope_step()",
)


def upgrade() -> None:
    for statement in STEPS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TRIGGER step ON scope_periods; DROP FUNCTION app.scope_step()")
    op.execute("DROP TRIGGER step ON shares; DROP FUNCTION app.share_step()")
