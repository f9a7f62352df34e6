"""Programs with keys, one for each person of the world."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.partnership.partnerships.sent import scope_shown
from tenants.scope import Scope
from tests.support.world import World, key_of


@dataclass(frozen=True, slots=True)
class Program:
    """A program that calls with a person's key."""

    client: FlaskClient
    key: str

    def call(
        self,
        verb: str,
        path: str,
        body: Any = None,
        *,
        once: str | None = None,
        seen: str | None = "*",
        **options: Any,
    ) -> TestResponse:
        """Call a route. `once` is the Idempotency-Key, `seen` the If-Match of a PUT or PATCH; None is none."""
        headers = {"Authorization": f"Bearer {self.key}"} | ({"Idempotency-Key": once} if once else {})
        if verb in ("PUT", "PATCH") and seen is not None:
            headers["If-Match"] = seen
        if body is not None:
            options["json"] = body
        return self.client.open(f"/api/v1{path}", method=verb, headers=headers, **options)

    def get(self, path: str) -> TestResponse:
        """Read."""
        return self.call("GET", path)

    def read(self, path: str) -> Any:
        """What is read, which must be there."""
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.text)
        return answer.json

    def post(self, path: str, body: Any = None, once: str | None = None) -> TestResponse:
        """Do."""
        return self.call("POST", path, body, once=once)


@pytest.fixture
def program(app: Flask) -> Callable[[UUID], Program]:
    """A program for a person."""

    def make(person_id: UUID) -> Program:
        with app.app_context():
            return Program(app.test_client(), key_of(person_id))

    return make


@pytest.fixture
def secretariat(world: World, program: Callable[[UUID], Program]) -> Program:
    """The secretariat's program."""
    return program(world.secretariat)


@pytest.fixture
def consultant(world: World, program: Callable[[UUID], Program]) -> Program:
    """The program of the consultant, whose territory holds `here` alone."""
    return program(world.consultant)


@pytest.fixture
def manager(world: World, program: Callable[[UUID], Program]) -> Program:
    """The program of the manager of `here`."""
    return program(world.here.manager)


@pytest.fixture
def staff(world: World, program: Callable[[UUID], Program]) -> Program:
    """The program of one of the staff of `here`."""
    return program(world.here.staff)


def sent(scope: Scope) -> dict[str, Any]:
    """A scope as a program sends it."""
    return scope_shown(scope)
