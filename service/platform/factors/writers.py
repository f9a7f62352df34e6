"""The functions of the database by which second steps are read, written and used, and sessions proved.

They are the owner's. A statement that somebody slips into the service has by them what the pass in its hands has, and no more: the
steps of one person, without what opens them. What makes a step, ends one or proves a session takes the service's word besides
(`tenants.passes`), which no statement can make.
"""

from __future__ import annotations

WRITERS = (
    *(
        f"CREATE POLICY kept ON {table} FOR ALL TO CURRENT_USER USING (true) WITH CHECK (true)"
        for table in ("factors", "recovery_codes", "factor_events")
    ),
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
    # Where there is a second step, no first one alone proves anything. A provider that asks for a second one itself says so, and may say
    # when (`at`, in seconds) it was: what was proved to it this morning is not proved now.
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
