"""When an activity meets, and how it stands to the agreement, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from babel.lists import format_list
from flask_babel import format_date, get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from service.activity.activities.coverage import Coverage
from service.activity.activities.recurrence import Occurrence, Rule, Schedule, parse
from service.activity.activities.schemas import Repeats

A_MONDAY = dt.date(2024, 1, 1)
REPEATS = (
    (Repeats.WEEKS, _l("On some weekdays, every week or with weeks between")),
    (Repeats.WEEKDAY, _l("On a weekday of the month, such as the first Wednesday")),
    (Repeats.MONTH_DAY, _l("On a date of the month, such as the 15th")),
    (Repeats.DATES, _l("On certain dates only")),
)
NTHS = {1: _l("first"), 2: _l("second"), 3: _l("third"), 4: _l("fourth"), -1: _l("last")}
STANDINGS = {
    Coverage.AGREED: (_l("Agreed"), "success"),
    Coverage.UNDISTINGUISHED: (_l("The distinction is missing"), "warning"),
    Coverage.BESIDE: (_l("Beside the agreement"), "info"),
}


def weekday(number: int) -> str:
    """The name of a weekday; Monday is 0."""
    return format_date(A_MONDAY + dt.timedelta(days=number), "EEEE")


def listed(items: Sequence[str]) -> str:
    """A, B and C."""
    return format_list(list(items), locale=get_locale())


def rule_in_words(rule: Rule) -> str:
    """A rule in words: every other Tuesday."""
    days = listed([weekday(day) for day in rule.days])
    if rule.month_day is not None:
        if rule.every == 1:
            return _("On the %(number)s. of the month", number=rule.month_day)
        return _("On the %(number)s. of every %(every)s. month", number=rule.month_day, every=rule.every)
    if rule.nths:
        nths = listed([str(NTHS[nth]) for nth in rule.nths])
        if rule.every == 1:
            return _("The %(nths)s %(days)s of the month", nths=nths, days=days)
        return _("The %(nths)s %(days)s of every %(every)s. month", nths=nths, days=days, every=rule.every)
    if rule.every == 1:
        return _("Every %(days)s", days=days)
    if rule.every == 2:
        return (
            _("Every other %(days)s", days=days) if len(rule.days) == 1 else _("Every other week: %(days)s", days=days)
        )
    return _("Every %(every)s. week: %(days)s", every=rule.every, days=days)


def hours(starts: dt.time | None, ends: dt.time | None) -> str:
    """From when to when on the clock, as far as it is known: 19.00-21.00."""
    return "–".join(f"{time:%H.%M}" for time in (starts, ends) if time is not None)


def in_words(schedule: Schedule) -> str:
    """A schedule in words: every other Tuesday at 19.00-21.00."""
    text = rule_in_words(parse(schedule.rule)) if schedule.rule else _("On certain dates")
    if schedule.starts is None:
        return text
    once = Occurrence(A_MONDAY, schedule.starts, schedule.minutes)
    return _("%(text)s at %(hours)s", text=text, hours=hours(once.starts, once.ends))


def left_out_in_words(schedule: Schedule) -> str:
    """What a schedule leaves out, or nothing."""
    match schedule.without_holidays, schedule.without_breaks:
        case True, True:
            return _("Not on public holidays or in school breaks.")
        case True, False:
            return _("Not on public holidays.")
        case False, True:
            return _("Not in school breaks.")
    return ""
