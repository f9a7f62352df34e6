"""The fields of a session beside its counts, each declared once, in the order of the columns of files. The counts are in `measures`.

A file names the activity by its name, and a form or a program by its address: so that is declared here as a file has it.
"""

from __future__ import annotations

import datetime as dt

from service.activity.activities.texts import WHY
from service.platform.web.api import Code
from service.platform.web.date_fields import Day
from service.platform.web.declared import FILE_ALONE, Field, Shape, Way, names
from service.platform.web.fields import Choice, Number, Part, Rows, Strict, Text, YesNo
from service.platform.web.personal import FreeText

MOST_MUNICIPALITIES = 98


class FromMunicipality(Strict):
    """The participants who came from one of the municipalities that a session served."""

    municipality_code = Code()
    adults = Number(0, 5000, required=False, load_default=0)
    children = Number(0, 5000, required=False, load_default=0)


FIELDS = (
    Field(
        "municipality_code",
        Text(4),
        "Kommune",
        also=("Kommunekode", "Kommunenavn"),
        shape=Shape.CHOICE,
        options="municipalities",
        hint="Kommunens navn eller kode.",
        example="Aabenraa",
        ways=FILE_ALONE,
    ),
    Field(
        "activity",
        Text(120),
        "Aktivitet",
        also=("Aktivitetens navn", "Navn", "Hold"),
        hint="Aktivitetens navn, som det står på kommunens side. Aktiviteten skal være oprettet.",
        example="Lektiehjælp på biblioteket",
        ways=FILE_ALONE,
    ),
    Field(
        "place",
        Text(120, required=False),
        "Sted",
        also=("Mødested", "Lokale"),
        hint="Kun nødvendigt, hvis to aktiviteter i kommunen hedder det samme.",
        example="Biblioteket",
        ways=FILE_ALONE,
    ),
    Field(
        "held_on",
        Day(),
        "Dato",
        also=("Dag", "Mødedato", "Afholdt", "Afholdt den"),
        hint="Dag-måned-år, for eksempel 01-09-2025.",
        example=dt.date(2026, 1, 14),
        never_null=True,
    ),
    Field(
        "cancelled",
        YesNo(required=False),
        "Aflyst",
        also=("Aflysning",),
        hint="ja eller nej. En aflyst gang har ingen tal.",
        example="nej",
        blank=False,
    ),
    Field(
        "cancelled_why",
        Choice(frozenset(WHY), required=False),
        "Aflyst fordi",
        also=("Årsag til aflysning", "Aflysningsgrund", "Hvorfor aflyst"),
        options="whys",
        hint="Kun hvor gangen var aflyst.",
        kept_back=True,
    ),
    Field(
        "cancelled_text",
        FreeText(200, required=False),
        "Bemærkning til aflysning",
        also=("Om aflysningen",),
        hint="Kort, og aldrig om enkelte mennesker.",
        kept_back=True,
    ),
    Field(
        "minutes",
        Number(1, 1440, required=False),
        "Varighed i minutter",
        also=("Varighed", "Minutter"),
        hint="Hvor længe det varede.",
        example=120,
        blank=None,
    ),
)
CAME_FROM = Field(
    "by_municipality",
    Rows(Part(FromMunicipality), MOST_MUNICIPALITIES),
    "Deltagere pr. kommune",
    also=("Deltagere efter kommune", "Fordeling på kommuner"),
    shape=Shape.FROM,
    options="municipalities",
    hint="Kun hvor gangen også var for andre kommuner, og I har talt: så mange fra hver. Tom: ligeligt.",
    ways=FILE_ALONE,
)
SENT, KEPT = names(FIELDS, Way.SENT), names(FIELDS, Way.KEPT)
OF_A_CANCELLATION = ("cancelled_why", "cancelled_text")
