"""What the shell keeps of people, and for how long: what somebody writes anywhere, and answers that can be given again."""

from __future__ import annotations

import datetime as dt

from flask_babel import lazy_gettext as _l

from service.platform.keeping import (
    BOTH_SIDES,
    Controller,
    Ending,
    KeptData,
    LawfulBasis,
    Remnant,
    Retention,
    Subjects,
    Trace,
    holding,
)
from service.platform.web.models import IdempotentAnswer
from tenants.personal import Data

KEEPS = (
    KeptData(
        data=Data.FREE_TEXT,
        name=_l("What somebody has written"),
        subjects=Subjects.ANYBODY,
        fields={
            "": _l(
                "names of groups, places and activities, remarks and reasons; nobody should stand in them, and the form warns"
            )
        },
        purpose=_l("To say in words what numbers do not. It is not kept to hold people."),
        controller=Controller.EACH,
        basis=LawfulBasis.TASK_AND_INTEREST,
        source=_l("From whoever writes it."),
        seen_by=BOTH_SIDES,
        until=_l(
            "As long as what it stands beside. What tells of somebody is to be taken out at once:"
            " DRC does it on one page, and of a need either side on its own."
        ),
    ),
    KeptData(
        data=Data.ANSWER,
        name=_l("Answers to programs"),
        subjects=Subjects.ACCOUNTS,
        fields={"": _l("the answer to a call by a person's key")},
        purpose=_l("So that a call which is repeated is carried out once."),
        controller=Controller.EACH,
        basis=LawfulBasis.TASK_AND_INTEREST,
        source=_l("From the use of the service."),
        seen_by=_l("The person."),
    ),
)
ANSWERS = Retention(
    data=Data.ANSWER,
    what=_l("Answers to programs; removed at the person's next call, and not before"),
    model=IdempotentAnswer,
    time=dt.timedelta(days=1),
    since=IdempotentAnswer.created_at,
    after=_l("after the answer was given"),
    ending=Ending.REMOVED,
)
RETENTIONS = (ANSWERS,)
TRACES = (
    Trace(
        data=Data.ANSWER,
        what=_l("Answers to programs that hold the volunteer"),
        model=IdempotentAnswer,
        of=lambda who: holding(IdempotentAnswer.body, who.words | set(map(str, who.ids))),
        ending=Ending.BLANKED,
        blanked={"body": {}},
        own=False,
    ),
)
REMNANTS = (
    Remnant(
        data=Data.FREE_TEXT,
        what=_l("What somebody has written of activities, needs and groups"),
        why=_l(
            "Nobody should stand there, and a search cannot tell whether it is the same person. Look there, and take it out."
        ),
        until=_l("Until somebody takes it out."),
    ),
)
