"""Whom a municipality's login knows by another name: the one that is kept is let go, and another tied in its place."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "08c844db0d27"
down_revision = "59083fbbda0e"
branch_labels = None
depends_on = None
CONTRACTS = (
    "6b30acbde013",
    "provider_subjects: the days that can be read are those of a new column too, which the code before leaves alone",
)
ARRIVE = """CREATE OR REPLACE FUNCTION app.arrive(provider uuid, named text, newcomer uuid, address text, called text, sent text[], because text,
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
         SELECT s.person_id INTO whose FROM public.provider_subjects s WHERE s.issuer = theirs.issuer AND s.subject = named
           AND s.released_at IS NULL;
         IF theirs.id IS NULL OR whose IS NULL AND sent = '{}' THEN
           RETURN NULL;
         END IF;
         IF whose IS NULL THEN
           INSERT INTO public.persons (id, email, name) VALUES (newcomer, address, called) ON CONFLICT DO NOTHING;
           IF NOT FOUND THEN
             RETURN NULL;
           END IF;
           whose := newcomer;
           DELETE FROM public.provider_subjects s WHERE s.issuer = theirs.issuer AND s.subject = named;
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
       END $$"""
ARRIVE_BEFORE = """CREATE OR REPLACE FUNCTION app.arrive(provider uuid, named text, newcomer uuid, address text, called text, sent text[], because text,
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
       END $$"""
CONNECT = """CREATE OR REPLACE FUNCTION app.connect(provider uuid, named text, word text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
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
         DELETE FROM public.provider_subjects s WHERE s.released_at IS NOT NULL
           AND (s.issuer = theirs.issuer AND s.subject = named OR s.provider_id = theirs.id AND s.person_id = app.person());
         INSERT INTO public.provider_subjects (issuer, subject, person_id, municipality_code, provider_id, made_at, used_at)
         VALUES (theirs.issuer, named, app.person(), theirs.municipality_code, theirs.id, now(), now()) ON CONFLICT DO NOTHING;
         RETURN FOUND;
       END $$"""
CONNECT_BEFORE = """CREATE OR REPLACE FUNCTION app.connect(provider uuid, named text, word text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
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
       END $$"""
RELEASE = """CREATE FUNCTION app.release_login(whose uuid, code text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
       SET search_path = pg_catalog AS $$
       BEGIN
         IF NOT coalesce(app.gives('manager', code), false) OR app.person() = whose THEN
           RAISE insufficient_privilege USING MESSAGE = 'that login is not the present person''s to let go';
         END IF;
         UPDATE public.provider_subjects s SET released_at = now() WHERE s.person_id = whose AND s.municipality_code = code;
         IF FOUND THEN
           PERFORM app.end_ways_in(whose);
         END IF;
         RETURN FOUND;
       END $$"""
TIE_ANEW = """CREATE FUNCTION app.tie_anew(provider uuid, named text, address text, word text) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER
       SET search_path = pg_catalog AS $$
       DECLARE
         whose uuid;
       BEGIN
         IF NOT coalesce(app.vouched(concat_ws(':', 'tied', provider, encode(convert_to(named, 'UTF8'), 'hex'),
                           encode(convert_to(address, 'UTF8'), 'hex')), word), false) THEN
           RAISE insufficient_privilege USING MESSAGE = 'a login is tied anew by the service''s word alone';
         END IF;
         UPDATE public.provider_subjects s SET subject = named, made_at = now(), used_at = now(), released_at = NULL
         WHERE s.provider_id = provider AND s.released_at > now() - interval '7 days'
           AND s.person_id = (SELECT p.id FROM public.persons p WHERE p.email = address AND p.disabled_at IS NULL)
           AND NOT EXISTS (SELECT FROM public.provider_subjects o
                           WHERE o.issuer = s.issuer AND o.subject = named AND o.person_id <> s.person_id)
         RETURNING s.person_id INTO whose;
         RETURN whose;
       END $$"""
CALLED = ("app.release_login(uuid, text)", "app.tie_anew(uuid, text, text, text)")


def upgrade() -> None:
    """All that is kept holds."""
    op.add_column("provider_subjects", sa.Column("released_at", sa.DateTime(timezone=True), nullable=True))
    _readable(("made_at", "used_at", "released_at"))
    role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]
    for statement in (ARRIVE, CONNECT, RELEASE, TIE_ANEW):
        op.execute(statement)
    op.execute(f"REVOKE ALL ON FUNCTION {', '.join(CALLED)} FROM PUBLIC")
    op.execute(f'GRANT EXECUTE ON FUNCTION {", ".join(CALLED)} TO "{role}"')


def downgrade() -> None:
    """What was let go opens nothing: the code before would let it."""
    for function in CALLED:
        op.execute(f"DROP FUNCTION {function}")
    op.execute("ALTER TABLE provider_subjects NO FORCE ROW LEVEL SECURITY")
    op.execute("DELETE FROM provider_subjects WHERE released_at IS NOT NULL")
    op.execute("ALTER TABLE provider_subjects FORCE ROW LEVEL SECURITY")
    for statement in (ARRIVE_BEFORE, CONNECT_BEFORE):
        op.execute(statement)
    _readable(("made_at", "used_at"))
    op.drop_column("provider_subjects", "released_at")


def _readable(moments: Sequence[str]) -> None:
    op.drop_constraint(op.f("ck_provider_subjects_days_readable"), "provider_subjects", type_="check")
    readable = " AND ".join(
        f"{moment} BETWEEN TIMESTAMPTZ '1900-01-01 00:00+00' AND TIMESTAMPTZ '2199-12-31 00:00+00'"
        for moment in moments
    )
    op.create_check_constraint(op.f("ck_provider_subjects_days_readable"), "provider_subjects", readable)
