"""Territories change from day to day: who moved a municipality and why, one territory at a time, and who may."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "b703f57476af"
down_revision = "0a13aed27d92"
branch_labels = None
depends_on = None
CONTRACTS = (
    "6b30acbde013",
    "territory_municipalities: one territory at a time; the code before writes those of the demonstration alone, once",
)

CALLED = "app.move_to_territory(text[], text, date, text)"
WRITERS = (
    "CREATE POLICY moved ON territory_municipalities FOR ALL TO CURRENT_USER USING (true) WITH CHECK (true)",
    """CREATE FUNCTION app.move_to_territory(codes text[], area text, day date, because text) RETURNS void
       LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
       BEGIN
         IF NOT coalesce((app.office() = 'clock' OR app.office() = 'drc' AND app.holds(app.person(), 'secretariat', NULL))
                         AND codes <@ app.reach()::text[] AND day >= app.today() AND area <> '', false) THEN
           RAISE insufficient_privilege USING MESSAGE = 'DRC''s secretariat alone moves municipalities, and from today on';
         END IF;
         PERFORM FROM public.municipalities m WHERE m.code = ANY (codes) ORDER BY m.code FOR NO KEY UPDATE;
         DELETE FROM public.territory_municipalities t WHERE t.municipality_code = ANY (codes) AND t.valid_from >= day;
         UPDATE public.territory_municipalities t SET valid_to = CASE WHEN t.territory = area THEN NULL ELSE day END
         WHERE t.municipality_code = ANY (codes) AND (t.valid_to IS NULL OR t.valid_to >= day)
           AND (t.territory <> area OR t.valid_to IS NOT NULL);
         INSERT INTO public.territory_municipalities (territory, municipality_code, valid_from, moved_by, reason)
         SELECT area, code, day, app.person(), because FROM unnest(codes) AS code
         WHERE NOT EXISTS (SELECT FROM public.territory_municipalities t
                           WHERE t.municipality_code = code AND t.territory = area AND t.valid_to IS NULL);
       END $$""",
    "REVOKE ALL ON FUNCTION app.move_to_territory(text[], text, date, text) FROM PUBLIC",
)


def upgrade() -> None:
    """The two columns are empty of what there was to begin with."""
    op.add_column("territory_municipalities", sa.Column("moved_by", sa.UUID(), nullable=True))
    op.add_column("territory_municipalities", sa.Column("reason", sa.String(), server_default="", nullable=False))
    op.execute(
        "ALTER TABLE territory_municipalities ADD CONSTRAINT ex_territory_municipalities_overlap EXCLUDE USING gist"
        " (int4range(municipality_code::int, municipality_code::int, '[]') WITH &&, daterange(valid_from, valid_to) WITH &&)"
    )
    role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]
    for statement in (*WRITERS, f'GRANT EXECUTE ON FUNCTION {CALLED} TO "{role}"'):
        op.execute(statement)


def downgrade() -> None:
    """Who moved what is known no more; where each is stays."""
    op.execute(f"DROP FUNCTION {CALLED}")
    op.execute("DROP POLICY moved ON territory_municipalities")
    op.drop_constraint("ex_territory_municipalities_overlap", "territory_municipalities")
    op.drop_column("territory_municipalities", "reason")
    op.drop_column("territory_municipalities", "moved_by")
