"""A municipality's own way in: its provider, and whom a provider's subjects are known as (service/platform/identity_providers)."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "7dd45eea1a0b"
down_revision = "0fb8af01f63d"
branch_labels = None
depends_on = None

CONTRACTS = (
    "6b30acbde013",
    "factors, recovery_codes, login_sessions.proved_how, app.prove_session: no released version knows of second steps",
)
TABLES = ("identity_providers", "provider_subjects")
HOW = "(proved_how IS NULL) = (proved_at IS NULL) AND proved_how IN ('password', 'password+passkey', 'password+totp', 'password+recovery', 'oidc', 'oidc+own', 'oidc+passkey', 'oidc+totp', 'oidc+recovery', 'saml', 'saml+own', 'saml+passkey', 'saml+totp', 'saml+recovery')"
HOW_BEFORE = (
    "(proved_how IS NULL) = (proved_at IS NULL)"
    " AND proved_how IN ('password', 'password+passkey', 'password+totp', 'password+recovery')"
)
WALL = (
    # owned: identity_providers
    'ALTER TABLE "identity_providers" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "identity_providers" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall_read ON \"identity_providers\" FOR SELECT TO \"{role}\" USING (municipality_code = ANY ((SELECT app.reach_as('drc', 'clock'))::text[]))",
    'GRANT SELECT ON "identity_providers" TO "{role}"',
    # personal: provider_subjects
    'ALTER TABLE "provider_subjects" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "provider_subjects" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall_read ON \"provider_subjects\" FOR SELECT TO \"{role}\" USING ((SELECT app.office() IN ('door', 'drc', 'clock')) OR person_id = (SELECT app.person()))",
    'CREATE POLICY wall_add ON "provider_subjects" FOR INSERT TO "{role}" WITH CHECK ((SELECT app.office() = \'clock\'))',
    "CREATE POLICY wall_change ON \"provider_subjects\" FOR UPDATE TO \"{role}\" USING ((SELECT app.office() = 'clock')) WITH CHECK ((SELECT app.office() = 'clock'))",
    'CREATE POLICY wall_remove ON "provider_subjects" FOR DELETE TO "{role}" USING ((SELECT app.office() = \'clock\'))',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "provider_subjects" TO "{role}"',
)
WRITERS = (
    *(f"CREATE POLICY kept ON {table} FOR ALL TO CURRENT_USER USING (true) WITH CHECK (true)" for table in TABLES),
    # Whether a person's password opens nothing, as the municipality demands its own way in: of those who are staff there and nothing else.
    """CREATE FUNCTION app.comes_by_provider(person uuid) RETURNS boolean LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
       BEGIN
         RETURN coalesce((SELECT bool_and(m.role = 'staff' AND EXISTS (SELECT FROM public.identity_providers i
                            WHERE i.municipality_code = m.municipality_code AND i.switched_on AND i.demanded))
                          FROM public.memberships m WHERE m.person_id = person AND m.valid_from <= app.today()
                            AND (m.valid_to IS NULL OR m.valid_to > app.today())), false);
       END $$""",
    # At the door as well, where somebody chooses the municipality: what opens nothing without the service's key.
    """CREATE FUNCTION app.providers() RETURNS SETOF public.identity_providers LANGUAGE plpgsql STABLE SECURITY DEFINER
       SET search_path = pg_catalog AS $$
       BEGIN
         IF app.office() IS NOT NULL THEN
           RETURN QUERY SELECT * FROM public.identity_providers i WHERE i.switched_on;
         END IF;
       END $$""",
    # An issuer of OpenID Connect names no municipality, so it speaks for one alone. SAML's says a CVR number each time.
    """CREATE FUNCTION app.keep_provider(told jsonb) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
       DECLARE
         kept public.identity_providers := jsonb_populate_record(NULL::public.identity_providers, told);
       BEGIN
         IF NOT coalesce(app.office() = 'clock' OR app.office() = 'drc' AND app.holds(app.person(), 'secretariat', NULL)
                           AND kept.municipality_code = ANY (app.reach()::text[]), false) THEN
           RAISE insufficient_privilege USING MESSAGE = 'DRC''s secretariat alone keeps a municipality''s provider';
         END IF;
         IF kept.kind = 'oidc' AND EXISTS (SELECT FROM public.identity_providers i WHERE i.kind = 'oidc' AND i.issuer = kept.issuer
                                             AND i.municipality_code <> kept.municipality_code) THEN
           RAISE unique_violation USING MESSAGE = 'an issuer speaks for one municipality';
         END IF;
         kept.changed_at := now();
         kept.changed_by := app.person();
         INSERT INTO public.identity_providers SELECT kept.* ON CONFLICT (municipality_code, id) DO UPDATE
         SET issuer = excluded.issuer, client_id = excluded.client_id, secret = coalesce(excluded.secret, identity_providers.secret),
           tenant = excluded.tenant, metadata_xml = excluded.metadata_xml, roles_claim = excluded.roles_claim,
           manager_value = excluded.manager_value, staff_value = excluded.staff_value, least_level = excluded.least_level,
           asks_second = excluded.asks_second, demanded = excluded.demanded, switched_on = excluded.switched_on,
           changed_at = excluded.changed_at, changed_by = excluded.changed_by;
       END $$""",
    # Who belongs to DRC or to another municipality comes by no provider, and has no way in left that one opened.
    """CREATE FUNCTION app.is_elsewhere(person uuid, code text) RETURNS boolean LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
       BEGIN
         RETURN EXISTS (SELECT FROM public.memberships m WHERE m.person_id = person AND m.municipality_code IS DISTINCT FROM code
                          AND (m.valid_to IS NULL OR m.valid_to > app.today()));
       END $$""",
    """CREATE FUNCTION app.leave_provider() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
       BEGIN
         DELETE FROM public.provider_subjects s
         WHERE s.person_id = NEW.person_id AND s.municipality_code IS DISTINCT FROM NEW.municipality_code;
         IF FOUND THEN
           PERFORM app.end_ways_in(NEW.person_id);
         END IF;
         RETURN NULL;
       END $$""",
    "CREATE TRIGGER step AFTER INSERT ON memberships FOR EACH ROW EXECUTE FUNCTION app.leave_provider()",
    # The person who has come, made where the subject is new; nobody where they may not. Roles that are not sent end, and with the last of
    # them every way in.
    """CREATE FUNCTION app.arrive(provider uuid, named text, newcomer uuid, address text, called text, sent text[], because text,
         no_longer text, word text) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
       DECLARE
         theirs public.identity_providers;
         whose uuid;
       BEGIN
         IF NOT coalesce(app.vouched(concat_ws(':', 'arrived', provider, encode(convert_to(named, 'UTF8'), 'hex'), newcomer,
                           encode(convert_to(address, 'UTF8'), 'hex'), array_to_string(sent, ',')), word), false)
            OR NOT sent <@ ARRAY['manager', 'staff'] THEN
           RAISE insufficient_privilege USING MESSAGE = 'somebody arrives by the service''s word alone';
         END IF;
         SELECT * INTO theirs FROM public.identity_providers i WHERE i.id = provider AND i.switched_on FOR SHARE;
         SELECT s.person_id INTO whose FROM public.provider_subjects s WHERE s.issuer = theirs.issuer AND s.subject = named;
         IF theirs.id IS NULL OR whose IS NULL AND sent = '{}' THEN
           RETURN NULL;
         END IF;
         IF whose IS NULL THEN
           INSERT INTO public.persons (id, email, name) VALUES (newcomer, address, called) ON CONFLICT DO NOTHING;
           IF NOT FOUND THEN
             RETURN NULL;
           END IF;
           whose := newcomer;
           INSERT INTO public.provider_subjects (issuer, subject, person_id, municipality_code, provider_id, made_at, used_at)
           VALUES (theirs.issuer, named, whose, theirs.municipality_code, theirs.id, now(), now());
         END IF;
         PERFORM FROM public.persons p WHERE p.id = whose AND p.disabled_at IS NULL FOR UPDATE;
         IF NOT FOUND OR app.is_elsewhere(whose, theirs.municipality_code) THEN
           RETURN NULL;
         END IF;
         UPDATE public.provider_subjects s SET used_at = now() WHERE s.issuer = theirs.issuer AND s.subject = named;
         UPDATE public.memberships m SET valid_to = greatest(m.valid_from, app.today()), ended_reason = no_longer
         WHERE m.person_id = whose AND m.role <> ALL (sent) AND (m.valid_to IS NULL OR m.valid_to > app.today());
         INSERT INTO public.memberships (id, person_id, role, municipality_code, reason)
         SELECT gen_random_uuid(), whose, r.role, theirs.municipality_code, because FROM unnest(sent) r (role)
         WHERE NOT EXISTS (SELECT FROM public.memberships m WHERE m.person_id = whose AND m.role = r.role
                             AND m.valid_from <= app.today() AND (m.valid_to IS NULL OR m.valid_to > app.today()))
         ON CONFLICT DO NOTHING;
         IF sent = '{}' THEN
           PERFORM app.end_ways_in(whose);
         END IF;
         RETURN whose;
       END $$""",
    # The present person, who has proved it in both ways, is whom the provider speaks of.
    """CREATE FUNCTION app.connect(provider uuid, named text, word text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
       SET search_path = pg_catalog AS $$
       DECLARE
         theirs public.identity_providers;
       BEGIN
         IF NOT coalesce(app.vouched(concat_ws(':', 'connected', app.person(), provider, encode(convert_to(named, 'UTF8'), 'hex')), word),
                         false) THEN
           RAISE insufficient_privilege USING MESSAGE = 'an account is connected by the service''s word alone';
         END IF;
         SELECT * INTO theirs FROM public.identity_providers i WHERE i.id = provider AND i.switched_on FOR SHARE;
         IF theirs.id IS NULL OR app.is_elsewhere(app.person(), theirs.municipality_code) THEN
           RETURN false;
         END IF;
         INSERT INTO public.provider_subjects (issuer, subject, person_id, municipality_code, provider_id, made_at, used_at)
         VALUES (theirs.issuer, named, app.person(), theirs.municipality_code, theirs.id, now(), now()) ON CONFLICT DO NOTHING;
         RETURN FOUND;
       END $$""",
)
# A password opens nothing where the municipality demands its own way in; a second step follows on a provider's word as on a password;
# and second steps lie with the person, as who comes by a provider has no password.
REPLACED = (
    "DROP FUNCTION app.prove_session(bytea, text, text)",
    """CREATE OR REPLACE FUNCTION app.password() RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
       BEGIN
         RETURN (SELECT p.hash FROM public.passwords p WHERE p.person_id = app.person() AND NOT app.comes_by_provider(p.person_id));
       END $$""",
    """CREATE FUNCTION app.prove_session(session bytea, how text, word text, at bigint DEFAULT NULL) RETURNS boolean LANGUAGE plpgsql
       SECURITY DEFINER SET search_path = pg_catalog AS $$
       BEGIN
         IF NOT coalesce(app.vouched(concat_ws(':', 'proved', app.person(), encode(session, 'hex'), how, at), word), false) THEN
           RAISE insufficient_privilege USING MESSAGE = 'a session is proved by the service''s word alone';
         END IF;
         IF how IN ('password', 'oidc', 'saml') AND EXISTS (SELECT FROM public.factors f WHERE f.person_id = app.person()) THEN
           RETURN false;
         END IF;
         UPDATE public.login_sessions s SET proved_at = least(to_timestamp(at), now()), proved_how = how
         WHERE s.token_hash = session AND s.person_id = app.person() AND s.ended_at IS NULL;
         RETURN FOUND;
       END $$""",
    """CREATE OR REPLACE FUNCTION app.disable(person uuid, because text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
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
         DELETE FROM public.factors f WHERE f.person_id = person;
         DELETE FROM public.recovery_codes c WHERE c.person_id = person;
         DELETE FROM public.passwords w WHERE w.person_id = person;
         PERFORM app.end_ways_in(person);
         RETURN true;
       END $$""",
)
BEFORE = (
    "DROP FUNCTION app.prove_session(bytea, text, text, bigint)",
    """CREATE OR REPLACE FUNCTION app.password() RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
       BEGIN
         RETURN (SELECT p.hash FROM public.passwords p WHERE p.person_id = app.person());
       END $$""",
    """CREATE FUNCTION app.prove_session(session bytea, how text, word text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
       SET search_path = pg_catalog AS $$
       BEGIN
         IF NOT coalesce(app.vouched(concat_ws(':', 'proved', app.person(), encode(session, 'hex'), how), word), false) THEN
           RAISE insufficient_privilege USING MESSAGE = 'a session is proved by the service''s word alone';
         END IF;
         IF how = 'password' AND EXISTS (SELECT FROM public.factors f WHERE f.person_id = app.person()) THEN
           RETURN false;
         END IF;
         UPDATE public.login_sessions s SET proved_at = now(), proved_how = how
         WHERE s.token_hash = session AND s.person_id = app.person() AND s.ended_at IS NULL;
         RETURN FOUND;
       END $$""",
    """CREATE OR REPLACE FUNCTION app.disable(person uuid, because text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
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
)
PROVE = "app.prove_session(bytea, text, text, bigint)"
PROVE_BEFORE = "app.prove_session(bytea, text, text)"
CALLED = (
    "app.providers()",
    "app.keep_provider(jsonb)",
    "app.arrive(uuid, text, uuid, text, text, text[], text, text, text)",
    "app.connect(uuid, text, text)",
    PROVE,
)
INNER = (
    "app.comes_by_provider(uuid)",
    "app.is_elsewhere(uuid, text)",
    "app.leave_provider()",
)


def upgrade() -> None:
    """Nobody comes by a provider before there is one."""
    _tables()
    op.drop_constraint(op.f("ck_login_sessions_proved_how"), "login_sessions", type_="check")
    op.create_check_constraint(op.f("ck_login_sessions_proved_how"), "login_sessions", HOW)
    _walls("NO FORCE")  # a new key looks at all rows
    for table in ("factors", "recovery_codes"):
        op.drop_constraint(op.f(f"fk_{table}_person_id"), table, type_="foreignkey")
        op.create_foreign_key(op.f(f"fk_{table}_person_id"), table, "persons", ["person_id"], ["id"])
    _walls("FORCE")
    role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]
    granted = f'GRANT EXECUTE ON FUNCTION {", ".join(CALLED)} TO "{role}"'
    shut = f"REVOKE ALL ON FUNCTION {', '.join((*CALLED, *INNER))} FROM PUBLIC"
    for statement in (*WALL, *WRITERS, *REPLACED, shut, granted):
        op.execute(statement.replace("{role}", role))


def _readable(moments: Sequence[str]) -> str:
    return " AND ".join(
        f"{moment} BETWEEN TIMESTAMPTZ '1900-01-01 00:00+00' AND TIMESTAMPTZ '2199-12-31 00:00+00'"
        for moment in moments
    )


def _walls(force: str) -> None:
    for table in ("persons", "login_sessions", "factors", "recovery_codes", "passwords"):
        op.execute(f"ALTER TABLE {table} {force} ROW LEVEL SECURITY")


def _tables() -> None:
    words = ("client_id", "tenant", "metadata_xml", "roles_claim", "manager_value", "staff_value")
    switches = ("asks_second", "demanded", "switched_on")
    op.create_table(
        "identity_providers",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column(words[0], sa.String(), server_default="", nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        *(sa.Column(word, sa.String(), server_default="", nullable=False) for word in words[1:]),
        sa.Column("least_level", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.Boolean(), server_default=sa.text("false"), nullable=False) for name in switches),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_by", sa.UUID(), nullable=True),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.CheckConstraint("kind IN ('oidc', 'saml')", name=op.f("ck_identity_providers_kind")),
        sa.CheckConstraint("least_level IN (1, 2, 3)", name=op.f("ck_identity_providers_least_level")),
        sa.CheckConstraint(_readable(("changed_at",)), name=op.f("ck_identity_providers_days_readable")),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_identity_providers_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_identity_providers")),
    )
    op.create_index("uq_identity_providers_kind", "identity_providers", ["municipality_code", "kind"], unique=True)
    op.create_table(
        "provider_subjects",
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("provider_id", sa.UUID(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(_readable(("made_at", "used_at")), name=op.f("ck_provider_subjects_days_readable")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_provider_subjects_person_id")),
        sa.ForeignKeyConstraint(
            ["municipality_code", "provider_id"],
            ["identity_providers.municipality_code", "identity_providers.id"],
            name=op.f("fk_provider_subjects_municipality_code_provider_id"),
        ),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_provider_subjects")),
    )
    op.create_index("ix_provider_subjects_person_id", "provider_subjects", ["person_id"])
    op.create_index("ix_provider_subjects_provider", "provider_subjects", ["municipality_code", "provider_id"])


def downgrade() -> None:
    """Whoever came by a provider comes in no more: who has a password signs in with it, the others are invited. Their sessions end."""
    op.execute("DROP TRIGGER step ON memberships")
    role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]
    for statement in (
        *BEFORE,
        f"REVOKE ALL ON FUNCTION {PROVE_BEFORE} FROM PUBLIC",
        f'GRANT EXECUTE ON FUNCTION {PROVE_BEFORE} TO "{role}"',
    ):
        op.execute(statement)
    for function in (*(each for each in CALLED if each != PROVE), *INNER):
        op.execute(f"DROP FUNCTION {function}")
    op.drop_table("provider_subjects")
    op.drop_table("identity_providers")
    _walls("NO FORCE")
    op.execute("DELETE FROM login_sessions WHERE proved_how LIKE 'oidc%' OR proved_how LIKE 'saml%'")
    op.drop_constraint(op.f("ck_login_sessions_proved_how"), "login_sessions", type_="check")
    op.create_check_constraint(op.f("ck_login_sessions_proved_how"), "login_sessions", HOW_BEFORE)
    for table in ("factors", "recovery_codes"):
        op.execute(f"DELETE FROM {table} WHERE person_id NOT IN (SELECT person_id FROM passwords)")  # noqa: S608 - our own names
        op.drop_constraint(op.f(f"fk_{table}_person_id"), table, type_="foreignkey")
        op.create_foreign_key(
            op.f(f"fk_{table}_person_id"), table, "passwords", ["person_id"], ["person_id"], ondelete="CASCADE"
        )
    _walls("FORCE")
