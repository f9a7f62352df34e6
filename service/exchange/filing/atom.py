"""Which papers were issued, as an Atom feed (RFC 4287). Plain values in, bytes out: the same values give the same bytes.

It tells that there is a paper, of which kind and number, and where it is read by whoever signs in: no figure, and no person.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID
from xml.etree import ElementTree as ET

NAMESPACE = "http://www.w3.org/2005/Atom"
AUTHOR = "Dansk Flygtningehjælp, Frivilligafdelingen"


@dataclass(frozen=True, slots=True)
class IssuedPaper:
    """A paper as the feed tells of it."""

    id: UUID
    kind: str  # in Danish
    title: str
    address: str
    issued_at: dt.datetime


def as_atom(feed_id: UUID, title: str, address: str, made_at: dt.datetime, papers: Sequence[IssuedPaper]) -> bytes:
    """The feed with these papers, the newest first. `address` is of the page that lists them for people."""
    feed = ET.Element("feed", {"xmlns": NAMESPACE, "xml:lang": "da"})
    _text(feed, "id", feed_id.urn)
    _text(feed, "title", title)
    _text(feed, "updated", _moment(papers[0].issued_at if papers else made_at))
    _text(ET.SubElement(feed, "author"), "name", AUTHOR)
    _link(feed, address)
    for paper in papers:
        entry = ET.SubElement(feed, "entry")
        _text(entry, "id", paper.id.urn)
        _text(entry, "title", paper.title)
        _text(entry, "published", _moment(paper.issued_at))
        _text(entry, "updated", _moment(paper.issued_at))
        ET.SubElement(entry, "category", term=paper.kind)
        _link(entry, paper.address)
    told: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return told + b"\n"


def _text(parent: ET.Element, name: str, value: str) -> None:
    ET.SubElement(parent, name).text = value


def _link(parent: ET.Element, address: str) -> None:
    ET.SubElement(parent, "link", rel="alternate", href=address)


def _moment(at: dt.datetime) -> str:
    """As RFC 3339 has it, in UTC, to the second."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
