"""Functions that write into the ledger, and that tell and set one person's password. The ways past them are closed by the next two.

Code from before and after this works on it: here one stops who replaces the processes one after another (docs/operations.md).
"""

from __future__ import annotations

from alembic import op

revision = "cd8f40a056aa"
down_revision = "c55276a98f16"
branch_labels = None
depends_on = None

LEDGER = (
    # JSON as `rules.chained` writes it. A number that is not whole has several spellings, and a chain would seem broken that is not.
    """CREATE FUNCTION app.written_out(value jsonb) RETURNS text LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog AS $$
       BEGIN
         CASE jsonb_typeof(value)
           WHEN 'object' THEN
             RETURN '{' || coalesce((SELECT string_agg(to_json(k)::text || ': ' || app.written_out(v), ', ' ORDER BY k COLLATE "C")
                                     FROM jsonb_each(value) AS e(k, v)), '') || '}';
           WHEN 'array' THEN
             RETURN '[' || coalesce((SELECT string_agg(app.written_out(v), ', ' ORDER BY n)
                                     FROM jsonb_array_elements(value) WITH ORDINALITY AS e(v, n)), '') || ']';
           WHEN 'number' THEN
             IF value::text !~ '^-?[0-9]{1,18}$' THEN
               RAISE check_violation USING MESSAGE = 'numbers in the ledger are whole';
             END IF;
             RETURN value::text;
           ELSE
             RETURN value::text;
         END CASE;
       END $$""",
    # The one way in. Whoever calls it names the act; in what capacity, by whom, when and after which entry is not theirs to say.
    """CREATE FUNCTION app.record(id uuid, code text, act text, subject text, details jsonb) RETURNS void
       LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
       DECLARE
         office CONSTANT text := app.office();
         person CONSTANT uuid := app.person();
         count integer := 0;
         last text := repeat('0', 64);
         moment timestamptz;
       BEGIN
         IF code IS NULL AND office IN ('drc', 'clock') THEN
           INSERT INTO public.national_ledger_heads (id, number, hash) VALUES (1, count, last) ON CONFLICT DO NOTHING;
           SELECT h.number, h.hash INTO count, last FROM public.national_ledger_heads h FOR UPDATE;
         ELSIF code = ANY (app.reach()::text[]) AND office <> 'door' THEN
           INSERT INTO public.ledger_heads (municipality_code, id, number, hash) VALUES (code, id, count, last) ON CONFLICT DO NOTHING;
           SELECT h.number, h.hash INTO count, last FROM public.ledger_heads h WHERE h.municipality_code = code FOR UPDATE;
         ELSE
           RAISE insufficient_privilege USING MESSAGE = 'nothing is recorded in a chain that is out of reach';
         END IF;
         count := count + 1;
         moment := clock_timestamp();
         last := encode(sha256(convert_to(app.written_out(jsonb_build_object(
           'at', to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || '+00:00', 'previous', last,
           'chain', coalesce(code, 'drc'), 'number', count, 'office', office, 'person_id', coalesce(person::text, ''),
           'act', act, 'subject', subject, 'details', details)), 'UTF8')), 'hex');
         IF code IS NULL THEN
           UPDATE public.national_ledger_heads h SET number = count, hash = last;
           INSERT INTO public.national_ledger_entries (id, number, at, office, person_id, act, subject, details, hash)
           VALUES (id, count, moment, office, person, act, subject, details, last);
         ELSE
           UPDATE public.ledger_heads h SET number = count, hash = last WHERE h.municipality_code = code;
           INSERT INTO public.ledger_entries (municipality_code, id, number, at, office, person_id, act, subject, details, hash)
           VALUES (code, id, count, moment, office, person, act, subject, details, last);
         END IF;
       END $$""",
    "REVOKE ALL ON FUNCTION app.record(uuid, text, text, text, jsonb), app.written_out(jsonb) FROM PUBLIC",
    "CREATE POLICY recorded ON ledger_entries FOR INSERT TO CURRENT_USER WITH CHECK (true)",
    "CREATE POLICY recorded ON national_ledger_entries FOR INSERT TO CURRENT_USER WITH CHECK (true)",
    "CREATE POLICY recorded ON ledger_heads FOR ALL TO CURRENT_USER USING (true) WITH CHECK (true)",
    "CREATE POLICY recorded ON national_ledger_heads FOR ALL TO CURRENT_USER USING (true) WITH CHECK (true)",
)


# As the next migrations have it of a table of its own: of the column where the hashes still are.
PASSWORDS = (
    "CREATE POLICY kept ON persons FOR ALL TO CURRENT_USER USING (true) WITH CHECK (true)",
    """CREATE FUNCTION app.password() RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
       BEGIN
         RETURN (SELECT nullif(p.password_hash, '') FROM public.persons p WHERE p.id = app.person());
       END $$""",
    """CREATE FUNCTION app.set_password(person uuid, before text, hashed text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
       SET search_path = pg_catalog AS $$
       BEGIN
         UPDATE public.persons p SET password_hash = hashed
         WHERE p.id = person AND p.password_hash = coalesce(before, '') AND (p.id = app.person() OR app.office() = 'clock');
         RETURN FOUND;
       END $$""",
    "REVOKE ALL ON FUNCTION app.password(), app.set_password(uuid, text, text) FROM PUBLIC",
)


def upgrade() -> None:
    role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]
    for statement in (*LEDGER, *PASSWORDS):
        op.execute(statement)
    op.execute("ALTER TABLE persons ALTER COLUMN password_hash SET DEFAULT ''")
    for function in ("record(uuid, text, text, text, jsonb)", "password()", "set_password(uuid, text, text)"):
        op.execute(f'GRANT EXECUTE ON FUNCTION app.{function} TO "{role}"')


def downgrade() -> None:
    op.execute("DROP FUNCTION app.password(), app.set_password(uuid, text, text); DROP POLICY kept ON persons")
    op.execute("ALTER TABLE persons ALTER COLUMN password_hash DROP DEFAULT")
    for table in ("ledger_entries", "ledger_heads", "national_ledger_entries", "national_ledger_heads"):
        op.execute(f"DROP POLICY recorded ON {table}")
    op.execute("DROP FUNCTION app.record(uuid, text, text, text, jsonb), app.written_out(jsonb)")
