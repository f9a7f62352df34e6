"""Shares: a group or a network in a municipality's sight, what is shown, and the consent behind it."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Model
from tenants.ownership import May, National, OfNetwork, Owned
from tenants.personal import Data, Holds, nobodys
from tenants.reach import Office


class Share(Owned, Model):
    """A group or a whole network, offered to a municipality for a time: what is shown, and how both sides have answered."""

    __tablename__ = "shares"
    __holds__ = Holds(title=Data.FREE_TEXT, shows=Data.NOBODY)
    __others_may__: ClassVar = {
        Office.MUNICIPALITY: May(change=("state", "valid_to", "tells_neighbours", "answered_at", "ended_at"))
    }
    __table_args__ = (
        CheckConstraint("num_nonnulls(group_id, network_id) = 1", name="of_one"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="term"),
        CheckConstraint("state IN ('offered', 'accepted', 'declined', 'withdrawn', 'ended')", name="state"),
        CheckConstraint("shows <@ ARRAY['contact', 'activities', 'figures', 'capacity']", name="shows"),
        Index("ix_shares_group", "municipality_code", "group_id"),
        Index("ix_shares_network", "municipality_code", "network_id"),
        # One share of a thing at a time: what replaces it comes after it.
        Index(
            "uq_shares_open",
            "municipality_code",
            "group_id",
            "network_id",
            unique=True,
            postgresql_where="state IN ('offered', 'accepted')",
            postgresql_nulls_not_distinct=True,
        ),
    )

    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("groups.id"))
    network_id: Mapped[UUID | None] = mapped_column(ForeignKey("networks.id"))
    title: Mapped[str]  # the name of the group or network as it was offered: it is read before anything is in sight
    shows: Mapped[list[str]] = mapped_column(ARRAY(Text))  # besides its presence
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date | None]  # the first day without sight
    state: Mapped[str]
    tells_neighbours: Mapped[bool]  # whether others who share the group may know of this municipality
    offered_at: Mapped[dt.datetime]
    answered_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]  # when it was ended before its time, whatever the day it ends


class Sight(OfNetwork, Model):
    """What a share shows of one group: of the shared group itself, or of each group of a shared network that consents."""

    __tablename__ = "sights"
    __holds__ = Holds(**nobodys("shows"))
    __table_args__ = (
        ForeignKeyConstraint(["municipality_code", "share_id"], ["shares.municipality_code", "shares.id"]),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="term"),
        CheckConstraint("shows <@ ARRAY['contact', 'activities', 'figures', 'capacity']", name="shows"),
        Index("uq_sights_start", "municipality_code", "share_id", "group_id", "valid_from", unique=True),
        Index("ix_sights_group", "group_id"),
    )

    share_id: Mapped[UUID]
    group_id: Mapped[UUID] = mapped_column(ForeignKey("groups.id"))
    network_id: Mapped[UUID | None] = mapped_column(ForeignKey("networks.id"))  # of the share, where it is of a network
    shows: Mapped[list[str]] = mapped_column(ARRAY(Text))  # what the group consents to, of what the share shows
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date | None]


class Consent(National, Model):
    """A group's consent to be seen: who gave it, when and how. DRC's alone, as it names a volunteer."""

    __tablename__ = "consents"
    __holds__ = Holds(Data.GROUP_CONSENT, recorded_by=Data.DOER)
    __ways__: ClassVar = ("written", "mail", "phone", "meeting")
    __table_args__ = (
        ForeignKeyConstraint(["municipality_code", "sight_id"], ["sights.municipality_code", "sights.id"]),
        CheckConstraint("given_how IN ('written', 'mail', 'phone', 'meeting')", name="given_how"),
    )

    municipality_code: Mapped[str] = mapped_column(primary_key=True)
    sight_id: Mapped[UUID] = mapped_column(primary_key=True)
    given_by: Mapped[str]
    given_on: Mapped[dt.date]
    given_how: Mapped[str]
    recorded_by: Mapped[UUID | None]  # None: carried over by unattended work
    recorded_at: Mapped[dt.datetime]


# What is in sight, by the shares that were accepted, their days, the consents behind them and the scope in force. Both functions
# run as whoever asks, under the walls of the tables that they read. `service.network.shares.rules.opened` says the same in Python.
_TODAY = "{0}.valid_from <= app.today() AND ({0}.valid_to IS NULL OR {0}.valid_to > app.today())"
_RUNNING = f"""sh.municipality_code = ANY ((SELECT app.reach())::text[]) AND sh.state = 'accepted' AND {_TODAY.format("sh")}
       AND p.valid_from <= app.today() AND p.valid_to > app.today() AND p.scope->'capabilities' ?| ARRAY['network', 'all_groups']"""
SIGHT = (
    f"""CREATE FUNCTION app.groups_in_sight(aspect text) RETURNS SETOF uuid LANGUAGE sql STABLE
       SET search_path = pg_catalog, public, app AS $$
       SELECT s.group_id FROM public.sights s
       JOIN public.shares sh ON sh.municipality_code = s.municipality_code AND sh.id = s.share_id
       JOIN public.scope_periods p ON p.municipality_code = s.municipality_code
       WHERE {_RUNNING} AND {_TODAY.format("s")}
       AND CASE aspect WHEN 'presence' THEN true
                WHEN 'figures' THEN 'figures' = ANY (s.shows) AND p.scope->'capabilities' ? 'figures'
                WHEN 'capacity' THEN 'capacity' = ANY (s.shows) AND p.scope->'capabilities' ?| ARRAY['offers_across', 'capacity']
                ELSE aspect = ANY (s.shows) END $$""",
    f"""CREATE FUNCTION app.networks_in_sight() RETURNS SETOF uuid LANGUAGE sql STABLE
       SET search_path = pg_catalog, public, app AS $$
       SELECT sh.network_id FROM public.shares sh JOIN public.scope_periods p ON p.municipality_code = sh.municipality_code
       WHERE sh.network_id IS NOT NULL AND {_RUNNING} $$""",
)

# Which others share a group is told only where both sides allow it. The function is the owner's, as the others' shares are behind
# the wall; it answers for the municipalities within the asker's reach, and says no more than codes.
NEIGHBOURS = (
    "CREATE POLICY neighbours ON shares FOR SELECT TO CURRENT_USER USING (true)",
    "CREATE POLICY neighbours ON sights FOR SELECT TO CURRENT_USER USING (true)",
    "CREATE POLICY neighbours ON scope_periods FOR SELECT TO CURRENT_USER USING (true)",
    f"""CREATE FUNCTION app.neighbours_of(wanted uuid) RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER
       SET search_path = pg_catalog, public, app AS $$
       WITH told AS (
         SELECT s.municipality_code FROM public.sights s
         JOIN public.shares sh ON sh.municipality_code = s.municipality_code AND sh.id = s.share_id
         JOIN public.scope_periods p ON p.municipality_code = s.municipality_code
         WHERE s.group_id = wanted AND sh.tells_neighbours AND sh.state = 'accepted' AND {_TODAY.format("sh")} AND {_TODAY.format("s")}
         AND p.valid_from <= app.today() AND p.valid_to > app.today() AND p.scope->'capabilities' ?| ARRAY['network', 'all_groups'])
       SELECT DISTINCT municipality_code FROM told
       WHERE municipality_code <> ALL ((SELECT app.reach())::text[])
       AND EXISTS (SELECT FROM told WHERE municipality_code = ANY ((SELECT app.reach())::text[])) $$""",
    "REVOKE ALL ON FUNCTION app.neighbours_of(uuid) FROM PUBLIC",
)

# A share is its municipality's row, so the wall lets the municipality's people write it; but what it shows is DRC's network. They
# may answer an offer, end what they accepted and let neighbours know: never make a share, reopen, prolong, turn or remove one.
STEPS = (
    """CREATE FUNCTION app.share_step() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, app AS $$
       BEGIN
         IF app.office() IN ('drc', 'clock') OR pg_get_userbyid((SELECT relowner FROM pg_class WHERE oid = TG_RELID)) = current_user THEN
           IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
           RETURN NEW;
         END IF;
         IF TG_OP = 'UPDATE' AND (
              (OLD.state = 'offered' AND NEW.state IN ('accepted', 'declined') AND NEW.valid_to IS NOT DISTINCT FROM OLD.valid_to)
              OR (OLD.state = 'accepted' AND NEW.state IN ('accepted', 'ended')
                  AND coalesce(NEW.valid_to, 'infinity') <= coalesce(OLD.valid_to, 'infinity')))
            AND (NEW.municipality_code, NEW.id, NEW.group_id, NEW.network_id, NEW.title, NEW.shows, NEW.valid_from, NEW.offered_at)
            IS NOT DISTINCT FROM
            (OLD.municipality_code, OLD.id, OLD.group_id, OLD.network_id, OLD.title, OLD.shows, OLD.valid_from, OLD.offered_at) THEN
           RETURN NEW;
         END IF;
         RAISE insufficient_privilege USING MESSAGE = 'a municipality answers a share and ends it, no more';
       END $$""",
    "CREATE TRIGGER step BEFORE INSERT OR UPDATE OR DELETE ON shares FOR EACH ROW EXECUTE FUNCTION app.share_step()",
)
