"""Groups without a cooperation agreement, agreements that end, and those that wait for somebody, as lines of the Monday list."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import format_date
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from service.network.cooperation import queries as cooperation
from service.network.cooperation.models import CooperationAgreement, CooperationDecision, CooperationOffer
from service.network.cooperation.rules import OfferAct, OfferParty, OfferState
from service.network.networks.models import Group, GroupArea, GroupStatusChange
from service.network.networks.rules import GroupStatus
from service.partnership.agreements.rules import ENDS_WITHIN
from service.platform.lines import PATIENCE, LineGroup, Lines, TaskSource, alone, danish_day, four, noted


def without(today: dt.date) -> Lines:
    """The active groups that no cooperation agreement holds for: since the last one ended, or where none was since they are here."""
    row, step = CooperationAgreement, GroupStatusChange
    last = select(func.max(row.ends_on)).where(row.group_id == Group.id, row.starts_on <= today).scalar_subquery()
    first = select(func.min(step.valid_from)).where(step.group_id == Group.id).scalar_subquery()
    held = select(row.id).where(row.group_id == Group.id, cooperation.holding(today))
    since = func.coalesce(last, first, today)
    lacking = four(GroupArea.municipality_code, since, Group.id, Group.name).join(Group, Group.id == GroupArea.group_id)
    return lacking.where(GroupArea.home.is_(True), Group.status == GroupStatus.ACTIVE, ~held.exists())


def ending(today: dt.date) -> Lines:
    """The cooperation agreements of active groups that end within 90 days and that nothing follows."""
    row, next_one = CooperationAgreement, aliased(CooperationAgreement)
    later = select(next_one.id).where(next_one.group_id == row.group_id, next_one.starts_on > row.starts_on)
    ends = four(GroupArea.municipality_code, row.ends_on, Group.id, Group.name)
    return (
        ends.join(Group, Group.id == GroupArea.group_id)
        .join(row, row.group_id == Group.id)
        .where(
            GroupArea.home.is_(True),
            Group.status == GroupStatus.ACTIVE,
            cooperation.holding(today),
            row.ends_on <= today + ENDS_WITHIN,
            ~later.exists(),
        )
    )


def unanswered(today: dt.date) -> Lines:
    """What was offered, and the group has not answered for two weeks."""
    row = CooperationOffer
    offered = func.coalesce(row.link_sent_at, row.changed_at)
    return _offers(offered, OfferState.OFFERED).where(danish_day(offered) <= today - PATIENCE)


def to_approve(_today: dt.date) -> Lines:
    """What the group has approved, and DRC has yet to."""
    made = CooperationDecision
    return _offers(made.at, OfferState.ACCEPTED).join(
        made,
        (made.municipality_code == CooperationOffer.municipality_code)
        & (made.offer_id == CooperationOffer.id)
        & (made.party == OfferParty.GROUP)
        & (made.act == OfferAct.APPROVED),
    )


def declined(_today: dt.date) -> Lines:
    """What the group has declined, while the draft that it became again waits."""
    row, draft = CooperationOffer, aliased(CooperationOffer)
    waits = select(draft.id).where(
        draft.municipality_code == row.municipality_code,
        draft.group_id == row.group_id,
        draft.state == OfferState.DRAFT,
        draft.created_at > row.created_at,
        draft.changed_at == draft.created_at,
    )
    made = CooperationDecision
    said = (made.municipality_code == row.municipality_code) & (made.offer_id == row.id)
    return (
        _offers(made.at, OfferState.DECLINED).join(made, said & (made.act == OfferAct.DECLINED)).where(waits.exists())
    )


def _offers(since: Any, state: OfferState) -> Lines:
    row = CooperationOffer
    found = four(row.municipality_code, danish_day(since), Group.id, Group.name)
    return found.select_from(row).join(Group, Group.id == row.group_id).where(row.state == state)


LINES = (
    TaskSource(
        "cooperation",
        LineGroup.MISSING,
        6,
        without,
        _l("Groups without a valid cooperation agreement"),
        noted,
        _l("Note the agreement"),
        "cooperation.group",
        alone("group_id"),
    ),
    TaskSource(
        "cooperation_ends",
        LineGroup.ENDS,
        6,
        ending,
        _l("Cooperation agreements that end within 90 days"),
        lambda line, _words: _l("%(group)s, on %(day)s", group=line.note, day=format_date(line.day, "long")),
        _l("See the agreement"),
        "cooperation.group",
        alone("group_id"),
    ),
    TaskSource(
        "cooperation_to_approve",
        LineGroup.WAITS,
        4,
        to_approve,
        _l("Cooperation agreements that wait for DRC's approval"),
        noted,
        _l("Read and approve"),
        "cooperation.group",
        alone("group_id"),
    ),
    TaskSource(
        "cooperation_declined",
        LineGroup.WAITS,
        5,
        declined,
        _l("Cooperation agreements that the group has declined"),
        noted,
        _l("Read why"),
        "cooperation.group",
        alone("group_id"),
    ),
    TaskSource(
        "cooperation_unanswered",
        LineGroup.WAITS,
        6,
        unanswered,
        _l("Cooperation agreements that the group has not answered for two weeks"),
        noted,
        _l("Send the link again, or call"),
        "cooperation.group",
        alone("group_id"),
    ),
)
