"""What unattended work has set aside: a step in one municipality, or a step of the whole country."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "14e2f0d8658c"
down_revision = "db43a3f12e42"
branch_labels = None
depends_on = None

WALLS = (
    # owned, DRC's alone: set_aside
    'ALTER TABLE "set_aside" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "set_aside" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall ON \"set_aside\" FOR ALL TO \"{role}\" USING (municipality_code = ANY ((SELECT app.reach())::text[]) AND (SELECT app.office() IN ('drc', 'clock'))) WITH CHECK (municipality_code = ANY ((SELECT app.reach())::text[]) AND (SELECT app.office() IN ('drc', 'clock')))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "set_aside" TO "{role}"',
    # national: steps_set_aside
    'ALTER TABLE "steps_set_aside" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "steps_set_aside" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall ON \"steps_set_aside\" FOR ALL TO \"{role}\" USING ((SELECT app.office() IN ('drc', 'clock'))) WITH CHECK ((SELECT app.office() IN ('drc', 'clock')))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "steps_set_aside" TO "{role}"',
)
CAUSES = "cause IN ('unreadable', 'database', 'fault')"


def kept() -> list[sa.Column]:
    """The columns that both tables have."""
    return [
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "set_aside",
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        *kept(),
        sa.CheckConstraint(CAUSES, name=op.f("ck_set_aside_cause")),
        sa.CheckConstraint("times >= 0", name=op.f("ck_set_aside_times")),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_set_aside_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_set_aside")),
    )
    op.create_index("uq_set_aside_once", "set_aside", ["municipality_code", "step"], unique=True)
    op.create_table(
        "steps_set_aside",
        sa.Column("step", sa.String(), nullable=False),
        *kept(),
        sa.CheckConstraint(CAUSES, name=op.f("ck_steps_set_aside_cause")),
        sa.CheckConstraint("times >= 0", name=op.f("ck_steps_set_aside_times")),
        sa.PrimaryKeyConstraint("step", name=op.f("pk_steps_set_aside")),
    )
    role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]
    for statement in WALLS:
        op.execute(statement.replace("{role}", role))


def downgrade() -> None:
    """What is set aside is tried at once by the version before, which keeps nothing of it."""
    op.drop_table("steps_set_aside")
    op.drop_table("set_aside")
