"""What a municipality files a paper by, and the files that say so. Plain values in, bytes out: the same values give the same bytes."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import IO
from xml.etree import ElementTree as ET

from service.platform.documents.rules import WITHHELD, PaperKind

FORMAT = "partnerskab-journal-1"
# Papers that belong in a municipality's case file. A poster hangs on a wall, and what is DRC's own it never sees.
FILED = frozenset(PaperKind) - {PaperKind.POSTER} - WITHHELD
TYPES_DA = {
    PaperKind.AGREEMENT: "Partnerskabsaftale",
    PaperKind.CERTIFICATE: "Godkendelsesbevis",
    PaperKind.COOPERATION: "Samarbejdsaftale",
    PaperKind.ENDING: "Partnerskabsaftalens ophør",
    PaperKind.SCAN: "Partnerskabsaftale, scannet",
    PaperKind.STATEMENT: "Månedsopgørelse",
    PaperKind.DECLARATION: "Erklæring",
    PaperKind.DRIFT: "Status på aftalen",
    PaperKind.YEAR_STATUS: "Årsstatus",
    PaperKind.GRANT_REPORT: "Redegørelse for § 18-tilskud",
    PaperKind.EVALUATION: "Evaluering af aftalen",
    PaperKind.YEAR_CASE: "Årssag",
    PaperKind.NATIONAL_YEAR: "Landstal",
    PaperKind.POSTER: "Plakat",
}
ADDENDUM_DA = "Tillæg til partnerskabsaftale"  # of the kind of agreements too
Member = tuple[str, bytes]  # a file of a package, by name


@dataclass(frozen=True, slots=True)
class FiledParty:
    """A party to a paper."""

    navn: str
    cvr: str


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A paper as it is filed. The names are those of the files, in the language of who files."""

    titel: str
    emne: str
    dokumenttype: str
    dokumentdato: dt.date
    dokumentnummer: str
    dokument_id: str
    sagsnummer: str  # the municipality's own; empty where it has given none
    kle_nummer: str
    parter: tuple[FiledParty, ...]
    filnavn: str
    filformat: str
    antal_bytes: int
    sha256: str

    def plain(self) -> dict[str, object]:
        """All of it as JSON has it."""
        return {"format": FORMAT, **asdict(self), "dokumentdato": self.dokumentdato.isoformat()}


def as_json(entry: JournalEntry) -> bytes:
    """The entry as JSON, in the order of its fields."""
    return (json.dumps(entry.plain(), ensure_ascii=False, indent=1) + "\n").encode()


def as_xml(entry: JournalEntry) -> bytes:
    """The entry as XML: an element a field, the parties within `parter`. What is not known is an empty element."""
    root = ET.Element("journalpost")
    for name, value in entry.plain().items():
        field = ET.SubElement(root, name)
        if isinstance(value, tuple | list):
            for party in value:
                of_party = ET.SubElement(field, "part")
                for part, text in party.items():
                    ET.SubElement(of_party, part).text = text
        else:
            field.text = str(value)
    ET.indent(root, " ")
    told: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return told + b"\n"


def zipped(file: IO[bytes], packages: Iterable[tuple[dt.date, Iterable[Member]]]) -> None:
    """Write packages into a file as one ZIP, each dated by its paper. Nothing is compressed, as PDFs are already: the bytes are the same
    whatever library writes them.
    """
    with zipfile.ZipFile(file, "w") as archive:
        for day, members in packages:
            for name, content in members:
                about = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
                about.create_system, about.external_attr = 3, 0o644 << 16
                archive.writestr(about, content)


def one_zipped(day: dt.date, members: Iterable[Member]) -> bytes:
    """One package as a ZIP."""
    file = io.BytesIO()
    zipped(file, [(day, members)])
    return file.getvalue()


def within(folder: str, members: Iterable[Member]) -> Iterator[Member]:
    """The files of a package, in a folder."""
    return ((f"{folder}/{name}", content) for name, content in members)


def letter(entry: JournalEntry) -> tuple[str, str]:
    """The subject and the text of the mail that a paper is filed by. The case number comes first, as rules for mail look for it."""
    case = f"Sag {entry.sagsnummer}: " if entry.sagsnummer else ""
    lines = (
        ("Dokumenttype", entry.dokumenttype),
        ("Dokumentnummer", entry.dokumentnummer),
        ("Dokumentdato", f"{entry.dokumentdato:%d-%m-%Y}"),
        ("Sagsnummer", entry.sagsnummer or "ikke oplyst"),
        ("KLE-nummer", entry.kle_nummer or "ikke oplyst"),
        ("Parter", ", ".join(f"{party.navn} (CVR {party.cvr})" for party in entry.parter)),
        ("SHA-256", entry.sha256),
    )
    text = "\n".join(f"{name}: {value}" for name, value in lines)
    body = (
        f"Til journalen\n\n{entry.titel}\n{entry.emne}\n\n{text}\n\n"
        "Dokumentet er vedhæftet som PDF. Oplysningerne er vedhæftet som XML og JSON. Er der et kontrolpunkt ved, kan det vise,"
        " at vores log over udstedte papirer ikke er lavet om siden.\n\n"
        "Venlig hilsen\nDansk Flygtningehjælp, Frivilligafdelingen\n"
    )
    return f"{case}{entry.titel}, {entry.dokumentnummer}", body
