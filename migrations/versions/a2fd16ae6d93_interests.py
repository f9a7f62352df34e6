"""People who would like to volunteer (service/activity/interests)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "a2fd16ae6d93"
down_revision = "177dbde98eb9"
branch_labels = None
depends_on = None

WALL = (
    'ALTER TABLE "interests" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "interests" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall ON \"interests\" FOR ALL TO \"{role}\" USING ((SELECT app.office() IN ('drc', 'clock'))) WITH CHECK ((SELECT app.office() IN ('drc', 'clock')))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "interests" TO "{role}"',
)
FUNCTIONS = (
    "CREATE POLICY by_secret ON interests FOR ALL TO CURRENT_USER USING (true) WITH CHECK (true)",
    """CREATE FUNCTION app.note_interest(told jsonb) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
       DECLARE
         made CONSTANT uuid := gen_random_uuid();
       BEGIN
         IF app.office() IS DISTINCT FROM 'door' THEN
           RAISE insufficient_privilege USING MESSAGE = 'who would like to join says so at the door';
         END IF;
         IF (SELECT count(*) FROM public.interests i WHERE i.email = told->>'email' AND i.confirmed_at IS NULL) >= 5 THEN
           RETURN NULL;
         END IF;
         INSERT INTO public.interests (id, municipality_code, group_id, name, email, phone, themes, weekdays, language, consent,
                                       asked_at, due_from)
         SELECT made, told->>'municipality_code', p.group_id, told->>'name', told->>'email', told->>'phone',
                ARRAY(SELECT jsonb_array_elements_text(told->'themes')), ARRAY(SELECT jsonb_array_elements_text(told->'weekdays')),
                told->>'language', told->>'consent', now(), now()
         FROM (SELECT 1) one LEFT JOIN (
           public.public_groups p JOIN public.groups g ON g.id = p.group_id AND g.status IN ('forming', 'active')
         ) ON p.public_id = told->>'group' AND p.shown;
         RETURN made;
       END $$""",
    """CREATE FUNCTION app.interest(secret bytea) RETURNS TABLE (id uuid, municipality_code text, group_name text, name text, email text,
         phone text, themes text[], weekdays text[], consent text, confirmed boolean, answered boolean, withdrawn boolean)
       LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
       SELECT i.id, i.municipality_code, coalesce(g.name, ''), i.name, i.email, i.phone, i.themes, i.weekdays, i.consent,
              i.confirmed_at IS NOT NULL, i.answered_at IS NOT NULL, i.withdrawn_at IS NOT NULL
       FROM public.interests i LEFT JOIN public.groups g ON g.id = i.group_id
       WHERE i.token_hash = sha256($1) AND i.sent_at IS NOT NULL
         AND CASE WHEN i.confirmed_at IS NULL THEN i.sent_at > now() - interval '2 days'
                  ELSE i.asked_at > now() - interval '365 days' END $$""",
    """CREATE FUNCTION app.settle_interest(secret bytea, deed text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
       SET search_path = pg_catalog AS $$
       BEGIN
         UPDATE public.interests i
         SET confirmed_at = coalesce(i.confirmed_at, CASE WHEN deed = 'confirm' THEN now() END),
             withdrawn_at = CASE WHEN deed = 'withdraw' THEN coalesce(i.withdrawn_at, now()) END,
             -- who would like to after all waits for an answer as one who is new
             answered_at = CASE WHEN i.withdrawn_at IS NULL OR deed = 'withdraw' THEN i.answered_at END,
             answered_by = CASE WHEN i.withdrawn_at IS NULL OR deed = 'withdraw' THEN i.answered_by END,
             taken_in_at = CASE WHEN i.withdrawn_at IS NULL OR deed = 'withdraw' THEN i.taken_in_at END,
             let_go_at = CASE WHEN deed = 'withdraw' THEN i.let_go_at END
         WHERE deed IN ('confirm', 'withdraw') AND i.id = (SELECT found.id FROM app.interest(secret) found);
         RETURN FOUND;
       END $$""",
    "REVOKE ALL ON FUNCTION app.note_interest(jsonb) FROM PUBLIC",
    "REVOKE ALL ON FUNCTION app.interest(bytea) FROM PUBLIC",
    "REVOKE ALL ON FUNCTION app.settle_interest(bytea, text) FROM PUBLIC",
)
CALLED = ("app.note_interest(jsonb)", "app.interest(bytea)", "app.settle_interest(bytea, text)")
MOMENTS = (
    "asked_at",
    "sent_at",
    "confirmed_at",
    "taken_in_at",
    "answered_at",
    "withdrawn_at",
    "let_go_at",
    "lease_until",
    "due_from",
)


def _moment(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Nobody has asked yet."""
    readable = " AND ".join(
        f"{each} BETWEEN TIMESTAMPTZ '1900-01-01 00:00+00' AND TIMESTAMPTZ '2199-12-31 00:00+00'" for each in MOMENTS
    )
    op.create_table(
        "interests",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("group_id", sa.UUID(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("themes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("weekdays", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("consent", sa.String(), nullable=False),
        _moment("asked_at", nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=True),
        _moment("sent_at"),
        _moment("confirmed_at"),
        sa.Column("volunteer_id", sa.UUID(), nullable=True),
        _moment("taken_in_at"),
        _moment("answered_at"),
        sa.Column("answered_by", sa.UUID(), nullable=True),
        _moment("withdrawn_at"),
        _moment("let_go_at"),
        sa.Column("work_state", sa.String(), server_default="due", nullable=False),
        sa.Column("lease_token", sa.UUID(), nullable=True),
        _moment("lease_until"),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("fault", sa.String(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        _moment("due_from", nullable=False),
        sa.CheckConstraint("language IN ('da', 'en')", name=op.f("ck_interests_language")),
        sa.CheckConstraint(
            "confirmed_at IS NOT NULL OR volunteer_id IS NULL AND answered_at IS NULL",
            name=op.f("ck_interests_confirmed_first"),
        ),
        sa.CheckConstraint(
            "fault IN ('unreadable', 'unprintable', 'refused', 'put_off', 'away', 'lost')",
            name=op.f("ck_interests_fault"),
        ),
        sa.CheckConstraint("work_state IN ('due', 'done', 'failed')", name=op.f("ck_interests_work_state_known")),
        sa.CheckConstraint(readable, name=op.f("ck_interests_days_readable")),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_interests_municipality_code")
        ),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_interests_group_id")),
        sa.ForeignKeyConstraint(["volunteer_id"], ["volunteers.id"], name=op.f("fk_interests_volunteer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interests")),
    )
    op.create_index("uq_interests_token", "interests", ["token_hash"], unique=True)
    op.create_index("ix_interests_municipality", "interests", ["municipality_code", "asked_at", "id"])
    op.create_index("ix_interests_volunteer", "interests", ["volunteer_id"])
    op.create_index("ix_interests_due", "interests", ["due_from"], postgresql_where=sa.text("work_state = 'due'"))
    # Under `row_security = off`, which migrations run with, a body of SQL cannot be looked through: it is when it runs.
    op.execute("SET LOCAL check_function_bodies = off")
    role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]
    for statement in (*WALL, *FUNCTIONS, f'GRANT EXECUTE ON FUNCTION {", ".join(CALLED)} TO "{role}"'):
        op.execute(statement.replace("{role}", role))


def downgrade() -> None:
    for function in ("app.settle_interest(bytea, text)", "app.interest(bytea)", "app.note_interest(jsonb)"):
        op.execute(f"DROP FUNCTION {function}")
    op.drop_table("interests")
