"""The one story of a statement: told with a consent of its own, chosen by DRC, printed as read, and gone when its group says no."""

from __future__ import annotations

import datetime as dt
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from service.activity.checkins import operations as checkins
from service.activity.checkins import queries as checkin_queries
from service.activity.checkins import stories as told
from service.activity.checkins.rules import GroupAnswer
from service.activity.checkins.stories import PrintableStory
from service.platform.ledger.models import LedgerEntry
from service.platform.web.errors import Refusal
from service.reporting.statements import operations, queries, revising, stories
from service.reporting.statements.stories import TellableStory
from tenants.database import db
from tests.reporting.statements.conftest import CODE, Land, recipients
from tests.support.forms import forms_of
from tests.support.pages import token_of
from tests.support.world import sign_in

TEXT = "Alle lavede mad sammen.\n\nBagefter blev der danset."


def tell(land: Land, checkin_id: UUID, text: str = TEXT, *, to_print: bool = True) -> None:
    """The group's answer, with a story."""
    given = {"story": text, "story_consent": bool(text), "story_print": to_print}
    land.within(CODE, lambda: checkins.answer(checkin_id, {}, given))


def previewed(land: Land) -> object:
    """The story that the statement would have now."""
    return land.within(CODE, lambda: operations.preview(CODE, land.month)).facts["story"]


def let_stand(land: Land, checkin_id: UUID | None) -> None:
    """Chosen, without a page."""
    row = land.row()
    land.within(CODE, lambda: stories.let_stand(row.id, checkin_id))


def choose(drc: FlaskClient, land: Land, checkin_id: UUID | str, **more: str) -> int:
    """The choice on the page of the look, and its status."""
    page = drc.get(land.look)
    (form,) = (each for each in forms_of(page.text) if each.action.endswith("/historie"))
    return drc.post(form.action, data={**form.sends, "story": str(checkin_id), **more}).status_code


def test_a_story_is_printed_where_its_group_lets_it_and_somebody_of_drcs_has_pressed(
    app: Flask,
    land: Land,
    asked: UUID,
) -> None:
    tell(land, asked, to_print=False)
    land.put_held()
    drc = land.drc()
    assert "Ingen gruppe har en historie" in drc.get(land.look).text, "that DRC may use it says nothing of a paper"
    tell(land, asked)
    page = drc.get(land.look).text
    assert "Bagefter blev der danset." in page
    assert previewed(land) is None, "nobody has pressed"
    assert choose(drc, land, uuid4()) == 422
    assert choose(drc, land, asked) == 302
    assert land.release() == [CODE]
    assert land.make()
    assert land.facts()["story"] == {
        "lines": ["Alle lavede mad sammen.", "Bagefter blev der danset."],
        "by": "en gruppe med lektiehjælp",
    }
    assert (
        land.within(CODE, lambda: db.session.scalar(select(func.count()).where(LedgerEntry.act == "statement.story")))
        == 1
    )
    with pytest.raises(Refusal):
        let_stand(land, None)
    first = land.row()
    land.within(CODE, lambda: revising.ask_revision(CODE, land.month, "Tallene er rettet."))
    assert previewed(land) is not None, "a new edition has it too"
    tell(land, asked, "", to_print=False)
    assert previewed(land) is None, "as long as its group lets it"
    assert land.within(CODE, lambda: queries.document_of(first).facts)["story"], "an issued paper stays"
    manager = sign_in(app.test_client(), recipients(CODE)[0])
    token = token_of(manager.get("/", follow_redirects=True).text)
    assert manager.post(f"{land.look}/historie", data={"csrf_token": token}).status_code == 404


def test_what_is_changed_or_taken_back_before_the_paper_is_made_is_not_on_it(land: Land, asked: UUID) -> None:
    tell(land, asked)
    land.put_held()
    for text, to_print in (("Alle lavede mad, og en sang for.", True), (TEXT, False), ("", False)):
        tell(land, asked)
        let_stand(land, asked)
        tell(land, asked)
        assert previewed(land) is not None, "what is sent again as it was is the text that was read"
        tell(land, asked, text, to_print=to_print)
        assert previewed(land) is None
    assert "Gruppen har ændret den valgte historie" in land.drc().get(land.look).text


def test_what_was_changed_while_it_was_read_is_not_chosen(land: Land, asked: UUID) -> None:
    tell(land, asked)
    land.put_held()
    drc = land.drc()
    (form,) = (each for each in forms_of(drc.get(land.look).text) if each.action.endswith("/historie"))
    tell(land, asked, "Noget helt andet.")
    refused = drc.post(form.action, data={**form.sends, "story": str(asked)})
    assert (refused.status_code, "Noget helt andet." in refused.text) == (422, True)
    assert previewed(land) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Ring til os på 22 34 56 78.", "telefonnummer"),
        ("Der kom tre kvinder.", "Der står et lille tal (“tre”)"),
    ],
)
def test_a_story_that_looks_as_if_it_told_of_somebody_wants_a_second_look(
    land: Land,
    asked: UUID,
    text: str,
    said: str,
) -> None:
    tell(land, asked, text)
    land.put_held()
    drc = land.drc()
    assert choose(drc, land, asked) == 422
    assert previewed(land) is None
    form = next(each for each in forms_of(drc.get(land.look).text) if each.action.endswith("/historie"))
    page = drc.post(form.action, data={**form.sends, "story": str(asked)})
    assert said in page.text
    assert 'id="text_checked"' in page.text
    assert choose(drc, land, asked, text_checked="1") == 302
    assert previewed(land) is not None


def test_the_words_that_were_ticked_are_kept_and_an_answer_of_the_version_before_takes_them_back(
    land: Land,
    asked: UUID,
) -> None:
    tell(land, asked)

    def words() -> tuple[str, bool]:
        row = checkin_queries.checkin(asked)
        return row.story_print_words, told.printable(row)

    assert land.within(CODE, words) == (
        (
            "Historien må stå i kommunens månedsopgørelse. Det er et papir, som kommunen gemmer, "
            "og som andre kan bede om at læse."
        ),
        True,
    )

    def before() -> None:
        row = checkin_queries.checkin(asked)
        row.story, row.story_consent_at = "Noget andet.", row.asked_at

    land.within(CODE, before)
    assert not land.within(CODE, words)[1]


def test_a_group_is_named_where_the_municipality_sees_it() -> None:
    group = GroupAnswer(CODE, uuid4(), uuid4(), "Caféens Venner", ("language_cafe",), True, True)
    story = TellableStory(PrintableStory(group.checkin_id, "Det gik godt.", dt.datetime.now(dt.UTC)), group)
    types = {"language_cafe": "Sprogcafé"}
    assert stories.as_printed(story, {group.group_id}, types)["by"] == "Caféens Venner (sprogcafé)"
    assert stories.as_printed(story, set(), types)["by"] == "en gruppe med sprogcafé"
