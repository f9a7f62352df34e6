"""Another address for an account: what was asked for, and who may ask (service/platform/people/address_writers.py)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "5a6a27a29b74"
down_revision = "41a8730ab161"
branch_labels = None
depends_on = None

MOMENTS = ("made_at", "expires_at", "used_at", "withdrawn_at", "lease_until", "due_from")
WALL = (
    # personal: address_changes
    'ALTER TABLE "address_changes" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "address_changes" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall_read ON \"address_changes\" FOR SELECT TO \"{role}\" USING ((SELECT app.office() IN ('door', 'drc', 'clock')) OR person_id = (SELECT app.person()))",
    'CREATE POLICY wall_add ON "address_changes" FOR INSERT TO "{role}" WITH CHECK ((SELECT app.office() = \'clock\'))',
    "CREATE POLICY wall_change ON \"address_changes\" FOR UPDATE TO \"{role}\" USING ((SELECT app.office() = 'clock')) WITH CHECK ((SELECT app.office() = 'clock'))",
    'CREATE POLICY wall_remove ON "address_changes" FOR DELETE TO "{role}" USING ((SELECT app.office() = \'clock\'))',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "address_changes" TO "{role}"',
)
WRITERS = (
    "CREATE POLICY written ON address_changes FOR ALL TO CURRENT_USER USING (true) WITH CHECK (true)",
    # A manager: of those who have a role nowhere but where they are manager themselves, and of others nothing is asked. What was asked
    # for before opens nothing more.
    """CREATE FUNCTION app.ask_address(whose uuid, address text) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER
       SET search_path = pg_catalog AS $$
       DECLARE
         made CONSTANT uuid := gen_random_uuid();
         asks CONSTANT uuid := app.person();
       BEGIN
         IF NOT coalesce(EXISTS (SELECT FROM public.persons p WHERE p.id = whose AND p.disabled_at IS NULL) AND (
              app.office() = 'clock' OR app.office() IN ('drc', 'municipality') AND whose = asks
              OR app.office() = 'drc' AND app.holds(asks, 'secretariat', NULL)
              OR app.office() = 'municipality' AND EXISTS (SELECT FROM public.memberships m
                WHERE m.person_id = whose AND (m.valid_to IS NULL OR m.valid_to > app.today())
                  AND m.municipality_code = ANY (app.reach()::text[]) AND app.holds(asks, 'manager', m.municipality_code))), false) THEN
           RAISE insufficient_privilege USING MESSAGE = 'the address of that account is not the present person''s to change';
         END IF;
         IF app.office() = 'municipality' AND whose <> asks AND EXISTS (SELECT FROM public.memberships m
              WHERE m.person_id = whose AND (m.valid_to IS NULL OR m.valid_to > app.today())
                AND NOT coalesce(m.municipality_code = ANY (app.reach()::text[])
                  AND app.holds(asks, 'manager', m.municipality_code), false)) THEN
           RETURN NULL;
         END IF;
         UPDATE public.address_changes c SET withdrawn_at = now()
         WHERE c.person_id = whose AND c.used_at IS NULL AND c.withdrawn_at IS NULL;
         INSERT INTO public.address_changes (id, person_id, email, asked_by, made_at, expires_at, due_from)
         VALUES (made, whose, address, asks, now(), now() + interval '1 day', now());
         RETURN made;
       END $$""",
    # Whoever shows the secret of a link holds it, whatever office asks. `stands`: it can be used now.
    """CREATE FUNCTION app.address_change(secret bytea) RETURNS TABLE (id uuid, stands boolean)
       LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
       BEGIN
         RETURN QUERY SELECT c.id, c.used_at IS NULL AND c.withdrawn_at IS NULL AND c.expires_at > now() AND p.disabled_at IS NULL
           AND NOT EXISTS (SELECT FROM public.persons o WHERE o.email = c.email)
         FROM public.address_changes c JOIN public.persons p ON p.id = c.person_id WHERE c.token_hash = sha256(secret);
       END $$""",
    # Links for a new password that lie in the former mailbox open nothing more.
    """CREATE FUNCTION app.change_address(secret bytea) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
       SET search_path = pg_catalog AS $$
       DECLARE
         asked public.address_changes;
       BEGIN
         SELECT * INTO asked FROM public.address_changes c WHERE c.token_hash = sha256(secret) FOR UPDATE;
         IF NOT coalesce((SELECT found.stands FROM app.address_change(secret) found), false) THEN
           RETURN false;
         END IF;
         UPDATE public.address_changes c SET used_at = now() WHERE c.id = asked.id;
         UPDATE public.persons p SET email = asked.email WHERE p.id = asked.person_id;
         UPDATE public.invitations i SET withdrawn_at = now()
         WHERE i.person_id = asked.person_id AND i.purpose = 'password' AND i.used_at IS NULL AND i.withdrawn_at IS NULL;
         RETURN true;
       END $$""",
    "REVOKE ALL ON FUNCTION app.ask_address(uuid, text), app.address_change(bytea), app.change_address(bytea) FROM PUBLIC",
)
CALLED = ("app.ask_address(uuid, text)", "app.address_change(bytea)", "app.change_address(bytea)")


def upgrade() -> None:
    op.create_table(
        "address_changes",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=True),
        sa.Column("asked_by", sa.UUID(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("work_state", sa.String(), server_default="due", nullable=False),
        sa.Column("lease_token", sa.UUID(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("fault", sa.String(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("due_from", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_address_changes_email_lower")),
        sa.CheckConstraint(
            "fault IN ('unreadable', 'unprintable', 'refused', 'put_off', 'away', 'lost')",
            name=op.f("ck_address_changes_fault"),
        ),
        sa.CheckConstraint("work_state IN ('due', 'done', 'failed')", name=op.f("ck_address_changes_work_state_known")),
        sa.CheckConstraint(
            " AND ".join(
                f"{moment} BETWEEN TIMESTAMPTZ '1900-01-01 00:00+00' AND TIMESTAMPTZ '2199-12-31 00:00+00'"
                for moment in MOMENTS
            ),
            name=op.f("ck_address_changes_days_readable"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_address_changes_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_changes")),
    )
    op.create_index("uq_address_changes_token", "address_changes", ["token_hash"], unique=True)
    op.create_index("ix_address_changes_person_id", "address_changes", ["person_id"])
    op.create_index(
        "ix_address_changes_due", "address_changes", ["due_from"], postgresql_where=sa.text("work_state = 'due'")
    )
    role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]
    for statement in (*WALL, *WRITERS, f'GRANT EXECUTE ON FUNCTION {", ".join(CALLED)} TO "{role}"'):
        op.execute(statement.replace("{role}", role))


def downgrade() -> None:
    for function in CALLED:
        op.execute(f"DROP FUNCTION {function}")
    op.drop_table("address_changes")
