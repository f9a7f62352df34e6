"""The seal of a paper: where the paper ends and its seal begins, and what the seal covers (service/platform/documents)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "be7c5ad5039c"
down_revision = "e395e3e0c6a1"
branch_labels = None
depends_on = None

SEALED = (
    """CREATE FUNCTION app.verify_seal(covered text)
       RETURNS TABLE (number text, title text, issued_on date, municipality text)
       LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
       BEGIN
         RETURN QUERY SELECT d.number::text, d.title::text, d.issued_on, m.official_name::text
                      FROM public.documents d JOIN public.municipalities m ON m.code = d.municipality_code WHERE d.seal_covers = covered;
       END $$""",
    "REVOKE ALL ON FUNCTION app.verify_seal(text) FROM PUBLIC",
    'GRANT EXECUTE ON FUNCTION app.verify_seal(text) TO "{role}"',
)


def upgrade() -> None:
    op.add_column("documents", sa.Column("unsealed_size", sa.Integer(), nullable=True))
    op.add_column("documents", sa.Column("seal_covers", sa.String(), nullable=True))
    op.create_check_constraint(
        op.f("ck_documents_seal"),
        "documents",
        "(unsealed_size IS NULL) = (seal_covers IS NULL) AND unsealed_size BETWEEN 1 AND size - 1",
    )
    op.create_index("ix_documents_seal_covers", "documents", ["seal_covers"])
    role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]
    for statement in SEALED:
        op.execute(statement.replace("{role}", role))


def downgrade() -> None:
    op.execute("DROP FUNCTION app.verify_seal(text)")
    op.drop_index("ix_documents_seal_covers", "documents")
    op.drop_constraint(op.f("ck_documents_seal"), "documents")
    op.drop_column("documents", "seal_covers")
    op.drop_column("documents", "unsealed_size")
