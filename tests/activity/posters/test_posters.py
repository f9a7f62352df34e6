"""A poster: one page that both profiles hold for, with a code that leads to a page that anyone may see, and nobody on it."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf
import pypdfium2
import pytest
from flask import Flask

from service.activity.activities import operations as activities
from service.activity.posters import operations, queries
from service.activity.posters.models import Poster
from service.network.networks import operations as networks
from service.platform.documents.codes import QUIET, matrix, qr_code
from service.platform.documents.models import Document
from service.platform.documents.queries import document
from service.platform.web.errors import NotFound, Refusal
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import db, now, transaction
from tenants.reach import clock
from tests.support.verapdf import assert_conforms
from tests.support.world import HERE, World, group_of
from tests.walls.ways import CONSULTANT, MANAGER, askers, visitor

TODAY = day_of(now())
SCHEDULE: dict[str, Any] = {
    "rule": "FREQ=WEEKLY;BYDAY=TU",
    "starts": dt.time(19),
    "minutes": 120,
    "without_holidays": True,
    "without_breaks": True,
    "extra": (),
    "left_out": (),
    "valid_from": None,
    "recount": False,
}
LONG = "Åben café for ældre og yngre på Ærø "


@pytest.fixture
def inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def made(**changes: Any) -> tuple[Document, bytes]:
    """A poster of an activity, through the real pipeline."""
    with acting_for(clock([HERE])), transaction():
        group = networks.create(group_of("Sprogbroen", HERE, contact="Gruppens telefon"))
        given = {
            "activity_type": "language_cafe",
            "name": "Sprogcafé om tirsdagen",
            "place": "Biblioteket",
            "starts_on": TODAY,
            "ends_on": None,
            "group_id": group.id,
            "schedule": SCHEDULE,
        }
        activity = activities.start(HERE, given | changes)
        operations.publish(activity.id, public=True, contact=True)
        poster = operations.ask(activity.id)
        key, asked_again = poster.id, operations.ask(activity.id)
        assert asked_again.id == key
    assert operations.make(HERE, key, 60)
    assert not operations.make(HERE, key, 60), "made once"
    with acting_for(clock([HERE])), transaction():
        poster = db.session.get_one(Poster, (HERE, key))
        assert poster.document_id is not None
        found = document(poster.document_id, content=True)
        return found, found.content


def test_a_poster_is_one_page_and_conforms_to_both_profiles(inside: None) -> None:
    found, content = made(
        address="Torvet 1", target_group="Voksne", languages="dansk", seats=20, children_under_15=True
    )
    assert (found.kind, found.title) == ("poster", "Plakat: Sprogcafé om tirsdagen")
    assert_conforms(content)
    pdf = pypdfium2.PdfDocument(content)
    assert len(pdf) == 1
    text = pdf[0].get_textpage().get_text_range()
    pdf.close()
    for words in (
        "Hver tirsdag kl. 19.00–21.00",
        "Ikke på helligdage eller i skoleferier",
        "Torvet 1",
        "Gruppens telefon",
    ):
        assert words in text, words


def test_the_longest_that_can_be_written_is_one_page_too(inside: None) -> None:
    long = {name: (LONG * 9)[:most].strip() for name, most in (("name", 120), ("place", 120), ("address", 200))}
    _found, content = made(
        **long,
        target_group=(LONG * 9)[:120],
        languages=(LONG * 9)[:120],
        partners=(LONG * 9)[:200],
        seats=5000,
        children_under_15=True,
    )
    assert_conforms(content)
    pdf = pypdfium2.PdfDocument(content)
    pages = len(pdf)
    pdf.close()
    assert pages == 1


def test_the_code_on_the_page_is_the_code_of_the_address(inside: None) -> None:
    """Every square of the printed code, looked at in the picture of the page."""
    _found, content = made()
    page = _address(content)
    pdf = pypdfium2.PdfDocument(content)
    picture = pdf[0].render(scale=4).to_pil().convert("L")
    pdf.close()
    rows = matrix(page)
    top, left, size = _code_in(picture, len(rows))
    seen = [
        [
            picture.getpixel((round(left + (x + 0.5) * size), round(top + (y + 0.5) * size))) < 128
            for x in range(len(rows))
        ]
        for y in range(len(rows))
    ]
    assert seen == [list(row) for row in rows]


def _address(content: bytes) -> str:
    with pikepdf.open(io.BytesIO(content)) as opened:
        facts = opened.attachments["facts.json"].get_file().read_bytes().decode()
    found = re.search(r'"page": "(http://localhost/a/[a-z2-9]{10})"', facts)
    assert found is not None
    return found[1]


def _code_in(picture: Any, squares: int) -> tuple[float, float, float]:
    """Where the code stands in a page's picture: the first dark point of the lower right quarter, its width over the squares."""
    wide, high = picture.size
    part = picture.crop((wide * 60 // 100, high // 2, wide, high * 94 // 100))
    box = part.point(lambda value: 255 if value < 60 else 0).getbbox()
    left, top, right, _bottom = box
    return top + high // 2, left + wide * 60 // 100, (right - left) / squares


def test_the_code_in_svg_speaks_and_is_quiet_around() -> None:
    found = qr_code("http://localhost/a/abc", 'En "kode" <til> siden')
    assert "<title>En &#34;kode&#34; &lt;til&gt; siden</title>" in found
    wide = len(matrix("http://localhost/a/abc")) + 2 * QUIET
    assert f'viewBox="0 0 {wide} {wide}"' in found
    assert f"M{QUIET} {QUIET}.5h7" in found  # the upper side of the first square


def test_the_page_is_there_for_anyone_while_it_is_public(app: Flask, world: World) -> None:
    people, outside = askers(app, world), visitor(app)
    here = f"/kommuner/{HERE}/aktiviteter/{world.here.activity}"
    assert people[CONSULTANT].save(f"{here}/offentlig", {"public": "1"}, page=f"{here}/plakat").status_code == 302
    shown = people[CONSULTANT].ask("GET", f"{here}/plakat").text
    found = re.search(r"/a/[a-z2-9]{10}", shown)
    assert found is not None
    for asker in (outside, people[MANAGER], people[CONSULTANT]):
        page = asker.ask("GET", found[0])
        assert page.status_code == 200
        assert f"Lektiehjælp {world.here.canary}" in page.text
        assert "Hver tirsdag kl. 16.00–18.00" in page.text
    assert outside.ask("GET", "/a/abcdefghjk").status_code == 404
    assert people[CONSULTANT].save(f"{here}/offentlig", {}, page=f"{here}/plakat").status_code == 302
    assert outside.ask("GET", found[0]).status_code == 404
    assert people[CONSULTANT].save(f"{here}/offentlig", {"public": "1"}, page=f"{here}/plakat").status_code == 302
    assert outside.ask("GET", found[0]).status_code == 200, "posters hang on walls: the address stays"
    for address in (f"{here}/offentlig", f"{here}/plakat"):
        assert people[MANAGER].ask("POST", address, {"public": "1"}).status_code == 404


def test_the_contact_is_shown_only_where_that_was_chosen(app: Flask, world: World) -> None:
    with app.app_context(), acting_for(clock([HERE])), transaction():
        group = networks.create(group_of("Sprogbroen", HERE, contact="Gruppens telefon"))
        given = {"activity_type": "mentor", "name": "M", "place": "H", "starts_on": TODAY, "ends_on": None}
        activity = activities.start(HERE, given | {"group_id": group.id})
        operations.publish(activity.id, public=True, contact=False)
        public_id, key = activity.public_id, activity.id
    assert "Gruppens telefon" not in visitor(app).ask("GET", f"/a/{public_id}").text
    with app.app_context(), acting_for(clock([HERE])), transaction():
        operations.publish(key, public=True, contact=True)
    assert "Gruppens telefon" in visitor(app).ask("GET", f"/a/{public_id}").text


def test_no_poster_of_what_is_not_public(inside: None, world: World) -> None:
    with acting_for(clock([HERE])), transaction():
        with pytest.raises(Refusal):
            operations.ask(world.here.activity)
        with pytest.raises(NotFound):
            operations.ask(world.there.activity)


def test_a_poster_that_is_no_longer_public_when_it_is_made_fails_and_says_so(
    inside: None, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.platform.work.leases.log.error", lambda *_args, **_values: None)
    with acting_for(clock([HERE])), transaction():
        operations.publish(world.here.activity, public=True, contact=False)
        key = operations.ask(world.here.activity).id
        operations.publish(world.here.activity, public=False, contact=False)
    assert not operations.make(HERE, key, 60)
    with acting_for(clock([HERE])):
        assert queries.waiting(HERE, world.here.activity) is None, "nothing holds the next one up"
        row = db.session.get_one(Poster, (HERE, key))
        assert (row.work_state, "no longer public" in (row.last_error or "")) == ("failed", True)
