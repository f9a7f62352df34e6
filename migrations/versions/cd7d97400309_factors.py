"""A second step at sign-in, and sessions that open nothing before they are proved (service/platform/factors)."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "cd7d97400309"
down_revision = "b8a6489797ab"
branch_labels = None
depends_on = None

CONTRACTS = (
    "6b30acbde013",
    "login_sessions: the version before changes no token, person, beginning or end of one. Who signs in by it meanwhile does so again",
)
TABLES = ("factors", "recovery_codes", "factor_events")
HOW = (
    "(proved_how IS NULL) = (proved_at IS NULL)"
    " AND proved_how IN ('password', 'password+passkey', 'password+totp', 'password+recovery')"
)
PARTS = (
    "CASE kind WHEN 'passkey' THEN credential_id IS NOT NULL AND public_key IS NOT NULL AND secret IS NULL"
    " WHEN 'totp' THEN credential_id IS NULL AND public_key IS NULL AND secret IS NOT NULL ELSE false END"
)
WALL = (
    # sealed: factors
    'ALTER TABLE "factors" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "factors" FORCE ROW LEVEL SECURITY',
    # sealed: recovery_codes
    'ALTER TABLE "recovery_codes" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "recovery_codes" FORCE ROW LEVEL SECURITY',
    # personal: factor_events
    'ALTER TABLE "factor_events" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "factor_events" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall_read ON \"factor_events\" FOR SELECT TO \"{role}\" USING ((SELECT app.office() IN ('door', 'drc', 'clock')) OR person_id = (SELECT app.person()))",
    'CREATE POLICY wall_add ON "factor_events" FOR INSERT TO "{role}" WITH CHECK ((SELECT app.office() = \'clock\'))',
    "CREATE POLICY wall_change ON \"factor_events\" FOR UPDATE TO \"{role}\" USING ((SELECT app.office() = 'clock')) WITH CHECK ((SELECT app.office() = 'clock'))",
    'CREATE POLICY wall_remove ON "factor_events" FOR DELETE TO "{role}" USING ((SELECT app.office() = \'clock\'))',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "factor_events" TO "{role}"',
)
WRITERS = (
    # What the service alone can say, beside whose rows it sees: functions of the owner's ask, and a statement that was slipped in cannot.
    """CREATE FUNCTION app.vouched(said text, word text) RETURNS boolean LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
       BEGIN
         RETURN EXISTS (SELECT FROM app.keys WHERE word =
           encode(sha256(outer_pad || sha256(inner_pad || convert_to(extract(epoch FROM now()) || ':' || said, 'UTF8'))), 'hex'));
       END $$""",
    *(f"CREATE POLICY kept ON {table} FOR ALL TO CURRENT_USER USING (true) WITH CHECK (true)" for table in TABLES),
    # A session begins unproved, and whose it is, its token and its proof are nobody's to change; nor does one that is over begin again.
    """CREATE FUNCTION app.hold_to_session() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
       BEGIN
         IF (TG_OP = 'INSERT' AND num_nonnulls(NEW.proved_at, NEW.proved_how) > 0
             OR TG_OP = 'UPDATE' AND ((NEW.token_hash, NEW.person_id, NEW.created_at, NEW.proved_at, NEW.proved_how)
               IS DISTINCT FROM (OLD.token_hash, OLD.person_id, OLD.created_at, OLD.proved_at, OLD.proved_how)
               OR OLD.ended_at IS NOT NULL AND NEW.ended_at IS NULL))
            AND app.office() IS DISTINCT FROM 'clock'
            AND current_user <> (SELECT pg_get_userbyid(c.relowner) FROM pg_class c WHERE c.oid = TG_RELID) THEN
           RAISE insufficient_privilege USING MESSAGE = 'a session is proved by the service''s word alone';
         END IF;
         RETURN NEW;
       END $$""",
    "CREATE TRIGGER step BEFORE INSERT OR UPDATE ON login_sessions FOR EACH ROW EXECUTE FUNCTION app.hold_to_session()",
    # Where there is a second step, no password alone proves anything.
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
    # When the present person last proved who they are, in any session that is not over.
    """CREATE FUNCTION app.proved_at() RETURNS timestamptz LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
       BEGIN
         RETURN (SELECT max(s.proved_at) FROM public.login_sessions s WHERE s.person_id = app.person() AND s.ended_at IS NULL);
       END $$""",
    """CREATE FUNCTION app.own_factors() RETURNS TABLE (id uuid, kind text, name text, made_at timestamptz, used_at timestamptz,
         credential_id bytea, public_key bytea, secret bytea, counter bigint)
       LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
       BEGIN
         RETURN QUERY SELECT f.id, f.kind::text, f.name::text, f.made_at, f.used_at, f.credential_id, f.public_key, f.secret, f.counter
         FROM public.factors f WHERE f.person_id = app.person();
       END $$""",
    """CREATE FUNCTION app.codes_left() RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
       BEGIN
         RETURN (SELECT count(*) FROM public.recovery_codes c WHERE c.person_id = app.person() AND c.used_at IS NULL);
       END $$""",
    """CREATE FUNCTION app.note_factor(whose uuid, act text, kind text, because text) RETURNS uuid LANGUAGE plpgsql
       SET search_path = pg_catalog AS $$
       DECLARE
         made CONSTANT uuid := gen_random_uuid();
       BEGIN
         INSERT INTO public.factor_events (id, person_id, act, kind, reason, made_by, made_at, due_from)
         VALUES (made, whose, act, kind, because, app.person(), now(), now());
         RETURN made;
       END $$""",
    # These four return the event that is owed a mail; nothing where nothing was done.
    """CREATE FUNCTION app.add_factor(factor uuid, kind text, called text, credential bytea, key bytea, sealed bytea, count bigint,
         word text) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
       BEGIN
         IF NOT coalesce(app.vouched(concat_ws(':', 'added', app.person(), factor, kind, encode(coalesce(key, sealed), 'hex')), word),
                         false) THEN
           RAISE insufficient_privilege USING MESSAGE = 'a second step is made by the service''s word alone';
         END IF;
         INSERT INTO public.factors (id, person_id, kind, name, made_at, credential_id, public_key, secret, counter)
         VALUES (factor, app.person(), kind, called, now(), credential, key, sealed, count) ON CONFLICT DO NOTHING;
         IF NOT FOUND THEN
           RETURN NULL;
         END IF;
         RETURN app.note_factor(app.person(), 'added', kind, '');
       END $$""",
    """CREATE FUNCTION app.remove_factor(factor uuid, word text) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER
       SET search_path = pg_catalog AS $$
       DECLARE
         gone text;
       BEGIN
         IF NOT coalesce(app.vouched(concat_ws(':', 'removed', app.person(), factor), word), false) THEN
           RAISE insufficient_privilege USING MESSAGE = 'a second step is removed by the service''s word alone';
         END IF;
         DELETE FROM public.factors f WHERE f.id = factor AND f.person_id = app.person() RETURNING f.kind INTO gone;
         IF gone IS NULL THEN
           RETURN NULL;
         END IF;
         DELETE FROM public.recovery_codes c WHERE c.person_id = app.person()
           AND NOT EXISTS (SELECT FROM public.factors f WHERE f.person_id = app.person());
         RETURN app.note_factor(app.person(), 'removed', gone, '');
       END $$""",
    """CREATE FUNCTION app.renew_codes(hashes bytea[], word text) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER
       SET search_path = pg_catalog AS $$
       DECLARE
         told CONSTANT text := (SELECT string_agg(encode(h.one, 'hex'), '' ORDER BY h.n) FROM unnest(hashes) WITH ORDINALITY h (one, n));
       BEGIN
         IF NOT coalesce(app.vouched(concat_ws(':', 'codes', app.person(), told), word), false) THEN
           RAISE insufficient_privilege USING MESSAGE = 'recovery codes are made by the service''s word alone';
         END IF;
         DELETE FROM public.recovery_codes c WHERE c.person_id = app.person();
         INSERT INTO public.recovery_codes (person_id, hash) SELECT app.person(), h FROM unnest(hashes) h;
         RETURN app.note_factor(app.person(), 'codes', NULL, '');
       END $$""",
    """CREATE FUNCTION app.use_code(code text) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
       BEGIN
         UPDATE public.recovery_codes c SET used_at = now()
         WHERE c.person_id = app.person() AND c.hash = sha256(convert_to(code, 'UTF8')) AND c.used_at IS NULL;
         IF NOT FOUND THEN
           RETURN NULL;
         END IF;
         RETURN app.note_factor(app.person(), 'recovered', NULL, '');
       END $$""",
    # A counter only rises, so that of two who show the same at once one gets through. A passkey that counts nothing says 0 each time.
    """CREATE FUNCTION app.use_factor(factor uuid, count bigint) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
       SET search_path = pg_catalog AS $$
       BEGIN
         UPDATE public.factors f SET counter = count, used_at = now()
         WHERE f.id = factor AND f.person_id = app.person() AND (f.counter < count OR f.kind = 'passkey' AND f.counter = 0 AND count = 0);
         RETURN FOUND;
       END $$""",
    # Who has lost everything is helped by another: DRC's people and managers by the secretariat, staff by their manager.
    """CREATE FUNCTION app.may_take(whose uuid) RETURNS boolean LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
       DECLARE
         municipal CONSTANT boolean := app.office() = 'municipality';
       BEGIN
         RETURN coalesce(app.office() = 'clock' OR whose IS DISTINCT FROM app.person()
           AND EXISTS (SELECT FROM public.memberships m WHERE m.person_id = whose AND (m.role = 'staff') = municipal
                         AND m.valid_from <= app.today() AND (m.valid_to IS NULL OR m.valid_to > app.today())
                         AND app.gives(m.role, m.municipality_code))
           AND NOT (municipal AND EXISTS (SELECT FROM public.memberships m WHERE m.person_id = whose AND m.role <> 'staff'
                         AND (m.valid_to IS NULL OR m.valid_to > app.today()))), false);
       END $$""",
    """CREATE FUNCTION app.factors_of(whose uuid) RETURNS TABLE (kind text, made_at timestamptz, used_at timestamptz)
       LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
       BEGIN
         IF app.may_take(whose) THEN
           RETURN QUERY SELECT f.kind::text, f.made_at, f.used_at FROM public.factors f WHERE f.person_id = whose ORDER BY f.made_at;
         END IF;
       END $$""",
    """CREATE FUNCTION app.take_factors(whose uuid, because text) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER
       SET search_path = pg_catalog AS $$
       BEGIN
         IF NOT app.may_take(whose) THEN
           RAISE insufficient_privilege USING MESSAGE = 'that second step is not the present person''s to take away';
         END IF;
         DELETE FROM public.factors f WHERE f.person_id = whose;
         IF NOT FOUND THEN
           RETURN NULL;
         END IF;
         DELETE FROM public.recovery_codes c WHERE c.person_id = whose;
         UPDATE public.login_sessions s SET ended_at = now() WHERE s.person_id = whose AND s.ended_at IS NULL;
         RETURN app.note_factor(whose, 'taken', NULL, because);
       END $$""",
)
CALLED = (
    "app.prove_session(bytea, text, text)",
    "app.proved_at()",
    "app.own_factors()",
    "app.codes_left()",
    "app.add_factor(uuid, text, text, bytea, bytea, bytea, bigint, text)",
    "app.remove_factor(uuid, text)",
    "app.renew_codes(bytea[], text)",
    "app.use_code(text)",
    "app.use_factor(uuid, bigint)",
    "app.factors_of(uuid)",
    "app.take_factors(uuid, text)",
)
INNER = (
    "app.vouched(text, text)",
    "app.hold_to_session()",
    "app.note_factor(uuid, text, text, text)",
    "app.may_take(uuid)",
)


def upgrade() -> None:
    """Sessions that are open stay so: a password opened them, and nothing else was to be had."""
    op.add_column("login_sessions", sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("login_sessions", sa.Column("proved_how", sa.String(), nullable=True))
    op.create_check_constraint(op.f("ck_login_sessions_proved_how"), "login_sessions", HOW)
    op.create_check_constraint(op.f("ck_login_sessions_proved_readable"), "login_sessions", _readable(("proved_at",)))
    _all_sessions("UPDATE login_sessions SET proved_at = created_at, proved_how = 'password'")
    _tables()
    role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]
    granted = f'GRANT EXECUTE ON FUNCTION {", ".join(CALLED)} TO "{role}"'
    for statement in (*WALL, *WRITERS, f"REVOKE ALL ON FUNCTION {', '.join((*CALLED, *INNER))} FROM PUBLIC", granted):
        op.execute(statement.replace("{role}", role))


def _all_sessions(statement: str) -> None:
    op.execute("ALTER TABLE login_sessions NO FORCE ROW LEVEL SECURITY")
    op.execute(statement)
    op.execute("ALTER TABLE login_sessions FORCE ROW LEVEL SECURITY")


def _readable(moments: Sequence[str]) -> str:
    return " AND ".join(
        f"{moment} BETWEEN TIMESTAMPTZ '1900-01-01 00:00+00' AND TIMESTAMPTZ '2199-12-31 00:00+00'"
        for moment in moments
    )


def _tables() -> None:
    op.create_table(
        "factors",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("credential_id", sa.LargeBinary(), nullable=True),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(PARTS, name=op.f("ck_factors_parts")),
        sa.CheckConstraint(_readable(("made_at", "used_at")), name=op.f("ck_factors_days_readable")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["passwords.person_id"], name=op.f("fk_factors_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_factors")),
    )
    op.create_index("ix_factors_person_id", "factors", ["person_id"])
    op.create_index("uq_factors_credential_id", "factors", ["credential_id"], unique=True)
    op.create_table(
        "recovery_codes",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(_readable(("used_at",)), name=op.f("ck_recovery_codes_days_readable")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["passwords.person_id"], name=op.f("fk_recovery_codes_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "hash", name=op.f("pk_recovery_codes")),
    )
    op.create_table(
        "factor_events",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("made_by", sa.UUID(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("work_state", sa.String(), server_default="due", nullable=False),
        sa.Column("lease_token", sa.UUID(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("fault", sa.String(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("due_from", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "act IN ('added', 'removed', 'taken', 'codes', 'recovered')", name=op.f("ck_factor_events_act")
        ),
        sa.CheckConstraint("kind IN ('passkey', 'totp')", name=op.f("ck_factor_events_kind")),
        sa.CheckConstraint(
            "fault IN ('unreadable', 'unprintable', 'refused', 'put_off', 'away', 'lost')",
            name=op.f("ck_factor_events_fault"),
        ),
        sa.CheckConstraint("work_state IN ('due', 'done', 'failed')", name=op.f("ck_factor_events_work_state_known")),
        sa.CheckConstraint(
            _readable(("made_at", "lease_until", "due_from")), name=op.f("ck_factor_events_days_readable")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_factor_events_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_factor_events")),
    )
    op.create_index("ix_factor_events_person_id", "factor_events", ["person_id"])
    op.create_index(
        "ix_factor_events_due", "factor_events", ["due_from"], postgresql_where=sa.text("work_state = 'due'")
    )


def downgrade() -> None:
    """Whoever had a second step comes in by the password alone. A session that waited for one is over: the code before would let it in."""
    op.execute("DROP TRIGGER step ON login_sessions")
    for function in (*CALLED, *INNER):
        op.execute(f"DROP FUNCTION {function}")
    for table in reversed(TABLES):
        op.drop_table(table)
    _all_sessions("DELETE FROM login_sessions WHERE proved_at IS NULL")
    op.drop_column("login_sessions", "proved_how")
    op.drop_column("login_sessions", "proved_at")
