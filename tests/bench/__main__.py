"""Measure every topic, print the table, write var/bench.json; the exit status is 1 where a ratio is over its limit.

`python -m tests.bench lists year` measures those topics alone.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from flask import Flask

from config.embedded import Servers
from tests.bench import lists, sign_in, statements, year
from tests.bench.rows import Row
from tests.support.servers import create_database, drop_database, test_servers
from tests.support.telling import SECRET

TOPICS: dict[str, Callable[[Flask, Servers], list[Row]]] = {
    "statements": statements.rows,
    "lists": lists.rows,
    "year": year.rows,
    "sign_in": sign_in.rows,
}


@contextmanager
def fresh_application() -> Iterator[tuple[Flask, Servers]]:
    """The application on a database of its own, with the register and the catalogue; gone afterwards."""
    from flask_migrate import upgrade

    from config.settings import load_settings
    from service.app import create_app
    from tenants.database import db

    place = create_database(test_servers(), "bench")
    try:
        with tempfile.TemporaryDirectory() as var:
            app = create_app(load_settings({**place.environment(), "VAR": var, "SECRET_KEY": SECRET}))
            with app.app_context():
                upgrade(directory="migrations")
                app.test_cli_runner().invoke(args=["register", "load"], catch_exceptions=False)
                try:
                    yield app, place
                finally:
                    db.engine.dispose()
    finally:
        drop_database(place)


def main(wanted: list[str]) -> int:
    """Measure the wanted topics, or all."""
    unknown = set(wanted) - set(TOPICS)
    if unknown:
        print(f"no such topic: {', '.join(sorted(unknown))}; there are {', '.join(TOPICS)}")
        return 2
    rows = []
    for name in wanted or TOPICS:
        with fresh_application() as (app, place):
            rows += TOPICS[name](app, place)
    print(f"{'name':60} {'ours':>10} {'reference':>10} {'ratio':>6} {'limit':>6}  ok")
    for row in rows:
        times = f"{row.ours * 1000:8.1f}ms {row.reference * 1000:8.1f}ms"
        print(f"{row.name:60} {times} {row.ratio:6.2f} {row.limit:6.2f}  {row.verdict}")
    out = Path("var/bench.json")
    out.parent.mkdir(exist_ok=True)
    out.write_text(
        json.dumps([{**asdict(row), "ratio": row.ratio, "ok": row.verdict == "ok"} for row in rows], indent=1)
    )
    return int(any(row.verdict != "ok" for row in rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
