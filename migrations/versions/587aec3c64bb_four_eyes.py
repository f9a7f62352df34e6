"""Who sent the link to a group's cooperation agreement and who wrote its contact's address: neither approves it for DRC."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "587aec3c64bb"
down_revision = "49d4d8647407"
branch_labels = None
depends_on = None
CONTRACTS = (
    "6b30acbde013",
    "cooperation_offers: the days that can be read are those of a new column too, which the code before leaves alone",
)

DAYS = "ck_cooperation_offers_days_readable"
STEP = """CREATE OR REPLACE FUNCTION app.cooperation_offer_step() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
       BEGIN
         IF app.office() IN ('drc', 'link') AND (
              OLD.state <> 'draft'
                AND (NEW.number, NEW.terms, NEW.facts, NEW.group_id, NEW.created_by, NEW.created_at, NEW.address_by, NEW.address_at)
                IS DISTINCT FROM
                  (OLD.number, OLD.terms, OLD.facts, OLD.group_id, OLD.created_by, OLD.created_at, OLD.address_by, OLD.address_at)
              OR NEW.state <> OLD.state AND NOT CASE app.office()
                WHEN 'link' THEN (OLD.state, NEW.state) IN (('offered', 'accepted'), ('offered', 'declined'))
                ELSE (OLD.state, NEW.state) IN
                  (('draft', 'preparing'), ('offered', 'accepted'), ('offered', 'declined'), ('accepted', 'concluded'),
                   ('preparing', 'withdrawn'), ('offered', 'withdrawn'), ('accepted', 'withdrawn'), ('concluded', 'terminated'))
              END) THEN
           RAISE insufficient_privilege USING MESSAGE = format('%s takes no such step with a cooperation agreement', app.office());
         END IF;
         IF NEW.state <> OLD.state AND NEW.state IN ('accepted', 'concluded') AND NOT EXISTS (
              SELECT FROM public.cooperation_decisions d
              WHERE d.municipality_code = NEW.municipality_code AND d.offer_id = NEW.id AND d.act = 'approved'
                AND d.party = CASE NEW.state WHEN 'accepted' THEN 'group' ELSE 'drc' END) THEN
           RAISE insufficient_privilege USING MESSAGE = 'nobody has approved it for a party that it says has approved';
         END IF;
         IF NEW.state <> OLD.state AND NEW.state = 'concluded' AND EXISTS (
              SELECT FROM public.cooperation_decisions d
              WHERE d.municipality_code = NEW.municipality_code AND d.offer_id = NEW.id AND d.act = 'approved'
                AND d.party = 'drc' AND d.person_id = OLD.link_sent_by) THEN
           RAISE insufficient_privilege USING MESSAGE = 'who sent the link does not approve for DRC';
         END IF;
         NEW.link_sent_by := CASE WHEN NEW.link_id IS DISTINCT FROM OLD.link_id THEN app.person() ELSE OLD.link_sent_by END;
         RETURN NEW;
       END $$"""
STEP_BEFORE = """CREATE OR REPLACE FUNCTION app.cooperation_offer_step() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
       BEGIN
         IF app.office() IN ('drc', 'link') AND (
              OLD.state <> 'draft' AND (NEW.number, NEW.terms, NEW.facts, NEW.group_id, NEW.created_by, NEW.created_at)
                IS DISTINCT FROM (OLD.number, OLD.terms, OLD.facts, OLD.group_id, OLD.created_by, OLD.created_at)
              OR NEW.state <> OLD.state AND NOT CASE app.office()
                WHEN 'link' THEN (OLD.state, NEW.state) IN (('offered', 'accepted'), ('offered', 'declined'))
                ELSE (OLD.state, NEW.state) IN
                  (('draft', 'preparing'), ('offered', 'accepted'), ('offered', 'declined'), ('accepted', 'concluded'),
                   ('preparing', 'withdrawn'), ('offered', 'withdrawn'), ('accepted', 'withdrawn'), ('concluded', 'terminated'))
              END) THEN
           RAISE insufficient_privilege USING MESSAGE = format('%s takes no such step with a cooperation agreement', app.office());
         END IF;
         IF NEW.state <> OLD.state AND NEW.state IN ('accepted', 'concluded') AND NOT EXISTS (
              SELECT FROM public.cooperation_decisions d
              WHERE d.municipality_code = NEW.municipality_code AND d.offer_id = NEW.id AND d.act = 'approved'
                AND d.party = CASE NEW.state WHEN 'accepted' THEN 'group' ELSE 'drc' END) THEN
           RAISE insufficient_privilege USING MESSAGE = 'nobody has approved it for a party that it says has approved';
         END IF;
         RETURN NEW;
       END $$"""


def _readable(*moments: str) -> str:
    return " AND ".join(
        f"{moment} BETWEEN TIMESTAMPTZ '1900-01-01 00:00+00' AND TIMESTAMPTZ '2199-12-31 00:00+00'"
        for moment in moments
    )


def upgrade() -> None:
    """Who sent the links that wait for an answer the ledger tells: nothing that is under way goes by unseen."""
    for name, kind in (("link_sent_by", sa.UUID()), ("address_by", sa.UUID()), ("address_at", sa.DateTime(True))):
        op.add_column("cooperation_offers", sa.Column(name, kind, nullable=True))
    tables = ("cooperation_offers", "national_ledger_entries")
    for table in tables:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(
        """UPDATE cooperation_offers o SET link_sent_by = (
             SELECT l.person_id FROM national_ledger_entries l
             WHERE l.act = 'cooperation.link_sent' AND l.subject = 'group:' || o.group_id
             ORDER BY l.number DESC LIMIT 1)
           WHERE o.state IN ('offered', 'accepted') AND o.link_id IS NOT NULL"""
    )
    op.drop_constraint(op.f(DAYS), "cooperation_offers", type_="check")
    op.create_check_constraint(
        op.f(DAYS),
        "cooperation_offers",
        _readable("link_sent_at", "address_at", "created_at", "changed_at", "lease_until", "due_from"),
    )
    for table in tables:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(STEP)


def downgrade() -> None:
    """What was kept of who did it goes; the ledger tells of the links."""
    op.execute(STEP_BEFORE)
    op.execute("ALTER TABLE cooperation_offers NO FORCE ROW LEVEL SECURITY")
    op.drop_constraint(op.f(DAYS), "cooperation_offers", type_="check")
    op.create_check_constraint(
        op.f(DAYS),
        "cooperation_offers",
        _readable("link_sent_at", "created_at", "changed_at", "lease_until", "due_from"),
    )
    for name in ("address_at", "address_by", "link_sent_by"):
        op.drop_column("cooperation_offers", name)
    op.execute("ALTER TABLE cooperation_offers FORCE ROW LEVEL SECURITY")
