"""How an agreement ends before its term: by notice, for breach, or as both agree, each with its paper."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "ce5e9864f801"
down_revision = "ac3a62d95fd5"
branch_labels = None
depends_on = None
CONTRACTS = ("6b30acbde013", "agreements, decisions: the lists of states and acts only grow, and the step with them")

STATES_BEFORE = "'preparing', 'offered', 'accepted', 'concluded', 'declined', 'withdrawn', 'terminated'"
CHECKS = {  # with what is added to them
    ("agreements", "state"): f"state IN ({STATES_BEFORE}{{}})",
    ("agreements", "told_state_known"): f"told_state IN ({STATES_BEFORE}{{}})",
    ("decisions", "act"): "act IN ('offered', 'approved', 'declined', 'withdrawn', 'terminated'{})",
}
ADDED = ", 'ended_early', 'ended_for_breach'"
AFTER = (
    """CREATE OR REPLACE FUNCTION app.agreement_step() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
       BEGIN
         IF app.office() IN ('drc', 'municipality') AND (
              (NEW.number, NEW.scope, NEW.facts, NEW.starts_on, NEW.created_by, NEW.created_at)
                IS DISTINCT FROM (OLD.number, OLD.scope, OLD.facts, OLD.starts_on, OLD.created_by, OLD.created_at)
              OR NEW.ends_on > OLD.ends_on
              OR (NEW.ends_on < OLD.ends_on AND NEW.state NOT IN ('terminated', 'ended_early', 'ended_for_breach'))
              OR NEW.state <> OLD.state AND NEW.state = 'ended_early' AND NOT EXISTS (SELECT FROM public.agreement_ends e
                WHERE e.municipality_code = NEW.municipality_code AND e.agreement_id = NEW.id AND e.way = 'agreed' AND e.state = 'final')
              OR NEW.state <> OLD.state AND NOT CASE app.office()
                WHEN 'municipality' THEN (OLD.state, NEW.state) IN
                  (('offered', 'accepted'), ('offered', 'declined'), ('concluded', 'terminated'), ('concluded', 'ended_early'),
                   ('concluded', 'ended_for_breach'), ('terminated', 'ended_early'), ('terminated', 'ended_for_breach'))
                ELSE (OLD.state, NEW.state) IN
                  (('preparing', 'withdrawn'), ('offered', 'withdrawn'), ('accepted', 'withdrawn'),
                   ('accepted', 'concluded'), ('concluded', 'terminated'), ('concluded', 'ended_early'),
                   ('concluded', 'ended_for_breach'), ('terminated', 'ended_early'), ('terminated', 'ended_for_breach'))
              END) THEN
           RAISE insufficient_privilege USING MESSAGE = format('%s takes no such step with an agreement', app.office());
         END IF;
         RETURN NEW;
       END $$""",
)
BEFORE = (
    """CREATE OR REPLACE FUNCTION app.agreement_step() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
       BEGIN
         IF app.office() IN ('drc', 'municipality') AND (
              (NEW.number, NEW.scope, NEW.facts, NEW.starts_on, NEW.created_by, NEW.created_at)
                IS DISTINCT FROM (OLD.number, OLD.scope, OLD.facts, OLD.starts_on, OLD.created_by, OLD.created_at)
              OR NEW.ends_on > OLD.ends_on OR (NEW.ends_on < OLD.ends_on AND NEW.state <> 'terminated')
              OR NEW.state <> OLD.state AND NOT CASE app.office()
                WHEN 'municipality' THEN (OLD.state, NEW.state) IN
                  (('offered', 'accepted'), ('offered', 'declined'), ('concluded', 'terminated'))
                ELSE (OLD.state, NEW.state) IN
                  (('preparing', 'withdrawn'), ('offered', 'withdrawn'), ('accepted', 'withdrawn'),
                   ('accepted', 'concluded'), ('concluded', 'terminated'))
              END) THEN
           RAISE insufficient_privilege USING MESSAGE = format('%s takes no such step with an agreement', app.office());
         END IF;
         RETURN NEW;
       END $$""",
)
WALL = (
    'ALTER TABLE "agreement_ends" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "agreement_ends" FORCE ROW LEVEL SECURITY',
    'CREATE POLICY wall_read ON "agreement_ends" FOR SELECT TO "{role}" USING (municipality_code = ANY ((SELECT app.reach())::text[]))',
    "CREATE POLICY wall_add ON \"agreement_ends\" FOR INSERT TO \"{role}\" WITH CHECK (municipality_code = ANY ((SELECT app.reach_as('drc', 'clock', 'municipality'))::text[]))",
    "CREATE POLICY wall_change ON \"agreement_ends\" FOR UPDATE TO \"{role}\" USING (municipality_code = ANY ((SELECT app.reach_as('drc', 'clock', 'municipality'))::text[])) WITH CHECK (municipality_code = ANY ((SELECT app.reach_as('drc', 'clock', 'municipality'))::text[]))",
    "CREATE POLICY wall_remove ON \"agreement_ends\" FOR DELETE TO \"{role}\" USING (municipality_code = ANY ((SELECT app.reach_as('drc', 'clock'))::text[]))",
    "CREATE TRIGGER columns_of_municipality BEFORE UPDATE ON \"agreement_ends\" FOR EACH ROW EXECUTE FUNCTION app.held_to_columns('municipality', 'state', 'facts', 'answered_by', 'answered_name', 'answered_title', 'answered_at', 'answer_remark')",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "agreement_ends" TO "{role}"',
)
STEP = (
    """CREATE FUNCTION app.end_step() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
       BEGIN
         IF app.office() NOT IN ('drc', 'municipality') THEN
           RETURN NEW;
         END IF;
         IF TG_OP = 'INSERT' AND (NEW.party <> app.office() OR NEW.person_id IS DISTINCT FROM app.person()
              OR NEW.state <> CASE NEW.way WHEN 'agreed' THEN 'proposed' ELSE 'final' END) THEN
           RAISE insufficient_privilege USING MESSAGE = 'an end is given or proposed in one''s own name, on behalf of one''s own party';
         END IF;
         IF TG_OP = 'UPDATE' AND (
              (NEW.agreement_id, NEW.way, NEW.party, NEW.last_day, NEW.settlement, NEW.person_id, NEW.words, NEW.at)
                IS DISTINCT FROM (OLD.agreement_id, OLD.way, OLD.party, OLD.last_day, OLD.settlement, OLD.person_id, OLD.words, OLD.at)
              OR (NEW.state, NEW.facts, NEW.answered_by) IS DISTINCT FROM (OLD.state, OLD.facts, OLD.answered_by) AND NOT (
                OLD.state = 'proposed' AND NEW.answered_by IS NOT DISTINCT FROM app.person()
                AND NEW.state IN ('final', 'declined', 'withdrawn') AND (NEW.state = 'withdrawn') = (OLD.party = app.office()))) THEN
           RAISE insufficient_privilege USING MESSAGE = 'a proposal is answered by the other party, and withdrawn by one''s own';
         END IF;
         RETURN NEW;
       END $$""",
    "CREATE TRIGGER step BEFORE INSERT OR UPDATE ON agreement_ends FOR EACH ROW EXECUTE FUNCTION app.end_step()",
)
STATES = "('proposed', 'final', 'declined', 'withdrawn')"


def upgrade() -> None:
    """What was given notice of before has no row of its own: its reason stands among the decisions."""
    _codes(ADDED)
    _table()
    role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]
    for statement in (*AFTER, *WALL, *STEP):
        op.execute(statement.replace("{role}", role))


def downgrade() -> None:
    """What was ended early is under notice to the code before: it ends on the same day."""
    op.drop_table("agreement_ends")
    op.execute("DROP FUNCTION app.end_step()")
    for table in ("agreements", "decisions"):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute("UPDATE agreements SET state = 'terminated' WHERE state LIKE 'ended_%'")
    op.execute("UPDATE agreements SET told_state = 'terminated' WHERE told_state LIKE 'ended_%'")
    op.execute("DELETE FROM decisions WHERE act LIKE 'ended_%'")
    for table in ("agreements", "decisions"):
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    _codes("")
    for statement in BEFORE:
        op.execute(statement)


def _codes(added: str) -> None:
    for (table, name), check in CHECKS.items():
        op.drop_constraint(op.f(f"ck_{table}_{name}"), table, type_="check")
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, check.format(added))


def _readable(moments: Sequence[str]) -> str:
    return " AND ".join(
        f"{moment} BETWEEN TIMESTAMPTZ '1900-01-01 00:00+00' AND TIMESTAMPTZ '2199-12-31 00:00+00'"
        for moment in moments
    )


def _table() -> None:
    op.create_table(
        "agreement_ends",
        sa.Column("agreement_id", sa.UUID(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("way", "state", "party")),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("settlement", sa.String(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("person_name", "person_title", "words")),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.UUID(), nullable=True),
        sa.Column("answered_name", sa.String(), nullable=True),
        sa.Column("answered_title", sa.String(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_remark", sa.String(), server_default="", nullable=False),
        sa.Column("facts", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("document_id", sa.UUID(), nullable=True),
        sa.Column("told_state", sa.String(), nullable=True),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("work_state", sa.String(), server_default="due", nullable=False),
        sa.Column("lease_token", sa.UUID(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("fault", sa.String(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("due_from", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("way IN ('notice', 'agreed', 'breach')", name=op.f("ck_agreement_ends_way")),
        sa.CheckConstraint(f"state IN {STATES}", name=op.f("ck_agreement_ends_state")),
        sa.CheckConstraint(f"told_state IN {STATES}", name=op.f("ck_agreement_ends_told_state")),
        sa.CheckConstraint("party IN ('municipality', 'drc')", name=op.f("ck_agreement_ends_party")),
        sa.CheckConstraint("settlement IN ('falls_away', 'by_days')", name=op.f("ck_agreement_ends_settlement")),
        sa.CheckConstraint("way = 'agreed' OR state = 'final'", name=op.f("ck_agreement_ends_proposed_to_agree")),
        sa.CheckConstraint(
            "num_nonnulls(answered_by, answered_name, answered_title, answered_at) = CASE WHEN way = 'agreed' AND state <> 'proposed' "
            "THEN 4 ELSE 0 END",
            name=op.f("ck_agreement_ends_answered"),
        ),
        sa.CheckConstraint("document_id IS NULL OR state = 'final'", name=op.f("ck_agreement_ends_final_before_paper")),
        sa.CheckConstraint("jsonb_typeof(facts) = 'object'", name=op.f("ck_agreement_ends_facts_shape")),
        sa.CheckConstraint(
            "fault IN ('unreadable', 'unprintable', 'refused', 'put_off', 'away', 'lost')",
            name=op.f("ck_agreement_ends_fault"),
        ),
        sa.CheckConstraint("work_state IN ('due', 'done', 'failed')", name=op.f("ck_agreement_ends_work_state_known")),
        sa.CheckConstraint(
            f"{_readable(('at', 'answered_at', 'lease_until', 'due_from'))} AND last_day BETWEEN DATE '1900-01-01' AND DATE '2199-12-31'",
            name=op.f("ck_agreement_ends_days_readable"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_agreement_ends_municipality_code")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code", "agreement_id"],
            ["agreements.municipality_code", "agreements.id"],
            name=op.f("fk_agreement_ends_municipality_code_agreement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code", "document_id"],
            ["documents.municipality_code", "documents.id"],
            name=op.f("fk_agreement_ends_municipality_code_document_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_agreement_ends")),
    )
    for name, columns, only in (
        ("proposed", ["municipality_code", "agreement_id"], "proposed"),
        ("way", ["municipality_code", "agreement_id", "way"], "final"),
    ):
        op.create_index(
            f"uq_agreement_ends_{name}",
            "agreement_ends",
            columns,
            unique=True,
            postgresql_where=sa.text(f"state = '{only}'"),
        )
