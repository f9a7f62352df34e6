"""Volunteers, their child certificates, merges of two into one, and the yearly declarations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

WALLS = (
    # national: certificate_reminders
    'ALTER TABLE "certificate_reminders" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "certificate_reminders" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall ON \"certificate_reminders\" FOR ALL TO \"{role}\" USING ((SELECT app.office() IN ('drc', 'clock'))) WITH CHECK ((SELECT app.office() IN ('drc', 'clock')))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "certificate_reminders" TO "{role}"',
    # national: child_certificates
    'ALTER TABLE "child_certificates" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "child_certificates" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall ON \"child_certificates\" FOR ALL TO \"{role}\" USING ((SELECT app.office() IN ('drc', 'clock'))) WITH CHECK ((SELECT app.office() IN ('drc', 'clock')))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "child_certificates" TO "{role}"',
    # owned: declarations
    'ALTER TABLE "declarations" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "declarations" FORCE ROW LEVEL SECURITY',
    'CREATE POLICY wall ON "declarations" FOR ALL TO "{role}" USING (municipality_code = ANY ((SELECT app.reach())::text[])) WITH CHECK (municipality_code = ANY ((SELECT app.reach())::text[]))',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "declarations" TO "{role}"',
    # national: volunteer_consents
    'ALTER TABLE "volunteer_consents" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "volunteer_consents" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall ON \"volunteer_consents\" FOR ALL TO \"{role}\" USING ((SELECT app.office() IN ('drc', 'clock'))) WITH CHECK ((SELECT app.office() IN ('drc', 'clock')))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "volunteer_consents" TO "{role}"',
    # national: volunteer_courses
    'ALTER TABLE "volunteer_courses" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "volunteer_courses" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall ON \"volunteer_courses\" FOR ALL TO \"{role}\" USING ((SELECT app.office() IN ('drc', 'clock'))) WITH CHECK ((SELECT app.office() IN ('drc', 'clock')))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "volunteer_courses" TO "{role}"',
    # national: volunteer_merges
    'ALTER TABLE "volunteer_merges" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "volunteer_merges" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall ON \"volunteer_merges\" FOR ALL TO \"{role}\" USING ((SELECT app.office() IN ('drc', 'clock'))) WITH CHECK ((SELECT app.office() IN ('drc', 'clock')))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "volunteer_merges" TO "{role}"',
    # national: volunteer_roles
    'ALTER TABLE "volunteer_roles" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "volunteer_roles" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall ON \"volunteer_roles\" FOR ALL TO \"{role}\" USING ((SELECT app.office() IN ('drc', 'clock'))) WITH CHECK ((SELECT app.office() IN ('drc', 'clock')))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "volunteer_roles" TO "{role}"',
    # national: volunteer_status_changes
    'ALTER TABLE "volunteer_status_changes" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "volunteer_status_changes" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall ON \"volunteer_status_changes\" FOR ALL TO \"{role}\" USING ((SELECT app.office() IN ('drc', 'clock'))) WITH CHECK ((SELECT app.office() IN ('drc', 'clock')))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "volunteer_status_changes" TO "{role}"',
    # national: volunteer_words
    'ALTER TABLE "volunteer_words" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "volunteer_words" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall ON \"volunteer_words\" FOR ALL TO \"{role}\" USING ((SELECT app.office() IN ('drc', 'clock'))) WITH CHECK ((SELECT app.office() IN ('drc', 'clock')))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "volunteer_words" TO "{role}"',
    # national: volunteers
    'ALTER TABLE "volunteers" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "volunteers" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall ON \"volunteers\" FOR ALL TO \"{role}\" USING ((SELECT app.office() IN ('drc', 'clock'))) WITH CHECK ((SELECT app.office() IN ('drc', 'clock')))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "volunteers" TO "{role}"',
)


def upgrade() -> None:
    op.create_table(
        "volunteer_merges",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("kept_id", sa.UUID(), nullable=False),
        sa.Column("lost_id", sa.UUID(), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("merged_by", sa.UUID(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteer_merges")),
    )
    op.create_index("ix_volunteer_merges_kept", "volunteer_merges", ["kept_id"], unique=False)
    op.create_index(
        "ix_volunteer_merges_merged_at",
        "volunteer_merges",
        ["merged_at"],
        unique=False,
        postgresql_where=sa.text("before IS NOT NULL"),
    )
    op.create_table(
        "volunteers",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sort_key", sa.Text(collation="C"), nullable=False),
        sa.Column("name_key", sa.Text(collation="C"), nullable=False),
        sa.Column("email", sa.Text(collation="C"), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("phone_digits", sa.Text(collation="C"), nullable=False),
        sa.Column("languages", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("home_code", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("agreement_on", sa.Date(), nullable=True),
        sa.Column("introduced_on", sa.Date(), nullable=True),
        sa.Column("verified_until", sa.Date(), nullable=True),
        sa.Column("heard_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "status IN ('interested', 'introduced', 'active', 'resting', 'left')", name=op.f("ck_volunteers_status")
        ),
        sa.CheckConstraint("ended_on IS NULL OR ended_on >= started_on", name=op.f("ck_volunteers_term")),
        sa.ForeignKeyConstraint(["home_code"], ["municipalities.code"], name=op.f("fk_volunteers_home_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteers")),
    )
    op.create_index(
        "ix_volunteers_email", "volunteers", ["email"], unique=False, postgresql_where=sa.text("email <> ''")
    )
    op.create_index(
        "ix_volunteers_heard", "volunteers", ["heard_on"], unique=False, postgresql_where=sa.text("status <> 'left'")
    )
    op.create_index("ix_volunteers_home", "volunteers", ["home_code"], unique=False)
    op.create_index("ix_volunteers_list", "volunteers", ["sort_key", "id"], unique=False)
    op.create_index("ix_volunteers_name_key", "volunteers", ["name_key"], unique=False)
    op.create_index(
        "ix_volunteers_phone_digits",
        "volunteers",
        ["phone_digits"],
        unique=False,
        postgresql_where=sa.text("phone_digits <> ''"),
    )
    op.create_index("ix_volunteers_status", "volunteers", ["status", "sort_key", "id"], unique=False)
    op.create_table(
        "certificate_reminders",
        sa.Column("volunteer_id", sa.UUID(), nullable=False),
        sa.Column("due", sa.String(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["volunteers.id"], name=op.f("fk_certificate_reminders_volunteer_id")
        ),
        sa.PrimaryKeyConstraint("volunteer_id", "due", name=op.f("pk_certificate_reminders")),
    )
    op.create_table(
        "child_certificates",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("volunteer_id", sa.UUID(), nullable=False),
        sa.Column("verified_on", sa.Date(), nullable=False),
        sa.Column("verified_by", sa.UUID(), nullable=True),
        sa.Column("renew_by", sa.Date(), nullable=False),
        sa.CheckConstraint("renew_by > verified_on", name=op.f("ck_child_certificates_term")),
        sa.ForeignKeyConstraint(["volunteer_id"], ["volunteers.id"], name=op.f("fk_child_certificates_volunteer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_child_certificates")),
    )
    op.create_index(
        "ix_child_certificates_volunteer", "child_certificates", ["volunteer_id", "verified_on"], unique=False
    )
    op.create_table(
        "declarations",
        sa.Column("group_id", sa.UUID(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("ask_id", sa.UUID(), nullable=False),
        sa.Column("group_name", sa.String(), nullable=False),
        sa.Column("states", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("document_id", sa.UUID(), nullable=True),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("work_state", sa.String(), server_default="due", nullable=False),
        sa.Column("lease_token", sa.UUID(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("due_from", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(work_state = 'done') = (document_id IS NOT NULL)", name=op.f("ck_declarations_done_has_paper")
        ),
        sa.CheckConstraint(
            "document_id IS NULL OR confirmed_at IS NOT NULL", name=op.f("ck_declarations_confirmed_before_paper")
        ),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_declarations_group_id")),
        sa.ForeignKeyConstraint(
            ["municipality_code", "document_id"],
            ["documents.municipality_code", "documents.id"],
            name=op.f("fk_declarations_municipality_code_document_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_declarations_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_declarations")),
    )
    op.create_index("ix_declarations_asked", "declarations", ["ask_id"], unique=False)
    op.create_index("uq_declarations_once", "declarations", ["municipality_code", "group_id", "year"], unique=True)
    op.create_table(
        "volunteer_consents",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("volunteer_id", sa.UUID(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('news', 'photos', 'public_contact')", name=op.f("ck_volunteer_consents_purpose")
        ),
        sa.CheckConstraint("withdrawn_on IS NULL OR withdrawn_on >= given_on", name=op.f("ck_volunteer_consents_term")),
        sa.ForeignKeyConstraint(["volunteer_id"], ["volunteers.id"], name=op.f("fk_volunteer_consents_volunteer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteer_consents")),
    )
    op.create_index("ix_volunteer_consents_volunteer", "volunteer_consents", ["volunteer_id"], unique=False)
    op.create_table(
        "volunteer_courses",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("volunteer_id", sa.UUID(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["volunteer_id"], ["volunteers.id"], name=op.f("fk_volunteer_courses_volunteer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteer_courses")),
    )
    op.create_index("ix_volunteer_courses_volunteer", "volunteer_courses", ["volunteer_id"], unique=False)
    op.create_table(
        "volunteer_roles",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("volunteer_id", sa.UUID(), nullable=False),
        sa.Column("group_id", sa.UUID(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("children", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint("children IN ('as_group', 'yes', 'no')", name=op.f("ck_volunteer_roles_children")),
        sa.CheckConstraint(
            "role IN ('member', 'contact', 'leader', 'treasurer')", name=op.f("ck_volunteer_roles_role")
        ),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_volunteer_roles_term")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_volunteer_roles_group_id")),
        sa.ForeignKeyConstraint(["volunteer_id"], ["volunteers.id"], name=op.f("fk_volunteer_roles_volunteer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteer_roles")),
    )
    op.create_index("ix_volunteer_roles_group", "volunteer_roles", ["group_id", "role"], unique=False)
    op.create_index("ix_volunteer_roles_volunteer", "volunteer_roles", ["volunteer_id"], unique=False)
    op.create_index(
        "uq_volunteer_roles_open",
        "volunteer_roles",
        ["volunteer_id", "group_id", "role"],
        unique=True,
        postgresql_where=sa.text("valid_to IS NULL"),
    )
    op.create_table(
        "volunteer_status_changes",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("volunteer_id", sa.UUID(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["volunteers.id"], name=op.f("fk_volunteer_status_changes_volunteer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteer_status_changes")),
    )
    op.create_index(
        "uq_volunteer_status_changes_day", "volunteer_status_changes", ["volunteer_id", "valid_from"], unique=True
    )
    op.create_table(
        "volunteer_words",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("volunteer_id", sa.UUID(), nullable=False),
        sa.Column("word", sa.Text(collation="C"), nullable=False),
        sa.ForeignKeyConstraint(["volunteer_id"], ["volunteers.id"], name=op.f("fk_volunteer_words_volunteer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteer_words")),
    )
    op.create_index("ix_volunteer_words_volunteer", "volunteer_words", ["volunteer_id"], unique=False)
    op.create_index("ix_volunteer_words_word", "volunteer_words", ["word", "volunteer_id"], unique=False)
    role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]
    for statement in WALLS:
        op.execute(statement.replace("{role}", role))


def downgrade() -> None:
    op.drop_index("ix_volunteer_words_word", table_name="volunteer_words")
    op.drop_index("ix_volunteer_words_volunteer", table_name="volunteer_words")
    op.drop_table("volunteer_words")
    op.drop_index("uq_volunteer_status_changes_day", table_name="volunteer_status_changes")
    op.drop_table("volunteer_status_changes")
    op.drop_index("uq_volunteer_roles_open", table_name="volunteer_roles", postgresql_where=sa.text("valid_to IS NULL"))
    op.drop_index("ix_volunteer_roles_volunteer", table_name="volunteer_roles")
    op.drop_index("ix_volunteer_roles_group", table_name="volunteer_roles")
    op.drop_table("volunteer_roles")
    op.drop_index("ix_volunteer_courses_volunteer", table_name="volunteer_courses")
    op.drop_table("volunteer_courses")
    op.drop_index("ix_volunteer_consents_volunteer", table_name="volunteer_consents")
    op.drop_table("volunteer_consents")
    op.drop_index("uq_declarations_once", table_name="declarations")
    op.drop_index("ix_declarations_asked", table_name="declarations")
    op.drop_table("declarations")
    op.drop_index("ix_child_certificates_volunteer", table_name="child_certificates")
    op.drop_table("child_certificates")
    op.drop_table("certificate_reminders")
    op.drop_index("ix_volunteers_status", table_name="volunteers")
    op.drop_index("ix_volunteers_phone_digits", table_name="volunteers", postgresql_where=sa.text("phone_digits <> ''"))
    op.drop_index("ix_volunteers_name_key", table_name="volunteers")
    op.drop_index("ix_volunteers_list", table_name="volunteers")
    op.drop_index("ix_volunteers_home", table_name="volunteers")
    op.drop_index("ix_volunteers_heard", table_name="volunteers", postgresql_where=sa.text("status <> 'left'"))
    op.drop_index("ix_volunteers_email", table_name="volunteers", postgresql_where=sa.text("email <> ''"))
    op.drop_table("volunteers")
    op.drop_index(
        "ix_volunteer_merges_merged_at", table_name="volunteer_merges", postgresql_where=sa.text("before IS NOT NULL")
    )
    op.drop_index("ix_volunteer_merges_kept", table_name="volunteer_merges")
    op.drop_table("volunteer_merges")
