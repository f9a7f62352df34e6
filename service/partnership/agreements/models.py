"""Agreements, the decisions made on them, and how they end before their term."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from service.platform.work.leases import Leased
from tenants.database import Model
from tenants.ownership import May, Owned
from tenants.personal import Data, Holds
from tenants.reach import Office
from tenants.scope import Scope


class Agreement(Owned, Leased, Model):
    """A partnership agreement, or an addendum to one. Its facts are frozen when it is offered; the work it waits for is the making of its
    paper.
    """

    __tablename__ = "agreements"
    __holds__ = Holds(
        number=Data.NOBODY, scope=Data.CONTACT, facts=Data.CONTACT, told_state=Data.NOBODY, created_by=Data.DOER
    )
    __others_may__: ClassVar = {Office.MUNICIPALITY: May(change=("state", "ends_on"))}
    __table_args__ = (
        ForeignKeyConstraint(["municipality_code", "document_id"], ["documents.municipality_code", "documents.id"]),
        ForeignKeyConstraint(["municipality_code", "amends_id"], ["agreements.municipality_code", "agreements.id"]),
        CheckConstraint(
            "state IN ('preparing', 'offered', 'accepted', 'concluded', 'declined', 'withdrawn', 'terminated', 'ended_early', "
            "'ended_for_breach')",
            name="state",
        ),
        CheckConstraint(
            "state = 'preparing' OR state = 'withdrawn' OR document_id IS NOT NULL", name="offered_has_paper"
        ),
        # At most one offer is open at a time: two people who press at once make one.
        Index(
            "uq_agreements_open",
            "municipality_code",
            unique=True,
            postgresql_where="state IN ('preparing', 'offered', 'accepted')",
        ),
        Index("ix_agreements_list", "municipality_code", "created_at", "id"),
    )

    number: Mapped[str]  # the document number of its paper, given when it is offered
    state: Mapped[str]
    stored_scope: Mapped[dict[str, Any]] = mapped_column("scope")
    facts: Mapped[dict[str, Any]]
    starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date]  # the last day of the term, earlier once it is ended before
    document_id: Mapped[UUID | None]
    amends_id: Mapped[UUID | None]  # of an addendum: the agreement that it changes, the first of its addenda's chain
    told_state: Mapped[str | None]  # the state that people were last told of by mail
    remind_on: Mapped[
        dt.date | None
    ]  # once concluded: the next day on which it is reminded of, by `deadlines`; None before it was looked at
    created_by: Mapped[UUID]
    created_at: Mapped[dt.datetime]

    @property
    def term(self) -> Scope:
        """What it settles for its whole term: of an addendum, the term of the agreement that it changes. Raises Unreadable."""
        return Scope.from_plain(self._stored_term)

    @property
    def readable_term(self) -> Scope | None:
        """The same, and None where it cannot be read: for a list of many."""
        return Scope.readable(self._stored_term)

    @property
    def _stored_term(self) -> dict[str, Any]:
        return self.facts["scope"] if self.amends_id else self.stored_scope


class Decided:
    """The columns of an act by a named person on an agreement of either kind: in what role, when, on which bytes, in what words."""

    party: Mapped[str]
    act: Mapped[str]
    person_name: Mapped[str]  # as they were called then
    person_title: Mapped[str]
    words: Mapped[str]  # the consent text, or the reason given
    sha256: Mapped[str]  # of the paper as it was shown; empty where no paper was
    at: Mapped[dt.datetime]
    arrived_how: Mapped[str | None]  # how an approval's person had proved who they are, by `arrival.How`
    arrived_at: Mapped[dt.datetime | None]  # and when; None of what is carried over, and from before it was kept


class Decision(Owned, Decided, Model):
    """An act by a named person on an agreement: who, in what role, when, on exactly which bytes, and in what words."""

    __tablename__ = "decisions"
    __holds__ = Holds(Data.APPROVAL)
    __others_may__: ClassVar = {Office.MUNICIPALITY: May(add=True)}
    __immutable__ = True
    __table_args__ = (
        ForeignKeyConstraint(["municipality_code", "agreement_id"], ["agreements.municipality_code", "agreements.id"]),
        Index("uq_decisions_act", "municipality_code", "agreement_id", "party", "act", unique=True),
        CheckConstraint("party IN ('municipality', 'drc')", name="party"),
        CheckConstraint(
            "act IN ('offered', 'approved', 'declined', 'withdrawn', 'terminated', 'ended_early', 'ended_for_breach')",
            name="act",
        ),
        CheckConstraint("(arrived_how IS NULL) = (arrived_at IS NULL)", name="arrived"),
        CheckConstraint("difference_sha256 ~ '^[0-9a-f]{64}$'", name="difference_sha256"),
    )

    agreement_id: Mapped[UUID]
    person_id: Mapped[UUID]
    difference_sha256: Mapped[str | None]  # of what differs from the agreement before, where that was shown


class TakenIn(Owned, Model):
    """That an agreement was signed on paper, by whom and when, as stands there; and who took it in. No approval in the service."""

    __tablename__ = "agreements_taken_in"
    __holds__ = Holds(Data.APPROVAL, taken_in_by=Data.DOER)
    __immutable__ = True
    __table_args__ = (
        ForeignKeyConstraint(["municipality_code", "agreement_id"], ["agreements.municipality_code", "agreements.id"]),
        Index("uq_agreements_taken_in_once", "municipality_code", "agreement_id", unique=True),
    )

    agreement_id: Mapped[UUID]
    municipality_name: Mapped[str]
    municipality_title: Mapped[str]
    municipality_signed_on: Mapped[dt.date]
    drc_name: Mapped[str]
    drc_title: Mapped[str]
    drc_signed_on: Mapped[dt.date]
    taken_in_by: Mapped[UUID]
    taken_in_at: Mapped[dt.datetime]


class AgreementEnd(Owned, Leased, Model):
    """How an agreement ends before its term: by notice, for breach, or as one party proposes and the other agrees.

    Once it is final its facts are frozen, and the work it waits for is the making of its paper.
    """

    __tablename__ = "agreement_ends"
    __holds__ = Holds(
        Data.APPROVAL, person_id=Data.DOER, answered_by=Data.DOER, number=Data.NOBODY, told_state=Data.NOBODY
    )
    __others_may__: ClassVar = {
        Office.MUNICIPALITY: May(
            add=True,
            change=(
                *("state", "facts", "answered_by", "answered_name", "answered_title"),
                *("answered_at", "answer_remark"),
            ),
        )
    }
    __table_args__ = (
        ForeignKeyConstraint(["municipality_code", "agreement_id"], ["agreements.municipality_code", "agreements.id"]),
        ForeignKeyConstraint(["municipality_code", "document_id"], ["documents.municipality_code", "documents.id"]),
        CheckConstraint("way IN ('notice', 'agreed', 'breach')", name="way"),
        CheckConstraint("state IN ('proposed', 'final', 'declined', 'withdrawn')", name="state"),
        CheckConstraint("told_state IN ('proposed', 'final', 'declined', 'withdrawn')", name="told_state"),
        CheckConstraint("party IN ('municipality', 'drc')", name="party"),
        CheckConstraint("settlement IN ('falls_away', 'by_days')", name="settlement"),
        CheckConstraint("way = 'agreed' OR state = 'final'", name="proposed_to_agree"),
        CheckConstraint(
            "num_nonnulls(answered_by, answered_name, answered_title, answered_at) = CASE WHEN way = 'agreed' AND state <> 'proposed' "
            "THEN 4 ELSE 0 END",
            name="answered",
        ),
        CheckConstraint("document_id IS NULL OR state = 'final'", name="final_before_paper"),
        # One proposal waits at a time: two who answer it at once meet there.
        Index(
            "uq_agreement_ends_proposed",
            "municipality_code",
            "agreement_id",
            unique=True,
            postgresql_where="state = 'proposed'",
        ),
        Index(
            "uq_agreement_ends_way",
            "municipality_code",
            "agreement_id",
            "way",
            unique=True,
            postgresql_where="state = 'final'",
        ),
    )

    agreement_id: Mapped[UUID]
    way: Mapped[str]
    state: Mapped[str]
    party: Mapped[str]  # who ends it, or proposes to
    last_day: Mapped[dt.date]
    settlement: Mapped[str]  # of the year's instalments, by `settling.Settlement`
    person_id: Mapped[UUID]
    person_name: Mapped[str]  # as they were called then
    person_title: Mapped[str]
    words: Mapped[str]
    at: Mapped[dt.datetime]
    answered_by: Mapped[UUID | None]  # who agreed or declined; of a proposal that was withdrawn, who withdrew it
    answered_name: Mapped[str | None]
    answered_title: Mapped[str | None]
    answered_at: Mapped[dt.datetime | None]
    answer_remark: Mapped[str] = mapped_column(server_default="")
    facts: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    number: Mapped[str | None]  # the document number of its paper
    document_id: Mapped[UUID | None]
    told_state: Mapped[str | None]


class ApprovalCertificate(Owned, Leased, Model):
    """The certificate of an agreement that both parties have approved; the work it waits for is the making of its paper."""

    __tablename__ = "approval_certificates"
    __holds__ = Holds(number=Data.NOBODY)
    __table_args__ = (
        ForeignKeyConstraint(["municipality_code", "agreement_id"], ["agreements.municipality_code", "agreements.id"]),
        ForeignKeyConstraint(["municipality_code", "document_id"], ["documents.municipality_code", "documents.id"]),
        CheckConstraint("(work_state = 'done') = (document_id IS NOT NULL)", name="done_is_made"),
        Index("uq_approval_certificates_once", "municipality_code", "agreement_id", unique=True),
    )

    agreement_id: Mapped[UUID]
    owed_at: Mapped[dt.datetime]
    number: Mapped[str | None]  # the document number of its paper
    document_id: Mapped[UUID | None]


# The order of the steps and who takes them, as in `rules`, whatever the service forgets: nobody concludes what the other party has not
# accepted, what was offered stays as it was offered, and a decision is one's own, on one's own party's behalf. Unattended work carries
# over agreements that were made elsewhere, and dates them.
STEPS = (
    """CREATE FUNCTION app.agreement_step() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
       BEGIN
         IF app.office() IN ('drc', 'municipality') AND (
              (NEW.number, NEW.scope, NEW.facts, NEW.starts_on, NEW.amends_id, NEW.created_by, NEW.created_at)
                IS DISTINCT FROM (OLD.number, OLD.scope, OLD.facts, OLD.starts_on, OLD.amends_id, OLD.created_by, OLD.created_at)
              OR NEW.ends_on > OLD.ends_on
              OR (NEW.ends_on < OLD.ends_on AND NEW.state NOT IN ('terminated', 'ended_early', 'ended_for_breach'))
              OR NEW.state <> OLD.state AND NEW.state = 'ended_early' AND NOT EXISTS (SELECT FROM public.agreement_ends e
                WHERE e.municipality_code = NEW.municipality_code AND e.agreement_id = NEW.id AND e.way = 'agreed' AND e.state = 'final')
              OR NEW.state <> OLD.state AND NOT CASE app.office()
                WHEN 'municipality' THEN (OLD.state, NEW.state) IN
                  (('offered', 'accepted'), ('offered', 'declined'), ('concluded', 'terminated'), ('concluded', 'ended_early'),
                   ('concluded', 'ended_for_breach'), ('terminated', 'ended_early'), ('terminated', 'ended_for_breach'))
                ELSE (OLD.state, NEW.state) IN
                  (('preparing', 'withdrawn'), ('offered', 'withdrawn'), ('accepted', 'withdrawn'),
                   ('accepted', 'concluded'), ('concluded', 'terminated'), ('concluded', 'ended_early'),
                   ('concluded', 'ended_for_breach'), ('terminated', 'ended_early'), ('terminated', 'ended_for_breach'))
              END) THEN
           RAISE insufficient_privilege USING MESSAGE = format('%s takes no such step with an agreement', app.office());
         END IF;
         RETURN NEW;
       END $$""",
    "CREATE TRIGGER step BEFORE UPDATE ON agreements FOR EACH ROW EXECUTE FUNCTION app.agreement_step()",
    """CREATE FUNCTION app.decision_step() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
       BEGIN
         IF app.office() IN ('drc', 'municipality') AND (NEW.party <> app.office() OR NEW.person_id IS DISTINCT FROM app.person()) THEN
           RAISE insufficient_privilege USING MESSAGE = 'a decision is one''s own, on behalf of one''s own party';
         END IF;
         RETURN NEW;
       END $$""",
    "CREATE TRIGGER step BEFORE INSERT ON decisions FOR EACH ROW EXECUTE FUNCTION app.decision_step()",
    # An agreement begins with the making of its paper. What begins as concluded was signed on paper: DRC takes it in, with the scan.
    """CREATE FUNCTION app.agreement_begins() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
       BEGIN
         IF app.office() IN ('drc', 'municipality') AND NEW.state <> 'preparing' AND NOT (
              app.office() = 'drc' AND NEW.state = 'concluded' AND EXISTS (
                SELECT FROM public.documents d
                WHERE d.municipality_code = NEW.municipality_code AND d.id = NEW.document_id AND d.kind = 'scan')) THEN
           RAISE insufficient_privilege USING MESSAGE = 'an agreement begins as its paper is made, or DRC takes it in with its scan';
         END IF;
         RETURN NEW;
       END $$""",
    "CREATE TRIGGER begins BEFORE INSERT ON agreements FOR EACH ROW EXECUTE FUNCTION app.agreement_begins()",
    """CREATE FUNCTION app.end_step() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
       BEGIN
         IF app.office() NOT IN ('drc', 'municipality') THEN
           RETURN NEW;
         END IF;
         IF TG_OP = 'INSERT' AND (NEW.party <> app.office() OR NEW.person_id IS DISTINCT FROM app.person()
              OR NEW.state <> CASE NEW.way WHEN 'agreed' THEN 'proposed' ELSE 'final' END) THEN
           RAISE insufficient_privilege USING MESSAGE = 'an end is given or proposed in one''s own name, on behalf of one''s own party';
         END IF;
         IF TG_OP = 'UPDATE' AND (
              (NEW.agreement_id, NEW.way, NEW.party, NEW.last_day, NEW.settlement, NEW.person_id, NEW.words, NEW.at)
                IS DISTINCT FROM (OLD.agreement_id, OLD.way, OLD.party, OLD.last_day, OLD.settlement, OLD.person_id, OLD.words, OLD.at)
              OR (NEW.state, NEW.facts, NEW.answered_by) IS DISTINCT FROM (OLD.state, OLD.facts, OLD.answered_by) AND NOT (
                OLD.state = 'proposed' AND NEW.answered_by IS NOT DISTINCT FROM app.person()
                AND NEW.state IN ('final', 'declined', 'withdrawn') AND (NEW.state = 'withdrawn') = (OLD.party = app.office()))) THEN
           RAISE insufficient_privilege USING MESSAGE = 'a proposal is answered by the other party, and withdrawn by one''s own';
         END IF;
         RETURN NEW;
       END $$""",
    "CREATE TRIGGER step BEFORE INSERT OR UPDATE ON agreement_ends FOR EACH ROW EXECUTE FUNCTION app.end_step()",
)
