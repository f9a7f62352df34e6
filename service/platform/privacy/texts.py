"""The words for what is kept of people, in the language of the page."""

from __future__ import annotations

import datetime as dt

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from service.platform.keeping import YEAR, Controller, Ending, LawfulBasis, Retention, Subjects

SUBJECTS = {
    Subjects.VOLUNTEERS: _l("Volunteers"),
    Subjects.ACCOUNTS: _l("Those who can sign in: DRC's and the municipalities' people"),
    Subjects.CONTACTS: _l("Contacts of groups and agreements"),
    Subjects.ANYBODY: _l("Anybody of whom somebody writes"),
}
BASES = {
    LawfulBasis.CONSENT: _l("Consent: GDPR, article 6(1)(a). It can be taken back any day."),
    LawfulBasis.DUTY: _l(
        "A duty by law: GDPR, article 6(1)(c): the act on child certificates, and the regulation itself."
    ),
    LawfulBasis.INTEREST: _l(
        "DRC's legitimate interest in a voluntary work that is well looked after: GDPR, article 6(1)(f)."
    ),
    LawfulBasis.TASK_AND_INTEREST: _l(
        "The municipality's task as an authority: GDPR, article 6(1)(e); and DRC's legitimate interest in the cooperation: article 6(1)(f)."
    ),
}
CONTROLLERS = {
    Controller.DRC: _l("The Danish Refugee Council, CVR 20699310"),
    Controller.EACH: _l("The Danish Refugee Council, CVR 20699310, and the municipality, each for its own"),
}
ENDINGS = {
    Ending.REMOVED: _l("It is removed."),
    Ending.ANONYMISED: _l("What tells who it is is removed, and the figures stay."),
    Ending.BLANKED: _l("The text is removed, and the rest stays."),
}


def time_in_words(time: dt.timedelta) -> str:
    """A time in whole years, or else in days."""
    years, rest = divmod(time, YEAR)
    if years and not rest:
        return ngettext("%(num)s year", "%(num)s years", years)
    return ngettext("%(num)s day", "%(num)s days", time.days)


def from_when(retention: Retention) -> str:
    """How long something is kept, and from when."""
    return f"{time_in_words(retention.time)} {retention.after}"


def how_long(retention: Retention) -> str:
    """What is kept, how long, and what then; and whether that happens by itself."""
    told = f"{retention.what}: {from_when(retention)}. {ENDINGS[retention.ending]}"
    planned = _("Planned: not carried out by itself yet.")
    return told if retention.step else f"{told} {planned}"


# Where what has been taken out still is, and until when: what no page reaches.
LEFT_OVER = (
    _l("In backups, until they are thrown away."),
    _l("In papers that were issued, for good: they are never changed. Those that hold it are named above."),
    _l("In files that somebody has exported, for a day, and in files that came in and are not read yet, for a day."),
    _l("In answers to programs about other things than needs, until the person's next call after a day."),
    _l("In the database's own files, until it has swept them out by itself: within days."),
    _l("In mails that have arrived, and in whatever somebody has copied or printed."),
)


def taken_out(count: int) -> str:
    """What is said when a text has been taken out."""
    return ngettext("The text was removed from one place.", "The text was removed from %(num)s places.", count)
