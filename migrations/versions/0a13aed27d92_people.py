"""People come, change and leave: memberships from day to day, invitations, and who may write them (service/platform/people/writers.py)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0a13aed27d92"
down_revision = "a3060f6a1d95"
branch_labels = None
depends_on = None

ROLE_AND_PLACE = (
    "CASE role WHEN 'secretariat' THEN municipality_code IS NULL AND territory IS NULL"
    " WHEN 'consultant' THEN municipality_code IS NULL AND territory IS NOT NULL"
    " WHEN 'manager' THEN municipality_code IS NOT NULL AND territory IS NULL"
    " WHEN 'staff' THEN municipality_code IS NOT NULL AND territory IS NULL"
    " ELSE false END"
)
MOMENTS = ("made_at", "expires_at", "used_at", "withdrawn_at", "lease_until", "due_from")
WALL = (
    # personal: invitations
    'ALTER TABLE "invitations" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "invitations" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall_read ON \"invitations\" FOR SELECT TO \"{role}\" USING ((SELECT app.office() IN ('door', 'drc', 'clock')) OR person_id = (SELECT app.person()))",
    'CREATE POLICY wall_add ON "invitations" FOR INSERT TO "{role}" WITH CHECK ((SELECT app.office() = \'clock\'))',
    "CREATE POLICY wall_change ON \"invitations\" FOR UPDATE TO \"{role}\" USING ((SELECT app.office() = 'clock')) WITH CHECK ((SELECT app.office() = 'clock'))",
    'CREATE POLICY wall_remove ON "invitations" FOR DELETE TO "{role}" USING ((SELECT app.office() = \'clock\'))',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "invitations" TO "{role}"',
)
KEPT = ("persons", "memberships", "invitations", "login_sessions", "api_tokens")
# No pass holds a role: what the present person may give and end, these look up themselves, on the day. The service's
# role cannot call those that others of them alone call: `holds`, `may_give`, `gives`, `end_ways_in`, `oversees`.
WRITERS = (
    *(f"CREATE POLICY written ON {table} FOR ALL TO CURRENT_USER USING (true) WITH CHECK (true)" for table in KEPT),
    """CREATE FUNCTION app.holds(person uuid, role text, code text) RETURNS boolean LANGUAGE plpgsql STABLE
       SET search_path = pg_catalog AS $$
       BEGIN
         RETURN EXISTS (SELECT FROM public.memberships m JOIN public.persons p ON p.id = m.person_id
                        WHERE m.person_id = $1 AND m.role = $2 AND m.municipality_code IS NOT DISTINCT FROM $3 AND p.disabled_at IS NULL
                          AND m.valid_from <= app.today() AND (m.valid_to IS NULL OR m.valid_to > app.today()));
       END $$""",
    """CREATE FUNCTION app.may_give(office text, giver uuid, role text, code text) RETURNS boolean LANGUAGE sql STABLE
       SET search_path = pg_catalog AS $$
       SELECT coalesce(CASE office WHEN 'clock' THEN true
                WHEN 'drc' THEN role <> 'staff' AND app.holds(giver, 'secretariat', NULL)
                WHEN 'municipality' THEN role IN ('manager', 'staff') AND app.holds(giver, 'manager', code) END, false) $$""",
    """CREATE FUNCTION app.gives(role text, code text) RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
       SELECT app.may_give(app.office(), app.person(), role, code)
         AND (code IS NULL OR coalesce(code = ANY (app.reach()::text[]), false)) $$""",
    """CREATE FUNCTION app.end_ways_in(whose uuid) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
       BEGIN
         UPDATE public.login_sessions s SET ended_at = now() WHERE s.person_id = whose AND s.ended_at IS NULL;
         UPDATE public.api_tokens t SET ended_at = now() WHERE t.person_id = whose AND t.ended_at IS NULL;
       END $$""",
    # Whoever is not known becomes so. One who was shut out is let in again by DRC alone. The same asked for again replaces what was asked.
    # An invitation's id is not the caller's to choose, here and below: its secret follows from it, and that of one long gone may be known.
    """CREATE FUNCTION app.invite(person uuid, address text, called text, role text, code text, area text, because text)
       RETURNS TABLE (invitation uuid, person_id uuid) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
       DECLARE
         whose public.persons;
         made CONSTANT uuid := gen_random_uuid();
       BEGIN
         IF NOT app.gives(role, code) THEN
           RAISE insufficient_privilege USING MESSAGE = 'that role is not the present person''s to give there';
         END IF;
         INSERT INTO public.persons (id, email, name) VALUES (person, address, called) ON CONFLICT (email) DO NOTHING;
         SELECT * INTO whose FROM public.persons p WHERE p.email = address FOR UPDATE;
         IF whose.disabled_at IS NOT NULL AND app.office() = 'municipality' THEN
           RETURN;
         END IF;
         UPDATE public.persons p SET disabled_at = NULL, disabled_by = NULL, disabled_reason = NULL
         WHERE p.id = whose.id AND p.disabled_at IS NOT NULL;
         UPDATE public.invitations i SET withdrawn_at = now()
         WHERE i.person_id = whose.id AND (i.role, i.municipality_code, i.territory) IS NOT DISTINCT FROM ($4, code, area)
           AND i.used_at IS NULL AND i.withdrawn_at IS NULL;
         INSERT INTO public.invitations (id, purpose, person_id, name, role, municipality_code, territory, reason, made_as, made_by,
           made_at, expires_at, due_from)
         VALUES (made, 'role', whose.id, called, role, code, area, because, app.office(), app.person(),
           now(), now() + interval '7 days', now());
         RETURN QUERY SELECT made, whose.id;
       END $$""",
    """CREATE FUNCTION app.withdraw_invitation(invitation uuid) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
       SET search_path = pg_catalog AS $$
       DECLARE
         asked public.invitations;
       BEGIN
         SELECT * INTO asked FROM public.invitations i WHERE i.id = invitation AND i.purpose = 'role' FOR UPDATE;
         IF NOT app.gives(asked.role, asked.municipality_code) THEN
           RAISE insufficient_privilege USING MESSAGE = 'that invitation is not the present person''s to withdraw';
         END IF;
         UPDATE public.invitations i SET withdrawn_at = now() WHERE i.id = invitation AND i.used_at IS NULL AND i.withdrawn_at IS NULL;
         RETURN FOUND;
       END $$""",
    # At the door, for whoever it is: the same is written whether the address is somebody's or nobody's.
    """CREATE FUNCTION app.ask_for_password(address text) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER
       SET search_path = pg_catalog AS $$
       DECLARE
         made CONSTANT uuid := gen_random_uuid();
       BEGIN
         IF app.office() IS DISTINCT FROM 'door' THEN
           RAISE insufficient_privilege USING MESSAGE = 'a new password is asked for at the door';
         END IF;
         INSERT INTO public.invitations (id, purpose, person_id, made_as, made_at, expires_at, due_from)
         VALUES (made, 'password', (SELECT p.id FROM public.persons p JOIN public.passwords w ON w.person_id = p.id
           WHERE p.email = address AND p.disabled_at IS NULL), app.office(), now(), now() + interval '1 day', now());
         RETURN made;
       END $$""",
    # Whoever shows the secret of a link holds it, whatever office asks. `stands`: it can be used now; `known`: a password lets them in.
    """CREATE FUNCTION app.invitation(secret bytea) RETURNS TABLE (id uuid, stands boolean, known boolean)
       LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
       BEGIN
         RETURN QUERY SELECT i.id, i.used_at IS NULL AND i.withdrawn_at IS NULL AND i.expires_at > now() AND p.disabled_at IS NULL
             AND (i.purpose = 'password' OR app.may_give(i.made_as, i.made_by, i.role, i.municipality_code)),
           EXISTS (SELECT FROM public.passwords w WHERE w.person_id = i.person_id)
         FROM public.invitations i JOIN public.persons p ON p.id = i.person_id WHERE i.token_hash = sha256(secret);
       END $$""",
    """CREATE FUNCTION app.accept(secret bytea, membership uuid, hashed text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
       SET search_path = pg_catalog AS $$
       DECLARE
         asked public.invitations;
       BEGIN
         SELECT * INTO asked FROM public.invitations i WHERE i.token_hash = sha256(secret) FOR UPDATE;
         IF NOT coalesce((SELECT found.stands FROM app.invitation(secret) found), false) THEN
           RETURN false;
         END IF;
         UPDATE public.invitations i SET used_at = now() WHERE i.id = asked.id;
         IF asked.purpose = 'role' THEN
           INSERT INTO public.memberships (id, person_id, role, municipality_code, territory, given_by, reason)
           VALUES (membership, asked.person_id, asked.role, asked.municipality_code, asked.territory, asked.made_by, asked.reason)
           ON CONFLICT DO NOTHING;
           INSERT INTO public.passwords (person_id, hash) SELECT asked.person_id, hashed WHERE hashed IS NOT NULL ON CONFLICT DO NOTHING;
           RETURN true;
         END IF;
         UPDATE public.passwords w SET hash = hashed WHERE w.person_id = asked.person_id;
         UPDATE public.login_sessions s SET ended_at = now() WHERE s.person_id = asked.person_id AND s.ended_at IS NULL;
         UPDATE public.invitations i SET withdrawn_at = now()
         WHERE i.person_id = asked.person_id AND i.purpose = 'password' AND i.used_at IS NULL AND i.withdrawn_at IS NULL;
         RETURN true;
       END $$""",
    # Whose last role it was, has no way in any more.
    """CREATE FUNCTION app.end_role(membership uuid, because text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
       SET search_path = pg_catalog AS $$
       DECLARE
         held public.memberships;
       BEGIN
         SELECT * INTO held FROM public.memberships m WHERE m.id = membership FOR UPDATE;
         IF NOT app.gives(held.role, held.municipality_code) THEN
           RAISE insufficient_privilege USING MESSAGE = 'that role is not the present person''s to end there';
         END IF;
         UPDATE public.memberships m SET valid_to = greatest(m.valid_from, app.today()), ended_by = app.person(), ended_reason = because
         WHERE m.id = membership AND (m.valid_to IS NULL OR m.valid_to > app.today());
         IF NOT FOUND THEN
           RETURN false;
         END IF;
         IF NOT EXISTS (SELECT FROM public.memberships m
                        WHERE m.person_id = held.person_id AND (m.valid_to IS NULL OR m.valid_to > app.today())) THEN
           PERFORM app.end_ways_in(held.person_id);
         END IF;
         RETURN true;
       END $$""",
    """CREATE FUNCTION app.disable(person uuid, because text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
       SET search_path = pg_catalog AS $$
       BEGIN
         IF NOT coalesce(app.office() = 'clock' OR app.office() = 'drc' AND app.holds(app.person(), 'secretariat', NULL), false) THEN
           RAISE insufficient_privilege USING MESSAGE = 'DRC''s secretariat alone shuts somebody out';
         END IF;
         UPDATE public.persons p SET disabled_at = now(), disabled_by = app.person(), disabled_reason = because
         WHERE p.id = person AND p.disabled_at IS NULL;
         IF NOT FOUND THEN
           RETURN false;
         END IF;
         UPDATE public.memberships m SET valid_to = greatest(m.valid_from, app.today()), ended_by = app.person(), ended_reason = because
         WHERE m.person_id = person AND (m.valid_to IS NULL OR m.valid_to > app.today());
         UPDATE public.invitations i SET withdrawn_at = now() WHERE i.person_id = person AND i.used_at IS NULL AND i.withdrawn_at IS NULL;
         DELETE FROM public.passwords w WHERE w.person_id = person;
         PERFORM app.end_ways_in(person);
         RETURN true;
       END $$""",
    # A manager sees the municipality's own people, as DRC and unattended work do: of each what stands on its pages.
    """CREATE FUNCTION app.oversees(code text) RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
       SELECT coalesce(code = ANY (app.reach()::text[]) AND (app.office() IN ('drc', 'clock')
         OR app.office() = 'municipality' AND app.holds(app.person(), 'manager', code)), false) $$""",
    """CREATE FUNCTION app.people_of(code text) RETURNS TABLE (id uuid, person_id uuid, name text, email text, title text, phone text,
         role text, valid_from date, valid_to date, given_by text, reason text, ended_by text, ended_reason text)
       LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
       BEGIN
         IF app.oversees(code) THEN
           RETURN QUERY SELECT m.id, p.id, p.name::text, p.email::text, p.title::text, p.phone::text, m.role::text,
             m.valid_from, m.valid_to, g.name::text, m.reason::text, e.name::text, m.ended_reason::text
           FROM public.memberships m JOIN public.persons p ON p.id = m.person_id
           LEFT JOIN public.persons g ON g.id = m.given_by LEFT JOIN public.persons e ON e.id = m.ended_by
           WHERE m.municipality_code = code;
         END IF;
       END $$""",
    """CREATE FUNCTION app.invitations_of(code text) RETURNS TABLE (id uuid, name text, email text, role text, made_at timestamptz,
         expires_at timestamptz, made_by text, work_state text)
       LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
       BEGIN
         IF app.oversees(code) THEN
           RETURN QUERY SELECT i.id, i.name::text, p.email::text, i.role::text, i.made_at, i.expires_at, g.name::text, i.work_state::text
           FROM public.invitations i JOIN public.persons p ON p.id = i.person_id LEFT JOIN public.persons g ON g.id = i.made_by
           WHERE i.municipality_code = code AND i.used_at IS NULL AND i.withdrawn_at IS NULL;
         END IF;
       END $$""",
)
INNER = (  # each after those that call it
    "app.oversees(text)",
    "app.gives(text, text)",
    "app.may_give(text, uuid, text, text)",
    "app.holds(uuid, text, text)",
    "app.end_ways_in(uuid)",
)
# What the service calls.
CALLED = (
    "app.invite(uuid, text, text, text, text, text, text)",
    "app.withdraw_invitation(uuid)",
    "app.ask_for_password(text)",
    "app.invitation(bytea)",
    "app.accept(bytea, uuid, text)",
    "app.end_role(uuid, text)",
    "app.disable(uuid, text)",
    "app.people_of(text)",
    "app.invitations_of(text)",
)


def upgrade() -> None:
    op.add_column("persons", sa.Column("disabled_by", sa.UUID(), nullable=True))
    op.add_column("persons", sa.Column("disabled_reason", sa.String(), nullable=True))
    op.add_column(
        "memberships", sa.Column("valid_from", sa.Date(), server_default=sa.text("app.today()"), nullable=False)
    )
    op.add_column("memberships", sa.Column("valid_to", sa.Date(), nullable=True))
    op.add_column("memberships", sa.Column("given_by", sa.UUID(), nullable=True))
    op.add_column("memberships", sa.Column("reason", sa.String(), server_default="", nullable=False))
    op.add_column("memberships", sa.Column("ended_by", sa.UUID(), nullable=True))
    op.add_column("memberships", sa.Column("ended_reason", sa.String(), nullable=True))
    # Rows are changed as the owner, whom FORCE holds too: it is lifted for the moment.
    op.execute("ALTER TABLE persons NO FORCE ROW LEVEL SECURITY; ALTER TABLE memberships NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "UPDATE memberships m SET valid_from = (p.created_at AT TIME ZONE 'Europe/Copenhagen')::date FROM persons p WHERE p.id = m.person_id"
    )
    op.execute("ALTER TABLE persons FORCE ROW LEVEL SECURITY; ALTER TABLE memberships FORCE ROW LEVEL SECURITY")
    op.create_check_constraint(op.f("ck_memberships_days"), "memberships", "valid_to >= valid_from")
    readable = " AND ".join(
        f"{day} BETWEEN DATE '1900-01-01' AND DATE '2199-12-31'" for day in ("valid_from", "valid_to")
    )
    op.create_check_constraint(op.f("ck_memberships_days_readable"), "memberships", readable)
    op.drop_index("uq_memberships_person", "memberships")
    op.create_index(
        "uq_memberships_open",
        "memberships",
        ["person_id", "role", "municipality_code", "territory"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("valid_to IS NULL"),
    )
    op.create_index("ix_memberships_municipality", "memberships", ["municipality_code", "person_id"])
    _invitations()
    role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]
    granted = f'GRANT EXECUTE ON FUNCTION {", ".join(CALLED)} TO "{role}"'
    for statement in (*WALL, *WRITERS, f"REVOKE ALL ON FUNCTION {', '.join((*CALLED, *INNER))} FROM PUBLIC", granted):
        op.execute(statement.replace("{role}", role))


def _invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=True),
        sa.Column("name", sa.String(), server_default="", nullable=False),
        sa.Column("role", sa.String(), nullable=True),
        sa.Column("municipality_code", sa.String(), nullable=True),
        sa.Column("territory", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=True),
        sa.Column("made_as", sa.String(), nullable=False),
        sa.Column("made_by", sa.UUID(), nullable=True),
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
        sa.CheckConstraint("purpose IN ('role', 'password')", name=op.f("ck_invitations_purpose")),
        sa.CheckConstraint(
            f"CASE purpose WHEN 'role' THEN {ROLE_AND_PLACE} ELSE role IS NULL END", name=op.f("ck_invitations_role")
        ),
        sa.CheckConstraint("made_as IN ('clock', 'drc', 'municipality', 'door')", name=op.f("ck_invitations_made_as")),
        sa.CheckConstraint(
            "fault IN ('unreadable', 'unprintable', 'refused', 'put_off', 'away', 'lost')",
            name=op.f("ck_invitations_fault"),
        ),
        sa.CheckConstraint("work_state IN ('due', 'done', 'failed')", name=op.f("ck_invitations_work_state_known")),
        sa.CheckConstraint(
            " AND ".join(
                f"{moment} BETWEEN TIMESTAMPTZ '1900-01-01 00:00+00' AND TIMESTAMPTZ '2199-12-31 00:00+00'"
                for moment in MOMENTS
            ),
            name=op.f("ck_invitations_days_readable"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_invitations_person_id")),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_invitations_municipality_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
    )
    op.create_index("uq_invitations_token", "invitations", ["token_hash"], unique=True)
    op.create_index("ix_invitations_person_id", "invitations", ["person_id"])
    op.create_index("ix_invitations_municipality", "invitations", ["municipality_code", "made_at"])
    op.create_index("ix_invitations_due", "invitations", ["due_from"], postgresql_where=sa.text("work_state = 'due'"))


def downgrade() -> None:
    """Roles that have ended go: to the code before they would hold again."""
    for function in (*CALLED, *INNER):
        op.execute(f"DROP FUNCTION {function}")
    for table in KEPT:
        op.execute(f"DROP POLICY written ON {table}")
    op.drop_table("invitations")
    op.execute("ALTER TABLE memberships NO FORCE ROW LEVEL SECURITY")
    op.execute("DELETE FROM memberships WHERE valid_to IS NOT NULL")
    op.execute("ALTER TABLE memberships FORCE ROW LEVEL SECURITY")
    op.drop_index("ix_memberships_municipality", "memberships")
    op.drop_index("uq_memberships_open", "memberships")
    for column in ("valid_from", "valid_to", "given_by", "reason", "ended_by", "ended_reason"):
        op.drop_column("memberships", column)
    op.create_index(
        "uq_memberships_person",
        "memberships",
        ["person_id", "role", "municipality_code", "territory"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.drop_column("persons", "disabled_reason")
    op.drop_column("persons", "disabled_by")
