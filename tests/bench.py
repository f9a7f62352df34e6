"""Side by side in one run: what the service does against a reference, as ratios. `make bench` prints the table.

A row says FAIL when its ratio is over its limit; the exit status is then 1. Times of one machine mean little, ratios of one run do.
"""

from __future__ import annotations

import datetime as dt
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from flask import Flask

from tests.support.servers import create_database, drop_database, test_servers

ROUNDS = 6
CODES = ("0580", "0550", "0540", "0510", "0860", "0751")


@dataclass(frozen=True, slots=True)
class Row:
    """A comparison: seconds of ours and of the reference, and how many times the reference ours may take."""

    name: str
    ours: float
    reference: float
    limit: float

    @property
    def ratio(self) -> float:
        """Ours over the reference."""
        return self.ours / self.reference

    @property
    def verdict(self) -> str:
        """Whether the row holds."""
        return "ok" if self.ratio <= self.limit else "FAIL"


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """How long work takes, in seconds, and what it answers."""
    begin = time.perf_counter()
    answer = work()
    return time.perf_counter() - begin, answer


def statements(month: dt.date) -> Row:
    """Statements made as they are for real (figures, press, mending, storing, mail) against WeasyPrint alone on the same pages."""
    from weasyprint import HTML

    from service.documents.layout import OwnFontsOnly, faces, html_of
    from service.documents.queries import document
    from service.statements import operations, paper
    from service.statements.queries import newest
    from tenants.database import transaction
    from tenants.reach import acting_for, clock

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
            page = html_of(paper.paper(stored.facts, stored.number, stored.issued_on))
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


def prepare(app: Flask) -> dt.date:
    """Municipalities with a partnership and a year of sessions; the month to make statements for."""
    from service.activities.models import Activity
    from service.statements import operations
    from tenants import periods
    from tenants.calendar import day_of, first_of, month_before, months_back
    from tenants.database import db, now, transaction, uuid7
    from tenants.reach import acting_for, clock
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


def main() -> int:
    """Measure, print, write var/bench.json."""
    from flask_migrate import upgrade

    from config.settings import load_settings
    from service.app import create_app
    from tenants.database import db

    place = create_database(test_servers(), "bench")
    try:
        with tempfile.TemporaryDirectory() as var:
            app = create_app(load_settings({**place.environment(), "VAR": var, "SECRET_KEY": "b" * 40}))
            with app.app_context():
                upgrade(directory="migrations")
                app.test_cli_runner().invoke(args=["register", "load"], catch_exceptions=False)
                rows = [statements(prepare(app))]
                db.engine.dispose()
    finally:
        drop_database(place)
    print(f"{'name':45} {'ours':>9} {'reference':>9} {'ratio':>6} {'limit':>6}  ok")
    for row in rows:
        print(f"{row.name:45} {row.ours:8.3f}s {row.reference:8.3f}s {row.ratio:6.2f} {row.limit:6.2f}  {row.verdict}")
    out = Path("var/bench.json")
    out.parent.mkdir(exist_ok=True)
    out.write_text(
        json.dumps([{**asdict(row), "ratio": row.ratio, "ok": row.verdict == "ok"} for row in rows], indent=1)
    )
    return int(any(row.verdict != "ok" for row in rows))


if __name__ == "__main__":
    sys.exit(main())
