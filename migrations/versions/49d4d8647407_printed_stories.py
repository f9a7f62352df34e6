"""A group says by itself that its story may be printed, and one of DRC's chooses which one is (service/reporting/statements/stories.py)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "49d4d8647407"
down_revision = "187793ef10ef"
branch_labels = None
depends_on = None

CONTRACTS = ("6b30acbde013", "checkins: a link may change two new columns too, which the code before leaves alone")
NEW = (("checkins", "story_print_at"), ("statements", "story_of"))
LINK = ("draft", "saved_at", "answered_at", "answered_by", "story", "story_consent_at")
LINK_NOW = (*LINK, "story_print_at", "story_print_words")
WORK = ("work_state", "attempts", "due_from", "lease_token", "lease_until", "fault")


def upgrade() -> None:
    """No story that was told before may be printed: nobody was asked."""
    op.add_column("checkins", sa.Column("story_print_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("checkins", sa.Column("story_print_words", sa.String(), nullable=False, server_default=""))
    op.add_column("statements", sa.Column("story_from", sa.UUID(), nullable=True))
    op.add_column("statements", sa.Column("story_of", sa.DateTime(timezone=True), nullable=True))
    for table in ("checkins", "statements"):  # else the owner may not see whether it holds
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.create_foreign_key(
        op.f("fk_statements_municipality_code_story_from_checkins"),
        "statements",
        "checkins",
        ["municipality_code", "story_from"],
        ["municipality_code", "id"],
    )
    for table in ("checkins", "statements"):
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    for table, column in NEW:
        readable = f"{column} BETWEEN TIMESTAMPTZ '1900-01-01 00:00+00' AND TIMESTAMPTZ '2199-12-31 00:00+00'"
        op.create_check_constraint(f"{column}_readable", table, readable)
    _link_may_change(*LINK_NOW, *WORK)


def downgrade() -> None:
    _link_may_change(*LINK, *WORK)
    op.drop_constraint(op.f("fk_statements_municipality_code_story_from_checkins"), "statements")
    for table, column in (
        ("statements", "story_of"),
        ("statements", "story_from"),
        ("checkins", "story_print_words"),
        ("checkins", "story_print_at"),
    ):
        op.drop_column(table, column)


def _link_may_change(*columns: str) -> None:
    named = ", ".join(f"'{column}'" for column in ("link", *columns))
    op.execute('DROP TRIGGER columns_of_link ON "checkins"')
    op.execute(
        'CREATE TRIGGER columns_of_link BEFORE UPDATE ON "checkins" FOR EACH ROW'
        f" EXECUTE FUNCTION app.held_to_columns({named})"
    )
