"""The feed of a municipality's papers: valid Atom, closed like a calendar's, and nothing in it but that there is a paper."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from defusedxml.ElementTree import fromstring
from flask import Flask
from sqlalchemy import select

from config.discretion import masked
from service.activity.calendars import operations as addresses
from service.activity.calendars.models import Feed, FeedKind
from service.exchange.filing.atom import NAMESPACE, IssuedPaper, as_atom
from service.platform.documents.models import Document
from tenants.acting import acting_for
from tenants.database import db, transaction
from tenants.reach import clock
from tests.support.world import HERE, World
from tests.walls.ways import MANAGER, STAFF, Asker, askers

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
# RFC 4287, appendix B, of the elements that we write: how often each stands in its parent.
FEED = {"id": "1", "title": "1", "updated": "1", "author": "+", "link": "*", "entry": "*"}
ENTRY = {"id": "1", "title": "1", "updated": "1", "published": "?", "link": "+", "category": "*"}
AT = dt.datetime(2026, 11, 6, 14, 0, 0, 123456, tzinfo=dt.UTC)


def faults(content: bytes) -> Iterator[str]:
    """What is wrong with an Atom feed."""
    feed = fromstring(content)
    if feed.tag != f"{{{NAMESPACE}}}feed":
        yield f"{feed.tag} is no feed"
        return
    ids = [each.text for each in feed.iter(f"{{{NAMESPACE}}}id")]
    if len(ids) != len(set(ids)):
        yield "an id stands twice"
    for element, allowed in [(feed, FEED), *((each, ENTRY) for each in feed.findall(f"{{{NAMESPACE}}}entry"))]:
        names = [each.tag.removeprefix(f"{{{NAMESPACE}}}") for each in element]
        yield from (f"{name} is not expected" for name in names if name not in allowed)
        for name, often in allowed.items():
            if not {"1": names.count(name) == 1, "?": names.count(name) < 2, "+": name in names, "*": True}[often]:
                yield f"{name} stands {names.count(name)} times"
        for each in element:
            name, text = each.tag.removeprefix(f"{{{NAMESPACE}}}"), each.text or ""
            if name in ("updated", "published") and not MOMENT.fullmatch(text):
                yield f"{text} is no moment"
            if name in ("id", "title") and not text:
                yield f"{name} is empty"
            if name == "link" and not urlsplit(each.get("href", "")).scheme:
                yield "a link leads nowhere"
            if name == "author" and not each.findtext(f"{{{NAMESPACE}}}name"):
                yield "an author has no name"


def feed(count: int) -> bytes:
    papers = [
        IssuedPaper(UUID(int=n), "Månedsopgørelse", f"Nr. <{n}>", "https://x.example/d", AT) for n in range(count)
    ]
    return as_atom(UUID(int=99), "Papirer & mere", "https://x.example/papirer", AT, papers)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_it_is_valid_atom(count: int) -> None:
    assert list(faults(feed(count))) == []
    assert feed(count) == feed(count)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (b"<updated>2026-11-06T14:00:00Z", b"<updated>6. november", "is no moment"),
        (b"<author><name>", b"<author><navn>", "author has no name"),
        (b'rel="alternate" href="https://x.example/d"', b'href="d"', "leads nowhere"),
        (b"<entry>", b"<entry><summary>12</summary>", "summary is not expected"),
        (UUID(int=0).urn.encode(), UUID(int=99).urn.encode(), "stands twice"),
        (b"http://www.w3.org/2005/Atom", b"http://example.org/", "is no feed"),
    ],
)
def test_control_what_is_no_atom_is_told(old: bytes, new: bytes, told: str) -> None:
    bent = feed(1).replace(old, new, 1).replace(b"</name>", b"</navn>" if b"navn" in new else b"</name>")
    assert any(told in fault for fault in faults(bent)), list(faults(bent))


@pytest.fixture
def people(app: Flask, world: World) -> dict[str, Asker]:
    return askers(app, world)


def test_a_program_reads_which_papers_there_are_and_nothing_of_them(app: Flask, people: dict[str, Asker]) -> None:
    page = f"/kommuner/{HERE}/papirer/adresser"
    made = people[STAFF].ask("POST", page, {"title": "Journalen"})
    found = re.search(r"http://localhost(/atom/([\w-]{32})\.xml)", made.text)
    assert found is not None
    path, token = found[1], found[2]
    assert token not in people[STAFF].ask("GET", page).text, "it is shown once"
    assert token not in masked(f"GET {path} 200")
    client = app.test_client()
    answer = client.get(path)
    assert answer.mimetype == "application/atom+xml"
    assert list(faults(answer.data)) == []
    with app.app_context(), acting_for(clock([HERE])), transaction():
        papers = db.session.scalars(select(Document).order_by(Document.created_at.desc(), Document.id.desc())).all()
        wanted = [(row.id.urn, row.number) for row in papers if row.kind not in ("poster", "cooperation")]
    entries = fromstring(answer.data).findall(f"{{{NAMESPACE}}}entry")
    told = [(each.findtext(f"{{{NAMESPACE}}}id"), each.findtext(f"{{{NAMESPACE}}}title") or "") for each in entries]
    assert [key for key, _title in told] == [key for key, _number in wanted]
    assert all(title.endswith(number) for (_key, title), (_id, number) in zip(told, wanted, strict=True))
    link = entries[0].find(f"{{{NAMESPACE}}}link")
    assert link is not None
    assert client.get(urlsplit(link.get("href", "")).path).status_code == 302, "a paper is read by signing in"
    again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get(f"/ical/{token}.ics").status_code == 404, "it opens no calendar"


def test_an_address_opens_its_own_kind_and_is_closed_by_hand_and_with_its_maker(
    app: Flask, world: World, people: dict[str, Asker]
) -> None:
    client = app.test_client()
    with app.app_context(), acting_for(clock([HERE])), transaction():
        _row, calendars = addresses.make(HERE)
        row, token = addresses.make(HERE, kind=FeedKind.PAPERS)
        feed_id = row.id
    assert client.get(f"/atom/{calendars}.xml").status_code == 404
    assert client.get(f"/atom/{token}.xml").status_code == 200
    assert people[MANAGER].ask("POST", f"/kommuner/{HERE}/kalender/adresser/{feed_id}/luk").status_code == 404
    page = f"/kommuner/{HERE}/papirer/adresser/{feed_id}"
    assert people[MANAGER].ask("POST", f"{page}/navn", {"title": "Sagssystemet"}).status_code == 302
    assert "<title>Sagssystemet" in client.get(f"/atom/{token}.xml").text
    assert people[MANAGER].ask("POST", f"{page}/luk").status_code == 302
    assert client.get(f"/atom/{token}.xml").status_code == 404
    made = people[STAFF].ask("POST", f"/kommuner/{HERE}/papirer/adresser")
    found = re.search(r"(/atom/[\w-]{32}\.xml)", made.text)
    assert found is not None
    with app.app_context(), acting_for(clock([HERE])), transaction():
        newest = db.session.scalars(select(Feed).where(Feed.made_by.is_not(None)).order_by(Feed.made_at.desc())).first()
        assert newest is not None
        assert newest.made_by is not None
        addresses.revoke_made_by(newest.made_by, HERE)
    assert client.get(found[1]).status_code == 404
