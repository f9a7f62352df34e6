"""The fields of a volunteer, each declared once, in the order of the columns of files.

What stands in rows beside the person (roles, courses, consents) is declared here as a file has it: a file adds to them, and each has a
page and a resource of its own. Until when a child certificate holds is no field: it is never sent and stands in no file.
"""

from __future__ import annotations

import datetime as dt

from service.platform.web.api import Code, Id
from service.platform.web.contact_fields import Email, Phone
from service.platform.web.date_fields import Day
from service.platform.web.declared import EVERY_WAY, FILE_ALONE, Field, Shape, Way, names
from service.platform.web.fields import Choice, Part, Rows, Strict, Text, Ticks
from service.volunteer.volunteers.rules import LANGUAGES, Children, Purpose, RoleKind, VolunteerStatus

MOST_COURSES, MOST_ROLES = 30, 60


class CourseFields(Strict):
    """A course that a volunteer has taken."""

    name = Text(120)
    taken_on = Day()


class RoleCell(Strict):
    """A role in a cell. Whether it meets children is left out where it does as its group."""

    group_id = Id()
    role = Choice(RoleKind)
    children = Choice(Children, required=False)
    valid_from = Day()
    valid_to = Day(required=False)


class ConsentCell(Strict):
    """A consent in a cell."""

    purpose = Choice(Purpose)
    given_on = Day()
    withdrawn_on = Day(required=False)


FIELDS = (
    Field(
        "name",
        Text(120),
        "Navn",
        also=("Fulde navn", "Frivillig", "Name"),
        hint="Fornavn og efternavn.",
        example="Kirsten Prøve",
    ),
    Field(
        "email",
        Email(254, required=False),
        "E-mail",
        also=("Mail", "Email", "Mailadresse"),
        example="kirsten@frivillig.example",
    ),
    Field(
        "phone",
        Phone(30, required=False),
        "Telefon",
        also=("Tlf", "Telefonnummer", "Mobil", "Mobilnummer"),
        example="12 34 56 78",
    ),
    Field(
        "languages",
        Ticks(LANGUAGES),
        "Sprog",
        also=("Taler", "Sprog der tales"),
        options="languages",
        hint="Sprog, den frivillige taler, med semikolon imellem.",
        example="dansk; arabisk",
        blank=[],
    ),
    Field(
        "home_code",
        Code(required=False),
        "Kommune",
        also=("Hjemkommune", "Bopælskommune", "Kommunekode"),
        shape=Shape.CHOICE,
        options="municipalities",
        hint="Hvor den frivillige bor eller gerne vil hjælpe: kommunens navn eller kode.",
        example="Aabenraa",
        blank=None,
    ),
    Field(
        "status",
        Choice(VolunteerStatus, required=False),
        "Status",
        options="statuses",
        hint="En ny er interesseret, hvis cellen er tom. For en, der findes, ændres status på den frivilliges side.",
        example="aktiv",
        blank=VolunteerStatus.INTERESTED.value,
        ways=EVERY_WAY - {Way.SENT},  # it is sent with somebody who is new alone: later steps are noted by themselves
    ),
    Field(
        "started_on",
        Day(required=False),
        "Begyndt",
        also=("Startdato", "Begyndte", "Start"),
        hint="Dag-måned-år, for eksempel 01-09-2025.",
        example=dt.date(2025, 9, 1),
        blank=None,
        never_null=True,
    ),
    Field("ended_on", Day(required=False), blank=None, ways=frozenset({Way.TOLD})),  # by the step in the person's life
    Field(
        "agreement_on",
        Day(required=False),
        "Frivilligaftale",
        also=("Aftale underskrevet", "Frivilligaftale underskrevet"),
        hint="Dagen, hvor frivilligaftalen blev underskrevet.",
        example=dt.date(2025, 9, 15),
        blank=None,
    ),
    Field(
        "introduced_on",
        Day(required=False),
        "Introduceret",
        also=("Introduktion", "Introdato"),
        hint="Dagen for introduktionen.",
        example=dt.date(2025, 9, 15),
        blank=None,
    ),
    Field(
        "roles",
        Rows(Part(RoleCell), MOST_ROLES),
        "Roller",
        also=("Rolle", "Grupper", "Gruppe", "Roller i grupper"),
        shape=Shape.ROLES,
        hint="Gruppe, kolon, rolle, fra og dagen. Rollen er frivillig, kontaktperson, leder eller kasserer. Semikolon mellem flere. "
        "Er den slut, så tilføj »til 31-12-2025«. Roller, der ikke står her, bliver. "
        "Møder rollen ikke børn, selv om gruppen gør, så tilføj », møder ikke børn«. "
        "Har flere grupper samme navn, så skriv hjemkommunen med: »Sprogcafé (Aabenraa)«.",
        example="Sprogcafé Prøveby: kontaktperson fra 01-09-2025",
        ways=FILE_ALONE,
    ),
    Field(
        "courses",
        Rows(Part(CourseFields), MOST_COURSES),
        "Kurser",
        also=("Kursus", "Introduktion og kurser"),
        shape=Shape.COURSES,
        hint="Kursets navn, kolon og dagen. Semikolon mellem flere. Kurser, der ikke står her, bliver.",
        example="Introkursus: 15-09-2025; Førstehjælp: 01-10-2025",
        ways=FILE_ALONE,
    ),
    Field(
        "consents",
        Rows(Part(ConsentCell), MOST_ROLES),
        "Samtykker",
        also=("Samtykke",),
        shape=Shape.CONSENTS,
        options="purposes",
        hint="Hvad der er sagt ja til (mail om kurser og møder, billeder eller offentlig kontakt), kolon og dagen. "
        "Semikolon mellem flere. Er det trukket tilbage, så tilføj », trukket tilbage 01-02-2026«. "
        "Samtykker, der ikke står her, bliver.",
        example="billeder: 01-09-2025",
        ways=FILE_ALONE,
    ),
    Field(
        "id",
        Id(required=False),
        "Id",
        also=("Frivillig-id",),
        hint="Kommer med, når du henter frivillige herfra. Lad den stå: så rettes den rigtige. Tom for nye.",
        ways=FILE_ALONE,
    ),
)
SENT, KEPT = names(FIELDS, Way.SENT), names(FIELDS, Way.KEPT)
