"""The functions of the database by which anybody but unattended work writes who may do what: who is invited, given a role, shut out.

They are the owner's, and a statement that somebody slips into the service can do by them no more than the person whose pass it has
in its hands: one of DRC's secretariat gives DRC's roles and a municipality's managers, a manager the roles of the municipality.
"""

from __future__ import annotations

_KEPT = ("persons", "memberships", "invitations", "login_sessions", "api_tokens")

# No pass holds a role: what the present person may give and end, these look up themselves, on the day. The service's
# role cannot call those that others of them alone call: `holds`, `may_give`, `gives`, `end_ways_in`, `oversees`.
WRITERS = (
    *(f"CREATE POLICY written ON {table} FOR ALL TO CURRENT_USER USING (true) WITH CHECK (true)" for table in _KEPT),
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
         PERFORM app.end_ways_in(asked.person_id);
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
         DELETE FROM public.factors f WHERE f.person_id = person;
         DELETE FROM public.recovery_codes c WHERE c.person_id = person;
         DELETE FROM public.passwords w WHERE w.person_id = person;
         PERFORM app.end_ways_in(person);
         RETURN true;
       END $$""",
    # What somebody says of themselves: of nobody else, whatever office asks.
    """CREATE FUNCTION app.set_profile(called text, post text, number text, speaks text, unwanted text[]) RETURNS void
       LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
       BEGIN
         UPDATE public.persons p SET name = called, title = post, phone = number, language = speaks, unwanted_mails = unwanted
         WHERE p.id = app.person() AND p.disabled_at IS NULL;
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
