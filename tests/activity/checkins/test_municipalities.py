"""Where participants came from, told by the check-in of an activity that serves several municipalities."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from config.embedded import Servers
from service.activity.activities import operations as activities
from service.activity.activities.models import ActivitySession, SessionPart
from service.activity.checkins import jobs, operations, queries
from service.network.networks.models import GroupArea
from tenants.acting import acting_for
from tenants.database import db, transaction
from tenants.reach import Office, Reach, clock
from tests.activity.checkins.conftest import Asked
from tests.activity.checkins.test_answers import held, names, post
from tests.support.telling import tell
from tests.support.world import HERE, THERE, World, key_of, sign_in

THIRD, UNSERVED = "0540", "0510"
SERVED = {HERE: "Aabenraa", THIRD: "Sønderborg", THERE: "Tønder"}
FROM = "municipalities"


@pytest.fixture
def shared(app: Flask, asked: Asked) -> Asked:
    """The check-in, of a group that works in four municipalities and holds its café for three of them."""
    with app.app_context(), acting_for(clock([HERE, THERE, THIRD, UNSERVED])), transaction():
        db.session.add_all(
            GroupArea(municipality_code=code, group_id=asked.group, part="", home=False)
            for code in (THERE, THIRD, UNSERVED)
        )
        db.session.flush()
        activities.set_counting(asked.activity, [THERE, THIRD], asks_women_men=False)
    return asked


def told(key: str, *people: int | str, **numbers: Any) -> dict[str, str]:
    """A line of the form: held, with so many from each municipality in the order of `SERVED`."""
    return held(key, **numbers) | {f"{key}-{FROM}-{code}": str(n) for code, n in zip(SERVED, people, strict=True)}


def parts(day: dt.date) -> dict[str, tuple[int, int]]:
    """The adults and children that each municipality has of the day's session."""
    with acting_for(clock()), transaction():
        rows = db.session.scalars(select(SessionPart).where(SessionPart.held_on == day, SessionPart.shared))
        return {row.municipality_code: (row.adults, row.children) for row in rows}


def session(shared: Asked) -> ActivitySession:
    """The session of the first day."""
    with acting_for(clock([HERE])), transaction():
        return db.session.scalars(
            select(ActivitySession).where(
                ActivitySession.activity_id == shared.activity, ActivitySession.held_on == shared.days[0]
            )
        ).one()


def answer(shared: Asked, given: Mapping[str, Any] | None) -> None:
    """What is told of the first day, as the form loads it, recorded."""
    with acting_for(clock([HERE])), transaction():
        line = queries.lines(queries.checkin(shared.id))[0].row
        whole = {**dict.fromkeys(("state", "minutes", "volunteers", "adults")), **line.answer, **(given or {})}
        operations.answer(shared.id, {line.id: whole}, {})
    jobs.record(HERE, str(shared.id))


def record(shared: Asked, **given: Any) -> None:
    """The consultant's session of the first day."""
    with acting_for(clock([HERE])), transaction():
        activities.record(shared.activity, {"held_on": shared.days[0], "cancelled": False, "volunteers": 3, **given})


# The form


def test_the_form_asks_for_the_municipalities_that_the_activity_serves_and_names_no_other(
    app: Flask, shared: Asked, client: FlaskClient
) -> None:
    with app.app_context():
        path, (key, *_rest) = shared.path(), names(shared)
    page = post(client, path, held(key), action="why")
    assert page.text.count(f"<label>{SERVED[THERE]}<input type=number name={key}-{FROM}-{THERE}>") == 1
    for name in SERVED.values():
        assert f"<label>{name}" in page.text
    assert "Haderslev" not in page.text, "where the group works, and this activity does not"
    assert "Lad det stå tomt" in page.text
    light = client.get(path).text
    assert f"{key}-{FROM}" not in light, "what the script adds is once on the page and not at each line"
    assert f"name=-{FROM}-{THERE}" in light
    assert "data-from=0" in light


def test_an_activity_of_one_municipality_is_asked_nothing_more(app: Flask, asked: Asked, client: FlaskClient) -> None:
    with app.app_context():
        path, (key, *_rest) = asked.path(), names(asked)
    for page in (client.get(path), post(client, path, held(key), action="why")):
        assert FROM not in page.text
        assert "Hvor kom deltagerne fra" not in page.text
    answer = post(client, path, held(key) | {f"{key}-{FROM}-{HERE}": "12"})
    assert answer.status_code == 422
    assert f'href="#{key}-{FROM}"' in answer.text


def test_what_is_told_is_each_municipalitys_part_and_what_is_left_empty_is_divided_equally(
    app: Flask, shared: Asked, client: FlaskClient
) -> None:
    with app.app_context():
        path, (first, second, third, *_rest) = shared.path(), names(shared)
    sent = told(first, 9, 6, 0, adults=10, children=5) | told(second, "", "", "") | told(third, 0, 0, 0)
    assert post(client, path, sent).status_code == 302
    with app.app_context():
        jobs.record(HERE, str(shared.id))
        days = shared.days
        assert parts(days[0]) == {HERE: (6, 3), THIRD: (4, 2), THERE: (0, 0)}
        assert parts(days[1]) == {HERE: (4, 0), THIRD: (4, 0), THERE: (4, 0)}
        assert parts(days[2]) == parts(days[1]), "noughts alone are no count"
        assert session(shared).by_municipality == {HERE: [6, 3], THIRD: [4, 2], THERE: [0, 0]}
    page = client.get(path).text
    assert f"<input type=hidden name={first}-{FROM}-{THIRD} value=6>" in page, "it is there when the link is used again"
    assert f"name={second}-{FROM}" not in page


@pytest.mark.parametrize(
    ("people", "field", "says"),
    [
        ((9, 2, 0), "", "Tallene for kommunerne giver 11 i alt, men der var 12 deltagere. Ret et af tallene."),
        ((9, 4, ""), "", "Tallene for kommunerne giver 13 i alt, men der var 12 deltagere."),
        ((9, "mange", 3), f"-{THIRD}", "Skriv et helt tal fra 0 til 10000."),
        ((13, -1, 0), f"-{THIRD}", "Skriv et helt tal fra 0 til 10000."),
    ],
)
def test_what_does_not_add_up_is_told_at_its_field_and_what_was_typed_is_kept(
    app: Flask, shared: Asked, client: FlaskClient, people: tuple[int | str, ...], field: str, says: str
) -> None:
    with app.app_context():
        path, (key, *_rest) = shared.path(), names(shared)
    page = post(client, path, told(key, *people))
    assert page.status_code == 422
    assert f'href="#{key}-{FROM}{field}"' in page.text
    assert f'id="{key}-{FROM}{field}"' in page.text
    assert page.text.count(says) == 2, "above, and at the field"
    assert re.search(rf">Sprogcafé, [a-zø]+dag {shared.days[0].day}\. [a-z]+(, Sønderborg)?: {says}", page.text), (
        "with its activity and day"
    )
    assert "<details open>" in page.text
    for count in people:
        assert f">{count}<" in page.text or f"value={count}" in page.text or f'value="{count}"' in page.text
    with app.app_context():
        assert shared.inside(lambda row: row.answered_at) is None
    assert post(client, path, told(key, 9, 3, 0)).status_code == 302, "the control: these do"


def test_a_municipality_that_is_not_served_is_refused(app: Flask, shared: Asked, client: FlaskClient) -> None:
    with app.app_context():
        path, (key, *_rest) = shared.path(), names(shared)
    for code in (UNSERVED, "x"):
        page = post(client, path, told(key, 6, 0, 0) | {f"{key}-{FROM}-{code}": "6"})
        assert page.status_code == 422, code
        assert f'href="#{key}-{FROM}"' in page.text


def test_a_place_told_of_a_line_that_says_neither_held_nor_cancelled_is_missed(
    app: Flask, shared: Asked, client: FlaskClient
) -> None:
    with app.app_context():
        path, (key, *_rest) = shared.path(), names(shared)
    assert f'href="#{key}-state"' in post(client, path, {f"{key}-{FROM}-{THERE}": "3"}).text
    cancelled = told(key, 9, 3, 0) | {f"{key}-state": "cancelled"}
    assert post(client, path, cancelled).status_code == 302, (
        "of a cancelled one, numbers are put aside as all others are"
    )
    with app.app_context():
        jobs.record(HERE, str(shared.id))
        assert session(shared).by_municipality is None


def test_as_last_month_takes_no_places_over_and_leaves_what_was_typed(
    app: Flask, shared: Asked, client: FlaskClient
) -> None:
    """They were counted of last month's people: with a number mended they would not add up, and nobody counted these."""
    with app.app_context():
        rows = [{"municipality_code": HERE, "adults": 4}, {"municipality_code": THERE, "adults": 7}]
        with acting_for(clock([HERE])), transaction():
            earlier = db.session.scalars(
                select(ActivitySession).where(
                    ActivitySession.activity_id == shared.activity, ActivitySession.held_on < shared.month
                )
            ).all()
            for row in earlier:
                row.serves = [THIRD, THERE]
                rows = [{"children": 0, **each} for each in rows]
                activities.change(row.id, {"held_on": row.held_on, "cancelled": False, "adults": 11, FROM: rows})
            check = queries.checkin(shared.id)
            for line in queries.lines(check):
                db.session.delete(line.row)
            db.session.flush()
            operations._put_lines(check)
        path, (first, second, *_rest) = shared.path(), names(shared)
        before = shared.inside(lambda row: queries.lines(row)[0].row.before)
        assert before["adults"] == 11
        assert FROM not in before
    page = post(client, path, {f"{second}-{FROM}-{THERE}": "5"}, action="before").text
    assert f"name={first}-adults value=11" in page
    assert f"name={first}-{FROM}-{THERE}>" in page
    assert f"name={second}-{FROM}-{THERE} value=5" in page


def test_what_is_typed_and_not_sent_is_kept_and_what_was_kept_before_is_still_read(
    app: Flask, shared: Asked, client: FlaskClient
) -> None:
    with app.app_context():
        path, (key, *_rest) = shared.path(), names(shared)
    assert post(client, f"{path}/gem", held(key)).status_code == 200
    assert f"name={key}-adults value=12" in client.get(path).text, "as drafts were before places could be told"
    assert post(client, f"{path}/gem", told(key, 5, "to", "")).status_code == 200
    page = client.get(path).text
    assert f"<input type=hidden name={key}-{FROM}-{HERE} value=5>" in page
    assert f"<input type=hidden name={key}-{FROM}-{THIRD} value=to>" in page
    assert "value=to" in post(client, path, told(key, 5, "to", ""), action="why").text


def test_the_consultant_fills_it_in_by_phone(app: Flask, shared: Asked, world: World) -> None:
    with app.app_context():
        key, *_rest = names(shared)
    consultant = sign_in(app.test_client(), "konsulent@drc.example")
    address = f"/kommuner/{HERE}/indberetninger/{shared.id}"
    assert "Tønder" in consultant.get(address).text
    assert post(consultant, address, told(key, 9, 2, 0)).status_code == 422
    assert post(consultant, address, told(key, 9, 2, 1)).status_code == 302
    with app.app_context():
        jobs.record(HERE, str(shared.id))
        assert parts(shared.days[0]) == {HERE: (9, 0), THIRD: (2, 0), THERE: (1, 0)}


def test_by_program(app: Flask, shared: Asked, world: World) -> None:
    with app.app_context():
        key = key_of(world.consultant)
    client = app.test_client()

    def call(verb: str, path: str, body: Any = None) -> Any:
        return client.open(f"/api/v1{path}", method=verb, json=body, headers={"Authorization": f"Bearer {key}"})

    line = call("GET", f"/check-ins/{shared.id}").json["lines"][0]
    assert line[FROM] == [{"municipality_code": code, "participants": None} for code in SERVED]
    sent = {"id": line["id"], "state": "held", "volunteers": 2, "adults": 7}
    rows = [{"municipality_code": HERE, "participants": 3}, {"municipality_code": THERE, "participants": 3}]
    path = f"/check-ins/{shared.id}/answer"
    refused = call("POST", path, {"lines": [sent | {FROM: rows}]})
    assert refused.status_code == 422
    assert [name.split("-", 1)[1] for name in refused.json["errors"]] == [FROM]
    for wrong in ([{"municipality_code": HERE}], [{"municipality_code": "x", "participants": 7}], 7, [7]):
        assert call("POST", path, {"lines": [sent | {FROM: wrong}]}).status_code == 422, wrong
    rows[1]["participants"] = 4
    answered = call("POST", path, {"lines": [sent | {FROM: rows}]}).json["lines"][0]
    assert [each["participants"] for each in answered[FROM]] == [3, None, 4]
    again = call("POST", path, {"lines": [sent]}).json["lines"][0]
    assert [each["participants"] for each in again[FROM]] == [None, None, None]


# Recorded


def test_told_no_more_is_divided_equally_again(app: Flask, shared: Asked) -> None:
    given = {"state": "held", "volunteers": 3, "adults": 12, FROM: {HERE: 12, THIRD: 0, THERE: 0}}
    with app.app_context():
        answer(shared, given)
        assert parts(shared.days[0])[HERE] == (12, 0)
        answer(shared, {FROM: {}})
        assert parts(shared.days[0])[HERE] == (4, 0)
        assert session(shared).by_municipality is None
        changed = session(shared).changed_at
        answer(shared, {FROM: {}})
        assert session(shared).changed_at == changed, "the same again changes nothing, and does not become late"


def test_what_the_consultant_counted_closer_is_kept_where_the_two_agree(app: Flask, shared: Asked) -> None:
    """Adults and children by municipality say more than how many came: they stay while that is the same, or not told."""
    rows = [
        {"municipality_code": HERE, "adults": 5, "children": 0},
        {"municipality_code": THERE, "adults": 3, "children": 4},
    ]
    closer = {HERE: (5, 0), THIRD: (0, 0), THERE: (3, 4)}
    whole = {"state": "held", "volunteers": 3, "adults": 8, "children": 4}
    with app.app_context():
        record(shared, **{FROM: rows})
        assert parts(shared.days[0]) == closer
        answer(shared, whole)
        assert parts(shared.days[0]) == closer
        answer(shared, whole | {FROM: {HERE: 5, THERE: 7}})
        assert parts(shared.days[0]) == closer
        assert session(shared).changed_at is None
        answer(shared, whole | {"volunteers": 4, FROM: {HERE: 5, THIRD: 0, THERE: 7}})
        assert parts(shared.days[0]) == closer, "with another number changed"
        answer(shared, whole | {FROM: {HERE: 6, THERE: 6}})
        assert parts(shared.days[0]) == {HERE: (4, 2), THIRD: (0, 0), THERE: (4, 2)}


def test_a_session_that_is_recorded_already_is_asked_with_its_places(app: Flask, shared: Asked) -> None:
    rows = [
        {"municipality_code": HERE, "adults": 5, "children": 1},
        {"municipality_code": THERE, "adults": 3, "children": 0},
    ]
    with app.app_context():
        record(shared, **{FROM: rows})
        with acting_for(clock([HERE])), transaction():
            check = queries.checkin(shared.id)
            for line in queries.lines(check):
                db.session.delete(line.row)
            db.session.flush()
            operations._put_lines(check)
        assert shared.inside(lambda row: queries.lines(row)[0].row.answer[FROM]) == {HERE: 6, THERE: 3}


def test_a_choice_that_was_changed_meanwhile_loses_no_answer(app: Flask, shared: Asked) -> None:
    """Told of three, and recorded when it served two: divided equally among them. Told of three it was recorded with: as told."""
    whole = {"state": "held", "volunteers": 3, "adults": 12}
    with app.app_context():
        with acting_for(clock([HERE])), transaction():
            line = queries.lines(queries.checkin(shared.id))[0].row
            operations.answer(shared.id, {line.id: whole | {FROM: {HERE: 2, THIRD: 5, THERE: 5}}}, {})
            activities.set_counting(shared.activity, [THERE], asks_women_men=False)
        jobs.record(HERE, str(shared.id))
        assert shared.inside(lambda row: (row.work_state, row.last_error or "")) == ("done", "")
        assert parts(shared.days[0]) == {HERE: (6, 0), THERE: (6, 0)}
        assert shared.inside(lambda row: queries.lines(row)[0].serves) == (HERE, THIRD, THERE), (
            "what was told stays in sight"
        )
        assert shared.inside(lambda row: queries.lines(row)[1].serves) == (HERE, THERE)
        with acting_for(clock([HERE])), transaction():
            activities.set_counting(shared.activity, [], asks_women_men=False)
        answer(shared, whole | {FROM: {HERE: 4, THERE: 8}})
        assert parts(shared.days[0]) == {HERE: (4, 0), THERE: (8, 0)}


# The wall


def test_a_link_reads_which_municipalities_are_served_in_its_own_and_writes_none_of_it(
    app: Flask, shared: Asked, place: Servers
) -> None:
    """In plain SQL. A municipality's own people read none, at home or not: neither is told of the other."""
    with psycopg.connect(place.database_url.replace("+psycopg", "")) as connection:
        for office, code, seen in (
            ("link", HERE, 2),
            ("link", THERE, 0),
            ("municipality", HERE, 0),
            ("municipality", THERE, 0),
            ("door", HERE, 0),
            ("drc", HERE, 2),
        ):
            connection.rollback()
            tell(connection, office, code)
            assert connection.execute("SELECT count(*) FROM also_serves").fetchone() == (seen,), (office, code)
            changed = connection.execute("DELETE FROM also_serves").rowcount
            assert changed == (2 if office == "drc" else 0), (office, code)
            connection.rollback()
        tell(connection, "link", HERE)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(
                "INSERT INTO also_serves (municipality_code, activity_id, serves) VALUES (%s, %s, %s)",
                [HERE, shared.activity, UNSERVED],
            )


def test_what_is_told_of_a_neighbour_is_met_by_no_municipality(
    app: Flask, shared: Asked, client: FlaskClient, world: World
) -> None:
    """Not the line, not the session, not another's part: its own alone. The controls are unattended work and the consultant."""
    with app.app_context():
        path, (key, *_rest) = shared.path(), names(shared)
    assert post(client, path, told(key, 41, 0, 1237, adults=1278)).status_code == 302
    with app.app_context():
        jobs.record(HERE, str(shared.id))
        for code, own in ((HERE, [41]), (THERE, [1237])):
            with acting_for(Reach(Office.MUNICIPALITY, frozenset({code}))), transaction():
                rows = db.session.scalars(select(SessionPart.adults).where(SessionPart.shared))
                assert list(rows) == own
                assert db.session.scalars(select(ActivitySession)).all() == []
                assert db.session.scalars(queries.checkins()).all() == []
        assert parts(shared.days[0]) == {HERE: (41, 0), THIRD: (0, 0), THERE: (1237, 0)}
        key = str(session(shared).id)

    def read(email: str, address: str) -> str:
        return re.sub(r"<[^>]*>", " ", sign_in(app.test_client(), email).get(f"/kommuner/{HERE}{address}").text)

    for address in ("", "/aktiviteter", f"/aktiviteter/{shared.activity}"):
        page = read(f"leder.{HERE}@kommune.example", address)
        assert "Aabenraa" in page
        assert not re.search(r"Tønder|1\.?237|1\.?278", page), address
    page = read("konsulent@drc.example", f"/gange/{key}")
    assert re.search(r"Tønder", page)
    assert re.search(r"1\.?237", page)
