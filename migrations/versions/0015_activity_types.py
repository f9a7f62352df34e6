"""The type of an activity stays while anything is counted of it."""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

COLUMNS = ["municipality_code", "activity_id", "activity_type"]
TABLES = ("session_parts", "activities")
NAME = "fk_session_parts_municipality_code_activity_id_activity_type"


def upgrade() -> None:
    op.create_index("uq_activities_type", "activities", ["municipality_code", "id", "activity_type"], unique=True)
    # What is there is looked over as the owner, whom FORCE holds too: it is lifted for the moment.
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.create_foreign_key(
        op.f(NAME), "session_parts", "activities", COLUMNS, ["municipality_code", "id", "activity_type"]
    )
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    op.drop_constraint(op.f(NAME), "session_parts", type_="foreignkey")
    op.drop_index("uq_activities_type", table_name="activities")
