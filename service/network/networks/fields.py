"""The fields of a group, each declared once, in the order of the columns of files.

What stands in rows beside the group (areas, places, the public contact) is declared here as a file has it, and by hand as a form sends
it: one column of a file is a part of several rows there.
"""

from __future__ import annotations

from service.network.networks.rules import GroupKind, GroupStatus
from service.platform.web.api import Code, Id
from service.platform.web.contact_fields import Cvr, Email, Phone
from service.platform.web.declared import EVERY_WAY, FILE_ALONE, Field, Shape, Way, names
from service.platform.web.fields import Choice, Part, Rows, Strict, Text, Ticks, YesNo
from service.platform.web.personal import FreeText
from service.platform.web.slips import TextKind

MOST_PLACES = 20


class PlaceFields(Strict):
    """A place where a group meets."""

    municipality_code = Code()
    name = FreeText(120, TextKind.PLACE)
    address = FreeText(200, TextKind.PLACE, required=False)


FIELDS = (
    Field(
        "name",
        FreeText(120, TextKind.TERMS),
        "Navn",
        also=("Gruppe", "Gruppens navn", "Forening", "Name"),
        hint="Gruppens navn, som det vises.",
        example="Sprogcafé Prøveby",
    ),
    Field(
        "kind",
        Choice(GroupKind),
        "Type",
        also=("Slags", "Gruppetype", "Organisering", "Foreningsform"),
        options="kinds",
        hint="forening eller løs gruppe.",
        example="løs gruppe",
        blank=GroupKind.LOOSE.value,
    ),
    Field(
        "cvr",
        Cvr(required=False),
        "CVR-nummer",
        also=("CVR", "CVR nr", "CVR-nr."),
        hint="Otte cifre. Tomt, hvis gruppen ikke har et.",
    ),
    Field(
        "home",
        Text(4, required=False),
        "Hjemkommune",
        also=("Kommune", "Kommunekode", "Hjemsted"),
        shape=Shape.CHOICE,
        options="municipalities",
        hint="Kommunens navn eller kode.",
        example="Aabenraa",
        ways=FILE_ALONE,
    ),
    Field(
        "part",
        Text(80, required=False),
        "Del af hjemkommunen",
        also=("Del af kommunen", "Bydel", "Område", "By"),
        hint="Hvis gruppen kun dækker en del.",
        example="Tinglev",
        ways=FILE_ALONE,
    ),
    Field(
        "others",
        Ticks(),
        "Andre kommuner",
        also=("Øvrige kommuner", "Dækker også", "Kommuner i øvrigt"),
        options="municipalities",
        hint="Kommuner, gruppen også dækker, med semikolon imellem.",
        example="Tønder; Haderslev",
        ways=FILE_ALONE,
    ),
    Field(
        "places",
        Rows(Part(PlaceFields), MOST_PLACES),
        "Mødesteder",
        also=("Mødested", "Steder", "Lokaler"),
        shape=Shape.PLACES,
        options="municipalities",
        hint="Kommune, kolon, sted og efter en lodret streg adressen. Semikolon mellem flere steder.",
        example="Aabenraa: Biblioteket | Storegade 1",
        ways=FILE_ALONE,
    ),
    Field(
        "themes",
        Ticks(),
        "Aktivitetstyper",
        also=("Temaer", "Aktiviteter", "Arbejder med", "Indsatser"),
        options="types",
        hint="Typer fra kataloget, med semikolon imellem.",
        example="Sprogcafé; Lektiehjælp",
        about="Codes of activity types.",
        blank=[],
    ),
    Field(
        "meets_children",
        YesNo(required=False),
        "Møder børn under 15",
        also=("Børn", "Børn under 15", "Møder børn"),
        hint="ja eller nej.",
        example="nej",
        blank=False,
    ),
    Field(
        "status",
        Choice(GroupStatus, required=False),
        "Status",
        also=("Tilstand",),
        options="statuses",
        hint="under dannelse, aktiv eller hviler. En ny gruppe er aktiv, hvis cellen er tom.",
        example="aktiv",
        blank=GroupStatus.ACTIVE.value,
        ways=EVERY_WAY - {Way.SENT},  # a step in its life is noted by itself
    ),
    Field(
        "contact_name",
        Text(120, required=False),
        "Offentlig kontakt",
        also=("Kontaktperson", "Kontakt", "Kontaktnavn"),
        hint="Kun hvad gruppen har sagt ja til at vise.",
        example="Kirsten Prøve",
        ways=FILE_ALONE,
    ),
    Field(
        "contact_phone",
        Phone(30, required=False),
        "Kontakttelefon",
        also=("Telefon", "Tlf", "Telefonnummer", "Mobil"),
        example="12 34 56 78",
        ways=FILE_ALONE,
    ),
    Field(
        "contact_email",
        Email(254, required=False),
        "Kontaktmail",
        also=("E-mail", "Mail", "Email", "Mailadresse"),
        example="kirsten@gruppe.example",
        ways=FILE_ALONE,
    ),
    Field(
        "id",
        Id(required=False),
        "Id",
        also=("Gruppe-id",),
        hint="Kommer med, når du henter grupper herfra. Lad den stå: så rettes den rigtige. Tom for nye.",
        ways=FILE_ALONE,
    ),
)
SENT, KEPT = names(FIELDS, Way.SENT), names(FIELDS, Way.KEPT)
