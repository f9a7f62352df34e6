"""Keys for programs: made once, shown once, ended at once; and the two ways in do not meet."""

from __future__ import annotations

import datetime as dt
import re
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Update, select, update

from service.platform.accounts.models import ApiToken
from service.platform.ledger.models import LedgerEntry
from tenants.acting import acting_for
from tenants.database import db, transaction
from tenants.reach import clock
from tests.platform.accounts.conftest import MANAGER
from tests.support.pages import token_of
from tests.support.world import HERE, PASSWORD, THERE, World, key_of, person

MAKING = {"purpose": "everything", "days": "365"}


@pytest.fixture
def key(app: Flask, world: World) -> str:
    """A key of the manager."""
    with app.app_context():
        return key_of(world.here.manager)


def me(client: FlaskClient, authorization: str | None) -> int:
    """What a program with that header is answered."""
    return client.get(
        "/api/v1/me", headers={"Authorization": authorization} if authorization is not None else {}
    ).status_code


def stored(app: Flask) -> list[ApiToken]:
    """The keys there are."""
    with app.app_context(), acting_for(clock()), transaction():
        return list(db.session.scalars(select(ApiToken)))


def change(app: Flask, statement: Update) -> None:
    """Change rows, whosever they are."""
    with app.app_context(), acting_for(clock()), transaction():
        db.session.execute(statement)


def post(client: FlaskClient, address: str, **data: str) -> tuple[int, str]:
    """Post a form of the account's page, with its token."""
    answer = client.post(address, data={"csrf_token": token_of(client.get("/min-konto").text), **data})
    return answer.status_code, answer.text


def test_a_key_opens_the_api_and_nothing_else_does(client: FlaskClient, key: str) -> None:
    assert me(client, f"Bearer {key}") == 200
    assert me(client, f"bearer {key}") == 200
    wrong = [
        None,
        "",
        "Bearer",
        "Bearer ",
        key,
        f"Basic {key}",
        f"Bearer {key}x",
        f"Bearer {key[:-1]}",
        f"Bearer {key} x",
        f"Bearer {key.upper()}",
    ]
    assert {
        header: me(client, header)
        for header in [*wrong, "Bearer \xff\xfe", f"Bearer {'x' * 9000}", "Bearer ' OR 1=1 --"]
    } == dict.fromkeys([*wrong, "Bearer \xff\xfe", f"Bearer {'x' * 9000}", "Bearer ' OR 1=1 --"], 401)


def test_a_refused_program_is_told_how_to_ask(client: FlaskClient, world: World) -> None:
    answer = client.get("/api/v1/me", headers={"Authorization": "Bearer psk_wrong"})
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.json is not None
    assert {"type", "title", "status", "detail", "errors"} <= set(answer.json)


def test_a_key_opens_no_page_and_a_cookie_no_api(client: FlaskClient, manager: FlaskClient, key: str) -> None:
    header = {"Authorization": f"Bearer {key}"}
    for address in ("/", "/min-konto", f"/kommuner/{HERE}"):
        assert client.get(address, headers=header).headers["Location"].startswith("/log-ind")
    assert manager.get("/min-konto").status_code == 200
    assert me(manager, None) == 401
    assert me(manager, "Bearer psk_wrong") == 401
    assert me(manager, f"Bearer {key}") == 200, "the control"


def test_a_session_is_no_key_and_a_key_no_session(client: FlaskClient, manager: FlaskClient, key: str) -> None:
    with manager.session_transaction() as cookie:
        token = cookie["_user_id"]
    assert me(client, f"Bearer {token}") == 401
    with client.session_transaction() as cookie:
        cookie["_user_id"] = key
    assert client.get("/min-konto").status_code == 302


def test_a_key_is_made_on_the_page_shown_once_and_ended_there(
    app: Flask, client: FlaskClient, manager: FlaskClient
) -> None:
    status, page = post(manager, "/min-konto/noegler", name="Fagsystemet <b>", **MAKING)
    found = re.search(r"psk_[\w-]{43}", page)
    assert status == 200
    assert found
    assert "Fagsystemet &lt;b&gt;" in page
    assert "Fagsystemet <b>" not in page
    assert "psk_" not in manager.get("/min-konto").text
    row = stored(app)[0]
    assert found[0].encode() not in row.token_hash
    assert me(client, f"Bearer {found[0]}") == 200
    assert post(manager, f"/min-konto/noegler/{row.id}/afslut")[0] == 302
    assert me(client, f"Bearer {found[0]}") == 401
    assert "Fagsystemet" not in manager.get("/min-konto").text.split("<main")[1].replace("Nøglen", "")
    assert post(manager, f"/min-konto/noegler/{row.id}/afslut")[0] == 302, "ending it again is harmless"


@pytest.mark.parametrize("name", ["", " ", "x" * 81, "a\x00b", "a\u202eb"])
def test_a_key_needs_a_name(app: Flask, manager: FlaskClient, name: str) -> None:
    status, page = post(manager, "/min-konto/noegler", name=name, **MAKING)
    assert status == 422
    assert 'id="name-error"' in page
    assert stored(app) == []


def test_nobody_holds_more_than_twenty(app: Flask, manager: FlaskClient) -> None:
    assert [post(manager, "/min-konto/noegler", name=f"nr. {number}", **MAKING)[0] for number in range(21)] == [
        200
    ] * 20 + [422]
    assert len(stored(app)) == 20


def test_a_key_acts_for_all_its_persons_municipalities_and_no_other(
    app: Flask, client: FlaskClient, world: World
) -> None:
    with app.app_context():
        with acting_for(clock()), transaction():
            both = person("begge@kommune.example", ("manager", THERE, None), ("staff", HERE, None))
        header = {"Authorization": f"Bearer {key_of(both)}"}
    answer = client.get("/api/v1/me", headers=header)
    assert answer.json is not None
    assert answer.json["municipality_codes"] == [THERE, HERE]


@pytest.mark.parametrize(
    ("purpose", "reads", "figures", "writes"),
    [("everything", 200, 200, 404), ("read", 200, 200, 403), ("figures", 403, 200, 403)],
)
def test_a_key_does_what_it_is_for(
    app: Flask, client: FlaskClient, manager: FlaskClient, purpose: str, reads: int, figures: int, writes: int
) -> None:
    """The write is of something that is not there: 404 says that it was let that far."""
    _status, page = post(manager, "/min-konto/noegler", name="prøve", purpose=purpose, days="30")
    header = {"Authorization": f"Bearer {re.findall(r'psk_[-_0-9A-Za-z]{43}', page)[0]}"}
    assert client.get("/api/v1/documents", headers=header).status_code == reads
    assert client.get("/api/v1/statements", headers=header).status_code == figures
    answer = client.delete(f"/api/v1/me/tokens/{uuid4()}", headers=header)
    assert (answer.status_code, answer.mimetype) == (writes, "application/problem+json")


def test_a_key_tells_when_it_was_used_and_ends_at_its_time(app: Flask, client: FlaskClient, key: str) -> None:
    assert stored(app)[0].last_used_at is None
    assert me(client, f"Bearer {key}") == 200
    row = stored(app)[0]
    assert row.last_used_at is not None
    assert row.expires_at - row.created_at == dt.timedelta(days=365)
    change(app, update(ApiToken).values(expires_at=row.created_at))
    assert me(client, f"Bearer {key}") == 401


def test_all_keys_end_at_once_and_with_the_password(app: Flask, client: FlaskClient, manager: FlaskClient) -> None:
    keys = [
        re.findall(r"psk_[-_0-9A-Za-z]{43}", post(manager, "/min-konto/noegler", name=name, **MAKING)[1])[0]
        for name in "ab"
    ]
    assert [me(client, f"Bearer {key}") for key in keys] == [200, 200]
    assert post(manager, "/min-konto/noegler/afslut")[0] == 302
    assert [me(client, f"Bearer {key}") for key in keys] == [401, 401]
    [key] = re.findall(r"psk_[-_0-9A-Za-z]{43}", post(manager, "/min-konto/noegler", name="c", **MAKING)[1])
    post(manager, "/min-konto/adgangskode", old=PASSWORD, new="hest ketsjer lampe tag")
    assert me(client, f"Bearer {key}") == 401
    with app.app_context(), acting_for(clock([HERE])), transaction():
        acts = db.session.scalars(
            select(LedgerEntry.act).where(LedgerEntry.municipality_code == HERE).order_by(LedgerEntry.number)
        ).all()
    assert [act for act in acts if act.startswith(("key", "password")) and act != "key.refused"] == [
        "key.made",
        "key.made",
        "keys.ended",
        "key.made",
        "password.changed",
    ]


def test_the_command_issues_a_key_and_prints_it_once(app: Flask, client: FlaskClient, world: World) -> None:
    runner = app.test_cli_runner()
    result = runner.invoke(args=["tokens", "issue", "--email", MANAGER.upper(), "--name", "drift"])
    assert result.exit_code == 0
    assert re.fullmatch(r"psk_[\w-]{43}\n", result.output)
    assert me(client, f"Bearer {result.output.strip()}") == 200
    assert [row.name for row in stored(app)] == ["drift"]
    figures = runner.invoke(
        args=["tokens", "issue", "--email", MANAGER, "--name", "BI", "--purpose", "figures", "--days", "30"]
    )
    assert figures.exit_code == 0
    row = next(row for row in stored(app) if row.name == "BI")
    assert (row.purpose, row.expires_at - row.created_at) == ("figures", dt.timedelta(days=30))
    unknown = runner.invoke(args=["tokens", "issue", "--email", "findes.ikke@kommune.example", "--name", "x"])
    assert unknown.exit_code == 1
    assert "psk_" not in unknown.output
    assert len(stored(app)) == 2
