"""A contact is changed without a new agreement: who has come since stands beside the scope as it was signed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "dcf34890d439"
down_revision = "e78782be0020"
branch_labels = None
depends_on = None
CONTRACTS = (
    "6b30acbde013",
    "scope_periods: what JSON can be read is said of a new column too, which the code before leaves alone",
)

HELD = """CREATE OR REPLACE FUNCTION app.held_to_columns() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
       BEGIN
         IF app.office() = TG_ARGV[0] AND to_jsonb(NEW) - TG_ARGV[1:] IS DISTINCT FROM to_jsonb(OLD) - TG_ARGV[1:]
            AND pg_get_userbyid((SELECT relowner FROM pg_class WHERE oid = TG_RELID)) <> current_user THEN
           RAISE insufficient_privilege USING MESSAGE = format('%s changes no other columns of %s than its own', TG_ARGV[0], TG_RELNAME);
         END IF;
         RETURN NEW;
       END $$"""
HELD_BEFORE = """CREATE OR REPLACE FUNCTION app.held_to_columns() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
       BEGIN
         IF app.office() = TG_ARGV[0] AND to_jsonb(NEW) - TG_ARGV[1:] IS DISTINCT FROM to_jsonb(OLD) - TG_ARGV[1:] THEN
           RAISE insufficient_privilege USING MESSAGE = format('%s changes no other columns of %s than its own', TG_ARGV[0], TG_RELNAME);
         END IF;
         RETURN NEW;
       END $$"""
CALLED = "app.change_contact(text, text, jsonb)"
READABLE = (
    "contacts - ARRAY['municipality_contact', 'drc_contact'] = '{}'::jsonb"
    " AND (NOT contacts ? 'municipality_contact' OR coalesce(contacts -> 'municipality_contact' ?& ARRAY['name', 'title', 'phone', 'email', 'since'] AND contacts -> 'municipality_contact' ->> 'since' ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$', false))"
    " AND (NOT contacts ? 'drc_contact' OR coalesce(contacts -> 'drc_contact' ?& ARRAY['name', 'title', 'phone', 'email', 'since'] AND contacts -> 'drc_contact' ->> 'since' ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$', false))"
)
WRITERS = (
    "CREATE POLICY contacts ON scope_periods FOR ALL TO CURRENT_USER USING (true) WITH CHECK (true)",
    """CREATE FUNCTION app.change_contact(code text, side text, contact jsonb) RETURNS boolean
       LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
       BEGIN
         IF NOT coalesce(code = ANY (app.reach()::text[]) AND side IN ('municipality_contact', 'drc_contact')
              AND (app.office() IN ('drc', 'clock') OR app.office() = 'municipality' AND side = 'municipality_contact'
                AND (app.holds(app.person(), 'manager', code) OR app.holds(app.person(), 'staff', code))), false) THEN
           RAISE insufficient_privilege USING MESSAGE = 'that contact is not the present person''s to change';
         END IF;
         UPDATE public.scope_periods p
         SET contacts = p.contacts || jsonb_build_object(side, contact || jsonb_build_object('since', app.today()::text))
         WHERE p.municipality_code = code AND p.valid_to > app.today();
         RETURN FOUND;
       END $$""",
    "REVOKE ALL ON FUNCTION app.change_contact(text, text, jsonb) FROM PUBLIC",
)


def upgrade() -> None:
    op.add_column(
        "scope_periods",
        sa.Column("contacts", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
    )
    op.create_check_constraint(op.f("ck_scope_periods_contacts"), "scope_periods", READABLE)
    op.drop_constraint(op.f("ck_scope_periods_json_readable"), "scope_periods")
    op.create_check_constraint(
        op.f("ck_scope_periods_json_readable"),
        "scope_periods",
        "jsonb_typeof(scope) IN ('object', 'null') AND jsonb_typeof(contacts) IN ('object', 'null')",
    )
    role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]
    for statement in (HELD, *WRITERS, f'GRANT EXECUTE ON FUNCTION {CALLED} TO "{role}"'):
        op.execute(statement)


def downgrade() -> None:
    """The contacts are again those that the agreements name."""
    op.execute(f"DROP FUNCTION {CALLED}")
    op.execute(HELD_BEFORE)
    op.execute("DROP POLICY contacts ON scope_periods")
    op.drop_constraint(op.f("ck_scope_periods_json_readable"), "scope_periods")
    op.create_check_constraint(
        op.f("ck_scope_periods_json_readable"), "scope_periods", "jsonb_typeof(scope) IN ('object', 'null')"
    )
    op.drop_column("scope_periods", "contacts")
