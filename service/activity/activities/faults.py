"""What is wrong with a session, by field. One set of rules, whoever tells it: a form, a program, a check-in or a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from flask_babel import gettext as _

from service.activity.activities.models import Activity
from service.activity.activities.rules import COUNTS, Counts, adds_up, counts_of, too_many
from service.partnership.catalogue.queries import kinds
from service.platform.web.slips import NUMBERS, slips
from tenants.calendar import day_of
from tenants.database import now

MATCHES = "matches"  # how the catalogue counts one-to-one activities
MOST_MINUTES = 300_000
Faults = dict[str, list[str]]


def of_session(
    session: Mapping[str, Any], activity: Activity, serves: Collection[str], *, counted_before: bool = False
) -> Faults:
    """What is wrong with a session of an activity, told as `bulk` writes it, that serves those other municipalities.

    `counted_before`: women or men were counted at it. Then they stay, whatever the activity counts from now on.
    """
    counts, by_municipality = counts_of(session), session["by_municipality"]
    errors = of_day(activity, dt.date.fromisoformat(session["held_on"]))
    errors |= of_counts(counts, activity, counted_before=counted_before)
    if session["cancelled"] and (counts.anybody or by_municipality):
        errors["cancelled"] = [_("A cancelled session has no participants or volunteers. Set the numbers to 0.")]
    if not session["cancelled"] and (session["cancelled_why"] or session["cancelled_text"]):
        errors["cancelled_why"] = [_("The session was held. Tick that it was cancelled, or leave out why.")]
    if any(slip.sign in NUMBERS for slip in slips(session["cancelled_text"])):
        errors["cancelled_text"] = [
            _("This looks like a person's number or address. Leave it out: nobody is to be recognised.")
        ]
    if by_municipality and not adds_up(by_municipality, counts, (activity.municipality_code, *serves)):
        errors["by_municipality"] = [
            _("The participants by municipality must add up to all participants, in the municipalities served.")
        ]
    return errors


def of_day(activity: Activity, day: dt.date) -> Faults:
    """What is wrong with a day as that of a session of an activity."""
    if day > day_of(now()):
        return {"held_on": [_("The day has not come yet.")]}
    if day < activity.starts_on or (activity.ends_on is not None and day > activity.ends_on):
        return {"held_on": [_("The activity did not run on that day.")]}
    return {}


def of_counts(counts: Counts, activity: Activity, *, counted_before: bool = False) -> Faults:
    """What is wrong with the counts of a session of an activity."""
    errors = of_parts(counts)
    if counts.volunteer_minutes > MOST_MINUTES:
        errors["volunteer_minutes"] = [_("Write a whole number from %(low)s to %(high)s.", low=0, high=MOST_MINUTES)]
    if not (activity.asks_women_men or counted_before) and (counts.women is not None or counts.men is not None):
        errors["women"] = [_("Women and men are not counted at this activity.")]
    matches = (counts.active_matches, counts.new_matches, counts.ended_matches)
    if matches != (None, None, None) and kinds()[activity.activity_type].counting != MATCHES:
        errors.pop("new_matches", None)
        errors["active_matches"] = [_("Matches are counted at one-to-one activities only.")]
    return {name: errors[name] for name in COUNTS if name in errors}  # in the order that a form asks


def of_parts(counts: Counts) -> Faults:
    """What is wrong with counts of a part of others: there are more than those they are of."""
    return {measure.code: [str(measure.too_many)] for measure in too_many(counts)}
