"""Duties from the draft's form to both start pages, the statement and the API."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.partnership.agreements import paper as agreement_paper
from service.partnership.catalogue import files
from service.partnership.duties.models import OwedDuty
from service.partnership.duties.rules import DutyKind, DutySide, Owed
from service.partnership.partnerships import operations as partnerships
from service.partnership.partnerships import queries as drafts
from service.partnership.partnerships.parts import DraftPart, held
from service.partnership.partnerships.schemas import fields_of
from service.reporting.statements import rules as statement_rules
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import db, now, transaction
from tenants.reach import clock
from tenants.scope import Duty, Every, Scope
from tests.support.forms import forms_of
from tests.support.pages import token_of
from tests.support.telling import tells
from tests.support.world import HERE, THERE, World, scope, sign_in

EVENING = Duty("at holde en introduktionsaften", every=Every.QUARTER)
COURSE = Duty("at holde kursus", dt.date(2027, 3, 1))


def signed_in(app: Flask, email: str) -> FlaskClient:
    return sign_in(app.test_client(), email)


def with_duties(today: dt.date) -> Scope:
    return scope(
        today, "kanariehvid", municipality_duties=(EVENING, Duty("at udpege en tovholder")), drc_duties=(COURSE,)
    )


def post(client: FlaskClient, address: str, data: dict[str, str]) -> int:
    return client.post(address, data=beside(client.get(address).text) | data).status_code


def beside(page: str) -> dict[str, str]:
    """What a form sends beside its fields."""
    form = next((form for form in forms_of(page) if "version" in form.sends), None)
    return {"csrf_token": token_of(page)} | ({"version": form.sends["version"]} if form else {})


def told(answer: TestResponse) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json


# The draft


def test_a_draft_keeps_its_duties_with_their_days(app: Flask, world: World) -> None:
    consultant = signed_in(app, "konsulent@drc.example")
    wanted = with_duties(day_of(now()))
    words = held(fields_of(wanted), DraftPart.WORDS) or {}
    assert post(consultant, f"/kommuner/{HERE}/partnerskab/tekst", words) == 302
    with app.app_context(), acting_for(clock([HERE])), transaction():
        found = drafts.draft(HERE)
        assert found is not None
        assert found.stored_scope is not None
        kept = Scope.from_plain(found.stored_scope)
    assert (kept.municipality_duties, kept.drc_duties) == (wanted.municipality_duties, wanted.drc_duties)
    page = consultant.get(f"/kommuner/{HERE}/partnerskab/tekst").text
    assert 'name="municipality_duties-0-text"' in page
    assert "at holde en introduktionsaften" in page


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"drc_duties-0-due_on": "1990-01-01"}, "drc_duties-0-due_on"),
        ({"municipality_duties-0-every": "week"}, "municipality_duties-0-every"),
        (
            {"municipality_duties-1-text": EVENING.text, "municipality_duties-1-every": "quarter"},
            "municipality_duties-1-text",
        ),
        ({"municipality_duties-0-text": ""}, "municipality_duties-0-text"),
    ],
)
def test_what_is_wrong_with_a_duty_is_said_beside_it(
    app: Flask, world: World, changes: dict[str, str], field: str
) -> None:
    consultant = signed_in(app, "konsulent@drc.example")
    form = (held(fields_of(with_duties(day_of(now()))), DraftPart.WORDS) or {}) | changes
    address = f"/kommuner/{HERE}/partnerskab/tekst"
    answer = consultant.post(address, data=beside(consultant.get(address).text) | form)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


def test_a_draft_typed_when_duties_were_lines_opens_with_them(app: Flask, world: World) -> None:
    with app.app_context(), acting_for(clock([HERE])), transaction():
        earlier = {"level": "targeted", "municipality_duties": "at udpege en tovholder\n\nat svare", "drc_duties": ""}
        partnerships.keep(HERE, earlier, None, world.consultant)
    page = signed_in(app, "konsulent@drc.example").get(f"/kommuner/{HERE}/partnerskab/tekst").text
    assert 'id="municipality_duties-1-text" name="municipality_duties-1-text" type="text" value="at svare"' in page
    assert 'name="municipality_duties-2-text"' not in page


def test_the_agreement_prints_when_each_duty_is_due() -> None:
    newest = [text for text in files.texts() if text.kind == "partnership"][-1]
    said = agreement_paper.facts(
        with_duties(dt.date(2026, 11, 1)),
        official_name="Prøve Kommune",
        cvr="64942212",
        kinds=files.kinds(),
        measures=files.measures(),
        clause_texts=newest.content["clause"],
        clause_version=newest.version,
        principles=[],
        principles_version=1,
    )
    (roles,) = [clause for clause in said["clauses"] if clause["key"] == "roles"]
    assert ["at holde en introduktionsaften, hvert kvartal", "at udpege en tovholder"] in roles["blocks"]
    assert ["at holde kursus, senest den 1. marts 2027"] in roles["blocks"]
    assert any("regnes fra aftalens første dag" in block for block in roles["blocks"])


# The pages


def late(app: Flask, world: World, side: str = "municipality", title: str = "at holde en aften") -> str:
    """Something that should have been done yesterday; its id."""
    with app.app_context(), acting_for(clock([HERE])), transaction():
        row = OwedDuty(
            municipality_code=HERE,
            agreement_id=world.here.agreement,
            side=side,
            kind="written",
            title=title,
            due_on=day_of(now()) - dt.timedelta(days=1),
        )
        db.session.add(row)
        db.session.flush()
        return str(row.id)


def test_both_sides_see_it_late_and_the_municipality_says_it_is_done(app: Flask, world: World) -> None:
    duty = late(app, world)
    staff, consultant = signed_in(app, "medarbejder.0580@kommune.example"), signed_in(app, "konsulent@drc.example")
    for reader in (staff, consultant):
        for address in (f"/kommuner/{HERE}", f"/kommuner/{HERE}/forpligtelser"):
            page = reader.get(address).text
            assert "Holde en aften" in page, address
            assert "Overskredet" in page, address
    page = f"/kommuner/{HERE}/forpligtelser/{duty}"
    token = token_of(staff.get(page).text)
    assert staff.post(f"{page}/gjort", data={"csrf_token": token, "remark": "Der kom 12."}).status_code == 302
    listed = staff.get(f"/kommuner/{HERE}/forpligtelser").text
    assert "Der kom 12." in listed.split("<h2>Tidligere frister</h2>")[1]
    assert "Overskredet" not in listed
    assert (
        consultant.post(f"{page}/fortryd", data={"csrf_token": token_of(consultant.get(page).text)}).status_code == 302
    )
    assert "Overskredet" in staff.get(f"/kommuner/{HERE}").text


def test_drcs_own_is_drcs_to_mark(app: Flask, world: World) -> None:
    duty = late(app, world, "drc", "at holde kursus")
    staff = signed_in(app, "medarbejder.0580@kommune.example")
    page = f"/kommuner/{HERE}/forpligtelser/{duty}"
    shown = staff.get(page).text
    assert "Markér som gjort" not in shown
    token = token_of(shown)
    assert staff.post(f"{page}/gjort", data={"csrf_token": token}).status_code == 404
    assert staff.post(f"{page}/slet", data={"csrf_token": token}).status_code == 404


def test_a_day_to_come_keeps_what_was_typed(app: Flask, world: World) -> None:
    staff, page = (
        signed_in(app, "medarbejder.0580@kommune.example"),
        f"/kommuner/{HERE}/forpligtelser/{late(app, world)}",
    )
    data = {"csrf_token": token_of(staff.get(page).text), "done_on": "31-12-2099", "remark": "God aften."}
    answer = staff.post(f"{page}/gjort", data=data)
    assert answer.status_code == 422
    assert 'id="done_on-error"' in answer.text
    assert "God aften." in answer.text


def test_a_remark_that_looks_like_a_persons_data_is_asked_about(app: Flask, world: World) -> None:
    staff, page = (
        signed_in(app, "medarbejder.0580@kommune.example"),
        f"/kommuner/{HERE}/forpligtelser/{late(app, world)}",
    )
    data = {"csrf_token": token_of(staff.get(page).text), "remark": "Ring til 23 45 67 89."}
    answer = staff.post(f"{page}/gjort", data=data)
    assert answer.status_code == 422
    assert 'id="text_checked"' in answer.text
    assert staff.post(f"{page}/gjort", data=data | {"text_checked": "1"}).status_code == 302


def test_without_a_partnership_the_page_says_what_will_stand_there(app: Flask, world: World) -> None:
    page = signed_in(app, "sekretariat@drc.example").get("/kommuner/0860/forpligtelser")
    assert page.status_code == 200
    assert "Der er intet partnerskab i kraft." in page.text


# The statement


def test_the_statement_says_what_is_late_and_what_is_due_in_its_month() -> None:
    issued = dt.date(2026, 11, 1)
    days = ("2026-09-30", "2026-10-31", "2026-11-30", "2026-12-01")
    undone = [Owed(dt.date.fromisoformat(day), DutySide.BOTH, DutyKind.MEETING, "at holde statusmøde") for day in days]
    undone.insert(2, Owed(dt.date(2026, 11, 10), DutySide.BOTH, DutyKind.EVALUATION, "at evaluere samarbejdet"))
    said = statement_rules.duties(undone, issued)
    assert said == {
        "overdue": [{"who": "Begge parter", "what": "at holde statusmøde", "on": day} for day in days[:2]],
        "due": [{"who": "Begge parter", "what": "at holde statusmøde", "on": "2026-11-30"}],
        "more": 0,
    }
    many = [Owed(dt.date(2026, 1, n), DutySide.DRC, DutyKind.WRITTEN, "x") for n in range(1, 10)]
    assert statement_rules.duties(many, issued)["more"] == 9 - statement_rules.MOST_DUTIES


# The API


def test_the_api_lists_by_state_and_side(app: Flask, world: World) -> None:
    from tests.api.conftest import Program
    from tests.support.world import key_of

    duty = late(app, world)
    with app.app_context():
        manager = Program(app.test_client(), key_of(world.here.manager))
        neighbour = Program(app.test_client(), key_of(world.there.manager))
    assert [row["id"] for row in manager.read("/duties?state=overdue")["items"]] == [duty]
    assert {row["side"] for row in manager.read("/duties?side=both")["items"]} == {"both"}
    assert manager.read("/duties?state=missed")["items"] == manager.read("/duties?state=done")["items"] == []
    assert neighbour.post(f"/duties/{duty}/done").status_code == 404
    done = manager.post(f"/duties/{duty}/done", {"remark": "Der kom 12."}, once="en")
    assert (done.status_code, told(done)["state"], told(done)["done_by"]) == (200, "done", "municipality")
    assert manager.post(f"/duties/{duty}/done", once="to").status_code == 409
    assert [row["id"] for row in manager.read("/duties?state=done")["items"]] == [duty]
    assert told(manager.post(f"/duties/{duty}/take-back"))["state"] == "overdue"
    assert manager.get(f"/duties?municipality_code={THERE}").status_code == 404


def test_a_program_may_send_plain_texts_for_duties(app: Flask, world: World) -> None:
    from service.partnership.partnerships.sent import scope_shown
    from tests.api.conftest import Program
    from tests.support.world import key_of

    sent = scope_shown(with_duties(day_of(now()))) | {"drc_duties": ["at svare"]}
    with app.app_context():
        secretariat = Program(app.test_client(), key_of(world.secretariat))
    answer = secretariat.call("PUT", f"/municipalities/{HERE}/draft", {"scope": sent})
    assert answer.status_code == 200, answer.text
    assert told(answer)["scope"]["drc_duties"] == [{"text": "at svare", "due_on": None, "every": None}]
    assert told(answer)["scope"]["municipality_duties"][0] == {
        "text": EVENING.text,
        "due_on": None,
        "every": "quarter",
    }


def test_few_queries_make_the_page(app: Flask, world: World) -> None:
    from sqlalchemy import event

    staff = signed_in(app, "medarbejder.0580@kommune.example")
    for n in range(20):
        late(app, world, title=f"at holde aften {n}")
    with app.app_context():
        engine, asked = db.engine, []
        listen = lambda *given: asked.append(given[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", listen)
        try:
            assert staff.get(f"/kommuner/{HERE}/forpligtelser").status_code == 200
        finally:
            event.remove(engine, "before_cursor_execute", listen)
    assert len([text for text in asked if not tells(text)]) <= 10, asked
