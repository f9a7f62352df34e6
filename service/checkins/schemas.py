"""The shape of a check-in as it is answered: by the form's fields or as JSON."""

from __future__ import annotations

from service.activities.texts import WHY
from service.checkins.rules import Held
from service.web.api import Id, MunicipalQuery
from service.web.fields import Choice, Day, Month, Number, Part, Rows, Strict, Text, YesNo


class LineFields(Strict):
    """What is told of one session: held or cancelled, and the counts."""

    state = Choice(frozenset(Held), required=False)
    cancelled_why = Choice(frozenset(WHY), required=False)
    minutes = Number(1, 1440, required=False)
    volunteers = Number(0, 500, required=False)
    adults = Number(0, 5000, required=False)
    children = Number(0, 5000, required=False)
    women = Number(0, 5000, required=False)
    men = Number(0, 5000, required=False)
    new_faces = Number(0, 10_000, required=False)
    active_matches = Number(0, 5000, required=False)
    new_matches = Number(0, 5000, required=False)
    ended_matches = Number(0, 5000, required=False)
    waiting = Number(0, 5000, required=False)


class StoryFields(Strict):
    """A story of the month, with consent. `text_checked`: the writer has looked again, and it says nothing of a person."""

    story = Text(1000, multiline=True, required=False)
    story_consent = YesNo(required=False)
    text_checked = YesNo(required=False)


class MoreFields(Strict):
    """Another day that an activity was held."""

    activity_id = Id()
    held_on = Day()


class LineSent(LineFields):
    """What is told of the session of a line."""

    id = Id()


class AnswerSent(StoryFields):
    """An answer: the lines that it tells of, and a story. Lines left out stay as they were."""

    lines = Rows(Part(LineSent), 200, required=False, load_default=list)


class CheckInQuery(MunicipalQuery):
    """What the list of check-ins is asked with."""

    month = Month(required=False)
