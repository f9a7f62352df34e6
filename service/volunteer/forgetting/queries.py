"""Where a volunteer stands: the rows that are found, and how often the same words stand elsewhere. For the secretariat alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Select, and_, false, func, literal, not_, or_, select

from service.platform.accounts.models import Person
from service.platform.feature import features
from service.platform.keeping import Ending, Remnant, Somebody, Trace, holding
from service.volunteer.merging.models import VolunteerMerge
from service.volunteer.volunteers.models import Volunteer
from tenants.database import Base, db
from tenants.personal import classes_of

SEARCHED = (str, dict, list)


@dataclass(frozen=True, slots=True)
class ForgettingPlan:
    """What becomes of all that is kept of a volunteer who is forgotten."""

    who: Somebody
    traces: list[tuple[Trace, int]]  # with how many rows there are
    remnants: list[tuple[Remnant, int | None]]  # with how many rows hold one of the words; None outside the tables


def plan(row: Volunteer) -> ForgettingPlan:
    """The plan for a volunteer, counted now by the very conditions by which it is carried out."""
    found, who = features(), somebody(row)
    return ForgettingPlan(
        who,
        [(each, _counted([_rows(each, who)])) for each in found.traces],
        [(each, _counted(_elsewhere(each, who, found.traces)) if each.data else None) for each in found.remnants],
    )


def _rows(trace: Trace, who: Somebody) -> Select[Any]:
    return select(literal(1)).select_from(trace.model).where(trace.of(who))


def somebody(row: Volunteer) -> Somebody:
    """A volunteer as rows elsewhere hold them: with the entries that were merged into this one, and what those were called."""
    merges = _merges_into(row.id)
    entries: list[dict[str, Any]] = [{name: getattr(row, name) for name in ("name", "email", "phone")}]
    entries += [each.before[part]["fields"] for each in merges if each.before for part in ("kept", "lost", "result")]
    words = {name: frozenset(filter(None, (each[name] for each in entries))) for name in ("name", "email", "phone")}
    ids = frozenset({row.id, *(each.lost_id for each in merges)})
    shared = _shared(words["email"], ids)
    return Somebody(ids=ids, names=words["name"], emails=words["email"] - shared, shared=shared, phones=words["phone"])


def _merges_into(volunteer_id: UUID) -> list[VolunteerMerge]:
    """The merges that stand into an entry, and into those that were merged into it."""
    found: list[VolunteerMerge] = []
    into = {volunteer_id}
    while into:
        query = select(VolunteerMerge).where(VolunteerMerge.kept_id.in_(into), VolunteerMerge.undone_at.is_(None))
        rows = db.session.scalars(query).all()
        into = {each.lost_id for each in rows} - {each.lost_id for each in found}
        found += rows
    return found


def _shared(emails: frozenset[str], ids: frozenset[UUID]) -> frozenset[str]:
    """Those of some addresses that another volunteer, or somebody who can sign in, has too."""
    others = select(Volunteer.email).where(Volunteer.email.in_(emails), Volunteer.id.not_in(ids))
    accounts = select(Person.email).where(Person.email.in_(emails))
    return frozenset(db.session.scalars(others.union(accounts)))


def _elsewhere(remnant: Remnant, who: Somebody, traces: tuple[Trace, ...]) -> Iterator[Select[Any]]:
    """The rows that hold one of the words in a column of the class which no trace empties or removes, or that cannot be searched."""
    if remnant.unread is not None:
        yield remnant.unread
    for model in sorted((mapper.class_ for mapper in Base.registry.mappers), key=lambda each: str(each.__tablename__)):
        names = [name for name, data in classes_of(model).items() if data is remnant.data]
        columns = [model.__table__.c[name] for name in names]
        texts = [each for each in columns if issubclass(each.type.python_type, SEARCHED)]
        if texts:
            yield (
                select(literal(1)).select_from(model).where(or_(*(_stays(each, model, who, traces) for each in texts)))
            )


def _stays(column: Column[Any], model: Any, who: Somebody, traces: tuple[Trace, ...]) -> ColumnElement[bool]:
    """The condition for one of the words in a column, where no trace takes it away."""
    goes = [
        each.of(who)
        for each in traces
        if each.model is model and (each.ending is Ending.REMOVED or column.name in each.blanked)
    ]
    return and_(holding(column, who.words), not_(func.coalesce(or_(false(), *goes), false())))


def _counted(queries: Iterable[Select[Any]]) -> int:
    """How many rows some queries find, together."""
    counts = (select(func.count()).select_from(each.subquery()).scalar_subquery() for each in queries)
    return sum(db.session.execute(select(*counts)).one())
