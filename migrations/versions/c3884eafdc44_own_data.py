"""Links by which volunteers see their own data, and what they ask for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "c3884eafdc44"
down_revision = "1462d3de6e0c"
branch_labels = None
depends_on = None
TABLES = ("own_data_links", "own_data_wishes")
CALLED = ("app.ask_for_own_data(text)", "app.own_data(bytea)", "app.wish_about_own_data(bytea, text, text)")
SEEN = "USING ((SELECT app.office() IN ('drc', 'clock'))) WITH CHECK ((SELECT app.office() IN ('drc', 'clock')))"
WALL = tuple(
    statement
    for table in TABLES
    for statement in (
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
        f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
        f'CREATE POLICY wall ON "{table}" FOR ALL TO "{{role}}" {SEEN}',
        f'GRANT SELECT, INSERT, UPDATE, DELETE ON "{table}" TO "{{role}}"',
    )
)
FUNCTIONS = (
    "CREATE POLICY by_secret ON own_data_links FOR ALL TO CURRENT_USER USING (true) WITH CHECK (true)",
    "CREATE POLICY by_secret ON own_data_wishes FOR ALL TO CURRENT_USER USING (true) WITH CHECK (true)",
    """CREATE FUNCTION app.ask_for_own_data(address text) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER
       SET search_path = pg_catalog AS $$
       DECLARE
         made CONSTANT uuid := gen_random_uuid();
       BEGIN
         IF app.office() IS DISTINCT FROM 'door' THEN
           RAISE insufficient_privilege USING MESSAGE = 'a volunteer asks for their own data at the door';
         END IF;
         INSERT INTO public.own_data_links (id, email, asked_at, due_from) VALUES (made, address, now(), now());
         RETURN made;
       END $$""",
    """CREATE FUNCTION app.own_data(secret bytea) RETURNS TABLE (id uuid, asked_at timestamptz, facts jsonb, package bytea)
       LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
       BEGIN
         RETURN QUERY SELECT l.id, l.asked_at, l.facts, l.package FROM public.own_data_links l
         WHERE l.token_hash = sha256(secret) AND l.sent_at IS NOT NULL AND l.asked_at > now() - interval '7 days';
       END $$""",
    # The same wish twice, while the first waits, is one.
    """CREATE FUNCTION app.wish_about_own_data(secret bytea, kind text, words text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
       SET search_path = pg_catalog AS $$
       DECLARE
         whose uuid;
       BEGIN
         SELECT l.volunteer_id INTO whose FROM public.own_data_links l JOIN app.own_data(secret) found ON found.id = l.id FOR UPDATE OF l;
         IF whose IS NULL THEN
           RETURN false;
         END IF;
         INSERT INTO public.own_data_wishes (id, volunteer_id, kind, words, asked_at)
         SELECT gen_random_uuid(), whose, $2, $3, now()
         WHERE NOT EXISTS (SELECT FROM public.own_data_wishes w WHERE w.volunteer_id = whose AND w.settled_at IS NULL
                           AND w.kind = $2 AND w.words = $3)
           AND (SELECT count(*) FROM public.own_data_wishes w WHERE w.volunteer_id = whose AND w.settled_at IS NULL) < 20;
         RETURN true;
       END $$""",
    "REVOKE ALL ON FUNCTION app.ask_for_own_data(text), app.own_data(bytea), app.wish_about_own_data(bytea, text, text) FROM PUBLIC",
)


def _readable(table: str, *moments: str) -> sa.CheckConstraint:
    days = (
        f"{each} BETWEEN TIMESTAMPTZ '1900-01-01 00:00+00' AND TIMESTAMPTZ '2199-12-31 00:00+00'" for each in moments
    )
    return sa.CheckConstraint(" AND ".join(days), name=op.f(f"ck_{table}_days_readable"))


def _volunteer(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["volunteer_id"], ["volunteers.id"], name=op.f(f"fk_{table}_volunteer_id"))


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Nobody has asked yet."""
    op.create_table(
        "own_data_links",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("volunteer_id", sa.UUID(), nullable=True),
        _moment("asked_at"),
        sa.Column("asked_by", sa.UUID(), nullable=True),
        sa.Column("token_hash", sa.LargeBinary(), nullable=True),
        sa.Column("facts", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("package", sa.LargeBinary(), nullable=True),
        _moment("sent_at", nullable=True),
        sa.Column("work_state", sa.String(), server_default="due", nullable=False),
        sa.Column("lease_token", sa.UUID(), nullable=True),
        _moment("lease_until", nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("fault", sa.String(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        _moment("due_from"),
        sa.CheckConstraint(
            "fault IN ('unreadable', 'unprintable', 'refused', 'put_off', 'away', 'lost')",
            name=op.f("ck_own_data_links_fault"),
        ),
        sa.CheckConstraint("work_state IN ('due', 'done', 'failed')", name=op.f("ck_own_data_links_work_state_known")),
        sa.CheckConstraint("jsonb_typeof(facts) = 'object'", name=op.f("ck_own_data_links_facts_readable")),
        _readable("own_data_links", "asked_at", "sent_at", "lease_until", "due_from"),
        _volunteer("own_data_links"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_data_links")),
    )
    op.create_index("uq_own_data_links_token", "own_data_links", ["token_hash"], unique=True)
    op.create_index("ix_own_data_links_volunteer", "own_data_links", ["volunteer_id"])
    op.create_index(
        "ix_own_data_links_due", "own_data_links", ["due_from"], postgresql_where=sa.text("work_state = 'due'")
    )
    op.create_table(
        "own_data_wishes",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("volunteer_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        _moment("asked_at"),
        _moment("settled_at", nullable=True),
        sa.Column("settled_by", sa.UUID(), nullable=True),
        sa.CheckConstraint("kind IN ('correct', 'stop', 'forget')", name=op.f("ck_own_data_wishes_kind")),
        _readable("own_data_wishes", "asked_at", "settled_at"),
        _volunteer("own_data_wishes"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_data_wishes")),
    )
    op.create_index("ix_own_data_wishes_volunteer", "own_data_wishes", ["volunteer_id"])
    role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]
    for statement in (*WALL, *FUNCTIONS, f'GRANT EXECUTE ON FUNCTION {", ".join(CALLED)} TO "{role}"'):
        op.execute(statement.replace("{role}", role))


def downgrade() -> None:
    for function in (CALLED[2], CALLED[0], CALLED[1]):
        op.execute(f"DROP FUNCTION {function}")
    for table in reversed(TABLES):
        op.drop_table(table)
