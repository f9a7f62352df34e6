"""What anyone can find, as machines read it: schema.org in the page, iCalendar, open data, a table, a site map. All of one read model."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

from service.activity.activities.non_working_days import days_of
from service.activity.activities.queries import next_meetings
from service.activity.activities.recurrence import Occurrence, current_of
from service.activity.activities.schedule_texts import in_words
from service.activity.calendars.ics import Listed, calendar_file
from service.activity.finder.rules import CONTEXT, FoundGroup, PublicActivity, duration, moment
from service.platform.web.security import REPORTED
from tenants.calendar import DENMARK

MAY_STAND_ANYWHERE = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors *; "
    + REPORTED
)
AHEAD, TIMES = dt.timedelta(days=366), 5
HEADINGS = (
    "group",
    "municipality_codes",
    "activity",
    "activity_type",
    "municipality_code",
    "when",
    "place",
    "address",
    "languages",
    "page",
)
DRC = {"@type": "NGO", "name": "Dansk Flygtningehjælp", "url": "https://drc.ngo"}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is told beside the groups: where this is, the day, and the Danish names of municipalities and activity types by code."""

    public_url: str
    today: dt.date
    municipalities: Mapping[str, str]
    themes: Mapping[str, str]

    def page(self, group: FoundGroup) -> str:
        """The address of a group's page."""
        return f"{self.public_url}/g/{group.public_id}"

    def page_of(self, activity: PublicActivity) -> str:
        """The address of an activity's page."""
        return f"{self.public_url}/a/{activity.public_id}"


def _times(activity: PublicActivity, facts: Facts) -> list[Occurrence]:
    return next_meetings(activity.municipality_code, activity.schedules, facts.today, TIMES)


def _where(activity: PublicActivity, facts: Facts) -> str:
    return ", ".join(filter(None, (activity.address, facts.municipalities[activity.municipality_code])))


def as_schema_org(group: FoundGroup, facts: Facts) -> list[dict[str, Any]]:
    """A group and the next times of its activities as schema.org's Organization and Event."""
    organisation: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Organization",
        "@id": facts.page(group),
        "url": facts.page(group),
        "name": group.name,
        "description": group.about or None,
        "areaServed": [facts.municipalities[code] for code in group.municipality_codes],
        "parentOrganization": DRC,
    }
    events: list[dict[str, Any]] = [
        {
            "@context": "https://schema.org",
            "@type": "Event",
            "name": activity.name,
            "url": facts.page_of(activity),
            "startDate": moment(time, DENMARK),
            "duration": duration(time),
            "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
            "eventStatus": "https://schema.org/EventScheduled",
            "isAccessibleForFree": True,
            "location": {"@type": "Place", "name": activity.place, "address": _where(activity, facts)},
            "organizer": {"@type": "Organization", "name": group.name, "url": facts.page(group)},
        }
        for activity in group.activities
        for time in _times(activity, facts)
    ]
    return [_told(each) for each in (organisation, *events)]


def as_open_data(groups: Iterable[FoundGroup], facts: Facts) -> bytes:
    """Groups as organisations, each with its activities, and they with the role of a volunteer and their next times."""
    told = {"@context": CONTEXT, "graph": [_organisation(group, facts) for group in groups]}
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def _organisation(group: FoundGroup, facts: Facts) -> dict[str, Any]:
    return _told(
        {
            "type": "Organisation",
            "id": facts.page(group),
            "name": group.name,
            "description": group.about or None,
            "website": facts.page(group),
            "areaServed": [{"code": code, "name": facts.municipalities[code]} for code in group.municipality_codes],
            "activity": [
                {
                    "id": facts.page_of(activity),
                    "title": activity.name,
                    "description": facts.themes[activity.activity_type],
                    "role": [
                        _told(
                            {
                                "title": "Frivillig",
                                "commitment": _commitment(activity, facts) or None,
                                "applyLink": f"{facts.public_url}/bliv-frivillig?gruppe={group.public_id}",
                                "allowsRemoteParticipation": False,
                            }
                        )
                    ],
                    "session": [
                        _told(
                            {
                                "startTime": moment(time, DENMARK),
                                "duration": duration(time),
                                "location": {"name": activity.place, "address": _where(activity, facts)},
                            }
                        )
                        for time in _times(activity, facts)
                    ],
                }
                for activity in group.activities
            ],
        }
    )


def _commitment(activity: PublicActivity, facts: Facts) -> str:
    current = current_of(activity.schedules, facts.today)
    return in_words(current) if current else ""


def _told(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if value is not None}


def as_csv(groups: Iterable[FoundGroup], facts: Facts) -> bytes:
    """A line an activity; a group that has none public has one line of its own."""
    written = io.StringIO()
    rows = csv.writer(written, delimiter=";", lineterminator="\r\n")
    rows.writerow(HEADINGS)
    for group in groups:
        rows.writerows([_plain(cell) for cell in line] for line in _lines(group, facts))
    return b"\xef\xbb\xbf" + written.getvalue().encode()


def _lines(group: FoundGroup, facts: Facts) -> Iterator[Sequence[str]]:
    own = (group.name, " ".join(group.municipality_codes))
    if not group.activities:
        yield (*own, *[""] * 7, facts.page(group))
    for activity in group.activities:
        yield (
            *own,
            activity.name,
            activity.activity_type,
            activity.municipality_code,
            _commitment(activity, facts),
            activity.place,
            activity.address,
            activity.languages,
            facts.page_of(activity),
        )


def _plain(cell: str) -> str:
    """A cell that no program of sheets takes for a formula (OWASP, CSV injection)."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def as_calendar(group: FoundGroup, facts: Facts) -> bytes:
    """When a group's public activities meet in the coming year, for calendar programs."""
    first, after = facts.today, facts.today + AHEAD
    rows = [
        Listed(
            uid=activity.public_id,
            name=activity.name,
            place=", ".join(filter(None, (activity.place, activity.address))),
            about=facts.themes[activity.activity_type],
            url=facts.page_of(activity),
            stamp=dt.datetime.combine(activity.starts_on, dt.time(), dt.UTC),
            schedules=tuple(
                (each, frozenset(days_of(activity.municipality_code, each, first, after)))
                for each in activity.schedules
            ),
        )
        for activity in group.activities
    ]
    return calendar_file(group.name, rows, first, after)


def as_sitemap(addresses: Iterable[str]) -> bytes:
    """A site map by the protocol of sitemaps.org."""
    root = ET.Element("urlset", xmlns="http://www.sitemaps.org/schemas/sitemap/0.9")
    for each in addresses:
        ET.SubElement(ET.SubElement(root, "url"), "loc").text = each
    content: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return content
