"""An import in a worker process that is killed in the middle: nothing is left of it, and then it is done."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from config.embedded import Servers
from config.settings import Settings
from service import timetable
from service.exchange.imports import operations
from service.exchange.imports.models import Import
from service.platform.work import waking
from tenants.acting import acting_for
from tenants.database import db, transaction
from tenants.reach import clock
from tests.exchange.conftest import Sender, groups_file, how_many_groups
from tests.support.processes import environment, wait_until, workers

ROWS = 6000


@pytest.fixture
def environ(settings: Settings, place: Servers) -> dict[str, str]:
    """What a worker process is told: a lease of two seconds, so that a killed worker's work is soon free again."""
    return environment(settings, place.environment(), LEASE_SECONDS="2", LOG_LEVEL="WARNING")


def where() -> tuple[str, int]:
    """The state of the one import, and how far it is told to be."""
    with acting_for(clock()), transaction():
        state, progress = db.session.execute(select(Import.state, Import.progress)).one()
        return state, progress


def test_a_worker_killed_in_the_middle_leaves_nothing_and_then_it_is_done(
    secretariat: Sender, environ: dict[str, str]
) -> None:
    key = secretariat.checked(groups_file(ROWS))
    with workers(environ) as (first,):
        wait_until(lambda: waking.connection().scard("rq:workers") == 1, "the worker listens")
        secretariat.do(key, operations.apply, leave_out=False)
        wait_until(lambda: where() > ("applying", 0), "rows are told to be imported")
        first.kill()
    state, progress = where()
    assert state == "applying"
    assert 0 < progress < ROWS, "killed in the middle"
    assert how_many_groups() == 1, "what was written is gone with the worker"
    with workers(environ):

        def done() -> bool:
            timetable.wake_for_what_is_due()
            return where()[0] == "applied"

        wait_until(done, "the import is taken up again")
    assert how_many_groups() == 1 + ROWS
    assert secretariat.seen(key).outcome["new"] == ROWS
