"""The hashes of passwords lie in a table that the service's role reaches by two functions alone (service/accounts/models.py)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "e2906a627d4c"
down_revision = "e741922641d5"
branch_labels = None
depends_on = None

AFTER = (
    # Under FORCE the owner is held by the wall too, so its functions step inside with a policy of their own.
    "CREATE POLICY kept ON passwords FOR ALL TO CURRENT_USER USING (true) WITH CHECK (true)",
    """CREATE FUNCTION app.password() RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
       BEGIN
         RETURN (SELECT p.hash FROM public.passwords p WHERE p.person_id = app.person());
       END $$""",
    """CREATE FUNCTION app.set_password(person uuid, before text, hashed text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
       SET search_path = pg_catalog AS $$
       BEGIN
         IF before IS NULL AND (person = app.person() OR app.office() = 'clock') THEN
           INSERT INTO public.passwords (person_id, hash) VALUES (person, hashed) ON CONFLICT DO NOTHING;
         ELSIF person = app.person() THEN
           UPDATE public.passwords p SET hash = hashed WHERE p.person_id = person AND p.hash = before;
         ELSE
           RAISE insufficient_privilege USING MESSAGE = 'a password is its person''s to change';
         END IF;
         RETURN FOUND;
       END $$""",
    "REVOKE ALL ON FUNCTION app.password(), app.set_password(uuid, text, text) FROM PUBLIC",
)

# As the migration before has them.
BEFORE = (
    "CREATE POLICY kept ON persons FOR ALL TO CURRENT_USER USING (true) WITH CHECK (true)",
    """CREATE FUNCTION app.password() RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
       BEGIN
         RETURN (SELECT nullif(p.password_hash, '') FROM public.persons p WHERE p.id = app.person());
       END $$""",
    """CREATE FUNCTION app.set_password(person uuid, before text, hashed text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
       SET search_path = pg_catalog AS $$
       BEGIN
         UPDATE public.persons p SET password_hash = hashed
         WHERE p.id = person AND p.password_hash = coalesce(before, '') AND (p.id = app.person() OR app.office() = 'clock');
         RETURN FOUND;
       END $$""",
    "REVOKE ALL ON FUNCTION app.password(), app.set_password(uuid, text, text) FROM PUBLIC",
)


def upgrade() -> None:
    op.create_table(
        "passwords",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_passwords_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_passwords")),
    )
    # Rows are moved as the owner, whom FORCE holds too: it is lifted for the moment.
    op.execute("ALTER TABLE persons NO FORCE ROW LEVEL SECURITY")
    op.execute("INSERT INTO passwords SELECT id, password_hash FROM persons WHERE password_hash <> ''")
    op.execute("ALTER TABLE persons FORCE ROW LEVEL SECURITY")
    op.drop_column("persons", "password_hash")
    op.execute("ALTER TABLE passwords ENABLE ROW LEVEL SECURITY; ALTER TABLE passwords FORCE ROW LEVEL SECURITY")
    op.execute("DROP POLICY kept ON persons")
    _replace(AFTER)


def downgrade() -> None:
    op.add_column("persons", sa.Column("password_hash", sa.String(), server_default="", nullable=False))
    op.execute("ALTER TABLE persons NO FORCE ROW LEVEL SECURITY; ALTER TABLE passwords NO FORCE ROW LEVEL SECURITY")
    op.execute("UPDATE persons p SET password_hash = w.hash FROM passwords w WHERE w.person_id = p.id")
    op.execute("ALTER TABLE persons FORCE ROW LEVEL SECURITY")
    _replace(BEFORE)
    op.drop_table("passwords")


def _replace(statements: tuple[str, ...]) -> None:
    role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]
    op.execute("DROP FUNCTION app.password(), app.set_password(uuid, text, text)")
    for statement in statements:
        op.execute(statement)
    op.execute(f'GRANT EXECUTE ON FUNCTION app.password(), app.set_password(uuid, text, text) TO "{role}"')
