"""The round of renewals: the agreements that end by a day and nothing follows, drafted and offered anew, some or all at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.exc import IntegrityError

from service.partnership.agreements import offering
from service.partnership.agreements.models import Agreement
from service.partnership.agreements.queries import agreements, followed, underway
from service.partnership.agreements.rules import AgreementState, RenewalStage
from service.partnership.partnerships.models import ScopeDraft
from service.platform.web.errors import Refusal
from service.platform.web.versions import Changed, Seen
from tenants.calendar import day_of
from tenants.database import db, now
from tenants.stored import Unreadable

MAX_CHOSEN = 50  # of a page, and so at once


def _drafted() -> ColumnElement[bool]:
    return select(ScopeDraft.id).where(ScopeDraft.municipality_code == Agreement.municipality_code).exists()


def _stages() -> Mapping[RenewalStage, ColumnElement[bool]]:
    offered, drafted = underway(Agreement.municipality_code), _drafted()
    return {
        RenewalStage.TO_DRAFT: and_(~offered, ~drafted),
        RenewalStage.DRAFTED: and_(~offered, drafted),
        RenewalStage.UNDERWAY: offered,
    }


def ending(last: dt.date, today: dt.date) -> Select[Agreement]:
    """The agreements within reach that are in force today and run out by a day, while no notice has been given and none is to follow."""
    return agreements().where(
        Agreement.state == AgreementState.CONCLUDED,
        Agreement.starts_on <= today,
        Agreement.ends_on.between(today, last),
        ~followed(),
    )


def at_stage(query: Select[Agreement], stage: RenewalStage) -> Select[Agreement]:
    """Those of a query whose renewal has come so far."""
    return query.where(_stages()[stage])


def counts(query: Select[Agreement]) -> dict[RenewalStage, int]:
    """How many agreements of a query are at each stage. One question."""
    numbers = (func.count().filter(condition).label(stage) for stage, condition in _stages().items())
    found = db.session.execute(query.with_only_columns(*numbers)).one()
    return {stage: getattr(found, stage) for stage in RenewalStage}


def drafts_of(found: Sequence[Agreement]) -> dict[str, ScopeDraft]:
    """The drafts of the agreements' municipalities, by code."""
    codes = [agreement.municipality_code for agreement in found]
    rows = db.session.scalars(select(ScopeDraft).where(ScopeDraft.municipality_code.in_(codes)))
    return {row.municipality_code: row for row in rows}


@dataclass(frozen=True, slots=True)
class RenewalOutcome:
    """Where something was done, and why it was not elsewhere, by municipality."""

    done: tuple[str, ...]
    refused: Mapping[str, str]


def propose(codes: Collection[str], person_id: UUID) -> RenewalOutcome:
    """Draft the next term in each of some municipalities: one that refuses stops no other. Raises Refusal for none and for too many."""
    query = at_stage(ending(dt.date.max, day_of(now())), RenewalStage.TO_DRAFT)
    found = db.session.scalars(query.where(Agreement.municipality_code.in_(codes)))
    by_code = {agreement.municipality_code: agreement.id for agreement in found}

    def draft(code: str) -> None:
        if code not in by_code:
            raise Refusal(_("There is nothing to draft any more: it has a draft, or another agreement is on its way."))
        offering.draft_again(by_code[code], person_id, code)

    return _each(codes, draft)


def offer(seen: Mapping[str, Seen], person_id: UUID) -> RenewalOutcome:
    """Offer the draft of each of some municipalities, as it was seen: one that refuses stops no other.

    Raises Refusal for none and for too many.
    """
    return _each(seen, lambda code: offering.offer_draft(code, person_id, seen[code]))


def _each(codes: Collection[str], do: Callable[[str], Any]) -> RenewalOutcome:
    if not codes:
        raise Refusal(_("Choose at least one municipality."))
    if len(codes) > MAX_CHOSEN:
        raise Refusal(_("Choose %(most)s municipalities at the most.", most=MAX_CHOSEN))
    done, refused = list[str](), dict[str, str]()
    for code in sorted(codes):
        try:
            with db.session.begin_nested():
                do(code)
        except (Refusal, Unreadable, IntegrityError) as error:
            refused[code] = _why(error)
        else:
            done.append(code)
    return RenewalOutcome(tuple(done), refused)


def _why(error: Exception) -> str:
    match error:
        case Changed():
            return _("The draft has been changed since you saw it. Look at it again.")
        case Refusal():
            return " ".join(said for messages in error.errors.values() for said in messages) or error.message
        case Unreadable():
            return _("Something that is stored here cannot be read: tell operations.")
        case _:
            return _("Somebody else was there first. Load the page again.")
