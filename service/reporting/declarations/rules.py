"""What a group declares about its child certificates, and how much of it a municipality may know. Plain values in and out.

A declaration names no person, and none can be worked out of it. The number of those who meet children is given from 5 on. That
all of them have a valid certificate is said whatever the number, as it says the same of each. How many have one is said only
where those who have and those who have not are both none or 5 and more; the days of the oldest and the newest verification
only where 5 or more are verified. Every municipality that the group serves is told the same.

The group's home municipality may read how many volunteers all its groups had on the same day, those who meet children and the others
(`recruitment`). So no number is given that lies within 4 of that one, and neither do all that are given together.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from service.activity.activities.disclosure import differ_by_few, fewest
from service.platform.documents.formats import dato, tal

LINK_DAYS = 60
REMIND_DAYS = 14
MOST_REMINDERS = 2


def owed_year(today: dt.date) -> int | None:
    """The year that is declared: in January the year before, else none."""
    return today.year - 1 if today.month == 1 else None


def last_day(year: int) -> dt.date:
    """The day that a declaration speaks of."""
    return dt.date(year, 12, 31)


def reminder(asked: dt.date, today: dt.date) -> int:
    """The number of the mail that is owed to one who has not answered: 0 is the question itself."""
    return min(max((today - asked).days, 0) // REMIND_DAYS, MOST_REMINDERS)


def stated(verified_on: Collection[dt.date | None], *, numbered: bool = True) -> dict[str, Any]:
    """What may be said of those who met children on the day: for each the day of the verification that held then, or None.

    Without any number where it is not `numbered`.
    """
    days = sorted(day for day in verified_on if day is not None)
    holders, verified = len(verified_on), len(days)
    numbered = numbered and holders >= fewest()
    told = numbered and all(count == 0 or count >= fewest() for count in (verified, holders - verified))
    dated = told and verified >= fewest()
    return {
        "all": verified == holders,
        "holders": holders if numbered else None,
        "verified": verified if told else None,
        "oldest": days[0].isoformat() if dated else None,
        "newest": days[-1].isoformat() if dated else None,
    }


def unnumbered(volunteers: int, waiting: Mapping[UUID, int], confirmed: Collection[int] = ()) -> frozenset[UUID]:
    """The groups of a municipality that give no number, as a few volunteers would follow from it and from those of the municipality.

    `waiting` are the numbers by group, small ones left out, and `confirmed` those that have been given and stay: so the smallest of
    the others are kept back first.
    """
    given = {group: count for group, count in waiting.items() if not differ_by_few(volunteers, [count])}
    smallest_first = sorted(given, key=lambda group: (given[group], group))
    while given and differ_by_few(volunteers, [*given.values(), *confirmed]):
        del given[smallest_first.pop(0)]
    return frozenset(waiting.keys() - given.keys())


def sentence(states: dict[str, Any], year: int) -> str:
    """The declaration in one Danish sentence."""
    day = dato(last_day(year))
    role = f"den {day} havde en rolle med børn under 15 år i gruppen"
    if states["all"]:
        who = "Alle frivillige" if states["holders"] is None else f"Alle {tal(states['holders'])} frivillige"
        return f"{who}, der {role}, havde en gyldig børneattest."
    if states["verified"] is not None:
        return f"Af de {tal(states['holders'])} frivillige, der {role}, havde {tal(states['verified'])} en gyldig børneattest."
    return f"Ikke alle frivillige, der {role}, havde en gyldig børneattest."


def lines(states: dict[str, Any]) -> Sequence[tuple[str, str]]:
    """The declaration as names and values, in Danish."""
    kept_back = "oplyses ikke"
    return (
        ("Frivillige med en rolle med børn", kept_back if states["holders"] is None else tal(states["holders"])),
        ("Heraf med gyldig børneattest", kept_back if states["verified"] is None else tal(states["verified"])),
        ("Ældste gyldige attest er set", dato(states["oldest"]) if states["oldest"] else kept_back),
        ("Nyeste gyldige attest er set", dato(states["newest"]) if states["newest"] else kept_back),
    )
