"""The timetable: wakes, asks what is owed, and rings. Run as `python -m service.timetable`; two of them do no harm.

It keeps nothing: each round asks the database anew, so a round that was missed, a Redis that was emptied or a worker that was
killed is made good by the next one.
"""

from __future__ import annotations

import signal
import threading
import time

import structlog
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

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
from service.drift import operations as drift
from service.drift import queries as drift_queries
from service.duties import operations as duties
from service.duties import queries as duty_queries
from service.merging import operations as merging
from service.notices import operations as notices
from service.posters import operations as posters
from service.posters import queries as poster_queries
from service.recruitment import operations as recruitment
from service.statements import operations as statements
from service.statements import queries as statement_queries
from service.statements.rules import owed_months
from service.transfers import exporting
from service.transfers import operations as transfers
from service.transfers import queries as transfer_queries
from service.transfers.models import Export
from service.web import usage
from service.web.health import TIMETABLE_BEAT
from service.work import doorbell
from service.work.doorbell import Bell
from tenants.calendar import day_of, month_name
from tenants.database import now, transaction
from tenants.reach import acting_for, clock
from tenants.register import all_codes

log = structlog.get_logger()
EVERY_SECONDS = 30


def ask_for_statements() -> int:
    """Ask for every statement that the last three months owe. Returns how many were new."""
    with acting_for(clock()), transaction():
        codes = all_codes()
    asked = 0
    for month in owed_months(day_of(now())):
        with acting_for(clock(codes)), transaction():
            asked += len(statements.ask(month))
    return asked


def keep_uses() -> None:
    """Take over the counts of what municipalities use of what is open to them."""
    with acting_for(clock()), transaction():
        codes = all_codes()
    with acting_for(clock(codes)), transaction():
        drift.keep_uses(usage.take(), day_of(now()))


def ask_for_declarations() -> int:
    """In January, ask for every declaration that the year before owes; and mail those who have not answered. Returns how many were new."""
    with acting_for(clock()), transaction():
        codes = all_codes()
    asked, year = 0, declaration_rules.owed_year(day_of(now()))
    with acting_for(clock(codes)), transaction():
        if year is not None:
            asked = declarations.ask(year)
        declarations.invite()
    return asked


def look_after_volunteers() -> int:
    """Tell the consultants of certificates that have become due, and forget what merges kept. Returns how many were told of."""
    with acting_for(clock()), transaction():
        codes = all_codes()
    with acting_for(clock(codes)), transaction():
        merging.forget()
        return certificates.remind()


def count_recruitment() -> int:
    """Count how volunteers came and left in the months that are over. Returns how many counts were new."""
    with acting_for(clock()), transaction():
        codes = all_codes()
    with acting_for(clock(codes)), transaction():
        return recruitment.count_owed(day_of(now()))


def ask_for_checkins() -> int:
    """From the 25th, ask the groups what they held; on the 1st and the 3rd, remind those who have not answered. Returns how many."""
    with acting_for(clock()), transaction():
        codes = all_codes()
    today, count = day_of(now()), 0
    for month in checkin_rules.months_to_ask(today):
        with acting_for(clock(codes)), transaction():
            count += checkins.ask(month)
        with acting_for(clock(codes)), transaction():
            count += checkins.remind(month, today)
    return count


def ring_for_what_is_due() -> int:
    """Ring for all work that waits and that nobody holds. Returns how many bells."""
    with acting_for(clock()), transaction():
        codes = all_codes()
    with acting_for(clock(codes)), transaction():
        bells = [Bell("service.agreements.jobs.make_paper", (code, str(key))) for code, key in agreements.papers_owed()]
        bells += [Bell("service.agreements.jobs.tell", (code, str(key))) for code, key in agreements.untold()]
        bells += [
            Bell(statements.JOB, (code, month_name(month), revision))
            for code, month, revision in statement_queries.due()
        ]
        bells += [Bell(posters.JOB, (code, str(key))) for code, key in poster_queries.due()]
        bells += [Bell(duties.JOB, (code,)) for code in duty_queries.behind(day_of(now()))]
        bells += [Bell(drift.CHECK, (code,)) for code in drift_queries.unchecked(day_of(now()))]
        bells += [Bell(drift.MAKE, (code, str(key))) for code, key in drift_queries.papers_due()]
        bells += [Bell(declarations.JOB, (code, str(key))) for code, key in declaration_queries.due()]
        bells += [Bell(checkins.JOB, (code, str(key))) for code, key in checkin_queries.due()]
        bells += [notices.bell(code, key) for code, key in notices.owed(codes)]
        bells += [Bell(transfers.JOB, (str(key),)) for key in transfer_queries.due()]
        bells += [Bell(exporting.JOB, (str(key),)) for key in transfer_queries.due(Export)]
    return doorbell.ring_each(bells)


def forget_old_imports() -> int:
    """Forget the rows of imports whose time is over. Returns how many imports."""
    with acting_for(clock()), transaction():
        return transfers.forget_old()


def forget_old_exports() -> int:
    """Forget the files that were made more than a day ago. Returns how many."""
    with acting_for(clock()), transaction():
        return exporting.forget_old()


STEPS = (
    ask_for_statements,
    ask_for_checkins,
    ask_for_declarations,
    look_after_volunteers,
    count_recruitment,
    keep_uses,
    ring_for_what_is_due,
    forget_old_imports,
    forget_old_exports,
)


def tick() -> None:
    """One round. An error is told and the next round goes on."""
    for step in STEPS:
        try:
            step()
        except (SQLAlchemyError, RedisError, OSError):
            log.exception("timetable_step_failed", step=step.__name__)
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
