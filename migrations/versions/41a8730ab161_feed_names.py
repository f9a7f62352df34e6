"""A municipality's people call the feeds of its calendar what they like."""

from __future__ import annotations

from alembic import op

revision = "41a8730ab161"
down_revision = "1ea8faad0f57"
branch_labels = None
depends_on = None

CONTRACTS = (
    "6b30acbde013",
    "feeds: the trigger lets a municipality's people change one column more; the version before changes the other, as it did",
)


def _columns(*names: str) -> None:
    named = ", ".join(f"'{name}'" for name in ("municipality", *names))
    op.execute("DROP TRIGGER columns_of_municipality ON feeds")
    op.execute(
        "CREATE TRIGGER columns_of_municipality BEFORE UPDATE ON feeds"
        f" FOR EACH ROW EXECUTE FUNCTION app.held_to_columns({named})"
    )


def upgrade() -> None:
    _columns("title", "revoked_at")


def downgrade() -> None:
    _columns("revoked_at")
