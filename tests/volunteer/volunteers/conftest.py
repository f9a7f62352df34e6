"""Volunteers for the tests: whoever acts, and groups that meet children or do not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from service.network.networks import operations as networks
from service.volunteer.volunteers import operations as volunteers
from tenants.acting import acting_for
from tenants.database import transaction
from tenants.reach import Office, Reach, clock
from tenants.register import all_codes
from tests.support.world import HERE, World, group_of, volunteer_of


@pytest.fixture
def everywhere(app: Flask) -> Callable[[], Any]:
    """Act as unattended work for all municipalities, in one transaction that is kept."""

    @contextmanager
    def act() -> Iterator[None]:
        with app.app_context():
            with acting_for(clock()), transaction():
                codes = all_codes()
            with acting_for(clock(codes)), transaction():
                yield

    return act


@pytest.fixture
def consultant(app: Flask, world: World) -> Callable[[], Any]:
    """Act as the consultant whose territory holds `HERE` alone."""

    @contextmanager
    def act() -> Iterator[None]:
        reach = Reach(Office.DRC, frozenset({HERE}), world.consultant)
        with app.app_context(), acting_for(reach), transaction():
            yield

    return act


def person(name: str, code: str | None = HERE, **changes: Any) -> UUID:
    """A volunteer, whoever else is like them."""
    return volunteers.create(volunteer_of(name, code, **changes), anyway=True).id


def group(name: str, *codes: str, **changes: Any) -> UUID:
    """A language café, unless `changes` say otherwise."""
    return networks.create({**group_of(name, *(codes or (HERE,))), "themes": {"language_cafe"}, **changes}).id
