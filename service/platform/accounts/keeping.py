"""What is kept of those who can sign in, and for how long."""

from __future__ import annotations

import datetime as dt

from flask_babel import lazy_gettext as _l
from sqlalchemy import Date, cast, exists, func, select

from service.platform.accounts.models import ApiToken, LoginSession, Membership, Person, TerritoryMunicipality
from service.platform.keeping import (
    BOTH_SIDES,
    ONESELF,
    YEAR,
    Blankable,
    Controller,
    Ending,
    KeptData,
    LawfulBasis,
    Remnant,
    Retention,
    Subjects,
)
from tenants.personal import Data

_ROLES_OF = Membership.person_id == Person.id

KEEPS = (
    KeptData(
        data=Data.ACCOUNT,
        name=_l("Who can sign in"),
        subjects=Subjects.ACCOUNTS,
        fields={
            "name": _l("name"),
            "email": _l("e-mail address"),
            "title": _l("title"),
            "phone": _l("phone number"),
            "language": _l("the language of the pages, and the mails that one does without"),
            "unwanted_mails": _l("the language of the pages, and the mails that one does without"),
            "created_at": _l("when the account was made"),
            "disabled_at": _l("since when it is shut"),
            "role": _l("role"),
            "municipality_code": _l("municipality"),
            "territory": _l("territory"),
            "valid_from": _l("the days of the role"),
            "valid_to": _l("the days of the role"),
        },
        purpose=_l("To let in those who are to use the service, each to what is theirs, and to reach them."),
        controller=Controller.EACH,
        basis=LawfulBasis.TASK_AND_INTEREST,
        source=_l("From whoever invites the person, and from the person."),
        seen_by=BOTH_SIDES,
    ),
    KeptData(
        data=Data.SIGN_IN,
        name=_l("Sign-ins and keys"),
        subjects=Subjects.ACCOUNTS,
        fields={
            "": _l(
                "when one signed in, with what, from what kind of device, for which municipality and until when,"
                " and the names and days of one's keys and second steps"
            )
        },
        purpose=_l("So that a sign-in lasts, and can be seen and ended."),
        controller=Controller.EACH,
        basis=LawfulBasis.TASK_AND_INTEREST,
        source=_l("From the use of the service."),
        seen_by=_l("The person."),
    ),
    KeptData(
        data=Data.SECRET,
        name=_l("Passwords, keys and addresses"),
        subjects=Subjects.ACCOUNTS,
        fields={"": _l("a fingerprint, from which the secret cannot be worked out")},
        purpose=_l("To know a password, key or secret address again without keeping it."),
        controller=Controller.EACH,
        basis=LawfulBasis.TASK_AND_INTEREST,
        source=ONESELF,
        seen_by=_l("Nobody."),
        until=_l("As long as it opens something."),
    ),
    KeptData(
        data=Data.DOER,
        name=_l("Who did what"),
        subjects=Subjects.ACCOUNTS,
        fields={"": _l("who noted, changed or decided what a row tells of")},
        purpose=_l("So that one knows whom to ask, and who answers for it."),
        controller=Controller.EACH,
        basis=LawfulBasis.TASK_AND_INTEREST,
        source=_l("From the use of the service."),
        seen_by=BOTH_SIDES,
        until=_l("As long as what it stands beside. When an account is made anonymous it names nobody."),
    ),
)
RETENTIONS = (
    Retention(
        data=Data.ACCOUNT,
        what=_l("Accounts without a role"),
        model=Person,
        time=5 * YEAR,
        since=func.coalesce(
            select(func.max(Membership.valid_to)).where(_ROLES_OF).scalar_subquery(), cast(Person.created_at, Date)
        ),
        after=_l("after the last role ended"),
        ending=Ending.ANONYMISED,
        only=~exists().where(_ROLES_OF, Membership.valid_to.is_(None)),
    ),
    Retention(
        data=Data.SIGN_IN,
        what=_l("Sign-ins"),
        model=LoginSession,
        time=dt.timedelta(days=90),
        since=func.coalesce(LoginSession.ended_at, LoginSession.last_seen_at),
        after=_l("after the sign-in was last used"),
        ending=Ending.REMOVED,
    ),
    Retention(
        data=Data.SIGN_IN,
        what=_l("Keys that have ended"),
        model=ApiToken,
        time=YEAR,
        since=ApiToken.ended_at,
        after=_l("after the key ended"),
        ending=Ending.REMOVED,
    ),
)
_REASON = _l("It is why somebody may do what they may, for those who come after. It ends with the account.")
BLANKABLES = (
    Blankable(column=Person.disabled_reason, what=_l("Why somebody was shut out"), stays=_REASON),
    Blankable(column=Membership.reason, what=_l("Why somebody has a role"), stays=_REASON),
    Blankable(column=Membership.ended_reason, what=_l("Why a role ended"), stays=_REASON),
    Blankable(column=TerritoryMunicipality.reason, what=_l("Why a municipality was moved"), stays=_REASON),
)


REMNANTS = (
    Remnant(
        data=Data.ACCOUNT,
        what=_l("Accounts of those who can sign in"),
        why=_l("A volunteer who works at DRC or in a municipality as well has an account, and keeps it."),
        until=_l("Until the account is closed, and as long after that as “What we register” says."),
    ),
)
