"""The poster as a paper: the facts that are frozen when it is made. Danish, as papers are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from service.activity.activities.models import Activity
from service.activity.activities.recurrence import Occurrence, Schedule
from service.activity.activities.schedule_texts import hours, in_words, left_out_in_words, weekday
from service.activity.posters.queries import Face
from service.partnership.catalogue.rules import CatalogueType
from service.platform.documents.formats import MONTHS
from service.platform.documents.paper import Paper
from service.platform.documents.rules import PaperKind

TEMPLATE, VERSION = "poster.html", "2"
MOST_TIMES = 3
SIZES = ("large", "middle", "small")  # the first that is one page is taken


def facts(
    activity: Activity,
    *,
    kind: CatalogueType,
    official_name: str,
    face: Face,
    schedule: Schedule | None,
    times: Sequence[Occurrence],
    address: str,
) -> dict[str, Any]:
    """All that the poster says, as JSON values: the activity, and of people only the contact that the group publishes."""
    return {
        "name": activity.name,
        "type": kind.da,
        "when": in_words(schedule) if schedule else "",
        "left_out": left_out_in_words(schedule) if schedule else "",
        "times": [_time(time, with_hours=schedule is None or not schedule.rule) for time in times],
        "place": activity.place,
        "address": activity.address,
        "municipality": official_name,
        "group": face.group,
        "target_group": activity.target_group,
        "languages": activity.languages,
        "seats": activity.seats,
        "children": activity.children_under_15,
        "partners": activity.partners,
        "contact": [
            face.contact[part].replace(" ", "\u00a0") if part == "phone" else face.contact[part]
            for part in ("name", "phone", "email")
            if part in face.contact
        ],
        "page": address,
    }


def _time(time: Occurrence, *, with_hours: bool) -> str:
    """A day without its year: a poster hangs for some weeks. The hours stand above where they are always the same."""
    day = f"{weekday(time.day.weekday())} den {time.day.day}. {MONTHS[time.day.month - 1]}"
    return f"{day} kl. {hours(time.starts, time.ends)}" if with_hours and time.starts else day


def paper(frozen: Mapping[str, Any], size: str, number: str, issued_on: dt.date) -> Paper:
    """The paper of frozen facts, set in a size."""
    return Paper(
        kind=PaperKind.POSTER,
        template=TEMPLATE,
        template_version=VERSION,
        title=f"Plakat: {frozen['name']}",
        subject=f"Plakat for {frozen['name']}, {frozen['municipality']}",
        document_number=number,
        issued_on=issued_on,
        facts={**frozen, "size": size},
    )


def in_size(page: Paper, size: str) -> Paper:
    """The same paper, set in another size."""
    return replace(page, facts={**page.facts, "size": size})
