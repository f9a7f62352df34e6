"""Cooperation agreements that are made here (service/network/cooperation), and papers that no municipality reads."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "8038046888b0"
down_revision = "5bb4fc825019"
branch_labels = None
depends_on = None
CONTRACTS = (
    "6b30acbde013",
    "documents: papers of kinds that the code before does not know are read by DRC alone, and it makes none of them",
)

WALL = (
    'ALTER TABLE "cooperation_offers" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "cooperation_offers" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall_read ON \"cooperation_offers\" FOR SELECT TO \"{role}\" USING (municipality_code = ANY ((SELECT app.reach_as('drc', 'clock', 'link'))::text[]))",
    "CREATE POLICY wall_add ON \"cooperation_offers\" FOR INSERT TO \"{role}\" WITH CHECK (municipality_code = ANY ((SELECT app.reach_as('drc', 'clock'))::text[]))",
    "CREATE POLICY wall_change ON \"cooperation_offers\" FOR UPDATE TO \"{role}\" USING (municipality_code = ANY ((SELECT app.reach_as('drc', 'clock', 'link'))::text[])) WITH CHECK (municipality_code = ANY ((SELECT app.reach_as('drc', 'clock', 'link'))::text[]))",
    "CREATE POLICY wall_remove ON \"cooperation_offers\" FOR DELETE TO \"{role}\" USING (municipality_code = ANY ((SELECT app.reach_as('drc', 'clock'))::text[]))",
    "CREATE TRIGGER columns_of_link BEFORE UPDATE ON \"cooperation_offers\" FOR EACH ROW EXECUTE FUNCTION app.held_to_columns('link', 'state')",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "cooperation_offers" TO "{role}"',
    'ALTER TABLE "cooperation_decisions" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "cooperation_decisions" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall_read ON \"cooperation_decisions\" FOR SELECT TO \"{role}\" USING (municipality_code = ANY ((SELECT app.reach_as('drc', 'clock', 'link'))::text[]))",
    "CREATE POLICY wall_add ON \"cooperation_decisions\" FOR INSERT TO \"{role}\" WITH CHECK (municipality_code = ANY ((SELECT app.reach_as('drc', 'clock', 'link'))::text[]))",
    'GRANT SELECT, INSERT ON "cooperation_decisions" TO "{role}"',
)
STEPS = (
    """CREATE FUNCTION app.cooperation_offer_step() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
       BEGIN
         IF app.office() IN ('drc', 'link') AND (
              OLD.state <> 'draft' AND (NEW.number, NEW.terms, NEW.facts, NEW.group_id, NEW.created_by, NEW.created_at)
                IS DISTINCT FROM (OLD.number, OLD.terms, OLD.facts, OLD.group_id, OLD.created_by, OLD.created_at)
              OR NEW.state <> OLD.state AND NOT CASE app.office()
                WHEN 'link' THEN (OLD.state, NEW.state) IN (('offered', 'accepted'), ('offered', 'declined'))
                ELSE (OLD.state, NEW.state) IN
                  (('draft', 'preparing'), ('offered', 'accepted'), ('offered', 'declined'), ('accepted', 'concluded'),
                   ('preparing', 'withdrawn'), ('offered', 'withdrawn'), ('accepted', 'withdrawn'), ('concluded', 'terminated'))
              END) THEN
           RAISE insufficient_privilege USING MESSAGE = format('%s takes no such step with a cooperation agreement', app.office());
         END IF;
         IF NEW.state <> OLD.state AND NEW.state IN ('accepted', 'concluded') AND NOT EXISTS (
              SELECT FROM public.cooperation_decisions d
              WHERE d.municipality_code = NEW.municipality_code AND d.offer_id = NEW.id AND d.act = 'approved'
                AND d.party = CASE NEW.state WHEN 'accepted' THEN 'group' ELSE 'drc' END) THEN
           RAISE insufficient_privilege USING MESSAGE = 'nobody has approved it for a party that it says has approved';
         END IF;
         RETURN NEW;
       END $$""",
    "CREATE TRIGGER step BEFORE UPDATE ON cooperation_offers FOR EACH ROW EXECUTE FUNCTION app.cooperation_offer_step()",
    """CREATE FUNCTION app.cooperation_decision_step() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
       BEGIN
         IF (app.office() = 'link') IS DISTINCT FROM (NEW.way = 'link')
              OR app.office() = 'drc' AND NEW.person_id IS DISTINCT FROM app.person() THEN
           RAISE insufficient_privilege USING MESSAGE = 'a decision is one''s own, and the holder of a link answers for the group';
         END IF;
         RETURN NEW;
       END $$""",
    "CREATE TRIGGER step BEFORE INSERT ON cooperation_decisions FOR EACH ROW EXECUTE FUNCTION app.cooperation_decision_step()",
)
SEEN = "municipality_code = ANY ((SELECT app.reach())::text[])"
WITHHELD = f"{SEEN} AND (NOT (kind IN ('cooperation')) OR (SELECT app.office() IN ('drc', 'clock', 'link')))"


def _readable(*moments: str) -> str:
    return " AND ".join(
        f"{moment} BETWEEN TIMESTAMPTZ '1900-01-01 00:00+00' AND TIMESTAMPTZ '2199-12-31 00:00+00'"
        for moment in moments
    )


def upgrade() -> None:
    """What was concluded after its first day holds from that day all the same: an agreement made here says so itself."""
    op.drop_constraint(op.f("ck_cooperation_agreements_signed"), "cooperation_agreements", type_="check")
    op.create_table(
        "cooperation_offers",
        sa.Column("group_id", sa.UUID(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("terms", postgresql.JSONB(), nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("document_id", sa.UUID(), nullable=True),
        sa.Column("cooperation_id", sa.UUID(), nullable=True),
        sa.Column("link_id", sa.UUID(), nullable=True),
        sa.Column("link_sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_state", sa.String(), nullable=True),
        sa.Column("created_by", sa.UUID(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.UUID(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
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
            "(cooperation_id IS NOT NULL) = (state IN ('concluded', 'terminated'))",
            name=op.f("ck_cooperation_offers_concluded_holds"),
        ),
        sa.CheckConstraint(
            "(number IS NULL) = (state = 'draft')", name=op.f("ck_cooperation_offers_offered_has_number")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'preparing', 'offered', 'accepted', 'concluded', 'declined', 'withdrawn', 'terminated')",
            name=op.f("ck_cooperation_offers_state"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'preparing', 'withdrawn') OR document_id IS NOT NULL",
            name=op.f("ck_cooperation_offers_offered_has_paper"),
        ),
        sa.CheckConstraint(
            "told_state IN ('accepted', 'concluded', 'declined', 'withdrawn', 'terminated')",
            name=op.f("ck_cooperation_offers_told_state"),
        ),
        sa.ForeignKeyConstraint(
            ["cooperation_id"], ["cooperation_agreements.id"], name=op.f("fk_cooperation_offers_cooperation_id")
        ),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_cooperation_offers_group_id")),
        sa.ForeignKeyConstraint(
            ["municipality_code", "document_id"],
            ["documents.municipality_code", "documents.id"],
            name=op.f("fk_cooperation_offers_municipality_code_document_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_cooperation_offers_municipality_code")
        ),
        sa.CheckConstraint(
            "fault IN ('unreadable', 'unprintable', 'refused', 'put_off', 'away', 'lost')",
            name=op.f("ck_cooperation_offers_fault"),
        ),
        sa.CheckConstraint(
            "work_state IN ('due', 'done', 'failed')", name=op.f("ck_cooperation_offers_work_state_known")
        ),
        sa.CheckConstraint(
            "jsonb_typeof(terms) = 'object' AND jsonb_typeof(facts) = 'object'",
            name=op.f("ck_cooperation_offers_json_readable"),
        ),
        sa.CheckConstraint(
            _readable("link_sent_at", "created_at", "changed_at", "lease_until", "due_from"),
            name=op.f("ck_cooperation_offers_days_readable"),
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_cooperation_offers")),
    )
    op.create_index("ix_cooperation_offers_group", "cooperation_offers", ["group_id", "created_at"], unique=False)
    op.create_index(
        "uq_cooperation_offers_cooperation", "cooperation_offers", ["municipality_code", "cooperation_id"], unique=True
    )
    op.create_index("uq_cooperation_offers_link", "cooperation_offers", ["municipality_code", "link_id"], unique=True)
    op.create_index(
        "uq_cooperation_offers_open",
        "cooperation_offers",
        ["municipality_code", "group_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('draft', 'preparing', 'offered', 'accepted')"),
    )
    op.create_table(
        "cooperation_decisions",
        sa.Column("offer_id", sa.UUID(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("person_name", sa.String(), nullable=False),
        sa.Column("person_title", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("arrived_how", sa.String(), nullable=True),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(person_id IS NULL) = (way = 'link')", name=op.f("ck_cooperation_decisions_by_whom")),
        sa.CheckConstraint("(way = 'account') = (party = 'drc')", name=op.f("ck_cooperation_decisions_way_of_party")),
        sa.CheckConstraint(
            "act IN ('offered', 'approved', 'declined', 'withdrawn', 'terminated')",
            name=op.f("ck_cooperation_decisions_act"),
        ),
        sa.CheckConstraint("party IN ('group', 'drc')", name=op.f("ck_cooperation_decisions_party")),
        sa.CheckConstraint("way IN ('account', 'link', 'told')", name=op.f("ck_cooperation_decisions_way")),
        sa.CheckConstraint(
            "(arrived_how IS NULL) = (arrived_at IS NULL)", name=op.f("ck_cooperation_decisions_arrived")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code", "offer_id"],
            ["cooperation_offers.municipality_code", "cooperation_offers.id"],
            name=op.f("fk_cooperation_decisions_municipality_code_offer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_cooperation_decisions_municipality_code")
        ),
        sa.CheckConstraint(_readable("at", "arrived_at"), name=op.f("ck_cooperation_decisions_days_readable")),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_cooperation_decisions")),
    )
    op.create_index(
        "uq_cooperation_decisions_act",
        "cooperation_decisions",
        ["municipality_code", "offer_id", "party", "act"],
        unique=True,
    )
    for statement in (*WALL, *STEPS):
        op.execute(statement.replace("{role}", op.get_context().config.attributes["service_role"]))  # type: ignore[union-attr]
    op.execute(f"ALTER POLICY wall_read ON documents USING ({WITHHELD})")


def downgrade() -> None:
    """Raises where such a paper was issued: it stays, and without its wall a municipality would read it."""
    for table in ("documents", "cooperation_agreements"):
        op.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')
    op.execute(
        """DO $$ BEGIN
             IF EXISTS (SELECT FROM documents WHERE kind = 'cooperation') THEN
               RAISE EXCEPTION 'cooperation agreements were issued, which the version before would show to municipalities';
             END IF;
           END $$"""
    )
    op.execute(f"ALTER POLICY wall_read ON documents USING ({SEEN})")
    op.drop_table("cooperation_decisions")
    op.drop_table("cooperation_offers")
    for step in ("cooperation_offer_step", "cooperation_decision_step"):
        op.execute(f"DROP FUNCTION app.{step}()")
    op.execute("UPDATE cooperation_agreements SET signed_on = starts_on WHERE signed_on > starts_on")
    op.create_check_constraint(
        op.f("ck_cooperation_agreements_signed"), "cooperation_agreements", "signed_on <= starts_on"
    )
    for table in ("documents", "cooperation_agreements"):
        op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
