"""What PostgreSQL is told counts only with the service's signature (tenants/passes.py).

Code from before this has no signature: on the schema after it, it sees nothing. Who wants to replace it one process after another
runs `flask --app wsgi db upgrade -x rolling`, which leaves it a door open until `flask --app wsgi walls close`.
"""

from __future__ import annotations

from alembic import context, op

revision = "926871c549eb"
down_revision = "72fb51aa9545"
branch_labels = None
depends_on = None

PASSED = """CREATE FUNCTION app.passed() RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
       SET search_path = pg_catalog AS $$
       BEGIN
         RETURN EXISTS (SELECT FROM app.keys WHERE inner_pad IS NULL OR current_setting('app.pass', true) =
           encode(sha256(outer_pad || sha256(inner_pad || convert_to(extract(epoch FROM now()) || '/' || current_setting('app.office', true)
             || '/' || current_setting('app.reach', true) || '/' || current_setting('app.person', true), 'UTF8'))), 'hex'));
       END $$"""
LEFT_OPEN = """CREATE FUNCTION app.left_open() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
       AS $$ SELECT EXISTS (SELECT FROM app.keys WHERE inner_pad IS NULL) $$"""
KEYS = """CREATE TABLE app.keys (inner_pad bytea, outer_pad bytea, UNIQUE NULLS NOT DISTINCT (inner_pad, outer_pad),
       CHECK ((inner_pad IS NULL) = (outer_pad IS NULL)))"""
ASKED = (("reach", "text", ""), ("office", "text", ""), ("person", "uuid", "::uuid"))


def upgrade() -> None:
    role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]
    for statement in (KEYS, PASSED, LEFT_OPEN):
        op.execute(statement)
    op.execute("REVOKE ALL ON FUNCTION app.passed(), app.left_open() FROM PUBLIC")
    op.execute(f'GRANT EXECUTE ON FUNCTION app.passed(), app.left_open() TO "{role}"')
    for name, kind, cast in ASKED:
        op.execute(
            f"""CREATE OR REPLACE FUNCTION app.{name}() RETURNS {kind} LANGUAGE sql STABLE PARALLEL SAFE
       RETURN CASE WHEN app.passed() THEN nullif(current_setting('app.{name}', true), ''){cast} END"""
        )
    if "rolling" in context.get_x_argument(as_dictionary=True):
        op.execute("INSERT INTO app.keys DEFAULT VALUES")


def downgrade() -> None:
    for name, kind, cast in ASKED:
        op.execute(
            f"""CREATE OR REPLACE FUNCTION app.{name}() RETURNS {kind} LANGUAGE sql STABLE PARALLEL SAFE
       RETURN nullif(current_setting('app.{name}', true), ''){cast}"""
        )
    op.execute("DROP FUNCTION app.passed(), app.left_open(); DROP TABLE app.keys")
