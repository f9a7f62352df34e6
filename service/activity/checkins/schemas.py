"""The shape of a check-in as it is answered: by the form's fields or as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError

from service.activity.activities.fields import FIELDS
from service.activity.activities.measures import BY_CODE, CHECKIN
from service.activity.activities.schemas import counts, having
from service.activity.checkins.rules import Outcome
from service.platform.web.api import Code, Id, MunicipalQuery
from service.platform.web.date_fields import Day, Month
from service.platform.web.declared import Way, fields_of
from service.platform.web.fields import Choice, Number, Part, Rows, Strict, YesNo
from service.platform.web.personal import FreeText, Looked


class CameFromSent(Strict):
    """How many of a session's participants came from one of the municipalities that it served."""

    municipality_code = Code()
    participants = Number(0, 10_000)


class Participants(Rows):
    """Participants by municipality: rows, or a form's fields named by the code. Loads as numbers by code; a blank is not told."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, Mapping):
            rows = super()._deserialize(value, attr, data, **kwargs)
            return {row["municipality_code"]: row["participants"] for row in rows}
        number, counted, errors = CameFromSent().fields["participants"], {}, {}
        for code, count in value.items():
            try:
                if str(count).strip():
                    counted[code] = number.deserialize(count)
            except ValidationError as error:
                errors[code] = error.messages
        if errors:
            raise ValidationError(errors)
        return counted


@having(counts((BY_CODE[code] for code in CHECKIN), blank=True))
class _Counts:
    """A field for each measure that is asked for."""


class _About(Strict):
    """What is told of a session beside its counts."""

    state = Choice(frozenset(Outcome), required=False)
    locals().update(
        {name: each for name, each in fields_of(FIELDS, Way.SENT).items() if name in ("cancelled_why", "minutes")}
    )


class LineFields(_Counts, _About):
    """What is told of one session: held or cancelled, the counts, and where the participants came from."""

    municipalities = Participants(Part(CameFromSent), 98, required=False, load_default=dict)


class StoryFields(Looked):
    """A story of the month, with consent to use it and, by itself, to print it."""

    story = FreeText(1000, advice=_l("Write so that nobody can be recognised."), multiline=True, required=False)
    story_consent = YesNo(required=False)
    story_print = YesNo(required=False)


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
