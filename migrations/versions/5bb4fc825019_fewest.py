"""The months of recruitment hold numbers from 3 on: the smallest that is ever shown, whatever the country settles on."""

from __future__ import annotations

from alembic import op

revision = "5bb4fc825019"
down_revision = "98c6aa6e1668"
branch_labels = None
depends_on = None
CONTRACTS = (
    "6b30acbde013",
    "recruitment_months: numbers from 3 on may stand there as well, which the code before never writes and reads as any other",
)

COLUMNS = ("volunteers", "came", "left")


def upgrade() -> None:
    _hold(3)


def downgrade() -> None:
    """A number below 5 is kept back again: it was shown by a setting that the version before does not know."""
    op.execute("ALTER TABLE recruitment_months NO FORCE ROW LEVEL SECURITY")
    op.execute(
        """UPDATE recruitment_months SET came = NULL, "left" = NULL
            WHERE volunteers BETWEEN 1 AND 4 OR came BETWEEN 1 AND 4 OR "left" BETWEEN 1 AND 4"""
    )
    op.execute("UPDATE recruitment_months SET volunteers = NULL WHERE volunteers BETWEEN 1 AND 4")
    op.execute("ALTER TABLE recruitment_months FORCE ROW LEVEL SECURITY")
    _hold(5)


def _hold(least: int) -> None:
    for name in COLUMNS:
        op.drop_constraint(op.f(f"ck_recruitment_months_{name}"), "recruitment_months", type_="check")
        op.create_check_constraint(
            op.f(f"ck_recruitment_months_{name}"), "recruitment_months", f'"{name}" = 0 OR "{name}" >= {least}'
        )
