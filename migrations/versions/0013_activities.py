"""Activities: when they meet, for whom, and what of them is public."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0003"
branch_labels = None
depends_on = None

WALLS = (
    # owned: activity_schedules
    'ALTER TABLE "activity_schedules" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "activity_schedules" FORCE ROW LEVEL SECURITY',
    'CREATE POLICY wall ON "activity_schedules" FOR ALL TO "{role}" USING (municipality_code = ANY ((SELECT app.reach())::text[])) WITH CHECK (municipality_code = ANY ((SELECT app.reach())::text[]))',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "activity_schedules" TO "{role}"',
)
CHECKS = {"seats": "seats BETWEEN 1 AND 5000", "public_has_address": "NOT public OR public_id IS NOT NULL"}


def _facts() -> list[sa.Column]:
    return [
        sa.Column("address", sa.String(), server_default="", nullable=False),
        sa.Column("target_group", sa.String(), server_default="", nullable=False),
        sa.Column("languages", sa.String(), server_default="", nullable=False),
        sa.Column("partners", sa.String(), server_default="", nullable=False),
        sa.Column("seats", sa.Integer(), nullable=True),
        sa.Column("children_under_15", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("public_id", sa.String(), nullable=True),
        sa.Column("public", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("public_contact", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
    ]


def _do(statements: tuple[str, ...]) -> None:
    role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]
    for statement in statements:
        op.execute(statement.replace("{role}", role))


def upgrade() -> None:
    for column in _facts():
        op.add_column("activities", column)
    for name, condition in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_activities_{name}"), "activities", condition)
    op.create_index("ix_activities_group", "activities", ["group_id"], unique=False)
    op.create_index("ix_activities_public", "activities", ["public_id"], unique=False)
    op.create_table(
        "activity_schedules",
        sa.Column("activity_id", sa.UUID(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("anchor", sa.Date(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("without_holidays", sa.Boolean(), nullable=False),
        sa.Column("without_breaks", sa.Boolean(), nullable=False),
        sa.Column("extra", postgresql.ARRAY(sa.Date()), nullable=False),
        sa.Column("left_out", postgresql.ARRAY(sa.Date()), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.CheckConstraint("minutes BETWEEN 5 AND 1440", name=op.f("ck_activity_schedules_minutes")),
        sa.CheckConstraint("length(rule) <= 200", name=op.f("ck_activity_schedules_rule")),
        sa.ForeignKeyConstraint(
            ["municipality_code", "activity_id"],
            ["activities.municipality_code", "activities.id"],
            name=op.f("fk_activity_schedules_municipality_code_activity_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_activity_schedules_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_activity_schedules")),
    )
    op.create_index(
        "uq_activity_schedules_from",
        "activity_schedules",
        ["municipality_code", "activity_id", "valid_from"],
        unique=True,
    )
    _do(WALLS)


def downgrade() -> None:
    op.drop_table("activity_schedules")
    op.drop_index("ix_activities_public", table_name="activities")
    op.drop_index("ix_activities_group", table_name="activities")
    for name in CHECKS:
        op.drop_constraint(op.f(f"ck_activities_{name}"), "activities")
    for column in reversed(_facts()):
        op.drop_column("activities", column.name)
