"""A statement as it is made for real against WeasyPrint alone on the same pages."""

from __future__ import annotations

import datetime as dt
import statistics
from dataclasses import replace

from flask import Flask

from config.embedded import Servers
from tests.bench.rows import Row, timed

ROUNDS = 6
CODES = ("0580", "0550", "0540", "0510", "0860", "0751")


def rows(app: Flask, place: Servers) -> list[Row]:
    """The topic's rows."""
    return [_made(_prepare())]


def _made(month: dt.date) -> Row:
    """Statements made as they are for real (figures, laying out, mending, storing, mail) against WeasyPrint alone on the same pages."""
    from weasyprint import HTML

    from service.platform.documents.layout import OwnFontsOnly, faces, html_of
    from service.platform.documents.queries import document
    from service.reporting.statements import operations, paper
    from service.reporting.statements.queries import newest
    from tenants.acting import acting_for
    from tenants.database import transaction
    from tenants.reach import clock

    ours, reference = [], []
    sheet, fonts = faces()
    for number, code in enumerate(CODES[:ROUNDS]):
        seconds, made = timed(lambda code=code: operations.make(code, month, 1, 120))  # type: ignore[misc]
        if not made:
            raise RuntimeError(f"the statement of {code} was not made")
        with acting_for(clock([code])), transaction():
            statement = newest(code)
            if statement is None or statement.document_id is None:
                raise RuntimeError(f"the statement of {code} is not stored")
            stored = document(statement.document_id)
            same = paper.paper(stored.facts, stored.number, stored.issued_on)
            page = html_of(replace(same, check_page="http://localhost/verificer"))
        plain, _ = timed(
            lambda page=page: HTML(string=page, url_fetcher=OwnFontsOnly()).write_pdf(
                stylesheets=[sheet], font_config=fonts
            )  # type: ignore[misc]
        )
        if number:  # the first one of each warms up
            ours.append(seconds)
            reference.append(plain)
    print(
        f"{60 / statistics.median(ours):.0f} statements a minute in one process, {60 / statistics.median(reference):.0f} for the reference"
    )
    return Row("a statement, against WeasyPrint alone", statistics.median(ours), statistics.median(reference), 3.0)


def _prepare() -> dt.date:
    """Municipalities with a partnership and a year of sessions; the month to make statements for."""
    from service.activity.activities.models import Activity
    from service.reporting.statements import operations
    from tenants import periods
    from tenants.acting import acting_for
    from tenants.calendar import day_of, first_of, month_before, months_back
    from tenants.database import db, now, transaction, uuid7
    from tenants.reach import clock
    from tests.support.world import hold, scope

    today = day_of(now())
    month = month_before(first_of(today))
    for code in CODES:
        with acting_for(clock([code])), transaction():
            periods.put_in_force(code, scope(today, ""), uuid7())
            activity = Activity(
                municipality_code=code,
                activity_type="homework_help",
                name="Lektiehjælp",
                place="Her",
                starts_on=dt.date(2020, 1, 1),
            )
            db.session.add(activity)
            db.session.flush()
            for first in months_back(month, 13):
                for week in range(4):
                    hold(
                        activity,
                        first + dt.timedelta(days=7 * week),
                        volunteers=5,
                        volunteer_minutes=600,
                        adults=9 + week,
                        children=6,
                    )
            operations.ask(month)
    return month
