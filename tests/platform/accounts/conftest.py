"""Browsers of the world's people, and rows moved by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Update, update

from service.platform.accounts.models import LoginSession, Person
from tenants.acting import acting_for
from tenants.database import db, transaction
from tenants.reach import clock
from tests.support.world import HERE, World
from tests.walls.ways import enter

MANAGER = f"leder.{HERE}@kommune.example"
STAFF = f"medarbejder.{HERE}@kommune.example"


@pytest.fixture
def browser(app: Flask, world: World) -> Callable[[UUID], FlaskClient]:
    """A browser with a new session of a person."""

    def make(person_id: UUID) -> FlaskClient:
        client = app.test_client()
        enter(app, client, person_id)
        return client

    return make


@pytest.fixture
def manager(browser: Callable[[UUID], FlaskClient], world: World) -> FlaskClient:
    """The manager's browser."""
    return browser(world.here.manager)


@pytest.fixture
def change(app: Flask) -> Callable[[Update], None]:
    """Change rows, as unattended work can."""

    def do(statement: Update) -> None:
        with app.app_context(), acting_for(clock()), transaction():
            db.session.execute(statement)

    return do


def of_person(person_id: UUID, **values: Any) -> Update:
    """A change of a person's row."""
    return update(Person).where(Person.id == person_id).values(**values)


def of_sessions(person_id: UUID, **values: Any) -> Update:
    """A change of all a person's sessions."""
    return update(LoginSession).where(LoginSession.person_id == person_id).values(**values)


def signed_in(client: FlaskClient) -> bool:
    """Whether the browser is let in."""
    return client.get("/min-konto").status_code == 200
