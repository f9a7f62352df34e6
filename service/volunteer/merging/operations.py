"""Merge two entries of one person, part them again within 30 days, and then forget what was kept for that."""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import delete, insert, null, update

from service.platform.ledger.operations import record
from service.platform.web.errors import Conflict, NotFound, Refusal
from service.platform.web.versions import WHATEVER, Seen, State
from service.volunteer.certificates.models import CertificateReminder
from service.volunteer.merging import keeping, queries, rules
from service.volunteer.merging.models import VolunteerMerge
from service.volunteer.merging.queries import stored, table
from service.volunteer.merging.rules import Whole
from service.volunteer.volunteers import bulk
from service.volunteer.volunteers import operations as volunteers
from service.volunteer.volunteers import queries as volunteer_queries
from service.volunteer.volunteers.models import Volunteer, VolunteerWord
from tenants.database import db, now
from tenants.reach import present


def preview(kept_id: UUID, lost_id: UUID, *, lock: bool = False) -> tuple[Whole, Whole, Whole]:
    """The two entries and what they would become. Raises NotFound, and Refusal where they cannot be merged by the present person."""
    if kept_id == lost_id:
        raise Refusal(_("Choose two different entries."))
    for volunteer_id in sorted(
        (kept_id, lost_id)
    ):  # always in the same order, so that two who merge do not wait for each other
        volunteers.maintained(volunteer_id, lock=lock)
    kept, lost = queries.whole(kept_id), queries.whole(lost_id)
    return kept, lost, rules.merged(kept, lost)


def as_seen(kept: Whole, lost: Whole) -> State:
    """What a preview shows two entries by."""
    return {"kept": kept.to_plain(), "lost": lost.to_plain()}


def merge(kept_id: UUID, lost_id: UUID, seen: Seen = WHATEVER, seen_of_kept: Seen = WHATEVER) -> VolunteerMerge:
    """Make two entries one: `kept_id` stays. Raises as `preview` does, and Changed where the two are not as the preview showed them,
    or the one that stays is not as it was read.
    """
    kept, lost, result = preview(kept_id, lost_id, lock=True)
    seen.still(as_seen(kept, lost))
    seen_of_kept.still(volunteer_queries.as_sent(volunteer_queries.volunteer(kept_id)))
    done = VolunteerMerge(
        kept_id=kept_id,
        lost_id=lost_id,
        merged_at=now(),
        merged_by=present().person_id,
        before={"kept": kept.to_plain(), "lost": lost.to_plain(), "result": result.to_plain()},
    )
    db.session.add(done)
    db.session.flush()
    _clear(kept_id, lost_id)
    for name in rules.FOLLOW:
        db.session.execute(
            update(table(name)).where(table(name).c.volunteer_id == lost_id).values(volunteer_id=kept_id)
        )
    db.session.execute(delete(table(Volunteer.__tablename__)).where(table(Volunteer.__tablename__).c.id == lost_id))
    _write(result)
    record("volunteer.merged", f"volunteer:{kept_id}", lost=str(lost_id), merge=str(done.id))
    return done


def undo(merge_id: UUID) -> VolunteerMerge:
    """Part two who were merged, as they were; what has been recorded since stays (`rules.parted`).

    Raises NotFound, Conflict for one that is undone already, and Refusal: for another's volunteer, after 30 days, and where the
    person has since been merged into a third.
    """
    done = queries.merge(merge_id, lock=True)
    if done.undone_at is not None:
        raise Conflict(_("The merge has been undone already."))
    if done.before is None or done.merged_at <= now() - keeping.BEFORE.time:
        raise Refusal(_("The merge is more than 30 days old. What the two entries held has been forgotten."))
    try:
        volunteers.maintained(done.kept_id)
    except NotFound as error:
        raise Refusal(_("The person has since been merged into another. Undo that merge first.")) from error
    kept, lost, result = (Whole.from_plain(done.before[name]) for name in ("kept", "lost", "result"))
    mine, theirs = rules.parted(kept, lost, result, queries.whole(done.kept_id))
    _clear(done.kept_id)
    db.session.execute(insert(table(Volunteer.__tablename__)).values(stored(Volunteer.__tablename__, theirs.fields)))
    _write(mine)
    _write(theirs)
    done.undone_at, done.before = now(), null()
    record("volunteer.merge_undone", f"volunteer:{done.kept_id}", lost=str(done.lost_id), merge=str(done.id))
    return done


def forget() -> int:
    """Drop what is kept of merges that can no longer be undone. Returns of how many."""
    forgotten = db.session.execute(update(VolunteerMerge).where(keeping.BEFORE.over(now())).values(before=null()))
    return int(forgotten.rowcount)  # type: ignore[attr-defined]


def _clear(*ids: UUID) -> None:
    """Remove all that stands beside some volunteers; what they were told is theirs no more."""
    for name in (*rules.BESIDE, VolunteerWord.__tablename__, CertificateReminder.__tablename__):
        db.session.execute(delete(table(name)).where(table(name).c.volunteer_id.in_(ids)))


def _write(person: Whole) -> None:
    """Give a volunteer these fields and rows."""
    people = table(Volunteer.__tablename__)
    fields = stored(people.name, person.fields)
    db.session.execute(update(people).where(people.c.id == fields["id"]).values(fields))
    for name in rules.BESIDE:
        if rows := [stored(name, row) for row in person.rows(name).values()]:
            db.session.execute(insert(table(name)), rows)
    db.session.expire_all()
    bulk.put_words({fields["id"]: fields})
