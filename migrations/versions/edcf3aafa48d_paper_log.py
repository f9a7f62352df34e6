"""The log of issued papers: a leaf for each, those that are there already in the order of issue, and checkpoints (service/platform/paper_log)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "edcf3aafa48d"
down_revision = "be7c5ad5039c"
branch_labels = None
depends_on = None

CONTRACTS = (
    "6b30acbde013",
    "the step on documents: it asks for nothing; what the version before issues has its leaf too",
)
WALL = (
    # common: paper_leaves
    'ALTER TABLE "paper_leaves" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "paper_leaves" FORCE ROW LEVEL SECURITY',
    'CREATE POLICY wall_read ON "paper_leaves" FOR SELECT TO "{role}" USING ((SELECT app.office() IS NOT NULL))',
    'GRANT SELECT ON "paper_leaves" TO "{role}"',
    # common: paper_checkpoints
    'ALTER TABLE "paper_checkpoints" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "paper_checkpoints" FORCE ROW LEVEL SECURITY',
    'CREATE POLICY wall_read ON "paper_checkpoints" FOR SELECT TO "{role}" USING ((SELECT app.office() IS NOT NULL))',
    'CREATE POLICY wall_add ON "paper_checkpoints" FOR INSERT TO "{role}" WITH CHECK ((SELECT app.office() = \'clock\'))',
    'GRANT SELECT, INSERT ON "paper_checkpoints" TO "{role}"',
)
LEAVES = (
    "CREATE POLICY logged ON paper_leaves FOR ALL TO CURRENT_USER USING (true) WITH CHECK (true)",
    # As `rules.leaf` writes it. What a paper does not have is left out, so that what is added one day changes no leaf.
    """CREATE FUNCTION app.leaf_of(paper public.documents) RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
       BEGIN
         RETURN encode(sha256('\\x00'::bytea || convert_to(app.written_out(jsonb_strip_nulls(jsonb_build_object(
           'day', to_char(paper.issued_on, 'YYYY-MM-DD'), 'fingerprint', paper.fingerprint, 'number', paper.number,
           'revision', paper.revision, 'sha256', paper.sha256, 'supersedes', paper.supersedes))), 'UTF8')), 'hex');
       END $$""",
    """CREATE FUNCTION app.log_paper() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
       BEGIN
         LOCK TABLE public.paper_leaves IN SHARE ROW EXCLUSIVE MODE;
         INSERT INTO public.paper_leaves (position, hash)
         SELECT coalesce(max(l.position) + 1, 0), app.leaf_of(NEW) FROM public.paper_leaves l;
         RETURN NULL;
       END $$""",
    """CREATE CONSTRAINT TRIGGER step AFTER INSERT ON documents DEFERRABLE INITIALLY DEFERRED
       FOR EACH ROW EXECUTE FUNCTION app.log_paper()""",
    "REVOKE ALL ON FUNCTION app.leaf_of(documents), app.log_paper() FROM PUBLIC",
)
KNOWN = (
    """CREATE FUNCTION app.known_document(numbered text, mark text)
       RETURNS TABLE (municipality_code text, kind text, superseded_by text)
       LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
       AS $$ SELECT d.municipality_code, d.kind,
                    (SELECT s.number FROM public.documents s WHERE s.municipality_code = d.municipality_code AND s.supersedes = d.number
                     ORDER BY s.created_at DESC LIMIT 1)
             FROM public.documents d WHERE d.municipality_code = left($1, 4) AND d.number = $1 AND length($2) >= 8
               AND (starts_with(d.fingerprint, $2) OR starts_with(d.sha256, $2)) $$""",
    "REVOKE ALL ON FUNCTION app.known_document(text, text) FROM PUBLIC",
    'GRANT EXECUTE ON FUNCTION app.known_document(text, text) TO "{role}"',
)
# The papers that are there, one after the other as they were issued.
FILL = """INSERT INTO paper_leaves (position, hash)
          SELECT row_number() OVER (ORDER BY d.created_at, d.municipality_code, d.number) - 1, app.leaf_of(d) FROM documents d"""


def upgrade() -> None:
    op.add_column("documents", sa.Column("fingerprint", sa.String(), nullable=True))
    op.add_column("documents", sa.Column("revision", sa.Integer(), nullable=False, server_default=sa.text("1")))
    op.add_column("documents", sa.Column("supersedes", sa.String(), nullable=True))
    op.create_check_constraint(op.f("ck_documents_fingerprint"), "documents", "fingerprint ~ '^[0-9a-f]{16}$'")
    op.create_table(
        "paper_leaves",
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.CheckConstraint("position >= 0", name=op.f("ck_paper_leaves_position")),
        sa.CheckConstraint("hash ~ '^[0-9a-f]{64}$'", name=op.f("ck_paper_leaves_hash")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_paper_leaves")),
        sa.UniqueConstraint("hash", name=op.f("uq_paper_leaves_hash")),
    )
    op.create_table(
        "paper_checkpoints",
        sa.Column("size", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "signed_at BETWEEN TIMESTAMPTZ '1900-01-01 00:00+00' AND TIMESTAMPTZ '2199-12-31 00:00+00'",
            name=op.f("ck_paper_checkpoints_days_readable"),
        ),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_paper_checkpoints")),
    )
    # Under `row_security = off`, which migrations run with, a body of SQL cannot be looked through: it is when it runs.
    op.execute("SET LOCAL check_function_bodies = off")
    role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]
    for statement in (*WALL, *LEAVES, *KNOWN):
        op.execute(statement.replace("{role}", role))
    _walls("NO FORCE")
    op.execute(FILL)
    _walls("FORCE")


def _walls(force: str) -> None:
    for table in ("documents", "paper_leaves"):
        op.execute(f"ALTER TABLE {table} {force} ROW LEVEL SECURITY")


def downgrade() -> None:
    op.execute("DROP TRIGGER step ON documents")
    op.execute("DROP FUNCTION app.log_paper(), app.leaf_of(documents), app.known_document(text, text)")
    op.drop_table("paper_checkpoints")
    op.drop_table("paper_leaves")
    op.drop_constraint(op.f("ck_documents_fingerprint"), "documents", type_="check")
    for column in ("supersedes", "revision", "fingerprint"):
        op.drop_column("documents", column)
