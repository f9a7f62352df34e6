"""The group by its link, and DRC by phone: who sends second sees what the first has sent, line by line, and chooses."""

from __future__ import annotations

import html

from flask import Flask

from service.activity.checkins import queries
from tests.activity.checkins.conftest import Asked
from tests.support.forms import Form, form_with
from tests.support.world import HERE, World, sign_in


def answered(asked: Asked) -> dict[str, object]:
    """What is kept of the first line."""
    return dict(asked.inside(lambda row: queries.lines(row)[0].row.answer))


def sent(form: Form, key: str, **numbers: str) -> dict[str, str]:
    """The form as it is sent: the first line held, with numbers."""
    given = {"state": "held", "volunteers": "3", "adults": "12", **numbers}
    return {**form.sends, **{f"{key}-{name}": value for name, value in given.items()}, "action": "send"}


def test_who_sends_second_is_shown_both_and_chooses(app: Flask, asked: Asked, world: World) -> None:
    with app.app_context():
        key, link = str(asked.inside(lambda row: queries.lines(row)[0].key)), asked.path()
    by_phone = f"/kommuner/{HERE}/indberetninger/{asked.id}"
    drc, group = sign_in(app.test_client(), "konsulent@drc.example"), app.test_client()
    theirs, ours = form_with(group.get(link).text, "version"), form_with(drc.get(by_phone).text, "version")
    assert group.post(link, data=sent(theirs, key, adults="14", minutes="60")).status_code == 302
    story = {"story": "En historie.", "story_consent": "1"}
    refused = drc.post(by_phone, data=sent(ours, key, volunteers="5") | story)
    assert refused.status_code == 409
    page = html.unescape(refused.text)
    assert "En anden har sendt imens" in page
    for said in ("Dit:</strong> 12", "Deres:</strong> 14", "Før:</strong> tom", "Sprogcafé, "):
        assert said in page
    with app.app_context():
        assert answered(asked)["adults"] == 14, "nothing is written over unseen"
    choice = form_with(refused.text, "choose")
    assert set(choice.sends["choose"].split()) == {f"{key}-adults", f"{key}-volunteers", f"{key}-minutes", "story"}
    assert choice.sends["story"] == "En historie.", "what was typed is there still"
    unsaid = drc.post(by_phone, data={**choice.sends, "action": "send"})
    assert unsaid.status_code == 409
    chosen = {f"choose-{key}-adults": "theirs", f"choose-{key}-volunteers": "mine", "choose-story": "mine"}
    saved = drc.post(by_phone, data={**form_with(unsaid.text, "choose").sends, **chosen, "action": "send"})
    assert saved.status_code == 302, saved.text
    with app.app_context():
        assert {name: answered(asked)[name] for name in ("adults", "volunteers", "minutes")} == {
            "adults": 14,
            "volunteers": 5,
            "minutes": 60,
        }
        assert asked.inside(lambda row: row.story) == "En historie."


def test_what_is_typed_and_kept_knows_what_it_was_typed_over(app: Flask, asked: Asked, world: World) -> None:
    with app.app_context():
        key, link = str(asked.inside(lambda row: queries.lines(row)[0].key)), asked.path()
    by_phone = f"/kommuner/{HERE}/indberetninger/{asked.id}"
    drc, group = sign_in(app.test_client(), "konsulent@drc.example"), app.test_client()
    typed = form_with(group.get(link).text, "version")
    ours = form_with(drc.get(by_phone).text, "version")
    assert drc.post(by_phone, data=sent(ours, key, adults="20")).status_code == 302
    assert group.post(f"{link}/gem", data=sent(typed, key, adults="9")).status_code == 200, "the page keeps on keeping"
    again = form_with(group.get(link).text, "version")
    assert again.sends[f"{key}-adults"] == "9"
    refused = group.post(link, data={**again.sends, "action": "send"})
    assert refused.status_code == 409
    assert "Deres:</strong> 20" in html.unescape(refused.text)
