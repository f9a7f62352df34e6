"""Networks, shares and what they show; the ledger."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SIGHT = (
    """CREATE FUNCTION app.groups_in_sight(aspect text) RETURNS SETOF uuid LANGUAGE sql STABLE
       SET search_path = pg_catalog, public, app AS $$
       SELECT s.group_id FROM public.sights s
       JOIN public.shares sh ON sh.municipality_code = s.municipality_code AND sh.id = s.share_id
       JOIN public.scope_periods p ON p.municipality_code = s.municipality_code
       WHERE sh.municipality_code = ANY ((SELECT app.reach())::text[]) AND sh.state = 'accepted' AND sh.valid_from <= app.today() AND (sh.valid_to IS NULL OR sh.valid_to > app.today())
       AND p.valid_from <= app.today() AND p.valid_to > app.today() AND p.scope->'capabilities' ?| ARRAY['network', 'all_groups'] AND s.valid_from <= app.today() AND (s.valid_to IS NULL OR s.valid_to > app.today())
       AND CASE aspect WHEN 'presence' THEN true
                WHEN 'figures' THEN 'figures' = ANY (s.shows) AND p.scope->'capabilities' ? 'figures'
                WHEN 'capacity' THEN 'capacity' = ANY (s.shows) AND p.scope->'capabilities' ?| ARRAY['offers_across', 'capacity']
                ELSE aspect = ANY (s.shows) END $$""",
    """CREATE FUNCTION app.networks_in_sight() RETURNS SETOF uuid LANGUAGE sql STABLE
       SET search_path = pg_catalog, public, app AS $$
       SELECT sh.network_id FROM public.shares sh JOIN public.scope_periods p ON p.municipality_code = sh.municipality_code
       WHERE sh.network_id IS NOT NULL AND sh.municipality_code = ANY ((SELECT app.reach())::text[]) AND sh.state = 'accepted' AND sh.valid_from <= app.today() AND (sh.valid_to IS NULL OR sh.valid_to > app.today())
       AND p.valid_from <= app.today() AND p.valid_to > app.today() AND p.scope->'capabilities' ?| ARRAY['network', 'all_groups'] $$""",
)

CHECKS = {
    "kind": "kind IN ('association', 'loose')",
    "status": "status IN ('forming', 'active', 'resting', 'closed')",
    "cvr": "cvr ~ '^([0-9]{8})?$'",
}

WALLS = (
    # national: consents
    'ALTER TABLE "consents" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "consents" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall ON \"consents\" FOR ALL TO \"{role}\" USING ((SELECT app.office()) IN ('drc', 'clock')) WITH CHECK ((SELECT app.office()) IN ('drc', 'clock'))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "consents" TO "{role}"',
    # network: group_areas
    'ALTER TABLE "group_areas" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "group_areas" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall_read ON \"group_areas\" FOR SELECT TO \"{role}\" USING ((SELECT app.office()) IN ('drc', 'clock') OR (municipality_code = ANY ((SELECT app.reach())::text[]) AND group_id = ANY (ARRAY(SELECT app.groups_in_sight('presence')))))",
    "CREATE POLICY wall_add ON \"group_areas\" FOR INSERT TO \"{role}\" WITH CHECK ((SELECT app.office()) IN ('drc', 'clock'))",
    "CREATE POLICY wall_change ON \"group_areas\" FOR UPDATE TO \"{role}\" USING ((SELECT app.office()) IN ('drc', 'clock')) WITH CHECK ((SELECT app.office()) IN ('drc', 'clock'))",
    "CREATE POLICY wall_remove ON \"group_areas\" FOR DELETE TO \"{role}\" USING ((SELECT app.office()) IN ('drc', 'clock'))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "group_areas" TO "{role}"',
    # shared: group_contacts
    'ALTER TABLE "group_contacts" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "group_contacts" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall_read ON \"group_contacts\" FOR SELECT TO \"{role}\" USING ((SELECT app.office()) IN ('drc', 'clock') OR group_id = ANY (ARRAY(SELECT app.groups_in_sight('contact'))))",
    "CREATE POLICY wall_add ON \"group_contacts\" FOR INSERT TO \"{role}\" WITH CHECK ((SELECT app.office()) IN ('drc', 'clock'))",
    "CREATE POLICY wall_change ON \"group_contacts\" FOR UPDATE TO \"{role}\" USING ((SELECT app.office()) IN ('drc', 'clock')) WITH CHECK ((SELECT app.office()) IN ('drc', 'clock'))",
    "CREATE POLICY wall_remove ON \"group_contacts\" FOR DELETE TO \"{role}\" USING ((SELECT app.office()) IN ('drc', 'clock'))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "group_contacts" TO "{role}"',
    # network: group_places
    'ALTER TABLE "group_places" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "group_places" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall_read ON \"group_places\" FOR SELECT TO \"{role}\" USING ((SELECT app.office()) IN ('drc', 'clock') OR (municipality_code = ANY ((SELECT app.reach())::text[]) AND group_id = ANY (ARRAY(SELECT app.groups_in_sight('activities')))))",
    "CREATE POLICY wall_add ON \"group_places\" FOR INSERT TO \"{role}\" WITH CHECK ((SELECT app.office()) IN ('drc', 'clock'))",
    "CREATE POLICY wall_change ON \"group_places\" FOR UPDATE TO \"{role}\" USING ((SELECT app.office()) IN ('drc', 'clock')) WITH CHECK ((SELECT app.office()) IN ('drc', 'clock'))",
    "CREATE POLICY wall_remove ON \"group_places\" FOR DELETE TO \"{role}\" USING ((SELECT app.office()) IN ('drc', 'clock'))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "group_places" TO "{role}"',
    # national: group_status_changes
    'ALTER TABLE "group_status_changes" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "group_status_changes" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall ON \"group_status_changes\" FOR ALL TO \"{role}\" USING ((SELECT app.office()) IN ('drc', 'clock')) WITH CHECK ((SELECT app.office()) IN ('drc', 'clock'))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "group_status_changes" TO "{role}"',
    # shared: group_words
    'ALTER TABLE "group_words" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "group_words" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall_read ON \"group_words\" FOR SELECT TO \"{role}\" USING ((SELECT app.office()) IN ('drc', 'clock') OR group_id = ANY (ARRAY(SELECT app.groups_in_sight('presence'))))",
    "CREATE POLICY wall_add ON \"group_words\" FOR INSERT TO \"{role}\" WITH CHECK ((SELECT app.office()) IN ('drc', 'clock'))",
    "CREATE POLICY wall_change ON \"group_words\" FOR UPDATE TO \"{role}\" USING ((SELECT app.office()) IN ('drc', 'clock')) WITH CHECK ((SELECT app.office()) IN ('drc', 'clock'))",
    "CREATE POLICY wall_remove ON \"group_words\" FOR DELETE TO \"{role}\" USING ((SELECT app.office()) IN ('drc', 'clock'))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "group_words" TO "{role}"',
    # owned: ledger_entries
    'ALTER TABLE "ledger_entries" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "ledger_entries" FORCE ROW LEVEL SECURITY',
    'CREATE POLICY wall ON "ledger_entries" FOR ALL TO "{role}" USING (municipality_code = ANY ((SELECT app.reach())::text[])) WITH CHECK (municipality_code = ANY ((SELECT app.reach())::text[]))',
    'GRANT SELECT, INSERT ON "ledger_entries" TO "{role}"',
    # owned: ledger_heads
    'ALTER TABLE "ledger_heads" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "ledger_heads" FORCE ROW LEVEL SECURITY',
    'CREATE POLICY wall ON "ledger_heads" FOR ALL TO "{role}" USING (municipality_code = ANY ((SELECT app.reach())::text[])) WITH CHECK (municipality_code = ANY ((SELECT app.reach())::text[]))',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "ledger_heads" TO "{role}"',
    # national: national_ledger_entries
    'ALTER TABLE "national_ledger_entries" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "national_ledger_entries" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall ON \"national_ledger_entries\" FOR ALL TO \"{role}\" USING ((SELECT app.office()) IN ('drc', 'clock')) WITH CHECK ((SELECT app.office()) IN ('drc', 'clock'))",
    'GRANT SELECT, INSERT ON "national_ledger_entries" TO "{role}"',
    # national: national_ledger_heads
    'ALTER TABLE "national_ledger_heads" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "national_ledger_heads" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall ON \"national_ledger_heads\" FOR ALL TO \"{role}\" USING ((SELECT app.office()) IN ('drc', 'clock')) WITH CHECK ((SELECT app.office()) IN ('drc', 'clock'))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "national_ledger_heads" TO "{role}"',
    # national: network_members
    'ALTER TABLE "network_members" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "network_members" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall ON \"network_members\" FOR ALL TO \"{role}\" USING ((SELECT app.office()) IN ('drc', 'clock')) WITH CHECK ((SELECT app.office()) IN ('drc', 'clock'))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "network_members" TO "{role}"',
    # shared: networks
    'ALTER TABLE "networks" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "networks" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall_read ON \"networks\" FOR SELECT TO \"{role}\" USING ((SELECT app.office()) IN ('drc', 'clock') OR id = ANY (ARRAY(SELECT app.networks_in_sight())))",
    "CREATE POLICY wall_add ON \"networks\" FOR INSERT TO \"{role}\" WITH CHECK ((SELECT app.office()) IN ('drc', 'clock'))",
    "CREATE POLICY wall_change ON \"networks\" FOR UPDATE TO \"{role}\" USING ((SELECT app.office()) IN ('drc', 'clock')) WITH CHECK ((SELECT app.office()) IN ('drc', 'clock'))",
    "CREATE POLICY wall_remove ON \"networks\" FOR DELETE TO \"{role}\" USING ((SELECT app.office()) IN ('drc', 'clock'))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "networks" TO "{role}"',
    # owned: shares
    'ALTER TABLE "shares" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "shares" FORCE ROW LEVEL SECURITY',
    'CREATE POLICY wall ON "shares" FOR ALL TO "{role}" USING (municipality_code = ANY ((SELECT app.reach())::text[])) WITH CHECK (municipality_code = ANY ((SELECT app.reach())::text[]))',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "shares" TO "{role}"',
    # network: sights
    'ALTER TABLE "sights" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "sights" FORCE ROW LEVEL SECURITY',
    "CREATE POLICY wall_read ON \"sights\" FOR SELECT TO \"{role}\" USING ((SELECT app.office()) IN ('drc', 'clock') OR (municipality_code = ANY ((SELECT app.reach())::text[])))",
    "CREATE POLICY wall_add ON \"sights\" FOR INSERT TO \"{role}\" WITH CHECK ((SELECT app.office()) IN ('drc', 'clock'))",
    "CREATE POLICY wall_change ON \"sights\" FOR UPDATE TO \"{role}\" USING ((SELECT app.office()) IN ('drc', 'clock')) WITH CHECK ((SELECT app.office()) IN ('drc', 'clock'))",
    "CREATE POLICY wall_remove ON \"sights\" FOR DELETE TO \"{role}\" USING ((SELECT app.office()) IN ('drc', 'clock'))",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "sights" TO "{role}"',
    # shared: groups, now by the new shares
    "CREATE POLICY wall_read ON groups FOR SELECT TO \"{role}\" USING ((SELECT app.office()) IN ('drc', 'clock') OR id = ANY (ARRAY(SELECT app.groups_in_sight('presence'))))",
)

NEIGHBOURS = (
    """CREATE POLICY neighbours ON shares FOR SELECT TO CURRENT_USER USING (true)""",
    """CREATE POLICY neighbours ON sights FOR SELECT TO CURRENT_USER USING (true)""",
    """CREATE POLICY neighbours ON scope_periods FOR SELECT TO CURRENT_USER USING (true)""",
    """CREATE FUNCTION app.neighbours_of(wanted uuid) RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER
       SET search_path = pg_catalog, public, app AS $$
       WITH told AS (
         SELECT s.municipality_code FROM public.sights s
         JOIN public.shares sh ON sh.municipality_code = s.municipality_code AND sh.id = s.share_id
         JOIN public.scope_periods p ON p.municipality_code = s.municipality_code
         WHERE s.group_id = wanted AND sh.tells_neighbours AND sh.state = 'accepted' AND sh.valid_from <= app.today() AND (sh.valid_to IS NULL OR sh.valid_to > app.today()) AND s.valid_from <= app.today() AND (s.valid_to IS NULL OR s.valid_to > app.today())
         AND p.valid_from <= app.today() AND p.valid_to > app.today() AND p.scope->'capabilities' ?| ARRAY['network', 'all_groups'])
       SELECT DISTINCT municipality_code FROM told
       WHERE municipality_code <> ALL ((SELECT app.reach())::text[])
       AND EXISTS (SELECT FROM told WHERE municipality_code = ANY ((SELECT app.reach())::text[])) $$""",
    """REVOKE ALL ON FUNCTION app.neighbours_of(uuid) FROM PUBLIC""",
    'GRANT EXECUTE ON FUNCTION app.neighbours_of(uuid) TO "{role}"',
)

# What there was is carried over: each share as one that was accepted; no consent to it was kept. The service folds a group's name
# when it is next saved; these words are enough to find it by until then.
CARRY_OVER = (
    """INSERT INTO group_contacts (id, group_id, name, phone, email)
       SELECT gen_random_uuid(), id, public_contact, '', '' FROM groups WHERE public_contact <> ''""",
    """INSERT INTO shares (municipality_code, id, group_id, title, shows, valid_from, valid_to, state, tells_neighbours, offered_at, answered_at)
       SELECT o.municipality_code, o.id, o.group_id, g.name, ARRAY['contact'], o.valid_from, o.valid_to,
              CASE WHEN o.valid_to IS NULL THEN 'accepted' ELSE 'ended' END, false, o.valid_from, o.valid_from
       FROM group_shares o JOIN groups g ON g.id = o.group_id""",
    """INSERT INTO sights (municipality_code, id, share_id, group_id, shows, valid_from, valid_to)
       SELECT municipality_code, gen_random_uuid(), id, group_id, shows, valid_from, valid_to FROM shares""",
    """INSERT INTO group_areas (municipality_code, id, group_id, part, home)
       SELECT municipality_code, gen_random_uuid(), group_id, '', false FROM group_shares GROUP BY municipality_code, group_id""",
    """INSERT INTO group_words (id, group_id, word)
       SELECT gen_random_uuid(), id, word FROM groups, regexp_split_to_table(lower(name), '[^[:alnum:]]+') word WHERE word <> ''""",
)
CARRY_BACK = (
    """UPDATE groups g SET public_contact = c.name FROM group_contacts c WHERE c.group_id = g.id""",
    """INSERT INTO group_shares (municipality_code, id, group_id, valid_from, valid_to)
       SELECT s.municipality_code, s.id, s.group_id, s.valid_from, s.valid_to FROM sights s
       JOIN shares h ON h.municipality_code = s.municipality_code AND h.id = s.share_id
       WHERE h.state IN ('accepted', 'ended') AND h.group_id IS NOT NULL AND (s.valid_to IS NULL OR s.valid_to > s.valid_from)
       ON CONFLICT DO NOTHING""",
)
OLD_WALLS = (
    'ALTER TABLE "group_shares" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "group_shares" FORCE ROW LEVEL SECURITY',
    'CREATE POLICY wall ON "group_shares" FOR ALL TO "{role}" USING (municipality_code = ANY ((SELECT app.reach())::text[])) WITH CHECK (municipality_code = ANY ((SELECT app.reach())::text[]))',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON "group_shares" TO "{role}"',
    "CREATE POLICY wall_read ON \"groups\" FOR SELECT TO \"{role}\" USING ((SELECT app.office()) IN ('drc', 'clock') OR id = ANY (ARRAY(SELECT group_id FROM group_shares WHERE municipality_code = ANY ((SELECT app.reach())::text[]) AND valid_from <= app.today() AND (valid_to IS NULL OR valid_to > app.today()))))",
)


def _do(statements: tuple[str, ...]) -> None:
    role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]
    for statement in statements:
        op.execute(statement.replace("{role}", role))


def upgrade() -> None:
    op.create_table(
        "national_ledger_entries",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=True),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_national_ledger_entries")),
    )
    op.create_index("uq_national_ledger_entries_number", "national_ledger_entries", ["number"], unique=True)
    op.create_table(
        "national_ledger_heads",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_national_ledger_heads")),
    )
    op.create_table(
        "networks",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sort_key", sa.Text(collation="C"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.CheckConstraint("kind IN ('regional', 'theme')", name=op.f("ck_networks_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_networks")),
    )
    op.create_index("ix_networks_list", "networks", ["sort_key", "id"], unique=False)
    op.create_table(
        "group_areas",
        sa.Column("group_id", sa.UUID(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("home", sa.Boolean(), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_group_areas_group_id")),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_group_areas_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_group_areas")),
    )
    op.create_index("ix_group_areas_group", "group_areas", ["group_id"], unique=False)
    op.create_index("uq_group_areas_one", "group_areas", ["municipality_code", "group_id"], unique=True)
    op.create_table(
        "group_contacts",
        sa.Column("group_id", sa.UUID(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_group_contacts_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_contacts")),
    )
    op.create_index("uq_group_contacts_group", "group_contacts", ["group_id"], unique=True)
    op.create_table(
        "group_places",
        sa.Column("group_id", sa.UUID(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_group_places_group_id")),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_group_places_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_group_places")),
    )
    op.create_index("ix_group_places_group", "group_places", ["group_id", "municipality_code"], unique=False)
    op.create_table(
        "group_status_changes",
        sa.Column("group_id", sa.UUID(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_group_status_changes_group_id")),
        sa.PrimaryKeyConstraint("group_id", "valid_from", name=op.f("pk_group_status_changes")),
    )
    op.create_table(
        "group_words",
        sa.Column("group_id", sa.UUID(), nullable=False),
        sa.Column("word", sa.Text(collation="C"), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_group_words_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_words")),
    )
    op.create_index("ix_group_words_group", "group_words", ["group_id"], unique=False)
    op.create_index("ix_group_words_word", "group_words", ["word", "group_id"], unique=False)
    op.create_table(
        "ledger_entries",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=True),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_ledger_entries_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_ledger_entries")),
    )
    op.create_index("uq_ledger_entries_number", "ledger_entries", ["municipality_code", "number"], unique=True)
    op.create_table(
        "ledger_heads",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_ledger_heads_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_ledger_heads")),
    )
    op.create_index("uq_ledger_heads_one", "ledger_heads", ["municipality_code"], unique=True)
    op.create_table(
        "network_members",
        sa.Column("network_id", sa.UUID(), nullable=False),
        sa.Column("group_id", sa.UUID(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_network_members_term")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_network_members_group_id")),
        sa.ForeignKeyConstraint(["network_id"], ["networks.id"], name=op.f("fk_network_members_network_id")),
        sa.PrimaryKeyConstraint("network_id", "group_id", "valid_from", name=op.f("pk_network_members")),
    )
    op.create_index("ix_network_members_group", "network_members", ["group_id"], unique=False)
    op.create_table(
        "shares",
        sa.Column("group_id", sa.UUID(), nullable=True),
        sa.Column("network_id", sa.UUID(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("shows", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("tells_neighbours", sa.Boolean(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.CheckConstraint(
            "shows <@ ARRAY['contact', 'activities', 'figures', 'capacity']", name=op.f("ck_shares_shows")
        ),
        sa.CheckConstraint(
            "state IN ('offered', 'accepted', 'declined', 'withdrawn', 'ended')", name=op.f("ck_shares_state")
        ),
        sa.CheckConstraint("num_nonnulls(group_id, network_id) = 1", name=op.f("ck_shares_of_one")),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_shares_term")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_shares_group_id")),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_shares_municipality_code")
        ),
        sa.ForeignKeyConstraint(["network_id"], ["networks.id"], name=op.f("fk_shares_network_id")),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_shares")),
    )
    op.create_index("ix_shares_group", "shares", ["municipality_code", "group_id"], unique=False)
    op.create_index("ix_shares_network", "shares", ["municipality_code", "network_id"], unique=False)
    op.create_index(
        "uq_shares_open",
        "shares",
        ["municipality_code", "group_id", "network_id"],
        unique=True,
        postgresql_where="state IN ('offered', 'accepted')",
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "sights",
        sa.Column("share_id", sa.UUID(), nullable=False),
        sa.Column("group_id", sa.UUID(), nullable=False),
        sa.Column("network_id", sa.UUID(), nullable=True),
        sa.Column("shows", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.CheckConstraint(
            "shows <@ ARRAY['contact', 'activities', 'figures', 'capacity']", name=op.f("ck_sights_shows")
        ),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_sights_term")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_sights_group_id")),
        sa.ForeignKeyConstraint(["network_id"], ["networks.id"], name=op.f("fk_sights_network_id")),
        sa.ForeignKeyConstraint(
            ["municipality_code", "share_id"],
            ["shares.municipality_code", "shares.id"],
            name=op.f("fk_sights_municipality_code_share_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_sights_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_sights")),
    )
    op.create_index("ix_sights_group", "sights", ["group_id"], unique=False)
    op.create_index(
        "uq_sights_start", "sights", ["municipality_code", "share_id", "group_id", "valid_from"], unique=True
    )
    op.create_table(
        "consents",
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("sight_id", sa.UUID(), nullable=False),
        sa.Column("given_by", sa.String(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("given_how", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.UUID(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("given_how IN ('written', 'mail', 'phone', 'meeting')", name=op.f("ck_consents_given_how")),
        sa.ForeignKeyConstraint(
            ["municipality_code", "sight_id"],
            ["sights.municipality_code", "sights.id"],
            name=op.f("fk_consents_municipality_code_sight_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_code", "sight_id", name=op.f("pk_consents")),
    )
    op.add_column("groups", sa.Column("kind", sa.String(), nullable=False, server_default="loose"))
    op.add_column("groups", sa.Column("cvr", sa.String(), nullable=False, server_default=""))
    op.add_column("groups", sa.Column("themes", postgresql.ARRAY(sa.Text()), nullable=False, server_default="{}"))
    op.add_column("groups", sa.Column("meets_children", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("groups", sa.Column("status", sa.String(), nullable=False, server_default="active"))
    op.alter_column(
        "groups", "sort_key", existing_type=sa.VARCHAR(), type_=sa.Text(collation="C"), existing_nullable=False
    )
    op.create_index("ix_groups_list", "groups", ["sort_key", "id"], unique=False)
    for column in ("kind", "cvr", "themes", "meets_children", "status"):
        op.alter_column("groups", column, server_default=None)
    for name, condition in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_groups_{name}"), "groups", condition)
    op.execute("ALTER TABLE groups NO FORCE ROW LEVEL SECURITY; ALTER TABLE group_shares NO FORCE ROW LEVEL SECURITY")
    _do(CARRY_OVER)
    op.execute("DROP POLICY wall_read ON groups; ALTER TABLE groups FORCE ROW LEVEL SECURITY")
    op.drop_table("group_shares")
    op.drop_column("groups", "public_contact")
    # Their bodies are not looked into here: migrations run with row security off, under which reading a forced table is refused.
    op.execute("SET LOCAL check_function_bodies = off")
    _do((*SIGHT, *WALLS, *NEIGHBOURS))


def downgrade() -> None:
    """Back to shares without consents; what is in a network, and the ledger, is gone."""
    op.execute(
        "DROP FUNCTION app.neighbours_of(uuid); DROP POLICY neighbours ON scope_periods; DROP POLICY wall_read ON groups"
    )
    op.execute("ALTER TABLE groups NO FORCE ROW LEVEL SECURITY")
    for table in ("sights", "shares", "group_contacts"):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.add_column("groups", sa.Column("public_contact", sa.String(), nullable=False, server_default=""))
    for name in CHECKS:
        op.drop_constraint(op.f(f"ck_groups_{name}"), "groups")
    op.drop_index("ix_groups_list", table_name="groups")
    op.alter_column(
        "groups", "sort_key", existing_type=sa.Text(collation="C"), type_=sa.VARCHAR(), existing_nullable=False
    )
    op.drop_column("groups", "status")
    op.drop_column("groups", "meets_children")
    op.drop_column("groups", "themes")
    op.drop_column("groups", "cvr")
    op.drop_column("groups", "kind")
    op.create_table(
        "group_shares",
        sa.Column("group_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("valid_from", sa.DATE(), autoincrement=False, nullable=False),
        sa.Column("valid_to", sa.DATE(), autoincrement=False, nullable=True),
        sa.Column("municipality_code", sa.VARCHAR(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_group_shares_not_empty")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_group_shares_group_id")),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_group_shares_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_group_shares")),
    )
    op.create_index(
        op.f("uq_group_shares_start"), "group_shares", ["municipality_code", "group_id", "valid_from"], unique=True
    )
    op.alter_column("groups", "public_contact", server_default=None)
    _do((*CARRY_BACK, *OLD_WALLS))
    op.execute("ALTER TABLE groups FORCE ROW LEVEL SECURITY")
    op.drop_table("consents")
    op.drop_index("uq_sights_start", table_name="sights")
    op.drop_index("ix_sights_group", table_name="sights")
    op.drop_table("sights")
    op.drop_index(
        "uq_shares_open",
        table_name="shares",
        postgresql_where="state IN ('offered', 'accepted')",
        postgresql_nulls_not_distinct=True,
    )
    op.drop_index("ix_shares_network", table_name="shares")
    op.drop_index("ix_shares_group", table_name="shares")
    op.drop_table("shares")
    op.drop_index("ix_network_members_group", table_name="network_members")
    op.drop_table("network_members")
    op.drop_index("uq_ledger_heads_one", table_name="ledger_heads")
    op.drop_table("ledger_heads")
    op.drop_index("uq_ledger_entries_number", table_name="ledger_entries")
    op.drop_table("ledger_entries")
    op.drop_index("ix_group_words_word", table_name="group_words")
    op.drop_index("ix_group_words_group", table_name="group_words")
    op.drop_table("group_words")
    op.drop_table("group_status_changes")
    op.drop_index("ix_group_places_group", table_name="group_places")
    op.drop_table("group_places")
    op.drop_index("uq_group_contacts_group", table_name="group_contacts")
    op.drop_table("group_contacts")
    op.drop_index("uq_group_areas_one", table_name="group_areas")
    op.drop_index("ix_group_areas_group", table_name="group_areas")
    op.drop_table("group_areas")
    op.drop_index("ix_networks_list", table_name="networks")
    op.drop_table("networks")
    op.drop_table("national_ledger_heads")
    op.drop_index("uq_national_ledger_entries_number", table_name="national_ledger_entries")
    op.drop_table("national_ledger_entries")
    op.execute("DROP FUNCTION app.groups_in_sight(text); DROP FUNCTION app.networks_in_sight()")
