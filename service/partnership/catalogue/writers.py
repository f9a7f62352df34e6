"""The function of the database by which DRC's secretariat puts a version of a text in use."""

from __future__ import annotations

# What is agreed from a day on follows from these words, so a statement that somebody slips into the service puts none in use but the
# secretariat's own, none from today or earlier, none before the one that is newest, and none with another boundary clause.
WRITERS = (
    "CREATE POLICY put_in_use ON text_versions FOR ALL TO CURRENT_USER USING (true) WITH CHECK (true)",
    """CREATE FUNCTION app.put_text_in_use(text_kind text, day date, words jsonb) RETURNS int
       LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
       DECLARE newest public.text_versions;
       BEGIN
         PERFORM pg_advisory_xact_lock(hashtext('text_versions'));
         SELECT * INTO newest FROM public.text_versions t WHERE t.kind = text_kind ORDER BY t.version DESC LIMIT 1;
         IF NOT coalesce(app.office() = 'drc' AND app.holds(app.person(), 'secretariat', NULL)
                         AND day > app.today() AND day >= newest.effective_from, false) THEN
           RAISE insufficient_privilege USING MESSAGE = 'DRC''s secretariat alone puts a text in use, from tomorrow on';
         END IF;
         IF jsonb_path_query_array(words, '$.clause[*] ? (@.key == "boundary")')
            IS DISTINCT FROM jsonb_path_query_array(newest.content, '$.clause[*] ? (@.key == "boundary")') THEN
           RAISE insufficient_privilege USING MESSAGE = 'the boundary clause stays as it is';
         END IF;
         INSERT INTO public.text_versions (kind, version, effective_from, content, made_by)
         VALUES (text_kind, newest.version + 1, day, words, app.person());
         RETURN newest.version + 1;
       END $$""",
    "REVOKE ALL ON FUNCTION app.put_text_in_use(text, date, jsonb) FROM PUBLIC",
)
