"""Needs and moves that wait, as lines of the Monday list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from flask_babel import format_date
from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, func, literal, or_, select

from service.network.capacity.texts import counted
from service.network.needs import queries
from service.network.needs.models import Need, Reallocation
from service.network.needs.rules import NeedState, ReallocationState
from service.network.networks.models import GroupArea
from service.platform.lines import Line, LineGroup, Lines, TaskSource, Words, alone, danish_day, four, this
from tenants.reach import present


def unanswered(_today: dt.date) -> Lines:
    """The needs that nothing answers."""
    waiting = four(Need.municipality_code, danish_day(Need.said_at), Need.id, _counted(Need))
    lacking = queries.needs(present().codes, NeedState.OPEN).with_only_columns(Need.id)
    return waiting.where(Need.id.in_(lacking))


def _counted(model: Any) -> Any:
    return func.concat(model.kind, ":", model.number)


def moves_to_answer(_today: dt.date) -> Lines:
    """The moves that somebody else proposed and that wait for the present person's yes, by the municipality of the group."""
    codes, me = present().codes, present().person_id
    served = (
        select(GroupArea.group_id, func.min(GroupArea.municipality_code).label("code"))
        .where(GroupArea.municipality_code.in_(codes))
        .group_by(GroupArea.group_id)
        .subquery()
    )
    proposed = four(served.c.code, danish_day(Reallocation.proposed_at), Reallocation.id, _counted(Reallocation))
    return proposed.where(
        served.c.group_id == Reallocation.group_id,
        Reallocation.state == ReallocationState.PROPOSED,
        Reallocation.proposed_by.is_distinct_from(me) if me else literal(True),
    )


def moves_proposed(_today: dt.date) -> Lines:
    """The moves that wait for a consultant of another territory."""
    me = present().person_id
    mine = select(GroupArea.group_id).where(GroupArea.municipality_code.in_(present().codes))
    proposed = four(
        Reallocation.municipality_code, danish_day(Reallocation.proposed_at), Reallocation.id, _counted(Reallocation)
    )
    others = Reallocation.group_id.not_in(mine)
    return proposed.where(
        Reallocation.state == ReallocationState.PROPOSED, or_(others, Reallocation.proposed_by == me) if me else others
    )


def moves_to_give_back(_today: dt.date) -> Lines:
    """What was agreed for a need that has been withdrawn."""
    agreed = four(
        Reallocation.municipality_code, danish_day(Reallocation.proposed_at), Reallocation.id, _counted(Reallocation)
    )
    withdrawn = and_(Need.municipality_code == Reallocation.municipality_code, Need.id == Reallocation.need_id)
    return agreed.join(Need, withdrawn).where(
        Reallocation.state == ReallocationState.AGREED, Need.state == NeedState.WITHDRAWN
    )


def _says_counted(text: Any) -> Callable[[Line, Words], Any]:
    def says(line: Line, _words: Words) -> Any:
        kind, _colon, number = line.note.rpartition(":")
        return text % {"what": counted(kind, int(number)), "day": format_date(line.day, "long")}

    return says


LINES = (
    TaskSource(
        "moves_to_answer",
        LineGroup.WAITS,
        2,
        moves_to_answer,
        _l("Capacity that others ask for"),
        _says_counted(_l("Another consultant asks for %(what)s, since %(day)s")),
        _l("Say yes or no"),
        "needs.move",
        alone("move_id"),
    ),
    TaskSource(
        "needs",
        LineGroup.WAITS,
        3,
        unanswered,
        _l("Needs that nobody has answered"),
        _says_counted(_l("Lacks %(what)s, has waited since %(day)s")),
        _l("Answer the need"),
        "needs.need",
        this("need_id"),
    ),
    TaskSource(
        "moves_to_give_back",
        LineGroup.WAITS,
        6,
        moves_to_give_back,
        _l("Capacity to give back"),
        _says_counted(_l("The need is withdrawn, %(what)s can be given back")),
        _l("Give it back"),
        "needs.move",
        alone("move_id"),
    ),
    TaskSource(
        "moves_proposed",
        LineGroup.WAITS,
        8,
        moves_proposed,
        _l("Capacity that you have asked for"),
        _says_counted(_l("%(what)s proposed on %(day)s, awaits the other consultant")),
        _l("See the proposal"),
        "needs.move",
        alone("move_id"),
    ),
)
