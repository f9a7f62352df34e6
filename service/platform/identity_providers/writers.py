"""The functions of the database by which a provider is kept, and by which somebody who comes by one has the roles that it sends.

They are the owner's. A provider is the secretariat's to keep. Whoever arrives does so by the service's word (`tenants.passes`), which is
good for exactly what was said: who, of which provider, with which roles. What a provider can never give, these do not give either.
"""

from __future__ import annotations

_KEPT = ("identity_providers", "provider_subjects")

WRITERS = (
    *(f"CREATE POLICY kept ON {table} FOR ALL TO CURRENT_USER USING (true) WITH CHECK (true)" for table in _KEPT),
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
         DELETE FROM public.provider_subjects s WHERE s.released_at IS NOT NULL
           AND (s.issuer = theirs.issuer AND s.subject = named OR s.provider_id = theirs.id AND s.person_id = app.person());
         INSERT INTO public.provider_subjects (issuer, subject, person_id, municipality_code, provider_id, made_at, used_at)
         VALUES (theirs.issuer, named, app.person(), theirs.municipality_code, theirs.id, now(), now()) ON CONFLICT DO NOTHING;
         RETURN FOUND;
       END $$""",
    # A provider may come to know somebody by another name. The secretariat, or a manager of theirs, lets the one go that is kept, and all
    # ways in with it. For seven days its person is whom the provider names by the address of the account, once.
    """CREATE FUNCTION app.release_login(whose uuid, code text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
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
       END $$""",
    """CREATE FUNCTION app.tie_anew(provider uuid, named text, address text, word text) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER
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
       END $$""",
)
