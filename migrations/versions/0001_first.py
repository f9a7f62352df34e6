"""first"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


WALLS = (
    # owned: activities
    'ALTER TABLE "activities" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "activities" FORCE ROW LEVEL SECURITY',
    'CREATE POLICY wall ON "activities" FOR ALL TO "{role}" USING (municipality_code = ANY ((SELECT app.reach())::text[])) WITH CHECK (municipality_code = ANY ((SELECT app.reach())::text[]))',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "activities" TO "{role}"',
    # common: activity_types
    'ALTER TABLE "activity_types" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "activity_types" FORCE ROW LEVEL SECURITY',
    'CREATE POLICY wall_read ON "activity_types" FOR SELECT TO "{role}" USING ((SELECT app.office()) IS NOT NULL)',
    "CREATE POLICY wall_add ON \"activity_types\" FOR INSERT TO \"{role}\" WITH CHECK ((SELECT app.office()) IN ('drc', 'clock'))",
    "CREATE POLICY wall_change ON \"activity_types\" FOR UPDATE TO \"{role}\" USING ((SELECT app.office()) IN ('drc', 'clock')) WITH CHECK ((SELECT app.office()) IN ('drc', 'clock'))",
    "CREATE POLICY wall_remove ON \"activity_types\" FOR DELETE TO \"{role}\" USING ((SELECT app.office()) IN ('drc', 'clock'))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "activity_types" TO "{role}"',
    # owned: agreements
    'ALTER TABLE "agreements" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "agreements" FORCE ROW LEVEL SECURITY',
    'CREATE POLICY wall ON "agreements" FOR ALL TO "{role}" USING (municipality_code = ANY ((SELECT app.reach())::text[])) WITH CHECK (municipality_code = ANY ((SELECT app.reach())::text[]))',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "agreements" TO "{role}"',
    # personal: api_tokens
    'ALTER TABLE "api_tokens" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "api_tokens" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall ON \"api_tokens\" FOR ALL TO \"{role}\" USING ((SELECT app.office()) IN ('door', 'drc', 'clock') OR person_id = (SELECT app.person())) WITH CHECK ((SELECT app.office()) IN ('door', 'drc', 'clock') OR person_id = (SELECT app.person()))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "api_tokens" TO "{role}"',
    # owned (immutable): decisions
    'ALTER TABLE "decisions" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "decisions" FORCE ROW LEVEL SECURITY',
    'CREATE POLICY wall ON "decisions" FOR ALL TO "{role}" USING (municipality_code = ANY ((SELECT app.reach())::text[])) WITH CHECK (municipality_code = ANY ((SELECT app.reach())::text[]))',
    'GRANT SELECT, INSERT ON "decisions" TO "{role}"',
    # owned: document_numbers
    'ALTER TABLE "document_numbers" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "document_numbers" FORCE ROW LEVEL SECURITY',
    'CREATE POLICY wall ON "document_numbers" FOR ALL TO "{role}" USING (municipality_code = ANY ((SELECT app.reach())::text[])) WITH CHECK (municipality_code = ANY ((SELECT app.reach())::text[]))',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "document_numbers" TO "{role}"',
    # owned (immutable): documents
    'ALTER TABLE "documents" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "documents" FORCE ROW LEVEL SECURITY',
    'CREATE POLICY wall ON "documents" FOR ALL TO "{role}" USING (municipality_code = ANY ((SELECT app.reach())::text[])) WITH CHECK (municipality_code = ANY ((SELECT app.reach())::text[]))',
    'GRANT SELECT, INSERT ON "documents" TO "{role}"',
    # owned: group_shares
    'ALTER TABLE "group_shares" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "group_shares" FORCE ROW LEVEL SECURITY',
    'CREATE POLICY wall ON "group_shares" FOR ALL TO "{role}" USING (municipality_code = ANY ((SELECT app.reach())::text[])) WITH CHECK (municipality_code = ANY ((SELECT app.reach())::text[]))',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "group_shares" TO "{role}"',
    # shared: groups
    'ALTER TABLE "groups" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "groups" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall_read ON \"groups\" FOR SELECT TO \"{role}\" USING ((SELECT app.office()) IN ('drc', 'clock') OR id = ANY (ARRAY(SELECT group_id FROM group_shares WHERE municipality_code = ANY ((SELECT app.reach())::text[]) AND valid_from <= app.today() AND (valid_to IS NULL OR valid_to > app.today()))))",
    "CREATE POLICY wall_add ON \"groups\" FOR INSERT TO \"{role}\" WITH CHECK ((SELECT app.office()) IN ('drc', 'clock'))",
    "CREATE POLICY wall_change ON \"groups\" FOR UPDATE TO \"{role}\" USING ((SELECT app.office()) IN ('drc', 'clock')) WITH CHECK ((SELECT app.office()) IN ('drc', 'clock'))",
    "CREATE POLICY wall_remove ON \"groups\" FOR DELETE TO \"{role}\" USING ((SELECT app.office()) IN ('drc', 'clock'))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "groups" TO "{role}"',
    # personal: idempotent_answers
    'ALTER TABLE "idempotent_answers" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "idempotent_answers" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall ON \"idempotent_answers\" FOR ALL TO \"{role}\" USING ((SELECT app.office()) IN ('door', 'drc', 'clock') OR person_id = (SELECT app.person())) WITH CHECK ((SELECT app.office()) IN ('door', 'drc', 'clock') OR person_id = (SELECT app.person()))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "idempotent_answers" TO "{role}"',
    # personal: login_sessions
    'ALTER TABLE "login_sessions" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "login_sessions" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall ON \"login_sessions\" FOR ALL TO \"{role}\" USING ((SELECT app.office()) IN ('door', 'drc', 'clock') OR person_id = (SELECT app.person())) WITH CHECK ((SELECT app.office()) IN ('door', 'drc', 'clock') OR person_id = (SELECT app.person()))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "login_sessions" TO "{role}"',
    # personal: memberships
    'ALTER TABLE "memberships" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "memberships" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall ON \"memberships\" FOR ALL TO \"{role}\" USING ((SELECT app.office()) IN ('door', 'drc', 'clock') OR person_id = (SELECT app.person())) WITH CHECK ((SELECT app.office()) IN ('door', 'drc', 'clock') OR person_id = (SELECT app.person()))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "memberships" TO "{role}"',
    # common: municipalities
    'ALTER TABLE "municipalities" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "municipalities" FORCE ROW LEVEL SECURITY',
    'CREATE POLICY wall_read ON "municipalities" FOR SELECT TO "{role}" USING ((SELECT app.office()) IS NOT NULL)',
    "CREATE POLICY wall_add ON \"municipalities\" FOR INSERT TO \"{role}\" WITH CHECK ((SELECT app.office()) IN ('drc', 'clock'))",
    "CREATE POLICY wall_change ON \"municipalities\" FOR UPDATE TO \"{role}\" USING ((SELECT app.office()) IN ('drc', 'clock')) WITH CHECK ((SELECT app.office()) IN ('drc', 'clock'))",
    "CREATE POLICY wall_remove ON \"municipalities\" FOR DELETE TO \"{role}\" USING ((SELECT app.office()) IN ('drc', 'clock'))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "municipalities" TO "{role}"',
    # owned (drc only): notices
    'ALTER TABLE "notices" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "notices" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall ON \"notices\" FOR ALL TO \"{role}\" USING (municipality_code = ANY ((SELECT app.reach())::text[]) AND (SELECT app.office()) IN ('drc', 'clock')) WITH CHECK (municipality_code = ANY ((SELECT app.reach())::text[]) AND (SELECT app.office()) IN ('drc', 'clock'))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "notices" TO "{role}"',
    # owned: partnerships
    'ALTER TABLE "partnerships" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "partnerships" FORCE ROW LEVEL SECURITY',
    'CREATE POLICY wall ON "partnerships" FOR ALL TO "{role}" USING (municipality_code = ANY ((SELECT app.reach())::text[])) WITH CHECK (municipality_code = ANY ((SELECT app.reach())::text[]))',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "partnerships" TO "{role}"',
    # personal: persons
    'ALTER TABLE "persons" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "persons" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall ON \"persons\" FOR ALL TO \"{role}\" USING ((SELECT app.office()) IN ('door', 'drc', 'clock') OR id = (SELECT app.person())) WITH CHECK ((SELECT app.office()) IN ('door', 'drc', 'clock') OR id = (SELECT app.person()))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "persons" TO "{role}"',
    # common: region_periods
    'ALTER TABLE "region_periods" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "region_periods" FORCE ROW LEVEL SECURITY',
    'CREATE POLICY wall_read ON "region_periods" FOR SELECT TO "{role}" USING ((SELECT app.office()) IS NOT NULL)',
    "CREATE POLICY wall_add ON \"region_periods\" FOR INSERT TO \"{role}\" WITH CHECK ((SELECT app.office()) IN ('drc', 'clock'))",
    "CREATE POLICY wall_change ON \"region_periods\" FOR UPDATE TO \"{role}\" USING ((SELECT app.office()) IN ('drc', 'clock')) WITH CHECK ((SELECT app.office()) IN ('drc', 'clock'))",
    "CREATE POLICY wall_remove ON \"region_periods\" FOR DELETE TO \"{role}\" USING ((SELECT app.office()) IN ('drc', 'clock'))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "region_periods" TO "{role}"',
    # owned (drc only): scope_drafts
    'ALTER TABLE "scope_drafts" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "scope_drafts" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall ON \"scope_drafts\" FOR ALL TO \"{role}\" USING (municipality_code = ANY ((SELECT app.reach())::text[]) AND (SELECT app.office()) IN ('drc', 'clock')) WITH CHECK (municipality_code = ANY ((SELECT app.reach())::text[]) AND (SELECT app.office()) IN ('drc', 'clock'))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "scope_drafts" TO "{role}"',
    # owned: scope_periods
    'ALTER TABLE "scope_periods" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "scope_periods" FORCE ROW LEVEL SECURITY',
    'CREATE POLICY wall ON "scope_periods" FOR ALL TO "{role}" USING (municipality_code = ANY ((SELECT app.reach())::text[])) WITH CHECK (municipality_code = ANY ((SELECT app.reach())::text[]))',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "scope_periods" TO "{role}"',
    # owned: sessions
    'ALTER TABLE "sessions" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "sessions" FORCE ROW LEVEL SECURITY',
    'CREATE POLICY wall ON "sessions" FOR ALL TO "{role}" USING (municipality_code = ANY ((SELECT app.reach())::text[])) WITH CHECK (municipality_code = ANY ((SELECT app.reach())::text[]))',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "sessions" TO "{role}"',
    # owned: statements
    'ALTER TABLE "statements" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "statements" FORCE ROW LEVEL SECURITY',
    'CREATE POLICY wall ON "statements" FOR ALL TO "{role}" USING (municipality_code = ANY ((SELECT app.reach())::text[])) WITH CHECK (municipality_code = ANY ((SELECT app.reach())::text[]))',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "statements" TO "{role}"',
    # common: territory_municipalities
    'ALTER TABLE "territory_municipalities" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "territory_municipalities" FORCE ROW LEVEL SECURITY',
    'CREATE POLICY wall_read ON "territory_municipalities" FOR SELECT TO "{role}" USING ((SELECT app.office()) IS NOT NULL)',
    "CREATE POLICY wall_add ON \"territory_municipalities\" FOR INSERT TO \"{role}\" WITH CHECK ((SELECT app.office()) IN ('drc', 'clock'))",
    "CREATE POLICY wall_change ON \"territory_municipalities\" FOR UPDATE TO \"{role}\" USING ((SELECT app.office()) IN ('drc', 'clock')) WITH CHECK ((SELECT app.office()) IN ('drc', 'clock'))",
    "CREATE POLICY wall_remove ON \"territory_municipalities\" FOR DELETE TO \"{role}\" USING ((SELECT app.office()) IN ('drc', 'clock'))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "territory_municipalities" TO "{role}"',
    # common (immutable): text_versions
    'ALTER TABLE "text_versions" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "text_versions" FORCE ROW LEVEL SECURITY',
    'CREATE POLICY wall_read ON "text_versions" FOR SELECT TO "{role}" USING ((SELECT app.office()) IS NOT NULL)',
    "CREATE POLICY wall_add ON \"text_versions\" FOR INSERT TO \"{role}\" WITH CHECK ((SELECT app.office()) IN ('drc', 'clock'))",
    "CREATE POLICY wall_change ON \"text_versions\" FOR UPDATE TO \"{role}\" USING ((SELECT app.office()) IN ('drc', 'clock')) WITH CHECK ((SELECT app.office()) IN ('drc', 'clock'))",
    "CREATE POLICY wall_remove ON \"text_versions\" FOR DELETE TO \"{role}\" USING ((SELECT app.office()) IN ('drc', 'clock'))",
    'GRANT SELECT, INSERT ON "text_versions" TO "{role}"',
)
FUNCTIONS = (
    "CREATE FUNCTION app.reach() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE\n       RETURN nullif(current_setting('app.reach', true), '')",
    "CREATE FUNCTION app.office() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE\n       RETURN nullif(current_setting('app.office', true), '')",
    "CREATE FUNCTION app.person() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE\n       RETURN nullif(current_setting('app.person', true), '')::uuid",
    "CREATE FUNCTION app.today() RETURNS date LANGUAGE sql STABLE PARALLEL SAFE\n       RETURN (now() AT TIME ZONE 'Europe/Copenhagen')::date",
    "CREATE POLICY verify ON documents FOR SELECT TO CURRENT_USER USING (true)",
    "CREATE FUNCTION app.verify_document(hash text)\n       RETURNS TABLE (number text, title text, issued_on date, municipality text)\n       LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public\n       AS $$ SELECT d.number, d.title, d.issued_on, m.official_name\n             FROM public.documents d JOIN public.municipalities m ON m.code = d.municipality_code WHERE d.sha256 = $1 $$",
    "CREATE POLICY verify ON municipalities FOR SELECT TO CURRENT_USER USING (true)",
    "REVOKE ALL ON FUNCTION app.verify_document(text) FROM PUBLIC",
    (
        "CREATE FUNCTION app.schema_version() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER"
        " SET search_path = pg_catalog, public AS $$ SELECT version_num FROM public.alembic_version $$"
    ),
    "REVOKE ALL ON FUNCTION app.schema_version() FROM PUBLIC",
)
GRANTS = (
    'GRANT USAGE ON SCHEMA public, app TO "{role}"',
    'GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA app TO "{role}"',
)


def upgrade() -> None:
    """Make the tables, the functions that the walls ask, and the walls."""
    role = op.get_context().config.attributes["service_role"]
    op.execute("CREATE SCHEMA app")
    op.create_table(
        "activity_types",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("da", sa.String(), nullable=False),
        sa.Column("en", sa.String(), nullable=False),
        sa.Column("also_da", sa.String(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("children_under_15", sa.String(), nullable=False),
        sa.Column("counting", sa.String(), nullable=False),
        sa.Column("outcomes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("distinction", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("reason_en", sa.String(), nullable=False),
        sa.Column("note_da", sa.String(), nullable=False),
        sa.Column("note_en", sa.String(), nullable=False),
        sa.Column("sort_key", sa.String(), nullable=False),
        sa.CheckConstraint(
            "children_under_15 IN ('yes', 'no', 'maybe')", name=op.f("ck_activity_types_children_under_15")
        ),
        sa.CheckConstraint(
            "side <> 'borderline' OR distinction <> ''", name=op.f("ck_activity_types_borderline_has_distinction")
        ),
        sa.CheckConstraint("side <> 'statutory' OR reason <> ''", name=op.f("ck_activity_types_statutory_has_reason")),
        sa.CheckConstraint("side IN ('voluntary', 'borderline', 'statutory')", name=op.f("ck_activity_types_side")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_activity_types")),
    )
    op.create_table(
        "groups",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sort_key", sa.String(), nullable=False),
        sa.Column("public_contact", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_groups")),
    )
    op.create_table(
        "municipalities",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("official_name", sa.String(), nullable=False),
        sa.Column("cvr", sa.String(), nullable=False),
        sa.Column("organisation_uuid", sa.UUID(), nullable=False),
        sa.Column("sort_key", sa.String(), nullable=False),
        sa.CheckConstraint("code ~ '^[0-9]{4}$'", name=op.f("ck_municipalities_code")),
        sa.CheckConstraint("cvr ~ '^[0-9]{8}$'", name=op.f("ck_municipalities_cvr")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_municipalities")),
    )
    op.create_table(
        "persons",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), server_default="", nullable=False),
        sa.Column("phone", sa.String(), server_default="", nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_persons_email_lower")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_persons")),
        sa.UniqueConstraint("email", name=op.f("uq_persons_email")),
    )
    op.create_table(
        "text_versions",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("kind", "version", name=op.f("pk_text_versions")),
    )
    op.create_table(
        "activities",
        sa.Column("activity_type", sa.String(), nullable=False),
        sa.Column("group_id", sa.UUID(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_activities_term")),
        sa.ForeignKeyConstraint(["activity_type"], ["activity_types.code"], name=op.f("fk_activities_activity_type")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_activities_group_id")),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_activities_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_activities")),
    )
    op.create_index("ix_activities_list", "activities", ["municipality_code", "name", "id"], unique=False)
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_api_tokens_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_tokens_token_hash")),
    )
    op.create_index("ix_api_tokens_person_id", "api_tokens", ["person_id"], unique=False)
    op.create_table(
        "document_numbers",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_document_numbers_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_document_numbers")),
    )
    op.create_index("uq_document_numbers_year", "document_numbers", ["municipality_code", "year"], unique=True)
    op.create_table(
        "documents",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("template_version", sa.String(), nullable=False),
        sa.Column("renderer_version", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.CheckConstraint("sha256 = encode(sha256(content), 'hex')", name=op.f("ck_documents_sha256")),
        sa.CheckConstraint("size = octet_length(content)", name=op.f("ck_documents_size")),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_documents_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_documents")),
    )
    op.create_index("ix_documents_sha256", "documents", ["sha256"], unique=False)
    op.create_index("uq_documents_number", "documents", ["municipality_code", "number"], unique=True)
    op.create_table(
        "group_shares",
        sa.Column("group_id", sa.UUID(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_group_shares_not_empty")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_group_shares_group_id")),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_group_shares_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_group_shares")),
    )
    op.create_index(
        "uq_group_shares_start", "group_shares", ["municipality_code", "group_id", "valid_from"], unique=True
    )
    op.create_table(
        "idempotent_answers",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("request_hash", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_idempotent_answers_person_id")),
        sa.PrimaryKeyConstraint("person_id", "key", name=op.f("pk_idempotent_answers")),
    )
    op.create_table(
        "login_sessions",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_login_sessions_person_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_login_sessions")),
    )
    op.create_index("ix_login_sessions_person_id", "login_sessions", ["person_id"], unique=False)
    op.create_table(
        "memberships",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=True),
        sa.Column("territory", sa.String(), nullable=True),
        sa.CheckConstraint(
            "CASE role WHEN 'secretariat' THEN municipality_code IS NULL AND territory IS NULL WHEN 'consultant' THEN municipality_code IS NULL AND territory IS NOT NULL WHEN 'manager' THEN municipality_code IS NOT NULL AND territory IS NULL WHEN 'staff' THEN municipality_code IS NOT NULL AND territory IS NULL ELSE false END",
            name=op.f("ck_memberships_role"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_memberships_municipality_code")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_memberships_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
    )
    op.create_index(
        "uq_memberships_person",
        "memberships",
        ["person_id", "role", "municipality_code", "territory"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "notices",
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("work_state", sa.String(), server_default="due", nullable=False),
        sa.Column("lease_token", sa.UUID(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("due_from", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_notices_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_notices")),
    )
    op.create_index(
        "ix_notices_due", "notices", ["due_from"], unique=False, postgresql_where=sa.text("work_state = 'due'")
    )
    op.create_index("uq_notices_about", "notices", ["municipality_code", "about", "recipient"], unique=True)
    op.create_table(
        "partnerships",
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_partnerships_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_partnerships")),
    )
    op.create_index("uq_partnerships_municipality_code", "partnerships", ["municipality_code"], unique=True)
    op.create_table(
        "region_periods",
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("region_name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_region_periods_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "valid_from", name=op.f("pk_region_periods")),
    )
    op.create_table(
        "scope_drafts",
        sa.Column("form", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("scope", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("changed_by", sa.UUID(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_scope_drafts_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_scope_drafts")),
    )
    op.create_index("uq_scope_drafts_one", "scope_drafts", ["municipality_code"], unique=True)
    op.create_table(
        "territory_municipalities",
        sa.Column("territory", sa.String(), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_territory_municipalities_municipality_code")
        ),
        sa.PrimaryKeyConstraint(
            "territory", "municipality_code", "valid_from", name=op.f("pk_territory_municipalities")
        ),
    )
    op.create_table(
        "agreements",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("scope", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("document_id", sa.UUID(), nullable=True),
        sa.Column("created_by", sa.UUID(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("work_state", sa.String(), server_default="due", nullable=False),
        sa.Column("lease_token", sa.UUID(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("due_from", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state = 'preparing' OR state = 'withdrawn' OR document_id IS NOT NULL",
            name=op.f("ck_agreements_offered_has_paper"),
        ),
        sa.CheckConstraint(
            "state IN ('preparing', 'offered', 'accepted', 'concluded', 'declined', 'withdrawn', 'terminated')",
            name=op.f("ck_agreements_state"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code", "document_id"],
            ["documents.municipality_code", "documents.id"],
            name=op.f("fk_agreements_municipality_code_document_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_agreements_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_agreements")),
    )
    op.create_index("ix_agreements_list", "agreements", ["municipality_code", "created_at", "id"], unique=False)
    op.create_index(
        "uq_agreements_open",
        "agreements",
        ["municipality_code"],
        unique=True,
        postgresql_where="state IN ('preparing', 'offered', 'accepted')",
    )
    op.create_table(
        "scope_periods",
        sa.Column("partnership_id", sa.UUID(), nullable=False),
        sa.Column("agreement_id", sa.UUID(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("scope", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("int4range(municipality_code::int, municipality_code::int, '[]')"), "&&"),
            (sa.text("daterange(valid_from, valid_to)"), "&&"),
            using="gist",
            name="ex_scope_periods_overlap",
        ),
        sa.CheckConstraint("valid_from < valid_to", name=op.f("ck_scope_periods_not_empty")),
        sa.ForeignKeyConstraint(
            ["municipality_code", "partnership_id"],
            ["partnerships.municipality_code", "partnerships.id"],
            name=op.f("fk_scope_periods_municipality_code_partnership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_scope_periods_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_scope_periods")),
    )
    op.create_index(
        "ix_scope_periods_municipality_code_valid_from",
        "scope_periods",
        ["municipality_code", "valid_from"],
        unique=False,
    )
    op.create_table(
        "sessions",
        sa.Column("activity_id", sa.UUID(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("volunteers", sa.Integer(), nullable=False),
        sa.Column("volunteer_minutes", sa.Integer(), nullable=False),
        sa.Column("adults", sa.Integer(), nullable=False),
        sa.Column("children", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.CheckConstraint(
            "NOT cancelled OR volunteers + volunteer_minutes + adults + children = 0",
            name=op.f("ck_sessions_cancelled_counts_nothing"),
        ),
        sa.CheckConstraint(
            "volunteers BETWEEN 0 AND 500 AND volunteer_minutes BETWEEN 0 AND 300000 AND adults BETWEEN 0 AND 5000 AND children BETWEEN 0 AND 5000",
            name=op.f("ck_sessions_counts"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code", "activity_id"],
            ["activities.municipality_code", "activities.id"],
            name=op.f("fk_sessions_municipality_code_activity_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_sessions_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_sessions")),
    )
    op.create_index("ix_sessions_month", "sessions", ["municipality_code", "held_on", "id"], unique=False)
    op.create_index("uq_sessions_day", "sessions", ["municipality_code", "activity_id", "held_on"], unique=True)
    op.create_table(
        "statements",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.UUID(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("work_state", sa.String(), server_default="due", nullable=False),
        sa.Column("lease_token", sa.UUID(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("due_from", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(work_state = 'done') = (document_id IS NOT NULL)", name=op.f("ck_statements_done_has_paper")
        ),
        sa.CheckConstraint("extract(day FROM month) = 1", name=op.f("ck_statements_month")),
        sa.ForeignKeyConstraint(
            ["municipality_code", "document_id"],
            ["documents.municipality_code", "documents.id"],
            name=op.f("fk_statements_municipality_code_document_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_statements_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_statements")),
    )
    op.create_index("ix_statements_month", "statements", ["month", "municipality_code"], unique=False)
    op.create_index("uq_statements_once", "statements", ["municipality_code", "month", "revision"], unique=True)
    op.create_table(
        "decisions",
        sa.Column("agreement_id", sa.UUID(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("person_name", sa.String(), nullable=False),
        sa.Column("person_title", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.CheckConstraint(
            "act IN ('offered', 'approved', 'declined', 'withdrawn', 'terminated')", name=op.f("ck_decisions_act")
        ),
        sa.CheckConstraint("party IN ('municipality', 'drc')", name=op.f("ck_decisions_party")),
        sa.ForeignKeyConstraint(
            ["municipality_code", "agreement_id"],
            ["agreements.municipality_code", "agreements.id"],
            name=op.f("fk_decisions_municipality_code_agreement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_decisions_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_decisions")),
    )
    op.create_index("uq_decisions_act", "decisions", ["municipality_code", "agreement_id", "party", "act"], unique=True)
    for statement in (*FUNCTIONS, *WALLS, *GRANTS):
        op.execute(statement.format(role=role))


def downgrade() -> None:
    """Take everything down; the policies go with the functions that they ask."""
    op.execute("DROP SCHEMA app CASCADE")
    op.drop_index("uq_decisions_act", table_name="decisions")
    op.drop_table("decisions")
    op.drop_index("uq_statements_once", table_name="statements")
    op.drop_index("ix_statements_month", table_name="statements")
    op.drop_table("statements")
    op.drop_index("uq_sessions_day", table_name="sessions")
    op.drop_index("ix_sessions_month", table_name="sessions")
    op.drop_table("sessions")
    op.drop_index("ix_scope_periods_municipality_code_valid_from", table_name="scope_periods")
    op.drop_table("scope_periods")
    op.drop_index(
        "uq_agreements_open", table_name="agreements", postgresql_where="state IN ('preparing', 'offered', 'accepted')"
    )
    op.drop_index("ix_agreements_list", table_name="agreements")
    op.drop_table("agreements")
    op.drop_table("territory_municipalities")
    op.drop_index("uq_scope_drafts_one", table_name="scope_drafts")
    op.drop_table("scope_drafts")
    op.drop_table("region_periods")
    op.drop_index("uq_partnerships_municipality_code", table_name="partnerships")
    op.drop_table("partnerships")
    op.drop_index("uq_notices_about", table_name="notices")
    op.drop_index("ix_notices_due", table_name="notices", postgresql_where=sa.text("work_state = 'due'"))
    op.drop_table("notices")
    op.drop_index("uq_memberships_person", table_name="memberships", postgresql_nulls_not_distinct=True)
    op.drop_table("memberships")
    op.drop_index("ix_login_sessions_person_id", table_name="login_sessions")
    op.drop_table("login_sessions")
    op.drop_table("idempotent_answers")
    op.drop_index("uq_group_shares_start", table_name="group_shares")
    op.drop_table("group_shares")
    op.drop_index("uq_documents_number", table_name="documents")
    op.drop_index("ix_documents_sha256", table_name="documents")
    op.drop_table("documents")
    op.drop_index("uq_document_numbers_year", table_name="document_numbers")
    op.drop_table("document_numbers")
    op.drop_index("ix_api_tokens_person_id", table_name="api_tokens")
    op.drop_table("api_tokens")
    op.drop_index("ix_activities_list", table_name="activities")
    op.drop_table("activities")
    op.drop_table("text_versions")
    op.drop_table("persons")
    op.drop_table("municipalities")
    op.drop_table("groups")
    op.drop_table("activity_types")
