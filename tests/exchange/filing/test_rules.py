"""What a package and a mail say of a paper that is filed, to the byte: systems that file read it."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from dataclasses import replace

from service.exchange.filing import rules
from service.exchange.filing.rules import FiledParty, JournalEntry
from service.exchange.filing.texts import KINDS
from service.platform.documents.rules import PaperKind

ENTRY = JournalEntry(
    titel="Månedsopgørelse for <Aabenraa> & omegn",
    emne="Oktober 2026",
    dokumenttype="Månedsopgørelse",
    dokumentdato=dt.date(2026, 11, 1),
    dokumentnummer="0580-2026-0012",
    dokument_id="01a22da6-5065-7357-84f0-24a62a7c145d",
    sagsnummer="2026-1234",
    kle_nummer="",
    parter=(FiledParty("Aabenraa Kommune", "29189854"), FiledParty("Dansk Flygtningehjælp", "20699310")),
    filnavn="0580-2026-0012-Maanedsopgoerelse.pdf",
    filformat="application/pdf",
    antal_bytes=4,
    sha256="00ff",
)


JSON = """{
 "format": "partnerskab-journal-1",
 "titel": "Månedsopgørelse for <Aabenraa> & omegn",
 "emne": "Oktober 2026",
 "dokumenttype": "Månedsopgørelse",
 "dokumentdato": "2026-11-01",
 "dokumentnummer": "0580-2026-0012",
 "dokument_id": "01a22da6-5065-7357-84f0-24a62a7c145d",
 "sagsnummer": "2026-1234",
 "kle_nummer": "",
 "parter": [
  {
   "navn": "Aabenraa Kommune",
   "cvr": "29189854"
  },
  {
   "navn": "Dansk Flygtningehjælp",
   "cvr": "20699310"
  }
 ],
 "filnavn": "0580-2026-0012-Maanedsopgoerelse.pdf",
 "filformat": "application/pdf",
 "antal_bytes": 4,
 "sha256": "00ff"
}
"""
XML = """<?xml version='1.0' encoding='utf-8'?>
<journalpost>
 <format>partnerskab-journal-1</format>
 <titel>Månedsopgørelse for &lt;Aabenraa&gt; &amp; omegn</titel>
 <emne>Oktober 2026</emne>
 <dokumenttype>Månedsopgørelse</dokumenttype>
 <dokumentdato>2026-11-01</dokumentdato>
 <dokumentnummer>0580-2026-0012</dokumentnummer>
 <dokument_id>01a22da6-5065-7357-84f0-24a62a7c145d</dokument_id>
 <sagsnummer>2026-1234</sagsnummer>
 <kle_nummer />
 <parter>
  <part>
   <navn>Aabenraa Kommune</navn>
   <cvr>29189854</cvr>
  </part>
  <part>
   <navn>Dansk Flygtningehjælp</navn>
   <cvr>20699310</cvr>
  </part>
 </parter>
 <filnavn>0580-2026-0012-Maanedsopgoerelse.pdf</filnavn>
 <filformat>application/pdf</filformat>
 <antal_bytes>4</antal_bytes>
 <sha256>00ff</sha256>
</journalpost>
"""
LETTER = """Til journalen

Månedsopgørelse for <Aabenraa> & omegn
Oktober 2026

Dokumenttype: Månedsopgørelse
Dokumentnummer: 0580-2026-0012
Dokumentdato: 01-11-2026
Sagsnummer: 2026-1234
KLE-nummer: ikke oplyst
Parter: Aabenraa Kommune (CVR 29189854), Dansk Flygtningehjælp (CVR 20699310)
SHA-256: 00ff

Dokumentet er vedhæftet som PDF. Oplysningerne er vedhæftet som XML og JSON. \
Er der et kontrolpunkt ved, kan det vise, at vores log over udstedte papirer ikke er lavet om siden.

Venlig hilsen
Dansk Flygtningehjælp, Frivilligafdelingen
"""


def test_xml_and_json_say_the_same() -> None:
    assert rules.as_json(ENTRY).decode() == JSON
    assert rules.as_xml(ENTRY).decode() == XML


def test_the_same_paper_gives_the_same_bytes() -> None:
    made = [rules.one_zipped(ENTRY.dokumentdato, [("a.pdf", b"%PDF"), ("æ.xml", rules.as_xml(ENTRY))]) for _ in "12"]
    assert made[0] == made[1]
    with zipfile.ZipFile(io.BytesIO(made[0])) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["a.pdf", "æ.xml"]
        assert archive.read("a.pdf") == b"%PDF"
        for each in archive.infolist():
            assert (each.date_time, each.compress_type) == ((2026, 11, 1, 0, 0, 0), zipfile.ZIP_STORED)
            assert (each.create_system, each.external_attr >> 16) == (3, 0o644), "a file that its owner writes, on Unix"


def test_a_package_stands_in_a_folder() -> None:
    assert list(rules.within("0580-2026-0012", [("a.pdf", b"%PDF")])) == [("0580-2026-0012/a.pdf", b"%PDF")]


def test_the_mail_begins_with_the_case_where_one_is_known() -> None:
    title = "Månedsopgørelse for <Aabenraa> & omegn, 0580-2026-0012"
    assert rules.letter(ENTRY) == (f"Sag 2026-1234: {title}", LETTER)
    subject, body = rules.letter(replace(ENTRY, sagsnummer="", kle_nummer="27.36.12"))
    assert subject == title
    assert "\nSagsnummer: ikke oplyst\nKLE-nummer: 27.36.12\n" in body


def test_every_kind_of_paper_has_its_word() -> None:
    assert rules.TYPES_DA.keys() == set(PaperKind)
    assert KINDS.keys() == rules.FILED
