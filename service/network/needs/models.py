"""Needs, what answers them, and capacity that is moved.

A need is the municipality's own row, and its story so far as either side of that municipality has written it. What DRC answers with
is DRC's row about the municipality: a consultant of another territory, who has no other business there, can answer too.
"""

from __future__ import annotations

import datetime as dt
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Model, uuid7
from tenants.ownership import May, National, OfNetwork, Owned
from tenants.personal import Data, Holds
from tenants.reach import Office

_NEED = ["municipality_code", "need_id"], ["needs.municipality_code", "needs.id"]


class Need(Owned, Model):
    """What a municipality lacks: so many of a kind. Never a person."""

    __tablename__ = "needs"
    __holds__ = Holds(languages=Data.NOBODY, remark=Data.FREE_TEXT)
    __others_may__: ClassVar = {
        Office.MUNICIPALITY: May(
            add=True,
            change=("kind", "number", "needed_by", "languages", "remark", "state", "in_place", "over_at"),
        )
    }
    __table_args__ = (
        CheckConstraint("number BETWEEN 1 AND 200", name="number"),
        CheckConstraint("in_place BETWEEN 0 AND number", name="in_place"),
        CheckConstraint("state IN ('open', 'accepted', 'in_progress', 'met', 'withdrawn')", name="state"),
        CheckConstraint("(state IN ('met', 'withdrawn')) = (over_at IS NOT NULL)", name="over"),
        Index("ix_needs_list", "municipality_code", "said_at", "id"),
    )

    kind: Mapped[str] = mapped_column(ForeignKey("activity_types.code"))
    number: Mapped[int]
    needed_by: Mapped[dt.date | None]
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text))  # welcome, not demanded
    remark: Mapped[str]
    state: Mapped[str]  # as its own people have left it; that it is answered is told by its answers (rules.standing)
    in_place: Mapped[int]  # how many have come about
    said_at: Mapped[dt.datetime]
    over_at: Mapped[dt.datetime | None]


class NeedEvent(Owned, Model):
    """A step in the life of a need: who did what, and their remark."""

    __tablename__ = "need_events"
    __holds__ = Holds(remark=Data.FREE_TEXT)
    __others_may__: ClassVar = {Office.MUNICIPALITY: May(add=True)}
    __immutable__ = True
    __table_args__ = (
        ForeignKeyConstraint(*_NEED),
        CheckConstraint("act IN ('said', 'changed', 'accepted', 'progress', 'withdrawn')", name="act"),
        CheckConstraint("side IN ('municipality', 'drc')", name="side"),
        CheckConstraint("blanked_by IN ('municipality', 'drc')", name="blanked_by"),
        Index("ix_need_events_need", "municipality_code", "need_id", "at"),
    )

    need_id: Mapped[UUID]
    at: Mapped[dt.datetime]
    act: Mapped[str]
    side: Mapped[str]
    number: Mapped[int | None]  # how many are in place, or lacking, where the act says so
    remark: Mapped[str | None]  # None, here and below: there was one, and it has been removed
    blanked_at: Mapped[dt.datetime | None]
    blanked_by: Mapped[str | None]  # the side that removed it


class NeedAnswer(OfNetwork, Model):
    """So many of what is lacking, from a group. It counts until it is given back."""

    __tablename__ = "need_answers"
    __holds__ = Holds(remark=Data.FREE_TEXT, given_back_remark=Data.FREE_TEXT)
    __table_args__ = (
        ForeignKeyConstraint(*_NEED),
        CheckConstraint("number BETWEEN 1 AND 200", name="number"),
        Index("ix_need_answers_need", "municipality_code", "need_id"),
        Index("ix_need_answers_group", "group_id"),
    )

    need_id: Mapped[UUID]
    group_id: Mapped[UUID] = mapped_column(ForeignKey("groups.id"))  # its name is told where the group is in sight
    number: Mapped[int]
    answered_at: Mapped[dt.datetime]
    remark: Mapped[str | None]
    given_back_at: Mapped[dt.datetime | None]
    given_back_remark: Mapped[str | None]
    blanked_at: Mapped[dt.datetime | None]


class Reallocation(National, Model):
    """Capacity of a group for a need: proposed by whoever looks after the need, agreed to by whoever looks after the group.

    Where both are the same, it is agreed at once. It holds what the group's consultant has to know of the need, which is out of
    their reach.
    """

    __tablename__ = "capacity_moves"
    __holds__ = Holds(
        kind=Data.NOBODY,
        proposed_by=Data.DOER,
        remark=Data.FREE_TEXT,
        answered_by=Data.DOER,
        answer_remark=Data.FREE_TEXT,
        given_back_by=Data.DOER,
        given_back_remark=Data.FREE_TEXT,
    )
    __table_args__ = (
        ForeignKeyConstraint(*_NEED),
        CheckConstraint("number BETWEEN 1 AND 200", name="number"),
        CheckConstraint("state IN ('proposed', 'agreed', 'declined', 'withdrawn', 'given_back')", name="state"),
        Index("ix_capacity_moves_list", "proposed_at", "id"),
        Index("ix_capacity_moves_need", "municipality_code", "need_id"),
        Index("ix_capacity_moves_group", "group_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)  # its answer bears the same
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipalities.code"))
    need_id: Mapped[UUID]
    group_id: Mapped[UUID] = mapped_column(ForeignKey("groups.id"))
    kind: Mapped[str]
    number: Mapped[int]
    needed_by: Mapped[dt.date | None]
    state: Mapped[str]
    proposed_at: Mapped[dt.datetime]
    proposed_by: Mapped[UUID | None]  # None, here and below: unattended work
    remark: Mapped[str | None]
    answered_at: Mapped[dt.datetime | None]
    answered_by: Mapped[UUID | None]
    answer_remark: Mapped[str | None]
    given_back_at: Mapped[dt.datetime | None]
    given_back_by: Mapped[UUID | None]
    given_back_remark: Mapped[str | None]
    blanked_at: Mapped[dt.datetime | None]


# What is lacking in all municipalities, for all of DRC's people, whatever their territory: kinds, numbers and days, and no word of
# what was written. The function is the owner's, as the needs of other territories are behind the wall.
IN_NUMBERS = (
    "CREATE POLICY numbers ON needs FOR SELECT TO CURRENT_USER USING (true)",
    """CREATE FUNCTION app.needs_in_numbers()
       RETURNS TABLE (id uuid, municipality_code text, kind text, number int, state text, said_at timestamptz, over_at timestamptz)
       LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, app AS $$
       SELECT n.id, n.municipality_code, n.kind, n.number, n.state, n.said_at, n.over_at FROM public.needs n
       WHERE (SELECT app.office() IN ('drc', 'clock')) AND (n.over_at IS NULL OR n.over_at > now() - interval '1 year') $$""",
    "REVOKE ALL ON FUNCTION app.needs_in_numbers() FROM PUBLIC",
)

# The one change there is to what has been told: a note's text is taken out, and with it out of the API's kept answers about that need.
# Each side takes out what it wrote itself, and DRC either's.
NOTES = (
    *(
        f"CREATE POLICY notes ON {table} FOR ALL TO CURRENT_USER USING (true) WITH CHECK (true)"
        for table in ("need_events", "need_answers", "capacity_moves", "idempotent_answers")
    ),
    """CREATE FUNCTION app.blank_note(code text, note uuid) RETURNS boolean
       LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
       DECLARE
         office CONSTANT text := app.office();
         need uuid;
       BEGIN
         IF office IN ('drc', 'municipality') AND code = ANY (app.reach()::text[]) THEN
           UPDATE public.need_events e SET remark = NULL, blanked_at = now(), blanked_by = office
           WHERE e.municipality_code = code AND e.id = note AND e.remark <> '' AND office IN ('drc', e.side) RETURNING e.need_id INTO need;
         END IF;
         IF need IS NULL AND office = 'drc' THEN
           UPDATE public.capacity_moves m SET remark = CASE m.remark WHEN '' THEN '' END,
             answer_remark = CASE m.answer_remark WHEN '' THEN '' END,
             given_back_remark = CASE m.given_back_remark WHEN '' THEN '' END, blanked_at = now()
           WHERE m.municipality_code = code AND m.id = note AND concat(m.remark, m.answer_remark, m.given_back_remark) <> ''
           RETURNING m.need_id INTO need;
           UPDATE public.need_answers a SET remark = CASE a.remark WHEN '' THEN '' END,
             given_back_remark = CASE a.given_back_remark WHEN '' THEN '' END, blanked_at = now()
           WHERE a.municipality_code = code AND a.id = note AND need IS NOT NULL;
         END IF;
         UPDATE public.idempotent_answers k SET body = k.body
           || (SELECT coalesce(jsonb_object_agg(name, NULL::text), '{}') FROM jsonb_object_keys(k.body) name
               WHERE name IN ('remark', 'answer_remark', 'given_back_remark'))
           || CASE WHEN k.body ? 'answers' THEN jsonb_build_object('answers',
                (SELECT coalesce(jsonb_agg(a || '{"remark": null}'), '[]') FROM jsonb_array_elements(k.body->'answers') a))
              ELSE '{}' END
         WHERE need::text IN (k.body->>'id', k.body->>'need_id');
         RETURN need IS NOT NULL;
       END $$""",
    "REVOKE ALL ON FUNCTION app.blank_note(text, uuid) FROM PUBLIC",
)

# What is over stays over, but for its remark, which can be taken out; and each side tells its own steps alone. Unattended work carries
# over what was before.
STEPS = (
    """CREATE FUNCTION app.need_step() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
       BEGIN
         IF app.office() <> 'clock' AND OLD.over_at IS NOT NULL
              AND (to_jsonb(NEW) - 'remark' IS DISTINCT FROM to_jsonb(OLD) - 'remark' OR NEW.remark NOT IN (OLD.remark, '')) THEN
           RAISE insufficient_privilege USING MESSAGE = 'a need that is over is not changed';
         END IF;
         RETURN NEW;
       END $$""",
    "CREATE TRIGGER step BEFORE UPDATE ON needs FOR EACH ROW EXECUTE FUNCTION app.need_step()",
    """CREATE FUNCTION app.need_event_step() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
       BEGIN
         IF app.office() <> 'clock' AND NEW.side <> app.office() THEN
           RAISE insufficient_privilege USING MESSAGE = 'a step is told by the side that took it';
         END IF;
         RETURN NEW;
       END $$""",
    "CREATE TRIGGER step BEFORE INSERT ON need_events FOR EACH ROW EXECUTE FUNCTION app.need_event_step()",
)
