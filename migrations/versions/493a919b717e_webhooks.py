"""The systems of municipalities that are told of papers, and what they were told (service/exchange/webhooks)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "493a919b717e"
down_revision = "67946f13b68c"
branch_labels = None
depends_on = None

WALL = (
    # owned: webhooks
    'ALTER TABLE "webhooks" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "webhooks" FORCE ROW LEVEL SECURITY',
    'CREATE POLICY wall_read ON "webhooks" FOR SELECT TO "{role}" USING (municipality_code = ANY ((SELECT app.reach())::text[]))',
    "CREATE POLICY wall_add ON \"webhooks\" FOR INSERT TO \"{role}\" WITH CHECK (municipality_code = ANY ((SELECT app.reach_as('drc', 'clock', 'municipality'))::text[]))",
    "CREATE POLICY wall_change ON \"webhooks\" FOR UPDATE TO \"{role}\" USING (municipality_code = ANY ((SELECT app.reach_as('drc', 'clock', 'municipality'))::text[])) WITH CHECK (municipality_code = ANY ((SELECT app.reach_as('drc', 'clock', 'municipality'))::text[]))",
    "CREATE POLICY wall_remove ON \"webhooks\" FOR DELETE TO \"{role}\" USING (municipality_code = ANY ((SELECT app.reach_as('drc', 'clock'))::text[]))",
    "CREATE TRIGGER columns_of_municipality BEFORE UPDATE ON \"webhooks\" FOR EACH ROW EXECUTE FUNCTION app.held_to_columns('municipality', 'ended_at')",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "webhooks" TO "{role}"',
    # owned: webhook_messages
    'ALTER TABLE "webhook_messages" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "webhook_messages" FORCE ROW LEVEL SECURITY',
    'CREATE POLICY wall_read ON "webhook_messages" FOR SELECT TO "{role}" USING (municipality_code = ANY ((SELECT app.reach())::text[]))',
    "CREATE POLICY wall_add ON \"webhook_messages\" FOR INSERT TO \"{role}\" WITH CHECK (municipality_code = ANY ((SELECT app.reach_as('drc', 'clock'))::text[]))",
    "CREATE POLICY wall_change ON \"webhook_messages\" FOR UPDATE TO \"{role}\" USING (municipality_code = ANY ((SELECT app.reach_as('drc', 'clock'))::text[])) WITH CHECK (municipality_code = ANY ((SELECT app.reach_as('drc', 'clock'))::text[]))",
    "CREATE POLICY wall_remove ON \"webhook_messages\" FOR DELETE TO \"{role}\" USING (municipality_code = ANY ((SELECT app.reach_as('drc', 'clock'))::text[]))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "webhook_messages" TO "{role}"',
)


def _moment(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _readable(table: str, *moments: str) -> sa.CheckConstraint:
    bounds = (
        f"{moment} BETWEEN TIMESTAMPTZ '1900-01-01 00:00+00' AND TIMESTAMPTZ '2199-12-31 00:00+00'"
        for moment in moments
    )
    return sa.CheckConstraint(" AND ".join(bounds), name=op.f(f"ck_{table}_days_readable"))


def upgrade() -> None:
    """Nobody is told of anything before somebody names a system."""
    op.create_table(
        "webhooks",
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", sa.UUID(), nullable=False),
        _moment("made_at"),
        _moment("ended_at", nullable=True),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        _readable("webhooks", "made_at", "ended_at"),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_webhooks_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_webhooks")),
    )
    op.create_index("ix_webhooks_open", "webhooks", ["municipality_code"], postgresql_where=sa.text("ended_at IS NULL"))
    op.create_table(
        "webhook_messages",
        sa.Column("webhook_id", sa.UUID(), nullable=False),
        sa.Column("document_id", sa.UUID(), nullable=False),
        _moment("owed_at"),
        _moment("sent_at", nullable=True),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("work_state", sa.String(), server_default="due", nullable=False),
        sa.Column("lease_token", sa.UUID(), nullable=True),
        _moment("lease_until", nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("fault", sa.String(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        _moment("due_from"),
        sa.CheckConstraint(
            "fault IN ('unreadable', 'unprintable', 'refused', 'put_off', 'away', 'lost')",
            name=op.f("ck_webhook_messages_fault"),
        ),
        sa.CheckConstraint(
            "work_state IN ('due', 'done', 'failed')", name=op.f("ck_webhook_messages_work_state_known")
        ),
        sa.CheckConstraint(
            "(work_state = 'done') = (sent_at IS NOT NULL)", name=op.f("ck_webhook_messages_done_is_sent")
        ),
        _readable("webhook_messages", "owed_at", "sent_at", "lease_until", "due_from"),
        *(
            sa.ForeignKeyConstraint(
                ["municipality_code", column],
                [f"{table}.municipality_code", f"{table}.id"],
                name=op.f(f"fk_webhook_messages_municipality_code_{column}"),
            )
            for column, table in (("webhook_id", "webhooks"), ("document_id", "documents"))
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_webhook_messages_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_webhook_messages")),
    )
    op.create_index(
        "uq_webhook_messages_once",
        "webhook_messages",
        ["municipality_code", "webhook_id", "document_id"],
        unique=True,
    )
    for state in ("due", "failed"):
        op.create_index(
            f"ix_webhook_messages_{state}",
            "webhook_messages",
            ["due_from"],
            postgresql_where=sa.text(f"work_state = '{state}'"),
        )
    role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]
    for statement in WALL:
        op.execute(statement.replace("{role}", role))


def downgrade() -> None:
    """Which systems are told is lost, and of what they were told."""
    op.drop_table("webhook_messages")
    op.drop_table("webhooks")
