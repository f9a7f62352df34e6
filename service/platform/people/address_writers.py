"""The functions of the database by which the address of an account is changed: asked for by whom it is, or by who keeps them, and done
by whoever opens the link that was mailed to the new address.
"""

from __future__ import annotations

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
