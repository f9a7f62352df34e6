"""The function of the database by which a contact is changed. A municipality's people write nothing else of a scope in force."""

from __future__ import annotations

# In force, and to come: an agreement that was signed before the change begins with it.
WRITERS = (
    "CREATE POLICY contacts ON scope_periods FOR ALL TO CURRENT_USER USING (true) WITH CHECK (true)",
    """CREATE FUNCTION app.change_contact(code text, side text, contact jsonb) RETURNS boolean
       LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
       BEGIN
         IF NOT coalesce(code = ANY (app.reach()::text[]) AND side IN ('municipality_contact', 'drc_contact')
              AND (app.office() IN ('drc', 'clock') OR app.office() = 'municipality' AND side = 'municipality_contact'
                AND (app.holds(app.person(), 'manager', code) OR app.holds(app.person(), 'staff', code))), false) THEN
           RAISE insufficient_privilege USING MESSAGE = 'that contact is not the present person''s to change';
         END IF;
         UPDATE public.scope_periods p
         SET contacts = p.contacts || jsonb_build_object(side, contact || jsonb_build_object('since', app.today()::text))
         WHERE p.municipality_code = code AND p.valid_to > app.today();
         RETURN FOUND;
       END $$""",
    "REVOKE ALL ON FUNCTION app.change_contact(text, text, jsonb) FROM PUBLIC",
)
