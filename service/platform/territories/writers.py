"""The function of the database by which DRC's secretariat moves municipalities between the consultants' territories."""

from __future__ import annotations

# What was planned from that day on is planned no more; who is in the territory already stays, and now without an end. A move
# decides whom DRC's consultants see, so a statement that somebody slips into the service makes none but the secretariat's own.
WRITERS = (
    "CREATE POLICY moved ON territory_municipalities FOR ALL TO CURRENT_USER USING (true) WITH CHECK (true)",
    """CREATE FUNCTION app.move_to_territory(codes text[], area text, day date, because text) RETURNS void
       LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
       BEGIN
         IF NOT coalesce((app.office() = 'clock' OR app.office() = 'drc' AND app.holds(app.person(), 'secretariat', NULL))
                         AND codes <@ app.reach()::text[] AND day >= app.today() AND area <> '', false) THEN
           RAISE insufficient_privilege USING MESSAGE = 'DRC''s secretariat alone moves municipalities, and from today on';
         END IF;
         PERFORM FROM public.municipalities m WHERE m.code = ANY (codes) ORDER BY m.code FOR NO KEY UPDATE;
         DELETE FROM public.territory_municipalities t WHERE t.municipality_code = ANY (codes) AND t.valid_from >= day;
         UPDATE public.territory_municipalities t SET valid_to = CASE WHEN t.territory = area THEN NULL ELSE day END
         WHERE t.municipality_code = ANY (codes) AND (t.valid_to IS NULL OR t.valid_to >= day)
           AND (t.territory <> area OR t.valid_to IS NOT NULL);
         INSERT INTO public.territory_municipalities (territory, municipality_code, valid_from, moved_by, reason)
         SELECT area, code, day, app.person(), because FROM unnest(codes) AS code
         WHERE NOT EXISTS (SELECT FROM public.territory_municipalities t
                           WHERE t.municipality_code = code AND t.territory = area AND t.valid_to IS NULL);
       END $$""",
    "REVOKE ALL ON FUNCTION app.move_to_territory(text[], text, date, text) FROM PUBLIC",
)
