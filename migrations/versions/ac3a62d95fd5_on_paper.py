"""Agreements that were signed on paper (service/partnership/agreements/intake.py)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "ac3a62d95fd5"
down_revision = "edcf3aafa48d"
branch_labels = None
depends_on = None
CONTRACTS = (
    "6b30acbde013",
    "agreements: whoever begins one in a version so far prepares it, as is demanded from here on",
)

WALL = (
    # owned: agreements_taken_in
    'ALTER TABLE "agreements_taken_in" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "agreements_taken_in" FORCE ROW LEVEL SECURITY',
    'CREATE POLICY wall_read ON "agreements_taken_in" FOR SELECT TO "{role}" USING (municipality_code = ANY ((SELECT app.reach())::text[]))',
    "CREATE POLICY wall_add ON \"agreements_taken_in\" FOR INSERT TO \"{role}\" WITH CHECK (municipality_code = ANY ((SELECT app.reach_as('drc', 'clock'))::text[]))",
    'GRANT SELECT, INSERT ON "agreements_taken_in" TO "{role}"',
)
READABLE = (
    "municipality_signed_on BETWEEN DATE '1900-01-01' AND DATE '2199-12-31'"
    " AND drc_signed_on BETWEEN DATE '1900-01-01' AND DATE '2199-12-31'"
    " AND taken_in_at BETWEEN TIMESTAMPTZ '1900-01-01 00:00+00' AND TIMESTAMPTZ '2199-12-31 00:00+00'"
)
# Every agreement that a person of a released version begins is being prepared: nothing that it writes is refused.
STEPS = (
    """CREATE FUNCTION app.agreement_begins() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
       BEGIN
         IF app.office() IN ('drc', 'municipality') AND NEW.state <> 'preparing' AND NOT (
              app.office() = 'drc' AND NEW.state = 'concluded' AND EXISTS (
                SELECT FROM public.documents d
                WHERE d.municipality_code = NEW.municipality_code AND d.id = NEW.document_id AND d.kind = 'scan')) THEN
           RAISE insufficient_privilege USING MESSAGE = 'an agreement begins as its paper is made, or DRC takes it in with its scan';
         END IF;
         RETURN NEW;
       END $$""",
    "CREATE TRIGGER begins BEFORE INSERT ON agreements FOR EACH ROW EXECUTE FUNCTION app.agreement_begins()",
)


def upgrade() -> None:
    """None was taken in before."""
    names = [f"{party}_{part}" for party in ("municipality", "drc") for part in ("name", "title", "signed_on")]
    op.create_table(
        "agreements_taken_in",
        sa.Column("agreement_id", sa.UUID(), nullable=False),
        *(sa.Column(name, sa.Date() if name.endswith("_on") else sa.String(), nullable=False) for name in names),
        sa.Column("taken_in_by", sa.UUID(), nullable=False),
        sa.Column("taken_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.CheckConstraint(READABLE, name=op.f("ck_agreements_taken_in_days_readable")),
        sa.ForeignKeyConstraint(
            ["municipality_code", "agreement_id"],
            ["agreements.municipality_code", "agreements.id"],
            name=op.f("fk_agreements_taken_in_municipality_code_agreement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_agreements_taken_in_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_agreements_taken_in")),
    )
    op.create_index(
        "uq_agreements_taken_in_once", "agreements_taken_in", ["municipality_code", "agreement_id"], unique=True
    )
    role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]
    for statement in (*WALL, *STEPS):
        op.execute(statement.replace("{role}", role))


def downgrade() -> None:
    """That an agreement was signed on paper is lost; the agreement and its scan stay."""
    op.execute("DROP TRIGGER begins ON agreements")
    op.execute("DROP FUNCTION app.agreement_begins()")
    op.drop_table("agreements_taken_in")
