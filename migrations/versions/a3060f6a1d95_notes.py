"""A note of a need can be taken out: its text alone, by one function, and out of the API's kept answers with it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "a3060f6a1d95"
down_revision = "a4bf3193c925"
branch_labels = None
depends_on = None

TEXTS = {
    "need_events": ("remark",),
    "need_answers": ("remark", "given_back_remark"),
    "capacity_moves": ("remark", "answer_remark", "given_back_remark"),
}
MOMENT = "blanked_at BETWEEN TIMESTAMPTZ '1900-01-01 00:00+00' AND TIMESTAMPTZ '2199-12-31 00:00+00'"

NOTES = (
    *(
        f"CREATE POLICY notes ON {table} FOR ALL TO CURRENT_USER USING (true) WITH CHECK (true)"
        for table in ("need_events", "need_answers", "capacity_moves", "idempotent_answers")
    ),
    """CREATE FUNCTION app.blank_note(code text, note uuid) RETURNS boolean
       LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
       DECLARE
         office CONSTANT text := app.office();
         need uuid;
       BEGIN
         IF office IN ('drc', 'municipality') AND code = ANY (app.reach()::text[]) THEN
           UPDATE public.need_events e SET remark = NULL, blanked_at = now(), blanked_by = office
           WHERE e.municipality_code = code AND e.id = note AND e.remark <> '' AND office IN ('drc', e.side) RETURNING e.need_id INTO need;
         END IF;
         IF need IS NULL AND office = 'drc' THEN
           UPDATE public.capacity_moves m SET remark = CASE m.remark WHEN '' THEN '' END,
             answer_remark = CASE m.answer_remark WHEN '' THEN '' END,
             given_back_remark = CASE m.given_back_remark WHEN '' THEN '' END, blanked_at = now()
           WHERE m.municipality_code = code AND m.id = note AND concat(m.remark, m.answer_remark, m.given_back_remark) <> ''
           RETURNING m.need_id INTO need;
           UPDATE public.need_answers a SET remark = CASE a.remark WHEN '' THEN '' END,
             given_back_remark = CASE a.given_back_remark WHEN '' THEN '' END, blanked_at = now()
           WHERE a.municipality_code = code AND a.id = note AND need IS NOT NULL;
         END IF;
         UPDATE public.idempotent_answers k SET body = k.body
           || (SELECT coalesce(jsonb_object_agg(name, NULL::text), '{}') FROM jsonb_object_keys(k.body) name
               WHERE name IN ('remark', 'answer_remark', 'given_back_remark'))
           || CASE WHEN k.body ? 'answers' THEN jsonb_build_object('answers',
                (SELECT coalesce(jsonb_agg(a || '{"remark": null}'), '[]') FROM jsonb_array_elements(k.body->'answers') a))
              ELSE '{}' END
         WHERE need::text IN (k.body->>'id', k.body->>'need_id');
         RETURN need IS NOT NULL;
       END $$""",
    "REVOKE ALL ON FUNCTION app.blank_note(text, uuid) FROM PUBLIC",
)

# What is over stays over, but for its remark, which can be taken out.
STEP = """CREATE OR REPLACE FUNCTION app.need_step() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
       BEGIN
         IF app.office() <> 'clock' AND OLD.over_at IS NOT NULL
              AND (to_jsonb(NEW) - 'remark' IS DISTINCT FROM to_jsonb(OLD) - 'remark' OR NEW.remark NOT IN (OLD.remark, '')) THEN
           RAISE insufficient_privilege USING MESSAGE = 'a need that is over is not changed';
         END IF;
         RETURN NEW;
       END $$"""
STEP_BEFORE = """CREATE OR REPLACE FUNCTION app.need_step() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
       BEGIN
         IF app.office() <> 'clock' AND OLD.over_at IS NOT NULL AND NEW IS DISTINCT FROM OLD THEN
           RAISE insufficient_privilege USING MESSAGE = 'a need that is over is not changed';
         END IF;
         RETURN NEW;
       END $$"""


def upgrade() -> None:
    role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]
    for table, columns in TEXTS.items():
        for column in columns:
            op.alter_column(table, column, existing_type=sa.String(), nullable=True)
        op.add_column(table, sa.Column("blanked_at", sa.DateTime(timezone=True), nullable=True))
        op.create_check_constraint(op.f(f"ck_{table}_blanked_readable"), table, MOMENT)
    op.add_column("need_events", sa.Column("blanked_by", sa.String(), nullable=True))
    op.create_check_constraint(
        op.f("ck_need_events_blanked_by"), "need_events", "blanked_by IN ('municipality', 'drc')"
    )
    for statement in (*NOTES, STEP, f'GRANT EXECUTE ON FUNCTION app.blank_note(text, uuid) TO "{role}"'):
        op.execute(statement)


def downgrade() -> None:
    op.execute(STEP_BEFORE)
    op.execute("DROP FUNCTION app.blank_note(text, uuid)")
    for table in (*TEXTS, "idempotent_answers"):
        op.execute(f"DROP POLICY notes ON {table}")
    op.drop_column("need_events", "blanked_by")
    for table, columns in TEXTS.items():
        op.drop_column(table, "blanked_at")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        for column in columns:
            op.execute(f"UPDATE {table} SET {column} = '' WHERE {column} IS NULL")  # noqa: S608
            op.alter_column(table, column, existing_type=sa.String(), nullable=False)
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
