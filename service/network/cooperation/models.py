"""The cooperation agreements of groups, as they were signed, and how those that are made here come about.

They are DRC's and the group's: no municipality reads them.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, FetchedValue, ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from service.partnership.agreements.models import Decided
from service.platform.work.leases import Leased
from tenants.database import Model, uuid7
from tenants.ownership import May, National, Owned
from tenants.personal import Data, Holds
from tenants.reach import Office


class CooperationAgreement(National, Model):
    """That a group and DRC have signed a cooperation agreement, and the days on which it holds, the last one included."""

    __tablename__ = "cooperation_agreements"
    __holds__ = Holds(noted_by=Data.DOER)
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="term"),
        Index("uq_cooperation_agreements_start", "group_id", "starts_on", unique=True),
        # One at a time is until further notice.
        Index("uq_cooperation_agreements_open", "group_id", unique=True, postgresql_where=text("ends_on IS NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    group_id: Mapped[UUID] = mapped_column(ForeignKey("groups.id"))
    signed_on: Mapped[dt.date]
    starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date | None]  # None: until further notice
    noted_at: Mapped[dt.datetime]
    noted_by: Mapped[UUID | None]  # None: unattended work


class CooperationOffer(Owned, Leased, Model):
    """A cooperation agreement that is made here: drafted, offered, approved by both, and its paper.

    It belongs where the group was at home when it was drafted. Its facts are frozen when it is offered; the work it waits for is the
    making of its paper. Once both have approved, it points at the row that says on which days it holds.
    """

    __tablename__ = "cooperation_offers"
    __holds__ = Holds(
        terms=Data.GROUP_AGREEMENT,
        facts=Data.GROUP_AGREEMENT,
        number=Data.NOBODY,
        told_state=Data.NOBODY,
        link_id=Data.NOBODY,
        link_sent_by=Data.DOER,
        address_by=Data.DOER,
        created_by=Data.DOER,
        changed_by=Data.DOER,
    )
    __by_link__ = True
    __others_may__: ClassVar = {Office.LINK: May(change=("state",))}
    __table_args__ = (
        ForeignKeyConstraint(["municipality_code", "document_id"], ["documents.municipality_code", "documents.id"]),
        CheckConstraint(
            "state IN ('draft', 'preparing', 'offered', 'accepted', 'concluded', 'declined', 'withdrawn', 'terminated')",
            name="state",
        ),
        CheckConstraint(
            "told_state IN ('accepted', 'concluded', 'declined', 'withdrawn', 'terminated')", name="told_state"
        ),
        CheckConstraint("(number IS NULL) = (state = 'draft')", name="offered_has_number"),
        CheckConstraint(
            "state IN ('draft', 'preparing', 'withdrawn') OR document_id IS NOT NULL", name="offered_has_paper"
        ),
        CheckConstraint(
            "(cooperation_id IS NOT NULL) = (state IN ('concluded', 'terminated'))", name="concluded_holds"
        ),
        # One is under way at a time: two people who press at once make one.
        Index(
            "uq_cooperation_offers_open",
            "municipality_code",
            "group_id",
            unique=True,
            postgresql_where=text("state IN ('draft', 'preparing', 'offered', 'accepted')"),
        ),
        Index("uq_cooperation_offers_link", "municipality_code", "link_id", unique=True),
        Index("uq_cooperation_offers_cooperation", "municipality_code", "cooperation_id", unique=True),
        Index("ix_cooperation_offers_group", "group_id", "created_at"),
    )

    group_id: Mapped[UUID] = mapped_column(ForeignKey("groups.id"))
    state: Mapped[str]
    terms: Mapped[dict[str, Any]]  # what is agreed, as its form sends it
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)  # all that its paper says; none of a draft
    number: Mapped[str | None]  # the document number of its paper, given when it is offered
    document_id: Mapped[UUID | None]
    cooperation_id: Mapped[UUID | None] = mapped_column(ForeignKey("cooperation_agreements.id"))
    link_id: Mapped[UUID | None]  # what the newest link to the group's contact names; a newer one ends the one before
    link_sent_at: Mapped[dt.datetime | None]
    link_sent_by: Mapped[UUID | None] = mapped_column(server_onupdate=FetchedValue())  # as PostgreSQL writes it
    address_by: Mapped[UUID | None]  # who put the contact's address there
    address_at: Mapped[dt.datetime | None]
    told_state: Mapped[str | None]  # the state that people were last told of by mail
    created_by: Mapped[UUID]
    created_at: Mapped[dt.datetime]
    changed_by: Mapped[UUID]
    changed_at: Mapped[dt.datetime]

    @property
    def starts_on(self) -> dt.date:
        """Its first day, as its terms say."""
        return dt.date.fromisoformat(self.terms["starts_on"])

    @property
    def ends_on(self) -> dt.date | None:
        """Its last day, as its terms say; None is until further notice."""
        return dt.date.fromisoformat(self.terms["ends_on"]) if self.terms["ends_on"] else None


class CooperationDecision(Owned, Decided, Model):
    """An act on a cooperation agreement that is made here. The group's contact acts by a link, or has told one of DRC's people."""

    __tablename__ = "cooperation_decisions"
    __holds__ = Holds(Data.GROUP_AGREEMENT, person_id=Data.DOER)
    __by_link__ = True
    __others_may__: ClassVar = {Office.LINK: May(add=True)}
    __immutable__ = True
    __table_args__ = (
        ForeignKeyConstraint(
            ["municipality_code", "offer_id"], ["cooperation_offers.municipality_code", "cooperation_offers.id"]
        ),
        Index("uq_cooperation_decisions_act", "municipality_code", "offer_id", "party", "act", unique=True),
        CheckConstraint("party IN ('group', 'drc')", name="party"),
        CheckConstraint("act IN ('offered', 'approved', 'declined', 'withdrawn', 'terminated')", name="act"),
        CheckConstraint("way IN ('account', 'link', 'told')", name="way"),
        CheckConstraint("(way = 'account') = (party = 'drc')", name="way_of_party"),
        CheckConstraint("(person_id IS NULL) = (way = 'link')", name="by_whom"),
        CheckConstraint("(arrived_how IS NULL) = (arrived_at IS NULL)", name="arrived"),
    )

    offer_id: Mapped[UUID]
    way: Mapped[str]  # how it is known whose act it was
    person_id: Mapped[UUID | None]  # DRC's person, who acts, or answers for what the contact said; None by a link
    note: Mapped[str]  # of what the contact has told: how, in the words of whoever answers for it


# The order of the steps and who takes them, as in `rules`, whatever the service forgets: whoever holds a link answers what was offered and
# nothing else, what was offered stays as it was offered, both have approved before it is concluded, nobody signs for another of DRC's, and
# who sent the link does not approve. Who sent it is written here, by whatever version of the code.
STEPS = (
    """CREATE FUNCTION app.cooperation_offer_step() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
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
       END $$""",
    "CREATE TRIGGER step BEFORE UPDATE ON cooperation_offers FOR EACH ROW EXECUTE FUNCTION app.cooperation_offer_step()",
    """CREATE FUNCTION app.cooperation_decision_step() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
       BEGIN
         IF (app.office() = 'link') IS DISTINCT FROM (NEW.way = 'link')
              OR app.office() = 'drc' AND NEW.person_id IS DISTINCT FROM app.person() THEN
           RAISE insufficient_privilege USING MESSAGE = 'a decision is one''s own, and the holder of a link answers for the group';
         END IF;
         RETURN NEW;
       END $$""",
    "CREATE TRIGGER step BEFORE INSERT ON cooperation_decisions FOR EACH ROW EXECUTE FUNCTION app.cooperation_decision_step()",
)
