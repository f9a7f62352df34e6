"""A municipality's feed can be of its papers (service/exchange/filing/feeds.py)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "1fb4c6d992e5"
down_revision = "ae067d599de3"
branch_labels = None
depends_on = None

OPEN_FEED = """CREATE OR REPLACE FUNCTION app.open_feed(hash text) RETURNS TABLE (feed_id uuid, group_id uuid, title text, made_at timestamptz, codes text[])
       LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, app AS $$
       UPDATE public.feeds SET last_used_on = app.today()
       WHERE token_hash = $1{here} AND revoked_at IS NULL AND last_used_on IS DISTINCT FROM app.today();
       UPDATE public.group_feeds SET last_used_on = app.today()
       WHERE token_hash = $1 AND revoked_at IS NULL AND last_used_on IS DISTINCT FROM app.today();
       SELECT f.id, NULL::uuid, f.title, f.made_at, ARRAY[f.municipality_code] FROM public.feeds f
       WHERE f.token_hash = $1{there} AND f.revoked_at IS NULL
       UNION ALL
       SELECT g.id, g.group_id, g.title, g.made_at,
              ARRAY(SELECT DISTINCT a.municipality_code FROM public.activities a WHERE a.group_id = g.group_id ORDER BY 1)
       FROM public.group_feeds g WHERE g.token_hash = $1 AND g.revoked_at IS NULL $$"""
OPEN_PAPER_FEED = (
    """CREATE FUNCTION app.open_paper_feed(hash text) RETURNS TABLE (feed_id uuid, title text, made_at timestamptz, code text)
       LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, app AS $$
       UPDATE public.feeds SET last_used_on = app.today()
       WHERE token_hash = $1 AND kind = 'papers' AND revoked_at IS NULL AND last_used_on IS DISTINCT FROM app.today();
       SELECT f.id, f.title, f.made_at, f.municipality_code FROM public.feeds f
       WHERE f.token_hash = $1 AND f.kind = 'papers' AND f.revoked_at IS NULL $$""",
    "REVOKE ALL ON FUNCTION app.open_paper_feed(text) FROM PUBLIC",
    'GRANT EXECUTE ON FUNCTION app.open_paper_feed(text) TO "{role}"',
)


def upgrade() -> None:
    """What there is, is of calendars."""
    op.add_column("feeds", sa.Column("kind", sa.String(), server_default="calendar", nullable=False))
    op.create_check_constraint("kind", "feeds", "kind IN ('calendar', 'papers')")
    op.execute(
        "SET LOCAL check_function_bodies = off"
    )  # who migrates sees no rows, and so may not plan what reads them
    op.execute(OPEN_FEED.format(here=" AND kind = 'calendar'", there=" AND f.kind = 'calendar'"))
    role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]
    for statement in OPEN_PAPER_FEED:
        op.execute(statement.replace("{role}", role))


def downgrade() -> None:
    """A feed of papers is closed: the version before would take it for a calendar's."""
    op.execute("DROP FUNCTION app.open_paper_feed(text)")
    op.execute("SET LOCAL check_function_bodies = off")
    op.execute(OPEN_FEED.format(here="", there=""))
    op.execute("ALTER TABLE feeds NO FORCE ROW LEVEL SECURITY")
    op.execute("UPDATE feeds SET revoked_at = now() WHERE kind = 'papers' AND revoked_at IS NULL")
    op.execute("ALTER TABLE feeds FORCE ROW LEVEL SECURITY")
    op.drop_column("feeds", "kind")
