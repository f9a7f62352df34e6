"""Papers of a year (service/reporting/years)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "b182dfc218c6"
down_revision = "a2fd16ae6d93"
branch_labels = None
depends_on = None

WALL = (
    'ALTER TABLE "year_papers" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "year_papers" FORCE ROW LEVEL SECURITY',
    'CREATE POLICY wall_read ON "year_papers" FOR SELECT TO "{role}" USING (municipality_code = ANY ((SELECT app.reach())::text[]))',
    "CREATE POLICY wall_add ON \"year_papers\" FOR INSERT TO \"{role}\" WITH CHECK (municipality_code = ANY ((SELECT app.reach_as('drc', 'clock', 'municipality'))::text[]))",
    "CREATE POLICY wall_change ON \"year_papers\" FOR UPDATE TO \"{role}\" USING (municipality_code = ANY ((SELECT app.reach_as('drc', 'clock'))::text[])) WITH CHECK (municipality_code = ANY ((SELECT app.reach_as('drc', 'clock'))::text[]))",
    "CREATE POLICY wall_remove ON \"year_papers\" FOR DELETE TO \"{role}\" USING (municipality_code = ANY ((SELECT app.reach_as('drc', 'clock'))::text[]))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "year_papers" TO "{role}"',
)
STEPS = (
    """CREATE FUNCTION app.year_paper_step() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
       BEGIN
         IF app.office() = 'municipality' AND (NEW.kind <> 'case' OR NEW.document_id IS NOT NULL
              OR NEW.asked_by IS DISTINCT FROM app.person()) THEN
           RAISE insufficient_privilege USING MESSAGE = 'a municipality asks for a case, in its own person''s name';
         END IF;
         RETURN NEW;
       END $$""",
    "CREATE TRIGGER step BEFORE INSERT ON year_papers FOR EACH ROW EXECUTE FUNCTION app.year_paper_step()",
)


def _readable(*days: str, moments: tuple[str, ...]) -> str:
    return " AND ".join(
        [
            *(f"{day} BETWEEN DATE '1900-01-01' AND DATE '2199-12-31'" for day in days),
            *(
                f"{moment} BETWEEN TIMESTAMPTZ '1900-01-01 00:00+00' AND TIMESTAMPTZ '2199-12-31 00:00+00'"
                for moment in moments
            ),
        ]
    )


def upgrade() -> None:
    """The timetable asks for what the year before owes."""
    op.create_table(
        "year_papers",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(), server_default="", nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("first_month", sa.Date(), nullable=False),
        sa.Column("last_month", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.UUID(), nullable=True),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("document_id", sa.UUID(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("work_state", sa.String(), server_default="due", nullable=False),
        sa.Column("lease_token", sa.UUID(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("fault", sa.String(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("due_from", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(work_state = 'done') = (document_id IS NOT NULL)", name=op.f("ck_year_papers_done_has_paper")
        ),
        sa.CheckConstraint(
            "document_id IS NULL OR ready_at IS NOT NULL", name=op.f("ck_year_papers_ready_before_paper")
        ),
        sa.CheckConstraint(
            "extract(day FROM first_month) = 1 AND extract(day FROM last_month) = 1", name=op.f("ck_year_papers_month")
        ),
        sa.CheckConstraint(
            "first_month <= last_month AND extract(year FROM last_month) = year", name=op.f("ck_year_papers_span")
        ),
        sa.CheckConstraint(
            "kind IN ('status', 'grant_report', 'evaluation', 'case')", name=op.f("ck_year_papers_kind")
        ),
        sa.CheckConstraint("about ~ '^([0-9]{4}-[0-9]{4}-[0-9]{4,6})?$'", name=op.f("ck_year_papers_about")),
        sa.CheckConstraint(
            "fault IN ('unreadable', 'unprintable', 'refused', 'put_off', 'away', 'lost')",
            name=op.f("ck_year_papers_fault"),
        ),
        sa.CheckConstraint("work_state IN ('due', 'done', 'failed')", name=op.f("ck_year_papers_work_state_known")),
        sa.CheckConstraint(
            _readable(
                "first_month",
                "last_month",
                "due_on",
                moments=("asked_at", "ready_at", "issued_at", "lease_until", "due_from"),
            ),
            name=op.f("ck_year_papers_days_readable"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code", "document_id"],
            ["documents.municipality_code", "documents.id"],
            name=op.f("fk_year_papers_municipality_code_document_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_year_papers_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_year_papers")),
    )
    op.create_index(
        "uq_year_papers_once", "year_papers", ["municipality_code", "kind", "year", "about", "revision"], unique=True
    )
    op.create_index("ix_year_papers_year", "year_papers", ["year", "municipality_code"], unique=False)
    for statement in (*WALL, *STEPS):
        op.execute(statement.replace("{role}", op.get_context().config.attributes["service_role"]))  # type: ignore[union-attr]


def downgrade() -> None:
    """What was issued stays among the papers."""
    op.drop_table("year_papers")
    op.execute("DROP FUNCTION app.year_paper_step()")
