"""Of files that came in, the columns that mean nothing here are forgotten: nobody asked for them."""

from __future__ import annotations

from alembic import op

revision = "c55276a98f16"
down_revision = "40df29d5108f"
branch_labels = None
depends_on = None

TABLES = ("imports", "import_rows")
FORGET = (
    # Nobody has said yet what the columns of these mean. The file is sent again.
    "DELETE FROM import_rows r USING imports i WHERE i.id = r.import_id AND i.state = 'columns'",
    "UPDATE imports SET state = 'dropped', content = NULL, file_name = '', headings = '[]' WHERE state = 'columns'",
    """UPDATE import_rows r SET cells = (
         SELECT jsonb_agg(CASE WHEN coalesce(i.columns ->> (n - 1)::int, '') = '' THEN '""'::jsonb ELSE cell END ORDER BY n)
         FROM jsonb_array_elements(r.cells) WITH ORDINALITY AS each (cell, n))
       FROM imports i WHERE i.id = r.import_id AND r.cells <> '[]'""",
)


def upgrade() -> None:
    # Rows are read and changed as the owner, whom FORCE holds too: it is lifted for the moment.
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    for statement in FORGET:
        op.execute(statement)
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    """What is forgotten stays so."""
