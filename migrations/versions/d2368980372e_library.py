"""DRC's secretariat writes versions of the texts and puts them in use: the draft, who put it in use, and the function that does."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "d2368980372e"
down_revision = "ce5e9864f801"
branch_labels = None
depends_on = None

CALLED = "app.put_text_in_use(text, date, jsonb)"
WALL = (
    'ALTER TABLE "text_drafts" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "text_drafts" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall ON \"text_drafts\" FOR ALL TO \"{role}\" USING ((SELECT app.office() IN ('drc', 'clock'))) WITH CHECK ((SELECT app.office() IN ('drc', 'clock')))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "text_drafts" TO "{role}"',
)
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


def upgrade() -> None:
    """What is in use came with the files."""
    role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]
    op.add_column("text_versions", sa.Column("made_by", sa.UUID(), nullable=True))
    op.create_table(
        "text_drafts",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changed_by", sa.UUID(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('partnership', 'cooperation', 'principles')", name=op.f("ck_text_drafts_kind")),
        sa.CheckConstraint("jsonb_typeof(content) = 'object'", name=op.f("ck_text_drafts_json_readable")),
        sa.CheckConstraint(
            "changed_at BETWEEN TIMESTAMPTZ '1900-01-01 00:00+00' AND TIMESTAMPTZ '2199-12-31 00:00+00'",
            name=op.f("ck_text_drafts_days_readable"),
        ),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_text_drafts")),
    )
    for statement in (*WALL, *WRITERS):
        op.execute(statement.replace("{role}", role))
    op.execute(f'GRANT EXECUTE ON FUNCTION {CALLED} TO "{role}"')


def downgrade() -> None:
    """What was put in use stays: agreements were made with it."""
    op.execute(f"DROP FUNCTION {CALLED}")
    op.execute("DROP POLICY put_in_use ON text_versions")
    op.drop_table("text_drafts")
    op.drop_column("text_versions", "made_by")
