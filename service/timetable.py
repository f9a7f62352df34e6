"""The timetable: wakes, rings for what is due, and asks what is owed. Run as `python -m service.timetable`; two of them do no harm.

It keeps nothing but what is set aside (`service.rounds`): each round asks the database anew, so a round that was missed, a Redis that
was emptied or a worker that was killed is made good by the next one. What waits is rung for before anything new is asked for.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterable
from typing import Any

import structlog
from redis.exceptions import RedisError

from config.logging import configure
from config.settings import load_settings
from service.agreements import queries as agreements
from service.app import create_app
from service.certificates import operations as certificates
from service.checkins import operations as checkins
from service.checkins import queries as checkin_queries
from service.checkins import rules as checkin_rules
from service.declarations import operations as declarations
from service.declarations import queries as declaration_queries
from service.declarations import rules as declaration_rules
from service.drift import jobs as drift_jobs
from service.drift import operations as drift
from service.drift import queries as drift_queries
from service.duties import jobs as duty_jobs
from service.duties import operations as duties
from service.duties import queries as duty_queries
from service.merging import operations as merging
from service.notices import operations as notices
from service.posters import operations as posters
from service.posters import queries as poster_queries
from service.recruitment import operations as recruitment
from service.rounds.operations import run
from service.rounds.queries import left_alone
from service.rounds.rules import Step
from service.statements import operations as statements
from service.statements import queries as statement_queries
from service.statements.rules import owed_months
from service.transfers import exporting
from service.transfers import operations as transfers
from service.transfers import queries as transfer_queries
from service.transfers.models import Export
from service.web.health import TIMETABLE_BEAT
from service.work import doorbell
from service.work.doorbell import Bell
from tenants.calendar import day_of, month_name
from tenants.database import now
from tenants.reach import present

log = structlog.get_logger()
EVERY_SECONDS = 30


def _bells(function: str, due: Iterable[tuple[str, Any]]) -> list[Bell]:
    """A bell for each piece of work that waits, by its municipality and id."""
    return [Bell(function, (code, str(key))) for code, key in due]


def _statements() -> list[Bell]:
    return [
        Bell(statements.JOB, (code, month_name(month), revision)) for code, month, revision in statement_queries.due()
    ]


def _duties() -> list[Bell]:
    waiting = left_alone(duty_jobs.BRING_UP)
    return [Bell(duties.JOB, (code,)) for code in duty_queries.behind(day_of(now())) if code not in waiting]


def _checks() -> list[Bell]:
    waiting = left_alone(drift_jobs.CHECK)
    return [Bell(drift.CHECK, (code,)) for code in drift_queries.unchecked(day_of(now())) if code not in waiting]


# Where there is work that waits and that nobody holds. What each says is bells.
RINGS: tuple[Step, ...] = (
    Step("ring.papers", lambda: _bells("service.agreements.jobs.make_paper", agreements.papers_owed())),
    Step("ring.decisions", lambda: _bells("service.agreements.jobs.tell", agreements.untold())),
    Step("ring.statements", _statements),
    Step("ring.posters", lambda: _bells(posters.JOB, poster_queries.due())),
    Step("ring.duties", _duties),
    Step("ring.checks", _checks),
    Step("ring.drift_papers", lambda: _bells(drift.MAKE, drift_queries.papers_due())),
    Step("ring.declarations", lambda: _bells(declarations.JOB, declaration_queries.due())),
    Step("ring.checkins", lambda: _bells(checkins.JOB, checkin_queries.due())),
    Step("ring.notices", lambda: [notices.bell(code, key) for code, key in notices.owed(present().codes)]),
    Step("ring.imports", lambda: [Bell(transfers.JOB, (str(key),)) for key in transfer_queries.due()], national=True),
    Step(
        "ring.exports",
        lambda: [Bell(exporting.JOB, (str(key),)) for key in transfer_queries.due(Export)],
        national=True,
    ),
)


def ask_for_statements() -> int:
    """Ask for every statement that the last three months owe. Returns how many were new."""
    return sum(len(statements.ask(month)) for month in owed_months(day_of(now())))


def ask_for_checkins() -> int:
    """From the 25th, ask the groups what they held; on the 1st and the 3rd, remind those who have not answered. Returns how many."""
    today = day_of(now())
    months = checkin_rules.months_to_ask(today)
    return sum(checkins.ask(month) + checkins.remind(month, today) for month in months)


def ask_for_declarations() -> int:
    """In January, ask for every declaration that the year before owes. Returns how many were new."""
    year = declaration_rules.owed_year(day_of(now()))
    return declarations.ask(year) if year is not None else 0


STEPS: tuple[Step, ...] = (
    Step("statements.ask", ask_for_statements),
    Step("checkins.ask", ask_for_checkins),
    Step("declarations.ask", ask_for_declarations),
    Step("recruitment.count", lambda: recruitment.count_owed(day_of(now()))),
    Step("uses.keep", lambda: drift.take_uses(day_of(now()))),
    # One mail answers for several municipalities, and tells of several.
    Step("declarations.invite", declarations.invite, national=True),
    Step("certificates.remind", certificates.remind, national=True),
    Step("merges.forget", merging.forget, national=True),
    Step("imports.forget", transfers.forget_old, national=True),
    Step("exports.forget", exporting.forget_old, national=True),
)


def do(step: Step) -> list[Any]:
    """Do a step, and return what it said. Where the database or Redis is away it is nothing, and the next round asks again."""
    try:
        return run(step)
    except Exception as error:
        log.error("step_waits", step=step.name, error=type(error).__name__)
        return []


def ring_for_what_is_due() -> int:
    """Ring for all work that waits and that nobody holds. Returns how many bells."""
    return doorbell.ring_each(bell for step in RINGS for found in do(step) for bell in found)


def tick() -> None:
    """One round. What raises is told, and the rest of the round goes on."""
    ring_for_what_is_due()
    for step in STEPS:
        do(step)
    try:
        doorbell.connection().set(TIMETABLE_BEAT, str(time.time()), ex=600)
    except RedisError:
        log.warning("timetable_beat_lost")


def main() -> None:
    """Tick every half minute until told to stop."""
    settings = load_settings()
    configure(settings.log_level, settings.production)
    app = create_app(settings)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    with app.app_context():
        while not stopping.is_set():
            tick()
            stopping.wait(EVERY_SECONDS)


if __name__ == "__main__":
    main()
